import type { Flavor, ServerColumn } from '../../core/replication/reading';
import { isAtLeast } from './greeting';

/** One column of the SELECT about the server. */
export interface ColumnSource {
  readonly column: ServerColumn;
  readonly expression: string;
  /** The variable or table of it that not every version has, or not every account may read. */
  readonly depends?: string;
  /** Refused for lack of a privilege, the column is NULL instead of absent. */
  readonly privileged?: true;
}

type Version3 = readonly [number, number, number];
interface Candidate extends ColumnSource {
  readonly since?: Version3;
  readonly until?: Version3;
}

const variable = (column: ServerColumn, name: string, since?: Version3): Candidate => ({
  column,
  expression: `@@global.${name}`,
  depends: name,
  ...(since === undefined ? {} : { since }),
});

// PROCESSLIST shows an account without PROCESS its own threads only, and refuses nothing: an empty list would then
// read as "no replicas". INNODB_CMP is five rows that need PROCESS, so that its absence is an error (1227).
const mayListThreads = '(SELECT COUNT(*) FROM information_schema.INNODB_CMP) >= 0';
const dumpRows = "FROM information_schema.PROCESSLIST WHERE COMMAND LIKE 'Binlog Dump%'";
const dumpObject = "JSON_OBJECT('user', USER, 'host', REGEXP_REPLACE(HOST, ':[0-9]+$', ''))";
// A wait can outlast many polls with no retry and no word in the status, which shows one thread of a parallel replica.
// Only rows of threads that apply are held against InnoDB's transactions.
const waitsForLock = (state: string, id: string): string =>
  `(${state} LIKE 'Waiting for%_lock' OR EXISTS (SELECT 1 FROM information_schema.INNODB_TRX x WHERE x.trx_mysql_thread_id = ${id} AND x.trx_wait_started IS NOT NULL))`;
const jsonBoolean = (condition: string): string =>
  `CASE WHEN ${condition} THEN CAST('true' AS JSON) ELSE CAST('false' AS JSON) END`;

const mariadb: readonly Candidate[] = [
  variable('server_id', 'server_id'),
  variable('hostname', 'hostname'),
  variable('port', 'port'),
  { column: 'version', expression: '@@version' },
  { column: 'current_account', expression: 'CURRENT_USER()' },
  variable('report_host', 'report_host'),
  variable('report_port', 'report_port'),
  variable('read_only', 'read_only'),
  variable('log_bin', 'log_bin'),
  variable('binlog_format', 'binlog_format'),
  variable('binlog_row_image', 'binlog_row_image'),
  variable('binlog_expire_seconds', 'binlog_expire_logs_seconds', [10, 6, 1]),
  {
    column: 'binlog_expire_seconds',
    expression: 'ROUND(@@global.expire_logs_days * 86400)',
    depends: 'expire_logs_days',
    until: [10, 6, 1],
  },
  variable('log_replica_updates', 'log_slave_updates'),
  variable('gtid_domain_id', 'gtid_domain_id'),
  variable('gtid_strict_mode', 'gtid_strict_mode'),
  variable('gtid_slave_pos', 'gtid_slave_pos'),
  variable('gtid_binlog_pos', 'gtid_binlog_pos'),
  variable('gtid_binlog_state', 'gtid_binlog_state'),
  variable('gtid_current_pos', 'gtid_current_pos'),
  {
    column: 'uptime_seconds',
    expression: "(SELECT VARIABLE_VALUE FROM information_schema.GLOBAL_STATUS WHERE VARIABLE_NAME = 'UPTIME')",
    depends: 'GLOBAL_STATUS',
  },
  { column: 'now_utc', expression: 'UTC_TIMESTAMP(6)' },
  variable('time_zone', 'time_zone'),
  variable('collation', 'collation_server'),
  variable('sql_mode', 'sql_mode'),
  variable('lower_case_table_names', 'lower_case_table_names'),
  { column: 'tls_offered', expression: "@@global.have_ssl = 'YES'", depends: 'have_ssl' },
  {
    column: 'tls_accepts',
    expression: "(SELECT VARIABLE_VALUE FROM information_schema.GLOBAL_STATUS WHERE VARIABLE_NAME = 'SSL_ACCEPTS')",
    depends: 'GLOBAL_STATUS',
  },
  {
    column: 'dump_threads',
    expression: `(SELECT CASE WHEN ${mayListThreads} THEN COALESCE(JSON_ARRAYAGG(${dumpObject}), '[]') END ${dumpRows})`,
    depends: 'PROCESS',
    privileged: true,
    since: [10, 5, 0],
  },
  {
    column: 'dump_threads',
    expression: `(SELECT CASE WHEN ${mayListThreads} THEN CONCAT('[', COALESCE(GROUP_CONCAT(${dumpObject}), ''), ']') END ${dumpRows})`,
    depends: 'PROCESS',
    privileged: true,
    until: [10, 5, 0],
  },
  {
    column: 'lock_waits',
    expression: `(SELECT CASE WHEN ${mayListThreads} THEN COALESCE(JSON_ARRAYAGG(JSON_OBJECT('state', p.STATE)), '[]') END FROM information_schema.PROCESSLIST p WHERE p.COMMAND IN ('Slave_SQL', 'Slave_worker') AND ${waitsForLock('p.STATE', 'p.ID')})`,
    depends: 'PROCESS',
    privileged: true,
    since: [10, 5, 0],
  },
];

