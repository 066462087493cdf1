import type { Inventory, InstanceSpec } from '../inventory/model';
import { onceFor } from '../onceFor';
import type { ConnectionStatus } from '../replication/model';
import type { SourcesOf } from '../replication/nestCluster';
import type { FleetSnapshot, InstanceSnapshot } from '../snapshot';
import type { HeartbeatRow } from './model';
import { t } from '../l10n';

/** `shard varbinary(10)`: a longer name is stored cut (measured: `analytics_meta` becomes `analytics_`). */
const shardLength = 10;

/**
 * The rows that can measure one connection, best first in tiers:
 * 1. the row of the server on top of the chain, where the writes begin; of the nearest one where the top is a ring;
 * 2. the rows of the rest of that ring;
 * 3. the newest row with the cluster's shard and the primary's data centre;
 * 4. the rows of the direct source and of what lies between.
 *
 * A row of a foreign shard is in none of them, whatever its server id: instances of one host share it.
 */
export function chooseRows(
  rows: readonly HeartbeatRow[],
  status: ConnectionStatus,
  replica: InstanceSpec,
  sourceKey: string | undefined,
  topology: { readonly snapshot: FleetSnapshot; readonly sourcesOf: SourcesOf },
): readonly (readonly HeartbeatRow[])[] {
  const { snapshot, sourcesOf } = topology;
  const { inventory } = snapshot;
  const above = sourceKey === undefined ? { tops: [], ring: [], all: [] } : ancestry(sourceKey, replica.key, sourcesOf);
  const names = ownNames(replica, above.all, inventory);
  const usable = rows.filter((row) => !isForeign(row, names, inventory));
  const byIds = (ids: readonly (number | undefined)[]): readonly HeartbeatRow[] =>
    usable.filter((row) => row.serverId !== undefined && ids.includes(row.serverId));
  const idsOf = (keys: readonly string[]): readonly (number | undefined)[] =>
    keys.map((key) => serverIdOf(snapshot.instances[key]) ?? serverIdOf(snapshot.previous[key]));
  // What the replica itself says of its direct source is newer than any reading of that source.
  const direct = status.sourceServerId;
  const isDirect = above.tops.length === 0 || (above.tops.length === 1 && above.tops[0] === sourceKey);
  const tiers = [
    byIds(isDirect ? [direct, ...idsOf(above.tops)] : idsOf(above.tops)),
    byIds(idsOf(above.ring)),
    newest(usable.filter((row) => isOfPrimary(row, names, datacentersOf(above.tops, replica, inventory)))),
    byIds([direct, ...idsOf(above.all)]),
  ];
  return tiers.filter((tier) => tier.length > 0);
}

/** Which server wrote a row, in words: `server_id 101 (s1, eqiad)`. */
export function describeRow(row: HeartbeatRow): string {
  const place = [row.shard, row.datacenter].filter((word) => word !== undefined).join(', ');
  const id = row.serverId === undefined ? t`an unknown server` : `server_id ${row.serverId}`;
  return place === '' ? id : `${id} (${place})`;
}

/**
 * A row of another cluster or section that the inventory names. A shard that nobody names is not foreign: shards are
 * free text.
 */
export function isForeign(row: HeartbeatRow, names: ReadonlySet<string>, inventory: Inventory): boolean {
  if (row.shard === undefined || names.has(cut(row.shard))) {
    return false;
  }
  const shard = cut(row.shard);
  return lookup(inventory).shards.has(shard);
}

/** A fleet of thousands has as many rows to place. */
const lookup = onceFor((inventory: Inventory) => ({
  instances: new Map(inventory.instances.map((spec) => [spec.key, spec])),
  clusters: new Map(inventory.clusters.map((spec) => [spec.name, spec])),
  shards: new Set(
    [
      ...inventory.clusters.map(({ name }) => name),
      ...inventory.instances.flatMap(({ section }) => (section === undefined ? [] : [section])),
    ].map(cut),
  ),
}));

/**
 * Names that a shard of this chain may have, cut as the column cuts: the clusters and sections of what lies above, and
 * the section of the replica. The replica's clusters count only where nothing above is known: a multi-source replica
 * stands in several, and each connection belongs to one.
 */
export function ownNames(replica: InstanceSpec, above: readonly string[], inventory: Inventory): ReadonlySet<string> {
  const chain = above.length === 0 ? [replica] : above.flatMap((key) => lookup(inventory).instances.get(key) ?? []);
  const sections = [replica, ...chain].flatMap(({ section }) => (section === undefined ? [] : [section]));
  return new Set([...chain.flatMap(({ clusters }) => clusters), ...sections].map(cut));
}

/**
 * Everything above a source, itself included.
 * `tops`: where the chain ends; of a ring, the member that is reached first. `ring`: the other members of such rings.
 */
export function ancestry(
  sourceKey: string,
  self: string,
  sourcesOf: SourcesOf,
): { readonly tops: readonly string[]; readonly ring: readonly string[]; readonly all: readonly string[] } {
  const all: string[] = [];
  const tops = new Set<string>();
  const ring = new Set<string>();
  const climb = (key: string, path: readonly string[]): void => {
    if (!all.includes(key)) {
      all.push(key);
    }
    const sources = sourcesOf(key);
    if (sources.length === 0) {
      tops.add(key);
    }
    for (const source of sources) {
      const entry = path.indexOf(source);
      if (source === self) {
        // The replica is in the ring itself: its direct source is where the other half's writes come in.
        tops.add(sourceKey);
      } else if (entry >= 0) {
        tops.add(source);
        for (const member of path.slice(entry + 1)) {
          ring.add(member);
        }
      } else if (!all.includes(source)) {
        climb(source, [...path, source]);
      }
    }
  };
  climb(sourceKey, [sourceKey]);
  return { tops: [...tops], ring: [...ring].filter((key) => !tops.has(key)), all };
}

function newest(rows: readonly HeartbeatRow[]): readonly HeartbeatRow[] {
  const [first] = [...rows].sort((a, b) => (a.ts < b.ts ? 1 : a.ts > b.ts ? -1 : 0));
  return first === undefined ? [] : [first];
}

function isOfPrimary(row: HeartbeatRow, names: ReadonlySet<string>, datacenters: ReadonlySet<string>): boolean {
  return (
    row.shard !== undefined &&
    names.has(cut(row.shard)) &&
    (row.datacenter === undefined || datacenters.size === 0 || datacenters.has(row.datacenter))
  );
}

/** Data centres where the writes of this chain begin: of its tops, else of the primary that the inventory expects. */
function datacentersOf(tops: readonly string[], replica: InstanceSpec, inventory: Inventory): ReadonlySet<string> {
  const { instances, clusters } = lookup(inventory);
  const expected = replica.clusters.flatMap((name) => {
    const primary = clusters.get(name)?.primary;
    return primary?.kind === 'single' ? [primary.key] : [];
  });
  const keys = tops.length > 0 ? tops : expected;
  const datacenters = keys.map((key) => instances.get(key)?.datacenter);
  return new Set(datacenters.flatMap((name) => (name === undefined ? [] : [cutDatacenter(name)])));
}

function serverIdOf(instance: InstanceSnapshot | undefined): number | undefined {
  return instance?.server.kind === 'read' ? instance.server.value.serverId : undefined;
}

function cut(name: string): string {
  return name.slice(0, shardLength);
}

/** `datacenter binary(5)`. */
function cutDatacenter(name: string): string {
  return name.slice(0, 5);
}
