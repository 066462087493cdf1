import assert from 'node:assert/strict';
import { Fleet } from '../../src/app/fleet';
import { fleetLogic } from '../../src/core/fleetLogic';
import type { ServiceKind, ServiceReading, ServiceTarget } from '../../src/core/services/model';
import type { ServiceReader, ServiceReaders } from '../../src/ports';
import { ManualClock, settle, silentLog } from './manualClock';
import { inventoryOf, s1 } from './sampleFleet';

const neighbours = `${s1}
orchestrators:
  main: { url: http://orchestrator.example, pollSeconds: 20 }
  down: { url: http://down.example }
prometheus: { main: { url: http://prometheus.example } }
`;

const everyKind = `
orchestrators: { main: { url: http://orchestrator.example } }
prometheus: { main: { url: http://prometheus.example } }
backups: { main: { instance: 'db1115.example:3306', table: dbbackups.backups, expect: [] } }
pipelines:
  log:
    { source: 'db1107.example:3306', replica: 'db1108.example:3306', tables: log.*, timeColumn: t, timeFormat: epoch }
burrow: { main: { url: http://burrow.example, cluster: eqiad, groups: [consumer] } }
`;

/** Says that every neighbour refuses, or never answers where told so. */
class MemoryReader implements ServiceReader<'orchestrator'> {
  readonly asked: string[] = [];
  readonly retained: string[][] = [];
  silent = '';

  async read({ key }: ServiceTarget<'orchestrator'>, signal: AbortSignal): Promise<ServiceReading<'orchestrator'>> {
    this.asked.push(key);
    if (key === this.silent) {
      await new Promise((resolve) => {
        signal.addEventListener('abort', resolve);
      });
    }
    const at = '2026-11-22T12:00:00.000Z';
    const failure = { reason: 'refused', text: 'connect ECONNREFUSED' } as const;
    return { kind: 'orchestrator', key, startedAt: at, at, elapsedMs: 1, result: { kind: 'failed', failure } };
  }

  retain(keys: ReadonlySet<string>): void {
    this.retained.push([...keys]);
  }

  dispose(): Promise<void> {
    return Promise.resolve();
  }
}

function fleetOf(clock: ManualClock, serviceReaders: ServiceReaders, mayConnect = true): Fleet {
  return new Fleet({
    logic: () => Promise.resolve(fleetLogic),
    reader: () =>
      Promise.resolve({
        read: ({ key }) =>
          Promise.resolve({
            ...{ key, startedAt: '', at: new Date(clock.now()).toISOString(), elapsedMs: 0 },
            result: { kind: 'failed', failure: { reason: 'refused', text: 'no' } },
          }),
        retain: () => undefined,
        dispose: () => Promise.resolve(),
      }),
    mirrorReader: () => Promise.reject(new Error('there is no mirror')),
    serviceReaders,
    historyReader: () => Promise.resolve({ ask: () => Promise.reject(new Error('there is nothing to ask for')) }),
    mayConnect: () => mayConnect,
    clock,
    log: silentLog,
  });
}

async function setUp(mayConnect = true): Promise<{ fleet: Fleet; reader: MemoryReader; clock: ManualClock }> {
  const clock = new ManualClock();
  const reader = new MemoryReader();
  const fleet = fleetOf(clock, { orchestrator: () => Promise.resolve(reader) }, mayConnect);
  await fleet.setInventory(inventoryOf(neighbours));
  return { fleet, reader, clock };
}

const stateOf = (fleet: Fleet, key: string) => fleet.view?.services.find((service) => service.key === key)?.state;

