import { quoteSqlString, quoteTableName } from '../../guard/quoteSql';
import type { ReplicationError } from '../../replication/model';
import { code, lines, plain } from '../phrase';
import { againstWrites, errorDraft, errnoOf, isEventRefused, textOf, type ErrorWords } from '../replicationErrors';
import type { ConnectionContext, ConnectionRule, Explained } from '../rule';
import { t } from '../../l10n';

/** The applier's own trouble: logs, disk, GTID order, workers. */
export const sqlApply: ConnectionRule = {
  scope: 'connection',
  ids: {
    'replica.sql.gtidOutOfOrder': 'critical',
    'replica.sql.relayLogCorrupt': 'critical',
    'replica.sql.diskFull': 'critical',
    'replica.sql.earlierCommitFailed': 'critical',
  },
  check(context) {
    const { status } = context;
    const found: [ReplicationError, 'IO' | 'SQL'][] = [];
    if (status.sqlError !== undefined) found.push([status.sqlError, 'SQL']);
    // A relay log that cannot be written is the IO thread's error.
    if (status.ioError !== undefined && status.ioThread !== 'running') found.push([status.ioError, 'IO']);
    for (const [error, thread] of found) {
      const words = isDiskFull(error) ? diskFull(context, error, thread) : thread === 'SQL' && judge(context, error);
      if (words === undefined || words === false) continue;
      const runbook = words[0] === 'replica.sql.relayLogCorrupt' ? 'replica.repairRelayLog' : undefined;
      return [errorDraft(context, thread, error, words, runbook)];
    }
    return [];
  },
};

function isDiskFull(error: ReplicationError): boolean {
  // With "could not queue event" the thread gives up a damaged event too, its checksum error in the error log only
  // (measured on MariaDB 10.11 and MySQL 9.7): that text does not tell of the disk.
  return (
    (errnoOf(error) === 1595 && !isEventRefused(error)) ||
    [1021, 1114].includes(errnoOf(error)) ||
    /No space left on device|Disk full/i.test(textOf(error))
  );
}

function diskFull(
  { here, there, status, dialect }: ConnectionContext,
  error: ReplicationError,
  thread: string,
): ErrorWords {
  return [
    'replica.sql.diskFull',
    thread === 'IO'
      ? t`${here} cannot write what it fetches from ${there} to its relay log.`
      : t`${here} has no room to apply what comes from ${there}.`,
    t`${errorNumber(error)} disk full · ${thread} stopped`,
    lines(
      t`Look at the free space of the data and relay log directories on the replica, and free some: old dumps, logs, \`PURGE BINARY LOGS\` of its own binary logs that no replica needs.`,
      ...(/\bis full\b/.test(textOf(error)) ? tableLimit(textOf(error)) : []),
      t`Then ${code(dialect.restart(status.name))}; set \`relay_log_space_limit\` so that relay logs stop before the disk does.`,
    ),
    t`Do not remove relay logs with \`rm\`: their index and the applier still name them.`,
  ];
}

/**
 * 1114 is seldom the disk. A MEMORY table keeps the limit that it was opened with: the global value counts for it only
 * once it is rebuilt by a session that has that value (measured on MariaDB 10.11 and MySQL 9.7).
 */
function tableLimit(text: string): readonly string[] {
  const named = /event on table ([^;]{1,130});/.exec(text)?.[1];
  const target = named === undefined ? '<table>' : quoteTableName(named);
  return [
    t`Error 1114 also means a table or tablespace at its own limit: \`max_heap_table_size\`, \`innodb_data_file_path\`.`,
    t`A MEMORY table: ${code(`SET GLOBAL max_heap_table_size = <bytes as on the source>; SET SESSION max_heap_table_size = @@global.max_heap_table_size; SET SESSION sql_log_bin = 0; ALTER TABLE ${target} ENGINE = MEMORY`)}, and the value into the configuration. Of an event of several rows the first may be in it already: take them out.`,
  ];
}

function errorNumber(error: ReplicationError): number {
  return error.causeErrno;
}

