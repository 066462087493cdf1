import { clusterKeys } from '../../../core/clusterKeys';
import type { FleetView } from '../../../core/fleetView';
import type { Subject } from '../../../protocol/replicationPanel';

/** Keys of the instances that a panel is about: multi-source guests of a cluster included, as in the tree. */
export function subjectKeys(view: FleetView | undefined, subject: Subject): readonly string[] {
  if (subject.kind === 'instance') return [subject.key];
  const cluster = view?.clusters.find(({ spec }) => spec.name === subject.name);
  return cluster === undefined ? [] : clusterKeys(cluster);
}
