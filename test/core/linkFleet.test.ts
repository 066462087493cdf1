import assert from 'node:assert/strict';
import { linkFleet } from '../../src/core/linkFleet';
import type { LinkedFleet } from '../../src/core/fleetView';
import {
  buildInventory,
  buildSnapshot,
  type ClusterSketch,
  from,
  type InstanceSketch,
  type Sketch,
} from './buildFleet';
import type { InstanceSpec } from '../../src/core/inventory/model';

interface Case {
  readonly clusters: Readonly<Record<string, ClusterSketch>>;
  readonly now: Sketch;
  readonly before?: Sketch;
  readonly details?: Readonly<Record<string, Partial<InstanceSpec>>>;
  /** Per cluster, the nesting: `p[r1 r2[r3]]`. */
  readonly tree: Readonly<Record<string, string>>;
  readonly roles?: Readonly<Record<string, string>>;
  readonly rings?: readonly (readonly string[])[];
}

function check(expected: Case): LinkedFleet {
  const fleet = linkFleet(
    buildSnapshot(buildInventory(expected.clusters, expected.details), expected.now, expected.before),
  );
  const tree = Object.fromEntries(
    fleet.clusters.map((cluster) => {
      const draw = (keys: readonly string[]): string =>
        keys
          .map((key) => {
            const below = cluster.replicasOf[key] ?? [];
            return below.length === 0 ? key : `${key}[${draw(below)}]`;
          })
          .join(' ');
      return [cluster.spec.name, draw(cluster.roots)];
    }),
  );
  assert.deepEqual(tree, expected.tree);
  if (expected.roles !== undefined) {
    assert.deepEqual(
      Object.fromEntries(Object.entries(fleet.instances).map(([key, { role }]) => [key, role])),
      expected.roles,
    );
  }
  if (expected.rings !== undefined) {
    assert.deepEqual(
      fleet.clusters.flatMap((cluster) => cluster.rings),
      expected.rings,
    );
  }
  return fleet;
}

const primary: InstanceSketch = { facts: { readOnly: false } };
const replica = (source: string, more: Partial<InstanceSketch> = {}): InstanceSketch => ({
  facts: { readOnly: true },
  connections: [from(source)],
  ...more,
});

describe('linkFleet: who replicates from whom', () => {
  it('nests a replica of a replica, primary first whatever the order of the inventory', () => {
    check({
      clusters: { s1: { instances: ['r2:1', 'r1:1', 'p:1', 'r3:1'], primary: 'p:1' } },
      now: { 'p:1': primary, 'r1:1': replica('p:1'), 'r2:1': replica('p:1'), 'r3:1': replica('r1:1') },
      tree: { s1: 'p:1[r2:1 r1:1[r3:1]]' },
      roles: { 'r2:1': 'replica', 'r1:1': 'replica', 'p:1': 'primary', 'r3:1': 'replica' },
    });
  });

  it('knows short names, capitals and a closing dot, and takes the one in the same cluster', () => {
    check({
      clusters: {
        s1: { instances: ['db1.eqiad.wmnet:1', 'db2.eqiad.wmnet:1'] },
        s2: { instances: ['db1.codfw.wmnet:1'] },
      },
      now: {
        'db1.eqiad.wmnet:1': primary,
        'db2.eqiad.wmnet:1': replica('DB1:1'),
        'db1.codfw.wmnet:1': replica('db2.EQIAD.wmnet.:1'),
      },
      tree: { s1: 'db1.eqiad.wmnet:1[db2.eqiad.wmnet:1]', s2: 'db1.codfw.wmnet:1' },
    });
  });

  it('tells a fleet on one host apart by port', () => {
    check({
      clusters: { s1: { instances: ['127.0.0.1:1', '127.0.0.1:2', '127.0.0.1:3'] } },
      now: { '127.0.0.1:1': primary, '127.0.0.1:2': replica('localhost:1'), '127.0.0.1:3': replica('127.0.0.1:2') },
      tree: { s1: '127.0.0.1:1[127.0.0.1:2[127.0.0.1:3]]' },
    });
  });

  it('takes 127.0.0.1 in a status for the host of that replica', () => {
    check({
      clusters: { s1: { instances: ['a:1', 'b:1', 'b:2'] } },
      now: { 'a:1': primary, 'b:1': primary, 'b:2': replica('127.0.0.1:1') },
      tree: { s1: 'b:1[b:2] a:1' },
    });
  });

  it('never links by a server id that two share', () => {
    const shared = { serverId: 7, port: 3306 };
    const fleet = check({
      clusters: { s1: { instances: ['a:1', 'b:1', 'c:1'] } },
      now: {
        'a:1': { facts: shared },
        'b:1': { facts: shared },
        'c:1': { connections: [from('elsewhere:3306', { sourceServerId: 7 })] },
      },
      tree: { s1: 'a:1 b:1 c:1' },
    });
    assert.equal(fleet.instances['c:1']?.connections[0]?.source, 'elsewhere:3306');
  });

  it('links through a tunnel by server id and the port that the server itself names', () => {
    check({
      clusters: { s1: { instances: ['127.0.0.1:13306', '127.0.0.1:13307'] } },
      now: {
        '127.0.0.1:13306': { facts: { serverId: 7, port: 3306 } },
        '127.0.0.1:13307': {
          facts: { serverId: 8, port: 3306 },
          connections: [from('mysql-primary:3306', { sourceServerId: 7 })],
        },
      },
      tree: { s1: '127.0.0.1:13306[127.0.0.1:13307]' },
    });
  });

  it('links by uuid, report_host and hostname', () => {
    check({
      clusters: { s1: { instances: ['x:1', 'y:1', 'z:1', 'w:1'] } },
      now: {
        'x:1': { facts: { uuid: 'AA', reportHost: 'nowhere', port: 9 } },
        'y:1': {
          facts: { reportHost: 'why.example', reportPort: 9 },
          connections: [from('vip:9', { sourceUuid: 'aa' })],
        },
        'z:1': { facts: { hostname: 'zed', port: 9 }, connections: [from('why:9')] },
        'w:1': { connections: [from('zed:9')] },
      },
      tree: { s1: 'x:1[y:1[z:1[w:1]]]' },
    });
  });

  it('shows a multi-source replica in the cluster of each source, also where only one lists it', () => {
    check({
      clusters: { matomo: { instances: ['m:1', 'r:1'] }, meta: { instances: ['n:1'] } },
      now: {
        'm:1': primary,
        'n:1': primary,
        'r:1': { connections: [from('m:1', { name: 'matomo' }), from('n:1', { name: 'meta' })] },
      },
      tree: { matomo: 'm:1[r:1]', meta: 'n:1[r:1]' },
    });
  });

  it('puts a replica of an unknown source after the primary', () => {
    check({
      clusters: { s1: { instances: ['stray:1', 'p:1'], primary: 'p:1' } },
      now: { 'p:1': primary, 'stray:1': replica('gone:1') },
      tree: { s1: 'p:1 stray:1' },
      roles: { 'stray:1': 'replica', 'p:1': 'primary' },
    });
  });
});

