import { flagOf, known, numberOf, textOf, wordOf } from './columns';
import type { ConnectionStatus, GtidUse, ReplicationFilter, Thread } from './model';
import type { Row } from './reading';
import { followUpErrno, toReplicationError, type WorkerError } from './replicationError';

/** Retries of the applier since it started, by channel. */
export interface ApplierRetries {
  readonly channel: string;
  readonly count: number;
}

/** A transaction that a worker tries again after a lock wait or a deadlock. */
export interface ApplierWait {
  readonly channel: string;
  readonly transaction: string;
}

/** A thread that applies and waits for a lock. */
export interface LockWait {
  /** MySQL; MariaDB does not tell which connection a thread is of. */
  readonly channel?: string;
  /** The thread's state, in the server's words. */
  readonly state: string;
}

/** What other tables add to the status. Empty where the account may not read them. */
export interface StatusExtras {
  readonly lockWaits?: readonly LockWait[];

  readonly workerErrors?: readonly WorkerError[];
  readonly applierRetries?: readonly ApplierRetries[];
  readonly applierWaits?: readonly ApplierWait[];
}

/** The same names on MariaDB 10.4 to 11.8 and MySQL 8.0 to 9.7. */
const filterColumns = [
  ...['Replicate_Do_DB', 'Replicate_Ignore_DB', 'Replicate_Do_Table', 'Replicate_Ignore_Table'],
  ...['Replicate_Wild_Do_Table', 'Replicate_Wild_Ignore_Table', 'Replicate_Do_Domain_Ids'],
  ...['Replicate_Ignore_Domain_Ids', 'Replicate_Ignore_Server_Ids', 'Replicate_Rewrite_DB'],
];

/** `SHOW ALL SLAVES STATUS`, or `SHOW SLAVE STATUS`, which has no Connection_name: then it is the default one. */
export function parseMariadbStatus(rows: readonly Row[], extras: StatusExtras = {}): readonly ConnectionStatus[] {
  return rows.map((row) => ({
    ...parseCommon(row),
    name: textOf(row, 'Connection_name') ?? '',
    gtid: mariadbGtidUse(wordOf(row, 'Using_Gtid')),
    ...known({
      receivedGtid: textOf(row, 'Gtid_IO_Pos'),
      appliedGtid: textOf(row, 'Gtid_Slave_Pos'),
      retriedTransactions: numberOf(row, 'Retried_transactions'),
      // Of several connections, the one whose SQL thread is in the very state of the thread that waits.
      lockWaits: extras.lockWaits
        ?.map(({ state }) => state)
        .filter((state) => rows.length === 1 || state === sqlStateOf(row)),
      ioError: toReplicationError(numberOf(row, 'Last_IO_Errno'), textOf(row, 'Last_IO_Error')),
      sqlError: toReplicationError(
        numberOf(row, 'Last_SQL_Errno', 'Last_Errno'),
        textOf(row, 'Last_SQL_Error', 'Last_Error'),
      ),
    }),
  }));
}

/** `SHOW REPLICA STATUS` or, before 8.0.22, `SHOW SLAVE STATUS`: one row per channel. */
export function parseMysqlStatus(rows: readonly Row[], extras: StatusExtras = {}): readonly ConnectionStatus[] {
  return rows.map((row) => {
    const name = textOf(row, 'Channel_Name') ?? '';
    const sqlErrno = numberOf(row, 'Last_SQL_Errno', 'Last_Errno');
    const worker = chooseWorker(extras.workerErrors ?? [], name, sqlErrno);
    return {
      ...parseCommon(row),
      name,
      gtid: mysqlGtidUse(row),
      ...known({
        sourceUuid: wordOf(row, 'Source_UUID', 'Master_UUID'),
        receivedGtid: textOf(row, 'Retrieved_Gtid_Set'),
        appliedGtid: textOf(row, 'Executed_Gtid_Set'),
        retriedTransactions: extras.applierRetries?.find((retries) => retries.channel === name)?.count,
        lockWaits: extras.lockWaits?.filter((wait) => wait.channel === name).map(({ state }) => state),
        retryingTransaction: extras.applierWaits?.find((wait) => wait.channel === name)?.transaction,
        ioError: toReplicationError(
          numberOf(row, 'Last_IO_Errno'),
          textOf(row, 'Last_IO_Error'),
          wordOf(row, 'Last_IO_Error_Timestamp'),
        ),
        sqlError: toReplicationError(
          sqlErrno,
          textOf(row, 'Last_SQL_Error', 'Last_Error'),
          wordOf(row, 'Last_SQL_Error_Timestamp'),
          worker,
        ),
      }),
    };
  });
}

/**
 * The worker that failed with the coordinator's number; else the first that failed at all on this channel. One that only
 * followed another tells nothing.
 */
