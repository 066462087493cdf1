import { cpSync, mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { onExit } from '../processes.mjs';
import { type Sandbox, startSandbox } from '../sandbox/sandbox';
import { launchWorkbench } from '../vscode/workbench';
import { FleetWindow } from '../window/fleetWindow';
import { createOperator, PlanWindow } from '../window/planWindow';
import { type PictureName, pictureNames } from './pictureNames';

const folder = path.join(__dirname, '../../docs/pictures');
/** Where they are kept until all are taken: a try that fails leaves the old ones. */
const fresh = path.join(__dirname, '../../dist/pictures');
/** The machine may have other work. */
const patienceMs = 90_000;

/** The demo as a person sees it, first healthy, then with a broken replica and a mirror in trouble. */
async function takePictures(): Promise<void> {
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(fresh, { recursive: true });
  const sandbox = await startSandbox({ etcd: true, neighbours: true });
  onExit(() => sandbox.stop());
  const workbench = await launchWorkbench({
    workspace: sandbox.workspaceFolder,
    size: { width: 1200, height: 800 },
    settings: {
      'window.commandCenter': false,
      'workbench.layoutControl.enabled': false,
      // Nothing but the product: no lines that other extensions draw, no overview of the text.
      'editor.minimap.enabled': false,
      'editor.wordWrap': 'on',
      'explorer.openEditors.visible': 0,
    },
    ...(sandbox.neighbours !== undefined && { env: sandbox.neighbours.env }),
  });
  const { page } = workbench;
  const pictures = new Pictures(page, sandbox);
  try {
    page.setDefaultTimeout(patienceMs);
    await pictures.healthy();
    await pictures.grants();
    await pictures.broken();
    await pictures.plan();
    await pictures.neighbours();
    await pictures.mirror();
  } finally {
    await workbench.stop();
    await sandbox.stop();
  }
  const missing = pictureNames.filter((name) => !pictures.taken.has(name));
  if (missing.length > 0) throw new Error(`Not taken: ${missing.join(', ')}`);
  rmSync(folder, { recursive: true, force: true });
  cpSync(fresh, folder, { recursive: true });
}

class Pictures {
  readonly taken = new Set<PictureName>();
  readonly #page: Page;
  readonly #sandbox: Sandbox;
  readonly #window: FleetWindow;

  constructor(page: Page, sandbox: Sandbox) {
    this.#page = page;
    this.#sandbox = sandbox;
    this.#window = new FleetWindow(page);
  }

  /** A replica of two sources, and a cluster. */
  async healthy(): Promise<void> {
    const key = this.#key('analytics-replica');
    await this.#window.openFromActivityBar();
    await widenSideBar(this.#page);
    await this.#window.waitForRow('Fleet', 's1', ({ spoken }) => spoken.includes('ok'), patienceMs);
    // It stands below both of its sources.
    await this.#window.row('Fleet', key).first().click();
    const panel = await this.#window.panel(key, patienceMs);
    await this.#window.waitForText(panel, /running/, patienceMs);
    await panel.locator('h2', { hasText: 'Lag over time' }).scrollIntoViewIfNeeded();
    // Some readings, so that the chart has a line.
    await this.#page.waitForTimeout(45_000);
    await this.#take('panel-healthy');
    await this.#window.clickRow('Fleet', 's1');
    await this.#window.waitForText(await this.#window.panel('s1', patienceMs), /Topology/, patienceMs);
    await this.#page.waitForTimeout(4000);
    await this.#take('cluster');
    await this.#closeEditors();
  }

  async grants(): Promise<void> {
    await this.#page
      .locator('.activitybar')
      .getByRole('tab', { name: /^Explorer/ })
      .click();
    const explorer = this.#page.locator('.explorer-folders-view .monaco-list-row');
    await explorer.filter({ hasText: 'grants' }).first().click();
    await explorer.filter({ hasText: 'shop.sql.erb' }).dblclick();
    const lens = (text: string | RegExp) => this.#page.locator('.codelens-decoration a', { hasText: text }).first();
    await lens('Read now').click();
    await lens(/✗ differs on/).waitFor();
    const hover = this.#page.locator('.monaco-hover:visible', { hasText: 'lacks DELETE' });
    await this.#page
      .locator('.view-line span', { hasText: /^DELETE$/ })
      .last()
      .hover();
    await hover.first().waitFor();
    await this.#take('grants');
    await this.#page.keyboard.press('Escape');
    await this.#closeEditors();
    await this.#window.openFromActivityBar();
  }

  async broken(): Promise<void> {
    const key = this.#key('s1-replica');
    await this.#sandbox.fault('sql-error');
    await this.#window.waitForRow('Fleet', key, ({ spoken }) => spoken.includes('critical'), patienceMs);
    await this.#window.clickRow('Fleet', key);
    await this.#window.waitForText(await this.#window.panel(key, patienceMs), /1062/, patienceMs);
    await this.#page.waitForTimeout(4000);
    await this.#take('fleet-and-panel');
    await this.#closeEditors();
  }

  /** Of the replica that `broken` has left. */
  async plan(): Promise<void> {
    const { optionFile } = await createOperator(this.#sandbox, 'dba.cnf');
    const plans = new PlanWindow(this.#window);
    await plans.choose(this.#key('s1-replica'), 'Repair one row');
    await plans.answerAll([
      ['the row, as its key', 'id = 1001'],
      ['Option file', optionFile],
    ]);
    await plans.waitForText(/Checks/, patienceMs);
    await plans.toTop();
    await this.#page.waitForTimeout(2000);
    await this.#take('plan');
    await this.#closeEditors();
  }

  async neighbours(): Promise<void> {
    await this.#window.clickTitleButton('Fleet', /^Collapse All/);
    const rows = this.#window.pane('Fleet').locator('.monaco-list-row');
    for (const group of ['Orchestrator', 'Backups', 'Pipelines', 'Bastions']) {
      await this.#window.row('Fleet', group).locator('.monaco-tl-twistie').click();
    }
    await rows.and(this.#page.locator('[aria-label^="Orchestrator main"]')).click();
    await this.#window.waitForText(
      await this.#window.panel(/^Orchestrator main/, patienceMs),
      /holds servers twice/,
      patienceMs,
    );
    await this.#take('neighbours');
    await this.#closeEditors();
  }

  async mirror(): Promise<void> {
    await this.#sandbox.fault('mirror-window');
    const mirror = 'conf-codfw';
    await this.#window.row('Fleet', 'Etcd mirrors').locator('.monaco-tl-twistie').click();
    await this.#window.waitForRow(
      'Fleet',
      mirror,
      ({ description }) => description.startsWith('lost in'),
      2 * patienceMs,
    );
    await this.#window.clickRow('Fleet', mirror);
    const panel = await this.#window.panel(mirror, patienceMs);
    await this.#window.waitForText(panel, /Lost in \d+ min/, patienceMs);
    // Some readings, so that the chart has a line.
    await this.#page.waitForTimeout(30_000);
    // What has just changed is marked for two seconds.
    await panel.locator('.changed').first().waitFor({ state: 'detached' });
    await this.#take('mirror');
  }

  #key(name: string): string {
    return this.#sandbox.instance(name).key;
  }

  async #closeEditors(): Promise<void> {
    await this.#window.runCommand('View: Close All Editors');
  }

  async #take(name: PictureName): Promise<void> {
    // No tooltip, unless the picture is of it.
    if (name !== 'grants') await this.#page.mouse.move(700, 790);
    await this.#page.waitForTimeout(600);
    await this.#page.screenshot({ path: path.join(fresh, `${name}.png`) });
    this.taken.add(name);
    console.error(`Taken: ${name}`);
  }
}

/** Wide enough for the descriptions of a nested tree. */
async function widenSideBar(page: Page): Promise<void> {
  const bar = await page.locator('.part.sidebar').boundingBox();
  if (bar === null) return;
  const edge = bar.x + bar.width;
  await page.mouse.move(edge, 400);
  await page.mouse.down();
  await page.mouse.move(edge + 90, 400, { steps: 5 });
  await page.mouse.up();
}

takePictures().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
