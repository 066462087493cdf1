import assert from 'node:assert/strict';
import { toFleetReport } from '../../src/core/toFleetReport';
import { toFleetView } from '../../src/core/toFleetView';
import type { FleetView } from '../../src/core/fleetView';
import type { EtcdMirrorSpec } from '../../src/core/inventory/model';
import type { DriftItem, MirrorComparison } from '../../src/core/mirror/model';
import { renderValue } from '../../src/ui/mirrors/renderValue';
import { renderMirrorTicket } from '../../src/ui/panels/replication/ticket';
import { findingNodes, fleetNodes } from '../../src/ui/tree/model';
import { buildInventory, buildSnapshot } from '../core/buildFleet';
import { spec, stateOf, type Look } from '../core/mirror/builder';

function viewOf(
  looks: readonly Look[],
  comparison?: Partial<MirrorComparison>,
  more: Partial<EtcdMirrorSpec> = {},
): FleetView {
  const own = { ...spec, ...more };
  const inventory = { ...buildInventory({}), etcdMirrors: [own] };
  const mirrors = looks.length === 0 ? {} : { [own.name]: stateOf(looks, comparison, own) };
  return toFleetView({ ...buildSnapshot(inventory, {}), mirrors });
}

const well: readonly Look[] = [
  { second: 0, source: 100, replicated: 100 },
  { second: 10, source: 112, replicated: 110 },
];
const shrinking: readonly Look[] = [
  { second: 0, source: 1000, replicated: 1000 },
  { second: 590, source: 1400, replicated: 1000 },
  { second: 600, source: 1407, replicated: 1000 },
];
const drift: DriftItem = {
  key: '/conftool/a|b',
  destinationKey: '/conftool/a|b',
  kind: 'different',
  sourceValue: '{"a":1}',
  destinationValue: '{"a":2}',
  why: 'Last changed at the source by `update`, which etcd-mirror skips, or by `compareAndSwap`.',
};

describe('mirrors in the tree', () => {
  function check(title: string, view: FleetView, expected: string): void {
    it(title, () => {
      const group = fleetNodes(view, '').find(({ id }) => id === 'group:mirror');
      const [node] = group?.children ?? [];
      assert.equal(`${node?.label ?? ''} [${node?.state ?? ''}] ${node?.description ?? ''}`, expected);
    });
  }

  check('one that was never read', viewOf([]), 'conf-codfw [unknown] not read yet');
  check('one that is well', viewOf(well), 'conf-codfw [ok] gap 2 · conf1007 → conf2005');
  check('one that loses its place', viewOf(shrinking), 'conf-codfw [warning] lost in 14 min');
  check(
    'one that cannot be read',
    viewOf([{ second: 0, source: 'refused' }]),
    'conf-codfw [unreachable] source: connection refused',
  );
  check(
    'one that refuses us',
    viewOf([{ second: 0, replicated: 'authRequired' }]),
    'conf-codfw [denied] destination: login refused',
  );
  check(
    'one in a workspace that is not trusted',
    viewOf([{ second: 0, failure: { reason: 'untrusted', text: '' } }]),
    'conf-codfw [unknown] not read: workspace not trusted',
  );
  check('one that differs', viewOf(well, { different: 1, items: [drift] }), 'conf-codfw [warning] 1 key differs');

  it('has no group where the inventory names no mirror', () => {
    const view = toFleetView(buildSnapshot(buildInventory({}), {}));
    assert.deepEqual(fleetNodes(view, ''), []);
  });

  it('says in the group that something is wrong, and in the hover everything that is known', () => {
    const [group] = fleetNodes(viewOf(shrinking), '');
    assert.equal(group?.description, '1 of 1 in trouble');
    const tooltip = group.children[0]?.tooltip ?? '';
    for (const words of [
      'Source index 1407',
      'replicated 1000',
      'Gap 407 of 1000',
      '593 left',
      'Contents not compared',
    ]) {
      assert.ok(tooltip.includes(words), `${words} is not in ${tooltip}`);
    }
  });

  it('stands among the findings', () => {
    const [node] = findingNodes(viewOf(shrinking));
    assert.equal(node?.description, 'mirror:conf-codfw');
    assert.equal(node.state, 'warning');
  });
});

describe('mirrors in the report', () => {
  it('has the figures that are known, and no others', () => {
    const [mirror] = toFleetReport(viewOf(shrinking, { compared: 5, different: 1 })).mirrors;
    const { minutesToLoss, ...rest } = mirror ?? {};
    assert.equal(minutesToLoss?.toFixed(1), '14.6');
    assert.deepEqual(rest, {
      ...{ name: 'conf-codfw', api: 'v2', state: 'warning' },
      ...{ sourceIndex: 1407, replicatedIndex: 1000, gap: 407, headroom: 593 },
      drift: { compared: 5, missing: 0, extra: 0, different: 1, comparedAt: '2026-11-24T10:01:00.000Z' },
    });
    const [unread] = toFleetReport(viewOf([{ second: 0, source: 5, replicated: null }])).mirrors;
    assert.deepEqual(unread, { name: 'conf-codfw', api: 'v2', state: 'critical', sourceIndex: 5 });
  });
});

describe('the ticket of a mirror', () => {
  it('has the figures, the findings and what differs', () => {
    const ticket = renderMirrorTicket(viewOf(shrinking, { different: 1, items: [drift] }), 'conf-codfw');
    assert.match(ticket, /^# Mirror conf-codfw \(etcd v2\): warning/);
    assert.match(ticket, /\| 1407 \| 1000 \| 407 \| 593 \| 0\.68\/s \| 0\.00\/s \| 14 min 35 s \|/);
    assert.match(ticket, /Finding `mirror\.windowShrinking`/);
    assert.match(ticket, /\| \/conftool\/a\\\|b \| different \| Last changed/);
  });

  it('says so where there is no such mirror', () => {
    assert.match(renderMirrorTicket(viewOf([]), 'gone'), /no longer names it/);
  });
});

describe('the values of a key that differs', () => {
  const check = (title: string, values: Partial<DriftItem>, source: string, isJson: boolean) => {
    it(title, () => {
      assert.deepEqual(renderValue(values, 'source'), { text: source, isJson });
    });
  };
  check('JSON is laid out', drift, '{\n  "a": 1\n}\n', true);
  check(
    'JSON that differs in its layout only stays as it is',
    { sourceValue: '{"a":1}', destinationValue: '{ "a": 1 }' },
    '{"a":1}',
    true,
  );
  check('text stays as it is', { sourceValue: 'yes', destinationValue: 'no' }, 'yes', false);
  check('JSON against text stays as it is', { sourceValue: '{"a":1}', destinationValue: 'no' }, '{"a":1}', false);
  check('a key that is not there is an empty document', { destinationValue: '{"a":1}' }, '', true);
});
