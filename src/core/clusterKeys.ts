import type { ClusterView } from './fleetView';

/** All keys that stand in a cluster: those that it lists, in its order, then the multi-source guests. */
export function clusterKeys(cluster: Pick<ClusterView, 'spec' | 'roots' | 'replicasOf'>): readonly string[] {
  const placed = [...cluster.roots, ...Object.values(cluster.replicasOf).flat()];
  return [...new Set([...cluster.spec.instances.filter((key) => placed.includes(key)), ...placed])];
}
