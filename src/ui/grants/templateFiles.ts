import path from 'node:path';
import * as vscode from 'vscode';
import type { GrantReviews } from '../../app/grantReviews';
import type { GrantStore } from '../../app/grantStore';
import type { FleetView } from '../../core/fleetView';
import type { TemplateReview } from '../../core/grants/reviewTemplate';
import type { Log } from '../../ports';
import { setContext } from '../contextKeys';
import type { InventoryFile } from '../documents/inventoryFile';
import { findFiles } from './findFiles';
import { grantScheme } from './grantDocuments';

export interface TemplateFilesOptions {
  readonly reviews: () => Promise<GrantReviews>;
  readonly store: GrantStore;
  readonly view: () => FleetView | undefined;
  readonly inventory: InventoryFile;
  readonly log: Log;
}

/** While somebody types, problems follow after this pause. */
const typingPauseMs = 250;
/** Ages are shown to the minute: drawn again this often while a template is shown. */
const ageStepMs = 20_000;

/** The open templates of the workspace, reviewed as they are typed; each text and state of knowledge once. */
export class TemplateFiles implements vscode.Disposable {
  readonly #options: TemplateFilesOptions;
  readonly #changed = new vscode.EventEmitter<void>();
  /** What is shown of templates may be another: drawn again by whoever shows it. */
  readonly onDidChange = this.#changed.event;
  readonly #reviewed = new Map<string, { readonly of: string; readonly review: TemplateReview }>();
  readonly #subscriptions: vscode.Disposable[] = [];
  #revision = 0;
  #targets = '';
  #typing: NodeJS.Timeout | undefined;
  #ages: NodeJS.Timeout | undefined;

  constructor(options: TemplateFilesOptions) {
    this.#options = options;
    const again = (): void => {
      this.#revision += 1;
      this.#fire();
    };
    const soon = (document: vscode.TextDocument): void => {
      if (!this.#mayBe(document)) return;
      clearTimeout(this.#typing);
      this.#typing = setTimeout(() => {
        this.#fire();
      }, typingPauseMs);
    };
    const stop = options.store.onDidChange(again);
    this.#subscriptions.push(
      new vscode.Disposable(stop),
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (contentChanges.length > 0) soon(document);
      }),
      vscode.workspace.onDidOpenTextDocument(soon),
      vscode.workspace.onDidCloseTextDocument((document) => {
        if (this.#reviewed.delete(document.uri.toString())) this.#fire();
      }),
      vscode.workspace.onDidGrantWorkspaceTrust(again),
      vscode.window.onDidChangeActiveTextEditor(() => void this.#tellEditor()),
    );
  }

  /** After each change of the fleet: who is a primary, or which version it is, may have become known. */
  fleetChanged(): void {
    const view = this.#options.view();
    const inventory = view?.snapshot.inventory;
    const facts = view?.clusters.flatMap(({ spec }) =>
      spec.instances.map((key) => {
        const reach = view.instances[key]?.snapshot.reach;
        return [key, view.instances[key]?.role, reach?.kind === 'answered' ? reach.version : ''];
      }),
    );
    const targets = JSON.stringify([inventory?.grantTemplates, facts]);
    if (targets === this.#targets) return;
    this.#targets = targets;
    this.#revision += 1;
    this.#fire();
  }

  /** The path that the inventory's globs are held against; undefined: there is no inventory, or it is elsewhere. */
  pathOf(uri: vscode.Uri): string | undefined {
    const { state } = this.#options.inventory;
    if (state.kind !== 'loaded') return undefined;
    const { scheme, authority, path: inventoryPath } = state.uri;
    if (uri.scheme !== scheme || uri.authority !== authority) return undefined;
    return path.posix.relative(path.posix.dirname(inventoryPath), uri.path);
  }

  /** The file of a path that `pathOf` gave; undefined: there is no inventory. */
  uriOf(file: string): vscode.Uri | undefined {
    const { state } = this.#options.inventory;
    if (state.kind !== 'loaded') return undefined;
    const { uri } = state;
    return uri.with({ path: path.posix.join(path.posix.dirname(uri.path), file) });
  }

  /** What the text as it is now comes to. Undefined: it is no template. */
  async review(document: vscode.TextDocument): Promise<TemplateReview | undefined> {
    const file = this.#mayBe(document) ? this.pathOf(document.uri) : undefined;
    if (file === undefined) return undefined;
    const reviews = await this.#options.reviews();
    if (document.isClosed || reviews.specsOf(file).length === 0) return undefined;
    const id = document.uri.toString();
    const of = `${document.version} ${this.#revision}`;
    const known = this.#reviewed.get(id);
    if (known?.of === of) return known.review;
    const started = performance.now();
    const review = reviews.review({ path: file, text: document.getText() });
    const tookMs = performance.now() - started;
    if (tookMs > 100) this.#options.log.debug(`${file} was reviewed in ${tookMs.toFixed(0)} ms`);
    this.#reviewed.set(id, { of, review });
    return review;
  }

  /** Text of a template as the editor shows it, saved or not. */
  async read(uri: vscode.Uri): Promise<{ readonly path: string; readonly text: string }> {
    const open = vscode.workspace.textDocuments.find((document) => document.uri.toString() === uri.toString());
    const text = open?.getText() ?? new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
    return { path: this.pathOf(uri) ?? uri.path, text };
  }

  async isTemplate(uri: vscode.Uri): Promise<boolean> {
    const file = this.pathOf(uri);
    return file !== undefined && (await this.#options.reviews()).specsOf(file).length > 0;
  }

  /** Template files of the inventory that are there. */
  async find(): Promise<readonly vscode.Uri[]> {
    const { state } = this.#options.inventory;
    if (state.kind !== 'loaded') return [];
    const folder = vscode.Uri.joinPath(state.uri, '..');
    const globs = new Set(state.inventory.grantTemplates.map(({ files }) => files));
    const found = (await Promise.all([...globs].map((glob) => findFiles(folder, glob)))).flat();
    const known = await this.#options.reviews();
    const named = found.filter((uri) => known.specsOf(this.pathOf(uri) ?? '').length > 0);
    const byName = new Map(named.map((uri) => [uri.toString(), uri]));
    return [...byName.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
  }

  dispose(): void {
    clearTimeout(this.#typing);
    clearTimeout(this.#ages);
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#changed.dispose();
  }

  /** Cheap, and enough to leave everything else of the editor alone: nothing is loaded for other workspaces. */
  #mayBe({ uri, isClosed }: vscode.TextDocument): boolean {
    const { state } = this.#options.inventory;
    return (
      !isClosed && uri.scheme !== grantScheme && state.kind === 'loaded' && state.inventory.grantTemplates.length > 0
    );
  }

  #fire(): void {
    this.#changed.fire();
    void this.#tellEditor();
    clearTimeout(this.#ages);
    if (this.#reviewed.size === 0) return;
    this.#ages = setTimeout(() => {
      this.#fire();
    }, ageStepMs);
  }

  /** For the menus of an editor. */
  async #tellEditor(): Promise<void> {
    const document = vscode.window.activeTextEditor?.document;
    try {
      const active = document !== undefined && this.#mayBe(document) && (await this.isTemplate(document.uri));
      await setContext('replideck.grantTemplate', active);
    } catch (error) {
      this.#options.log.error('The template could not be told', error);
    }
  }
}
