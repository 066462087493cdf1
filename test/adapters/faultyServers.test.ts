import assert from 'node:assert/strict';
import { Fleet } from '../../src/app/fleet';
import { systemClock } from '../../src/adapters/systemClock';
import { fleetLogic } from '../../src/core/fleetLogic';
import type { InstanceReading } from '../../src/core/replication/reading';
import { silentLog } from '../app/manualClock';
import { inventoryOf } from '../app/sampleFleet';
import { tellFigure } from '../attacks/figures';
import { waitFor } from '../sandbox/waitFor';
import { startFakeServer } from './fakeServer';
import { FaultyProxy, faults, stages, tlsFaults, type Misbehaviour } from './faultyProxy';
import { createTestReader, type TestReader } from './harness';
import { startPrivateServer, type PrivateServer } from './privateServer';
import { facts, isFacts } from './useFakes';

const timeoutSeconds = 3;
/** What the machine may be late by. */
const graceMs = 1500;

/**
 * One fleet whose instances are all the same real server, each behind a proxy that misbehaves in a way of its own at a
 * stage of its own; and two that are well, one of them with TLS.
 */
describe('a fleet of servers that misbehave at every stage', function () {
  this.timeout(180_000);
  const misbehaviours: readonly (Misbehaviour | undefined)[] = [
    undefined,
    ...stages.flatMap((stage) => faults.map((fault) => ({ stage, fault }))),
    ...tlsFaults.map((fault) => ({ stage: 'tls' as const, fault })),
  ];
  let server: PrivateServer;
  let reader: TestReader;
  let fleet: Fleet;
  let proxies: readonly FaultyProxy[];
  let latest: Map<string, InstanceReading>;
  const unhandled: unknown[] = [];
  const note = (error: unknown): void => void unhandled.push(error);
  const { error: consoleError } = console;

  const keyOf = (proxy: FaultyProxy): string => `127.0.0.1:${proxy.port}`;
  const titleOf = (index: number): string => {
    const misbehaviour = misbehaviours[index];
    return misbehaviour === undefined ? 'well' : `${misbehaviour.fault}, ${misbehaviour.stage}`;
  };

  before(async () => {
    server = await startPrivateServer(['--max-connections=400']);
    await server.query(["CREATE USER watcher@'127.0.0.1'", "GRANT ALL ON *.* TO watcher@'127.0.0.1'"]);
    proxies = misbehaviours.map((misbehaviour) => new FaultyProxy(server.port, misbehaviour));
    await Promise.all(proxies.map((proxy) => proxy.listen()));
    reader = createTestReader();
    latest = new Map();
    const noReader = (): Promise<never> => Promise.reject(new Error('there is none'));
    fleet = new Fleet({
      logic: () => Promise.resolve(fleetLogic),
      reader: () =>
        Promise.resolve({
          ...reader,
          read: async (spec, signal) => {
            const startedMs = performance.now();
            const reading = await reader.read(spec, signal);
            latest.set(spec.key, { ...reading, elapsedMs: performance.now() - startedMs });
            return reading;
          },
        }),
      mirrorReader: noReader,
      serviceReaders: {
        ...{ orchestrator: noReader, prometheus: noReader, burrow: noReader },
        ...{ backups: noReader, pipeline: noReader },
      },
      mayConnect: () => true,
      clock: systemClock,
      log: silentLog,
    });
    const hosts = misbehaviours.map(
      (misbehaviour, index) =>
        `{ host: 127.0.0.1, port: ${proxies[index]?.port ?? 0}, tls: ${misbehaviour?.stage === 'tls' ? 'required' : 'disabled'} }`,
    );
    await fleet.setInventory(
      inventoryOf(`
version: 1
defaults: { timeoutSeconds: ${timeoutSeconds}, credentials: watcher, heartbeat: false }
credentials: { watcher: { user: watcher } }
clusters:
  faulty:
    instances:
${hosts.map((host) => `      - ${host}`).join('\n')}
`),
    );
    process.on('unhandledRejection', note);
    process.on('uncaughtExceptionMonitor', note);
    // The driver tells the console when numbers of packets do not match.
    console.error = () => undefined;
  });
  after(async () => {
    console.error = consoleError;
    process.off('unhandledRejection', note);
    process.off('uncaughtExceptionMonitor', note);
    fleet.dispose();
    await reader.dispose();
    await Promise.all(proxies.map((proxy) => proxy.close()));
    await server.stop();
  });

  /** Whatever is wrong with the readings, all of it at once. */
  function faultsOf(check: (reading: InstanceReading, index: number) => string | undefined): readonly string[] {
    return proxies.flatMap((proxy, index) => {
      const reading = latest.get(keyOf(proxy));
      const wrong = reading === undefined ? 'was not read' : check(reading, index);
      return wrong === undefined ? [] : [`${titleOf(index)}: ${wrong}`];
    });
  }

  const stateOf = (proxy: FaultyProxy): string => fleet.view?.instances[keyOf(proxy)]?.state ?? 'none';

  /** Undefined: all that was read is what the server really is. */
  function untrue({ result }: InstanceReading): string | undefined {
    if (result.kind === 'failed') return undefined;
    const { server: facts, replication } = result;
    if (facts.kind === 'rows' && facts.rows[0]?.['server_id'] !== '77') return JSON.stringify(facts.rows);
    if (replication.kind === 'rows' && replication.rows.length > 0) return JSON.stringify(replication.rows);
    return undefined;
  }
  const isWhole = ({ result }: InstanceReading): boolean =>
    result.kind === 'answered' && result.server.kind === 'rows' && result.replication.kind === 'rows';

  it('reads each by its deadline, and takes none that is broken for well', async () => {
    for (let round = 0; round < 2; round += 1) {
      latest.clear();
      await fleet.readNow();
      assert.deepEqual(
        faultsOf(({ elapsedMs }) =>
          elapsedMs <= timeoutSeconds * 1000 + graceMs ? undefined : `took ${Math.round(elapsedMs)} ms`,
        ),
        [],
      );
      assert.deepEqual(faultsOf(untrue), []);
      assert.deepEqual(
        faultsOf((reading, index) => {
          const state = stateOf(proxies[index]!);
          if (index === 0) return isWhole(reading) ? undefined : JSON.stringify(reading);
          return isWhole(reading) || state !== 'ok' ? undefined : `${state} by ${JSON.stringify(reading)}`;
        }),
        [],
      );
      const failed = [...latest.values()].filter((reading) => !isWhole(reading)).length;
      assert.ok(failed > 0.8 * misbehaviours.length, `only ${failed} of ${misbehaviours.length} misbehave`);
    }
    tellFigure('servers that misbehave (stage × fault)', misbehaviours.length - 1);
    const overrun = Math.max(...[...latest.values()].map(({ elapsedMs }) => elapsedMs)) - timeoutSeconds * 1000;
    tellFigure('longest overrun of a deadline, ms', Math.max(0, Math.round(overrun)), 'greatest');
  });

  it('does not read the one that is well any later for it', () => {
    const { elapsedMs = Number.POSITIVE_INFINITY } = latest.get(keyOf(proxies[0]!)) ?? {};
    assert.ok(elapsedMs < 0.7 * timeoutSeconds * 1000, `${elapsedMs} ms`);
  });

  it('says of each what it is in words for people, and nothing that its packets hold by chance', () => {
    for (const [index, proxy] of proxies.entries()) {
      const { findings = [], state } = fleet.view?.instances[keyOf(proxy)] ?? {};
      if (state === 'unreachable') assert.ok(findings.length > 0, `${titleOf(index)}: nothing is said`);
      for (const { title } of findings) assert.doesNotMatch(title, /[\u0000-\u001f\u007f-\u009f]/, titleOf(index));
    }
  });

  it('holds one connection to each at most', () => {
    assert.deepEqual(
      proxies.flatMap(({ mostAtOnce }, index) =>
        mostAtOnce <= (server.kind.flavor === 'mysql' ? 2 : 1) ? [] : [`${titleOf(index)}: ${mostAtOnce}`],
      ),
      [],
    );
  });

  it('is well again with the first reading after each has stopped misbehaving', async () => {
    for (const proxy of proxies) proxy.misbehaviour = undefined;
    latest.clear();
    await fleet.readNow();
    assert.deepEqual(
      faultsOf((reading) => (isWhole(reading) ? untrue(reading) : JSON.stringify(reading.result).slice(0, 300))),
      [],
    );
    assert.deepEqual(new Set(proxies.map(stateOf)), new Set([stateOf(proxies[0]!)]));
  });

  it('is hung, refused or lost with the server behind it, and well again with that', async () => {
    const reasons = (): ReadonlySet<string> =>
      new Set(
        proxies.map((proxy) => {
          const result = latest.get(keyOf(proxy))?.result;
          return result?.kind === 'failed' ? result.failure.reason : 'answered';
        }),
      );
    // A machine with other work may need a second reading to log in everywhere at once.
    const heals = async (): Promise<void> => {
      for (let reading = 0; reading < 3; reading += 1) {
        await fleet.readNow();
        if (faultsOf((each) => (isWhole(each) ? undefined : 'not whole')).length === 0) return;
      }
      assert.deepEqual(
        faultsOf((each) => (isWhole(each) ? undefined : JSON.stringify(each.result))),
        [],
      );
    };
    server.signal('SIGSTOP');
    await fleet.readNow();
    assert.deepEqual(reasons(), new Set(['hung']));
    assert.deepEqual(
      faultsOf(({ elapsedMs }) => (elapsedMs < timeoutSeconds * 1000 + graceMs ? undefined : 'late')),
      [],
    );
    server.signal('SIGCONT');
    await heals();
    await server.kill();
    await fleet.readNow();
    assert.deepEqual(reasons(), new Set(['lost']));
    await server.start();
    await heals();
  });

  it('is told to be another server where its address has moved to one, once that has answered', async () => {
    const [proxy] = proxies;
    const key = keyOf(proxy!);
    const findings = (): readonly string[] => (fleet.view?.instances[key]?.findings ?? []).map(({ id }) => id);
    const row = { ...facts.rows[0], server_id: '99', hostname: 'another' };
    const other = await startFakeServer({
      version: '11.8.9-MariaDB',
      reply: (statement) => (isFacts(statement) ? { rows: [row] } : { rows: [] }),
    });
    try {
      proxy!.targetPort = other.port;
      await fleet.readNow([key]);
      // The kept connection still leads to the old one.
      assert.ok(!findings().includes('instance.identityMismatch'), findings().join());
      proxy!.dropAll();
      await fleet.readNow([key]);
      assert.ok(findings().includes('instance.identityMismatch'), findings().join());
      proxy!.targetPort = server.port;
      proxy!.dropAll();
      await fleet.readNow([key]);
      assert.ok(!findings().includes('instance.identityMismatch'), findings().join());
    } finally {
      await other.close();
    }
  });

  it('leaves no connection and nothing unhandled behind', async () => {
    fleet.dispose();
    await reader.dispose();
    const gone = await waitFor(async () => {
      const rows = await server.query("SELECT 1 FROM information_schema.PROCESSLIST WHERE USER = 'watcher'");
      return rows.length === 0 && proxies.every(({ open }) => open === 0) ? true : undefined;
    }, 10_000);
    assert.ok(gone);
    assert.deepEqual(unhandled, []);
  });
});
