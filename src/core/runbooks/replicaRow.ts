import type { FleetView, InstanceView, LinkedConnection } from '../fleetView';
import { parseEqualities, renderCondition, type Equality } from '../guard/parseEqualities';
import { quoteIdentifier, quoteSqlString } from '../guard/quoteSql';
import { check } from './checks';
import type { PlanCheck, PlanStep } from './plan';
import { planFor } from './replicaThreads';
import { connectionInput, connectionWords, statusQuery, type InstanceRunbook, type RunbookContext } from './runbook';
import { t } from '../l10n';

/** What stopped the SQL thread: a row that is there, or one that is not. */
interface Broken {
  readonly errno: 1062 | 1032;
  readonly schema: string;
  readonly table: string;
  /** A row that the source has deleted cannot be fetched from there. */
  readonly isDelete: boolean;
  /** `Duplicate entry '3' for key 'PRIMARY'`. */
  readonly said: string;
}

export const repairRow: InstanceRunbook = {
  on: 'instance',
  id: 'replica.repairRow',
  title: t`Repair one row`,
  summary: t`For a duplicate (1062) or a missing row (1032): shows it on both sides, and makes this one row right on the replica.`,
  inputs: [
    connectionInput,
    {
      name: 'where',
      label: t`the row, as its key: id = 3, several columns joined by AND`,
      suggest: suggestRow,
      isOptional: true,
    },
  ],
  isOffered: (_view, { connections }) => connections.some((connection) => brokenOf(connection) !== undefined),
  plan: (context) =>
    planFor(context, (connection) => {
      const source = context.view.instances[connection.sourceKey ?? ''];
      const broken = brokenOf(connection);
      const given = context.input('where');
      const row = given === undefined ? undefined : parseEqualities(given);
      const equalities = row?.kind === 'ok' ? row.value : undefined;
      return {
        checks: [
          check(
            'row.broken',
            broken !== undefined,
            connection.status.sqlError?.text ?? t`no error`,
            t`the SQL thread stopped at 1062 or 1032, with a text that names the table`,
            t`For another error this runbook does nothing useful: see what its finding says. MySQL names the table in performance_schema, which our account has to be allowed to read.`,
          ),
          check(
            'source.known',
            source !== undefined,
            source === undefined ? t`${connection.source} is not in the inventory` : connection.source,
            t`a source that the inventory names: its row is the right one`,
            t`List the source in the inventory.`,
          ),
          rowCheck(given, row?.kind === 'failed' ? row.reason : undefined, broken),
        ],
        steps:
          broken === undefined || source === undefined ? [] : stepsFor(context, connection, source, broken, equalities),
      };
    }),
};

function rowCheck(given: string | undefined, refusal: string | undefined, broken: Broken | undefined): PlanCheck {
  return check(
    'row.named',
    given !== undefined && refusal === undefined,
    given ?? (broken === undefined ? t`no row given` : t`no row given; the server says: ${broken.said}`),
    t`which row it is`,
    refusal ??
      (broken?.errno === 1032
        ? t`Give it as input \`where\`. On the source, \`mysqlbinlog --base64-output=decode-rows -vv\` shows the row of this event.`
        : t`Give it as input \`where\`: the key’s columns stand in SHOW CREATE TABLE, their values in the error.`),
  );
}

function brokenOf({ status: { sqlError } }: Pick<LinkedConnection, 'status'>): Broken | undefined {
  const errno = sqlError?.causeErrno;
  if (sqlError === undefined || (errno !== 1062 && errno !== 1032)) return undefined;
  const text = sqlError.workerText ?? sqlError.text;
  const [, event = '', schema, table] = /Could not execute (\w+) event on table ([^.;]+)\.([^;]+);/.exec(text) ?? [];
  if (schema === undefined || table === undefined) return undefined;
  const said = /Duplicate entry .*? for key '[^']*'|Can't find record in '[^']*'/s.exec(text)?.[0] ?? t`error ${errno}`;
  return { errno, schema, table, isDelete: event.startsWith('Delete'), said };
}

/**
 * The value that the error tells, for a column that it does not tell. Only one that is certain: a dash may join several
 * columns, a question mark or a backslash stands for what could not be written, and a long value is cut.
 */
function suggestRow(view: FleetView, key: string, connection?: string): string | undefined {
  const connections = view.instances[key]?.connections ?? [];
  const meant = connections.filter(
    ({ status }) => connection === undefined || connection === (status.name || '(default)'),
  );
  const [only, another] = meant.flatMap((each) => brokenOf(each) ?? []);
  const value =
    another === undefined ? /^Duplicate entry '([\w.,:@/+ ]{1,60})' for/.exec(only?.said ?? '')?.[1] : undefined;
  return value === undefined ? undefined : `<${t`column`}> = ${quoteSqlString(value)}`;
}

