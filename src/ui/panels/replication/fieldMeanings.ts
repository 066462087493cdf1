import { type Row } from '../../../core/replication/reading';
import { formatBytes, formatSeconds } from '../../../core/words';
import { t } from '../../../core/l10n';

/** What we know about a field of a status row or a server variable. */
export interface FieldMeaning {
  /** Plain words for this value; undefined: no comment. */
  readonly meaning?: (value: string, row: Row) => string | undefined;
  /** Why the server says NULL. Absent: nobody asks. */
  readonly whyNull?: (row: Row) => string;
  /** The field that this one repeats: it says the same for older clients. */
  readonly repeats?: string;
  /** Whether this is what a healthy server says. Absent: every value is usual. */
  readonly usual?: (value: string | null, row: Row) => boolean;
  /** Differs at every reading of a healthy server, so that a change is no news. */
  readonly moving?: true;
}

const oneOf = (...values: readonly (string | null)[]): ((value: string | null) => boolean) => {
  const usual = new Set(values);
  return (value) => usual.has(value);
};
const empty = oneOf('', null);
const words = (table: Readonly<Record<string, string>>): ((value: string) => string | undefined) => {
  return (value) => table[value];
};
const always = (meaning: string): ((value: string) => string | undefined) => {
  return (value) => (value === '' ? undefined : meaning);
};
const seconds = (value: string): string | undefined =>
  /^-?\d+(\.\d+)?$/.test(value) ? formatSeconds(Number(value)) : undefined;
const bytes = (value: string): string | undefined => (/^\d+$/.test(value) ? formatBytes(Number(value)) : undefined);
const on = (value: string): boolean => value === '1' || value === 'ON' || value === 'Yes';
const moving: FieldMeaning = { moving: true };

const ioRunning: FieldMeaning = {
  usual: oneOf('Yes'),
  meaning: words({
    Yes: t`receives events from the source`,
    No: t`does not receive: stopped or failed`,
    Connecting: t`tries to reach the source`,
    Preparing: t`is about to connect to the source`,
  }),
};
const sqlRunning: FieldMeaning = {
  usual: oneOf('Yes'),
  meaning: words({ Yes: t`applies what was received`, No: t`applies nothing: stopped or failed` }),
};
const errno: FieldMeaning = {
  usual: oneOf('0'),
  meaning: (value) => (value === '0' ? undefined : t`the server's own error number; the text stands beside it`),
};
const errorText: FieldMeaning = { usual: empty, meaning: always(t`the server's own words for its last error`) };
const filter: FieldMeaning = { usual: empty, meaning: always(t`a filter: not all of the source is applied here`) };
const behind: FieldMeaning = {
  usual: (value) => value !== null && Number(value) < 15,
  meaning: (value) =>
    t`${seconds(value) ?? value} by the server's own count; not trustworthy while the IO thread is behind`,
  whyNull: (row) => {
    const isRunning = (...names: readonly string[]): boolean => names.some((name) => row[name] === 'Yes');
    if (!isRunning('Slave_SQL_Running', 'Replica_SQL_Running')) return t`not counted while the SQL thread is stopped`;
    return isRunning('Slave_IO_Running', 'Replica_IO_Running')
      ? t`not counted, although both threads run`
      : t`not counted while the IO thread has no connection to the source`;
  },
  moving: true,
};
const tlsAllowed: FieldMeaning = {
  meaning: words({
    Yes: t`TLS is asked for; it does not say that the traffic is encrypted`,
    No: t`TLS is not asked for`,
    Ignored: t`TLS is asked for, but this server is built without it`,
  }),
  usual: oneOf('Yes', 'No'),
};
const skipCounter: FieldMeaning = {
  usual: oneOf('0', null),
  meaning: (value) => (value === '0' ? undefined : t`somebody has set it: that many event groups will be skipped`),
};
const sqlDelay: FieldMeaning = {
  usual: oneOf('0'),
  meaning: (value) => (value === '0' ? undefined : t`applies everything ${seconds(value) ?? value} late on purpose`),
};
const until: FieldMeaning = {
  usual: oneOf('None', '', null),
  meaning: (value) => (value === 'None' ? undefined : t`stops by itself there`),
};

