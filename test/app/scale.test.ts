import assert from 'node:assert/strict';
import { Fleet } from '../../src/app/fleet';
import { fleetLogic } from '../../src/core/fleetLogic';
import type { FleetView } from '../../src/core/fleetView';
import { fleetNodes, type TreeNode } from '../../src/ui/tree/model';
import type { ServiceReading, ServiceTarget } from '../../src/core/services/model';
import { recordedAnswers, recordedAt } from '../core/orchestrator/recorded';
import { ManualClock, silentLog } from './manualClock';
import { answered, inventoryOf } from './sampleFleet';

const db1 = 'db1.dc1.example:3306';
const db2 = 'db2.dc1.example:3306';
const db3 = 'db3.dc1.example:3306';

const named = `
version: 1
clusters: { s1: { primary: ${db1}, instances: [${db1}, ${db2}, ${db3}] } }
orchestrators: { main: { url: http://orchestrator.example } }
`;
const discovering = `
version: 1
defaults: { pollSeconds: 7 }
datacenters: { one: '*.dc1.example' }
orchestrators: { main: { url: http://orchestrator.example, discover: true } }
`;

/** A fleet whose Orchestrator answers as recorded in `state`, and that counts what is read directly. */
async function setUp(text: string, limit: number) {
  const clock = new ManualClock();
  const read: string[] = [];
  const source = { state: 'healthy' };
  const fleet = new Fleet({
    logic: () => Promise.resolve(fleetLogic),
    reader: () =>
      Promise.resolve({
        read: ({ key }) => {
          read.push(key);
          return Promise.resolve(answered({ key, at: new Date(clock.now()).toISOString(), readOnly: key !== db1 }));
        },
        retain: () => undefined,
        dispose: () => Promise.resolve(),
      }),
    mirrorReader: () => Promise.reject(new Error('there is no mirror')),
    serviceReaders: {
      orchestrator: () =>
        Promise.resolve({
          read: ({ key }: ServiceTarget<'orchestrator'>): Promise<ServiceReading<'orchestrator'>> => {
            const at = recordedAt(source.state);
            const answers = recordedAnswers(source.state);
            return Promise.resolve({
              ...{ kind: 'orchestrator', key, startedAt: at, at, elapsedMs: 1 },
              result: { kind: 'answered', answers },
            });
          },
          retain: () => undefined,
          dispose: () => Promise.resolve(),
        }),
    },
    directPollLimit: () => limit,
    mayConnect: () => true,
    clock,
    log: silentLog,
  });
  await fleet.setInventory(inventoryOf(text));
  return { fleet, clock, read, source };
}

/** A look of its own each time, which the compiler must not take for the one before. */
function viewOf(fleet: Fleet): FleetView {
  const { view } = fleet;
  assert.ok(view);
  return view;
}

function labels(nodes: readonly TreeNode[]): readonly string[] {
  return nodes.flatMap(({ label, description, children }) => [`${label}: ${description}`, ...labels(children)]);
}

