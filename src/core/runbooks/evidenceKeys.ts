import { clustersOf, upstreamOf } from '../findings/fleetFacts';
import type { FleetView } from '../fleetView';

/**
 * Instances and mirrors that a plan is made from, the target first: read them before planning and right before a write,
 * of a mirror its contents too. A plan looks at the clusters of its target, at all above it and at the instances that
 * its inputs name; that of a mirror at the mirror alone.
 */
export function evidenceKeys(
  view: FleetView,
  target: string,
  inputs: Readonly<Record<string, string>> = {},
): readonly string[] {
  if (view.mirrors.some(({ key }) => key === target)) return [target];
  const named = Object.values(inputs).filter((value) => view.instances[value] !== undefined);
  const members = clustersOf(view, target).flatMap(({ spec }) => spec.instances);
  const keys = [target, ...members, ...upstreamOf(view, target), ...named];
  return [...new Set(keys)].filter((key) => view.instances[key] !== undefined);
}
