import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { emptyServer } from '../sandbox/emptyServer';
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
    await plans.plan(replica, 'Stop replication', [['Option file', operator.optionFile]]);
    const text = await plans.waitForText(/The ground is checked: it may run/);
    assert.match(text, /· PROD/);
    await plans.click('Run step');
    await plans.answer('Type its name', replica.slice(0, -1));
    await plans.notice(/Nothing was run\. That is not /);
    assert.equal(await threads(), 'Yes Yes');
    await window.screenshot('runbooks-wrong-name');
    await plans.dismissNotices();
  });

  it('runs a step after the right name, to its verified end, with the password in no process', async () => {
    await plans.click('Run step');
    await plans.answer('Type its name', replica);
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
    await window.screenshot('runbooks-done');
  });

  it('says of a closed terminal that nothing is verified, and asks the server again at a click', async () => {
    const matomo = sandbox.instance('matomo');
    // What holds a lock keeps read_only waiting, so the command does not return.
    const lock = await matomo.connect();
    await lock.query('LOCK TABLES heartbeat.heartbeat WRITE');
    try {
      await plans.plan(matomo.key, 'Set read-only', [['Option file', operator.optionFile]]);
      await plans.waitForText(/The ground is checked: it may run/);
      await plans.click('Run step');
      await plans.waitForText(/… It runs in the terminal/);
      await window.screenshot('runbooks-hanging');
      await window.runCommand('Terminal: Kill the Active Terminal Instance');
      await plans.waitForText(/\? The terminal was closed before it ended; /);
      await window.screenshot('runbooks-closed');
    } finally {
      lock.destroy();
    }
    await plans.dismissNotices();
    await sandbox.query('matomo', 'SET GLOBAL read_only = 1');
    await plans.click('Verify again');
    await plans.waitForText(/✓ The server says: read_only = 1/);
  });

  it('calls off a command that never returns', async () => {
    const matomo = sandbox.instance('matomo');
    await sandbox.query('matomo', 'SET GLOBAL read_only = 0');
    const lock = await matomo.connect();
    await lock.query('LOCK TABLES heartbeat.heartbeat WRITE');
    try {
      await plans.plan(matomo.key, 'Set read-only', [['Option file', operator.optionFile]]);
      await plans.waitForText(/The ground is checked: it may run/);
      await plans.click('Run step');
      await plans.waitForText(/… It runs in the terminal/);
      await plans.click('Call off');
      await plans.waitForText(/\? It was called off.*the server says: read_only = 0/);
      await window.screenshot('runbooks-called-off');
    } finally {
      lock.destroy();
    }
    await plans.dismissNotices();
  });

  it('overrules a red check with a typed reason only', async () => {
    // What is stopped already: the check is red, and the step does no harm.
    await plans.plan(replica, 'Stop replication', [['Option file', operator.optionFile]]);
    await plans.waitForText(/It may not run now/);
    await plans.showStep('Run step');
    await plans.click('Run step');
    await plans.notice(/Nothing was run\. connection\.runs: IO thread stopped/);
    await window.page.locator('.notification-list-item .monaco-button', { hasText: 'Overrule With a Reason' }).click();
    await plans.answer('Why is it right to go on?', 'the status lies, ticket 12');
    await plans.answer('Type its name', replica);
    await plans.waitForText(/✓ It ended with exit code 0; the server says: IO thread stopped/);
    await plans.dismissNotices();
  });

  it('sets an empty server up as a replica, from the tree, until it has caught up', async () => {
    const leaf = sandbox.instance('s1-codfw-leaf').key;
    const primary = sandbox.instance('s1-primary').key;
    await emptyServer(sandbox, 's1-codfw-leaf');
    if (!(await window.pane('Fleet').isVisible())) {
      window.page.setDefaultTimeout(120_000);
      await window.openFromActivityBar();
    }
    // The tree stands still again: a menu over a row that moves is closed.
    await window.waitForRow('Fleet', leaf, ({ description }) => description.includes('no replication'), 60_000);
    await plans.choose(leaf, 'Set up a replica');
    await plans.answer('source, host:port', primary);
    assert.equal(await plans.goBack('name of the new', 'source, host:port'), primary);
    await window.screenshot('runbooks-setup-input');
    await plans.answerAll([
      ['source, host:port', primary],
      ['name of the new', ''],
      ['databases to copy', ''],
      ['a file for the dump', ''],
      ['replication account', 'repl $(x)'],
      ['host or network', '127.0.0.%'],
      ['authority', sandbox.certificates.ca],
      ['gtid, or file', 'gtid'],
      ['Option file', operator.optionFile],
    ]);
    await plans.tab(leaf).waitFor();
    await plans.waitForText(/The ground is checked: it may run/);
    await window.screenshot('runbooks-setup-plan');
    await opened.workbench.setTheme('dark');
    await window.screenshot('runbooks-setup-plan-dark');
    await opened.workbench.setTheme('light');
    const secret = 'rep\'l "secret';
    // The password of the account is kept for the step that needs it again.
    const run = async (step: number, says: RegExp, name: string, secrets = 0): Promise<void> => {
      await plans.runStep(step);
      const prompts = ['It stands in a file of yours', 'once more'];
      for (const prompt of prompts.slice(0, secrets)) await plans.answer(prompt, secret);
      await plans.answer('Type its name', name);
      await plans.waitForText(says, 90_000);
    };
    await run(1, /✓ It ended with exit code 0; .* holds REPLICATION/, primary, 2);
    await window.screenshot('runbooks-setup-account');
    await run(2, /✓ It ended with exit code 0; .* GTID use slavePos/, leaf);
    await window.screenshot('runbooks-setup-loaded');
    await run(3, /✓ It ended with exit code 0; .* user repl/, leaf);
    await run(4, /✓ It ended with exit code 0; .* read_only = 1/, leaf);
    await run(5, /✓ It ended with exit code 0; .* IO thread running/, leaf);
    await plans.toTop();
    await plans.waitForText(/✓ All steps are done/, 90_000);
    await window.screenshot('runbooks-setup-done');
    const [row] = await sandbox.status('s1-codfw-leaf');
    assert.equal(`${String(row?.['Slave_IO_Running'])} ${String(row?.['Slave_SQL_Running'])}`, 'Yes Yes');
    const [orders] = await sandbox.query('s1-codfw-leaf', 'SELECT COUNT(*) AS count FROM shop.orders');
    assert.equal(Number(orders?.['count']), 3);
    assert.deepEqual(findInProcesses([operator.canary, secret]), []);
  });
});