function chooseWorker(
  errors: readonly WorkerError[],
  channel: string,
  errno: number | undefined,
): WorkerError | undefined {
  const own = errors.filter((error) => error.channel === channel && error.errno !== 0);
  const causes = own.filter((error) => error.errno !== followUpErrno);
  return causes.find((error) => error.errno === errno) ?? causes[0] ?? own[0];
}

function parseCommon(row: Row): Omit<ConnectionStatus, 'name' | 'gtid'> {
  return {
    sourceHost: wordOf(row, 'Master_Host', 'Source_Host') ?? '',
    sourcePort: numberOf(row, 'Master_Port', 'Source_Port') ?? 3306,
    ioThread: toIoThread(row),
    sqlThread: toThread(wordOf(row, 'Slave_SQL_Running', 'Replica_SQL_Running')),
    delaySeconds: numberOf(row, 'SQL_Delay') ?? 0,
    filters: parseFilters(row),
    tls: known({
      asked: flagOf(row, 'Master_SSL_Allowed', 'Source_SSL_Allowed'),
      verify: flagOf(row, 'Master_SSL_Verify_Server_Cert', 'Source_SSL_Verify_Server_Cert'),
    }),
    raw: row,
    ...known({
      sourceUser: wordOf(row, 'Master_User', 'Source_User'),
      sourceServerId: positive(numberOf(row, 'Master_Server_Id', 'Source_Server_Id')),
      ioState: wordOf(row, 'Slave_IO_State', 'Replica_IO_State'),
      sqlState: sqlStateOf(row),
      secondsBehind: numberOf(row, 'Seconds_Behind_Master', 'Seconds_Behind_Source'),
      remainingDelaySeconds: numberOf(row, 'SQL_Remaining_Delay'),
      readPosition: position(
        wordOf(row, 'Master_Log_File', 'Source_Log_File'),
        numberOf(row, 'Read_Master_Log_Pos', 'Read_Source_Log_Pos'),
      ),
      executedPosition: position(
        wordOf(row, 'Relay_Master_Log_File', 'Relay_Source_Log_File'),
        numberOf(row, 'Exec_Master_Log_Pos', 'Exec_Source_Log_Pos'),
      ),
      relayLogBytes: numberOf(row, 'Relay_Log_Space'),
      until: parseUntil(row),
      retryCount: numberOf(row, 'Master_Retry_Count', 'Source_Retry_Count'),
    }),
  };
}

function sqlStateOf(row: Row): string | undefined {
  return wordOf(row, 'Slave_SQL_Running_State', 'Replica_SQL_Running_State', 'Slave_SQL_State');
}

/**
 * MySQL says Yes with error number 0 while it only shakes hands with its source, also between two refusals (measured on
 * 9.7: 2 to 13 ms of every second). MariaDB calls that moment Preparing. It runs only when it fetches.
 */
const shakingHands = /^(?:Checking (?:source|master) version|Registering (?:replica|slave) on (?:source|master))$/;

function toIoThread(row: Row): Thread {
  const thread = toThread(wordOf(row, 'Slave_IO_Running', 'Replica_IO_Running'));
  const state = wordOf(row, 'Slave_IO_State', 'Replica_IO_State');
  return thread === 'running' && state !== undefined && shakingHands.test(state) ? 'connecting' : thread;
}

function toThread(word: string | undefined): Thread {
  switch (word?.toLowerCase()) {
    case 'yes':
      return 'running';
    case 'no':
      return 'stopped';
    case 'connecting':
    case 'preparing':
      return 'connecting';
    default:
      return 'unknown';
  }
}

function mariadbGtidUse(word: string | undefined): GtidUse {
  switch (word?.toLowerCase()) {
    case 'slave_pos':
    case 'replica_pos':
      return 'slavePos';
    case 'current_pos':
      return 'currentPos';
    default:
      return 'no';
  }
}

function mysqlGtidUse(row: Row): GtidUse {
  return flagOf(row, 'Auto_Position') === true ? 'autoPosition' : 'no';
}

function parseFilters(row: Row): readonly ReplicationFilter[] {
  return filterColumns.flatMap((column) => {
    const value = wordOf(row, column);
    return value === undefined ? [] : [{ kind: column.toLowerCase(), value }];
  });
}

function parseUntil(row: Row): ConnectionStatus['until'] {
  const condition = wordOf(row, 'Until_Condition');
  if (condition === undefined || condition.toLowerCase() === 'none') {
    return undefined;
  }
  return {
    condition,
    ...known({ file: wordOf(row, 'Until_Log_File'), position: positive(numberOf(row, 'Until_Log_Pos')) }),
  };
}

function position(
  file: string | undefined,
  at: number | undefined,
): { readonly file: string; readonly position: number } | undefined {
  return file === undefined || at === undefined ? undefined : { file, position: at };
}

/** Server ids, and positions of an UNTIL: 0 stands for "none yet". */
function positive(value: number | undefined): number | undefined {
  return value === undefined || value <= 0 ? undefined : value;
}
