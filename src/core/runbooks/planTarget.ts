import { describeFacts, describeIdentity, diffFacts, diffIdentity } from '../guard/identity';
import type { FleetView } from '../fleetView';
import type { PlanTarget } from './plan';
import { toPlanMirror } from './mirrorRunbook';
import { toPlanServer } from './runbook';
import { toPlanService } from './serviceRunbook';
import { t } from '../l10n';

/** What stands behind a target's key as of now: an instance, or `mirror:NAME`; undefined: the inventory has it not. */
export function toPlanTarget(view: FleetView, key: string): PlanTarget | undefined {
  const instance = view.instances[key];
  if (instance !== undefined) return toPlanServer(view, instance);
  const mirror = view.mirrors.find((each) => each.key === key);
  if (mirror !== undefined) return toPlanMirror(view, mirror);
  const service = view.services.find((each) => each.key === key);
  return service === undefined ? undefined : toPlanService(view, service);
}

/** What is different now, one sentence each; empty: it is the planned one. Not to be known counts as another one. */
export function diffTarget(planned: PlanTarget, now: PlanTarget | undefined): readonly string[] {
  if (planned.identity === undefined) return [t`The plan does not know who it is.`];
  if (planned.kind === 'instance') {
    return diffIdentity(planned.identity, now?.kind === 'instance' ? now.identity : undefined);
  }
  const identity = now?.kind === planned.kind ? now.identity : undefined;
  if (planned.kind === 'mirror' || identity === undefined) return diffFacts(planned.identity, identity);
  // A plan made while it was stopped knows less of it than once it runs again.
  const known = Object.entries(identity).filter(([name]) => planned.identity?.[name] !== undefined);
  return diffFacts(planned.identity, Object.fromEntries(known));
}

export function describeTarget(target: PlanTarget): string {
  if (target.identity === undefined) return t`it does not say who it is`;
  return target.kind === 'instance' ? describeIdentity(target.identity) : describeFacts(target.identity);
}
