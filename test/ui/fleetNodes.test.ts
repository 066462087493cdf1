import assert from 'node:assert/strict';
import { fleetLogic } from '../../src/core/fleetLogic';
import type { FleetView } from '../../src/core/fleetView';
import type { InstanceReading } from '../../src/core/replication/reading';
import { toFleetView } from '../../src/core/toFleetView';
import { findingNodes, fleetNodes, type TreeNode } from '../../src/ui/tree/model';
import { answered, inventoryOf, s1, slaveRow, unanswered } from '../app/sampleFleet';

const at = '2026-11-22T12:00:00.000Z';
const db1 = 'db1.eqiad.example:3311';
const db2 = 'db2.eqiad.example:3311';
const db3 = 'db3.codfw.example:3311';

function viewOf(
  inventoryText: string,
  readings: readonly InstanceReading[],
  previous: readonly InstanceReading[] = [],
): FleetView {
  const inventory = inventoryOf(inventoryText);
  const snapshots = (list: readonly InstanceReading[]) =>
    Object.fromEntries(list.map((reading) => [reading.key, fleetLogic.toInstanceSnapshot(reading)]));
  return toFleetView({
    takenAt: at,
    inventory,
    instances: {
      ...Object.fromEntries(inventory.instances.map(({ key }) => [key, fleetLogic.pendingSnapshot(key)])),
      ...snapshots(readings),
    },
    previous: snapshots(previous),
    mirrors: {},
    services: {},
  });
}

/** The tree as text: two spaces per level, label, state in brackets, description. */
function drawn(nodes: readonly TreeNode[], level = 0): string[] {
  return nodes.flatMap(({ label, state, description, children }) => [
    `${'  '.repeat(level)}${label} [${state ?? ''}]${description === '' ? '' : ` ${description}`}`,
    ...drawn(children, level + 1),
  ]);
}

const healthy = [
  answered({ key: db1, at, serverId: 1 }),
  answered({ key: db2, at, serverId: 2, readOnly: true, replication: [slaveRow(db1, 1)] }),
  answered({
    key: db3,
    at,
    serverId: 3,
    readOnly: true,
    replication: [slaveRow(db2, 2, { Seconds_Behind_Master: '2' })],
  }),
];

