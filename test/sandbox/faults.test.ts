import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FleetReport } from '../../src/core/report';
import { compareReport } from '../demo/compareReport';
import { toExpectedFault, toExpectedFleet } from '../demo/expectedFleet';
import type { Fault } from './fault';
import { type ProductReader, openProductReader } from './productReader';
import { faults, findFault, renderFaults } from './faults';
import { type Sandbox, startSandbox } from './sandbox';
import { findEtcd } from './serverKinds';

describe('faults', () => {
  it('are listed with what they are about', () => {
    const lines = renderFaults().split('\n');
    assert.equal(lines.length, Object.keys(faults).length);
    assert.match(
      lines.find((line) => line.startsWith('io-error'))!,
      /s1-replica: .*\[replica\.io\.accessDenied\]/,
    );
  });

  it('are named where one is asked for that there is not', () => {
    assert.throws(() => findFault('no-such-fault'), /There are: unreachable, primary-down/);
  });
});

describe('each fault, injected and healed on real servers', function () {
  this.timeout(120_000);
  let sandbox: Sandbox;
  let product: ProductReader;

  before(async () => {
    sandbox = await startSandbox({ etcd: (await findEtcd()) !== undefined });
    product = await openProductReader(sandbox);
    await product.read();
  });
  after(async () => {
    await product.dispose();
    await sandbox.stop();
  });

  /** The report after as many readings as the fault needs to be seen. */
  async function readReport({ readings = 1 }: Fault): Promise<FleetReport> {
    for (let reading = 1; reading < readings; reading += 1) {
      await product.read();
      await sleep(3_000);
    }
    return product.read();
  }

  for (const [name, fault] of Object.entries(faults))
    it(`${name}: ${fault.title}`, async () => {
      // What this server cannot have is refused in words, before anything is changed.
      if (fault.flavors?.includes(sandbox.kind.flavor) === false) {
        await assert.rejects(sandbox.fault(name), /is a fault of/);
        return;
      }
      if (fault.etcd === true && sandbox.etcd === undefined) {
        await assert.rejects(sandbox.fault(name), /needs the etcd clusters/);
        return;
      }
      assert.equal(await fault.proof(sandbox), undefined, 'it is there before it is injected');
      assert.notEqual(await sandbox.fault(name), '');
      if (fault.etcd !== true) {
        const report = await readReport(fault);
        const problems = compareReport(report, toExpectedFleet(sandbox), [toExpectedFault(sandbox, name, fault)]);
        assert.deepEqual(problems, [], 'the extension shows it');
      }
      await sandbox.heal(name);
      assert.equal(await fault.proof(sandbox), undefined, 'it is there after it was healed');
    });
});
