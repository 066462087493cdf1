import { describeIdentity, diffFacts, diffIdentity } from '../guard/identity';
import type { FleetView } from '../fleetView';
import type { PlanTarget } from './plan';
import { toPlanMirror } from './mirrorRunbook';
import { toPlanServer } from './runbook';

/** What stands behind a target's key as of now: an instance, or `mirror:NAME`; undefined: the inventory has it not. */
export function toPlanTarget(view: FleetView, key: string): PlanTarget | undefined {
  const instance = view.instances[key];
  if (instance !== undefined) return toPlanServer(view, instance);
  const mirror = view.mirrors.find((each) => each.key === key);
  return mirror === undefined ? undefined : toPlanMirror(view, mirror);
}

/** What is different now, one sentence each; empty: it is the planned one. Not to be known counts as another one. */
export function diffTarget(planned: PlanTarget, now: PlanTarget | undefined): readonly string[] {
  if (planned.identity === undefined) return ['The plan does not know who it is.'];
  if (planned.kind === 'instance') {
    return diffIdentity(planned.identity, now?.kind === 'instance' ? now.identity : undefined);
  }
  return diffFacts(planned.identity, now?.kind === planned.kind ? now.identity : undefined);
}

export function describeTarget(target: PlanTarget): string {
  if (target.identity === undefined) return 'it does not say who it is';
  if (target.kind === 'instance') return describeIdentity(target.identity);
  return Object.entries(target.identity)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');
}
