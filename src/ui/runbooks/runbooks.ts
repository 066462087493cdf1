import { homedir } from 'node:os';
import path from 'node:path';
import type * as vscode from 'vscode';
import type { Fleet } from '../../app/fleet';
import { grantFixKey, type GrantFix } from '../../core/grants/grantFix';
import { failed, type Outcome } from '../../core/outcome';
import type { FleetView } from '../../core/fleetView';
import type { Shell } from '../../core/guard/quoteShell';
import type { RunbookReport } from '../../core/report';
import type { RunbookPlan } from '../../core/runbooks/plan';
import type { FilesOf } from '../../core/runbooks/toRunbookReport';
import type { AuditLog, Clock, CommandRunner, GrantsReader, Log, Programs, SecretFiles } from '../../ports';
import { AuditDocument } from './auditDocument';
import { PlanDocuments, type OpenPlan, type PlanRequest } from './planDocuments';
import { PlanSession } from './planSession';
import type * as parts from './runbookParts';
import { t } from '../../core/l10n';

/** The part that is loaded when somebody plans. */
export type RunbookParts = typeof parts;

/** What steps are run with; loaded when somebody plans. */
export interface RunbookTools {
  readonly secretFiles: SecretFiles;
  readonly audit: AuditLog;
  /** Where the audit log lies. */
  readonly auditFile: string;
  readonly programs: Programs;
  readonly endOfFile: (file: string) => Promise<string | undefined>;
  readonly runner: CommandRunner;
}

export interface RunbookOptions {
  readonly parts: () => Promise<RunbookParts>;
  readonly tools: () => Promise<RunbookTools>;
  readonly fleet: Fleet;
  readonly reader: () => Promise<GrantsReader>;
  /** A password of the inventory, asked for where it is not known; undefined: none was given. */
  readonly askPassword: (name: string) => Promise<string | undefined>;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Folder that relative paths of the inventory start from. */
  readonly inventoryFolder: () => string;
  /** False: the workspace is not trusted, and no runbook runs. */
  readonly mayConnect: () => boolean;
  readonly clock: Clock;
  readonly log: Log;
  /** What a template of grants would change on an instance, read now; a sentence where that is not known. */
  readonly readGrantFix: (
    key: string,
    template: string,
    optionFile: string | undefined,
  ) => Promise<Outcome<GrantFix, string>>;
  /** The shell of new terminals: that for which commands are shown. */
  readonly shell: () => Shell;
}

/** Plans runbooks, shows them as documents, and gives a command out only after a look made for it. */
export class Runbooks implements vscode.Disposable {
  readonly options: RunbookOptions;
  readonly audit: AuditDocument;
  readonly #documents: PlanDocuments;
  readonly #grantFixes = new Map<string, Outcome<GrantFix, string>>();
  readonly #forget: () => void;

