import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Locator } from 'playwright-core';
import type { Sandbox } from '../sandbox/sandbox';
import type { FleetWindow } from './fleetWindow';

/** Plans in the window, as an operator works with them. */
export class PlanWindow {
  readonly #window: FleetWindow;

  constructor(window: FleetWindow) {
    this.#window = window;
  }

  /** From the menu of an instance in the tree, with the answers to what is asked. */
  async plan(key: string, runbook: string, answers: readonly Answer[]): Promise<void> {
    await this.choose(key, runbook);
    await this.answerAll(answers);
    await this.tab(key).waitFor();
  }

  /** Picks a runbook from the menu of an instance in the tree. */
  async choose(key: string, runbook: string): Promise<void> {
    const { page } = this.#window;
    const item = page.locator('.monaco-menu .action-item', { hasText: 'Plan a Runbook...' });
    await this.#window.waitFor(
      async () => {
        // A menu that has just opened takes the first click for the end of the one that opened it.
        if (!(await item.isVisible())) await this.#window.row('Fleet', key).click({ button: 'right' });
        await item.click({ timeout: 2000 }).catch(() => undefined);
        return this.question('Plan for')
          .waitFor({ timeout: 5000 })
          .then(
            () => true,
            () => undefined,
          );
      },
      () => Promise.resolve(`no list of runbooks for ${key}`),
      60_000,
    );
    await this.answer('Plan for', runbook);
  }

  async answerAll(answers: readonly Answer[]): Promise<void> {
    for (const [prompt, text] of answers) await this.answer(prompt, text);
  }

  /** Answers the question that says so: the one before it may still be on the screen. */
  async answer(prompt: string, text: string): Promise<void> {
    await this.question(prompt).waitFor();
    await this.#window.answer(text);
  }

  /** Clicks Back in a question, and gives what stands in the one before it. */
  async goBack(from: string, to: string): Promise<string> {
    await this.question(from).waitFor();
    await this.#window.page.locator('.quick-input-titlebar').getByRole('button', { name: 'Back' }).click();
    await this.question(to).waitFor();
    return this.#window.quickInput().inputValue();
  }

  /** The question on the screen, if it says so. */
  question(prompt: string): Locator {
    return this.#window.page.locator('.quick-input-widget:visible', { hasText: prompt });
  }

  /** Clicks "Run step" above the heading of a step, until its first question is there. */
  async runStep(number: number): Promise<void> {
    const { page } = this.#window;
    await this.#focusEditor();
    await page.keyboard.press('Control+f');
    await page.locator('.find-widget.visible textarea').first().fill(`## Step ${number}:`);
    await page.keyboard.press('Enter');
    await page.keyboard.press('Escape');
    await this.#window.waitFor(
      async () => {
        if (!(await this.#clickLensAbove(new RegExp(`^##.Step.${number}:`)))) return undefined;
        // A click on a lens that was just drawn anew counts for nothing.
        return this.question('')
          .waitFor({ timeout: 10_000 })
          .then(
            () => true,
            () => undefined,
          );
      },
      async () => `no question after "Run step" above step ${number} of:\n${await this.text()}`,
      60_000,
    );
  }

  async #clickLensAbove(says: RegExp): Promise<boolean> {
    const { page } = this.#window;
    const lines = page.locator('.editor-instance .view-line', { hasText: says });
    const heading =
      (await lines.count()) === 0
        ? null
        : await lines
            .first()
            .boundingBox({ timeout: 2000 })
            .catch(() => null);
    if (heading === null) return false;
    for (const lens of await page.locator('.codelens-decoration a', { hasText: /Run step/ }).all()) {
      const box = await lens.boundingBox({ timeout: 2000 }).catch(() => null);
      if (box === null || Math.abs(box.y + box.height - heading.y) > 12) continue;
      // It may be drawn anew at this moment: then the next look finds it.
      return lens.click({ timeout: 2000 }).then(
        () => true,
        () => false,
      );
    }
    return false;
  }

  /** By its command: a click would land on whatever line or lens is there. */
  async #focusEditor(): Promise<void> {
    await this.#window.runCommand('View: Focus Active Editor Group');
  }

  tab(name: string): Locator {
    return this.#window.page.locator('.tabs-container .tab.active', { hasText: name }).first();
  }

  /** The text of the editor that is active, as far as it is drawn. */
  async text(): Promise<string> {
    const lines = await this.#window.page.locator('.editor-instance .view-line').allInnerTexts();
    return lines.join('\n').replaceAll('\u00a0', ' ');
  }

  /** Scrolls until the line above a step is drawn: the terminal takes the lower half of the window. */
  async showStep(lens: string): Promise<void> {
    await this.#focusEditor();
    await this.#window.waitFor(
      async () => {
        if (await this.lens(lens).isVisible()) return true;
        await this.#window.page.keyboard.press('PageDown');
        return undefined;
      },
      () => Promise.resolve(`nowhere stands "${lens}"`),
    );
  }

  async toTop(): Promise<void> {
    await this.#focusEditor();
    await this.#window.page.keyboard.press('Control+Home');
  }

  async waitForText(says: RegExp, timeoutMs = 45_000): Promise<string> {
    return this.#window.waitFor(
      async () => {
        const now = await this.text();
        return says.test(now) ? now : undefined;
      },
      async () => `the plan does not say ${String(says)}:\n${await this.text()}`,
      timeoutMs,
    );
  }

  lens(text: string | RegExp): Locator {
    return this.#window.page.locator('.codelens-decoration a', { hasText: text }).first();
  }

  /** Lenses are drawn anew at each reading: a click that meets none is tried again. */
  async click(text: string | RegExp): Promise<void> {
    await this.lens(text).waitFor({ timeout: 45_000 });
    await this.lens(text).click();
  }

  /** What the notifications say. */
  async notice(says: RegExp): Promise<string> {
    const notices = this.#window.page.locator('.notification-list-item');
    const text = await this.#window.waitFor(
      async () => (await notices.allInnerTexts()).find((each) => says.test(each)),
      async () => `no notification says ${String(says)}: ${JSON.stringify(await notices.allInnerTexts())}`,
    );
    return text;
  }

  async dismissNotices(): Promise<void> {
    await this.#window.runCommand('Notifications: Clear All Notifications');
  }

  /** Titles of the terminals in the panel. */
  async terminals(): Promise<readonly string[]> {
    const page = this.#window.page;
    const tabs = await page.locator('.terminal-tabs-entry').allInnerTexts();
    const single = await page.locator('.single-terminal-tab').allInnerTexts();
    return [...tabs, ...single];
  }
}

/** What a question says, and what is typed into it. */
export type Answer = readonly [prompt: string, text: string];

export interface OperatorAccount {
  readonly optionFile: string;
  /** Must be seen nowhere. */
  readonly canary: string;
}

/** An account that may do everything, on all servers, with an option file whose path and password are hard to quote. */
export async function createOperator(
  sandbox: Sandbox,
  fileName = "dba's file $(x).cnf",
  folder = sandbox.folder,
): Promise<OperatorAccount> {
  const canary = 'canary "of\' the #dba\\';
  const literal = `'${canary.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
  await Promise.all(
    sandbox.instances.map(({ name }) =>
      sandbox.query(name, [
        'SET SESSION sql_log_bin = 0',
        `CREATE USER dba@'127.0.0.1' IDENTIFIED BY ${literal}`,
        "GRANT ALL PRIVILEGES ON *.* TO dba@'127.0.0.1' WITH GRANT OPTION",
      ]),
    ),
  );
  const optionFile = path.join(folder, fileName);
  const quoted = canary.replaceAll('\\', '\\\\').replaceAll('"', '\\"');
  writeFileSync(optionFile, `[client]\nuser = dba\npassword = "${quoted}"\n`, { mode: 0o600 });
  return { optionFile, canary };
}
