import assert from 'node:assert/strict';
import type { Browser } from 'playwright-core';
import { atSecond } from '../../core/mirror/builder';
import { mirrorSamples, mirrorState, watchedEvents, type MirrorSample } from '../../ui/mirrorPanelSamples';
import { axeViolations } from './axe';
import { hostile } from './samples';
import { themeNames } from './themes';
import { buildPanel, launchBrowser, openPanel, type PageOptions, type WebviewPage } from './webviewPage';

const shrinking = mirrorSamples['shrinking']!;

describe('mirror panel', function () {
  this.timeout(60_000);
  let browser: Browser;
  let panel: PageOptions['panel'];
  let open: WebviewPage | undefined;

  before(async () => {
    panel = await buildPanel('mirror');
    browser = await launchBrowser();
  });
  after(() => browser.close());
  const close = async (): Promise<void> => {
    const troubles = open?.troubles ?? [];
    await open?.close();
    open = undefined;
    assert.deepEqual(troubles, [], 'the page has complained');
  };
  afterEach(close);

  const sendAll = async ({ send }: WebviewPage, sample: MirrorSample): Promise<void> => {
    await send({ kind: 'state', state: mirrorState(sample), sentAt: atSecond(608) });
    await send({ kind: 'events', events: watchedEvents(sample) });
  };
  async function show(sample: MirrorSample, options: Partial<PageOptions> = {}): Promise<WebviewPage> {
    open = await openPanel(browser, { panel, ...options });
    await sendAll(open, sample);
    return open;
  }
  const requests = async (kind: string) =>
    ((await open?.posted()) ?? [])
      .map(({ request }) => request as { kind: string } | undefined)
      .filter((request) => request?.kind === kind);

  for (const [name, sample] of Object.entries(mirrorSamples)) {
    it(`draws ${name} without a complaint and without a horizontal scroll bar`, async () => {
      const { page } = await show(sample);
      assert.equal(await page.locator('h1').textContent(), 'conf-codfw');
      for (const width of [400, 800, 1400]) {
        await page.setViewportSize({ width, height: 900 });
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
        assert.ok(overflow <= 0, `${overflow} px too wide at ${width} px`);
      }
    });
  }

  for (const theme of themeNames) {
    it(`is accessible in ${theme}, in every state`, async () => {
      open = await openPanel(browser, { panel, theme });
      for (const [name, sample] of Object.entries(mirrorSamples)) {
        await sendAll(open, sample);
        assert.deepEqual(await axeViolations(open.page), [], `${name} in ${theme}`);
      }
    });
  }

  it('says the budget by words and by a meter, not by colour alone', async () => {
    const { page } = await show(shrinking);
    const meter = page.getByRole('meter', { name: /Events used/ });
    assert.equal(await meter.getAttribute('aria-valuenow'), '480');
    assert.match((await meter.getAttribute('aria-valuetext')) ?? '', /^480 of 1000 used\. Lost in 10 min/);
    const lost = await show(mirrorSamples['lost']!);
    const words = await lost.page.getByRole('meter', { name: /Events used/ }).getAttribute('aria-valuetext');
    assert.match(words ?? '', /The window is lost/);
  });

  it('cuts no age of an event off, and calls its number as that etcd does', async () => {
    const { page, send } = await show(shrinking);
    await send({ kind: 'state', state: mirrorState(shrinking), sentAt: atSecond(600 + 59 * 60) });
    await send({ kind: 'events', events: watchedEvents(shrinking) });
    for (const width of [400, 800, 1400]) {
      await page.setViewportSize({ width, height: 900 });
      const cut = await page
        .locator('.heard')
        .evaluateAll((cells) => cells.filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth).length);
      assert.equal(cut, 0, `at ${width} px`);
    }
    const number = page.locator('.event-table thead th').first();
    assert.equal(await number.textContent(), 'Index');
    await close();
    const other = await show({ ...shrinking, spec: { api: 'v3' } });
    assert.equal(await other.page.locator('.event-table thead th').first().textContent(), 'Revision');
    assert.equal(await other.page.locator('#rates-heading').textContent(), 'Keys');
  });

  it('shows keys and values of etcd as text', async () => {
    const item = {
      key: hostile,
      destinationKey: hostile,
      kind: 'missing',
      why: 'Deleted.',
      sourceValue: hostile,
    } as const;
    const events = [{ index: 7, action: hostile, key: hostile, seenAt: atSecond(600) }];
    const sample = { ...shrinking, comparison: { missing: 1, items: [item] }, watch: { events } };
    const { page } = await show(sample);
    assert.equal(await page.evaluate(() => (window as { hacked?: unknown }).hacked), undefined);
    assert.equal(await page.locator('main img, main script').count(), 0);
    assert.ok((await page.locator('.event-table tbody').innerText()).includes('<img src=x'));
  });

  it('keeps the filter, the focus and the scrolled place over an update', async () => {
    const shown = await show(shrinking, { height: 400 });
    const { page } = shown;
    const filter = page.getByRole('searchbox', { name: /Filter the keys/ });
    await filter.fill('mw1261');
    await filter.scrollIntoViewIfNeeded();
    await filter.focus();
    const look = () =>
      page.evaluate(() => ({
        scroll: window.scrollY,
        focus: document.activeElement?.getAttribute('aria-label'),
        filter: document.querySelector('input')?.value,
      }));
    const before = await look();
    assert.ok(before.scroll > 0, JSON.stringify(before));
    await sendAll(shown, { ...shrinking, filter: 'mw1261' });
    assert.deepEqual(await look(), before);
    assert.deepEqual(await requests('filterDrift'), [{ kind: 'filterDrift', filter: 'mw1261' }]);
  });

  it('opens both values, the watch and a plan by keyboard, and says beside the control what failed', async () => {
    const { page, answer } = await show(shrinking);
    const press = async (name: RegExp): Promise<void> => {
      await page.getByRole('button', { name }).first().focus();
      await page.keyboard.press('Enter');
    };
    await press(/mw1261/);
    await press(/^Watch$/);
    await press(/Advance the index/);
    const [{ key } = { key: undefined }] = shrinking.comparison?.items ?? [];
    assert.deepEqual(await requests('openDiff'), [{ kind: 'openDiff', key }]);
    assert.deepEqual(await requests('watch'), [{ kind: 'watch', on: false }]);
    assert.deepEqual(await requests('planRunbook'), [{ kind: 'planRunbook', id: 'mirror.advanceIndex' }]);
    await answer('compare', { kind: 'failed', message: 'The destination does not answer.' });
    await press(/Compare now/);
    await page.locator('[role=alert]').getByText('The destination does not answer.').waitFor();
  });
});
