import type { LinkedFleet, LinkedInstance } from '../fleetView';
import { livingSeconds } from '../heartbeat/heartbeatLag';
import type { HeartbeatRow } from '../heartbeat/model';
import { expectedPrimaries } from '../replication/nestCluster';
import { clustersOf, factsOf, isInRing, isReplica, isWritable, upstreamOf } from './fleetFacts';

/**
 * A writer beats once a second; a row this much older than the newest one beside it is not written any more. A minute
 * is far above what a restart of the writer takes.
 */
export const staleAfterSeconds = 60;

/** Clocks under NTP differ by milliseconds; two seconds also cover a timestamp without fraction. */
export const clockToleranceSeconds = 2;

/** Two beats may be missed by chance: a slow commit, a reading between two of them. */
const missedBeatsSeconds = 3;

export function heartbeatRows(instance: LinkedInstance | undefined): readonly HeartbeatRow[] | undefined {
  return instance?.snapshot.heartbeat.kind === 'read' ? instance.snapshot.heartbeat.value : undefined;
}

export interface SortedRows {
  readonly newestAgeSeconds: number;
  /** Left by a writer of an older topology. */
  readonly stale: readonly HeartbeatRow[];
  /** Written now, by something that this instance does not get its data from. */
  readonly foreign: readonly HeartbeatRow[];
}

/** Undefined: the rows, or who should write them, are not known. */
export function sortRows(fleet: LinkedFleet, instance: LinkedInstance): SortedRows | undefined {
  const rows = heartbeatRows(instance)?.filter(({ ageSeconds }) => ageSeconds !== undefined);
  const writers = writerIds(fleet, instance);
  if (rows === undefined || rows.length === 0 || writers === undefined) return undefined;
  const age = (row: HeartbeatRow) => row.ageSeconds ?? 0;
  const newest = Math.min(...rows.map(age));
  const limit = newest + Math.max(staleAfterSeconds, instance.spec.thresholds.lagWarnSeconds);
  const isWriter = (row: HeartbeatRow) => row.serverId === undefined || writers.has(row.serverId);
  const sections = new Set(
    [instance.spec.key, ...upstreamOf(fleet, instance.spec.key)].map((key) => fleet.instances[key]?.spec.section),
  );
  // The column is varbinary(10): the server cuts what is longer.
  const isOwnShard = ({ shard }: HeartbeatRow) =>
    shard === undefined ||
    [...sections].every((section) => section === undefined) ||
    [...sections].some((section) => section?.slice(0, 10) === shard.slice(0, 10));
  return {
    newestAgeSeconds: newest,
    stale: rows.filter((row) => age(row) > limit && !isWriter(row)),
    foreign: rows.filter((row) => age(row) <= limit && (!isWriter(row) || !isOwnShard(row))),
  };
}

/** Server ids that may write heartbeats which this instance holds: itself, all above it, and declared primaries. */
function writerIds(fleet: LinkedFleet, instance: LinkedInstance): ReadonlySet<number> | undefined {
  const { key } = instance.spec;
  if (isReplica(instance) === undefined) return undefined;
  const above = upstreamOf(fleet, key);
  const chain = [key, ...above];
  if (chain.some((each) => fleet.instances[each]?.connections.some(({ sourceKey }) => sourceKey === undefined))) {
    return undefined;
  }
  const ids = new Set<number>();
  const declared = clustersOf(fleet, key).flatMap(({ spec }) => expectedPrimaries(spec));
  for (const each of new Set([...chain, ...declared])) {
    const serverId = factsOf(fleet.instances[each])?.serverId ?? previousServerId(fleet.instances[each]);
    if (serverId === undefined) return undefined;
    // A replica's own row is a leftover from when it was the primary, unless it is declared as one.
    if (each !== key || isReplica(instance) === false || declared.includes(each) || isInRing(fleet, each)) {
      ids.add(serverId);
    }
  }
  return ids;
}

function previousServerId(instance: LinkedInstance | undefined): number | undefined {
  return instance?.previous?.server.kind === 'read' ? instance.previous.server.value.serverId : undefined;
}

/**
 * Age of the newest row on a primary if that is too old for a writer that beats every second. Undefined: it beats, or
 * that is not known.
 */
export function stoppedWriterAge(fleet: LinkedFleet, instance: LinkedInstance): number | undefined {
  const rows = heartbeatRows(instance);
  const { key } = instance.spec;
  const isDeclared = clustersOf(fleet, key).some(({ spec }) => expectedPrimaries(spec).includes(key));
  const replica = isReplica(instance);
  if (rows === undefined || replica === undefined) return undefined;
  // A co-primary that stands by takes no writes, so nobody has to write a heartbeat there either.
  const mustBeat = replica
    ? isDeclared && instance.role === 'primary' && isWritable(instance) === true
    : isDeclared || instance.replicas.length > 0;
  if (!mustBeat) return undefined;
  const own = rows.filter(({ serverId }) => serverId === factsOf(instance)?.serverId);
  const judged = replica && own.length > 0 ? own : rows;
  const ages = judged.flatMap(({ ageSeconds }) => ageSeconds ?? []);
  if (ages.length === 0) return undefined;
  const youngest = Math.min(...ages);
  return youngest > livingSeconds ? youngest : undefined;
}

/**
 * Seconds since the last beat at the top of the chain, where it is older than a beat or two: that much of a heartbeat's
 * age on a replica is the writer's silence and no lag. 0 where the writer beats, or that is not known.
 */
export function silenceAbove(fleet: LinkedFleet, sourceKey: string | undefined): number {
  const chain = sourceKey === undefined ? [] : [sourceKey, ...upstreamOf(fleet, sourceKey)];
  const tops = chain.flatMap((key) => {
    const instance = fleet.instances[key];
    return instance !== undefined && (instance.role === 'primary' || isReplica(instance) === false) ? [instance] : [];
  });
  const ages = tops.flatMap((top) => heartbeatRows(top)?.flatMap(({ ageSeconds }) => ageSeconds ?? []) ?? []);
  const youngest = ages.length === 0 ? 0 : Math.min(...ages);
  return youngest > missedBeatsSeconds ? youngest : 0;
}
