import { connecting, error, fatal, fleetOf, io, mysql, r, sql, p, type Node } from './fleetBuilder';
import type { Case } from './case';

/** One replica of s1 is different. */
const on = (title: string, id: string | readonly string[], connection: Node['connection'], more: Node = {}): Case => ({
  title,
  gives: typeof id === 'string' ? [id] : id,
  fleet: () => fleetOf({ [r]: { connection: connection ?? {}, ...more } }),
});
const onMysql = (title: string, id: string, connection: Node['connection'], more: Node = {}): Case => ({
  title: `MySQL: ${title}`,
  gives: [id],
  fleet: () =>
    fleetOf(
      {
        [p]: { facts: mysql },
        [r]: { facts: mysql, connection: { name: 'ch', gtid: 'autoPosition', ...connection }, ...more },
      },
      { s1: { instances: [p, r], primary: p } },
    ),
});

const inner = (text: string) => `connecting slave requested to start from GTID ${text}`;
const stopped = { ioThread: 'stopped', sqlThread: 'stopped', secondsBehind: undefined } as const;

const refusedRegistration = io(
  1597,
  "Master command COM_REGISTER_SLAVE failed: Access denied for user 'repl'@'10.192.0.7' (using password: YES) (Errno: 1045)",
  'connecting',
);

