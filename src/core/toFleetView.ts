import { diagnoseSteps } from './findings/diagnose';
import type { FleetView } from './fleetView';
import { joinFindingsSteps } from './joinFindings';
import { linkFleetSteps } from './linkFleet';
import type { FleetSnapshot } from './snapshot';
import { finish, type Steps } from './steps';

/** Link, judge, join: all that the tree, the panels and the report show. */
export function toFleetView(snapshot: FleetSnapshot): FleetView {
  return finish(fleetViewSteps(snapshot));
}

/** The same with pauses. */
export function* fleetViewSteps(snapshot: FleetSnapshot): Steps<FleetView> {
  const fleet = yield* linkFleetSteps(snapshot);
  const findings = yield* diagnoseSteps(fleet);
  return yield* joinFindingsSteps(fleet, findings);
}
