import assert from 'node:assert/strict';
import { FleetStore } from '../../src/app/fleetStore';
import { fleetLogic } from '../../src/core/fleetLogic';
import { toLagHistory } from '../../src/ui/panels/replication/history';
import { renderTicket, toPanelState } from '../../src/ui/panels/replication/model';
import { subjectKeys } from '../../src/ui/panels/replication/subjectKeys';
import { ManualClock, silentLog } from '../app/manualClock';
import { answered, inventoryOf, slaveRow } from '../app/sampleFleet';

const at = '2026-11-22T12:00:00.000Z';
const subject = { kind: 'cluster', name: 'meta' } as const;

/** `r` follows the primaries of both clusters, and only `matomo` lists it. */
function setUp(): FleetStore {
  const store = new FleetStore(new ManualClock(), silentLog);
  const inventory = inventoryOf(`
version: 1
clusters:
  matomo: { instances: [a1.example:3306, r.example:3306] }
  meta: { instances: [a2.example:3306] }
`);
  store.setInventory(inventory, fleetLogic);
  store.accept(answered({ key: 'a1.example:3306', at, serverId: 1 }));
  store.accept(answered({ key: 'a2.example:3306', at, serverId: 2 }));
  store.accept(
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
  );
  store.flush();
  return store;
}

describe('a multi-source guest of a cluster', () => {
  const store = setUp();
  const view = store.view!;
  const history = toLagHistory(view, subject, 3600, store.history, Date.parse(at));

  it('is refreshed with the cluster, as the tree shows it there', () => {
    assert.deepEqual(subjectKeys(view, subject), ['a2.example:3306', 'r.example:3306']);
  });

  it('has its line in the chart', () => {
    assert.deepEqual(
      history.series.map(({ label }) => label),
      ['r:3306 · matomo', 'r:3306 · meta'],
    );
  });

  it('has its connections, its place and its trouble in the panel, and in the ticket', () => {
    const state = toPanelState(view, subject, history, { reading: false });
    assert.deepEqual(new Set(state.connections.map(({ key }) => key)), new Set(['r.example:3306']));
    assert.ok(state.topology.nodes.some(({ key }) => key === 'r.example:3306'));
    assert.ok(state.findings.some(({ id }) => id === 'replica.sqlStopped'));
    assert.match(renderTicket(view, subject), /replica\.sqlStopped/);
  });
});
