import { clusterKeys } from '../clusterKeys';
import type { FleetView } from '../fleetView';
import type { ExpectedPrimary, GrantTemplateSpec } from '../inventory/model';
import { parseVersionNumber } from '../replication/parseServerFacts';
import { toVersionId, type GrantServer } from './grantServer';

function expectedKeys(primary: ExpectedPrimary | undefined): readonly string[] {
  if (primary === undefined) return [];
  return primary.kind === 'single' ? [primary.key] : Object.values(primary.keys);
}

/**
 * Keys of the instances that a template of the inventory is for, each once. On primaries: those that the cluster
 * declares, unless the fleet shows that another one is it. Empty: nothing tells yet who the primary is.
 */
export function templateTargets(view: FleetView, { clusters, on }: GrantTemplateSpec): readonly string[] {
  const keys = view.clusters
    .filter(({ spec }) => clusters.includes(spec.name))
    .flatMap((cluster) => {
      const members = clusterKeys(cluster);
      if (on === 'all') return members;
      const declared = expectedKeys(cluster.spec.primary);
      const live = members.filter((key) => view.instances[key]?.role === 'primary');
      const present = declared.filter((key) => live.includes(key));
      return present.length > 0 ? present : live.length > 0 ? live : declared;
    });
  return [...new Set(keys)];
}

/** What the fleet knows of the server, before its grants were read. */
export function knownServer(view: FleetView, key: string): GrantServer | undefined {
  const reach = view.instances[key]?.snapshot.reach;
  if (reach?.kind !== 'answered') return undefined;
  const version = parseVersionNumber(reach.version);
  return { flavor: reach.flavor, versionId: toVersionId(version) };
}
