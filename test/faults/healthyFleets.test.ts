import assert from 'node:assert/strict';
import { type Sandbox, startSandbox } from '../sandbox/sandbox';
import { healthyFleets } from './healthyFleets';
import { judgeFleet } from './judgeFleet';

describe('each healthy fleet, arranged on real servers', function () {
  this.timeout(180_000);
  let sandbox: Sandbox;

  before(async () => {
    sandbox = await startSandbox();
  });
  after(async () => {
    await sandbox.stop();
  });

  for (const [name, fleet] of Object.entries(healthyFleets))
    it(`${name}: ${fleet.title}`, async () => {
      const { proof, falseAlarms } = await judgeFleet(sandbox, name, fleet);
      assert.notEqual(proof, '');
      assert.deepEqual(falseAlarms, [], 'nothing is said to be wrong');
    });
});
