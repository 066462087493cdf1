import type * as vscode from 'vscode';
import { GrantReviews } from '../../app/grantReviews';
import { GrantStore } from '../../app/grantStore';
import { once } from '../../app/once';
import type { Fleet } from '../../app/fleet';
import type { GrantLogic } from '../../core/grantLogic';
import type { GrantFix } from '../../core/grants/grantFix';
import type { GrantReport } from '../../core/grants/grantReport';
import type { InstanceSpec } from '../../core/inventory/model';
import { failed, ok, type Outcome } from '../../core/outcome';
import type { Clock, GrantsReader, Log } from '../../ports';
import type { InventoryFile } from '../documents/inventoryFile';
import { GrantDocuments } from './grantDocuments';
import { TemplateDiagnostics } from './templateDiagnostics';
import { TemplateFiles } from './templateFiles';
import { TemplateProviders } from './templateProviders';
import { withAccount } from './withAccount';
import { t } from '../../core/l10n';
import { messageOf } from '../../core/messageOf';

export interface GrantsOptions {
  readonly logic: () => Promise<GrantLogic>;
  readonly reader: () => Promise<GrantsReader>;
  readonly mayConnect: () => boolean;
  readonly fleet: Fleet;
  readonly inventory: InventoryFile;
  readonly clock: Clock;
  readonly log: Log;
}

/** Everything about grants that VS Code shows. Nothing connects and no chunk is loaded before somebody asks. */
export class Grants implements vscode.Disposable {
  readonly store: GrantStore;
  readonly reviews: () => Promise<GrantReviews>;
  readonly logic: () => Promise<GrantLogic>;
  readonly files: TemplateFiles;
  readonly documents = new GrantDocuments();
  readonly clock: Clock;
  readonly #fleet: Fleet;
  readonly #options: GrantsOptions;
  readonly #subscriptions: readonly { dispose(): void }[];

  constructor(options: GrantsOptions) {
    const { logic, reader, mayConnect, fleet, inventory, clock, log } = options;
    this.#options = options;
    this.logic = logic;
    this.clock = clock;
    this.#fleet = fleet;
    this.store = new GrantStore({ logic, reader, mayConnect, clock, log });
    const view = () => fleet.view;
    this.reviews = once(async () => new GrantReviews({ logic: await logic(), store: this.store, view }));
    this.files = new TemplateFiles({ reviews: this.reviews, store: this.store, view, inventory, log });
    const files = this.files;
    this.#subscriptions = [
      this.documents,
      files,
      new TemplateProviders(files, this.store, clock),
      new TemplateDiagnostics(files, log),
      files.onDidChange(() => {
        this.documents.refresh();
      }),
      {
        dispose: fleet.store.onDidChange(() => {
          files.fleetChanged();
        }),
      },
      inventory.onDidChange((state) => {
        this.store.retain(new Set(state.kind === 'loaded' ? state.inventory.instances.map(({ key }) => key) : []));
      }),
    ];
  }

  spec(key: string): InstanceSpec | undefined {
    return this.#fleet.view?.instances[key]?.spec;
  }

  get view() {
    return this.#fleet.view;
  }

  /** Roles and versions, where nobody has looked yet: who is a primary, and what a replica must not log. */
  async readFleet(keys: readonly string[], signal: AbortSignal): Promise<void> {
    const unknown = keys.filter((key) => this.view?.instances[key]?.role === 'unknown');
    if (unknown.length > 0 && this.store.mayConnect) await this.#fleet.readNow(unknown, signal);
  }

  /** For the API. @throws with a sentence when there is no such instance or template, or the server does not answer */
  async diff(
    key: string,
    template: vscode.Uri,
    signal: AbortSignal = new AbortController().signal,
  ): Promise<GrantReport> {
    const spec = this.spec(key);
    if (spec === undefined) throw new Error(t`${key} is no instance of the inventory.`);
    const text = await this.files.read(template).catch((error: unknown) => {
      throw new Error(t`${template.path} cannot be read.`, { cause: error });
    });
    const reviews = await this.reviews();
    if (reviews.specsOf(text.path).length === 0) {
      throw new Error(t`${text.path} is no template: no \`grantTemplates\` of the inventory names it.`);
    }
    await this.readFleet([key], signal);
    const { failure } = await this.store.read(spec, signal);
    if (failure !== undefined) throw new Error(t`The grants of ${key} could not be read: ${failure.text}`);
    return reviews.report(text, key);
  }

  /**
   * What a template of the inventory would change on a server, read now.
   * @param path relative to the inventory
   * @param optionFile with the account that reads; undefined: that of the inventory
   * @returns it, or a sentence that says why it is not known
   */
  async readFix(key: string, path: string, optionFile: string | undefined): Promise<Outcome<GrantFix, string>> {
    try {
      const { reader, mayConnect } = this.#options;
      if (!mayConnect()) return failed(t`The workspace that names this host is not trusted.`);
      const spec = this.spec(key);
      const template = this.files.uriOf(path);
      if (spec === undefined || template === undefined) return failed(t`${key} is no instance of the inventory.`);
      const [reviews, logic] = await Promise.all([this.reviews(), this.logic()]);
      if (reviews.specsOf(path).length === 0) {
        return failed(t`${path} is no template: no \`grantTemplates\` of the inventory names it.`);
      }
      const text = await this.files.read(template);
      const readAt = new Date(this.clock.now()).toISOString();
      const read = await (await reader()).readGrants(withAccount(spec, optionFile), new AbortController().signal);
      if (read.kind === 'failed') return failed(t`The grants of ${key} could not be read: ${read.reason.text}`);
      return ok(reviews.fix(text, key, logic.toGrantModel(read.value), readAt));
    } catch (error) {
      return failed(messageOf(error));
    }
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
  }
}
