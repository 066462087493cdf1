import assert from 'node:assert/strict';
import { fleetLogic } from '../../src/core/fleetLogic';
import { toFleetView } from '../../src/core/toFleetView';
import { wordOf } from '../../src/core/words';
import { findingNodes, fleetNodes, type TreeNode } from '../../src/ui/tree/model';
import { shownRow } from '../../src/ui/tree/shownText';
import { answered, inventoryOf, slaveRow } from '../app/sampleFleet';

const at = '2026-11-22T12:00:00.000Z';
const [db1, db2] = ['db1.eqiad.example:3311', 'db2.eqiad.example:3311'] as const;

const inventory = inventoryOf(`
version: 1
clusters:
  s1: { production: true, primary: '${db1}', instances: ['${db1}', { host: db2.eqiad.example, port: 3311, via: ssh://bastion.example }] }
etcdMirrors:
  conf-codfw: { api: v2, source: 'http://127.0.0.1:1', destination: 'http://127.0.0.1:2' }
orchestrators: { main: { url: 'http://orchestrator.example' } }
`);

/** What VS Code hands to a screen reader, by what the row is about. */
describe('what a screen reader says of each kind of row', () => {
  const read = [
    answered({ key: db1, at }),
    answered({
      ...{ key: db2, at, serverId: 2, readOnly: true },
      replication: [
        slaveRow(db1, 1, { Connection_name: 'm1' }),
        slaveRow('db9:3306', 9, { Connection_name: 'm2', Slave_IO_Running: 'No' }),
      ],
    }),
  ];
  const view = toFleetView({
    ...{ takenAt: at, inventory, previous: {}, mirrors: {}, services: {} },
    instances: Object.fromEntries(read.map((reading) => [reading.key, fleetLogic.toInstanceSnapshot(reading)])),
  });
  const flat = (nodes: readonly TreeNode[]): readonly TreeNode[] =>
    nodes.flatMap((node) => [node, ...flat(node.children)]);
  const rows = [...flat(fleetNodes(view, '')), ...flat(findingNodes(view))];
  const of = (kind: string) => rows.filter(({ contextValue }) => contextValue.split(' ')[0] === kind);

  const wanted: Readonly<Record<string, RegExp>> = {
    cluster: /^cluster s1, production, (ok|warning|critical), /,
    instance: /^db[12]\S*, (primary|replica), (ok|warning|critical), /,
    connection: /^connection m[12] from \S+, (ok|warning|critical), /,
    mirror: /^etcd mirror conf-codfw, /,
    service: /^Orchestrator main, /,
    finding: /^(critical|warning|info): .+, /,
  };
  for (const [kind, says] of Object.entries(wanted)) {
    it(kind, () => {
      assert.ok(of(kind).length > 0, [...new Set(rows.map(({ contextValue }) => contextValue))].join());
      for (const row of of(kind)) assert.match(shownRow(row).spoken, says);
    });
  }

  it('nothing that a row shows is left out, its state by colour and icon least of all', () => {
    assert.ok(rows.length > 8);
    for (const { label, description, state, spoken, contextValue } of rows) {
      assert.ok(spoken.trim() !== '', label);
      if (state !== undefined && contextValue !== 'notice') {
        assert.ok(spoken.includes(wordOf(state)), `${label}: "${spoken}" does not say ${state}`);
      }
      if (contextValue.startsWith('finding')) continue;
      assert.ok(spoken.includes(label.split(' ')[0] ?? ''), `"${spoken}" does not name ${label}`);
      assert.ok(contextValue.startsWith('cluster') || spoken.includes(description), `"${spoken}": ${description}`);
    }
  });
});