  constructor(options: RunbookOptions) {
    this.options = options;
    this.#documents = new PlanDocuments({
      newSession: () => new PlanSession(options.shell()),
      render: async (request, session) => {
        const { continuePlan, planFingerprint, renderPlan } = (await this.parts()).runbookLogic;
        const now = await this.#planNow(request);
        const plan = session.started === undefined ? now : continuePlan(session.started, now, session.done);
        const filesOf = await this.filesOf(plan, session.shell);
        return { ...renderPlan(plan, filesOf, session.progress), plan, fingerprint: planFingerprint(plan) };
      },
    });
    this.audit = new AuditDocument(async () => {
      const { runbookLogic } = await this.parts();
      const { audit, auditFile } = await options.tools();
      const { entries, unreadable } = await audit.read();
      return runbookLogic.renderAudit(entries, unreadable, auditFile);
    });
    this.#forget = options.fleet.store.onDidChange(() => {
      this.refresh();
    });
  }

  parts(): Promise<RunbookParts> {
    return this.options.parts();
  }

  /** The fleet, with what plans alone ask for. */
  get view(): FleetView | undefined {
    const { view } = this.options.fleet;
    return view === undefined || this.#grantFixes.size === 0
      ? view
      : { ...view, grantFixes: Object.fromEntries(this.#grantFixes) };
  }

  /** Reads these instances and mirrors now, with what else the plan is made from. */
  async readEvidence({ id, target, inputs }: PlanRequest, keys: readonly string[]): Promise<void> {
    await this.options.fleet.readEvidence(keys);
    const { template, optionFile } = inputs;
    if (id !== 'grants.apply' || template === undefined || !keys.includes(target)) return;
    const read = await this.options.readGrantFix(target, template, optionFile);
    this.#grantFixes.set(grantFixKey(target, template), read);
  }

  #view(): FleetView {
    const { view } = this;
    if (view === undefined) throw new Error(t`This workspace has no inventory, so there is nothing to plan for.`);
    return view;
  }

  /** The plan from what is known, with the programs that its steps need. */
  async #planNow({ id, target, inputs }: PlanRequest): Promise<RunbookPlan> {
    const { planRunbook, programChecks, programsOf, withChecks } = (await this.parts()).runbookLogic;
    const plan = planRunbook(this.#view(), id, target, inputs);
    const calls = plan.steps.map(({ call }) => call);
    const { programs } = await this.options.tools();
    return withChecks(plan, programChecks(calls, await programs.find(programsOf(calls))));
  }

  /** Reads what the plan is made from, then shows it. */
  async open(request: PlanRequest): Promise<void> {
    await this.plan(request.id, request.target, request.inputs);
    await this.#documents.open(request);
  }

  /** Reads again what an open plan is made from; its document follows. */
  async check(query: string): Promise<void> {
    const request = this.find(query)?.request;
    if (request !== undefined) await this.plan(request.id, request.target, request.inputs);
    this.refresh();
  }

  /** The newest of the audit log for a ticket; undefined: nothing was run. */
  async auditTicket(): Promise<string | undefined> {
    const { runbookLogic } = await this.parts();
    const { audit, auditFile } = await this.options.tools();
    const { entries, unreadable } = await audit.read();
    return runbookLogic.renderAuditTicket(entries, unreadable, auditFile);
  }

  /** Undefined: there is no such runbook. */
  async titleOf(id: string): Promise<string | undefined> {
    return (await this.parts()).runbookLogic.findRunbook(id)?.title;
  }

  /** An open plan by its number; undefined: it is open no longer. */
  find(query: string): Readonly<OpenPlan> | undefined {
    return this.#documents.find(query);
  }

  /** Open plans are made again from what is known. */
  refresh(): void {
    this.#documents.refresh();
  }

  reveal(query: string, stepId: string): void {
    this.#documents.reveal(query, stepId);
  }

  /**
   * The command of a step of an open plan, after `releaseStep` let it go.
   * @param confirm asks for the name of a production server, and says what for; undefined: called off
   */
  async commandOf(
    query: string,
    stepId: string,
    confirm: (name: string, step: string) => PromiseLike<string | undefined>,
  ): Promise<Outcome<string, string>> {
    const entry = this.find(query);
    const shown = entry?.shown?.plan;
    const step = shown?.steps.find(({ id }) => id === stepId);
    if (entry === undefined || shown === undefined || step === undefined)
      return failed(t`This plan is no longer open.`);
    if (step.call.secrets.length > 0) {
      return failed(t`This step carries a password, which stands in a file only while it runs here: use "Run step".`);
    }
    if (step.call.account.kind === 'written') {
      return failed(
        t`The password of its account is in no file: use "Run step", or plan it again with an option file.`,
      );
    }
    const { clock, mayConnect } = this.options;
    const { releaseStep, runbookLogic: logic } = await this.parts();
    const says = logic.guardWords(shown, stepId, entry.session.progress);
    const released = await releaseStep(
      { logic, mayConnect, clock, confirm: (name) => confirm(name, says), ...this.readingFor(entry.request) },
      shown,
      stepId,
    );
    if (released.kind === 'failed') return released;
    const filesOf = await this.filesOf(shown, entry.session.shell);
    return logic.renderCall(released.value.call, filesOf(step));
  }

  /** @throws a sentence when there is no such runbook or target */
  async plan(id: string, target: string, inputs: Readonly<Record<string, string>> = {}): Promise<RunbookPlan> {
    const { evidenceKeys } = (await this.parts()).runbookLogic;
    const request = { id, target, inputs };
    await this.readEvidence(request, evidenceKeys(this.#view(), target, inputs));
    return this.#planNow(request);
  }

  /** How whoever runs a step of a plan reads, and what is known then. */
  readingFor(request: PlanRequest) {
    return { read: (keys: readonly string[]) => this.readEvidence(request, keys), view: () => this.view };
  }

  async report(id: string, target: string, inputs?: Readonly<Record<string, string>>): Promise<RunbookReport> {
    const plan = await this.plan(id, target, inputs);
    return (await this.parts()).runbookLogic.toRunbookReport(plan, await this.filesOf(plan, 'posix'));
  }

  async filesOf(plan: RunbookPlan, shell: Shell): Promise<FilesOf> {
    return (await this.filesIn())(plan, shell);
  }

  /** Each step has files of its own, so that one that is left over is never taken for another one's. */
  async filesIn(): Promise<(plan: RunbookPlan, shell: Shell) => FilesOf> {
    const { folder } = (await this.options.tools()).secretFiles;
    const resolve = (file: string): string => this.resolve(file);
    return (plan, shell) =>
      ({ id }) => {
        const stem = path.join(folder, `${plan.id}.${id}.${fileName(plan.target.key)}`);
        return { shell, resolve, sqlFile: `${stem}.sql`, optionFile: (key) => `${stem}.${fileName(key)}.cnf` };
      };
  }

  /** A path of the inventory or of an input, absolute. */
  resolve(file: string): string {
    const folder = this.options.inventoryFolder();
    return file.startsWith('~/') ? path.join(homedir(), file.slice(2)) : path.resolve(folder, file);
  }

  dispose(): void {
    this.#forget();
    this.#documents.dispose();
    this.audit.dispose();
  }
}

function fileName(key: string): string {
  return key.replace(/[^\w.-]/g, '_');
}
