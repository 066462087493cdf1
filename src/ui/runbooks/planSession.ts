import type { Shell } from '../../core/guard/quoteShell';
import type { AuditEntry } from '../../core/runbooks/auditEntry';
import type { RunbookPlan } from '../../core/runbooks/plan';
import type { StepProgress } from '../../core/runbooks/renderPlan';

/** The step of a plan that is under way. */
export interface RunningStep {
  readonly stepId: string;
  readonly abort: AbortController;
  /** Set while its line stands in the terminal without Enter: the operator has pressed it. */
  hasRun?: () => void;
}

/** What was done with one open plan in this window. */
export class PlanSession {
  /** The shell that its commands are shown for. */
  shell: Shell;
  readonly progress: Record<string, StepProgress> = {};
  /** Steps that were verified. */
  readonly done = new Set<string>();
  /** What was written to the audit log about a step at last, by its id. */
  readonly entries = new Map<string, AuditEntry>();
  /** Secrets that were asked for, by name: steps of one plan share them. Gone with the plan. */
  readonly secrets = new Map<string, string>();
  /** The plan as it was when its first step was started. */
  started?: RunbookPlan;
  running?: RunningStep;

  constructor(shell: Shell) {
    this.shell = shell;
  }
}
