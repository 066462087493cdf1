import { diagnose } from './findings/diagnose';
import type { FleetView } from './fleetView';
import { joinFindings } from './joinFindings';
import { linkFleet } from './linkFleet';
import type { FleetSnapshot } from './snapshot';

/** Link, judge, join: all that the tree, the panels and the report show. */
export function toFleetView(snapshot: FleetSnapshot): FleetView {
  const fleet = linkFleet(snapshot);
  return joinFindings(fleet, diagnose(fleet));
}
