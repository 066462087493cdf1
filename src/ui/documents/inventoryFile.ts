import * as vscode from 'vscode';
import type { Inventory, ParsedInventory, Problem, Range } from '../../core/inventory/model';
import type { Log } from '../../ports';
import { messageOf } from '../../core/messageOf';

export const inventoryFileName = 'replideck.yaml';

/** What the workspace holds. `failed`: the file is there and cannot be read. */
export type InventoryState =
  | { readonly kind: 'loading' }
  | { readonly kind: 'noFolder' }
  | { readonly kind: 'missing'; readonly wanted: vscode.Uri }
  | { readonly kind: 'failed'; readonly uri: vscode.Uri; readonly message: string }
  | { readonly kind: 'loaded'; readonly uri: vscode.Uri; readonly inventory: Inventory };

/** While somebody types, problems follow after this pause. */
const typingPauseMs = 250;

/**
 * The inventory of the workspace: found, watched and checked. Problems follow every keystroke; the fleet follows what
 * is saved, so that nobody connects to a host whose name is half typed.
 */
export class InventoryFile implements vscode.Disposable {
  readonly #parse: (text: string) => Promise<ParsedInventory>;
  readonly #log: Log;
  readonly #changed = new vscode.EventEmitter<InventoryState>();
  readonly onDidChange = this.#changed.event;
  readonly #diagnostics = vscode.languages.createDiagnosticCollection('replideck');
  readonly #subscriptions: vscode.Disposable[] = [];
  #watcher: vscode.Disposable | undefined;
  #state: InventoryState = { kind: 'loading' };
  #typing: NodeJS.Timeout | undefined;
  #load: Promise<void> | undefined;
  #loadAgain = false;

