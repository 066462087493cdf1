import * as vscode from 'vscode';
import { t } from '../../core/l10n';
import { messageOf } from '../../core/messageOf';
import { ReadOnlyDocuments } from '../documents/readOnlyDocuments';

const scheme = 'replideck-audit';
const uri = vscode.Uri.from({ scheme, path: '/Audit log.md' });

/** The audit log as a document to read; the file itself is only ever appended to. */
export class AuditDocument extends ReadOnlyDocuments {
  readonly #render: () => Promise<string>;

  constructor(render: () => Promise<string>) {
    super(scheme);
    this.#render = render;
  }

  async show(): Promise<void> {
    this.refresh();
    await vscode.window.showTextDocument(uri, { preview: false });
  }

  override async provideTextDocumentContent(): Promise<string> {
    try {
      return await this.#render();
    } catch (error) {
      return t`The audit log cannot be read: ${messageOf(error)}\n`;
    }
  }
}
