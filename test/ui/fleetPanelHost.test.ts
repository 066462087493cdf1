import assert from 'node:assert/strict';
import { LagHistory } from '../../src/app/lagHistory';
import { fleetLogic } from '../../src/core/fleetLogic';
import { toFleetView } from '../../src/core/toFleetView';
import { fleetPanelHost } from '../../src/ui/panels/fleetPanelHost';
import { answered, inventoryOf, s1 } from '../app/sampleFleet';

const at = '2026-11-22T12:00:00.000Z';
const key = 'db1.eqiad.example:3311';
const view = (() => {
  const inventory = inventoryOf(s1);
  const instances = inventory.instances.map((spec) => answered({ key: spec.key, at, serverId: 1 }));
  return toFleetView({
    ...{ takenAt: at, inventory, previous: {}, mirrors: {}, services: {} },
    instances: Object.fromEntries(instances.map((each) => [each.key, fleetLogic.toInstanceSnapshot(each)])),
  });
})();

describe('fleetPanelHost', () => {
  it('asks Prometheus again where it was down at first, and no more once it has told', async () => {
    const asked: number[] = [];
    const state = { nowMs: Date.parse(at), isUp: false };
    const fleet = {
      ...{ view, isReading: () => false, readNow: () => Promise.resolve(), store: { history: new LagHistory() } },
      loadHistory: (_key: string, rangeSeconds: number) => {
        asked.push(rangeSeconds);
        return Promise.resolve(state.isUp);
      },
    };
    const clock = { now: () => state.nowMs } as Parameters<typeof fleetPanelHost>[3];
    const log = {} as Parameters<typeof fleetPanelHost>[4];
    const runbooks = { titleOf: () => Promise.reject(new Error('not asked for')) };
    const host = fleetPanelHost(fleet, runbooks, () => Promise.reject(new Error('not asked for')), clock, log);
    const draw = async (rangeSeconds: number, laterMs: number): Promise<void> => {
      state.nowMs += laterMs;
      host.history(view, { kind: 'instance', key }, rangeSeconds);
      await Promise.resolve();
    };
    await draw(900, 0);
    await draw(900, 10_000);
    assert.deepEqual(asked, [900]);
    state.isUp = true;
    await draw(900, 60_000);
    await draw(900, 600_000);
    assert.deepEqual(asked, [900, 900]);
    await draw(3600, 0);
    await draw(900, 600_000);
    assert.deepEqual(asked, [900, 900, 3600]);
  });
});
