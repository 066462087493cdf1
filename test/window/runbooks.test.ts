import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AuditEntry } from '../../src/core/runbooks/auditEntry';
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
  /** Of the account that the set-up makes. */
  const secret = 'rep\'l "secret';

  before(async function () {
    this.timeout(240_000);
    opened = await openSandboxWindow({ 'terminal.integrated.profiles.linux': { dash: { path: '/bin/dash' } } });
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
    await plans.answer('Step 1 (writes): Stop both threads of', replica.slice(0, -1));
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

  it('types the command without Enter into a shell that reports nothing', async () => {
    await window.runCommand('Terminal: Select Default Profile');
    await window.answer('dash');
    await plans.plan(replica, 'Start replication', [['Option file', operator.optionFile]]);
    await plans.waitForText(/The ground is checked: it may run/);
    await plans.showStep('Run step');
    await plans.click('Run step');
    await plans.answer('Type its name', replica);
    await plans.waitForText(/… The command stands in the terminal/);
    await window.screenshot('runbooks-typed');
    assert.equal(await threads(), 'No No');
    await window.page.locator('.terminal-wrapper.active').last().click();
    await window.page.keyboard.press('Enter');
    await plans.click('I pressed Enter: verify');
    await plans.waitForText(/✓ It was started by hand.*; the server says: IO thread running/);
    assert.equal(await threads(), 'Yes Yes');
    await window.screenshot('runbooks-by-hand');
  });

  it('offers the value of a broken row with its column to be typed, and says at the guard what was not done', async () => {
    const insert = (name: string) => `INSERT INTO shop.customers VALUES (777, '${name}')`;
    await sandbox.query('s1-replica', ['SET SESSION sql_log_bin = 0', insert('local')]);
    await sandbox.query('s1-primary', insert('right'));
    try {
      await window.waitForRow(
        'Fleet',
        replica,
        ({ spoken }) => spoken.includes('1062 duplicate customers · SQL stopped'),
        60_000,
      );
      await plans.choose(replica, 'Repair one row');
      await plans.question('where: the row, as its key').waitFor();
      assert.equal(await window.quickInput().inputValue(), "<column> = '777'");
      await window.page.keyboard.type('id');
      await window.page.keyboard.press('Enter');
      await plans.answer('Option file', operator.optionFile);
      await plans.waitForText(/✓ row\.named: id = '777'/);
      await plans.runStep(4);
      await plans.question('Steps 1, 2 and 3 were not done here. It is in production.').waitFor();
      await window.screenshot('runbooks-guard');
      await window.page.keyboard.press('Escape');
      await plans.notice(/called off/);
      await plans.dismissNotices();
    } finally {
      await sandbox.query('s1-replica', [
        ...['SET SESSION sql_log_bin = 0', 'DELETE FROM shop.customers WHERE id = 777'],
        sandbox.words().start,
      ]);
      await sandbox.query('s1-primary', 'DELETE FROM shop.customers WHERE id = 777');
    }
  });

  it('has written down what was run, by whom and how it ended, and no password anywhere', async () => {
    await window.runCommand('Replideck: Show Audit Log');
    await plans.tab('Audit log').waitFor();
    const text = await plans.waitForText(/# Audit log of Replideck/);
    assert.match(text, /✓ done at .*started by hand/);
    assert.doesNotMatch(text, /canary/);
    await window.screenshot('runbooks-audit-light');
    await opened.workbench.setTheme('dark');
    await window.page.waitForTimeout(500);
    await window.screenshot('runbooks-audit-dark');
    await opened.workbench.setTheme('light');
    const kept = filesBelow(opened.workbench.userDataDir);
    const audit = kept.find((file) => file.endsWith('audit.jsonl'));
    assert.ok(audit !== undefined, kept.join('\n'));
    const entries = readFileSync(audit, 'utf8').trimEnd().split('\n');
    const parsed = entries.map((line) => JSON.parse(line) as Partial<AuditEntry>);
    const begun = parsed.filter(({ kind }) => kind === 'started').map(({ run }) => run);
    const ended = parsed.filter(({ kind }) => kind === 'ended').map(({ run }) => run);
    assert.deepEqual(ended, begun);
    assert.ok(parsed.some(({ override }) => override?.reason === 'the status lies, ticket 12'));
    assert.ok(parsed.every(({ who, identity }) => who !== '' && identity !== undefined));
    assert.ok(parsed.every(({ kind, command }) => kind === 'refused' || command !== ''));
    const attempts = parsed.filter(({ kind }) => kind === 'refused');
    assert.ok(attempts.some(({ target, why }) => target === replica && why?.includes('That is not ') === true));
    const forms = [operator.canary, secret].flatMap(formsOf);
    const history = path.join(homedir(), '.bash_history');
    const searched = [...kept, ...(existsSync(history) ? [history] : [])];
    const leaking = searched.filter((file) => {
      const content = readFileSync(file, 'latin1');
      return forms.some((form) => content.includes(form));
    });
    assert.deepEqual(leaking, []);
    assert.deepEqual(
      kept.filter((file) => /[/\\]runbooks[/\\]/.test(file)),
      [],
    );
  });
});

/** Every file that VS Code and the extension keep. */
function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
}

/** A text as SQL, JSON, option files and shells write it. */
function formsOf(text: string): readonly string[] {
  const json = JSON.stringify(text).slice(1, -1);
  const sql = text.replaceAll('\\', '\\\\').replaceAll("'", "''");
  return [text, json, sql, text.replaceAll("'", "'\\''")];
}