describe('neighbours beside the instances', () => {
  it('are polled at their own pace while somebody looks', async () => {
    const { fleet, reader, clock } = await setUp();
    fleet.setAttention('full');
    await clock.advance(600);
    assert.deepEqual(reader.asked, ['orchestrator:main', 'orchestrator:down']);
    assert.equal(stateOf(fleet, 'orchestrator:main'), 'unreachable');
    fleet.setAttention('none');
    await clock.advance(600_000);
    assert.equal(reader.asked.length, 2);
    fleet.dispose();
  });

  it('that are down keep no instance waiting', async () => {
    const { fleet, reader, clock } = await setUp();
    reader.silent = 'orchestrator:down';
    fleet.setAttention('full');
    await clock.advance(1_000);
    assert.ok(fleet.isReading('orchestrator:down'));
    const states = Object.values(fleet.view?.instances ?? {}).map(({ state }) => state);
    assert.deepEqual(states, ['unreachable', 'unreachable', 'unreachable']);
    assert.equal(stateOf(fleet, 'orchestrator:main'), 'unreachable');
    assert.equal(stateOf(fleet, 'orchestrator:down'), 'unknown');
    fleet.dispose();
    await settle();
  });

  it('of every kind may be silent at once, and each instance is known as soon as with none', async () => {
    const clock = new ManualClock();
    const asked = new Set<string>();
    const silence = <K extends ServiceKind>(): (() => Promise<ServiceReader<K>>) => {
      return () =>
        Promise.resolve({
          read: async ({ key }, signal) => {
            asked.add(key);
            await new Promise((resolve) => {
              signal.addEventListener('abort', resolve);
            });
            throw new Error('nobody waits for this any more');
          },
          retain: () => undefined,
          dispose: () => Promise.resolve(),
        });
    };
    const statesAfter = async (yaml: string, ms: number): Promise<readonly string[]> => {
      const fleet = fleetOf(clock, {
        orchestrator: silence<'orchestrator'>(),
        prometheus: silence<'prometheus'>(),
        backups: silence<'backups'>(),
        pipeline: silence<'pipeline'>(),
        burrow: silence<'burrow'>(),
      });
      await fleet.setInventory(inventoryOf(yaml));
      fleet.setAttention('full');
      await clock.advance(ms);
      const states = Object.values(fleet.view?.instances ?? {}).map(({ state }) => state);
      fleet.dispose();
      await settle();
      return states;
    };
    const alone = await statesAfter(s1, 600);
    assert.deepEqual(alone, ['unreachable', 'unreachable', 'unreachable']);
    assert.deepEqual((await statesAfter(`${s1}${everyKind}`, 600)).slice(0, alone.length), alone);
    assert.deepEqual([...asked].map((key) => key.split(':')[0]).sort(), [
      'backups',
      'burrow',
      'orchestrator',
      'pipeline',
      'prometheus',
    ]);
  });

  it('that never end cost the history of lag no more than the deadline of Prometheus', async () => {
    const clock = new ManualClock();
    const silent = { retain: () => undefined, dispose: () => Promise.resolve() };
    const never = (): Promise<never> => new Promise(() => undefined);
    const fleet = fleetOf(clock, { prometheus: () => Promise.resolve({ ...silent, read: never }) });
    await fleet.setInventory(inventoryOf(`${s1}${everyKind}`));
    let ended = false;
    const loading = fleet.loadHistory('db1.eqiad.example:3311', 600, 1).then(() => {
      ended = true;
    });
    const { timeoutSeconds } = fleet.services.targets('prometheus')[0]?.spec ?? { timeoutSeconds: 0 };
    await clock.advance((timeoutSeconds - 1) * 1000);
    assert.equal(ended, false);
    await clock.advance(1_000);
    await loading;
    fleet.dispose();
  });

  it('are not asked from a workspace that is not trusted, and say so', async () => {
    const { fleet, reader } = await setUp(false);
    await fleet.readNow(['orchestrator:main']);
    assert.deepEqual(reader.asked, []);
    const service = fleet.view?.services.find(({ key }) => key === 'orchestrator:main');
    assert.deepEqual(
      [service?.state, service?.snapshot.reach],
      [
        'unknown',
        {
          kind: 'failed',
          failure: { reason: 'untrusted', text: 'The workspace that names this host is not trusted.' },
        },
      ],
    );
    fleet.dispose();
  });

  it('of which nobody knows how to read them stay unknown', async () => {
    const { fleet } = await setUp();
    await fleet.readNow();
    assert.equal(stateOf(fleet, 'prometheus:main'), 'unknown');
    fleet.dispose();
  });

  it('are forgotten with the inventory that named them, and let go', async () => {
    const { fleet, reader } = await setUp();
    await fleet.readNow();
    await fleet.setInventory(inventoryOf(`${s1}\norchestrators: { main: { url: http://orchestrator.example } }\n`));
    assert.deepEqual(reader.retained, [['orchestrator:main']]);
    assert.deepEqual(
      fleet.view?.services.map(({ key, state }) => [key, state]),
      [['orchestrator:main', 'unreachable']],
    );
    fleet.dispose();
  });
});
