import { homedir } from 'node:os';
import path from 'node:path';
import type * as vscode from 'vscode';
import type { Fleet } from '../../app/fleet';
import { failed, type Outcome } from '../../core/outcome';
import type { FleetView } from '../../core/fleetView';
import type { RunbookReport } from '../../core/report';
import type { CallFiles } from '../../core/runbooks/clientCall';
import type { RunbookPlan } from '../../core/runbooks/plan';
import type { FilesOf } from '../../core/runbooks/toRunbookReport';
import type { Clock } from '../../ports';
import { PlanDocuments, type PlanRequest } from './planDocuments';
import type * as parts from './runbookParts';

/** The part that is loaded when somebody plans. */
export type RunbookParts = typeof parts;

export interface RunbookOptions {
  readonly parts: () => Promise<RunbookParts>;
  readonly fleet: Fleet;
  /** Folder that relative paths of the inventory start from. */
  readonly inventoryFolder: () => string;
  /** The extension's own folder for the files of steps. */
  readonly storageFolder: string;
  /** False: the workspace is not trusted, and no runbook runs. */
  readonly mayConnect: () => boolean;
  readonly clock: Clock;
}

/** Plans runbooks, shows them as documents, and gives a command out only after a look made for it. */
export class Runbooks implements vscode.Disposable {
  readonly #options: RunbookOptions;
  readonly #documents: PlanDocuments;
  readonly #forget: () => void;

  constructor(options: RunbookOptions) {
    this.#options = options;
    this.#documents = new PlanDocuments({
      render: async ({ id, target, inputs }) => {
        const { planRunbook, renderPlan } = (await options.parts()).runbookLogic;
        const plan = planRunbook(this.#view(), id, target, inputs);
        return { ...renderPlan(plan, this.filesOf(plan, 'posix')), plan };
      },
    });
    this.#forget = options.fleet.store.onDidChange(() => {
      this.#documents.refresh();
    });
  }

  parts(): Promise<RunbookParts> {
    return this.#options.parts();
  }

  #view(): FleetView {
    const { view } = this.#options.fleet;
    if (view === undefined) throw new Error('This workspace has no inventory, so there is nothing to plan for.');
    return view;
  }

  /** Reads what the plan is made from, then shows it. */
  async open(request: PlanRequest): Promise<void> {
    await this.plan(request.id, request.target, request.inputs);
    await this.#documents.open(request);
  }

  /** Reads again what an open plan is made from; its document follows. */
  async check(query: string): Promise<void> {
    const request = this.#documents.find(query)?.request;
    if (request !== undefined) await this.plan(request.id, request.target, request.inputs);
    this.#documents.refresh();
  }

  /**
   * The command of a step of an open plan, after `releaseStep` let it go.
   * @param confirm asks for the name of a production server; undefined: called off
   */
  async commandOf(
    query: string,
    stepId: string,
    confirm: (name: string) => PromiseLike<string | undefined>,
  ): Promise<Outcome<string, string>> {
    const entry = this.#documents.find(query);
    const shown = entry?.shown?.plan;
    const step = shown?.steps.find(({ id }) => id === stepId);
    if (shown === undefined || step === undefined) return failed('This plan is no longer open.');
    if (step.call.secrets.length > 0) {
      return failed(
        'This step carries a password, which must not stand in a command line: run its statements in a client of your own.',
      );
    }
    if (step.call.account.kind === 'written') {
      return failed('The password of its account is in no file: plan it again with an option file.');
    }
    const { fleet, clock, mayConnect } = this.#options;
    const { releaseStep, runbookLogic: logic } = await this.parts();
    const released = await releaseStep(
      { logic, mayConnect, clock, confirm, read: (keys) => fleet.readEvidence(keys), view: () => fleet.view },
      shown,
      stepId,
    );
    return released.kind === 'failed'
      ? released
      : logic.renderCall(released.value.call, this.filesOf(shown, 'posix')(step));
  }

  /** @throws a sentence when there is no such runbook or target */
  async plan(id: string, target: string, inputs: Readonly<Record<string, string>> = {}): Promise<RunbookPlan> {
    const { fleet } = this.#options;
    const { evidenceKeys, planRunbook } = (await this.parts()).runbookLogic;
    await fleet.readEvidence(evidenceKeys(this.#view(), target, inputs));
    return planRunbook(this.#view(), id, target, inputs);
  }

  async report(id: string, target: string, inputs?: Readonly<Record<string, string>>): Promise<RunbookReport> {
    const plan = await this.plan(id, target, inputs);
    return (await this.parts()).runbookLogic.toRunbookReport(plan, this.filesOf(plan, 'posix'));
  }

  /** Each step has files of its own, so that one that is left over is never taken for another one's. */
  filesOf(plan: RunbookPlan, shell: CallFiles['shell']): FilesOf {
    const { storageFolder, inventoryFolder } = this.#options;
    return ({ id }) => {
      const stem = path.join(storageFolder, `${plan.id}.${id}.${fileName(plan.target.key)}`);
      return {
        shell,
        optionFile: (key) => `${stem}.${fileName(key)}.cnf`,
        sqlFile: `${stem}.sql`,
        resolve: (file) =>
          file.startsWith('~/') ? path.join(homedir(), file.slice(2)) : path.resolve(inventoryFolder(), file),
      };
    };
  }
  dispose(): void {
    this.#forget();
    this.#documents.dispose();
  }
}

function fileName(key: string): string {
  return key.replace(/[^\w.-]/g, '_');
}