  constructor(parse: (text: string) => Promise<ParsedInventory>, log: Log) {
    this.#parse = parse;
    this.#log = log;
    this.#subscriptions.push(
      vscode.workspace.onDidChangeTextDocument(({ document }) => {
        this.#checkSoon(document);
      }),
      vscode.workspace.onDidOpenTextDocument((document) => {
        this.#checkSoon(document);
      }),
      vscode.workspace.onDidChangeWorkspaceFolders(() => void this.reload()),
      vscode.workspace.onDidGrantWorkspaceTrust(() => void this.reload()),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('replideck.inventoryPath')) void this.reload();
      }),
    );
  }

  get state(): InventoryState {
    return this.#state;
  }

  /** Folder that relative paths of the inventory start from. */
  get folder(): string {
    const uri = 'uri' in this.#state ? this.#state.uri : vscode.workspace.workspaceFolders?.[0]?.uri;
    if (uri === undefined) return '';
    return 'uri' in this.#state ? vscode.Uri.joinPath(uri, '..').fsPath : uri.fsPath;
  }

  /** Reads the inventory again; ends when the fleet has taken it over. Calls during a load are one more load. */
  reload(): Promise<void> {
    if (this.#load !== undefined) {
      this.#loadAgain = true;
      return this.#load;
    }
    this.#load = this.#loadUntilSettled().finally(() => {
      this.#load = undefined;
    });
    return this.#load;
  }

  dispose(): void {
    clearTimeout(this.#typing);
    this.#watcher?.dispose();
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#diagnostics.dispose();
    this.#changed.dispose();
  }

  async #loadUntilSettled(): Promise<void> {
    do {
      this.#loadAgain = false;
      await this.#loadOnce();
      // Another call may have asked for one more meanwhile, which the compiler cannot see.
    } while (this.#loadAgain as boolean);
  }

  async #loadOnce(): Promise<void> {
    const uri = await this.#locate();
    this.#watch(uri);
    if (uri === undefined) {
      this.#become({ kind: 'noFolder' });
      return;
    }
    let text: string;
    try {
      text = new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
    } catch (error) {
      this.#diagnostics.clear();
      this.#become(
        error instanceof vscode.FileSystemError && error.code === 'FileNotFound'
          ? { kind: 'missing', wanted: uri }
          : { kind: 'failed', uri, message: messageOf(error) },
      );
      return;
    }
    const { inventory, problems } = await this.#parse(text);
    // An open editor with unsaved changes shows the problems of what it shows.
    const edited = vscode.workspace.textDocuments.find((document) => document.isDirty && sameUri(document.uri, uri));
    if (edited === undefined) this.#show(uri, problems);
    this.#log.info(`Inventory ${uri.fsPath}: ${inventory.instances.length} instances, ${problems.length} problems`);
    this.#become({ kind: 'loaded', uri, inventory });
  }

  async #locate(): Promise<vscode.Uri | undefined> {
    const folders = vscode.workspace.workspaceFolders ?? [];
    const configured = configuredPath();
    if (configured !== undefined) {
      if (configured.startsWith('/') || /^[a-z]:[\\/]/i.test(configured)) return vscode.Uri.file(configured);
      return folders[0] && vscode.Uri.joinPath(folders[0].uri, configured);
    }
    for (const { uri } of folders) {
      const candidate = vscode.Uri.joinPath(uri, inventoryFileName);
      try {
        await vscode.workspace.fs.stat(candidate);
        return candidate;
      } catch {
        // Not in this folder.
      }
    }
    return folders[0] && vscode.Uri.joinPath(folders[0].uri, inventoryFileName);
  }

  #watch(uri: vscode.Uri | undefined): void {
    this.#watcher?.dispose();
    this.#watcher = undefined;
    if (uri === undefined) return;
    const name = uri.path.slice(uri.path.lastIndexOf('/') + 1);
    const watcher = vscode.workspace.createFileSystemWatcher(
      new vscode.RelativePattern(vscode.Uri.joinPath(uri, '..'), escapeGlob(name)),
    );
    const reload = () => void this.reload();
    this.#watcher = vscode.Disposable.from(
      watcher,
      watcher.onDidChange(reload),
      watcher.onDidCreate(reload),
      watcher.onDidDelete(reload),
    );
  }

  #become(state: InventoryState): void {
    this.#state = state;
    this.#changed.fire(state);
  }

  #checkSoon(document: vscode.TextDocument): void {
    if (!('uri' in this.#state) || !sameUri(document.uri, this.#state.uri)) return;
    clearTimeout(this.#typing);
    this.#typing = setTimeout(() => void this.#check(document), typingPauseMs);
  }

  async #check(document: vscode.TextDocument): Promise<void> {
    const { version } = document;
    const { problems } = await this.#parse(document.getText());
    if (document.version === version && !document.isClosed) this.#show(document.uri, problems);
  }

  #show(uri: vscode.Uri, problems: readonly Problem[]): void {
    this.#diagnostics.set(
      uri,
      problems.map(({ range, message, severity }) => {
        const diagnostic = new vscode.Diagnostic(
          toVscodeRange(range),
          message,
          severity === 'error' ? vscode.DiagnosticSeverity.Error : vscode.DiagnosticSeverity.Warning,
        );
        diagnostic.source = 'Replideck';
        return diagnostic;
      }),
    );
  }
}

export function toVscodeRange({ start, end }: Range): vscode.Range {
  return new vscode.Range(start.line, start.character, end.line, end.character);
}

/** The setting; what an untrusted workspace says is dropped here too, since filters in settings were bypassed before. */
function configuredPath(): string | undefined {
  const inspected = vscode.workspace.getConfiguration('replideck').inspect<string>('inventoryPath');
  const value = vscode.workspace.isTrusted
    ? (inspected?.workspaceFolderValue ?? inspected?.workspaceValue ?? inspected?.globalValue)
    : inspected?.globalValue;
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}

function sameUri(a: vscode.Uri, b: vscode.Uri): boolean {
  return a.toString() === b.toString();
}

function escapeGlob(name: string): string {
  return name.replaceAll(/[[\]{}*?!]/g, '[$&]');
}
