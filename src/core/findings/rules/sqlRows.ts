import { quoteTableName } from '../../guard/quoteSql';
import type { ReplicationError } from '../../replication/model';
import { code, lines, plain } from '../phrase';
import { againstWrites, errorDraft, errnoOf, sqlErrorOf, textOf, type ErrorWords } from '../replicationErrors';
import type { ConnectionContext, ConnectionRule, Explained } from '../rule';
import { t } from '../../l10n';

/** An event that meets other rows than it met on the source. */
export const sqlRows: ConnectionRule = {
  scope: 'connection',
  ids: {
    'replica.sql.duplicateKey': 'critical',
    'replica.sql.rowMissing': 'critical',
    'replica.sql.foreignKey': 'critical',
  },
  check(context) {
    const error = sqlErrorOf(context);
    const words = error === undefined ? undefined : judge(context, error);
    return error === undefined || words === undefined
      ? []
      : [errorDraft(context, 'SQL', error, words, repairOf(context, error, words[0]))];
  },
};

/** Where the text names the table and the source is known, one row can be made right. */
function repairOf({ source }: ConnectionContext, error: ReplicationError, id: string): string | undefined {
  const isRow = id === 'replica.sql.duplicateKey' || id === 'replica.sql.rowMissing';
  return isRow && source !== undefined && /event on table [^.;]+\.[^;]+;/.test(textOf(error))
    ? 'replica.repairRow'
    : undefined;
}

const skipping = t`Do not skip the event with \`SQL_SLAVE_SKIP_COUNTER\`, an empty transaction or \`slave_exec_mode=IDEMPOTENT\`: the whole transaction is lost and the two go on differing unseen.`;

function judge(context: ConnectionContext, error: ReplicationError): ErrorWords | undefined {
  const { here, there, status, dialect } = context;
  const text = textOf(error);
  const named = /event on table ([^;]{1,130});/.exec(text)?.[1];
  // Beside its name an instance has room for the table, and none for its schema.
  const bare = named?.slice(named.indexOf('.') + 1);
  const table = named === undefined ? t`the table` : code(named);
  const target = named === undefined ? '<table>' : quoteTableName(named);
  const start = code(dialect.start(status.name));
  const event = eventIn(error);
  const unknown =
    context.dialect.flavor === 'mysql' && error.workerText === undefined
      ? t`The table stands in \`performance_schema.replication_applier_status_by_worker\`, which our account may not read (SELECT on \`performance_schema.*\`).`
      : '';
  switch (errnoOf(error)) {
    case 1062: {
      const [, value, key] = /Duplicate entry '(.{0,200}?)' for key '([^']{1,130})'/s.exec(text) ?? [];
      const entry = value === undefined ? 'a row' : t`the row ${code(value)}`;
      return [
        'replica.sql.duplicateKey',
        t`${here} already has ${entry} in ${table} that ${there} inserts${key === undefined ? '' : t` (key ${code(key)})`}.`,
        t`1062 duplicate ${plain(bare ?? 'key', 11)} · SQL stopped`,
        lines(
          unknown,
          t`Read that row on both: ${code(`SELECT * FROM ${target} WHERE <key> = <value>`)}. ${event}`,
          t`If the replica’s row was written locally, delete it there without logging it: ${code(`SET SESSION sql_log_bin = 0; DELETE FROM ${target} WHERE <key> = <value> LIMIT 1`)}, then ${start}`,
          t`If both rows are the same, the event may have been applied before: find out how the position went back, then compare the table.`,
          againstWrites(context),
        ),
        skipping,
      ];
    }
    case 1032:
      return [
        'replica.sql.rowMissing',
        t`${here} lacks a row in ${table} that ${there} ${/Delete_rows/i.test(text) ? t`deletes` : t`changes`}.`,
        bare === undefined ? t`1032 row missing · SQL stopped` : t`1032 row missing ${plain(bare, 9)} · SQL stopped`,
        lines(
          unknown,
          t`${event} On the source, \`mysqlbinlog --base64-output=decode-rows -vv\` shows the old values of the row there.`.trim(),
          t`Insert it on the replica as it was before the event, without logging it: ${code(`SET SESSION sql_log_bin = 0; INSERT INTO ${target} VALUES (…)`)}, then ${start}`,
          t`One missing row is seldom alone: compare the whole table with the source afterwards (pt-table-checksum).`,
        ),
        skipping,
      ];
    case 1216:
    case 1217:
    case 1451:
    case 1452:
      return [
        'replica.sql.foreignKey',
        t`A change from ${there} to ${table} breaks a foreign key on ${here}: a related row differs from the source.`,
        t`${error.causeErrno} foreign key · SQL stopped`,
        lines(
          unknown,
          t`${event} The constraint in the text names both tables.`,
          /1452|1216/.test(String(error.causeErrno))
            ? t`Insert the missing parent row on the replica as the source has it, with \`sql_log_bin = 0\`, then ${start}`
            : t`Delete the child rows that the source does not have on the replica, with \`sql_log_bin = 0\`, then ${start}`,
          t`Compare both tables with the source afterwards.`,
        ),
        t`Do not leave \`foreign_key_checks=0\`: every later orphan goes in unseen.`,
      ];
    default:
      return undefined;
  }
}

function eventIn(error: ReplicationError): string {
  const transaction = /transaction '([^']{1,100})'/.exec(error.text)?.[1];
  const [, file, position] = /(?:master|source) log (\S{1,100}), end_log_pos (\d+)/.exec(textOf(error)) ?? [];
  const parts = [
    ...(transaction === undefined ? [] : [t`transaction ${code(transaction)}`]),
    ...(file === undefined || position === '0' ? [] : [t`source log ${code(`${file}:${position ?? ''}`)}`]),
  ];
  return parts.length === 0 ? '' : t`The event is in ${parts.join(', ')}.`;
}

export const sqlRowsExplained: Explained = {
  'replica.sql.duplicateKey': {
    means: 'A row that the source inserts is already there.',
    when: 'SQL error 1062.',
    why: 'Somebody wrote on the replica, or an event is applied twice.',
  },
  'replica.sql.rowMissing': {
    means: 'A row that the source changes or deletes is not there.',
    when: 'SQL error 1032.',
    why: 'The data had drifted before: a local write, a skipped event, an incomplete copy.',
  },
  'replica.sql.foreignKey': {
    means: 'A change breaks a foreign key that it did not break on the source.',
    when: 'SQL error 1451, 1452, 1216 or 1217.',
    why: 'The related row differs: drift, or a filter that leaves one of the tables out.',
  },
};