function stepsFor(
  context: RunbookContext,
  connection: LinkedConnection,
  source: InstanceView,
  broken: Broken,
  row: readonly Equality[] | undefined,
): readonly PlanStep[] {
  const { key, instance } = context;
  const table = `${quoteIdentifier(broken.schema)}.${quoteIdentifier(broken.table)}`;
  const look = (id: string, on: InstanceView, title: string, statement: string, expected: string): PlanStep =>
    context.step({
      ...{ id, title, on, effect: 'read', statements: [statement], verify: statement },
      expectation: { kind: 'answers', key: on.spec.key },
      expected,
      blastRadius: t`Nobody.`,
    });
  const describe = look(
    'showTable',
    instance,
    t`Show the table on ${key}`,
    `SHOW CREATE TABLE ${table}`,
    t`the columns of its key`,
  );
  if (row === undefined) return [describe];
  const rows = `SELECT * FROM ${table} WHERE ${renderCondition(row)} LIMIT 2`;
  const here =
    broken.errno === 1062
      ? t`the row that is deleted later: keep its values, they are the way back`
      : t`no row, or one that differs from the source’s`;
  const there = broken.isDelete
    ? t`no row: the source has deleted it`
    : t`the row that counts, or none if the source has deleted it since`;
  return [
    describe,
    look('showReplica', instance, t`Show the row on ${key}`, rows, here),
    look('showSource', source, t`Show the row on ${source.spec.key}`, rows, there),
    repairStep(context, connection, source, broken, row),
  ];
}

/** The repair and the start are one: that the thread runs again is the only thing that proves the repair. */
function repairStep(
  context: RunbookContext,
  { status }: LinkedConnection,
  source: InstanceView,
  broken: Broken,
  row: readonly Equality[],
): PlanStep {
  const { key, dialect, facts } = context;
  const table = `${quoteIdentifier(broken.schema)}.${quoteIdentifier(broken.table)}`;
  const condition = renderCondition(row);
  // Closed afterwards only where it was: an open one is not this step's to change.
  const isClosed = dialect.flavor === 'mysql' && facts?.superReadOnly !== false;
  const before = ['SET SESSION sql_log_bin = 0', ...(isClosed ? ['SET GLOBAL super_read_only = 0'] : [])];
  const closed = isClosed ? ['SET GLOBAL super_read_only = 1'] : [];
  const after = [...closed, dialect.start(status.name)];
  const back = (statement: string): string => [...before, statement, ...closed].join('; ');
  const isFetched = broken.errno === 1032 && !broken.isDelete;
  // A subquery of two rows is an error, and stops the client: the condition has to hit exactly one row.
  const one = `SELECT IF((SELECT COUNT(*) FROM ${table} WHERE ${condition}) = 1, 'one row', (SELECT 1 UNION SELECT 2)) AS hit`;
  const draft = {
    id: 'repair',
    verify: statusQuery(context),
    expectation: { kind: 'threads', key, connection: status.name, thread: 'running' } as const,
    expected: t`IO thread and SQL thread running`,
    blastRadius: t`One row of ${table} on ${key}, not logged; then ${connectionWords(key, status.name)} goes on. Compare the whole table afterwards: one row is seldom alone.`,
  };
  if (broken.errno === 1062) {
    return context.step({
      ...draft,
      title: t`Delete ${key}’s own version of the row, and go on`,
      effect: 'destructive',
      statements: [...before, one, `DELETE FROM ${table} WHERE ${condition} LIMIT 1`, ...after],
      // By then replication may have put the source's row in its place. Step 2 is `showReplica`.
      rollback: back(`REPLACE INTO ${table} VALUES (…)`),
      rollbackWords: t`The values are those that step 2 showed; the row that replication has put there since gives way.`,
    });
  }
  if (!isFetched) {
    const columns = row.map(({ column, value }) => `${column} = ${value}`).join(', ');
    return context.step({
      ...draft,
      title: t`Put the row there that the event deletes, and go on`,
      effect: 'destructive',
      // Only the key counts: the event that follows deletes the row.
      statements: [...before, "SET SESSION sql_mode = ''", `INSERT INTO ${table} SET ${columns}`, ...after],
      rollback: back(`DELETE FROM ${table} WHERE ${condition} LIMIT 1`),
    });
  }
  return context.step({
    ...draft,
    title: t`Fetch the row from ${source.spec.key}, and go on`,
    effect: 'destructive',
    statements: [...before, `USE ${quoteIdentifier(broken.schema)}`],
    load: { from: { kind: 'run', run: rowDump(context, source, broken, condition) }, last: after },
    rollback: back(`DELETE FROM ${table} WHERE ${condition} LIMIT 1`),
  });
}

function rowDump(context: RunbookContext, source: InstanceView, { schema, table }: Broken, condition: string) {
  const isMariadb = context.dialect.flavor === 'mariadb';
  return {
    ...context.placeOf(source),
    program: isMariadb ? ('mariadb-dump' as const) : ('mysqldump' as const),
    options: [
      ...['--single-transaction', '--no-create-info', '--skip-triggers', '--skip-add-locks', '--skip-disable-keys'],
      ...(isMariadb ? [] : ['--set-gtid-purged=OFF']),
      ...[`--where=${condition}`, '--', schema, table],
    ],
  };
}
