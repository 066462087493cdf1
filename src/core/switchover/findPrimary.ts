import { independentSources, isWritable, upstreamOf, writersOf } from '../findings/fleetFacts';
import type { LinkedCluster, LinkedFleet } from '../fleetView';
import type { ExpectedPrimary } from '../inventory/model';
import { expectedPrimaries } from '../replication/nestCluster';
import { t } from '../l10n';

/** Members that could take over, each with the key of the primary that it would take over from. */
export type Pairing =
  | { readonly kind: 'found'; readonly primaryOf: ReadonlyMap<string, string> }
  /** `why` is a sentence for the operator. */
  | { readonly kind: 'none'; readonly why: string };

/**
 * Who is the primary, and who could be. Every other member is a candidate, also one that cannot take over: the
 * checklist says why.
 */
export function findPrimary(fleet: LinkedFleet, cluster: LinkedCluster): Pairing {
  const { primary } = cluster.spec;
  if (primary?.kind === 'perDatacenter') return perDatacenter(fleet, cluster, primary.keys);
  const found = primary?.kind === 'single' ? declaredOrActing(fleet, cluster, primary) : onlyHead(fleet, cluster);
  if (found.length !== 1 || found[0] === undefined) {
    return {
      kind: 'none',
      why:
        found.length === 0
          ? t`Which instance is the primary is not known: the inventory names none, and of those without a source none has a replica here.`
          : t`The inventory names no primary, and several instances without a source have replicas here. Name one as \`primary\` of the cluster.`,
    };
  }
  const [key] = found;
  const others = cluster.spec.instances.filter((member) => member !== key && fleet.instances[member] !== undefined);
  return { kind: 'found', primaryOf: new Map(others.map((member) => [member, key])) };
}

/** The declared one, unless exactly one other takes the writes and it does not: then a switchover has been made. */
function declaredOrActing(
  fleet: LinkedFleet,
  cluster: LinkedCluster,
  { key }: Extract<ExpectedPrimary, { kind: 'single' }>,
): readonly string[] {
  const acting = actingPrimaries(fleet, cluster);
  const declared = fleet.instances[key];
  const isStandIn = declared !== undefined && !acting.includes(key) && isWritable(declared) === false;
  return isStandIn && acting.length === 1 ? acting : declared === undefined ? [] : [key];
}

/** Members that are written to; the separate sources of a multi-source replica are no primaries of the cluster. */
export function actingPrimaries(fleet: LinkedFleet, cluster: LinkedCluster): readonly string[] {
  const independent = independentSources(fleet, cluster);
  return writersOf(fleet, cluster).flatMap(({ spec }) => (independent.has(spec.key) ? [] : [spec.key]));
}

function onlyHead(fleet: LinkedFleet, cluster: LinkedCluster): readonly string[] {
  const { instances } = cluster.spec;
  return instances.filter((key) => {
    const instance = fleet.instances[key];
    return instance?.role === 'primary' && instance.replicas.some((replica) => instances.includes(replica));
  });
}

/**
 * A co-primary can take over from the other one that takes the writes; every other member from the primary of its own
 * data centre.
 */
function perDatacenter(fleet: LinkedFleet, cluster: LinkedCluster, keys: Readonly<Record<string, string>>): Pairing {
  const declared = expectedPrimaries(cluster.spec).filter((key) => fleet.instances[key] !== undefined);
  const writable = declared.filter((key) => isWritableKey(fleet, key));
  const primaryOf = new Map<string, string>();
  for (const key of cluster.spec.instances) {
    const instance = fleet.instances[key];
    if (instance === undefined) continue;
    if (declared.includes(key)) {
      // The one that takes all the writes is what the others take over from.
      const others = declared.filter((other) => other !== key);
      const from = others.find((other) => writable.includes(other)) ?? (writable.includes(key) ? undefined : others[0]);
      if (from !== undefined) primaryOf.set(key, from);
      continue;
    }
    const own = instance.spec.datacenter === undefined ? undefined : keys[instance.spec.datacenter];
    const above = upstreamOf(fleet, key).find((source) => declared.includes(source));
    const from = own !== undefined && declared.includes(own) ? own : (above ?? writable[0] ?? declared[0]);
    if (from !== undefined) primaryOf.set(key, from);
  }
  return primaryOf.size > 0
    ? { kind: 'found', primaryOf }
    : { kind: 'none', why: t`The declared co-primaries are not in this fleet, or nothing else is.` };
}

function isWritableKey(fleet: LinkedFleet, key: string): boolean {
  const instance = fleet.instances[key];
  return instance !== undefined && isWritable(instance) === true;
}
