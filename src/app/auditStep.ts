import type { RunbookLogic } from '../core/runbookLogic';
import type { AuditEntry } from '../core/runbooks/auditEntry';
import type { PlanStep, RunbookPlan } from '../core/runbooks/plan';
import type { AuditLog, Clock, Log } from '../ports';

export interface AuditedBy {
  readonly logic: RunbookLogic;
  readonly clock: Clock;
  /** `user@machine`. */
  readonly who: string;
}

export interface AuditedRequest {
  readonly plan: RunbookPlan;
  readonly override?: { readonly checks: readonly string[]; readonly reason: string };
}

/** What is written before a command starts. */
export function startedEntry(
  { logic, clock, who }: AuditedBy,
  { plan, override }: AuditedRequest,
  step: PlanStep,
  command: string,
  typedName: string | undefined,
): AuditEntry {
  const { server } = logic.needsOf(step.call);
  const nowMs = clock.now();
  return {
    kind: 'started',
    at: new Date(nowMs).toISOString(),
    run: `${nowMs.toString(36)}-${Math.floor(clock.random() * 36 ** 6).toString(36)}`,
    who,
    runbook: plan.id,
    target: plan.target.key,
    step: step.title,
    effect: step.effect,
    server: server.key,
    ...(server.identity === undefined ? {} : { identity: server.identity }),
    command: logic.redact(command),
    ...(typedName === undefined ? {} : { typedName }),
    ...(override === undefined
      ? {}
      : {
          override: {
            checks: logic.blockedBy(plan.checks.filter(({ id }) => override.checks.includes(id))),
            reason: logic.redact(override.reason),
          },
        }),
  };
}

/**
 * Writes down that a step was tried and not run. What was typed for a name is left out: it may have been a password.
 * Never rejects: nothing was run, so nothing is lost that the log alone would know.
 */
export async function auditRefusal(
  by: AuditedBy & { readonly audit: AuditLog; readonly log: Log },
  request: AuditedRequest,
  step: PlanStep,
  why: string,
): Promise<void> {
  const entry = startedEntry(by, request, step, '', undefined);
  try {
    await by.audit.append({ ...entry, kind: 'refused', why: by.logic.redact(why) });
  } catch (error) {
    by.log.error('A refused step could not be written to the audit log', error);
  }
}
