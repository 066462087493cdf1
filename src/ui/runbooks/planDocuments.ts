import * as vscode from 'vscode';
import type { RunbookPlan } from '../../core/runbooks/plan';
import type { RenderedPlan } from '../../core/runbooks/renderPlan';

export const runbookScheme = 'replideck-runbook';

/** What a plan document is about; the plan itself is made anew from whatever is known. */
export interface PlanRequest {
  readonly id: string;
  readonly target: string;
  readonly inputs: Readonly<Record<string, string>>;
}

export interface ShownPlan extends RenderedPlan {
  readonly plan: RunbookPlan;
}

export interface PlanDocumentOptions {
  /** The plan as of now, from what is known; reads nothing. */
  readonly render: (request: PlanRequest) => Promise<ShownPlan>;
}

interface Entry {
  readonly request: PlanRequest;
  shown?: ShownPlan;
}

/** Plans as read-only documents that follow the fleet: each check is evaluated again at every reading. */
export class PlanDocuments implements vscode.TextDocumentContentProvider, vscode.CodeLensProvider, vscode.Disposable {
  readonly #render: PlanDocumentOptions['render'];
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.#changed.event;
  readonly #entries = new Map<string, Entry>();
  readonly #registrations: vscode.Disposable;
  #next = 1;

  constructor({ render }: PlanDocumentOptions) {
    this.#render = render;
    this.#registrations = vscode.Disposable.from(
      vscode.workspace.registerTextDocumentContentProvider(runbookScheme, this),
      vscode.languages.registerCodeLensProvider({ scheme: runbookScheme }, this),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => {
        if (uri.scheme === runbookScheme) this.#entries.delete(uri.query);
      }),
    );
  }

  async open(request: PlanRequest): Promise<void> {
    const query = String(this.#next++);
    this.#entries.set(query, { request });
    const name = `${request.id} ${request.target}.md`.replaceAll('/', '_');
    const uri = vscode.Uri.from({ scheme: runbookScheme, path: `/${name}`, query });
    await vscode.window.showTextDocument(uri, { preview: false });
  }

  /** The request and what the document shows now; undefined: no such plan is open. */
  find(query: string): Readonly<Entry> | undefined {
    return this.#entries.get(query);
  }

  async provideTextDocumentContent({ query }: vscode.Uri): Promise<string> {
    const entry = this.#entries.get(query);
    if (entry === undefined) return 'This plan belongs to an earlier session. Plan the runbook again.\n';
    try {
      entry.shown = await this.#render(entry.request);
      return entry.shown.text;
    } catch (error) {
      delete entry.shown;
      return `${error instanceof Error ? error.message : String(error)}\n`;
    }
  }

  provideCodeLenses({ uri, lineCount }: vscode.TextDocument): vscode.CodeLens[] {
    const { shown } = this.#entries.get(uri.query) ?? {};
    const lens = (line: number, title: string, command: string, argument: string): vscode.CodeLens =>
      new vscode.CodeLens(new vscode.Range(line, 0, line, 0), { title, command, arguments: [argument] });
    return [
      lens(0, '$(refresh) Check again', 'replideck.runbook.check', uri.query),
      ...(shown?.plan.steps ?? []).flatMap(({ id }) => {
        const line = shown?.stepLines[id] ?? lineCount;
        return line < lineCount
          ? [lens(line, '$(copy) Copy command', 'replideck.runbook.copyCommand', `${uri.query} ${id}`)]
          : [];
      }),
    ];
  }

  /** What is known has changed: open plans are made again. */
  refresh(): void {
    for (const { uri, isClosed } of vscode.workspace.textDocuments) {
      if (uri.scheme === runbookScheme && !isClosed) this.#changed.fire(uri);
    }
  }

  dispose(): void {
    this.#registrations.dispose();
    this.#changed.dispose();
  }
}
