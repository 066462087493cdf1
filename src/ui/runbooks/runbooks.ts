import { homedir } from 'node:os';
import path from 'node:path';
import type { Fleet } from '../../app/fleet';
import type { RunbookReport } from '../../core/report';
import type { RunbookLogic } from '../../core/runbookLogic';
import type { CallFiles } from '../../core/runbooks/clientCall';
import type { RunbookPlan } from '../../core/runbooks/plan';
import type { FilesOf } from '../../core/runbooks/toRunbookReport';

export interface RunbookOptions {
  readonly logic: () => Promise<RunbookLogic>;
  readonly fleet: Fleet;
  /** Folder that relative paths of the inventory start from. */
  readonly inventoryFolder: () => string;
  /** The extension's own folder for the files of steps. */
  readonly storageFolder: string;
}

/** Plans runbooks from fresh readings. */
export class Runbooks {
  readonly #options: RunbookOptions;

  constructor(options: RunbookOptions) {
    this.#options = options;
  }

  /** @throws a sentence when there is no such runbook or instance */
  async plan(id: string, target: string, inputs: Readonly<Record<string, string>> = {}): Promise<RunbookPlan> {
    const { fleet, logic } = this.#options;
    const { evidenceKeys, planRunbook } = await logic();
    if (fleet.view === undefined) throw new Error('This workspace has no inventory, so there is nothing to plan for.');
    await fleet.readNow(evidenceKeys(fleet.view, target, inputs));
    return planRunbook(fleet.view, id, target, inputs);
  }

  async report(id: string, target: string, inputs?: Readonly<Record<string, string>>): Promise<RunbookReport> {
    const plan = await this.plan(id, target, inputs);
    return (await this.#options.logic()).toRunbookReport(plan, this.filesOf(plan, 'posix'));
  }

  /** Each step has files of its own, so that one that is left over is never taken for another one's. */
  filesOf(plan: RunbookPlan, shell: CallFiles['shell']): FilesOf {
    const { storageFolder, inventoryFolder } = this.#options;
    return ({ id }) => {
      const stem = path.join(storageFolder, `${plan.id}.${id}.${plan.target.key.replace(/[^\w.-]/g, '_')}`);
      return {
        shell,
        optionFile: `${stem}.cnf`,
        sqlFile: `${stem}.sql`,
        resolve: (file) =>
          file.startsWith('~/') ? path.join(homedir(), file.slice(2)) : path.resolve(inventoryFolder(), file),
      };
    };
  }
}
