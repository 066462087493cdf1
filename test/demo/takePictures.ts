import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { onExit } from '../processes.mjs';
import { startSandbox } from '../sandbox/sandbox';
import { launchWorkbench } from '../vscode/workbench';
import { FleetWindow } from '../window/fleetWindow';

const folder = path.join(__dirname, '../../docs/pictures');

/** A real fleet with one broken replica and a mirror in trouble, as a person sees it: the tree beside the panel. */
async function takePictures(): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const sandbox = await startSandbox({ etcd: true });
  onExit(() => sandbox.stop());
  const workbench = await launchWorkbench({
    workspace: sandbox.workspaceFolder,
    size: { width: 1280, height: 860 },
    settings: { 'window.commandCenter': false, 'workbench.layoutControl.enabled': false },
  });
  try {
    const { page } = workbench;
    const window = new FleetWindow(page);
    const keyOf = (name: string) => sandbox.instance(name).key;
    await window.openFromActivityBar();
    await widenSideBar(page);
    await window.row('Fleet', keyOf('s1-replica')).click();
    const healthy = await window.panel(keyOf('s1-replica'));
    await window.waitForText(healthy, /running/);
    // Some readings, so that the chart has a line.
    await page.waitForTimeout(45_000);
    await page.screenshot({ path: path.join(folder, 'panel-healthy.png') });
    await sandbox.fault('sql-error');
    await window.waitForRow('Fleet', keyOf('s1-replica'), ({ spoken }) => spoken.includes('critical'));
    await window.waitForText(await window.panel(keyOf('s1-replica')), /1062/);
    await page.waitForTimeout(4000);
    await page.screenshot({ path: path.join(folder, 'fleet-and-panel.png') });
    await workbench.setTheme('dark');
    await page.waitForTimeout(3000);
    await page.screenshot({ path: path.join(folder, 'fleet-and-panel-dark.png') });
    await workbench.setTheme('light');
    await sandbox.fault('mirror-window');
    const mirror = 'conf-codfw';
    const { label } = await window.waitForRow(
      'Fleet',
      mirror,
      ({ description }) => description.startsWith('lost in'),
      120_000,
    );
    await window.row('Fleet', label).click();
    const panel = await window.panel(mirror);
    await window.waitForText(panel, /Lost in \d+ min/);
    // Some readings, so that the chart has a line.
    await page.waitForTimeout(30_000);
    // What has just changed is marked for two seconds.
    await panel.locator('.changed').first().waitFor({ state: 'detached' });
    await page.screenshot({ path: path.join(folder, 'mirror.png') });
  } finally {
    await workbench.stop();
    await sandbox.stop();
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
