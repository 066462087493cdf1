import type { FleetView } from '../core/fleetView';
import { failed, ok, type Outcome } from '../core/outcome';
import type { RunbookLogic } from '../core/runbookLogic';
import type { PlanStep, RunbookPlan } from '../core/runbooks/plan';
import type { Clock } from '../ports';
import { t } from '../core/l10n';

export interface ReleaseOptions {
  readonly logic: RunbookLogic;
  /** False: the workspace is not trusted, and no runbook runs. */
  readonly mayConnect: () => boolean;
  readonly clock: Clock;
  /** Reads these instances and mirrors now, of mirrors the contents too; the view then knows them. */
  readonly read: (keys: readonly string[]) => Promise<void>;
  readonly view: () => FleetView | undefined;
  /** Asks the operator for the name of a target in production; undefined: called off. */
  readonly confirm: (name: string) => PromiseLike<string | undefined>;
}

/**
 * Lets a step of a plan go, or says why not. The operator types the name of a target in production before a write, for
 * that may take long; then everything is read again, and the plan has to come out the same, on the same servers.
 * @param overridden ids of checks that the operator overruled with a reason
 */
export async function releaseStep(
  { logic, mayConnect, clock, read, view, confirm }: ReleaseOptions,
  plan: RunbookPlan,
  stepId: string,
  overridden: readonly string[] = [],
): Promise<Outcome<PlanStep, string>> {
  const step = plan.steps.find(({ id }) => id === stepId);
  if (step === undefined) return failed(t`The plan has no such step.`);
  if (!mayConnect()) return failed(t`The workspace is not trusted, so no runbook runs.`);
  const { key, isProduction } = logic.needsOf(step.call).server;
  const name = step.effect === 'read' ? undefined : logic.nameToType(key, isProduction);
  const typed = name === undefined ? '' : await confirm(name);
  const refusal = typed === undefined ? t`It was called off.` : logic.whyNotConfirmed(name, typed);
  if (refusal !== undefined) return failed(refusal);

  const known = view();
  if (known === undefined) return failed(t`The inventory was closed meanwhile.`);
  const askedMs = clock.now();
  const keys = [...new Set([...logic.evidenceKeys(known, plan.target.key, plan.inputs), key])];
  await read(keys);
  const present = view();
  if (present === undefined) return failed(t`The inventory was closed meanwhile.`);
  const stale = [...new Set([plan.target.key, key])].flatMap((each) => {
    const readAt = logic.toPlanTarget(present, each)?.readAt;
    const isOld = readAt !== undefined && Date.parse(readAt) < askedMs;
    return [...(isOld ? [t`${each} was not read again.`] : []), logic.whyStale(each, readAt, clock.now()) ?? []].flat();
  });
  const why = [...stale, ...logic.whyNotNow(plan, stepId, present, overridden), ...logic.whatChanged(plan, present)];
  // The workspace may have lost its trust, and minutes may have gone by.
  if (!mayConnect()) why.push(t`The workspace is not trusted any more.`);
  return why.length === 0 ? ok(step) : failed(why.join(' '));
}
