import type { FleetView } from '../core/fleetView';
import { failed, ok, type Outcome } from '../core/outcome';
import type { RunbookLogic } from '../core/runbookLogic';
import type { PlanStep, RunbookPlan } from '../core/runbooks/plan';
import type { Clock } from '../ports';

export interface ReleaseOptions {
  readonly logic: RunbookLogic;
  /** False: the workspace is not trusted, and no runbook runs. */
  readonly mayConnect: () => boolean;
  readonly clock: Clock;
  /** Reads these instances now; the view then knows them. */
  readonly read: (keys: readonly string[]) => Promise<void>;
  readonly view: () => FleetView | undefined;
  /** Asks the operator for the name of a production server; undefined: called off. */
  readonly confirm: (name: string) => PromiseLike<string | undefined>;
}

/**
 * Lets a step of a plan go, or says why not. The operator types the name of a production server first, for that may
 * take long; then everything is read again, and the plan has to come out the same, on the same server.
 */
export async function releaseStep(
  { logic, mayConnect, clock, read, view, confirm }: ReleaseOptions,
  plan: RunbookPlan,
  stepId: string,
): Promise<Outcome<PlanStep, string>> {
  const { key, isProduction } = plan.target;
  const step = plan.steps.find(({ id }) => id === stepId);
  if (step === undefined) return failed('The plan has no such step.');
  if (!mayConnect()) return failed('The workspace is not trusted, so no runbook runs.');
  const name = logic.nameToType(key, isProduction);
  const typed = name === undefined ? '' : await confirm(name);
  const refusal = typed === undefined ? 'It was called off.' : logic.whyNotConfirmed(name, typed);
  if (refusal !== undefined) return failed(refusal);

  const known = view();
  if (known === undefined) return failed('The inventory was closed meanwhile.');
  const askedMs = clock.now();
  await read(logic.evidenceKeys(known, key, plan.inputs));
  const present = view();
  if (present === undefined) return failed('The inventory was closed meanwhile.');
  const readAt = present.instances[key]?.snapshot.at;
  const why = [
    ...(readAt === undefined || Date.parse(readAt) >= askedMs ? [] : [`${key} was not read again.`]),
    ...[logic.whyStale(key, readAt, clock.now())].filter((each) => each !== undefined),
    ...logic.whyNotNow(plan, stepId, present),
  ];
  return why.length === 0 ? ok(step) : failed(why.join(' '));
}
