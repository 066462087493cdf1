import path from 'node:path';
import type { FleetWindow } from './fleetWindow';

/** An extension that asks tools as a language model would. */
export const companion = path.join(__dirname, 'companion');

/** Asks the extension's tools as a language model would, and sees what a person is asked before. */
export class ToolWindow {
  readonly #window: FleetWindow;

  constructor(window: FleetWindow) {
    this.#window = window;
  }

  /** Turns them off in the user's settings. */
  async turnOff(): Promise<void> {
    await this.#clear();
    await this.#window.runCommand('Companion: Turn Tools Off');
    await this.#answer();
  }

  /** Of the tools that a language model may ask now. */
  async names(): Promise<readonly string[]> {
    await this.#clear();
    await this.#window.runCommand('Companion: List Tools');
    return (JSON.parse(await this.#answer()) as string[]).toSorted();
  }

  /** Gives what the dialog says that asks whether the tool may run. */
  async ask(name: string, input: Readonly<Record<string, string>>): Promise<string> {
    await this.#type(name, input);
    const dialog = this.#window.page.locator('.monaco-dialog-box');
    await dialog.waitFor();
    return dialog.innerText();
  }

  /** Clicks a button of the dialog, and gives what the model gets: `answer: …` or `error: …`. */
  async reply(button: 'Yes' | 'Cancel'): Promise<string> {
    await this.#window.page.locator('.monaco-dialog-box').getByRole('button', { name: button }).click();
    return this.#answer();
  }

  /** Asks what cannot be answered: nobody is asked before. */
  async askInVain(name: string, input: Readonly<Record<string, string>>): Promise<string> {
    await this.#type(name, input);
    return this.#answer();
  }

  async #type(name: string, input: Readonly<Record<string, string>>): Promise<void> {
    await this.#clear();
    await this.#window.runCommand('Companion: Ask a Tool');
    await this.#window.answer(JSON.stringify({ name, input }));
  }

  #clear(): Promise<void> {
    return this.#window.page.evaluate("navigator.clipboard.writeText('')");
  }

  #answer(): Promise<string> {
    return this.#window.waitFor(
      async () => (await this.#window.page.evaluate<string>('navigator.clipboard.readText()')) || undefined,
      () => Promise.resolve('the companion says nothing'),
    );
  }
}
