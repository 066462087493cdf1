import * as vscode from 'vscode';
import { t } from '../../core/l10n';

const scheme = 'replideck-audit';
const uri = vscode.Uri.from({ scheme, path: '/Audit log.md' });

/** The audit log as a document to read; the file itself is only ever appended to. */
export class AuditDocument implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.#changed.event;
  readonly #registration: vscode.Disposable;
  readonly #render: () => Promise<string>;

  constructor(render: () => Promise<string>) {
    this.#render = render;
    this.#registration = vscode.workspace.registerTextDocumentContentProvider(scheme, this);
  }

  async show(): Promise<void> {
    this.refresh();
    await vscode.window.showTextDocument(uri, { preview: false });
  }

  refresh(): void {
    this.#changed.fire(uri);
  }

  async provideTextDocumentContent(): Promise<string> {
    try {
      return await this.#render();
    } catch (error) {
      return t`The audit log cannot be read: ${error instanceof Error ? error.message : String(error)}\n`;
    }
  }

  dispose(): void {
    this.#registration.dispose();
    this.#changed.dispose();
  }
}
