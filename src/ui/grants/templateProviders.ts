import * as vscode from 'vscode';
import type { GrantStore } from '../../app/grantStore';
import type { StatementReview, TemplateReview } from '../../core/grants/reviewTemplate';
import type { Clock } from '../../ports';
import { grantTarget } from './grantTarget';
import { fileLens, outliers, statementHover, statementLens, type LensWords, type ReadState } from './model';
import type { TemplateFiles } from './templateFiles';
import { t } from '../../core/l10n';

/** One Quick Fix per instance stays a choice; with more, the command asks. */
const maxFixes = 5;

/** CodeLens, hover and Quick Fix of templates. Other documents cost one look at the inventory. */
export class TemplateProviders
  implements vscode.CodeLensProvider, vscode.HoverProvider, vscode.CodeActionProvider, vscode.Disposable
{
  readonly onDidChangeCodeLenses: vscode.Event<void>;
  readonly #files: TemplateFiles;
  readonly #store: GrantStore;
  readonly #clock: Clock;
  readonly #registrations: vscode.Disposable;

  constructor(files: TemplateFiles, store: GrantStore, clock: Clock) {
    this.#files = files;
    this.#store = store;
    this.#clock = clock;
    this.onDidChangeCodeLenses = files.onDidChange;
    // Which files are templates is said by the inventory, whatever their language is.
    const any = '*';
    this.#registrations = vscode.Disposable.from(
      vscode.languages.registerCodeLensProvider(any, this),
      vscode.languages.registerHoverProvider(any, this),
      vscode.languages.registerCodeActionsProvider(any, this, {
        providedCodeActionKinds: [vscode.CodeActionKind.QuickFix],
      }),
    );
  }

  async provideCodeLenses(document: vscode.TextDocument): Promise<vscode.CodeLens[]> {
    const review = await this.#files.review(document);
    if (review === undefined || review.refused !== undefined) return [];
    const state = this.#state();
    const whole = fileLens(review, state);
    const top = new vscode.Range(0, 0, 0, 0);
    return [
      ...(whole === undefined ? [] : [lensOf(top, document.uri, whole), sideBySide(top, document.uri)]),
      ...review.statements.map((statement) =>
        lensOf(rangeOf(document, statement), document.uri, statementLens(statement, review, state)),
      ),
    ];
  }

  async provideHover(document: vscode.TextDocument, position: vscode.Position): Promise<vscode.Hover | undefined> {
    const [statement] = await this.#statementsAt(document, new vscode.Range(position, position));
    if (statement === undefined) return undefined;
    const link = (command: string, key: string): string =>
      `command:${command}?${encodeURIComponent(JSON.stringify([grantTarget(document.uri, key)]))}`;
    const text = new vscode.MarkdownString(
      statementHover(statement, this.#state(), {
        diff: (key) => link('replideck.grants.diffTemplate', key),
        fix: (key) => link('replideck.grants.fix', key),
      }),
    );
    text.isTrusted = { enabledCommands: ['replideck.grants.diffTemplate', 'replideck.grants.fix'] };
    return new vscode.Hover(text, rangeOf(document, statement));
  }

  async provideCodeActions(
    document: vscode.TextDocument,
    range: vscode.Range,
    context: vscode.CodeActionContext,
  ): Promise<vscode.CodeAction[]> {
    const statements = await this.#statementsAt(document, range);
    const keys = [...new Set(statements.flatMap(outliers))].slice(0, maxFixes);
    return keys.map((key) => {
      const title = t`Show the SQL that would make ${key} match`;
      const action = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
      action.command = { title, command: 'replideck.grants.fix', arguments: [grantTarget(document.uri, key)] };
      action.diagnostics = context.diagnostics.filter(({ code }) => code === differsCode);
      return action;
    });
  }

  dispose(): void {
    this.#registrations.dispose();
  }

  async #statementsAt(document: vscode.TextDocument, range: vscode.Range): Promise<readonly StatementReview[]> {
    const review: TemplateReview | undefined = await this.#files.review(document);
    return (review?.statements ?? []).filter(
      (statement) => rangeOf(document, statement).intersection(range) !== undefined,
    );
  }

  #state(): ReadState {
    return {
      known: (key) => this.#store.get(key),
      isReading: (key) => this.#store.isReading(key),
      mayConnect: this.#store.mayConnect,
      nowMs: this.#clock.now(),
    };
  }
}

/** `code` of the diagnostics that say what differs on servers. */
export const differsCode = 'grants.differs';

export function rangeOf(
  document: vscode.TextDocument,
  { start, end }: { readonly start: number; readonly end: number },
): vscode.Range {
  return new vscode.Range(document.positionAt(start), document.positionAt(end));
}

function lensOf(
  range: vscode.Range,
  uri: vscode.Uri,
  { title, tooltip, action, instance }: LensWords,
): vscode.CodeLens {
  const command = { read: 'replideck.grants.read', diff: 'replideck.grants.diffTemplate', none: '' }[action];
  return new vscode.CodeLens(range, {
    title,
    tooltip,
    command,
    arguments: command === '' ? [] : [grantTarget(uri, instance)],
  });
}

function sideBySide(range: vscode.Range, uri: vscode.Uri): vscode.CodeLens {
  return new vscode.CodeLens(range, {
    title: t`Side by side`,
    tooltip: t`Template and servers in the diff editor`,
    command: 'replideck.grants.diffTemplate',
    arguments: [grantTarget(uri)],
  });
}
