import assert from 'node:assert/strict';
import { build } from 'esbuild';
import path from 'node:path';
import { launchBrowser } from './webviewPage';

const root = path.join(__dirname, '../../..');

describe('keyed', function () {
  this.timeout(60_000);

  it('brings children into any order, and moves no more of them than it must', async () => {
    const { outputFiles } = await build({
      absWorkingDir: root,
      stdin: { contents: "export { h, keyed } from './media/shared/dom';", resolveDir: root },
      bundle: true,
      write: false,
      format: 'iife',
      globalName: 'dom',
    });
    const browser = await launchBrowser();
    try {
      const page = await browser.newPage();
      // tsx keeps function names by a helper that the page does not have.
      await page.addInitScript('globalThis.__name = (each) => each');
      await page.goto('about:blank');
      await page.addScriptTag({ content: outputFiles[0]?.text ?? '' });
      const { wrong, sunk } = await page.evaluate(() => {
        interface Dom {
          h: (tag: 'i') => HTMLElement;
          keyed: (
            parent: Element,
            keyOf: (item: string) => string,
            create: (item: string) => { element: HTMLElement; update: () => void },
          ) => (items: readonly string[]) => void;
        }
        const { h, keyed } = (window as unknown as { dom: Dom }).dom;
        const parent = document.body;
        const show = keyed(
          parent,
          (item) => item,
          (item) => {
            const element = h('i');
            element.textContent = item;
            return { element, update: () => undefined };
          },
        );
        const shown = (): string => [...parent.querySelectorAll('i')].map((each) => each.textContent).join(' ');
        // The same numbers in every run.
        let seed = 1;
        const random = (below: number): number => {
          seed = (seed * 48271) % 2147483647;
          return seed % below;
        };
        let failure = '';
        for (let round = 0; round < 2000; round += 1) {
          const items = Array.from({ length: 12 }, (_, index) => String(index)).filter(() => random(4) > 0);
          for (let index = items.length - 1; index > 0; index -= 1) {
            const other = random(index + 1);
            [items[index], items[other]] = [items[other] ?? '', items[index] ?? ''];
          }
          show(items);
          if (shown() !== items.join(' ')) failure = `${items.join(' ')} is shown as ${shown()}`;
        }
        const many = Array.from({ length: 50 }, (_, index) => `row${index}`);
        show(many);
        const observer = new MutationObserver(() => undefined);
        observer.observe(parent, { childList: true });
        show([...many.slice(2), ...many.slice(0, 2)]);
        const moves = observer.takeRecords().filter(({ addedNodes }) => addedNodes.length > 0).length;
        return { wrong: failure, sunk: moves };
      });
      assert.equal(wrong, '');
      assert.equal(sunk, 2);
    } finally {
      await browser.close();
    }
  });
});