describe('linkFleet: rings', () => {
  const ring: Sketch = {
    'a:1': { facts: { readOnly: false }, connections: [from('b:1')] },
    'b:1': { facts: { readOnly: true }, connections: [from('a:1')] },
    'c:1': replica('b:1'),
  };

  it('cuts a ring at the expected primary', () => {
    check({
      clusters: { s1: { instances: ['b:1', 'a:1', 'c:1'], primary: 'a:1' } },
      now: ring,
      tree: { s1: 'a:1[b:1[c:1]]' },
      roles: { 'a:1': 'primary', 'b:1': 'replica', 'c:1': 'replica' },
      rings: [['b:1', 'a:1']],
    });
  });

  it('stands declared co-primaries beside each other', () => {
    check({
      clusters: { s1: { instances: ['a:1', 'b:1', 'c:1'], primary: { eqiad: 'a:1', codfw: 'b:1' } } },
      now: ring,
      tree: { s1: 'a:1 b:1[c:1]' },
      roles: { 'a:1': 'primary', 'b:1': 'primary', 'c:1': 'replica' },
      rings: [['a:1', 'b:1']],
    });
  });

  it('cuts a ring that nobody declared at the writable one', () => {
    check({
      clusters: { s1: { instances: ['b:1', 'c:1', 'a:1'] } },
      now: ring,
      tree: { s1: 'a:1[b:1[c:1]]' },
      roles: { 'a:1': 'primary', 'b:1': 'replica', 'c:1': 'replica' },
    });
  });

  it('ends on rings inside rings, and on an instance that names itself', () => {
    const fleet = check({
      clusters: { s1: { instances: ['a:1', 'b:1', 'c:1', 'd:1'] } },
      now: {
        'a:1': { connections: [from('b:1'), from('c:1', { name: 'x' })] },
        'b:1': { connections: [from('a:1'), from('c:1', { name: 'x' })] },
        'c:1': { connections: [from('b:1')] },
        'd:1': { connections: [from('d:1')] },
      },
      tree: { s1: 'a:1[b:1[c:1]] d:1' },
    });
    assert.deepEqual(fleet.clusters[0]?.rings, [['a:1', 'b:1', 'c:1']]);
  });
});

describe('linkFleet: what cannot be read', () => {
  it('keeps the place of what is down, with an unknown role and no invented connection', () => {
    const fleet = check({
      clusters: { s1: { instances: ['p:1', 'm:1', 'r:1'], primary: 'p:1' } },
      now: { 'p:1': primary, 'm:1': { failure: 'refused' }, 'r:1': replica('m:1') },
      before: { 'm:1': replica('p:1') },
      tree: { s1: 'p:1[m:1[r:1]]' },
      roles: { 'p:1': 'primary', 'm:1': 'unknown', 'r:1': 'replica' },
    });
    assert.deepEqual(fleet.instances['m:1']?.connections, []);
    assert.deepEqual(fleet.instances['p:1']?.replicas, ['m:1']);
  });

  it('never calls a refused read "not a replica"', () => {
    check({
      clusters: { s1: { instances: ['p:1', 'd:1', 'f:1', 'n:1'] } },
      now: { 'p:1': primary, 'd:1': { replicationDenied: true }, 'f:1': { replicationFailed: true } },
      tree: { s1: 'p:1 d:1 f:1 n:1' },
      roles: { 'p:1': 'standalone', 'd:1': 'unknown', 'f:1': 'unknown', 'n:1': 'unknown' },
    });
  });

  it('calls an expected primary one although a stopped connection was left on it', () => {
    const stopped = from('old:1', { ioThread: 'stopped', sqlThread: 'stopped' });
    check({
      clusters: { s1: { instances: ['p:1', 'q:1'], primary: 'p:1' } },
      now: {
        'p:1': { facts: { readOnly: false }, connections: [stopped] },
        'q:1': { facts: { readOnly: false }, connections: [stopped] },
      },
      tree: { s1: 'p:1 q:1' },
      roles: { 'p:1': 'primary', 'q:1': 'replica' },
    });
  });
});
