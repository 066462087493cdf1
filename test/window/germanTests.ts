import assert from 'node:assert/strict';
import { FleetWindow } from './fleetWindow';
import type { SandboxWindow } from './sandboxWindow';

/** A second window, of somebody whose VS Code speaks German. */
export function germanTests(given: () => SandboxWindow): void {
  describe('in German', () => {
    let window: FleetWindow;

    before(async () => {
      window = new FleetWindow(await given().workbench.openIn('de'), { Fleet: 'Flotte', Findings: 'Befunde' });
    });

    after(async () => {
      // As a person does: extensions of a window that is merely gone wait for it.
      await window.page.close({ runBeforeUnload: true });
    });

    afterEach(async function () {
      if (this.currentTest?.state === 'failed') await window.screenshot('failed-german');
    });

    it('says in the tree what each instance is', async () => {
      await window.openFromActivityBar();
      const key = given().sandbox.instance('s1-replica').key;
      const { spoken } = await window.waitForRow('Fleet', key, ({ spoken: said }) => said.includes('Replik'));
      assert.doesNotMatch(spoken, /replica|not read/);
      await window.screenshot('german-tree');
    });

    it('says in the palette, its questions and the panel what is there', async () => {
      const key = given().sandbox.instance('s1-replica').key;
      await window.runCommand('Replideck: Replikationsansicht einer Instanz öffnen...');
      await window.answer(key);
      const frame = await window.panel(key);
      await window.waitForText(frame, /IO-Thread[\s\S]*Verzögerung|Verzögerung[\s\S]*IO-Thread/);
      assert.doesNotMatch(
        await frame
          .locator('main')
          .locator(':scope > :not(:has(table))')
          .allInnerTexts()
          .then((texts) => texts.join()),
        /\b(?:running|behind|Findings)\b/,
      );
      assert.equal(await frame.locator('html').getAttribute('lang'), 'de');
      await window.screenshot('german-panel');
    });
  });
}
