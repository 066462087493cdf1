import { clustersOf, upstreamOf } from '../findings/fleetFacts';
import type { FleetView } from '../fleetView';
import { siblingsOf } from './mirrorMigrate';

/**
 * Instances, mirrors and neighbours that a plan is made from, the target first: read them before planning and right before a write,
 * of a mirror its contents too. A plan looks at the clusters of its target, at all above it and at the instances that
 * its inputs name; that of a mirror
 * at the mirror and at those between the same places.
 */
export function evidenceKeys(
  view: FleetView,
  target: string,
  inputs: Readonly<Record<string, string>> = {},
): readonly string[] {
  const isMirror = (key: string): boolean => view.mirrors.some((mirror) => mirror.key === key);
  if (isMirror(target)) {
    const mirror = view.mirrors.find(({ key }) => key === target);
    const others = mirror === undefined ? [] : siblingsOf(view, mirror).map(({ key }) => key);
    return [target, ...others];
  }
  const named = Object.values(inputs).filter((value) => view.instances[value] !== undefined);
  if (view.services.some(({ key }) => key === target)) return [target, ...new Set(named)];
  const members = clustersOf(view, target).flatMap(({ spec }) => spec.instances);
  const keys = [target, ...members, ...upstreamOf(view, target), ...named];
  return [...new Set(keys)].filter((key) => view.instances[key] !== undefined);
}
