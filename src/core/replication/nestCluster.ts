import type { LinkedCluster } from '../fleetView';
import type { ClusterSpec } from '../inventory/model';

/** Keys of the sources of a key, as far as they are in the inventory. */
export type SourcesOf = (key: string) => readonly string[];

/** The keys that the inventory expects to be primaries of a cluster, in its order. */
export function expectedPrimaries(spec: ClusterSpec): readonly string[] {
  switch (spec.primary?.kind) {
    case undefined:
      return [];
    case 'single':
      return [spec.primary.key];
    case 'perDatacenter':
      return Object.values(spec.primary.keys);
  }
}

/**
 * How the instances of a cluster hang under each other.
 * @param members all keys to place, in the order to show them.
 * @param rank lower comes first among the roots, and is where a ring is cut.
 */
export function nestCluster(
  spec: ClusterSpec,
  members: readonly string[],
  sourcesOf: SourcesOf,
  rank: (key: string) => number,
): LinkedCluster {
  const inside = new Set(members);
  const expected = new Set(expectedPrimaries(spec));
  const sources = new Map(
    members.map((key) => [key, sourcesOf(key).filter((source) => source !== key && inside.has(source))]),
  );
  const rings = findRings(members, sources);
  for (const ring of rings) {
    // Declared co-primaries stand beside each other, each with its own replicas.
    for (const key of ring.filter((member) => expected.has(member))) {
      detach(key, ring, sources);
    }
  }
  // What still goes round has no expected primary in it, or has rings inside rings: cut until nothing does.
  for (let left = findRings(members, sources); left.length > 0; left = findRings(members, sources)) {
    for (const ring of left) {
      detach(byRank(ring, rank)[0] ?? '', ring, sources);
    }
  }
  const replicasOf: Record<string, string[]> = {};
  for (const [key, parents] of sources) {
    for (const parent of new Set(parents)) {
      (replicasOf[parent] ??= []).push(key);
    }
  }
  const roots = byRank(
    members.filter((key) => sources.get(key)?.length === 0),
    rank,
  );
  return { spec, roots, replicasOf, rings };
}

/** Stable: equal ranks keep their order. */
function byRank(keys: readonly string[], rank: (key: string) => number): readonly string[] {
  return [...keys].sort((a, b) => rank(a) - rank(b));
}

function detach(key: string, ring: readonly string[], sources: Map<string, readonly string[]>): void {
  sources.set(
    key,
    (sources.get(key) ?? []).filter((source) => !ring.includes(source)),
  );
}

/** Groups of keys that reach each other: strongly connected, more than one. In the order of `members`. */
function findRings(
  members: readonly string[],
  sources: ReadonlyMap<string, readonly string[]>,
): readonly (readonly string[])[] {
  const reach = new Map(members.map((key) => [key, reachableFrom(key, sources)]));
  const seen = new Set<string>();
  const rings: string[][] = [];
  for (const key of members) {
    if (seen.has(key) || reach.get(key)?.has(key) !== true) {
      continue;
    }
    const ring = members.filter((other) => reach.get(key)?.has(other) === true && reach.get(other)?.has(key) === true);
    for (const member of ring) {
      seen.add(member);
    }
    rings.push(ring);
  }
  return rings;
}

function reachableFrom(key: string, sources: ReadonlyMap<string, readonly string[]>): ReadonlySet<string> {
  const found = new Set<string>();
  const open = [...(sources.get(key) ?? [])];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (!found.has(next)) {
      found.add(next);
      open.push(...(sources.get(next) ?? []));
    }
  }
  return found;
}