describe('fleetNodes', () => {
  const check = (name: string, view: () => FleetView, filter: string, expected: readonly string[]) => {
    it(name, () => {
      assert.deepEqual(drawn(fleetNodes(view(), filter)), expected);
    });
  };

  it('marks the instance and the finding where another server answers, for there it can be accepted', () => {
    const mark = (known: number) => {
      const known1 = fleetLogic.toInstanceSnapshot(answered({ key: db1, at, serverId: known, uptimeSeconds: 5 }));
      const identities = { [db1]: fleetLogic.identity.toKnownServer(known1)! };
      const view = toFleetView({ ...viewOf(s1, healthy).snapshot, identities });
      const nodes = [...fleetNodes(view, '').flatMap(({ children }) => children), ...findingNodes(view)];
      return nodes.map(({ contextValue }) => contextValue);
    };
    assert.deepEqual(mark(1), ['instance primary']);
    assert.deepEqual(mark(77), ['instance primary newIdentity', 'finding newIdentity']);
  });

  check('before the first reading', () => viewOf(s1, []), '', [
    's1 [unknown] PROD · 3 instances',
    '  db1:3311 [unknown] not read yet',
    '  db2:3311 [unknown] not read yet',
    '  db3:3311 [unknown] not read yet',
  ]);

  check(
    'in a workspace that is not trusted',
    () => viewOf(s1, [unanswered(db1, at, { reason: 'untrusted', text: '' })]),
    'db1',
    [
      'Trust this workspace to read it []',
      's1 [unknown] PROD · 3 instances',
      '  db1:3311 [unknown] not read: workspace not trusted',
    ],
  );

  check('nested as they replicate', () => viewOf(s1, healthy), '', [
    's1 [ok] PROD · 3 instances · lag 2 s',
    '  db1:3311 [ok] primary · eqiad · 10.11.19',
    '    db2:3311 [ok] 0 s · eqiad',
    '      db3:3311 [ok] 2 s · codfw',
  ]);

  check(
    'a problem replaces the description, and the place is kept while an instance is down',
    () =>
      viewOf(
        s1,
        [...healthy.slice(0, 2), unanswered(db3, at, { reason: 'refused', text: 'connect ECONNREFUSED' })],
        healthy,
      ),
    '',
    [
      's1 [critical] PROD · 1 unreachable · 3 instances',
      '  db1:3311 [ok] primary · eqiad · 10.11.19',
      '    db2:3311 [ok] 0 s · eqiad',
      '      db3:3311 [unreachable] connection refused',
    ],
  );

  check('a filter keeps the way to what matches', () => viewOf(s1, healthy), 'codfw', [
    's1 [ok] PROD · 3 instances · lag 2 s',
    '  db1:3311 [ok] primary · eqiad · 10.11.19',
    '    db2:3311 [ok] 0 s · eqiad',
    '      db3:3311 [ok] 2 s · codfw',
  ]);

  check('a filter that nothing matches leaves nothing', () => viewOf(s1, healthy), 'zzz', []);

  it('lists the named connections of a multi-source replica, each under its source', () => {
    const inventory = `
version: 1
clusters:
  analytics:
    instances: [a1.example:3306, a2.example:3306, r.example:3306]
`;
    const view = viewOf(inventory, [
      answered({ key: 'a1.example:3306', at, serverId: 1 }),
      answered({ key: 'a2.example:3306', at, serverId: 2 }),
      answered({
        key: 'r.example:3306',
        at,
        serverId: 3,
        readOnly: true,
        replication: [
          slaveRow('a1.example:3306', 1, { Connection_name: 'matomo' }),
          slaveRow('a2.example:3306', 2, {
            Connection_name: 'meta',
            Slave_SQL_Running: 'No',
            Seconds_Behind_Master: null,
          }),
        ],
      }),
    ]);
    const nodes = fleetNodes(view, '');
    assert.deepEqual(drawn(nodes).slice(1), [
      '  a1:3306 [ok] primary · 10.11.19',
      '    r:3306 [critical] meta: SQL stopped, no error',
      '      matomo [ok] 0 s',
      '  a2:3306 [ok] primary · 10.11.19',
      '    r:3306 [critical] SQL stopped, no error',
      '      meta [critical] SQL stopped, no error',
    ]);
    const ids = allIds(nodes);
    assert.equal(new Set(ids).size, ids.length, `ids are not unique: ${ids.join(' ')}`);
  });

  it('shows a connection from a source that is not in the inventory wherever its replica stands', () => {
    const inventory = `
version: 1
clusters:
  analytics:
    instances: [a1.example:3306, r.example:3306]
`;
    const replication = [
      slaveRow('a1.example:3306', 1, { Connection_name: 'matomo' }),
      slaveRow('elsewhere.example:3306', 9, { Connection_name: 'meta' }),
    ];
    const view = viewOf(inventory, [
      answered({ key: 'a1.example:3306', at, serverId: 1 }),
      answered({ key: 'r.example:3306', at, serverId: 3, readOnly: true, replication }),
    ]);
    assert.deepEqual(drawn(fleetNodes(view, '')).slice(3), [
      '      matomo [ok] 0 s',
      '      meta [ok] 0 s · from elsewhere.example:3306',
    ]);
  });

  it('does not call a cluster healthy that lists nobody', () => {
    const inventory = {
      ...inventoryOf(s1),
      instances: [],
      clusters: [{ name: 's9', production: false, instances: [] }],
    };
    const view = toFleetView({
      takenAt: at,
      inventory,
      instances: {},
      previous: {},
      mirrors: {},
      services: {},
    });
    assert.deepEqual(drawn(fleetNodes(view, '')), ['s9 [unknown] 0 instances']);
  });

  it('keeps the ids over a refresh', () => {
    const before = allIds(fleetNodes(viewOf(s1, healthy), ''));
    const after = allIds(
      fleetNodes(viewOf(s1, [...healthy.slice(0, 2), unanswered(db3, at, { reason: 'hung', text: '' })], healthy), ''),
    );
    assert.deepEqual(after, before);
  });

  it('speaks state and role to a screen reader', () => {
    const [cluster] = fleetNodes(viewOf(s1, healthy), '');
    assert.match(cluster?.spoken ?? '', /^cluster s1, production, ok/);
    assert.match(cluster?.children[0]?.spoken ?? '', /^db1:3311, primary, ok/);
  });

  it('escapes what a server says, in tooltips', () => {
    const hostile = '[click](command:evil) <img src=x> **bold** `code`';
    const view = viewOf(s1, [
      healthy[0]!,
      answered({
        key: db2,
        at,
        serverId: 2,
        replication: [slaveRow(db1, 1, { Slave_IO_Running: 'No', Last_IO_Errno: '9999', Last_IO_Error: hostile })],
      }),
    ]);
    const texts = [...flat(fleetNodes(view, '')), ...findingNodes(view)].map(({ tooltip }) => tooltip);
    assert.ok(
      texts.some((text) => text.includes('click')),
      'the text is shown',
    );
    for (const text of texts) {
      const outsideCode = text.replaceAll(/``.+?``(?!`)|`[^`]*`/g, '');
      assert.doesNotMatch(outsideCode, /(^|[^\\])\]\(command/);
      assert.doesNotMatch(outsideCode, /(^|[^\\])<img/);
    }
  });
});

function flat(nodes: readonly TreeNode[]): TreeNode[] {
  return nodes.flatMap((node) => [node, ...flat(node.children)]);
}

function allIds(nodes: readonly TreeNode[]): string[] {
  return flat(nodes).map(({ id }) => id);
}
