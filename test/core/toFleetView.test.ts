import assert from 'node:assert/strict';
import { toFleetReport } from '../../src/core/toFleetReport';
import { toFleetView } from '../../src/core/toFleetView';
import { buildInventory, buildSnapshot, from } from './buildFleet';

const inventory = buildInventory({ s1: { instances: ['p:1', 'r:1'], primary: 'p:1' } });

describe('toFleetView', () => {
  it('knows nothing before the first reading, and finds nothing then', () => {
    const report = toFleetReport(toFleetView(buildSnapshot(inventory, {})));
    assert.deepEqual(
      report.clusters[0]?.instances.map(({ state, role, connections }) => [state, role, connections]),
      [
        ['unknown', 'unknown', []],
        ['unknown', 'unknown', []],
      ],
    );
    assert.deepEqual(report.findings, []);
  });

  it('joins what is linked with what is found', () => {
    const view = toFleetView(
      buildSnapshot(inventory, {
        'p:1': { failure: 'refused' },
        'r:1': { facts: { readOnly: true }, connections: [from('p:1', { sqlThread: 'stopped' })] },
      }),
    );
    assert.equal(view.instances['p:1']?.state, 'unreachable');
    assert.equal(view.instances['r:1']?.state, 'critical');
    assert.equal(view.clusters[0]?.state, 'critical');
    assert.deepEqual(
      view.findings.map(({ id, subject }) => [id, subject]),
      [
        ['instance.unreachable', 'p:1'],
        ['replica.sqlStopped', 'r:1'],
      ],
    );
  });
});
