import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Frame } from 'playwright-core';
import { onExit } from '../processes.mjs';
import { requestV2, startEtcd, type EtcdSandbox } from '../sandbox/etcdSandbox';
import { mirrorFaults } from '../sandbox/faultsMirror';
import { ProcessGroup, type ServerProcess } from '../sandbox/processGroup';
import type { Sandbox } from '../sandbox/sandbox';
import { findEtcd } from '../sandbox/serverKinds';
import { renderMirrors } from '../sandbox/workspace';
import { launchWorkbench, type Workbench } from '../vscode/workbench';
import { assertAccessible } from './axeInThemes';
import { FleetWindow } from './fleetWindow';
import { PlanWindow } from './planWindow';

const mirrorName = 'conf-codfw';
const skippedKey = '/conftool/v1/discovery/api-ro/eqiad';
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
  let plans: PlanWindow;
  let panel: Frame;
  let mirror: ServerProcess;

  const put = (key: string, form: Record<string, string>) => requestV2(etcd.source.url, key, 'PUT', form);
  const valueAtDestination = async (key: string): Promise<string | undefined> =>
    (await requestV2(etcd.destination.url, key).catch(() => undefined))?.body.node.value;

  before(async function () {
    this.timeout(240_000);
    folder = mkdtempSync(path.join(realpathSync(tmpdir()), 'rd-mirror-'));
    processes = new ProcessGroup(folder);
    onExit(() => processes.killAll());
    const binaries = await findEtcd();
    assert.ok(binaries, 'etcd is not installed');
    etcd = await startEtcd(binaries, processes, folder);
    // Like the original but for its patience: a minute, until it sees that its place is lost.
    await processes.kill(etcd.mirrors.find(({ api }) => api === 'v2')!.process);
    mirror = etcd.startV2({ reload: false, readTimeoutSeconds: 10 });
    const workspace = path.join(folder, 'workspace');
    mkdirSync(workspace);
    writeFileSync(
      path.join(workspace, 'replideck.yaml'),
      ['version: 1', 'defaults: { pollSeconds: 5, timeoutSeconds: 5 }', renderMirrors(etcd.mirrors), ''].join('\n'),
    );
    // A key that the mirror does not copy, for it skips an update.
    await put(skippedKey, { value: '{"pooled": false}', prevExist: 'true' });
    // The fault needs nothing of a sandbox but its etcd.
    await fault.inject(Object.create({ etcd }, {}) as Sandbox);
    workbench = await launchWorkbench({ workspace });
    window = new FleetWindow(workbench.page);
    window.page.setDefaultTimeout(60_000);
    plans = new PlanWindow(window);
  });

  after(async function () {
    this.timeout(60_000);
    try {
      await workbench.stop();
    } finally {
      await processes.killAll();
      await processes.end();
      rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    }
  });

  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await window.screenshot('mirror-failed');
  });

  it('is warned of in the tree at least ten minutes ahead', async () => {
    await window.openFromActivityBar();
    const row = await window.waitForRow(
      'Fleet',
      mirrorName,
      ({ description }) => /^lost in \d/.test(description),
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

  it('is explained in a panel in which axe finds nothing, in every theme', async () => {
    await assertAccessible({ window, workbench }, panel, 'mirror');
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
    await panel.getByRole('button', { name: skippedKey }).click();
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

  it('loses its place where nobody heeds the warning, and its process dies', async () => {
    // What differed is written once more, by an action that is copied.
    await put(skippedKey, { value: '{"pooled": false}' });
    await window.waitFor(
      async () => ((await valueAtDestination(skippedKey)) === '{"pooled": false}' ? true : undefined),
      () => Promise.resolve(`${skippedKey} is not copied`),
    );
    const from = Number(await valueAtDestination('/__replication/conftool'));
    const busy = () => put('/spicerack/locks/etcd/burst', { value: 'x' });
    for (let at = from; at < from + 1100;) {
      at = Math.max(...(await Promise.all(Array.from({ length: 20 }, busy))).map(({ index }) => index));
    }
    const { spoken } = await window.waitForRow('Fleet', mirrorName, ({ description }) =>
      /^window lost · 1\d{3} events behind/.test(description),
    );
    assert.match(spoken, /etcd mirror conf-codfw, critical/);
    await window.waitFor(
      () => Promise.resolve(mirror.hasEnded() ? true : undefined),
      () => Promise.resolve('the mirror process goes on'),
    );
    const text = await window.waitForText(
      panel,
      /has lost its place: it is \d{4} events behind, and etcd remembers 1000/,
    );
    assert.match(text, /Do not set the index to that of the source/);
    await window.screenshot('mirror-lost');
  });

  it('is mended by the runbook, by clicks: nothing is lost', async () => {
    // VS Code may have taken the frame of before away, with what it draws a panel in.
    panel = await window.panel(mirrorName);
    await panel.getByRole('button', { name: 'Plan: Move the index of a mirror forward' }).click();
    await plans.answerAll([
      ['new index', ''],
      ['systemd unit', ''],
      ['host that the unit runs on', ''],
      ['curl --config', ''],
    ]);
    const text = await plans.waitForText(/The ground is checked: it may run/);
    assert.match(text, /mirror:conf-codfw/);
    await window.screenshot('mirror-plan');
    await plans.runStep(1);
    // What changes meanwhile has to be copied when the mirror goes on.
    await put('/conftool/v1/discovery/api-ro/codfw', { value: '{"pooled": true}' });
    await plans.answer('Type its name', mirrorName);
    await plans.waitForText(/✓ It ended with exit code 0; the server says: index key at \d+/, 90_000);
    await window.screenshot('mirror-mended');
    await plans.toTop();
    await plans.waitForText(/✓ All steps are done/);
    mirror = etcd.startV2({ reload: false });
    await window.waitForRow('Fleet', mirrorName, ({ spoken }) => spoken.includes('etcd mirror conf-codfw, ok'), 60_000);
    await window.waitFor(
      async () =>
        (await valueAtDestination('/conftool/v1/discovery/api-ro/codfw')) === '{"pooled": true}' ? true : undefined,
      () => Promise.resolve('what changed while the plan ran is not copied'),
    );
    assert.deepEqual(await contentsOf(etcd.destination.url), await contentsOf(etcd.source.url));
    await window.runCommand('Replideck: Open Panel of an Etcd Mirror...');
    await window.answer(mirrorName);
    panel = await window.panel(mirrorName);
    await panel.getByRole('button', { name: 'Compare now' }).click();
    await window.waitForText(panel, /All \d+ keys that should be mirrored are equal on both sides\./);
    await window.screenshot('mirror-healthy');
  });
});

interface Node {
  readonly key: string;
  readonly value?: string;
  readonly nodes?: readonly Node[];
}

/** Keys and values under the prefix that is mirrored. */
async function contentsOf(url: string): Promise<Record<string, string | undefined>> {
  const response = await fetch(`${url}/v2/keys/conftool?recursive=true&sorted=true`);
  const leaves = ({ key, value, nodes }: Node): [string, string | undefined][] =>
    nodes === undefined ? [[key, value]] : nodes.flatMap(leaves);
  return Object.fromEntries(leaves(((await response.json()) as { node: Node }).node));
}
