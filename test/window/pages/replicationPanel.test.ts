import assert from 'node:assert/strict';
import { type Browser, type Page } from 'playwright-core';
import { type PanelState } from '../../../src/protocol/replicationPanel';
import { axeViolations } from './axe';
import { readinessPanel } from './readinessSample';
import {
  broken,
  cluster,
  healthy,
  history,
  pending,
  ring,
  samples,
  sampleTime,
  seldomSeen,
  unreachable,
} from './samples';
import { themeNames } from './themes';
import { buildPanel, launchBrowser, openPanel, type PageOptions, type WebviewPage } from './webviewPage';

const sentAt = new Date(Date.parse(sampleTime) + 8000).toISOString();

describe('replication panel', function () {
  this.timeout(60_000);
  let browser: Browser;
  let panel: PageOptions['panel'];
  let open: WebviewPage | undefined;

  before(async () => {
    panel = await buildPanel('replication');
    browser = await launchBrowser();
  });
  after(() => browser.close());
  afterEach(async () => {
    const troubles = open?.troubles ?? [];
    await open?.close();
    open = undefined;
    assert.deepEqual(troubles, [], 'the page has complained');
  });

  async function show(state: PanelState | undefined, options: Partial<PageOptions> = {}): Promise<WebviewPage> {
    open = await openPanel(browser, { panel, ...options });
    if (state !== undefined) await open.send({ kind: 'state', state, sentAt });
    return open;
  }

  const later = (state: PanelState, change: (card: PanelState['connections'][number]) => object): PanelState => ({
    ...state,
    connections: state.connections.map((card) => ({ ...card, ...change(card) })),
  });

  for (const [name, state] of Object.entries(samples)) {
    it(`draws ${name} without a complaint and without a horizontal scroll bar`, async () => {
      const { page } = await show(state);
      assert.equal(await page.locator('h1').textContent(), state.title);
      assert.equal(await page.locator('.node').count(), state.topology.nodes.length);
      assert.equal(await page.locator('.connection').count(), state.connections.length);
      for (const width of [400, 800, 1400]) {
        await page.setViewportSize({ width, height: 900 });
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
        assert.ok(overflow <= 0, `${overflow} px too wide at ${width} px`);
      }
    });
  }

  it('breaks no line inside an option of a command that fits into one', async () => {
    const remedy = 'For good: mirror all of it, with `etcd-mirror --src-ignore-keys-regex` for the busy keys.';
    const { page } = await show({
      ...unreachable,
      findings: unreachable.findings.map((each) => ({ ...each, remedy })),
    });
    for (let width = 320; width <= 600; width += 10) {
      await page.setViewportSize({ width, height: 900 });
      const lines = await page.evaluate(() => {
        const range = document.createRange();
        const code = document.querySelector('.remedy-text code');
        const walker = document.createTreeWalker(code ?? document, NodeFilter.SHOW_TEXT);
        while (walker.nextNode()) {
          const at = walker.currentNode.textContent?.indexOf('--src') ?? -1;
          if (at < 0) continue;
          range.setStart(walker.currentNode, at);
          range.setEnd(walker.currentNode, at + '--src-ignore-keys-regex'.length);
        }
        return range.getClientRects().length;
      });
      assert.equal(lines, 1, `at ${width} px`);
    }
  });

  it('asks first, and says what is wrong when no answer comes', async () => {
    const { page, posted } = await show(undefined);
    assert.deepEqual(await posted(), [{ kind: 'ready' }]);
    await page.getByText('Waiting for the first reading').waitFor();
    await page.getByText('Nothing has come from the extension').waitFor({ timeout: 20_000 });
    await page.getByRole('button', { name: 'Try again' }).click();
    assert.deepEqual(await posted(), [{ kind: 'ready' }, { kind: 'ready' }]);
  });

  it('shows server text as text', async () => {
    const { page } = await show(broken);
    assert.equal(await page.evaluate(() => (window as { hacked?: unknown }).hacked), undefined);
    assert.equal(await page.locator('main img, main script').count(), 0);
    assert.ok((await page.locator('.error code').last().textContent())?.includes('<img src=x'));
  });

  it('makes visible what nobody would see of a text of a server, and draws no megabyte', async () => {
    const value = `a\u202egnp.exe\u001b[31m\u0000 ${'long '.repeat(200_000)}`;
    const { page } = await show({
      ...broken,
      raw: [{ title: value, rows: [{ name: 'Last_IO_Error', value, meaning: value, notable: true }] }],
      connections: broken.connections.map((card) => ({
        ...card,
        source: value,
        errors: [{ thread: 'IO', errno: 1, text: value }],
      })),
    });
    const text = await page.locator('main').innerText();
    assert.ok(text.includes('a\\u202egnp.exe\\u001b[31m\\u0000 long'), text.slice(0, 2000));
    assert.doesNotMatch(text, /[\u0000-\u0008\u000e-\u001f\u202a-\u202e]/);
    assert.ok(text.length < 300_000, `${text.length} characters`);
  });

  it('copies a GTID set whole, also where it is too long to be drawn', async () => {
    const value = Array.from(
      { length: 1000 },
      (_, at) => `3e11fa47-71ca-11e1-9e33-c80aa94${String(at).padStart(5, '0')}:1-9`,
    ).join();
    const { page, posted } = await show({
      ...healthy,
      connections: healthy.connections.map((card) => ({
        ...card,
        facts: [{ label: 'GTID applied', value, isCopied: true }],
      })),
    });
    await page.getByRole('button', { name: 'Copy GTID applied' }).click();
    assert.deepEqual((await posted()).at(-1)?.['request'], { kind: 'copy', text: value });
    assert.ok(((await page.locator('.wide .mono').first().textContent()) ?? '').length < value.length);
  });

  it('says each state by shape and word', async () => {
    const { page } = await show(unreachable);
    assert.equal(await page.locator('.title [data-icon]').getAttribute('data-icon'), 'debugDisconnect');
    assert.equal(await page.locator('.state-word').textContent(), 'no answer');
    assert.equal(
      await page.locator('.connections .empty').textContent(),
      'The server does not answer, so its connections are not known.',
    );
  });

  it('never shows an unknown lag as a number', async () => {
    const { page } = await show(broken);
    assert.deepEqual(await page.locator('.lag').allTextContents(), ['2 h 5 min', 'unknown']);
    assert.equal(await page.locator('.legend li').last().locator('.figure').textContent(), 'unknown');
  });

  it('counts ages on the clock of the extension', async () => {
    const { page } = await show(healthy);
    await page.waitForFunction(() =>
      /^(8|9|1\d) s ago$/.test(document.querySelector('.reading time')?.textContent ?? ''),
    );
    const title = await page.locator('.reading time').getAttribute('title');
    assert.ok(title?.includes(sampleTime), title ?? 'no title');
  });

  it('keeps scroll, focus, selection and filter over an update', async () => {
    const { page, send } = await show(broken, { height: 400 });
    await page.getByRole('searchbox').fill('master');
    await page.locator('.node').nth(0).focus();
    await page.evaluate(() => {
      window.scrollTo(0, 300);
      const code = document.querySelector('.remedy-text code');
      if (code !== null) getSelection()?.selectAllChildren(code);
    });
    const look = () =>
      page.evaluate(() => ({
        scroll: window.scrollY,
        focus: document.activeElement?.textContent,
        selection: getSelection()?.toString(),
        filter: document.querySelector('input')?.value,
        rows: document.querySelectorAll('tbody tr').length,
      }));
    const before = await look();
    assert.ok(
      before.scroll > 0 && before.focus !== '' && before.selection !== '' && before.rows > 0,
      JSON.stringify(before),
    );
    await send({ kind: 'state', state: later(broken, () => ({ lagSeconds: 7600 })), sentAt });
    assert.deepEqual(await look(), before);
  });

  it('marks a changed figure for two seconds', async () => {
    const { page, send } = await show(healthy);
    assert.equal(await page.locator('.changed').count(), 0);
    await send({ kind: 'state', state: later(healthy, () => ({ lagSeconds: 0.6 })), sentAt });
    assert.deepEqual(await page.locator('.changed').allTextContents(), ['0.6 s']);
    const shade = await page.locator('.changed').evaluate((element) => getComputedStyle(element).backgroundColor);
    assert.notEqual(shade, 'rgba(0, 0, 0, 0)');
    await page.locator('.changed').waitFor({ state: 'detached', timeout: 4000 });
  });

  it('marks it in high contrast too, where no background would be seen', async () => {
    const { page, send } = await show(healthy, { theme: 'hcDark' });
    await send({ kind: 'state', state: later(healthy, () => ({ lagSeconds: 0.6 })), sentAt });
    const outline = await page.locator('.changed').evaluate((element) => {
      const { outlineColor, outlineStyle } = getComputedStyle(element);
      return `${outlineStyle} ${outlineColor}`;
    });
    assert.equal(outline, 'dashed rgb(243, 133, 24)');
  });

  /** Who asks for less motion: nobody, the system, or the setting of VS Code, which is a class of the page. */
  const askers = ['nobody', 'system', 'setting'] as const;
  const showAskedBy = async (asker: (typeof askers)[number], state?: PanelState) => {
    const shown = await show(undefined, { reducedMotion: asker === 'system' });
    if (asker === 'setting')
      await shown.page.evaluate(() => {
        document.body.classList.add('vscode-reduce-motion');
      });
    if (state !== undefined) await shown.send({ kind: 'state', state, sentAt });
    return shown;
  };

  it('marks nothing under reduced motion', async () => {
    for (const asker of askers) {
      const { page, send } = await showAskedBy(asker, healthy);
      await send({ kind: 'state', state: later(healthy, () => ({ lagSeconds: 0.6 })), sentAt });
      const shade = await page.locator('.changed').evaluate((element) => getComputedStyle(element).backgroundColor);
      assert.equal(shade === 'rgba(0, 0, 0, 0)', asker !== 'nobody', asker);
      await open?.close();
      open = undefined;
    }
  });

  for (const width of [400, 800, 1400]) {
    it(`moves nothing when only figures change, at ${width} px`, async () => {
      const { page, send } = await show(healthy, { width });
      const before = await boxes(page);
      await send({
        kind: 'state',
        state: later(healthy, ({ lags }) => ({ lagSeconds: 12, lags: lags.map((lag) => ({ ...lag, value: '12 s' })) })),
        sentAt,
      });
      assert.equal(await page.locator('.lag').textContent(), '12 s');
      assert.deepEqual(await boxes(page), before);
    });
  }

  it('answers a failed request visibly, beside its control', async () => {
    const { page, answer } = await show(healthy);
    const message = 'The reading could not be started: no inventory.';
    await answer('refresh', { kind: 'failed', message });
    await page.getByRole('button', { name: 'Refresh' }).click();
    await page.locator('.panel-header [role=alert]').getByText(message).waitFor();
    await answer('history', { kind: 'failed', message: 'No history is kept that far back.' });
    await page.getByRole('button', { name: '24 h' }).click();
    await page.locator('.time-chart [role=alert]').getByText('No history').waitFor();
    assert.equal(await page.getByRole('button', { name: '15 min' }).getAttribute('aria-pressed'), 'true');
    await answer('open', { kind: 'failed', message: 'That panel could not be opened.' });
    await page.locator('.node').first().click();
    await page.locator('.topology [role=alert]').getByText('could not be opened').waitFor();
    await page.locator('.link.source').first().click();
    await page.locator('.connections [role=alert]').getByText('could not be opened').waitFor();
    // The next one that works takes the words away.
    await answer('refresh', { kind: 'done' });
    await page.getByRole('button', { name: 'Refresh' }).click();
    await page.locator('.panel-header [role=alert]').waitFor({ state: 'hidden' });
  });

  it('shows another range when it comes', async () => {
    const { page, answer, posted } = await show(healthy);
    const [line] = healthy.history.series;
    await answer('history', {
      kind: 'history',
      history: { ...healthy.history, rangeSeconds: 3600, series: [{ ...line, label: 'hourly' }] },
    });
    await page.getByRole('button', { name: '1 h' }).click();
    await page.locator('.legend-label').getByText('hourly').waitFor();
    const requests = (await posted()).map(({ request }) => request);
    assert.deepEqual(requests.at(-1), { kind: 'history', rangeSeconds: 3600 });
  });

  it('copies what is shown as TSV, JSON and Markdown', async () => {
    const { page, posted } = await show(broken);
    await page.getByRole('searchbox').fill('Last_SQL_Errno');
    for (const label of ['TSV', 'JSON', 'Markdown']) await page.getByRole('button', { name: label }).click();
    const texts = (await posted()).flatMap(({ request }) => {
      const { kind, text } = (request ?? {}) as { kind?: string; text?: string };
      return kind === 'copy' ? [text] : [];
    });
    const meaning = "the server's own error number; the text stands beside it";
    assert.deepEqual(texts, [
      `Name\tValue\tOur reading\nLast_SQL_Errno\t1062\t${meaning}`,
      JSON.stringify({ 'Replication status of analytics_meta': { Last_SQL_Errno: '1062' } }, undefined, 2),
      `| Name | Value | Our reading |\n|---|---|---|\n| Last_SQL_Errno | 1062 | ${meaning} |`,
    ]);
  });

  it('leads from a finding to the plan that mends it', async () => {
    const finding = broken.findings.find(({ runbook }) => runbook !== undefined);
    const { page } = await show({ ...broken, runbookTitles: { [finding?.runbook ?? '']: 'Repair one row' } });
    await page.getByRole('button', { name: 'Plan: Repair one row' }).first().focus();
    await page.keyboard.press('Enter');
    const asked = ((await open?.posted()) ?? []).map(({ request }) => request).at(-1);
    assert.deepEqual(asked, {
      ...{ kind: 'planRunbook', id: finding?.runbook, key: finding?.subject },
      ...(finding?.connection === undefined ? {} : { connection: finding.connection }),
    });
  });

  it('is walked by keyboard alone', async () => {
    const { page, posted } = await show(healthy);
    const walked: string[] = [];
    for (let step = 0; step < 40; step += 1) {
      await page.keyboard.press('Tab');
      const focused = await page.evaluate(() => {
        const element = document.activeElement;
        if (!(element instanceof HTMLElement) || element === document.body) return undefined;
        const outlined = getComputedStyle(element).outlineStyle !== 'none';
        const name = element.getAttribute('aria-label') ?? element.textContent;
        return { name: name === '' ? element.tagName : name, outlined };
      });
      if (focused === undefined) break;
      assert.ok(focused.outlined, `${focused.name} has the focus and does not show it`);
      walked.push(focused.name);
    }
    for (const wanted of [
      'Refresh',
      'Copy as ticket',
      'db1100:3311',
      'Copy GTID received',
      '24 h',
      'Lag over time; the arrow keys move through it',
      'db2100:3311codfw · 10.11.19, replica, ok, replicates from db1100:3311 (0.4 s), shown here',
      'The same as a list',
      'Filter the raw status',
      'Markdown',
    ]) {
      assert.ok(walked.includes(wanted), `${wanted} is not reached: ${walked.join(' | ')}`);
    }
    await page.locator('.node').first().focus();
    await page.keyboard.press('Enter');
    const last = (await posted()).at(-1)?.['request'];
    assert.deepEqual(last, { kind: 'open', subject: { kind: 'instance', key: 'db1100.eqiad.wmnet:3311' } });
    await page.keyboard.press('/');
    assert.equal(await page.evaluate(() => document.activeElement?.tagName), 'INPUT');
    await page.keyboard.type('gtid/');
    assert.equal(await page.getByRole('searchbox').inputValue(), 'gtid/');
    await page.keyboard.press('Escape');
    assert.equal(await page.getByRole('searchbox').inputValue(), '');
  });

  it('follows replication through the topology by the arrow keys, with one stop of Tab', async () => {
    const { page, send } = await show(cluster(8));
    const focused = () => page.evaluate(() => document.activeElement?.querySelector('.node-label')?.textContent);
    assert.equal(await page.locator('.node[tabindex="0"]').count(), 1);
    await page.locator('.node[tabindex="0"]').focus();
    const walked = [await focused()];
    for (const key of ['ArrowRight', 'ArrowDown', 'ArrowLeft', 'End', 'ArrowRight', 'Home', 'ArrowUp']) {
      await page.keyboard.press(key);
      walked.push(await focused());
    }
    assert.deepEqual(walked, [
      'db1100:3311',
      'db1101:3311',
      'db2102:3311',
      'db1100:3311',
      'db1104:3311',
      'db1104:3311',
      'db1100:3311',
      'db1100:3311',
    ]);
    await page.keyboard.press('ArrowRight');
    const before = await focused();
    await send({ kind: 'state', state: later(cluster(8), () => ({ lagSeconds: 9 })), sentAt });
    assert.equal(await focused(), before);
    await page.keyboard.press('Tab');
    assert.equal(await page.evaluate(() => document.activeElement?.textContent), 'The same as a list');
  });

  it('goes round no ring by the arrow keys', async () => {
    const { page } = await show(ring);
    await page.locator('.node[tabindex="0"]').focus();
    await page.keyboard.press('Home');
    const seen = new Set<unknown>();
    for (let step = 0; step < 6; step += 1) {
      seen.add(await page.evaluate(() => document.activeElement?.textContent));
      await page.keyboard.press('ArrowRight');
    }
    await page.keyboard.press('ArrowRight');
    const last = await page.evaluate(() => document.activeElement?.textContent);
    await page.keyboard.press('ArrowRight');
    assert.equal(await page.evaluate(() => document.activeElement?.textContent), last);
    assert.ok(seen.size > 1);
  });

  it('moves nothing by itself under reduced motion', async () => {
    for (const asker of askers) {
      const { page, answer, send } = await showAskedBy(asker);
      const moving = () => page.evaluate(() => document.getAnimations().length);
      await page.getByText('Waiting for the first reading').waitFor();
      const waiting = await moving();
      await send({ kind: 'state', state: healthy, sentAt });
      await answer('refresh', undefined);
      await page.getByRole('button', { name: 'Refresh' }).click();
      await page.locator('[aria-busy=true]').waitFor();
      assert.deepEqual([waiting > 0, (await moving()) > 0], Array(2).fill(asker === 'nobody'), asker);
      await open?.close();
      open = undefined;
    }
  });

  it('says of the chart and of each node of the topology in words what is seen', async () => {
    const { page } = await show(healthy);
    const chart = page.getByRole('slider', { name: /the arrow keys move through it$/ });
    assert.match(
      (await chart.getAttribute('aria-valuetext')) ?? '',
      /^lag: now \d[\d.]* s, lowest \d[\d.]* s, highest \d[\d.]* s$/,
    );
    const names = await page.locator('.node').evaluateAll((nodes) => nodes.map(({ textContent }) => textContent));
    assert.equal(names.length, healthy.topology.nodes.length);
    for (const [index, { label, detail, role, current }] of healthy.topology.nodes.entries()) {
      const name = names.find((each) => each.includes(label)) ?? '';
      assert.ok(name.includes(detail) && name.includes(`, ${role}, ok`), `${index}: ${name}`);
      assert.ok(name.endsWith(current ? ', shown here' : ', open'), name);
    }
  });

  it('reads the chart by the arrow keys', async () => {
    const { page } = await show(healthy);
    await page.locator('.chart').focus();
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('ArrowLeft');
    assert.match((await page.locator('.chart').getAttribute('aria-valuetext')) ?? '', /^03:12:\d\d: lag 0\.\d s$/);
    assert.match((await page.locator('.instant').textContent()) ?? '', /^03:12:/);
  });

  it('tells a time when nobody looked from one when the lag was unknown', async () => {
    const { page } = await show(seldomSeen);
    assert.equal(await page.locator('.legend-line').innerText(), 'now\nlag\n11 min\nnot read');
    await page.locator('.chart').focus();
    const heard = new Set<string>();
    for (let step = 0; step < 45; step += 1) {
      await page.keyboard.press('ArrowLeft');
      heard.add(await page.locator('.legend .figure').innerText());
    }
    assert.ok(heard.has('not read') && !heard.has('unknown'), [...heard].join(', '));
    await open?.close();
    const other = await show(broken);
    assert.ok(await other.page.locator('.unread').isHidden());
  });

  it('draws the line whole where the words of a threshold stand, for a gap says that nothing was read', async () => {
    const lags = (step: number) => 16 + 0.2 * (step % 2);
    const { page } = await show({ ...healthy, history: history({ lag: lags }) });
    // Of the words at the right end: columns without the colour of the line.
    const gaps = await page.locator('.chart canvas').evaluate((canvas: HTMLCanvasElement, stroke) => {
      const { width, height } = canvas;
      const { data } = canvas.getContext('2d')?.getImageData(0, 0, width, height) ?? { data: [] };
      const [red = 0, green = 0, blue = 0] = (stroke.match(/\w\w/g) ?? []).map((each) => Number.parseInt(each, 16));
      const isLine = (at: number) =>
        Math.abs((data[at] ?? 0) - red) + Math.abs((data[at + 1] ?? 0) - green) + Math.abs((data[at + 2] ?? 0) - blue) <
        120;
      const columns = Array.from({ length: 60 }, (_, index) => width - 90 + index);
      return columns.filter((x) => !Array.from({ length: height }, (_, y) => 4 * (y * width + x)).some(isLine)).length;
    }, '3794ff');
    assert.equal(gaps, 0);
  });

  it('keeps the ring of the focus where the pointer is', async () => {
    for (const theme of ['dark', 'hcDark'] as const) {
      const { page } = await show(healthy, { theme });
      for (const control of [page.locator('.action').first(), page.locator('.range').nth(1)]) {
        await page.keyboard.press('Tab');
        await control.focus();
        await control.hover();
        assert.equal(await control.evaluate((element) => getComputedStyle(element).outlineStyle), 'solid', theme);
      }
      await open?.close();
      open = undefined;
    }
  });

  it('does not open what cannot be opened', async () => {
    const { page, posted } = await show(broken);
    // By what the name begins with: further on it tells of the sources.
    for (const name of [/^dbprimary-analytics-meta-1:3352/, /^db1108:3351/]) {
      await page.getByRole('button', { name }).and(page.locator('.node')).click({ force: true });
    }
    assert.ok((await posted()).every(({ request }) => (request as { kind?: string } | undefined)?.kind !== 'open'));
  });

  it('restores filter, range and scroll after a reload, for the same subject only', async () => {
    const { page, send } = await show(healthy, { height: 400 });
    await page.getByRole('searchbox').fill('gtid');
    await page.evaluate(() => {
      window.scrollTo(0, 250);
    });
    await page.waitForFunction(() => (sessionStorage.getItem('fake-state') ?? '').includes('"scroll":250'));
    await page.reload();
    await send({ kind: 'state', state: healthy, sentAt });
    await page.waitForFunction(() => window.scrollY === 250);
    assert.equal(await page.getByRole('searchbox').inputValue(), 'gtid');
    const saved = await page.evaluate(
      () => JSON.parse(sessionStorage.getItem('fake-state') ?? '{}') as { subject?: unknown },
    );
    assert.deepEqual(saved.subject, healthy.subject);
    await page.reload();
    await send({ kind: 'state', state: broken, sentAt });
    assert.equal(await page.getByRole('searchbox').inputValue(), '');
  });

  it('is announced when it changes, not at every figure', async () => {
    const { page, send } = await show(healthy);
    const announced = () => page.locator('[aria-live=polite]').textContent();
    const before = await announced();
    await send({
      kind: 'state',
      state: { ...healthy, summary: 'Replicates from db1100:3311 (1 min 2 s behind).' },
      sentAt,
    });
    assert.equal(await announced(), before);
    await send({
      kind: 'state',
      state: { ...healthy, state: 'critical', summary: 'Replication does not run.' },
      sentAt,
    });
    assert.equal(await announced(), 'db2100:3311, critical. Replication does not run.');
    assert.equal(await page.locator('[aria-live]').count(), 1);
  });

  it('goes from pending to read to broken and back', async () => {
    const { page, send } = await show(pending);
    for (const state of [
      healthy,
      { ...broken, subject: healthy.subject },
      unreachable,
      pending,
      healthy,
    ] as PanelState[]) {
      await send({ kind: 'state', state, sentAt });
      assert.equal(await page.locator('.summary').textContent(), state.summary);
      assert.equal(await page.locator('.connection').count(), state.connections.length);
      assert.equal(await page.locator('.findings').isVisible(), state.findings.length > 0);
    }
  });

  for (const theme of themeNames) {
    it(`is accessible in ${theme}, in every state, with all that can be opened open`, async () => {
      const { page, send } = await show(undefined, { theme });
      assert.deepEqual(await axeViolations(page), [], `before the first state in ${theme}`);
      // Forty instances are drawn as eight are.
      for (const [name, state] of Object.entries(samples).filter(([each]) => each !== 'cluster40')) {
        await send({ kind: 'state', state, sentAt });
        await page.evaluate(() => {
          for (const each of document.querySelectorAll('details')) each.open = true;
        });
        assert.deepEqual(await axeViolations(page), [], `${name} in ${theme}`);
      }
    });
  }

  describe('switchover readiness', () => {
    const closed = readinessPanel(false, sampleTime);
    const opened = readinessPanel(true, sampleTime);
    const requests = async (kind: string) =>
      ((await open?.posted()) ?? [])
        .map(({ request }) => request as { kind: string } | undefined)
        .filter((request) => request?.kind === kind);

    it('is one line until it is opened, and then asks for the checks', async () => {
      const { page, send } = await show(closed);
      assert.equal(await page.locator('.candidate').first().isVisible(), false);
      assert.equal(
        await page.locator('.readiness-line .caption').textContent(),
        '1 of 3 instances could take over from db1100:3311. Of 1 not enough is known.',
      );
      assert.deepEqual(await requests('readiness'), []);
      await page.locator('.readiness summary').first().click();
      await page.locator('.candidate').first().waitFor();
      assert.deepEqual(await requests('readiness'), [{ kind: 'readiness', open: true }]);
      await page.locator('.candidate > summary').last().click();
      await page.getByText('Waiting for the checks').last().waitFor();
      await send({ kind: 'state', state: opened, sentAt });
      await page.getByText('Waiting for the checks').last().waitFor({ state: 'hidden' });
      await page.locator('.readiness summary').first().click();
      await page.waitForFunction(() => (sessionStorage.getItem('fake-state') ?? '').includes('"readinessOpen":false'));
      assert.deepEqual(await requests('readiness'), [
        { kind: 'readiness', open: true },
        { kind: 'readiness', open: false },
      ]);
    });

    it('says each verdict by shape and word, the candidate that is ready first', async () => {
      const { page } = await show(opened, { saved: { subject: opened.subject, readinessOpen: true } });
      const lines = await page
        .locator('.candidate')
        .evaluateAll((candidates) =>
          candidates.map((each) => [
            each.querySelector('.candidate-line [data-icon]')?.getAttribute('data-icon'),
            each.querySelector('.candidate-line')?.textContent,
          ]),
        );
      assert.deepEqual(lines, [
        ['pass', 'db2100:3311ready to take over from db1100:3311'],
        ['question', 'db2102:3311not known · unknown: TLS is used where it is asked for'],
        [
          'error',
          'db2101:3311not ready · fails: Direct replica of the primary, The candidate is read-only, Both threads run, 2 more',
        ],
      ]);
    });

    it('shows what fails whole, what passes as a line, and what is left to do of those that can take over', async () => {
      const { page } = await show(opened, { saved: { subject: opened.subject, readinessOpen: true } });
      for (const candidate of await page.locator('.candidate > summary').all()) await candidate.click();
      const last = page.locator('.candidate').last();
      const checks = await last
        .locator('.check')
        .evaluateAll((all) =>
          all.map((each) => [
            each.querySelector('[data-icon]:not(.chevron)')?.getAttribute('data-icon'),
            each.querySelector('.caption')?.textContent,
            (each as HTMLDetailsElement).open,
          ]),
        );
      assert.deepEqual(checks.slice(0, 5), Array(5).fill(['error', 'fail', true]));
      assert.deepEqual(checks.slice(5), Array(checks.length - 5).fill(['pass', 'pass', false]));
      const threads = last.locator('.check', { hasText: 'Both threads run' });
      assert.match(
        (await threads.locator('.evidence').textContent()) ?? '',
        /SQL stopped.*SHOW ALL SLAVES STATUS.*ago/,
      );
      assert.match((await threads.locator('dl').textContent()) ?? '', /^Needed.*Do.*START SLAVE$/);
      assert.deepEqual(await page.locator('.after').evaluateAll((all) => all.map((each) => each.checkVisibility())), [
        true,
        true,
        false,
      ]);
    });

    it('keeps what is open, and where the focus is, when it is read again', async () => {
      const { page, send } = await show(opened, { saved: { subject: opened.subject, readinessOpen: true } });
      await page.locator('.candidate > summary').last().click();
      await page.locator('.candidate').last().locator('.check > summary').last().click();
      const look = () =>
        page.evaluate(() => ({
          focus: document.activeElement?.textContent,
          open: [...document.querySelectorAll('details')].map((each) => each.open),
        }));
      const before = await look();
      await send({
        kind: 'state',
        state: readinessPanel(true, new Date(Date.parse(sampleTime) + 5000).toISOString()),
        sentAt,
      });
      assert.deepEqual(await look(), before);
    });

    it('is opened, scrolled to and focused when the extension points at it', async () => {
      const { page, send } = await show(closed, { height: 300 });
      await send({ kind: 'reveal', section: 'readiness' });
      await page.waitForFunction(() => document.activeElement?.textContent.startsWith('Switchover readiness') === true);
      await page.locator('.candidate').first().waitFor();
      const top = await page.locator('.readiness').evaluate((element) => element.getBoundingClientRect().top);
      assert.ok(top >= -1 && top < 300, `at ${top} px`);
      await page.waitForFunction(() => (sessionStorage.getItem('fake-state') ?? '').includes('"readinessOpen":true'));
      assert.deepEqual(await requests('readiness'), [{ kind: 'readiness', open: true }]);
      // Asked for again, also where it is open: the extension points until the panel has answered.
      await send({ kind: 'reveal', section: 'readiness' });
      assert.equal((await requests('readiness')).length, 2);
    });

    it('is walked by keyboard, and copied', async () => {
      const { page } = await show(opened);
      await page.locator('.readiness summary').first().focus();
      await page.keyboard.press('Enter');
      await page.keyboard.press('Tab');
      assert.equal(await page.evaluate(() => document.activeElement?.textContent), 'Copy as text');
      await page.keyboard.press('Enter');
      assert.deepEqual(await requests('copyReadiness'), [{ kind: 'copyReadiness' }]);
      await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
      await page.locator('.check').first().waitFor();
      await page.keyboard.press('Tab');
      assert.match(
        (await page.evaluate(() => document.activeElement?.textContent)) ?? '',
        /^The primary is the declared one/,
      );
    });

    it('says beside its control that copying failed', async () => {
      const { page, answer } = await show(opened, { saved: { subject: opened.subject, readinessOpen: true } });
      await answer('copyReadiness', { kind: 'failed', message: 'Nothing has been read yet.' });
      await page.getByRole('button', { name: 'Copy as text' }).click();
      await page.locator('.readiness [role=alert]').getByText('Nothing has been read').waitFor();
    });

    it('is no part of the panel of an instance', async () => {
      const { page } = await show(healthy);
      assert.equal(await page.locator('.readiness').count(), 0);
    });
  });

  it('draws and updates 200 instances (measured)', async () => {
    const large = cluster(200);
    const { page, send } = await show(large, { width: 1400 });
    assert.equal(await page.locator('.node').count(), 200);
    const cdp = await page.context().newCDPSession(page);
    // Time of the thread itself: the wall clock measures the other tests too.
    await cdp.send('Performance.enable', { timeDomain: 'threadTicks' });
    const scripting = async (): Promise<number> => {
      const { metrics } = await cdp.send('Performance.getMetrics');
      return (metrics.find(({ name }) => name === 'ScriptDuration')?.value ?? 0) * 1000;
    };
    const spent: number[] = [];
    for (let round = 1; round <= 5; round += 1) {
      const before = await scripting();
      await send({ kind: 'state', state: later(large, () => ({ lagSeconds: round / 10 })), sentAt });
      spent.push((await scripting()) - before);
    }
    spent.sort((a, b) => a - b);
    console.log(`      an update of 200 instances: ${(spent[2] ?? 0).toFixed(1)} ms of scripting (median of 5)`);
  });
});

/** Where everything is that an operator may be looking at. */
function boxes(page: Page): Promise<readonly string[]> {
  return page.evaluate(() =>
    [
      ...document.querySelectorAll(
        'h1, h2, h3, section, .connection-line > *, .facts > *, .node, .edge-label, td, .actions, .legend li',
      ),
    ]
      // A label's own box grows with its text; what counts is where it stands.
      .filter((element) => !element.classList.contains('edge-label'))
      .map((element) => {
        const { x, y, width, height } = element.getBoundingClientRect();
        return `${element.getAttribute('class') ?? ''} ${x} ${y} ${width} ${height}`;
      }),
  );
}
