import { strict as assert } from 'node:assert';
import { setTimeout as sleep } from 'node:timers/promises';
import { waitCaughtUp } from '../../src/app/waitCaughtUp';
import { fleetLogic } from '../../src/core/fleetLogic';
import type { FleetView } from '../../src/core/fleetView';
import type { Inventory } from '../../src/core/inventory/model';
import type { WaitEnd } from '../../src/core/replication/waitPosition';
import { toFleetView } from '../../src/core/toFleetView';
import { systemClock } from '../../src/adapters/systemClock';
import { createTestReader, instance, type TestReader } from '../adapters/harness';
import { startPrivateServer, type PrivateServer } from '../adapters/privateServer';
import { password, prepareAccounts } from '../adapters/testAccounts';
import { chosenServerKind } from '../sandbox/serverKinds';
import { waitFor } from '../sandbox/waitFor';
import { firstServerTests, reportedPassword, showsLogins } from './firstServerTests';

/** A source and a replica, read and waited for as the extension does it. */
describe('waiting for a replica to catch up, on real servers', function () {
  this.timeout(40_000);
  let source: PrivateServer;
  let replica: PrivateServer;
  let reader: TestReader;
  let inventory: Inventory;
  let view: FleetView | undefined;
  let mariadb: boolean;

  before(async function () {
    this.timeout(180_000);
    mariadb = (await chosenServerKind()).flavor === 'mariadb';
    source = await startPrivateServer([showsLogins(mariadb)]);
    replica = await startPrivateServer([
      '--server-id=78',
      '--report-user=repl',
      `--report-password=${reportedPassword}`,
    ]);
    // What each did to itself at its start is no part of the replication between them.
    for (const server of [source, replica]) {
      await server.query(mariadb || source.kind.version < '8.4' ? 'RESET MASTER' : 'RESET BINARY LOGS AND GTIDS');
    }
    await prepareAccounts(source);
    await source.query([
      "CREATE USER repl@'%' IDENTIFIED BY 'of the replicas'",
      "GRANT REPLICATION SLAVE ON *.* TO repl@'%'",
      'CREATE DATABASE app',
      'CREATE TABLE app.t (id int PRIMARY KEY)',
      'INSERT INTO app.t VALUES (0)',
    ]);
    const at = `HOST='127.0.0.1', %PORT=${source.port}, %USER='repl', %PASSWORD='of the replicas'`;
    await replica.query(
      mariadb
        ? `CHANGE MASTER TO MASTER_${at.replaceAll('%', 'MASTER_')}, MASTER_SSL_VERIFY_SERVER_CERT=0, MASTER_USE_GTID=slave_pos`
        : `CHANGE REPLICATION SOURCE TO SOURCE_${at.replaceAll('%', 'SOURCE_')}, SOURCE_SSL=1, SOURCE_AUTO_POSITION=1`,
    );
    await startThreads();
    const spec = (port: number) =>
      instance(port, {
        credentials: { name: 'full', user: 'full', password: { kind: 'secret', name: 'monitor' } },
        tls: { mode: 'preferred' },
      });
    const instances = [spec(source.port), spec(replica.port)];
    inventory = {
      ...fleetLogic.parseInventory('version: 1\nclusters: {}\n').inventory,
      clusters: [{ name: 'test', production: false, instances: instances.map(({ key }) => key) }],
      instances,
    };
    const arrived = await waitFor(
      () =>
        replica.query('SELECT id FROM app.t').then(
          (rows) => rows.length === 1 || undefined,
          () => undefined,
        ),
      30_000,
    );
    assert.equal(arrived, true, 'replication works');
  });
  after(async function () {
    this.timeout(60_000);
    await Promise.all([source, replica].map((server) => server.stop()));
  });
  beforeEach(() => {
    reader = createTestReader({ monitor: password });
  });
  afterEach(async () => {
    await reader.dispose();
    await startThreads();
  });

  const word = (): string => (mariadb ? 'SLAVE' : 'REPLICA');
  const startThreads = () => replica.query(`START ${word()}`);
  const stopThread = (thread: 'IO' | 'SQL') => replica.query(`STOP ${word()} ${thread}_THREAD`);
  const present = async (server: PrivateServer, id: number): Promise<boolean> =>
    (await server.query(`SELECT id FROM app.t WHERE id = ${id}`)).length === 1;
  let last = 0;
  const write = async (): Promise<number> => {
    last += 1;
    await source.query(`INSERT INTO app.t VALUES (${last})`);
    return last;
  };
  /** Statements of a wait that run on the replica now. */
  const waiting = async (): Promise<number> =>
    (await replica.query("SELECT INFO FROM information_schema.PROCESSLIST WHERE USER = 'full' AND INFO LIKE '%AIT%'"))
      .length;

  const read = async (): Promise<void> => {
    const readings = await Promise.all(inventory.instances.map((spec) => reader.once(spec)));
    view = toFleetView({
      takenAt: new Date().toISOString(),
      inventory,
      instances: Object.fromEntries(readings.map((one) => [one.key, fleetLogic.toInstanceSnapshot(one)])),
      previous: {},
      mirrors: {},
      services: {},
    });
  };
  const wait = (limitSeconds: number, signal = new AbortController().signal): Promise<WaitEnd> =>
    waitCaughtUp(
      {
        ...{ replicaKey: `127.0.0.1:${replica.port}`, limitSeconds, clock: systemClock, read },
        positions: reader,
        logic: fleetLogic.wait,
        view: () => view,
        onProgress: () => undefined,
      },
      signal,
    );

  firstServerTests(() => ({ source, replica }));

  it('ends at once, at the position of the source, when everything was applied', async () => {
    const id = await write();
    const end = await wait(20);
    assert.ok(end.kind === 'caughtUp', JSON.stringify(end, bigintAsText));
    assert.ok(await present(replica, id));
    const column = mariadb ? '@@global.gtid_binlog_pos' : '@@global.gtid_executed';
    const [row] = await source.query(`SELECT ${column} AS position`);
    assert.equal(end.position, String(row?.['position']).replaceAll('\n', ''));
    assert.deepEqual(reader.logged, []);
  });

  it('waits behind a lock until what was written before is applied, and not a moment less', async () => {
    const blocker = await replica.connectAsRoot();
    await blocker.query('LOCK TABLES app.t READ');
    const id = await write();
    const ended = wait(30);
    await sleep(2500);
    assert.equal(await present(replica, id), false);
    await blocker.query('UNLOCK TABLES');
    blocker.destroy();
    const end = await ended;
    assert.ok(end.kind === 'caughtUp', JSON.stringify(end, bigintAsText));
    assert.ok(end.afterSeconds >= 2.4, `after ${end.afterSeconds} s`);
    assert.ok(await present(replica, id));
  });

  it('says how many transactions are left at the limit', async () => {
    const blocker = await replica.connectAsRoot();
    await blocker.query('LOCK TABLES app.t READ');
    await write();
    await write();
    const end = await wait(2);
    await blocker.query('UNLOCK TABLES');
    blocker.destroy();
    assert.deepEqual(end, { kind: 'tooLate', limitSeconds: 2, transactionsLeft: 2n });
  });

  for (const thread of ['SQL', 'IO'] as const) {
    it(`does not wait for ever behind a stopped ${thread} thread`, async () => {
      await stopThread(thread);
      await write();
      const end = await wait(30);
      assert.ok(end.kind === 'stopped', JSON.stringify(end, bigintAsText));
      assert.equal(end.threads, `the ${thread} thread is stopped`);
      assert.equal(end.transactionsLeft, 1n);
      assert.ok(end.afterSeconds < 10, `after ${end.afterSeconds} s`);
    });
  }

  it('leaves nothing running when it is cancelled', async () => {
    await stopThread('SQL');
    await write();
    const abort = new AbortController();
    const ended = wait(30, abort.signal);
    assert.equal(await waitFor(async () => (await waiting()) > 0 || undefined, 5000), true, 'it waits on the server');
    abort.abort();
    assert.equal((await ended).kind, 'cancelled');
    assert.equal(await waitFor(async () => (await waiting()) === 0 || undefined, 5000), true, 'and then no more');
  });

  it('says who could not be asked', async () => {
    const key = `127.0.0.1:${source.port}`;
    source.signal('SIGSTOP');
    try {
      const end = await wait(10);
      assert.ok(end.kind === 'failed' && end.key === key, JSON.stringify(end, bigintAsText));
    } finally {
      source.signal('SIGCONT');
    }
  });

  it('says that GTID is off, and what to compare instead', async () => {
    const change = (gtid: boolean): string =>
      mariadb
        ? `CHANGE MASTER TO MASTER_USE_GTID=${gtid ? 'slave_pos' : 'no'}`
        : `CHANGE REPLICATION SOURCE TO SOURCE_AUTO_POSITION=${gtid ? 1 : 0}`;
    await replica.query([`STOP ${word()}`, change(false), `START ${word()}`]);
    try {
      const end = await wait(10);
      assert.ok(end.kind === 'cannot', JSON.stringify(end, bigintAsText));
      assert.match(end.why, /does not replicate by GTID\. Instead, compare/);
    } finally {
      await replica.query([`STOP ${word()}`, change(true), `START ${word()}`]);
    }
  });
});

function bigintAsText(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}
