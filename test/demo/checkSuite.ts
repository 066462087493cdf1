import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import * as vscode from 'vscode';
import type { ReplideckApi } from '../../src/api';

const neighbourPatienceMs = 60_000;

/**
 * Runs inside VS Code: reads the fleet of the workspace through the extension's own API, and writes the report to the
 * file REPLIDECK_CHECK_REPORT. REPLIDECK_CHECK_READINGS: how many readings, three seconds apart; the last one counts. A
 * refresh does not wait for a neighbour, so there are as many more as it takes until each has said something.
 */
export async function run(): Promise<void> {
  const extension = vscode.extensions.getExtension<ReplideckApi>('replideck.replideck');
  assert.ok(extension, 'VS Code does not know replideck.replideck: is it disabled?');
  const api = await extension.activate();
  assert.equal(api.apiVersion, 1);
  const readings = Number(process.env['REPLIDECK_CHECK_READINGS'] ?? 1);
  let report = await api.refresh();
  const end = Date.now() + neighbourPatienceMs;
  const isWaiting = () => Date.now() < end && report.services.some(({ state }) => state === 'unknown');
  for (let reading = 1; reading < readings || isWaiting(); reading += 1) {
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    report = await api.refresh();
  }
  writeFileSync(process.env['REPLIDECK_CHECK_REPORT'] ?? '', JSON.stringify(report, undefined, 2));
}
