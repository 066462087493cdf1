import * as vscode from 'vscode';
import { t } from '../../core/l10n';
import { messageOf } from '../../core/messageOf';
import { ReadOnlyDocuments } from '../documents/readOnlyDocuments';

export const grantScheme = 'replideck-grants';

/** How many documents are remembered: going back to a closed one shows it again. */
const maxDocuments = 200;

/** Grants as text, by whoever asked for them. Nothing of the content is in a URI; the query is a number. */
export class GrantDocuments extends ReadOnlyDocuments implements vscode.CodeLensProvider {
  readonly #renderers = new Map<string, () => Promise<string>>();
  /** What the plan that would run a document's SQL is for. */
  readonly #plans = new Map<string, string>();
  readonly #lenses = vscode.languages.registerCodeLensProvider({ scheme: grantScheme }, this);
  #next = 1;

  constructor() {
    super(grantScheme);
  }

  /**
   * @param name its last part is the title of the tab; `.sql` gives the language
   * @param plan template and instance, where a plan can carry the SQL out
   */
  create(name: string, render: () => Promise<string>, plan?: string): vscode.Uri {
    const query = String(this.#next++);
    if (plan !== undefined) this.#plans.set(query, plan);
    this.#renderers.set(query, render);
    const [oldest] = this.#renderers.keys();
    if (this.#renderers.size > maxDocuments && oldest !== undefined) {
      this.#renderers.delete(oldest);
      this.#plans.delete(oldest);
    }
    return vscode.Uri.from({ scheme: grantScheme, path: `/${name}`, query });
  }

  override async provideTextDocumentContent({ query }: vscode.Uri): Promise<string> {
    const render = this.#renderers.get(query);
    if (render === undefined) return t`-- This document belongs to an earlier session. Run the command again.\n`;
    try {
      return await render();
    } catch (error) {
      return `-- ${messageOf(error).replace(/[\r\n]+/g, ' ')}\n`;
    }
  }

  provideCodeLenses({ uri }: vscode.TextDocument): vscode.CodeLens[] {
    const plan = this.#plans.get(uri.query);
    if (plan === undefined) return [];
    return [
      new vscode.CodeLens(new vscode.Range(0, 0, 0, 0), {
        title: t`Plan to run this`,
        tooltip: t`Opens a runbook plan with checks, rollback and verification. Nothing is run yet.`,
        command: 'replideck.grants.apply',
        arguments: [plan],
      }),
    ];
  }

  override dispose(): void {
    this.#lenses.dispose();
    super.dispose();
  }
}
