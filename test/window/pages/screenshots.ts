/**
 * Draws every sample in every theme and width, to be looked at:
 *   npx tsx test/window/pages/screenshots.ts FOLDER [NAME …]
 */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { atSecond } from '../../core/mirror/builder';
import { mirrorSamples, mirrorState, watchedEvents } from '../../ui/mirrorPanelSamples';
import { samples, sampleTime } from './samples';
import { themeNames } from './themes';
import { buildPanel, launchBrowser, openPanel } from './webviewPage';

async function drawAll(folder: string, wanted: readonly string[]): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const panel = await buildPanel('replication');
  const browser = await launchBrowser();
  for (const [name, state] of Object.entries(samples)) {
    for (const theme of themeNames) {
      for (const width of [400, 800, 1400]) {
        const picture = `${name}-${theme}-${width}`;
        if (wanted.length > 0 && !wanted.some((part) => picture.includes(part))) continue;
        const saved = { subject: state.subject, readinessOpen: true };
        const opened = await openPanel(browser, { panel, theme, width, reducedMotion: true, saved });
        await opened.send({ kind: 'state', state, sentAt: new Date(Date.parse(sampleTime) + 8000).toISOString() });
        for (const candidate of await opened.page.locator('.candidate > summary').all()) await candidate.click();
        await opened.page.waitForTimeout(100);
        await opened.page.screenshot({ path: path.join(folder, `${picture}.png`), fullPage: true });
        if (opened.troubles.length > 0) console.error(picture, opened.troubles);
        await opened.close();
      }
    }
  }
  const mirrorPanel = await buildPanel('mirror');
  for (const [name, sample] of Object.entries(mirrorSamples)) {
    for (const theme of themeNames) {
      for (const width of [400, 800, 1400]) {
        const picture = `mirror-${name}-${theme}-${width}`;
        if (wanted.length > 0 && !wanted.some((part) => picture.includes(part))) continue;
        const opened = await openPanel(browser, { panel: mirrorPanel, theme, width, reducedMotion: true });
        await opened.send({ kind: 'state', state: mirrorState(sample), sentAt: atSecond(608) });
        await opened.send({ kind: 'events', events: watchedEvents(sample) });
        await opened.page.waitForTimeout(100);
        await opened.page.screenshot({ path: path.join(folder, `${picture}.png`), fullPage: true });
        if (opened.troubles.length > 0) console.error(picture, opened.troubles);
        await opened.close();
      }
    }
  }
  await browser.close();
}

const [folder, ...wanted] = process.argv.slice(2);
if (folder === undefined) throw new Error('Name the folder for the pictures.');
void drawAll(folder, wanted);
