import * as vscode from 'vscode';
import type { Log } from '../../ports';
import { differences } from './model';
import type { TemplateFiles } from './templateFiles';
import { differsCode, rangeOf } from './templateProviders';

/** Problems of open templates: what is wrong with the text, and where servers differ. A closed one has none. */
export class TemplateDiagnostics implements vscode.Disposable {
  readonly #files: TemplateFiles;
  readonly #log: Log;
  readonly #collection = vscode.languages.createDiagnosticCollection('replideck-grants');
  readonly #subscriptions: vscode.Disposable[];

  constructor(files: TemplateFiles, log: Log) {
    this.#files = files;
    this.#log = log;
    this.#subscriptions = [
      files.onDidChange(() => void this.#update()),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => {
        this.#collection.delete(uri);
      }),
    ];
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#collection.dispose();
  }

  async #update(): Promise<void> {
    for (const document of vscode.workspace.textDocuments) {
      try {
        await this.#check(document);
      } catch (error) {
        this.#log.error(`${document.uri.path} could not be checked`, error);
      }
    }
  }

  async #check(document: vscode.TextDocument): Promise<void> {
    const { version } = document;
    const review = await this.#files.review(document);
    // Another text meanwhile: its own check follows.
    if (document.isClosed || document.version !== version) return;
    if (review === undefined) {
      this.#collection.delete(document.uri);
      return;
    }
    const problems = review.problems.map(({ severity, message, start, end }) => {
      const level = severity === 'error' ? vscode.DiagnosticSeverity.Error : vscode.DiagnosticSeverity.Warning;
      return new vscode.Diagnostic(rangeOf(document, { start, end }), message, level);
    });
    const differing = differences(review).map(({ message, ...span }) => {
      const diagnostic = new vscode.Diagnostic(rangeOf(document, span), message, vscode.DiagnosticSeverity.Warning);
      diagnostic.code = differsCode;
      return diagnostic;
    });
    const all = [...problems, ...differing];
    for (const diagnostic of all) diagnostic.source = 'Replideck';
    this.#collection.set(document.uri, all);
  }
}
