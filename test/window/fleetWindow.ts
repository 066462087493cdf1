import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { type Frame, type Locator, type Page } from 'playwright-core';

export type ViewName = 'Fleet' | 'Findings';

/** A row of a tree as a person sees it. */
export interface Row {
  readonly label: string;
  readonly description: string;
  /** 1 for a root. */
  readonly level: number;
  /** What a screen reader says. */
  readonly spoken: string;
  /** Classes of the icon: its codicon and, in VS Code's words, its colour. */
  readonly icon: string;
}

const screenshots = path.join(__dirname, '../../dist/screenshots');

/** Clicks and looks, in the words of the extension's own views. */
export class FleetWindow {
  readonly page: Page;
  readonly #titles: Readonly<Record<ViewName, string>>;

  /** @param titles of the views, where VS Code does not speak English */
  constructor(page: Page, titles: Readonly<Record<ViewName, string>> = { Fleet: 'Fleet', Findings: 'Findings' }) {
    this.page = page;
    this.#titles = titles;
  }

  /** Clicks the icon in the activity bar. */
  async openFromActivityBar(): Promise<void> {
    await this.page
      .locator('.activitybar')
      .getByRole('tab', { name: /^Replideck/ })
      .click();
    await this.pane('Fleet').waitFor();
  }

  pane(view: ViewName): Locator {
    return this.page.locator('.split-view-view .pane', {
      has: this.page.locator('.pane-header .title', { hasText: new RegExp(`^${this.#titles[view]}$`) }),
    });
  }

