import assert from 'node:assert/strict';
import { fleetLogic } from '../../src/core/fleetLogic';
import { toFleetView } from '../../src/core/toFleetView';
import { countFindings } from '../../src/ui/tree/countFindings';
import { inventoryOf, unanswered } from '../app/sampleFleet';

const at = '2026-11-22T12:00:00.000Z';

function countsOf(production: string): ReturnType<typeof countFindings> {
  const inventory = inventoryOf(`version: 1
clusters:
  shop: { production: ${production}, instances: [db1.example] }
  lab: { instances: [db2.example, db3.example] }
`);
  const failure = { reason: 'refused', text: 'connect ECONNREFUSED' } as const;
  const readings = inventory.instances.map(({ key }) => unanswered(key, at, failure));
  return countFindings(
    toFleetView({
      ...{ takenAt: at, inventory, previous: {}, mirrors: {}, services: {} },
      instances: Object.fromEntries(readings.map((each) => [each.key, fleetLogic.toInstanceSnapshot(each)])),
    }),
  );
}

describe('countFindings', () => {
  it('counts what is critical in production apart from the rest', () => {
    assert.deepEqual(countsOf('true'), { critical: 3, warning: 0, productionCritical: 1 });
    assert.deepEqual(countsOf('false'), { critical: 3, warning: 0, productionCritical: 0 });
  });
});
