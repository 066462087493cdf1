import assert from 'node:assert/strict';
import { createPrometheusReader } from '../../src/adapters/prometheus/prometheusReader';
import { systemClock } from '../../src/adapters/systemClock';
import { Fleet } from '../../src/app/fleet';
import { lagSeriesId } from '../../src/app/lagHistory';
import { fleetLogic } from '../../src/core/fleetLogic';
import { startPrivateServer, type PrivateServer } from '../adapters/privateServer';
import { silentLog } from '../app/manualClock';
import { startPrometheus, type RunningPrometheus } from '../sandbox/prometheus';
import { waitFor } from '../sandbox/waitFor';

/** A real primary and a real replica, of which a real Prometheus scrapes the replica through a real exporter. */
describe('Prometheus with mysqld_exporter', function () {
  this.timeout(240_000);
  let primary: PrivateServer;
  let replica: PrivateServer;
  let prometheus: RunningPrometheus;
  let fleet: Fleet;
  const reader = createPrometheusReader({
    secrets: { get: () => Promise.resolve(undefined) },
    clock: systemClock,
    inventoryFolder: () => '/',
    environment: {},
  });
  const password = 'Of-the-exporter-1';
  let isTrusted = false;

  before(async () => {
    [primary, replica] = await Promise.all([
      startPrivateServer(['--server-id=77']),
      startPrivateServer(['--server-id=78', '--read-only=1']),
    ]);
    await primary.query([
      `CREATE USER repl@'%' IDENTIFIED BY '${password}'`,
      "GRANT REPLICATION SLAVE ON *.* TO repl@'%'",
    ]);
    await replica.query([
      `CREATE USER exporter@'%' IDENTIFIED BY '${password}'`,
      "GRANT PROCESS, REPLICATION CLIENT, SLAVE MONITOR, SELECT ON *.* TO exporter@'%'",
      `CHANGE MASTER TO MASTER_HOST='127.0.0.1', MASTER_PORT=${primary.port}, MASTER_USER='repl', MASTER_PASSWORD='${password}', MASTER_USE_GTID=no`,
      'START SLAVE',
    ]);
    prometheus = await startPrometheus({ port: replica.port, user: 'exporter', password });
    const text = `
version: 1
clusters: { s1: { instances: ['127.0.0.1:${primary.port}', '127.0.0.1:${replica.port}'] } }
prometheus: { main: { url: '${prometheus.url}' } }
`;
    fleet = new Fleet({
      logic: () => Promise.resolve(fleetLogic),
      reader: () => Promise.reject(new Error('nothing is to be read directly')),
      mirrorReader: () => Promise.reject(new Error('there is no mirror')),
      serviceReaders: { prometheus: () => Promise.resolve(reader) },
      historyReader: () => Promise.resolve(reader),
      // Below the number of instances: Prometheus is the only source.
      directPollLimit: () => 1,
      mayConnect: () => isTrusted,
      clock: systemClock,
      log: silentLog,
    });
    const { inventory, problems } = fleetLogic.parseInventory(text);
    assert.deepEqual(problems, []);
    await fleet.setInventory(inventory);
  });
  after(async () => {
    fleet.dispose();
    await Promise.all([reader.dispose(), prometheus.stop(), primary.stop(), replica.stop()]);
  });

  const replicaKey = (): string => `127.0.0.1:${replica.port}`;
  const replicaView = () => fleet.view?.instances[replicaKey()];

  it('reads nothing from a workspace that is not trusted', async () => {
    await fleet.readNow(['prometheus:main']);
    assert.equal(fleet.view?.services[0]?.state, 'unknown');
    isTrusted = true;
  });

  it('is the source of status for what is not polled directly', async () => {
    const found = await waitFor(async () => {
      await fleet.readNow(['prometheus:main']);
      return replicaView()?.connections[0]?.lagSeconds;
    }, 60_000);
    assert.equal(found, 0, JSON.stringify(fleet.view?.services[0]?.snapshot.reach));
    const view = replicaView();
    assert.deepEqual(
      [view?.snapshot.source, view?.state, view?.role, view?.connections[0]?.lagFrom],
      ['prometheus', 'ok', 'replica', 'prometheus'],
    );
    const [connection] = view?.connections ?? [];
    assert.deepEqual([connection?.status.ioThread, connection?.status.sqlThread], ['running', 'running']);
    assert.ok(view?.snapshot.server.kind === 'read');
    const { serverId, readOnly, version } = view.snapshot.server.value;
    assert.deepEqual([serverId, readOnly], [78, true]);
    assert.match(version, /MariaDB/);
    // Nobody scrapes the primary, and nothing is made up about it.
    assert.equal(fleet.view?.instances[`127.0.0.1:${primary.port}`]?.state, 'unknown');
  });

  it('remembers the lag from before we looked', async () => {
    const points = await waitFor(async () => {
      await fleet.loadHistory(replicaKey(), 600, 1);
      const { lagSeconds } = fleet.store.history.read(lagSeriesId(replicaKey(), ''), 0);
      return lagSeconds.length >= 3 ? lagSeconds : undefined;
    }, 60_000);
    assert.ok(
      points?.every((lag) => lag === 0 || lag === null),
      JSON.stringify(points),
    );
  });

  it('shows a thread that stopped', async () => {
    await replica.query('STOP SLAVE SQL_THREAD');
    const state = await waitFor(async () => {
      await fleet.readNow(['prometheus:main']);
      return replicaView()?.connections[0]?.status.sqlThread === 'stopped' ? replicaView()?.state : undefined;
    }, 60_000);
    assert.equal(state, 'critical');
    assert.equal(replicaView()?.connections[0]?.lagSeconds, undefined);
  });

  it('says so when the exporter does not reach the server', async () => {
    await replica.kill();
    const state = await waitFor(async () => {
      await fleet.readNow(['prometheus:main']);
      return replicaView()?.state === 'unreachable' ? true : undefined;
    }, 60_000);
    assert.equal(state, true);
  });

  it('tells a query that Prometheus refuses', async () => {
    const [target] = fleet.services.targets('prometheus');
    assert.ok(target);
    const path = fleetLogic.service.rangePath('this is no query', 0, 1000, 1);
    const answer = fleetLogic.service.toLagPoints(await reader.ask(target, path, new AbortController().signal));
    assert.ok(answer.kind === 'failed');
    assert.equal(answer.reason.failure.reason, 'queryFailed');
    assert.match(answer.reason.failure.text, /bad_data/);
  });
});
