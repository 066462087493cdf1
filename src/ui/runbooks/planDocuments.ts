import * as vscode from 'vscode';
import type { PlanStep, RunbookPlan } from '../../core/runbooks/plan';
import type { RenderedPlan } from '../../core/runbooks/renderPlan';
import { ReadOnlyDocuments } from '../documents/readOnlyDocuments';
import type { PlanSession } from './planSession';
import { t } from '../../core/l10n';
import { messageOf } from '../../core/messageOf';

export const runbookScheme = 'replideck-runbook';

/** What a plan document is about; the plan itself is made anew from whatever is known. */
export interface PlanRequest {
  readonly id: string;
  readonly target: string;
  readonly inputs: Readonly<Record<string, string>>;
}

export interface ShownPlan extends RenderedPlan {
  readonly plan: RunbookPlan;
  /** Differs where the plan is another one. */
  readonly fingerprint: string;
}

export interface PlanDocumentOptions {
  /** The plan as of now, from what is known; reads nothing. */
  readonly render: (request: PlanRequest, session: PlanSession) => Promise<ShownPlan>;
  readonly newSession: () => PlanSession;
}

export interface OpenPlan {
  readonly request: PlanRequest;
  readonly session: PlanSession;
  shown?: ShownPlan;
  /** Grows whenever the plan becomes another one: a step is started on what its operator has seen. */
  version: number;
  isClosed?: true;
}

/** Plans, which follow the fleet: each check is evaluated again at every reading. */
export class PlanDocuments extends ReadOnlyDocuments implements vscode.CodeLensProvider {
  readonly #options: PlanDocumentOptions;
  readonly #lensesChanged = new vscode.EventEmitter<void>();
  readonly onDidChangeCodeLenses = this.#lensesChanged.event;
  readonly #entries = new Map<string, OpenPlan>();
  readonly #subscriptions: vscode.Disposable;
  #next = 1;

  constructor(options: PlanDocumentOptions) {
    super(runbookScheme);
    this.#options = options;
    this.#subscriptions = vscode.Disposable.from(
      vscode.languages.registerCodeLensProvider({ scheme: runbookScheme }, this),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => {
        const entry = uri.scheme === runbookScheme ? this.#entries.get(uri.query) : undefined;
        if (entry === undefined) return;
        entry.isClosed = true;
        this.#forgetClosed();
      }),
    );
  }

  async open(request: PlanRequest): Promise<void> {
    const query = String(this.#next++);
    this.#entries.set(query, { request, session: this.#options.newSession(), version: 0 });
    const name = `${request.id} ${request.target}.md`.replaceAll('/', '_');
    const uri = vscode.Uri.from({ scheme: runbookScheme, path: `/${name}`, query });
    await vscode.window.showTextDocument(uri, { preview: false });
  }

  /** The request and what the document shows now; undefined: no such plan is open. */
  find(query: string): Readonly<OpenPlan> | undefined {
    return this.#entries.get(query);
  }

  override async provideTextDocumentContent({ query }: vscode.Uri): Promise<string> {
    const entry = this.#entries.get(query);
    if (entry === undefined) return t`This plan belongs to an earlier session. Plan the runbook again.\n`;
    try {
      const before = entry.shown?.fingerprint;
      entry.shown = await this.#options.render(entry.request, entry.session);
      if (entry.shown.fingerprint !== before) entry.version += 1;
      this.#lensesChanged.fire();
      return entry.shown.text;
    } catch (error) {
      delete entry.shown;
      return `${messageOf(error)}\n`;
    }
  }

  provideCodeLenses({ uri, lineCount }: vscode.TextDocument): vscode.CodeLens[] {
    const entry = this.#entries.get(uri.query);
    const { shown, session } = entry ?? {};
    const lens = (line: number, title: string, command: string, argument = uri.query): vscode.CodeLens =>
      new vscode.CodeLens(new vscode.Range(line, 0, line, 0), { title, command, arguments: [argument] });
    if (entry === undefined || shown === undefined || session === undefined) {
      return [lens(0, t`$(refresh) Check again`, 'replideck.runbook.check')];
    }
    return [
      lens(0, t`$(refresh) Check again`, 'replideck.runbook.check'),
      ...shown.plan.steps.flatMap((step) => {
        const line = shown.stepLines[step.id] ?? lineCount;
        if (line >= lineCount) return [];
        const argument = `${uri.query} ${step.id} ${entry.version}`;
        return stepActions(step, session).map(([title, command]) => lens(line, title, command, argument));
      }),
    ];
  }

  /** Shows a step's heading at the top of its editor: the terminal takes the lower half of the window. */
  reveal(query: string, stepId: string): void {
    const line = this.#entries.get(query)?.shown?.stepLines[stepId];
    const editor = vscode.window.visibleTextEditors.find(
      ({ document: { uri } }) => uri.scheme === runbookScheme && uri.query === query,
    );
    if (line === undefined || editor === undefined) return;
    editor.revealRange(new vscode.Range(line, 0, line, 0), vscode.TextEditorRevealType.AtTop);
  }

  override refresh(): void {
    this.#forgetClosed();
    super.refresh();
  }

  /** A step that runs is looked after to its end, whatever became of its document. */
  #forgetClosed(): void {
    for (const [query, { isClosed, session }] of this.#entries) {
      if (isClosed === true && session.running === undefined) this.#entries.delete(query);
    }
  }

  override dispose(): void {
    this.#subscriptions.dispose();
    this.#lensesChanged.dispose();
    super.dispose();
  }
}

/** What can be done with a step now: titles and commands. */
function stepActions(step: PlanStep, session: PlanSession): readonly (readonly [title: string, command: string])[] {
  const copy = [t`$(copy) Copy command`, 'replideck.runbook.copyCommand'] as const;
  const { running } = session;
  if (running?.stepId === step.id) {
    const callOff = [t`$(debug-stop) Call off`, 'replideck.runbook.callOff'] as const;
    return running.hasRun === undefined
      ? [callOff]
      : [[t`$(check) I pressed Enter: verify`, 'replideck.runbook.verifyStep'], callOff];
  }
  const result = session.progress[step.id]?.kind;
  if (running !== undefined || result === 'done' || step.isDone !== undefined) return [copy];
  const again = result === 'failed' || result === 'unverified';
  return [
    [again ? t`$(play) Run step again` : t`$(play) Run step`, 'replideck.runbook.runStep'],
    ...(again ? ([[t`$(refresh) Verify again`, 'replideck.runbook.verifyStep']] as const) : []),
    copy,
  ];
}
