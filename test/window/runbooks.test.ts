import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Sandbox } from '../sandbox/sandbox';
import { findInProcesses } from '../servers/runbookHarness';
import type { FleetWindow } from './fleetWindow';
import { createOperator, PlanWindow, type OperatorAccount } from './planWindow';
import { openSandboxWindow, type SandboxWindow } from './sandboxWindow';

/** Runs steps of plans as an operator would, on real servers. The tests build on each other. */
describe('runbooks in the window', function () {
  this.timeout(240_000);
  this.bail(true);
  let opened: SandboxWindow;
  let sandbox: Sandbox;
  let window: FleetWindow;
  let plans: PlanWindow;
  let operator: OperatorAccount;
  let replica: string;

  before(async function () {
    this.timeout(240_000);
    opened = await openSandboxWindow();
    ({ sandbox, window } = opened);
    window.page.setDefaultTimeout(60_000);
    plans = new PlanWindow(window);
    operator = await createOperator(sandbox);
    replica = sandbox.instance('s1-replica').key;
  });

  after(async function () {
    this.timeout(60_000);
    await opened.stop();
  });

  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await window.screenshot('runbooks-failed');
  });

  const threads = async (): Promise<string> => {
    const [row] = await sandbox.status('s1-replica');
    return `${String(row?.['Slave_IO_Running'] ?? row?.['Replica_IO_Running'])} ${String(row?.['Slave_SQL_Running'] ?? row?.['Replica_SQL_Running'])}`;
  };

  it('plans from the tree, and runs nothing where a wrong name is typed', async () => {
    await window.openFromActivityBar();
    await window.waitForRow('Fleet', 's1', ({ spoken }) => spoken.includes('ok'), 60_000);
    await plans.plan(replica, 'Stop replication', [operator.optionFile]);
    const text = await plans.waitForText(/The ground is checked: it may run/);
    assert.match(text, /· PROD/);
    await plans.click('Run step');
    await window.answer(replica.slice(0, -1));
    await plans.notice(/Nothing was run\. That is not /);
    assert.equal(await threads(), 'Yes Yes');
    await window.screenshot('runbooks-wrong-name');
    await plans.dismissNotices();
  });

  it('runs a step after the right name, to its verified end, with the password in no process', async () => {
    await plans.click('Run step');
    await window.answer(replica);
    const leaks: string[] = [];
    const seen = { isOver: false };
    const watch = (async () => {
      while (!seen.isOver) {
        leaks.push(...findInProcesses([operator.canary]));
        await sleep(20);
      }
    })();
    await plans.waitForText(/✓ It ended with exit code 0; the server says: IO thread stopped, SQL thread stopped/);
    seen.isOver = true;
    await watch;
    assert.deepEqual(leaks, []);
    assert.equal(await threads(), 'No No');
    assert.match((await plans.terminals()).join(), new RegExp(`PROD ${replica}`));
    await plans.waitForText(/✓ All steps are done/);
    await window.screenshot('runbooks-done');
  });
});
