import * as vscode from 'vscode';
import type { FleetView } from '../core/fleetView';
import type { Log, Secrets } from '../ports';
import { t } from '../core/l10n';

const prefix = 'replideck.secret.';
const indexKey = 'replideck.secretNames';
/** On Linux without a keyring the secret storage can hang for ever; then passwords live as long as the window. */
const storageTimeoutMs = 3000;

/**
 * Passwords by the name that the inventory gives them, kept in VS Code's secret storage and asked for once. A read
 * does not wait for the operator to type: it goes on without, and `onGiven` starts it again.
 */
export class StoredSecrets implements Secrets {
  readonly #context: vscode.ExtensionContext;
  readonly #log: Log;
  readonly #onGiven: () => void;
  readonly #memory = new Map<string, string>();
  readonly #asked = new Set<string>();
  #prompts: Promise<void> = Promise.resolve();

  constructor(context: vscode.ExtensionContext, log: Log, onGiven: () => void) {
    this.#context = context;
    this.#log = log;
    this.#onGiven = onGiven;
  }

  async get(name: string): Promise<string | undefined> {
    const known = this.#memory.get(name) ?? (await this.#withTimeout(this.#context.secrets.get(prefix + name)));
    if (known !== undefined) {
      this.#memory.set(name, known);
      return known;
    }
    this.#askOnce(name);
    return undefined;
  }

  /** As `get`, but waits for the operator to type. @param title of the box, where it is one of several questions */
  async ask(name: string, title?: string): Promise<string | undefined> {
    const known = this.#memory.get(name) ?? (await this.#withTimeout(this.#context.secrets.get(prefix + name)));
    if (known !== undefined) return known;
    this.#asked.add(name);
    this.#prompts = this.#prompts.then(() => (this.#memory.has(name) ? undefined : this.#ask(name, title)));
    await this.#prompts;
    return this.#memory.get(name);
  }

  /** Asks again at the next reading: for those that were declined, and for those that a server refused. */
  async retry(refused: readonly string[]): Promise<void> {
    this.#asked.clear();
    for (const name of new Set(refused)) {
      this.#memory.delete(name);
      await this.#withTimeout(this.#context.secrets.delete(prefix + name));
    }
  }

  async forgetAll(): Promise<number> {
    const names = this.#context.globalState.get<string[]>(indexKey, []);
    for (const name of names) await this.#withTimeout(this.#context.secrets.delete(prefix + name));
    await this.#context.globalState.update(indexKey, undefined);
    const count = new Set([...names, ...this.#memory.keys()]).size;
    this.#memory.clear();
    this.#asked.clear();
    return count;
  }

  #askOnce(name: string): void {
    if (this.#asked.has(name)) return;
    this.#asked.add(name);
    this.#prompts = this.#prompts.then(() => this.#ask(name));
  }

  async #ask(name: string, title = t`Replideck: password "${name}"`): Promise<void> {
    const password = await vscode.window.showInputBox({
      title,
      prompt: t`It is kept in VS Code's secret storage as "${name}". The inventory holds that name only.`,
      password: true,
      ignoreFocusOut: true,
    });
    if (password === undefined) {
      this.#log.info(`No password was given for the secret "${name}"; "Refresh Fleet" asks again.`);
      return;
    }
    this.#memory.set(name, password);
    await this.#withTimeout(this.#context.secrets.store(prefix + name, password));
    const names = this.#context.globalState.get<string[]>(indexKey, []);
    if (!names.includes(name)) await this.#context.globalState.update(indexKey, [...names, name]);
    this.#onGiven();
  }

  async #withTimeout<T>(work: Thenable<T>): Promise<T | undefined> {
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<undefined>((resolve) => {
      timer = setTimeout(() => {
        this.#log.warn(
          t`VS Code's secret storage does not answer (is there a keyring?). Passwords are kept in memory only.`,
        );
        resolve(undefined);
      }, storageTimeoutMs);
    });
    try {
      return await Promise.race([work, timeout]);
    } catch (error) {
      this.#log.error(`VS Code's secret storage failed`, error);
      return undefined;
    } finally {
      clearTimeout(timer);
    }
  }
}

/** Names of the stored passwords that some server refused when it was last read. */
export function refusedSecrets(view: FleetView | undefined): readonly string[] {
  return Object.values(view?.instances ?? {}).flatMap(({ spec, snapshot }) => {
    const refused = snapshot.reach.kind === 'failed' && snapshot.reach.failure.reason === 'accessDenied';
    const password = spec.credentials?.password;
    return refused && password?.kind === 'secret' ? [password.name] : [];
  });
}