export const threadCases: readonly Case[] = [
  on('a healthy replica', [], {}),
  on('both threads stopped', 'replica.stoppedByOperator', stopped),
  on('IO thread stopped', 'replica.ioStopped', { ioThread: 'stopped', secondsBehind: undefined }),
  on('SQL thread stopped', 'replica.sqlStopped', { sqlThread: 'stopped', secondsBehind: undefined }),
  on('threads in an unknown state', [], { ioThread: 'unknown', sqlThread: 'unknown', secondsBehind: undefined }),
  on('UNTIL reached', 'replica.untilReached', { ...stopped, until: { condition: 'Gtid' } }),
  on('UNTIL not yet reached', [], { until: { condition: 'Gtid' } }),
  onMysql('UNTIL reached', 'replica.untilReached', {
    sqlThread: 'stopped',
    secondsBehind: undefined,
    until: { condition: 'SQL_AFTER_GTIDS' },
  }),
  on('a named connection stopped', 'replica.stoppedByOperator', { ...stopped, name: "it's" }),
  on(
    '1045',
    'replica.io.accessDenied',
    connecting(1045, "Access denied for user 'repl'@'10.192.0.7' (using password: YES)"),
  ),
  on('1045 without TLS', 'replica.io.accessDenied', {
    ...connecting(1045, "Access denied for user 'repl'@'10.192.0.7' (using password: YES)"),
    tls: { asked: false },
  }),
  on('1698', 'replica.io.accessDenied', connecting(1698, "Access denied for user 'rsock'@'10.192.0.7'")),
  on('an old IO error while the thread runs', [], { ioError: error(1045, 'Access denied') }),
  on(
    '1130',
    'replica.io.hostNotAllowed',
    connecting(1130, "Host '10.192.0.7' is not allowed to connect to this MariaDB server"),
  ),
  on(
    '1129',
    'replica.io.hostNotAllowed',
    connecting(
      1129,
      "Host '10.192.0.7' is blocked because of many connection errors; unblock with 'mysqladmin flush-hosts'",
    ),
  ),
  on(
    '2003',
    'replica.io.unreachable',
    connecting(2003, `Can't connect to server on 'db1100.eqiad.wmnet' (111 "Connection refused")`),
  ),
  on('2013', 'replica.io.unreachable', connecting(2013, 'Lost connection to server at handshake')),
  onMysql(
    '2003 after the last attempt',
    'replica.io.unreachable',
    io(
      2003,
      "Error connecting to source 'repl@db1100:3311'. This was attempt 2/2, with a delay of 1 seconds between attempts. Message: Can't connect to MySQL server on 'db1100:3311' (111)",
    ),
  ),
  on('2005', 'replica.io.unknownHost', { ...connecting(2005, "Unknown server host 'db1100.eqiad.wmnet' (-2)") }),
  on('1040', 'replica.io.sourceFull', connecting(1040, 'Too many connections')),
  on(
    '2026 without TLS on the source',
    'replica.io.tlsRefused',
    connecting(2026, 'SSL connection error: SSL is required, but the server does not support it'),
  ),
  on(
    '2026 self-signed',
    'replica.io.tlsRefused',
    connecting(2026, 'SSL connection error: SSL certificate is self-signed'),
  ),
  onMysql(
    '2061',
    'replica.io.tlsRefused',
    io(
      2061,
      "Error connecting to source 'repl@db1100:3311'. This was attempt 1/10, with a delay of 2 seconds between attempts. Message: Authentication plugin 'caching_sha2_password' reported error: Authentication requires secure connection.",
      'connecting',
    ),
  ),
  on(
    '1597',
    'replica.io.privilegeMissing',
    io(
      1597,
      "Master command COM_REGISTER_SLAVE failed: Access denied for user 'norepl'@'10.192.0.7' (using password: YES) (Errno: 1045)",
      'connecting',
    ),
  ),
  on(
    '1597 for another reason',
    'replica.io.error',
    io(
      1597,
      'Master command COM_REGISTER_SLAVE failed: failed registering on master, reconnecting to try again (Errno: 2013)',
      'connecting',
    ),
  ),
  onMysql(
    '13120',
    'replica.io.privilegeMissing',
    io(
      13120,
      "Source command COM_REGISTER_REPLICA failed: Access denied for user 'norepl'@'10.192.0.7' (using password: YES) (Errno: 1045)",
      'connecting',
    ),
  ),
  on(
    '1597 a moment ago, and trying again',
    'replica.io.privilegeMissing',
    { ioThread: 'connecting', secondsBehind: undefined },
    { before: { connection: refusedRegistration } },
  ),
  on('1597 a moment ago, and connected since', [], {}, { before: { connection: refusedRegistration } }),
  on(
    'an old error of a thread that ran since, and connects anew',
    [],
    { ioThread: 'connecting', secondsBehind: undefined },
    { before: { connection: { ...refusedRegistration, ioThread: 'running' } } },
  ),
  on(
    '1593 equal ids',
    'replica.io.sameServerId',
    io(
      1593,
      'Fatal error: The slave I/O thread stops because master and slave have equal MariaDB server ids; these ids must be different for replication to work (or the --replicate-same-server-id option must be used on slave but this does not always make sense; please check the manual before using it).',
    ),
  ),
  on(
    '1593 empty user',
    'replica.io.userMissing',
    io(
      1593,
      'Fatal error: Invalid (empty) username when attempting to connect to the master server. Connection attempt terminated.',
    ),
  ),
  on(
    '1593 for another reason',
    'replica.io.error',
    io(
      1593,
      'Fatal error: The slave I/O thread stops because a fatal error is encountered when it try to get the value of SERVER_ID variable from master.',
    ),
  ),
  on('1236 no log', 'replica.io.binlogDisabled', fatal('Binary log is not open')),
  on(
    '1236 purged, by GTID',
    'replica.io.binlogPurged',
    fatal('Could not find first log file name in binary log index file'),
  ),
  on('1236 purged, by position', ['replica.io.binlogPurged', 'replica.gtidOff'], {
    ...fatal('Could not find first log file name in binary log index file'),
    gtid: 'no',
  }),
  on(
    '1236 impossible position',
    'replica.io.impossiblePosition',
    fatal(
      "Client requested master to start replication from impossible position; the first event 'm1-bin.000002' at 99999999, the last event read from 'm1-bin.000002' at 4, the last byte read from 'm1-bin.000002' at 4.",
    ),
  ),
  on('1236 inside an event', ['replica.io.positionInsideEvent', 'replica.gtidOff'], {
    ...fatal(
      "binlog truncated in the middle of event; consider out of disk space on master; the first event 'm1-bin.000001' at 333, the last event read from 'm1-bin.000001' at 333, the last byte read from 'm1-bin.000001' at 352.",
    ),
    gtid: 'no',
  }),
  on(
    '1236 inside an event, by GTID',
    'replica.io.positionInsideEvent',
    fatal(
      "binlog truncated in the middle of event; consider out of disk space on master; the first event 'm1-bin.000001' at 333, the last event read from 'm1-bin.000001' at 333, the last byte read from 'm1-bin.000001' at 352.",
    ),
  ),
  // Measured on MariaDB 10.11 and MySQL 9.7 with positions between the starts of events.
  on('1236 inside an event, read as a giant one', ['replica.io.positionInsideEvent', 'replica.gtidOff'], {
    ...fatal(
      "log event entry exceeded max_allowed_packet; Increase max_allowed_packet on master; the first event 'binlog.000001' at 790, the last event read from 'binlog.000001' at 790, the last byte read from 'binlog.000001' at 809.",
    ),
    gtid: 'no',
  }),
  on(
    '1236 inside an event, read as nonsense, in the words of MySQL',
    ['replica.io.positionInsideEvent', 'replica.gtidOff'],
    {
      ...fatal(
        "bogus data in log event; the first event 'binlog.000001' at 530, the last event read from './binlog.000001' at 127, the last byte read from './binlog.000001' at 549.",
      ),
      gtid: 'no',
    },
  ),
  on('1236 nonsense further on than the place that was asked for', ['replica.io.error', 'replica.gtidOff'], {
    ...fatal(
      "bogus data in log event; the first event 'binlog.000001' at 530, the last event read from './binlog.000001' at 99000, the last byte read from './binlog.000001' at 99019.",
    ),
    gtid: 'no',
  }),
  on('1236 with a text nobody knows', 'replica.io.error', fatal('Something new')),
  on(
    '1945',
    'replica.io.gtidNotInSource',
    fatal(`Error: ${inner('0-101-99999')}, which is not in the master's binlog`),
  ),
  on(
    '1955',
    'replica.io.gtidDiverged',
    fatal(
      `Error: ${inner('0-201-5')}, which is not in the master's binlog. Since the master's binlog contains GTIDs with higher sequence numbers, it probably means that the slave has diverged due to executing extra erroneous transactions`,
    ),
  ),
  on(
    '1951',
    'replica.io.gtidHole',
    fatal(
      'The binlog on the master is missing the GTID 0-101-77 requested by the slave (even though a subsequent sequence number does exist), and GTID strict mode is enabled',
    ),
  ),
  on(
    'GTID purged',
    'replica.io.gtidPurged',
    fatal(
      'Could not find GTID state requested by slave in any binlog files. Probably the slave state is too old and required binlog files have been purged.',
    ),
  ),
  on(
    'GTID position empty',
    'replica.io.gtidPurged',
    fatal(
      'Could not find GTID state requested by slave in any binlog files. Probably the slave state is too old and required binlog files have been purged.',
    ),
    { facts: { gtidSlavePos: '', gtidBinlogState: '' } },
  ),
  onMysql(
    'GTID purged',
    'replica.io.gtidPurged',
    io(
      13114,
      "Got fatal error 1236 from source when reading data from binary log: 'Cannot replicate because the source purged required binary logs. Replicate the missing transactions from elsewhere, or provision a new replica from backup. Consider increasing the source's binary log expiration period. The GTID set sent by the replica is '6c77b098-e623-11f1-bffb-02fc00000001:1-19', and the missing transactions are '6c77b098-e623-11f1-bffb-02fc00000001:20''",
    ),
  ),
  onMysql(
    'replica ahead',
    'replica.io.gtidNotInSource',
    io(
      13114,
      "Got fatal error 1236 from source when reading data from binary log: 'Replica has more GTIDs than the source has, using the source's SERVER_UUID. This may indicate that the the last binary log file was truncated or lost'",
    ),
  ),
  on('1153', 'replica.io.packetTooLarge', io(1153, "Got a packet bigger than 'slave_max_allowed_packet' bytes")),
  on(
    '1236 too large, by GTID',
    'replica.io.packetTooLarge',
    fatal(
      "log event entry exceeded max_allowed_packet; Increase max_allowed_packet on master; the first event 'binlog.000001' at 4, the last event read from 'binlog.000001' at 4, the last byte read from 'binlog.000001' at 23.",
    ),
  ),
  onMysql(
    '13125',
    'replica.io.packetTooLarge',
    io(13125, "Got a packet bigger than 'replica_max_allowed_packet' bytes"),
  ),
  on(
    '1236 packet',
    'replica.io.packetTooLarge',
    fatal('log event entry exceeded max_allowed_packet; Increase max_allowed_packet on master'),
  ),
  on(
    'another IO error',
    'replica.io.error',
    io(1743, 'Replication event checksum verification failed while reading from network.'),
  ),
  on(
    'an IO error that speaks to a terminal',
    'replica.io.error',
    io(1952, 'Unexpected \u001b[31mGTID`; DROP TABLE x;\n`'),
  ),
  on(
    '1062',
    'replica.sql.duplicateKey',
    sql(
      1062,
      "Could not execute Write_rows_v1 event on table lab.t; Duplicate entry '3' for key 'PRIMARY', Error_code: 1062; handler error HA_ERR_FOUND_DUPP_KEY; the event's master log m1-bin.000004, end_log_pos 1229",
    ),
  ),
  on(
    '1062 in a table with a long name',
    'replica.sql.duplicateKey',
    sql(
      1062,
      "Could not execute Write_rows_v1 event on table shop.customers_archived; Duplicate entry '3' for key 'PRIMARY', Error_code: 1062; handler error HA_ERR_FOUND_DUPP_KEY; the event's master log m1-bin.000004, end_log_pos 1229",
    ),
  ),
  onMysql(
    '1062 by the worker',
    'replica.sql.duplicateKey',
    sql(
      1062,
      "Coordinator stopped because there were error(s) in the worker(s). The most recent failure being: Worker 1 failed executing transaction '6c77b098-e623-11f1-bffb-02fc00000001:11' at source log binlog.000001, end_log_pos 3157. See error log and/or performance_schema.replication_applier_status_by_worker table for more details about this failure or others, if any.",
      "Worker 1 failed executing transaction '6c77b098-e623-11f1-bffb-02fc00000001:11' at source log binlog.000001, end_log_pos 3157; Could not execute Write_rows event on table lab.t; Duplicate entry '8' for key 't.PRIMARY', Error_code: 1062; handler error HA_ERR_FOUND_DUPP_KEY; the event's source log binlog.000001, end_log_pos 3157",
    ),
  ),
  onMysql('1062, the worker not readable', 'replica.sql.duplicateKey', {
    ...sql(
      1062,
      "Coordinator stopped because there were error(s) in the worker(s). The most recent failure being: Worker 1 failed executing transaction '6c77b098-e623-11f1-bffb-02fc00000001:1' at source log binlog.000001, end_log_pos 404.",
    ),
    sqlThread: 'running',
    sqlState: 'Waiting for workers to exit',
  }),
  on(
    '1032 delete',
    'replica.sql.rowMissing',
    sql(
      1032,
      "Could not execute Delete_rows_v1 event on table lab.t; Can't find record in 't', Error_code: 1032; handler error HA_ERR_KEY_NOT_FOUND; the event's master log m1-bin.000004, end_log_pos 2106",
    ),
  ),
  on(
    '1032 update',
    'replica.sql.rowMissing',
    sql(
      1032,
      "Could not execute Update_rows_v1 event on table lab.t; Can't find record in 't', Error_code: 1032; handler error HA_ERR_KEY_NOT_FOUND; the event's master log m1-bin.000004, end_log_pos 2996",
    ),
  ),
  on(
    '1032 in a table with a long name',
    'replica.sql.rowMissing',
    sql(
      1032,
      "Could not execute Delete_rows_v1 event on table shop.customers_archived; Can't find record in 'customers_archived', Error_code: 1032; handler error HA_ERR_KEY_NOT_FOUND; the event's master log m1-bin.000004, end_log_pos 2106",
    ),
  ),
  on(
    '1452',
    'replica.sql.foreignKey',
    sql(
      1452,
      "Could not execute Write_rows_v1 event on table lab.c; Cannot add or update a child row: a foreign key constraint fails (`lab`.`c`, CONSTRAINT `c_ibfk_1` FOREIGN KEY (`pid`) REFERENCES `p` (`id`)), Error_code: 1452; handler error HA_ERR_NO_REFERENCED_ROW; the event's master log m1-bin.000004, end_log_pos 11530",
    ),
  ),
  on(
    '1451',
    'replica.sql.foreignKey',
    sql(
      1451,
      "Could not execute Delete_rows_v1 event on table lab.p; Cannot delete or update a parent row: a foreign key constraint fails, Error_code: 1451; the event's master log m1-bin.000004, end_log_pos 11",
    ),
  ),
  on('1146', 'replica.sql.tableMissing', sql(1146, "Error executing row event: 'Table 'lab.t' doesn't exist'")),
  on('1146 behind a filter', ['replica.sql.tableMissing', 'replica.filtered'], {
    ...sql(1146, "Error executing row event: 'Table 'lab.t' doesn't exist'"),
    filters: [{ kind: 'replicate_wild_ignore_table', value: 'lab.%' }],
  }),
  on(
    '1049',
    'replica.sql.tableMissing',
    sql(1049, "Error 'Unknown database 'lab'' on query. Default database: 'lab'. Query: 'CREATE TABLE t (i int)'"),
  ),
  on(
    '1677',
    'replica.sql.columnMismatch',
    sql(
      1677,
      "Column 1 of table 'lab.t' cannot be converted from type 'varchar(20 octets)' to type 'varchar(2 octets) character set latin1'",
    ),
  ),
  on(
    '1396 create',
    'replica.sql.accountExists',
    sql(
      1396,
      "Error 'Operation CREATE USER failed for 'dup1'@'%'' on query. Default database: ''. Query: 'CREATE USER dup1@'%''",
    ),
  ),
  on(
    '1396 drop',
    'replica.sql.accountExists',
    sql(
      1396,
      "Error 'Operation DROP USER failed for 'dup1'@'%'' on query. Default database: ''. Query: 'DROP USER dup1@'%''",
    ),
  ),
  on(
    '1950',
    'replica.sql.gtidOutOfOrder',
    sql(
      1950,
      'An attempt was made to binlog GTID 0-101-131 which would create an out-of-order sequence number with existing GTID 0-201-132, and gtid strict mode is enabled',
    ),
  ),
  on('1594 by GTID', 'replica.sql.relayLogCorrupt', {
    ...sql(1594, 'Relay log read failure: Could not parse relay log event entry.'),
    name: 'a',
  }),
  on('1594 by position', ['replica.sql.relayLogCorrupt', 'replica.gtidOff'], {
    ...sql(1594, 'Relay log read failure: Could not parse relay log event entry.'),
    gtid: 'no',
    readPosition: { file: 'bin.000004', position: 9000 },
  }),
  onMysql(
    '13121',
    'replica.sql.relayLogCorrupt',
    sql(13121, 'Relay log read failure: Could not parse relay log event entry.'),
  ),
  on(
    '1595 of the IO thread',
    'replica.sql.diskFull',
    io(1595, 'Relay log write failure: failed to write a Rotate event to the relay log'),
  ),
  on(
    '1595 for an event that was refused, by GTID',
    'replica.io.error',
    io(1595, 'Relay log write failure: could not queue event from master'),
  ),
  on('1595 for an event that was refused, by position', ['replica.io.error', 'replica.gtidOff'], {
    ...io(1595, 'Relay log write failure: could not queue event from master'),
    gtid: 'no',
    readPosition: { file: 'bin.000004', position: 1190 },
  }),
  onMysql(
    '13122 for an event that was refused',
    'replica.io.error',
    io(13122, 'Relay log write failure: could not queue event from source'),
  ),
  on(
    '1114',
    'replica.sql.diskFull',
    sql(
      1114,
      "Could not execute Write_rows_v1 event on table lab.t; The table 't' is full, Error_code: 1114; handler error HA_ERR_RECORD_FILE_FULL; the event's master log m1-bin.000004, end_log_pos 11",
    ),
  ),
  on(
    '1964',
    'replica.sql.earlierCommitFailed',
    sql(1964, 'Commit failed due to failure of an earlier commit on which this one depends'),
  ),
  onMysql('3030 of an unknown cause', 'replica.sql.earlierCommitFailed', sql(3030, 'Coordinator stopped because')),
  on(
    'another SQL error',
    'replica.sql.error',
    sql(1590, 'The incident LOST_EVENTS occurred on the master. Message: error writing to the binary log'),
  ),
  onMysql(
    'another SQL error, the worker not readable',
    'replica.sql.error',
    sql(3546, 'Coordinator stopped because there were error(s) in the worker(s).'),
  ),
  on('IO and SQL error at once', ['replica.io.accessDenied', 'replica.sql.rowMissing'], {
    ...connecting(1045, "Access denied for user 'repl'@'10.192.0.7' (using password: YES)"),
    ...sql(
      1032,
      "Could not execute Update_rows_v1 event on table lab.t; Can't find record in 't', Error_code: 1032; the event's master log m1-bin.000004, end_log_pos 2996",
    ),
    secondsBehind: undefined,
  }),
  on(
    'retries rise at one place',
    'replica.sql.lockWait',
    { retriedTransactions: 4, secondsBehind: 7, sqlState: 'Update_rows_log_event::find_row()' },
    { before: { connection: { retriedTransactions: 3 } } },
  ),
  on(
    'retries rise and it moves',
    [],
    { retriedTransactions: 4 },
    { before: { connection: { retriedTransactions: 3, executedPosition: { file: 'bin.000004', position: 900 } } } },
  ),
  on(
    'asleep between two retries',
    'replica.sql.lockWait',
    {
      retriedTransactions: 3,
      secondsBehind: 6,
      sqlState: 'After apply log event',
      readPosition: { file: 'bin.000004', position: 9000 },
    },
    { before: { connection: { retriedTransactions: 3 } } },
  ),
  on(
    'MySQL names the transaction between two retries',
    'replica.sql.lockWait',
    { retriedTransactions: 3, secondsBehind: 6, retryingTransaction: 'uuid:180' },
    { before: { connection: { retriedTransactions: 3, retryingTransaction: 'uuid:180' } } },
  ),
  on(
    'one long wait for a lock, without a retry',
    'replica.sql.lockWait',
    { secondsBehind: 6, lockWaits: ['Update_rows_log_event::find_row()'] },
    { before: { connection: { lockWaits: ['Update_rows_log_event::find_row()'] } } },
  ),
  on(
    'a wait for a lock that has lasted for long',
    'replica.sql.lockWait',
    { secondsBehind: 6000, lockWaits: ['Waiting for table metadata lock'] },
    {
      before: { connection: { lockWaits: ['Waiting for table metadata lock'] } },
    },
  ),
  onMysql(
    'one long wait for a lock, without a retry',
    'replica.sql.lockWait',
    { secondsBehind: 6, lockWaits: ['Waiting for table metadata lock'] },
    {
      before: {
        connection: { name: 'ch', gtid: 'autoPosition', lockWaits: ['Applying batch of row changes (update)'] },
      },
    },
  ),
  on(
    'a wait for a lock in one reading only',
    [],
    { lockWaits: ['Waiting for table metadata lock'] },
    { before: { connection: { lockWaits: [] } } },
  ),
  on(
    'waits for locks while it moves',
    [],
    { lockWaits: ['Waiting for table metadata lock'] },
    {
      before: {
        connection: {
          lockWaits: ['Waiting for table metadata lock'],
          executedPosition: { file: 'bin.000004', position: 900 },
        },
      },
    },
  ),
  on(
    'MySQL retries another transaction than before',
    [],
    { retriedTransactions: 3, secondsBehind: 6, retryingTransaction: 'uuid:181' },
    { before: { connection: { retriedTransactions: 3, retryingTransaction: 'uuid:180' } } },
  ),
  on(
    'a long transaction after old retries',
    [],
    {
      retriedTransactions: 3,
      secondsBehind: 6,
      sqlState: 'Update_rows_log_event::find_row()',
      readPosition: { file: 'bin.000004', position: 9000 },
    },
    { before: { connection: { retriedTransactions: 3 } } },
  ),
  on('old retries', [], { retriedTransactions: 4 }, { before: { connection: { retriedTransactions: 4 } } }),
  on('20 s behind', 'replica.lag', { secondsBehind: 20 }),
  on('301 s behind', 'replica.lag', { secondsBehind: 301 }),
  on('15 s behind', [], { secondsBehind: 15 }),
  on(
    'behind within its declared delay',
    ['replica.delayed'],
    { delaySeconds: 86400, secondsBehind: 86402 },
    { spec: { delaySeconds: 86400 } },
  ),
  on(
    'behind beyond its delay',
    ['replica.lag', 'replica.delayed'],
    { delaySeconds: 3600, secondsBehind: 4000 },
    { spec: { delaySeconds: 3600 } },
  ),
  on('a delay that nobody declared', ['replica.delayed'], { delaySeconds: 3600, secondsBehind: 2 }),
  on('a declared delay that is not set', ['replica.delayed'], {}, { spec: { delaySeconds: 3600 } }),
  on('lag unknown', 'replica.lagUnknown', { secondsBehind: undefined }),
  on('lag unknown right after a restart', [], { secondsBehind: undefined }, { facts: { uptimeSeconds: 2 } }),
  on('lag known a moment ago', [], { secondsBehind: undefined }, { before: { connection: { secondsBehind: 0 } } }),
  on(
    'connecting twice in a row without an error',
    'replica.lagUnknown',
    { ioThread: 'connecting', secondsBehind: undefined },
    { before: { connection: { ioThread: 'connecting' } } },
  ),
  on('connecting for the first time', [], { ioThread: 'connecting', secondsBehind: undefined }),
  on('filters', ['replica.filtered'], {
    filters: [{ kind: 'replicate_wild_ignore_table', value: 'superset\\_staging.%' }],
  }),
];
