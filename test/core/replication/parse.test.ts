import assert from 'node:assert/strict';
import { parseLockWaits, parseServerFacts } from '../../../src/core/replication/parseServerFacts';
import { parseMariadbStatus, parseMysqlStatus } from '../../../src/core/replication/parseStatus';
import { innerErrno, sourceRefusal, toReplicationError } from '../../../src/core/replication/replicationError';
import type { Answer, Row } from '../../../src/core/replication/reading';
import { pendingSnapshot, toInstanceSnapshot } from '../../../src/core/toInstanceSnapshot';

const at = '2026-11-24T10:00:00.000Z';

describe('replication status by column name', () => {
  it('reads the old names of MySQL 8.0 as the new ones', () => {
    const old: Row = {
      Slave_IO_Running: 'Yes',
      Slave_SQL_Running: 'Yes',
      Master_Host: 'p',
      Master_Port: '3307',
      Master_UUID: 'AA',
      Master_Server_Id: '7',
      Seconds_Behind_Master: '4',
      Master_Log_File: 'b.1',
      Read_Master_Log_Pos: '10',
      Relay_Master_Log_File: 'b.1',
      Exec_Master_Log_Pos: '9',
      Auto_Position: '1',
      Channel_Name: 'c',
      Master_SSL_Allowed: 'Yes',
    };
    const renamed: Row = Object.fromEntries(
      Object.entries(old).map(([name, value]) => [name.replace('Slave', 'Replica').replace('Master', 'Source'), value]),
    );
    const [a] = parseMysqlStatus([old]);
    const [b] = parseMysqlStatus([renamed]);
    assert.deepEqual({ ...a, raw: {} }, { ...b, raw: {} });
    assert.equal(a?.secondsBehind, 4);
    assert.equal(a.sourceUuid, 'AA');
    assert.deepEqual(a.executedPosition, { file: 'b.1', position: 9 });
  });

  it('does not take a handshake for running, between two refusals either', () => {
    const check = (state: string, expected: string) => {
      const row = {
        Replica_IO_Running: 'Yes',
        Replica_SQL_Running: 'Yes',
        Replica_IO_State: state,
        Last_IO_Errno: '0',
      };
      assert.equal(parseMysqlStatus([row])[0]?.ioThread, expected, state);
    };
    check('Checking source version', 'connecting');
    check('Registering replica on source', 'connecting');
    check('Checking master version', 'connecting');
    check('Registering slave on master', 'connecting');
    check('Waiting for source to send event', 'running');
    check('Queueing source event to the relay log', 'running');
    check('', 'running');
  });

  it('takes the cause from the worker that failed first, not from those that gave up for it', () => {
    const row: Row = { Last_SQL_Errno: '3030', Last_SQL_Error: 'Coordinator stopped because there were error(s)' };
    const gaveUp = { channel: '', errno: 3030, text: 'Replica worker has stopped after at least one previous worker' };
    const full = { channel: '', errno: 1114, text: "The table 'sessions' is full" };
    const check = (workerErrors: readonly (typeof full)[], errno: number, text: string | undefined) => {
      const error = parseMysqlStatus([row], { workerErrors })[0]?.sqlError;
      assert.deepEqual([error?.errno, error?.causeErrno, error?.workerText], [3030, errno, text]);
    };
    check([gaveUp, full], 1114, full.text);
    check([gaveUp, { ...full, channel: 'other' }], 1964, gaveUp.text);
    // performance_schema may not be read.
    check([], 1964, undefined);
  });

  it('gives a wait for a lock to the connection that it is of, as far as that can be told', () => {
    const reading = 'Update_rows_log_event::find_row()';
    const idle = 'Slave has read all relay log; waiting for more updates';
    const row = (name: string, state: string): Row => ({ Connection_name: name, Slave_SQL_Running_State: state });
    const lockWaits = [{ state: reading }];
    const check = (rows: readonly Row[], expected: readonly (readonly string[] | undefined)[]) => {
      assert.deepEqual(
        parseMariadbStatus(rows, { lockWaits }).map((status) => status.lockWaits),
        expected,
      );
    };
    // The SQL thread of a parallel replica is idle while its workers wait.
    check([row('', idle)], [[reading]]);
    check([row('a', reading), row('b', idle)], [[reading], []]);
    check([row('a', idle), row('b', idle)], [[], []]);
    assert.equal(parseMariadbStatus([row('', reading)])[0]?.lockWaits, undefined, 'unknown is not none');
    const channels: Row[] = [{ Channel_Name: 'a' }, { Channel_Name: 'b' }];
    assert.deepEqual(
      parseMysqlStatus(channels, { lockWaits: [{ channel: 'b', state: 'x' }] }).map((status) => status.lockWaits),
      [[], ['x']],
    );
  });

  it('leaves what is missing unknown', () => {
    const [status] = parseMariadbStatus([{ Slave_IO_Running: 'Preparing' }]);
    assert.deepEqual(status, {
      name: '',
      sourceHost: '',
      sourcePort: 3306,
      ioThread: 'connecting',
      sqlThread: 'unknown',
      delaySeconds: 0,
      gtid: 'no',
      tls: {},
      filters: [],
      raw: { Slave_IO_Running: 'Preparing' },
    });
  });
});