  /** The rows of a tree from top to bottom, as far as they are drawn. */
  async rows(view: ViewName): Promise<readonly Row[]> {
    const drawn = await this.page.evaluate<readonly (Row & { index: number })[]>(readRows(this.#titles[view]));
    return drawn.toSorted((a, b) => a.index - b.index).map(({ index: _, ...row }) => row);
  }

  row(view: ViewName, label: string): Locator {
    return this.pane(view).locator('.monaco-list-row', {
      has: this.page.locator('.label-name', { hasText: new RegExp(`^${escape(label)}$`) }),
    });
  }

  /** Clicks a row until it is the selected one: while the tree is drawn anew a click meets none. */
  async clickRow(view: ViewName, label: string): Promise<void> {
    await this.waitFor(
      async () => {
        await this.row(view, label)
          .click({ timeout: 2000 })
          .catch(() => undefined);
        return (await this.row(view, label).getAttribute('aria-selected')) === 'true' ? true : undefined;
      },
      () => Promise.resolve(`a click does not select "${label}"`),
    );
  }

  /** Waits until the row that is labelled so fits, and gives it. */
  async waitForRow(view: ViewName, label: string, fits: (row: Row) => boolean, timeoutMs = 30_000): Promise<Row> {
    return this.waitFor(
      async () => (await this.rows(view)).find((row) => row.label === label && fits(row)),
      async () => `no fitting row "${label}" in ${JSON.stringify(await this.rows(view), undefined, 1)}`,
      timeoutMs,
    );
  }

  async waitFor<T>(
    look: () => Promise<T | undefined>,
    complaint: () => Promise<string>,
    timeoutMs = 30_000,
  ): Promise<T> {
    const end = Date.now() + timeoutMs;
    for (;;) {
      const found = await look();
      if (found !== undefined) return found;
      if (Date.now() > end) assert.fail(await complaint());
      await this.page.waitForTimeout(200);
    }
  }

  /** The document inside the webview whose heading says so: VS Code nests it in two frames. */
  async panel(title: string | RegExp, timeoutMs = 20_000): Promise<Frame> {
    const matches = (heading: string) => (typeof title === 'string' ? heading === title : title.test(heading));
    const headings = async () =>
      Promise.all(
        this.page
          .frames()
          .filter((frame) => frame.parentFrame() !== null)
          .map(async (frame) => ({
            frame,
            // A frame may go while we look, and is asked no longer than that.
            heading: await frame
              .locator('h1')
              .first()
              .textContent({ timeout: 1000 })
              .catch(() => ''),
          })),
      );
    return this.waitFor(
      async () => (await headings()).find(({ heading }) => matches(heading ?? ''))?.frame,
      async () => `no panel "${String(title)}" among ${JSON.stringify((await headings()).map((each) => each.heading))}`,
      timeoutMs,
    );
  }

  /** Waits until the panel's text says so. */
  async waitForText(frame: Frame, says: RegExp, timeoutMs = 30_000): Promise<string> {
    const text = () => textOf(frame);
    return this.waitFor(
      async () => {
        const now = await text();
        return says.test(now) ? now : undefined;
      },
      async () => `the panel does not say ${String(says)}: ${await text()}`,
      timeoutMs,
    );
  }

  /** Where quick picks and input boxes are typed into; it is one of passwords where one is asked for. */
  quickInput(): Locator {
    return this.page.locator('.quick-input-widget :is(input[type=text], input[type=password])');
  }

  /** Through the command palette, as anybody would. */
  async runCommand(title: string): Promise<void> {
    const input = this.quickInput();
    const exact = this.page.locator('.label-name', { hasText: new RegExp(`^${escape(title)}$`) });
    const row = this.page.locator('.quick-input-list .monaco-list-row', { has: exact }).first();
    // A webview that has just been opened takes the focus, and with it the palette: one presses again.
    await this.waitFor(
      async () => {
        await this.page.keyboard.press('F1');
        try {
          await input.fill(`>${title}`, { timeout: 2000 });
          // What was run last is listed until the list has followed what was typed, and first where it fits too.
          await row.click({ timeout: 5000 });
          return true;
        } catch {
          return undefined;
        }
      },
      () => Promise.resolve(`the palette does not list "${title}"`),
    );
    // A question of the command may come in the same box: what is typed before it does would go to the palette.
    await this.waitFor(
      async () => ((await input.isVisible()) && (await input.inputValue()).startsWith('>') ? undefined : true),
      () => Promise.resolve('the palette stays open'),
    );
  }

  /** Answers the input box or the quick pick that is open. */
  async answer(text: string): Promise<void> {
    const input = this.quickInput();
    await input.waitFor({ state: 'visible' });
    await input.fill(text);
    // A list follows what is typed a moment later; an input box has none.
    const list = this.page.locator('.quick-input-list');
    if (await list.isVisible()) await list.locator('.monaco-list-row.focused', { hasText: text }).first().waitFor();
    await this.page.keyboard.press('Enter');
    // The next question comes in the same box; one that does not take the answer keeps it.
    const end = Date.now() + 3000;
    while (Date.now() < end && (await input.isVisible()) && (await input.inputValue().catch(() => '')) === text)
      await this.page.waitForTimeout(50);
  }

  /** A button in the title of a view; it is drawn when the pointer is over it. */
  async clickTitleButton(view: ViewName, name: RegExp): Promise<void> {
    await this.pane(view).locator('.pane-header').hover();
    await this.pane(view).locator('.pane-header').getByRole('button', { name }).click();
  }

  /** An item of the status bar, by its words. */
  status(words: RegExp): Locator {
    return this.page.locator('.statusbar-item-label').filter({ hasText: words });
  }

  /** A file in dist/screenshots, to be looked at. */
  async screenshot(name: string): Promise<void> {
    mkdirSync(screenshots, { recursive: true });
    await this.page.screenshot({ path: path.join(screenshots, `${name}.png`) });
  }
}

/** What is written in a panel, as a person sees it. */
export const textOf = (frame: Frame): Promise<string> => frame.locator('body').innerText();

/** Runs in the page; as text, since this program knows no DOM. */
const readRows = (title: string): string => `
  [...document.querySelectorAll('.split-view-view .pane')]
    .filter((pane) => pane.querySelector('.pane-header .title')?.textContent === '${title}')
    .flatMap((pane) => [...pane.querySelectorAll('.monaco-list-row')])
    .map((row) => ({
      index: Number(row.getAttribute('data-index')),
      label: row.querySelector('.label-name')?.textContent ?? '',
      description: row.querySelector('.label-description')?.textContent ?? '',
      level: Number(row.getAttribute('aria-level')),
      spoken: row.getAttribute('aria-label') ?? '',
      icon: row.querySelector('.custom-view-tree-node-item-icon')?.className ?? '',
    }))`;

const escape = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
