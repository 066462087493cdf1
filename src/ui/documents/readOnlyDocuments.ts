import * as vscode from 'vscode';

/**
 * Documents of one scheme that nobody can edit: their text is made when VS Code asks for it, and again for those that are
 * open when `refresh` says that it may have changed.
 */
export abstract class ReadOnlyDocuments implements vscode.TextDocumentContentProvider, vscode.Disposable {
  protected readonly scheme: string;
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.#changed.event;
  readonly #registration: vscode.Disposable;

  constructor(scheme: string) {
    this.scheme = scheme;
    this.#registration = vscode.workspace.registerTextDocumentContentProvider(scheme, this);
  }

  abstract provideTextDocumentContent(uri: vscode.Uri): vscode.ProviderResult<string>;

  refresh(): void {
    for (const { uri, isClosed } of vscode.workspace.textDocuments) {
      if (uri.scheme === this.scheme && !isClosed && this.isFollowing(uri)) this.#changed.fire(uri);
    }
  }

  dispose(): void {
    this.#registration.dispose();
    this.#changed.dispose();
  }

  /** False: what it shows is over and stays as it is. */
  protected isFollowing(_uri: vscode.Uri): boolean {
    return true;
  }
}
