import { findNever } from '../guard/neverList';
import { effectOf } from '../guard/effect';
import type { FleetView } from '../fleetView';
import { blockedBy, commonChecks, overridable } from './checks';
import { mirrorChecks, mirrorContextOf, type MirrorRunbook } from './mirrorRunbook';
import type { PlanStep, PlanTarget, RunbookPlan, StepCall } from './plan';
import { diffTarget } from './planTarget';
import { effectOfRuns } from './programCall';
import type { ProgramDraft } from './programRunbook';
import { runbooks as allRunbooks } from './registry';
import { draftService, type ServiceRunbook } from './serviceRunbook';
import { contextOf, toPlanServer, type InstanceRunbook, type Runbook } from './runbook';
import { seenDone } from './verifyStep';
import { t } from '../l10n';
import { messageOf } from '../messageOf';

/**
 * What a runbook would do to a target, from what is known now. Pure.
 * @param target `host:port` of an instance, `mirror:NAME`, `orchestrator:NAME` or `burrow:NAME`
 * @param inputs by the names of the runbook's inputs; two are known to all: `optionFile`, the path of the option file
 *   with the account that may do it (of a mirror or Burrow: one for `curl --config`), and `client`, `mariadb` or `mysql`
 * @throws when there is no such runbook or target
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
    throw new Error(t`There is no runbook ${id}; there are: ${runbooks.map((each) => each.id).join(', ')}.`);
  }
  switch (runbook.on) {
    case 'instance':
      return planInstance(runbook, view, target, inputs);
    case 'mirror':
      return planMirror(runbook, view, target, inputs);
    case 'orchestrator':
    case 'burrow':
      return planService(runbook, view, target, inputs);
  }
}

function planService(
  runbook: ServiceRunbook,
  view: FleetView,
  key: string,
  inputs: Readonly<Record<string, string>>,
): RunbookPlan {
  const service = view.services.find((each) => each.key === key);
  const made = service === undefined ? undefined : draftService(runbook, view, service, inputs);
  if (service === undefined || made === undefined) throw new Error(notThere(view, runbook, key));
  return planPrograms(runbook, service.name, made, inputs, view);
}

function planMirror(
  runbook: MirrorRunbook,
  view: FleetView,
  key: string,
  inputs: Readonly<Record<string, string>>,
): RunbookPlan {
  const mirror = view.mirrors.find((each) => each.key === key);
  if (mirror === undefined) throw new Error(notThere(view, runbook, key));
  const context = mirrorContextOf(view, mirror, inputs);
  const draft = runbook.plan(context);
  const made = { ...draft, target: context.target, checks: [...mirrorChecks(context), ...draft.checks] };
  return planPrograms(runbook, mirror.spec.name, made, inputs, view);
}

function planPrograms(
  { id, title }: Runbook,
  name: string,
  { target, checks, steps: drafts, chosen = {} }: ProgramDraft & { readonly target: PlanTarget },
  inputs: Readonly<Record<string, string>>,
  view: FleetView,
): RunbookPlan {
  const steps = drafts.map((step) => seen(step, view));
  return {
    id,
    title: `${title}: ${name}`,
    target,
    inputs: { ...inputs, ...chosen },
    checks,
    steps,
    blocked: [...blockedBy(checks), ...steps.flatMap((step) => defects(step, [], view, target.key))],
  };
}

function planInstance(
  runbook: InstanceRunbook,
  view: FleetView,
  target: string,
  inputs: Readonly<Record<string, string>>,
): RunbookPlan {
  const instance = view.instances[target];
  if (instance === undefined) throw new Error(notThere(view, runbook, target));
  const context = contextOf(view, instance, inputs);
  const { source, connection, checks: own, steps: drafts } = runbook.plan(context);
  const steps = drafts.map((step) => seen(step, view));
  const checks = [...commonChecks(context), ...own];
  return {
    id: runbook.id,
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

function notThere(view: FleetView, { id, on }: Runbook, target: string): string {
  const others = [...view.mirrors, ...view.services];
  const isKnown = view.instances[target] !== undefined || others.some(({ key }) => key === target);
  const names = {
    instance: t`an instance`,
    mirror: t`an etcd mirror`,
    orchestrator: t`an Orchestrator`,
    burrow: 'a Burrow',
  };
  const what = names[on];
  return isKnown ? t`${id} is for ${what}, and ${target} is none.` : t`The inventory has no ${on} ${target}.`;
}

/** A step that the state of the fleet shows done is passed over, whoever did it. */
function seen(step: PlanStep, view: FleetView): PlanStep {
  const isDone = step.isSeen === true ? seenDone(step.expectation, view) : undefined;
  return isDone === undefined ? step : { ...step, isDone };
}