describe('a fleet larger than may be polled directly', () => {
  it('takes its status from Orchestrator, says so, and connects to nobody', async () => {
    const { fleet, read } = await setUp(named, 2);
    await fleet.readNow();
    assert.deepEqual(read, []);
    const view = viewOf(fleet);
    assert.deepEqual(
      Object.values(view.instances).map(({ spec, state, role, snapshot, connections }) => [
        ...[spec.key, state, role, snapshot.source],
        ...connections.map(({ sourceKey, lagSeconds, lagFrom }) => [sourceKey, lagSeconds, lagFrom]),
      ]),
      [
        [db1, 'ok', 'primary', 'orchestrator'],
        [db2, 'ok', 'replica', 'orchestrator', [db1, 0, 'orchestrator']],
        [db3, 'ok', 'replica', 'orchestrator', [db1, 0, 'orchestrator']],
      ],
    );
    const tree = labels(fleetNodes(view, ''));
    assert.ok(tree.includes('db2:3306: 0 s · by Orchestrator'), tree.join('\n'));
    fleet.dispose();
  });

  it('reads directly what is looked at or asked for, and only that', async () => {
    const { fleet, read, clock } = await setUp(named, 2);
    fleet.setLookedAt(new Set([db2]));
    await fleet.readNow();
    assert.deepEqual(read, [db2]);
    assert.equal(viewOf(fleet).instances[db2]?.snapshot.source, 'direct');
    assert.equal(viewOf(fleet).instances[db3]?.snapshot.source, 'orchestrator');
    await fleet.readNow([db3]);
    assert.deepEqual(read, [db2, db3]);
    // Whoever asked once does not keep it polled for ever.
    await clock.advance(301_000);
    fleet.setLookedAt(new Set());
    read.length = 0;
    await fleet.readNow();
    assert.deepEqual(read, []);
    fleet.dispose();
  });

  it('shows trouble that Orchestrator sees, and never takes what it cannot check for well', async () => {
    const { fleet, source } = await setUp(named, 2);
    source.state = 'replica-sql-error';
    await fleet.readNow();
    assert.equal(viewOf(fleet).instances[db3]?.state, 'critical');
    source.state = 'primary-down';
    await fleet.readNow();
    assert.equal(viewOf(fleet).instances[db1]?.state, 'unreachable');
    fleet.dispose();
  });

  it('knows nothing where no neighbour does', async () => {
    const { fleet, source } = await setUp(named, 2);
    source.state = 'empty';
    await fleet.readNow();
    const states = Object.values(viewOf(fleet).instances).map(({ state }) => state);
    assert.deepEqual(states, ['unknown', 'unknown', 'unknown']);
    assert.ok(labels(fleetNodes(viewOf(fleet), '')).includes('db2:3306: not polled, unknown to neighbours'));
    fleet.dispose();
  });

  it('polls all again when the limit is raised', async () => {
    const { fleet, read } = await setUp(named, 3);
    await fleet.readNow();
    assert.deepEqual([...read].sort(), [db1, db2, db3]);
    fleet.dispose();
  });
});

describe('clusters that Orchestrator discovers', () => {
  it('join the fleet with the defaults of the inventory, and are read', async () => {
    const { fleet, read } = await setUp(discovering, 300);
    assert.equal(viewOf(fleet).clusters.length, 0);
    await fleet.readNow();
    assert.deepEqual(
      viewOf(fleet).clusters.map(({ spec }) => [spec.name, spec.production, spec.instances]),
      [['s1', true, [db1, db2, db3]]],
    );
    const spec = viewOf(fleet).instances[db2]?.spec;
    assert.deepEqual([spec?.pollSeconds, spec?.datacenter, spec?.clusters], [7, 'one', ['s1']]);
    await fleet.readNow();
    assert.deepEqual([...read].sort(), [db1, db2, db3]);
    fleet.dispose();
  });

  it('stay while Orchestrator is silent, and go with the word discover', async () => {
    const { fleet, source } = await setUp(discovering, 300);
    await fleet.readNow();
    source.state = 'ghost-cluster';
    await fleet.readNow();
    assert.deepEqual(
      viewOf(fleet).clusters.map(({ spec }) => spec.instances),
      [[db1, db2, db3]],
      'a ghost is no cluster',
    );
    await fleet.setInventory(inventoryOf(discovering.replace(', discover: true', '')));
    assert.deepEqual(viewOf(fleet).clusters, []);
    fleet.dispose();
  });

  it('do not change what the file says of an instance', async () => {
    const { fleet } = await setUp(named.replace('example }', 'example, discover: true }'), 300);
    await fleet.readNow();
    assert.deepEqual(
      viewOf(fleet).clusters.map(({ spec }) => [spec.name, spec.production, spec.instances.length]),
      [['s1', false, 3]],
    );
    fleet.dispose();
  });
});
