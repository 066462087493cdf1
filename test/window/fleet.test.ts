import assert from 'node:assert/strict';
import type { Sandbox } from '../sandbox/sandbox';
import type { Workbench } from '../vscode/workbench';
import { assertAccessible } from './axeInThemes';
import { firstMinutesTests } from './firstMinutesTests';
import { type FleetWindow, textOf } from './fleetWindow';
import { germanTests } from './germanTests';
import { neighbourTests } from './neighbourTests';
import { paletteTests } from './paletteTests';
import { openSandboxWindow, type SandboxWindow } from './sandboxWindow';

/** Clicks through the packaged extension as a person would, on real servers. The steps build on each other. */
describe('the packaged extension on a sandbox fleet', function () {
  this.timeout(120_000);
  this.bail(true);
  let opened: SandboxWindow;
  let sandbox: Sandbox;
  let workbench: Workbench;
  let window: FleetWindow;

  const keyOf = (name: string) => sandbox.instance(name).key;

  before(async function () {
    this.timeout(180_000);
    opened = await openSandboxWindow({ 'replideck.notifications': true }, undefined, true);
    ({ sandbox, workbench, window } = opened);
  });

  after(async function () {
    this.timeout(60_000);
    await opened.stop();
  });

  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await window.screenshot('failed');
  });

  it('shows the fleet after a click in the activity bar, nested as it replicates', async () => {
    await window.openFromActivityBar();
    await window.waitFor(
      async () => {
        const seen = await window.rows('Fleet');
        return seen.length > 2 && seen.every(({ description }) => description !== 'not read yet') ? true : undefined;
      },
      async () => `not all was read: ${JSON.stringify(await window.rows('Fleet'), undefined, 1)}`,
    );
    const cluster = await window.waitForRow('Fleet', 's1', ({ spoken }) => spoken.includes('ok'));
    assert.match(cluster.description, /PROD · 4 instances · lag/);
    const rows = await window.rows('Fleet');
    const levels = Object.fromEntries(rows.map(({ label, level }) => [label, level]));
    assert.deepEqual(
      ['s1', 'analytics', ...sandbox.instances.map(({ key }) => key)].map((label) => [label, levels[label]]),
      [
        ['s1', 1],
        ['analytics', 1],
        [keyOf('s1-primary'), 2],
        [keyOf('s1-replica'), 3],
        [keyOf('s1-codfw'), 3],
        [keyOf('s1-codfw-leaf'), 4],
        [keyOf('matomo'), 2],
        [keyOf('analytics-meta'), 2],
        [keyOf('analytics-replica'), levels[keyOf('analytics-replica')]],
      ],
    );
    // A replica of two sources stands under both, or beside them; never nowhere.
    assert.ok((levels[keyOf('analytics-replica')] ?? 0) >= 2);
    // The leaf comes right after the replica that it hangs from.
    const order = rows.map(({ label }) => label);
    assert.equal(order.indexOf(keyOf('s1-codfw-leaf')), order.indexOf(keyOf('s1-codfw')) + 1);
  });

  it('says role, data centre and version, to eyes and to a screen reader', async () => {
    const primary = await window.waitForRow('Fleet', keyOf('s1-primary'), ({ description }) => description !== '');
    assert.match(primary.description, /primary · eqiad/);
    assert.match(primary.spoken, /primary, ok/);
    const leaf = await window.waitForRow('Fleet', keyOf('s1-codfw-leaf'), ({ description }) => description !== '');
    assert.match(leaf.description, / s\b.*codfw/);
    assert.match(leaf.spoken, /replica, ok/);
  });

  it('lists the named connections of the multi-source replica', async () => {
    const labels = (await window.rows('Fleet')).map(({ label }) => label);
    assert.ok(
      labels.some((label) => label.includes('matomo')),
      labels.join(),
    );
    assert.ok(
      labels.some((label) => label.includes('analytics_meta')),
      labels.join(),
    );
  });

  it('folds and unfolds a cluster, and it stays folded over a refresh', async () => {
    const cluster = window.row('Fleet', 's1');
    await cluster.locator('.monaco-tl-twistie').click();
    await cluster.and(window.page.locator('[aria-expanded=false]')).waitFor();
    await window.clickTitleButton('Fleet', /Refresh Fleet/);
    await window.page.waitForTimeout(3000);
    assert.equal(await cluster.getAttribute('aria-expanded'), 'false');
    await cluster.locator('.monaco-tl-twistie').click();
    await window.row('Fleet', keyOf('s1-codfw-leaf')).waitFor();
  });

  it('opens the panel of an instance by a click, and it tells what the server says', async () => {
    await window.row('Fleet', keyOf('s1-replica')).click();
    const frame = await window.panel(keyOf('s1-replica'));
    const text = await window.waitForText(frame, /running/i);
    assert.match(text, /replica/i);
    assert.ok(text.includes(keyOf('s1-primary')), 'the source is named');
    await window.screenshot('panel-light');
  });

  it('opens the panel of a cluster from the palette', async () => {
    await window.runCommand('Replideck: Open Replication Panel of a Cluster...');
    await window.answer('s1');
    const frame = await window.panel('s1');
    const text = await window.waitForText(frame, /codfw/);
    for (const name of ['s1-primary', 's1-replica', 's1-codfw', 's1-codfw-leaf'])
      assert.ok(text.includes(keyOf(name)), `${keyOf(name)} is missing`);
    await window.screenshot('cluster-light');
  });

  it('shows a panel in which axe finds nothing, in every theme', async () => {
    await assertAccessible({ window, workbench }, await window.panel('s1'), 'cluster');
  });

  it('opens the switchover readiness in it: a line per candidate, and per check what was measured', async () => {
    const frame = await window.panel('s1');
    await frame.locator('section.readiness > details > summary').click();
    const candidate = (name: string) =>
      frame.locator('details.candidate', { has: frame.locator(`.candidate-name[title="${keyOf(name)}"]`) });
    await candidate('s1-codfw-leaf').waitFor();
    assert.equal(await frame.locator('details.candidate').count(), 3, 'every replica of the cluster is one');
    const verdicts = async (name: string) => candidate(name).locator('.check-line .caption').allInnerTexts();
    for (const name of ['s1-codfw-leaf', 's1-replica']) await candidate(name).locator('.candidate-line').click();
    await window.waitFor(
      async () => {
        const all = await verdicts('s1-replica');
        return all.length > 10 && all.every((verdict) => verdict === 'pass') ? true : undefined;
      },
      async () => `s1-replica could not take over: ${await candidate('s1-replica').innerText()}`,
    );
    assert.equal((await verdicts('s1-codfw-leaf')).filter((verdict) => verdict === 'fail').length, 1);
    // What fails is open; what passes has what was measured in its line.
    const failing = candidate('s1-codfw-leaf').locator('details.check[open]');
    assert.ok((await failing.innerText()).includes(keyOf('s1-codfw')), await failing.innerText());
    assert.match(await candidate('s1-replica').innerText(), /read_only = 1/);
    await frame.locator('details.candidate').last().locator('.check').last().scrollIntoViewIfNeeded();
    await window.screenshot('readiness-light');
    await workbench.setTheme('dark');
    await window.page.waitForTimeout(500);
    await window.screenshot('readiness-dark');
    await workbench.setTheme('light');
  });

  it('filters the tree, says so, and shows everything again', async () => {
    await window.clickTitleButton('Fleet', /Filter Fleet/);
    await window.answer('codfw');
    await window.row('Fleet', 'analytics').waitFor({ state: 'detached' });
    await window.row('Fleet', keyOf('s1-codfw-leaf')).waitFor();
    assert.match(await window.pane('Fleet').locator('.pane-header').innerText(), /filter: codfw/);
    await window.clickTitleButton('Fleet', /Clear Fleet Filter/);
    await window.row('Fleet', 'analytics').waitFor();
  });

  it('shows a replica that breaks, in the tree, the findings and the panel', async () => {
    await window.clickRow('Fleet', keyOf('s1-replica'));
    await sandbox.fault('sql-error');
    const broken = await window.waitForRow('Fleet', keyOf('s1-replica'), ({ spoken }) => spoken.includes('critical'));
    assert.match(broken.description, /SQL/);
    await window.waitFor(
      async () => (await window.rows('Findings')).find(({ description }) => description.includes(keyOf('s1-replica'))),
      async () => `no finding: ${JSON.stringify(await window.rows('Findings'))}`,
    );
    const frame = await window.panel(keyOf('s1-replica'));
    await window.waitForText(frame, /1062/);
    await window.screenshot('broken-light');
    await workbench.setTheme('dark');
    await window.page.waitForTimeout(500);
    await window.screenshot('broken-dark');
  });

  it('tells of it in a message, which mutes the rest from there', async () => {
    const toast = window.page.locator('.notification-toast');
    await toast.getByText(/^Critical: .*SQL/).waitFor();
    await window.screenshot('message-dark');
    await toast.getByRole('button', { name: 'Mute...' }).click();
    await window.answer('The whole fleet');
    await window.answer('For 2 hours');
    const header = window.pane('Fleet').locator('.pane-header');
    await header.getByText('1 muted').waitFor();
    assert.equal(await toast.count(), 0);
    await window.runCommand('Replideck: Show Muted Notifications...');
    await window.page.getByText('The whole fleet').waitFor();
    await window.screenshot('muted');
    await window.page.keyboard.press('Escape');
  });

  it('goes from the status bar to the worst finding', async () => {
    await window.status(/PROD 1 critical/).click();
    const focused = window.pane('Findings').locator('.monaco-list-row.focused');
    await focused.filter({ hasText: keyOf('s1-replica') }).waitFor();
  });

  it('says from when that is while no view of it is visible', async () => {
    await window.runCommand('Replideck: Open Inventory');
    await window.runCommand('View: Toggle Primary Side Bar Visibility');
    await window.status(/PROD 1 critical.* \(\d\d:\d\d UTC\)\s*$/).waitFor();
    await window.runCommand('View: Toggle Primary Side Bar Visibility');
    await window.status(/PROD 1 critical[^(]*$/).waitFor();
    await window.clickRow('Fleet', keyOf('s1-replica'));
  });

  it('sees it healed, by itself', async () => {
    await sandbox.heal('sql-error');
    await window.waitForRow('Fleet', keyOf('s1-replica'), ({ spoken }) => spoken.includes('replica, ok'), 45_000);
    const frame = await window.panel(keyOf('s1-replica'));
    await window.waitFor(
      async () => ((await textOf(frame)).includes('1062') ? undefined : true),
      () => Promise.resolve('the panel still speaks of error 1062'),
    );
    await window.screenshot('panel-dark');
  });

  /** The document of what has changed in the whole fleet within the last hour. */
  const changes = async () => {
    await window.runCommand('Replideck: What Changed Since...');
    await window.answer('The whole fleet');
    await window.answer('An hour ago');
    return window.panel(/^What changed since .*: the whole fleet$/);
  };

  it('tells what has changed since: what broke, which finding came and went, and from when on that is known', async () => {
    const frame = await changes();
    const text = await window.waitForText(frame, /replica\.sql\.duplicateKey/);
    assert.match(text, /SQL thread\s+running\s+stopped/);
    assert.match(text, /SQL thread\s+stopped\s+running/);
    assert.match(text, /History begins at [\d:]+/);
    await window.screenshot('changes-dark');
    await workbench.setTheme('light');
    await window.page.waitForTimeout(500);
    await window.screenshot('changes-light');
    await window.runCommand('View: Close All Editors');
  });

  it('waits for a replica from the palette, and says that it has caught up', async () => {
    await window.runCommand('Replideck: Wait for a Replica to Catch Up...');
    await window.answer(keyOf('s1-codfw-leaf'));
    await window.page.getByText('Give up after how many seconds?').waitFor();
    await window.screenshot('wait-limit');
    await window.answer('30');
    const told = window.page.locator('.notifications-toasts').getByText(/caught up/);
    await told.waitFor({ timeout: 40_000 });
    await window.screenshot('wait-ended');
  });

  it('keeps saying that another server answers at an address, until that is accepted', async () => {
    await sandbox.fault('other-server');
    const isIt = ({ label }: { label: string }) => label.startsWith('Another server answers');
    const said = async () => (await window.rows('Findings')).find(isIt);
    const { label } = await window.waitFor(said, async () => JSON.stringify(await window.rows('Findings')), 60_000);
    await window.row('Findings', label).hover();
    await window
      .row('Findings', label)
      .getByRole('button', { name: /^Accept the New Identity/ })
      .click();
    const question = window.page.locator('.monaco-dialog-box');
    await question.getByText('@@server_id was 202').waitFor();
    await window.screenshot('accept-identity');
    await question.getByRole('button', { name: 'Accept', exact: true }).click();
    await window.waitFor(
      async () => ((await said()) === undefined ? true : undefined),
      () => Promise.resolve('it is still said'),
    );
    await sandbox.heal('other-server');
  });

  neighbourTests(() => opened);
  germanTests(() => opened);

  it('brings the panel back when the window is loaded again', async () => {
    await window.runCommand('Replideck: Open Replication Panel of an Instance...');
    await window.answer(keyOf('s1-replica'));
    await window.panel(keyOf('s1-replica'));
    // Not the browser's reload: that takes the page away before VS Code has saved which editors are open.
    const loaded = window.page.waitForEvent('load');
    await window.runCommand('Developer: Reload Window');
    await loaded;
    const frame = await window.panel(keyOf('s1-replica'), 90_000);
    await window.waitForText(frame, /running/i);
  });

  it('still knows then what has changed before', async () => {
    const frame = await changes();
    await window.waitForText(frame, /replica\.sql\.duplicateKey/);
    await window.screenshot('changes-after-reload');
    await window.runCommand('View: Close All Editors');
  });

  paletteTests(() => opened);

  firstMinutesTests(() => opened);
});
