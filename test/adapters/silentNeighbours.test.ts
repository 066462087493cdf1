import assert from 'node:assert/strict';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createBurrowReader } from '../../src/adapters/burrow/burrowReader';
import { createOrchestratorReader } from '../../src/adapters/orchestrator/orchestratorReader';
import { createPrometheusReader } from '../../src/adapters/prometheus/prometheusReader';
import { systemClock } from '../../src/adapters/systemClock';
import { Fleet } from '../../src/app/fleet';
import { fleetLogic } from '../../src/core/fleetLogic';
import { silentLog } from '../app/manualClock';
import { inventoryOf } from '../app/sampleFleet';
import { createTestReader, type TestReader } from './harness';

/** Long enough that nobody takes a wait for it for a busy machine. */
const timeoutSeconds = 20;
const soonMs = 8_000;

/** Every kind of neighbour behind one address that accepts connections and says nothing, and a server that refuses. */
describe('neighbours that accept and stay silent', function () {
  this.timeout(60_000);
  let silence: Server;
  let fleet: Fleet;
  let reader: TestReader;
  let http: readonly { dispose(): Promise<void> }[];
  const sockets = new Set<Socket>();
  const refused = '127.0.0.1:1';

  beforeEach(async () => {
    silence = createServer((socket) => {
      sockets.add(socket);
      socket.on('error', () => undefined);
    });
    await new Promise<void>((resolve) => silence.listen(0, '127.0.0.1', resolve));
  });
  afterEach(async () => {
    fleet.dispose();
    await Promise.all([reader, ...http].map((each) => each.dispose()));
    for (const socket of sockets) socket.destroy();
    sockets.clear();
    await new Promise((resolve) => silence.close(resolve));
  });

  async function setUp(seconds = timeoutSeconds): Promise<void> {
    const { port } = silence.address() as AddressInfo;
    const address = `127.0.0.1:${port}`;
    const options = {
      ...{ secrets: { get: () => Promise.resolve(undefined) }, clock: systemClock },
      ...{ inventoryFolder: () => '/', environment: {} },
    };
    reader = createTestReader({ monitor: 'of-nobody' });
    const orchestrator = createOrchestratorReader(options);
    const prometheus = createPrometheusReader(options);
    const burrow = createBurrowReader(options);
    http = [orchestrator, prometheus, burrow];
    fleet = new Fleet({
      logic: () => Promise.resolve(fleetLogic),
      reader: () => Promise.resolve(reader),
      mirrorReader: () => Promise.reject(new Error('there is no mirror')),
      serviceReaders: {
        orchestrator: () => Promise.resolve(orchestrator),
        prometheus: () => Promise.resolve(prometheus),
        burrow: () => Promise.resolve(burrow),
        backups: () => Promise.resolve(reader.services.backups),
        pipeline: () => Promise.resolve(reader.services.pipeline),
      },
      historyReader: () => Promise.resolve(prometheus),
      mayConnect: () => true,
      clock: systemClock,
      log: silentLog,
    });
    await fleet.setInventory(
      inventoryOf(`
version: 1
defaults: { timeoutSeconds: ${seconds}, tls: { mode: preferred }, credentials: monitor }
credentials: { monitor: { user: u, password: { secret: monitor } } }
sections: { s1: 3311 }
clusters: { s1: { instances: ['${refused}'] } }
orchestrators: { main: { url: 'http://${address}' } }
prometheus: { main: { url: 'http://${address}' } }
burrow: { main: { url: 'http://${address}', cluster: eqiad, groups: [consumer] } }
backups: { main: { instance: '${address}', table: dbbackups.backups, expect: [{ section: s1, type: dump }] } }
pipelines:
  log: { source: '${address}', replica: 'localhost:${port}', tables: log.*, timeColumn: t, timeFormat: epoch }
`),
    );
  }

  async function elapsedMs(work: Promise<void>): Promise<number> {
    const startedMs = performance.now();
    await work;
    return performance.now() - startedMs;
  }
  const keys = ['orchestrator:main', 'prometheus:main', 'burrow:main', 'backups:main', 'pipeline:log'];
  const stateOf = (key: string) => fleet.view?.services.find((service) => service.key === key)?.state;

  it('do not hold up who reads everything, and are read on', async () => {
    await setUp();
    const took = await elapsedMs(fleet.readNow());
    assert.ok(took < soonMs, `${took} ms`);
    assert.equal(fleet.view?.instances[refused]?.state, 'unreachable');
    for (const key of keys) assert.deepEqual([key, fleet.isReading(key), stateOf(key)], [key, true, 'unknown']);
  });

  it('do not hold up who needs to know an instance anew', async () => {
    await setUp();
    void fleet.readNow();
    const took = await elapsedMs(fleet.readEvidence([refused]));
    assert.ok(took < soonMs, `${took} ms`);
  });

  it('come in by themselves at their deadline', async () => {
    await setUp(2);
    const came = new Promise<void>((resolve) => {
      fleet.store.onDidChange(() => {
        if (keys.every((key) => stateOf(key) !== 'unknown')) resolve();
      });
    });
    await fleet.readNow();
    await came;
    assert.deepEqual(
      keys.map((key) => [key, stateOf(key)]),
      keys.map((key) => [key, 'unreachable']),
    );
  });

  it('cost who asks for one of them by name one deadline, also while it is being read', async () => {
    await setUp(6);
    const before = fleet.readNow(keys);
    await Promise.all(
      keys.map(async (key) => {
        const took = await elapsedMs(fleet.readAnew([key]));
        assert.ok(took >= 5_500 && took < 10_000, `${key}: ${took} ms`);
      }),
    );
    await before;
  });

  it('do not keep the chart of lag waiting for more than the deadline of Prometheus', async () => {
    await setUp(2);
    const took = await elapsedMs(fleet.loadHistory(refused, 600, 1).then(() => undefined));
    assert.ok(took < soonMs, `${took} ms`);
  });
});
