import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Frame } from 'playwright-core';
import { onExit } from '../processes.mjs';
import { requestV2, startEtcd, type EtcdSandbox } from '../sandbox/etcdSandbox';
import { mirrorFaults } from '../sandbox/faultsMirror';
import { ProcessGroup } from '../sandbox/processGroup';
import type { Sandbox } from '../sandbox/sandbox';
import { findEtcd } from '../sandbox/serverKinds';
import { renderMirrors } from '../sandbox/workspace';
import { launchWorkbench, type Workbench } from '../vscode/workbench';
import { FleetWindow } from './fleetWindow';

const mirrorName = 'conf-codfw';
const fault = mirrorFaults['mirror-window']!;

/**
 * The incident as it was, on real etcd: a quiet prefix, a busy rest, the window lost in twelve minutes. The database
 * servers have no part in it. The steps build on each other.
 */
describe('the incident of an etcd mirror, in the window', function () {
  this.timeout(240_000);
  this.bail(true);
  let folder: string;
  let processes: ProcessGroup;
  let etcd: EtcdSandbox;
  let workbench: Workbench;
  let window: FleetWindow;
  let panel: Frame;

  const put = (key: string, form: Record<string, string>) => requestV2(etcd.source.url, key, 'PUT', form);

  before(async function () {
    this.timeout(240_000);
    folder = mkdtempSync(path.join(realpathSync(tmpdir()), 'rd-mirror-'));
    processes = new ProcessGroup(folder);
    onExit(() => processes.killAll());
    const binaries = await findEtcd();
    assert.ok(binaries, 'etcd is not installed');
    etcd = await startEtcd(binaries, processes, folder);
    const workspace = path.join(folder, 'workspace');
    mkdirSync(workspace);
    writeFileSync(
      path.join(workspace, 'replideck.yaml'),
      ['version: 1', 'defaults: { pollSeconds: 5, timeoutSeconds: 5 }', renderMirrors(etcd.mirrors), ''].join('\n'),
    );
    // A key that the mirror does not copy, for it skips an update.
    await put('/conftool/v1/discovery/api-ro/eqiad', { value: '{"pooled": false}', prevExist: 'true' });
    // The fault needs nothing of a sandbox but its etcd.
    await fault.inject(Object.create({ etcd }, {}) as Sandbox);
    workbench = await launchWorkbench({ workspace });
    window = new FleetWindow(workbench.page);
    window.page.setDefaultTimeout(60_000);
  });

  after(async function () {
    this.timeout(60_000);
    await workbench.stop();
    await processes.killAll();
    await processes.end();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  });

  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await window.screenshot('mirror-failed');
  });

  it('is warned of in the tree at least ten minutes ahead', async () => {
    await window.openFromActivityBar();
    const row = await window.waitForRow(
      'Fleet',
      mirrorName,
      ({ description }) => /window lost in \d/.test(description),
      90_000,
    );
    const [, minutes = '0'] = /lost in (\d+) min/.exec(row.description) ?? [];
    assert.ok(Number(minutes) >= 10, row.description);
    assert.match(row.spoken, /etcd mirror conf-codfw, warning/);
  });

  it('is explained in the panel: budget, time to loss, cause, remedy and the remedy to avoid', async () => {
    await window.row('Fleet', mirrorName).click();
    panel = await window.panel(mirrorName);
    const text = await window.waitForText(panel, /Lost in \d+ min/);
    assert.match(text, /\d{3} of 1000 used/);
    assert.match(text, /The prefix is quiet and the rest of the keyspace is busy/);
    assert.match(text, /Do not wait for the metric etcdmirror_lag/);
    assert.match(text, /Not to be trusted as a distance/);
    const meter = panel.getByRole('meter', { name: /Events used/ });
    assert.match((await meter.getAttribute('aria-valuetext')) ?? '', /of 1000 used\. Lost in \d+ min/);
    assert.match((await meter.getAttribute('class')) ?? '', /spent|urgent/);
  });

  it('shows who uses up the window, as it happens', async () => {
    const text = await window.waitForText(
      panel,
      /Of the last \d+ events, \d+ were not under \/conftool, all below \/spicerack\/locks\/etcd/,
    );
    assert.match(text, /Watching the whole keyspace/);
    const newest = (): Promise<string> => panel.locator('.event-table tbody tr td').first().innerText();
    const before = await newest();
    await window.waitFor(
      async () => ((await newest()) === before ? undefined : true),
      () => Promise.resolve('no new event'),
    );
    await panel.getByRole('button', { name: 'Watch' }).click();
    await window.waitForText(panel, /Paused: the source is not asked/);
    const paused = await newest();
    await window.page.waitForTimeout(3_000);
    assert.equal(await newest(), paused);
    await panel.getByRole('button', { name: 'Watch' }).click();
    await window.waitForText(panel, /Watching the whole keyspace/);
  });

  it('compares the contents at a click, finds a key by the filter, and shows both values side by side', async () => {
    await panel.getByRole('button', { name: 'Compare now' }).click();
    await window.waitForText(panel, /Of \d+ keys, 1 is different at the destination/);
    await panel.getByRole('searchbox', { name: /Filter the keys/ }).fill('api-ro');
    await window.waitForText(panel, /1 key\b/);
    await window.screenshot('mirror-light');
    await workbench.setTheme('dark');
    await window.page.waitForTimeout(500);
    await window.screenshot('mirror-dark');
    await workbench.setTheme('light');
    await panel.getByRole('button', { name: '/conftool/v1/discovery/api-ro/eqiad' }).click();
    const editors = window.page.locator('.monaco-diff-editor .view-lines');
    await window.waitFor(
      async () => {
        const texts = await editors.allInnerTexts();
        const says = (word: string) => texts.some((text) => text.includes(word));
        return says('false') && says('references') ? true : undefined;
      },
      async () => `the diff shows ${JSON.stringify(await editors.allInnerTexts())}`,
    );
    await window.screenshot('mirror-diff');
    await window.page.keyboard.press('Control+F4');
  });

  it('opens from the palette, and copies a ticket', async () => {
    await window.runCommand('Replideck: Open Panel of an Etcd Mirror...');
    await window.answer(mirrorName);
    panel = await window.panel(mirrorName);
    const copy = panel.getByRole('button', { name: 'Copy as ticket' });
    await copy.click();
    await copy.locator('[data-icon=check]').waitFor();
  });
});
