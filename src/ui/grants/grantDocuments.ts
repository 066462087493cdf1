import * as vscode from 'vscode';

export const grantScheme = 'replideck-grants';

/** How many documents are remembered: going back to a closed one shows it again. */
const maxDocuments = 200;

/**
 * Read-only documents whose text is made when VS Code asks for it, and again when what they show has changed. Nothing
 * of the content is in a URI; the query is a number.
 */
export class GrantDocuments implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.#changed.event;
  readonly #renderers = new Map<string, () => Promise<string>>();
  readonly #registration = vscode.workspace.registerTextDocumentContentProvider(grantScheme, this);
  #next = 1;

  /** @param name its last part is the title of the tab; `.sql` gives the language */
  create(name: string, render: () => Promise<string>): vscode.Uri {
    const query = String(this.#next++);
    this.#renderers.set(query, render);
    const [oldest] = this.#renderers.keys();
    if (this.#renderers.size > maxDocuments && oldest !== undefined) this.#renderers.delete(oldest);
    return vscode.Uri.from({ scheme: grantScheme, path: `/${name}`, query });
  }

  async provideTextDocumentContent({ query }: vscode.Uri): Promise<string> {
    const render = this.#renderers.get(query);
    if (render === undefined) return '-- This document belongs to an earlier session. Run the command again.\n';
    try {
      return await render();
    } catch (error) {
      return `-- ${(error instanceof Error ? error.message : String(error)).replace(/[\r\n]+/g, ' ')}\n`;
    }
  }

  /** What open documents show may have changed: they are made again. */
  refresh(): void {
    for (const { uri, isClosed } of vscode.workspace.textDocuments) {
      if (uri.scheme === grantScheme && !isClosed) this.#changed.fire(uri);
    }
  }

  dispose(): void {
    this.#registration.dispose();
    this.#changed.dispose();
  }
}