function judge(context: ConnectionContext, error: ReplicationError): ErrorWords | undefined {
  const { here, there, status, dialect, facts } = context;
  const { name, gtid, executedPosition, readPosition } = status;
  const text = textOf(error);
  switch (errnoOf(error)) {
    case 1950: {
      const [, theirs, own] = /GTID (\S+) which .* existing GTID (\S+?),/.exec(text) ?? [];
      const isOwn = own?.split('-')[1] === String(facts?.serverId);
      return [
        'replica.sql.gtidOutOfOrder',
        t`${here} has ${own === undefined ? t`a transaction` : code(own)} in its binary log, ${isOwn ? t`written here, ` : ''}ahead of ${theirs === undefined ? t`what comes` : code(theirs)} from ${there}.`,
        t`1950 GTID out of order · SQL stopped`,
        lines(
          t`Find what was written here: \`mysqlbinlog\` of the replica’s own log at ${own === undefined ? t`that GTID` : code(own)}; starting again gives the same error.`,
          t`Undo its rows on the replica with \`sql_log_bin = 0\`, so that its data is the source’s again.`,
          againstWrites(context),
          t`The GTID stays in the replica’s own log. A replica without replicas of its own can be set up again from a backup, which also clears that log.`,
        ),
        t`Do not turn \`gtid_strict_mode\` off and go on: the errant transaction stays and breaks the next promotion. And no \`RESET MASTER\` while this server has replicas.`,
      ];
    }
    case 1594:
      return [
        'replica.sql.relayLogCorrupt',
        t`${here} cannot read its relay log of ${there}.`,
        t`relay log corrupt · SQL stopped`,
        relayLogRemedy(),
        gtid === 'no'
          ? t`Do not use the position that was read (${place(readPosition)}): what lies between is lost. Use the one that was executed.`
          : t`Do not restart the SQL thread alone: the same relay log is read again.`,
      ];
    case 1964:
      return [
        'replica.sql.earlierCommitFailed',
        t`A parallel worker of ${here} gave up because an earlier transaction from ${there} failed.`,
        t`${error.errno} earlier commit failed · SQL stopped`,
        lines(
          t`This error is a consequence. The error log of ${here} holds the first one, just before it${dialect.flavor === 'mysql' ? t`, and so does \`performance_schema.replication_applier_status_by_worker\`` : ''}; repair that.`,
          t`Then ${code(dialect.start(name, 'SQL'))}`,
        ),
        t`Do not act on ${error.errno} itself, and do not skip anything for it.`,
      ];
    default:
      return undefined;
  }

  /** By GTID the logs are fetched again on a restart of both threads (measured); by position it has to be told from where. */
  function relayLogRemedy(): string {
    const suspicion = t`If it comes back at the same place, the source’s own log is damaged: check it on ${there} with \`mysqlbinlog --verify-binlog-checksum\`.`;
    if (gtid !== 'no' && dialect.flavor === 'mariadb') {
      return lines(
        t`Restart both threads; the relay logs are fetched again from the GTID position: ${code(dialect.restart(name))}`,
        suspicion,
      );
    }
    if (gtid !== 'no') {
      return lines(
        t`Fetch the relay logs again; with auto-position nothing is lost:`,
        `${code(dialect.stop(name))}, ${code(`RESET REPLICA${name === '' ? '' : ` FOR CHANNEL ${quoteSqlString(name)}`}`)}, ${code(dialect.start(name))}`,
        suspicion,
      );
    }
    return lines(
      t`Fetch again from where was executed, ${place(executedPosition)}:`,
      executedPosition === undefined
        ? t`The executed position is not in this reading; read the status again.`
        : `${code(dialect.stop(name))}, ${code(
            dialect.change(name, {
              LOG_FILE: quoteSqlString(plain(executedPosition.file)),
              LOG_POS: String(executedPosition.position),
            }),
          )}, ${code(dialect.start(name))}`,
      suspicion,
    );
  }
}

function place(position: { readonly file: string; readonly position: number } | undefined): string {
  return position === undefined ? '' : code(`${position.file}:${position.position}`);
}

export const sqlApplyExplained: Explained = {
  'replica.sql.gtidOutOfOrder': {
    means: 'The replica’s own log already holds a later GTID of that domain.',
    when: 'SQL error 1950, with strict mode.',
    why: 'A local write on the replica used the source’s GTID domain.',
  },
  'replica.sql.relayLogCorrupt': {
    means: 'The relay log cannot be read.',
    when: 'SQL error 1594 (MySQL 13121).',
    why: 'A crash or disk fault on the replica, a damaged transfer, seldom a damaged log of the source.',
  },
  'replica.sql.diskFull': {
    means: 'The replica has no room.',
    when: 'Error 1595 of the IO thread, 1021 or 1114 of the SQL thread. MariaDB 10.11 may also retry without end and report nothing.',
    why: 'The disk is full, or a table is at its limit.',
  },
  'replica.sql.earlierCommitFailed': {
    means: 'A worker stopped because another one had failed.',
    when: 'SQL error 1964 (MySQL 3030), where the first error could not be read.',
    why: 'Parallel replication commits in order; the first error is the cause.',
  },
};