/** The last look at a plan's own statements: the never-list has no override, and no effect is played down. */
function defects(step: PlanStep, replicas: readonly string[], view: FleetView, target: string): readonly string[] {
  const { call } = step;
  if (call.kind === 'programs') return playedDown(step, effectOfRuns(call.runs));
  const { statements, load } = call;
  const sql = [...statements, ...(load?.last ?? [])].join(';\n');
  // Dump threads are of replicas too, also of some that the inventory does not name.
  const server = view.instances[target]?.snapshot.server;
  const dumps = server?.kind === 'read' ? server.value.dumpThreads : undefined;
  const hasReplicas = replicas.length > 0 || dumps === undefined ? true : dumps.length > 0;
  // What a dump says of its own position is the proof that the data is there.
  const hasPositionProof = load?.position !== undefined || step.hasPositionProof === true;
  const { templateAccounts = [] } = step;
  const never = [sql, step.rollback ?? ''].flatMap(
    (text) => findNever(text, { hasReplicas, hasPositionProof, templateAccounts }) ?? [],
  );
  return [...never, ...playedDown(step, effectOf(sql))];
}

function playedDown({ title, effect }: PlanStep, real: PlanStep['effect']): readonly string[] {
  const order = ['read', 'write', 'destructive'];
  return order.indexOf(real) > order.indexOf(effect)
    ? [t`${title}: its statements do more than its effect "${effect}" says.`]
    : [];
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
      ? [t`What would run is no longer what the plan shows: refresh the plan.`]
      : []),
    ...(present?.isDone === undefined ? [] : [t`It is done already: ${present.isDone}.`]),
    ...stepsBefore(now, stepId).flatMap(({ title, isSeen, isDone }) =>
      isSeen === true && isDone === undefined ? [t`Another step comes first: ${title}.`] : [],
    ),
  ];
}

function stepsBefore({ steps }: RunbookPlan, stepId: string): readonly PlanStep[] {
  const at = steps.findIndex(({ id }) => id === stepId);
  return steps.slice(0, Math.max(0, at));
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
  return worse.map(({ id, measured }) => t`The ground has changed since the plan was shown: ${id}: ${measured}.`);
}

/** The same for plans that differ in measured values only: whoever has read one has read the other. */
export function planFingerprint({ target, checks, steps }: RunbookPlan): string {
  return JSON.stringify([
    ...[target.key, target.identity],
    checks.map(({ id, pass }) => [id, pass]),
    steps.map(({ id, call }) => [id, whatRuns(call)]),
  ]);
}

function planAgain(plan: RunbookPlan, view: FleetView): RunbookPlan | string {
  try {
    return planRunbook(view, plan.id, plan.target.key, plan.inputs);
  } catch (error) {
    return messageOf(error);
  }
}

/** When a server was read, and by which version, is not what runs. */
function whatRuns(call: StepCall): string {
  return JSON.stringify(call, (name, value: unknown) => (name === 'readAt' || name === 'version' ? undefined : value));
}

function whichDiffers(role: string, planned: PlanTarget, now: PlanTarget): readonly string[] {
  if (planned.key !== now.key) return [t`The ${role} was ${planned.key}, is ${now.key}.`];
  if (planned.identity === undefined) return [t`The plan does not know who the ${role} ${planned.key} is.`];
  const another = planned.kind === 'instance' ? t`another server` : t`another one`;
  return diffTarget(planned, now).map((difference) => t`The ${role} ${now.key} is ${another}: ${difference}`);
}