/** A JSON list over performance_schema; `[]` for no rows, because NULL means "may not read". */
const jsonList = (
  column: ServerColumn,
  table: string,
  pairs: string,
  where: string,
  since: Version3 = [8, 0, 0],
): Candidate => ({
  column,
  // With performance_schema off its tables are readable and empty, which would read as "none".
  expression: `CASE WHEN @@global.performance_schema = 1 THEN COALESCE((SELECT JSON_ARRAYAGG(JSON_OBJECT(${pairs})) FROM performance_schema.${table} WHERE ${where}), JSON_ARRAY()) END`,
  depends: table,
  privileged: true,
  since,
});
const status = (column: ServerColumn, name: string): Candidate => ({
  column,
  expression: `(SELECT VARIABLE_VALUE FROM performance_schema.global_status WHERE VARIABLE_NAME = '${name}')`,
  depends: 'global_status',
});

const mysql: readonly Candidate[] = [
  variable('server_id', 'server_id'),
  variable('hostname', 'hostname'),
  variable('port', 'port'),
  variable('server_uuid', 'server_uuid'),
  { column: 'version', expression: '@@version' },
  { column: 'current_account', expression: 'CURRENT_USER()' },
  variable('report_host', 'report_host'),
  variable('report_port', 'report_port'),
  variable('read_only', 'read_only'),
  variable('super_read_only', 'super_read_only'),
  variable('log_bin', 'log_bin'),
  variable('binlog_format', 'binlog_format'),
  variable('binlog_row_image', 'binlog_row_image'),
  variable('binlog_expire_seconds', 'binlog_expire_logs_seconds', [8, 0, 0]),
  variable('log_replica_updates', 'log_replica_updates', [8, 0, 26]),
  {
    column: 'log_replica_updates',
    expression: '@@global.log_slave_updates',
    depends: 'log_slave_updates',
    until: [8, 0, 26],
  },
  variable('gtid_mode', 'gtid_mode'),
  variable('gtid_executed', 'gtid_executed'),
  variable('gtid_purged', 'gtid_purged'),
  status('uptime_seconds', 'Uptime'),
  { column: 'now_utc', expression: 'UTC_TIMESTAMP(6)' },
  variable('time_zone', 'time_zone'),
  variable('collation', 'collation_server'),
  variable('sql_mode', 'sql_mode'),
  variable('lower_case_table_names', 'lower_case_table_names'),
  { column: 'tls_offered', expression: "@@global.have_ssl = 'YES'", depends: 'have_ssl', until: [8, 0, 21] },
  {
    column: 'tls_offered',
    expression:
      "(SELECT VALUE = 'Yes' FROM performance_schema.tls_channel_status WHERE CHANNEL = 'mysql_main' AND PROPERTY = 'Enabled')",
    depends: 'tls_channel_status',
    since: [8, 0, 21],
  },
  status('tls_accepts', 'Ssl_accepts'),
  jsonList(
    'dump_threads',
    'threads',
    `'user', PROCESSLIST_USER, 'host', PROCESSLIST_HOST, 'encrypted', CASE WHEN CONNECTION_TYPE IS NOT NULL THEN ${jsonBoolean("CONNECTION_TYPE = 'SSL/TLS'")} END`,
    "PROCESSLIST_COMMAND LIKE 'Binlog Dump%'",
  ),
  jsonList(
    'worker_errors',
    'replication_applier_status_by_worker',
    "'channel', CHANNEL_NAME, 'errno', LAST_ERROR_NUMBER, 'text', LAST_ERROR_MESSAGE, 'at', DATE_FORMAT(CONVERT_TZ(LAST_ERROR_TIMESTAMP, @@session.time_zone, '+00:00'), '%Y-%m-%dT%H:%i:%s.%fZ')",
    'LAST_ERROR_NUMBER <> 0',
  ),
  jsonList(
    'applier_retries',
    'replication_applier_status',
    "'channel', CHANNEL_NAME, 'count', COUNT_TRANSACTIONS_RETRIES",
    'COUNT_TRANSACTIONS_RETRIES IS NOT NULL',
  ),
  // Between two retries neither the count nor a state tells of the lock; this stays until the transaction is applied.
  jsonList(
    'applier_waits',
    'replication_applier_status_by_worker',
    "'channel', CHANNEL_NAME, 'transaction', APPLYING_TRANSACTION",
    "APPLYING_TRANSACTION <> '' AND APPLYING_TRANSACTION_LAST_TRANSIENT_ERROR_NUMBER IN (1205, 1213)",
    [8, 0, 13],
  ),
  {
    ...jsonList(
      'lock_waits',
      'replication_applier_status_by_worker w JOIN performance_schema.threads t ON t.THREAD_ID = w.THREAD_ID',
      "'channel', w.CHANNEL_NAME, 'state', t.PROCESSLIST_STATE",
      waitsForLock('t.PROCESSLIST_STATE', 't.PROCESSLIST_ID'),
    ),
    // INNODB_TRX needs PROCESS.
    depends: '(?:PROCESS|replication_applier_status_by_worker|threads)',
  },
];

const candidates: Readonly<Record<Flavor, readonly Candidate[]>> = { mariadb, mysql };

/** The widest list that this version should understand; the same one for all servers that should understand it. */
export function columnsFor(flavor: Flavor, version: string): readonly ColumnSource[] {
  const columns = candidates[flavor].filter(
    ({ since, until }) =>
      (since === undefined || isAtLeast(version, since)) && (until === undefined || !isAtLeast(version, until)),
  );
  const names = columns.map(({ column }) => column).join();
  const list = widest.get(names) ?? columns;
  widest.set(names, list);
  return list;
}

/** By their columns: as many as `since` and `until` above tell versions apart. */
const widest = new Map<string, readonly ColumnSource[]>();

/** Every expression that may ever stand in the SELECT about a server, in order. */
export const allColumns: Readonly<Record<Flavor, readonly ColumnSource[]>> = candidates;
