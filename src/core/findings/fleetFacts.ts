import { addTo } from '../addTo';
import type { LinkedCluster, LinkedFleet, LinkedInstance } from '../fleetView';
import { onceFor } from '../onceFor';
import type { ConnectionStatus, ServerFacts } from '../replication/model';
import { expectedPrimaries } from '../replication/nestCluster';

/** What several rules ask of a linked fleet. Undefined always means: not known from this reading. */

export function factsOf(instance: LinkedInstance | undefined): ServerFacts | undefined {
  return instance?.snapshot.server.kind === 'read' ? instance.snapshot.server.value : undefined;
}

export function isWritable(instance: LinkedInstance): boolean | undefined {
  const readOnly = factsOf(instance)?.readOnly;
  return readOnly === undefined ? undefined : !readOnly;
}

/** Whether it has a replication connection. */
export function isReplica(instance: LinkedInstance): boolean | undefined {
  return instance.snapshot.replication.kind === 'read' ? instance.connections.length > 0 : undefined;
}

export function connectionsBefore(instance: LinkedInstance): readonly ConnectionStatus[] | undefined {
  return instance.previous?.replication.kind === 'read' ? instance.previous.replication.value : undefined;
}

/** Every rule asks this of every instance. */
const places = onceFor(({ clusters }: LinkedFleet) => {
  const byMember = new Map<string, LinkedCluster[]>();
  for (const cluster of clusters) for (const key of new Set(cluster.spec.instances)) addTo(byMember, key, cluster);
  return {
    byMember,
    expected: new Set(clusters.flatMap(({ spec }) => expectedPrimaries(spec))),
    inRings: new Set(clusters.flatMap(({ rings }) => rings.flat())),
  };
});

export function clustersOf(fleet: LinkedFleet, key: string): readonly LinkedCluster[] {
  return places(fleet).byMember.get(key) ?? [];
}

export function isExpectedPrimary(fleet: LinkedFleet, key: string): boolean {
  return places(fleet).expected.has(key);
}

export function isInRing(fleet: LinkedFleet, key: string): boolean {
  return places(fleet).inRings.has(key);
}

/** Keys of the instances that an instance gets its data from, nearest first, without itself. */
export function upstreamOf(fleet: LinkedFleet, key: string): readonly string[] {
  const found: string[] = [];
  const open = [key];
  for (let next = open.shift(); next !== undefined; next = open.shift()) {
    for (const { sourceKey } of fleet.instances[next]?.connections ?? []) {
      if (sourceKey !== undefined && sourceKey !== key && !found.includes(sourceKey)) {
        found.push(sourceKey);
        open.push(sourceKey);
      }
    }
  }
  return found;
}

/**
 * Sources of a multi-source replica in this cluster that are primaries side by side, each of its own data: they do not
 * replicate from one another.
 */
export function independentSources(fleet: LinkedFleet, cluster: LinkedCluster): ReadonlySet<string> {
  const independent = new Set<string>();
  for (const key of cluster.spec.instances) {
    const sources = new Set(fleet.instances[key]?.connections.flatMap(({ sourceKey }) => sourceKey ?? []));
    if (sources.size < 2) continue;
    for (const source of sources) {
      const above = upstreamOf(fleet, source);
      if (![...sources].some((other) => above.includes(other)) && !isInRing(fleet, source)) independent.add(source);
    }
  }
  return independent;
}

/** Members of a cluster that data is written on as of now: writable, and at the top or in a ring. */
export function writersOf(fleet: LinkedFleet, cluster: LinkedCluster): readonly LinkedInstance[] {
  const expected = expectedPrimaries(cluster.spec);
  return cluster.spec.instances.flatMap((key) => {
    const instance = fleet.instances[key];
    if (instance === undefined || isWritable(instance) !== true) return [];
    const inCluster = instance.connections.some(({ sourceKey }) => cluster.spec.instances.includes(sourceKey ?? ''));
    const isTop = isReplica(instance) === false || (expected.includes(key) && !inCluster);
    return isTop || isInRing(fleet, key) || (expected.includes(key) && instance.role === 'primary') ? [instance] : [];
  });
}

/** Replicas of a key within a cluster. */
export function replicasIn(cluster: LinkedCluster, instance: LinkedInstance): readonly string[] {
  return instance.replicas.filter((key) => cluster.spec.instances.includes(key));
}

/** Seconds that the chain above a source is delayed by intent: a heartbeat that came through it is that much older. */
export function delayAbove(fleet: LinkedFleet, sourceKey: string | undefined): number {
  let seconds = 0;
  for (const key of sourceKey === undefined ? [] : [sourceKey, ...upstreamOf(fleet, sourceKey)]) {
    const instance = fleet.instances[key];
    seconds += Math.max(0, ...(instance?.connections.map(({ status }) => status.delaySeconds) ?? []));
  }
  return seconds;
}