describe('replication errors', () => {
  const refused = (inner: string): string =>
    `Got fatal error 1236 from master when reading data from binary log: '${inner}'`;
  const ahead = "Error: connecting slave requested to start from GTID 0-101-99999, which is not in the master's binlog";
  const cases: readonly (readonly [errno: number, text: string, cause: number, inner: number | undefined])[] = [
    [1236, refused(ahead), 1236, 1945],
    [
      1236,
      refused(
        `${ahead}. Since the master's binlog contains GTIDs with higher sequence numbers, it probably means that the slave has diverged due to executing extra erroneous transactions`,
      ),
      1236,
      1955,
    ],
    [
      1236,
      refused(
        'The binlog on the master is missing the GTID 0-1-5 requested by the slave (even though a subsequent sequence number does exist), and GTID strict mode is enabled',
      ),
      1236,
      1951,
    ],
    [1236, refused('Binary log is not open'), 1236, undefined],
    [13114, 'Got fatal error 1236 from source when reading data from binary log: …', 1236, undefined],
    [13117, 'Fatal error: …', 1593, undefined],
    [13120, 'Source command COM_REGISTER_REPLICA failed: … (Errno: 1045)', 1597, 1045],
    [1045, 'error connecting to master', 1045, undefined],
    [13999, 'Got fatal error 1153 from source: …', 1153, undefined],
  ];
  for (const [errno, text, cause, inner] of cases) {
    it(`${errno}: ${text.slice(0, 90)}`, () => {
      const error = toReplicationError(errno, text);
      assert.equal(error?.causeErrno, cause);
      assert.equal(innerErrno(error), inner);
    });
  }

  it('takes the words of the source out of a 1236, apostrophes and all', () => {
    assert.equal(sourceRefusal(toReplicationError(1236, refused(ahead))!), ahead);
    assert.equal(sourceRefusal(toReplicationError(1045, 'Access denied')!), undefined);
  });

  it('reads MySQL timestamps, and no error out of errno 0', () => {
    assert.equal(toReplicationError(1062, 'x', '261122 03:25:57')?.at, '2026-11-22T03:25:57');
    assert.equal(toReplicationError(0, ''), undefined);
  });
});

describe('server facts', () => {
  it('reads every column, and leaves out what is NULL', () => {
    const row: Row = {
      server_id: '171974651',
      hostname: 'db1108',
      port: '3351',
      version: '10.11.19-MariaDB-log',
      read_only: 'ON',
      log_bin: '1',
      gtid_slave_pos: '',
      report_host: '',
      report_port: '0',
      now_utc: '2026-11-22 02:48:51.930910',
      dump_threads: '[{"user":"repl","host":"10.64.0.1:54321","encrypted":1},{"host":"[fe80::1]:4","server_id":"7"}]',
      server_uuid: null,
      worker_errors: 'cut off [',
    };
    const { raw, ...facts } = parseServerFacts(row, 'mariadb', '10.11.19');
    assert.equal(raw, row);
    assert.deepEqual(facts, {
      flavor: 'mariadb',
      version: '10.11.19-MariaDB-log',
      versionNumber: [10, 11, 19],
      serverId: 171974651,
      hostname: 'db1108',
      port: 3351,
      readOnly: true,
      logBin: true,
      gtidSlavePos: '',
      now: '2026-11-22T02:48:51.930910Z',
      dumpThreads: [
        { user: 'repl', host: '10.64.0.1', encrypted: true },
        { host: 'fe80::1', serverId: 7 },
      ],
    });
  });
});

describe('waits for locks', () => {
  const check = (text: string | null, expected: ReturnType<typeof parseLockWaits>) => {
    assert.deepEqual(parseLockWaits({ lock_waits: text }), expected);
  };

  it('are read from the list about the server', () => {
    check('[{"state":"Waiting for table metadata lock"}]', [{ state: 'Waiting for table metadata lock' }]);
    check('[{"channel":"a","state":null}]', [{ channel: 'a', state: '' }]);
    check('[]', []);
  });

  it('are unknown where they may not be read', () => {
    check(null, undefined);
    check('cut off [', undefined);
  });
});

describe('toInstanceSnapshot', () => {
  function check(replication: Answer, kind: string): void {
    const snapshot = toInstanceSnapshot({
      key: 'r:1',
      startedAt: at,
      at,
      elapsedMs: 3,
      result: {
        kind: 'answered',
        flavor: 'mariadb',
        version: '10.11.19',
        server: { kind: 'rows', statement: 'SELECT', at, rows: [{ server_id: '1' }] },
        replication,
        heartbeat: { kind: 'notAsked' },
      },
    });
    assert.equal(snapshot.replication.kind, kind);
    assert.equal(snapshot.server.kind, 'read');
  }

  it('keeps denied, failed, timed out and not configured apart', () => {
    for (const errno of [1227, 1142, 1044, 1370]) {
      check({ kind: 'error', statement: 'SHOW', at, errno, text: 'Access denied' }, 'denied');
    }
    check({ kind: 'error', statement: 'SHOW', at, errno: 1969, text: 'max_statement_time exceeded' }, 'failed');
    check({ kind: 'timedOut', statement: 'SHOW', at, timeoutMs: 5000 }, 'failed');
    check({ kind: 'rows', statement: 'SHOW', at, rows: [] }, 'read');
  });

  it('holds nothing but the failure when nothing answered', () => {
    const failure = { reason: 'refused', errno: 111, text: 'connect ECONNREFUSED' } as const;
    const snapshot = toInstanceSnapshot({
      key: 'r:1',
      startedAt: at,
      at,
      elapsedMs: 3,
      result: { kind: 'failed', failure },
    });
    assert.deepEqual(snapshot, { ...pendingSnapshot('r:1'), at, elapsedMs: 3, reach: { kind: 'failed', failure } });
  });
});