/** By column name of `SHOW ALL SLAVES STATUS` and of `SHOW REPLICA STATUS`. */
export const statusMeanings: Readonly<Record<string, FieldMeaning>> = {
  Slave_IO_Running: ioRunning,
  Replica_IO_Running: ioRunning,
  Slave_SQL_Running: sqlRunning,
  Replica_SQL_Running: sqlRunning,
  Last_Errno: { ...errno, repeats: 'Last_SQL_Errno' },
  Last_IO_Errno: errno,
  Last_SQL_Errno: errno,
  Last_Error: { ...errorText, repeats: 'Last_SQL_Error' },
  Last_IO_Error: errorText,
  Last_SQL_Error: errorText,
  Seconds_Behind_Master: behind,
  Seconds_Behind_Source: behind,
  SQL_Delay: sqlDelay,
  SQL_Remaining_Delay: { moving: true, meaning: seconds },
  Skip_Counter: skipCounter,
  Until_Condition: until,
  Using_Gtid: {
    meaning: words({
      No: t`finds its place by file and position`,
      Slave_Pos: t`finds its place by GTID, from gtid_slave_pos`,
      Current_Pos: t`finds its place by GTID, own writes included: an errant write can stop it`,
    }),
    usual: oneOf('Slave_Pos', 'No'),
  },
  Auto_Position: { meaning: words({ '1': t`finds its place by GTID`, '0': t`finds its place by file and position` }) },
  Master_SSL_Allowed: tlsAllowed,
  Source_SSL_Allowed: tlsAllowed,
  Parallel_Mode: {
    meaning: words({
      conservative: t`applies in parallel only what the source committed together`,
      optimistic: t`applies in parallel and retries what collides`,
      aggressive: t`applies in parallel at any risk of retries`,
      minimal: t`only the commits run in parallel`,
      none: t`applies one after the other`,
    }),
  },
  Relay_Log_Space: { moving: true, meaning: bytes },
  Max_relay_log_size: { meaning: bytes },
  Retried_transactions: {
    moving: true,
    usual: oneOf('0', null),
    meaning: (value) =>
      value === '0' ? undefined : t`tried again since the thread started, after a lock or a deadlock`,
  },
  ...Object.fromEntries(
    [
      'Replicate_Do_DB',
      'Replicate_Ignore_DB',
      'Replicate_Do_Table',
      'Replicate_Ignore_Table',
      'Replicate_Wild_Do_Table',
      'Replicate_Wild_Ignore_Table',
      'Replicate_Ignore_Server_Ids',
      'Replicate_Do_Domain_Ids',
      'Replicate_Ignore_Domain_Ids',
      'Replicate_Rewrite_DB',
    ].map((name) => [name, filter]),
  ),
  ...Object.fromEntries(
    [
      'Master_Log_File',
      'Source_Log_File',
      'Read_Master_Log_Pos',
      'Read_Source_Log_Pos',
      'Relay_Log_File',
      'Relay_Log_Pos',
      'Relay_Master_Log_File',
      'Relay_Source_Log_File',
      'Exec_Master_Log_Pos',
      'Exec_Source_Log_Pos',
      'Gtid_IO_Pos',
      'Gtid_Slave_Pos',
      'Retrieved_Gtid_Set',
      'Executed_Gtid_Set',
      'Executed_log_entries',
      'Slave_received_heartbeats',
      'Slave_DDL_Groups',
      'Slave_Non_Transactional_Groups',
      'Slave_Transactional_Groups',
      'Slave_IO_State',
      'Slave_SQL_State',
      'Slave_SQL_Running_State',
      'Replica_IO_State',
      'Replica_SQL_Running_State',
    ].map((name) => [name, moving]),
  ),
};

/** By the name that the reading gives the server's variable (see `ServerColumn`). */
export const serverMeanings: Readonly<Record<string, FieldMeaning>> = {
  read_only: {
    meaning: (value) => (on(value) ? t`takes no writes but from privileged accounts` : t`takes writes`),
  },
  super_read_only: {
    meaning: (value) => (on(value) ? t`takes no writes, not even from privileged accounts` : undefined),
  },
  log_bin: {
    usual: (value) => value === null || on(value),
    meaning: (value) => (on(value) ? undefined : t`nothing can replicate from this server`),
  },
  binlog_format: {
    usual: oneOf('ROW', null),
    meaning: words({
      ROW: t`row changes are logged: the safe way`,
      MIXED: t`statements are logged where the server holds them to be safe`,
      STATEMENT: t`statements are logged: replicas can drift`,
    }),
  },
  binlog_row_image: {
    usual: oneOf('FULL', null),
    meaning: (value) => (value === 'FULL' ? undefined : t`changed rows are not logged whole`),
  },
  binlog_expire_seconds: {
    usual: (value) => value !== '0',
    meaning: (value) =>
      Number(value) === 0
        ? t`binary logs are never removed by age`
        : t`binary logs are kept for ${seconds(value) ?? value}`,
  },
  log_replica_updates: {
    meaning: (value) =>
      on(value)
        ? t`what it applies is logged: replicas can hang below it`
        : t`what it applies is not logged: nothing can replicate through it`,
  },
  gtid_strict_mode: { meaning: (value) => (on(value) ? t`refuses out-of-order GTIDs` : t`accepts out-of-order GTIDs`) },
  gtid_mode: { usual: oneOf('ON', null), meaning: words({ ON: t`every transaction has a GTID` }) },
  uptime_seconds: {
    moving: true,
    meaning: (value) => t`up for ${seconds(value) ?? value}`,
    usual: (value) => !(Number(value) < 3600),
  },
  tls_offered: { meaning: (value) => (on(value) ? t`offers TLS to clients` : t`does not offer TLS to clients`) },
  worker_errors: {
    usual: oneOf('[]', '', null),
    meaning: (value) => (value === '[]' ? undefined : t`errors of single applier workers`),
  },
  dump_threads: {
    moving: true,
    meaning: (value) => (value === '[]' ? t`no replica is connected` : t`replicas connected now`),
  },
  applier_retries: moving,
  applier_waits: moving,
  now_utc: moving,
  tls_accepts: moving,
  gtid_slave_pos: moving,
  gtid_binlog_pos: moving,
  gtid_binlog_state: moving,
  gtid_current_pos: moving,
  gtid_executed: moving,
};
