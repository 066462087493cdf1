import { diffIdentity } from '../guard/identity';
import { findNever } from '../guard/neverList';
import { effectOf } from '../guard/effect';
import type { FleetView } from '../fleetView';
import { blockedBy, commonChecks, overridable } from './checks';
import type { PlanStep, RunbookPlan, StepCall } from './plan';
import { runbooks as allRunbooks } from './registry';
import { contextOf, toPlanServer, type Runbook } from './runbook';

/**
 * What a runbook would do to a target, from what is known now. Pure.
 * @param inputs by the names of the runbook's inputs; two are known to all: `optionFile`, the path of the option file
 *   with the account that may do it, and `client`, `mariadb` or `mysql`
 * @throws when there is no such runbook or instance
 */
export function planRunbook(
  view: FleetView,
  id: string,
  target: string,
  inputs: Readonly<Record<string, string>> = {},
  runbooks: readonly Runbook[] = allRunbooks,
): RunbookPlan {
  const runbook = runbooks.find((each) => each.id === id);
  if (runbook === undefined) {
    throw new Error(`There is no runbook ${id}; there are: ${runbooks.map((each) => each.id).join(', ')}.`);
  }
  const instance = view.instances[target];
  if (instance === undefined) throw new Error(`The inventory has no instance ${target}.`);
  const context = contextOf(view, instance, inputs);
  const { source, connection, checks: own, steps } = runbook.plan(context);
  const checks = [...commonChecks(context), ...own];
  return {
    id,
    title: `${runbook.title}: ${target}`,
    target: context.server,
    ...(source === undefined ? {} : { source: toPlanServer(view, source) }),
    ...(connection === undefined ? {} : { connection }),
    inputs,
    checks,
    steps,
    blocked: [...blockedBy(checks), ...steps.flatMap((step) => defects(step, instance.replicas, view, target))],
  };
}

/** The last look at a plan's own statements: the never-list has no override, and no effect is played down. */
function defects(step: PlanStep, replicas: readonly string[], view: FleetView, target: string): readonly string[] {
  const sql = step.call.statements.join(';\n');
  // Dump threads are of replicas too, also of some that the inventory does not name.
  const server = view.instances[target]?.snapshot.server;
  const dumps = server?.kind === 'read' ? server.value.dumpThreads : undefined;
  const hasReplicas = replicas.length > 0 || dumps === undefined ? true : dumps.length > 0;
  const never = [sql, step.rollback ?? ''].flatMap((text) => findNever(text, { hasReplicas }) ?? []);
  const order = ['read', 'write', 'destructive'];
  return order.indexOf(effectOf(sql)) > order.indexOf(step.effect)
    ? [...never, `${step.title}: its statements do more than its effect "${step.effect}" says.`]
    : never;
}

/**
 * Why a step of a plan may not run on what is known now; empty: it may. Asked right before each write, with a reading
 * made for it: the step has to come out the same again, on the same servers.
 * @param overridden ids of checks that the operator overruled with a reason; those without an override block all the same
 */
export function whyNotNow(
  plan: RunbookPlan,
  stepId: string,
  view: FleetView,
  overridden: readonly string[] = [],
): readonly string[] {
  const now = planAgain(plan, view);
  if (typeof now === 'string') return [now];
  const planned = plan.steps.find(({ id }) => id === stepId);
  const present = now.steps.find(({ id }) => id === stepId);
  const passedOver = blockedBy(overridable(now.checks).filter(({ id }) => overridden.includes(id)));
  return [
    ...whichDiffers('target', plan.target, now.target),
    ...(plan.source === undefined || now.source === undefined ? [] : whichDiffers('source', plan.source, now.source)),
    ...now.blocked.filter((reason) => !passedOver.includes(reason)),
    ...(planned === undefined || present === undefined || whatRuns(planned.call) !== whatRuns(present.call)
      ? ['What would run is no longer what the plan shows: refresh the plan.']
      : []),
  ];
}

/**
 * What of a plan came out worse from a later reading than whoever starts a step has seen; empty: nothing. Red blocks
 * anyway; this is about what a person has to know and did not. Measured values may move.
 */
export function whatChanged(plan: RunbookPlan, view: FleetView): readonly string[] {
  const now = planAgain(plan, view);
  if (typeof now === 'string') return [now];
  const seen = plan.checks.filter(({ pass }) => pass !== true).map(({ id }) => id);
  const worse = now.checks.filter(({ id, pass }) => pass !== true && !seen.includes(id));
  return worse.map(({ id, measured }) => `The ground has changed since the plan was shown: ${id}: ${measured}.`);
}

function planAgain(plan: RunbookPlan, view: FleetView): RunbookPlan | string {
  try {
    return planRunbook(view, plan.id, plan.target.key, plan.inputs);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** When a server was read, and by which version, is not what runs. */
function whatRuns(call: StepCall): string {
  return JSON.stringify(call, (name, value: unknown) => (name === 'readAt' || name === 'version' ? undefined : value));
}

function whichDiffers(role: string, planned: RunbookPlan['target'], now: RunbookPlan['target']): readonly string[] {
  if (planned.key !== now.key) return [`The ${role} was ${planned.key}, is ${now.key}.`];
  if (planned.identity === undefined) return [`The plan does not know who the ${role} ${planned.key} is.`];
  return diffIdentity(planned.identity, now.identity).map(
    (difference) => `The ${role} ${now.key} is another server: ${difference}`,
  );
}
