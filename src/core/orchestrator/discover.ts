import { ghostClusters } from '../findings/rules/orchestratorTopology';
import type { FleetView } from '../fleetView';
import { formatKey, matchesHostPattern } from '../inventory/address';
import type { ClusterSpec, InstanceSpec, Inventory } from '../inventory/model';
import { parseInventory } from '../inventory/parseInventory';
import type { ServiceSnapshot } from '../services/model';
import { addressOf, keysByAddress } from './matchInstances';
import type { OrchestratorFacts } from './model';

/** A cluster as Orchestrator knows it, under the name that it would have in the inventory. */
export interface DiscoveredCluster {
  readonly name: string;
  readonly instances: readonly { readonly host: string; readonly port: number }[];
}

/** Clusters by their alias, else by their name; ghosts are none. */
export function discoveredClusters({ clusters, instances }: OrchestratorFacts): readonly DiscoveredCluster[] {
  const ghosts = ghostClusters(instances);
  return clusters.flatMap(({ name, alias }): DiscoveredCluster[] => {
    const members = instances
      .filter(({ cluster }) => cluster === name)
      .sort((a, b) => (a.depth ?? 0) - (b.depth ?? 0))
      .map(({ host, port }) => ({ host, port }));
    return ghosts.includes(name) || members.length === 0 ? [] : [{ name: alias ?? name, instances: members }];
  });
}

/**
 * The inventory with the clusters of those Orchestrators that say `discover: true`, as last known: the fleet does not
 * shrink while Orchestrator is down. What the file itself says of an instance stays. A cluster that only Orchestrator
 * knows counts as production: doubt asks for the name before a write.
 */
export function joinDiscovered(inventory: Inventory, services: Readonly<Record<string, ServiceSnapshot>>): Inventory {
  const { discovery } = inventory;
  if (discovery === undefined) return inventory;
  const known = inventory.orchestrators
    .filter(({ discover }) => discover)
    .flatMap(({ name }) => {
      const facts = services[`orchestrator:${name}`]?.last?.facts as OrchestratorFacts | undefined;
      return facts === undefined ? [] : discoveredClusters(facts);
    });
  const keys = new Map(keysByAddress(inventory.instances));
  const instances = new Map(inventory.instances.map((spec) => [spec.key, spec]));
  const clusters = new Map(inventory.clusters.map((spec): [string, ClusterSpec] => [spec.name, spec]));
  for (const { name, instances: members } of known) {
    const listed = members.map(({ host, port }) => {
      const address = addressOf(host, port);
      const key = keys.get(address) ?? formatKey(host, port);
      keys.set(address, key);
      const spec = instances.get(key) ?? toSpec(key, host, port, discovery);
      // An instance of the file keeps the clusters that the file gives it.
      const isOfFile = inventory.instances.includes(spec);
      instances.set(
        key,
        isOfFile || spec.clusters.includes(name) ? spec : { ...spec, clusters: [...spec.clusters, name] },
      );
      return { key, isOfFile };
    });
    const existing = clusters.get(name);
    const added = listed.filter(({ isOfFile }) => !isOfFile).map(({ key }) => key);
    // All of it is in the file, under whatever name.
    if (added.length === 0) continue;
    const before = existing?.instances ?? [];
    clusters.set(name, {
      ...(existing ?? { name, production: true }),
      instances: [...before, ...added.filter((key) => !before.includes(key))],
    });
  }
  const all = [...instances.values()].filter(({ clusters: of }) => of.length > 0);
  return { ...inventory, clusters: [...clusters.values()], instances: all };
}

function toSpec(key: string, host: string, port: number, discovery: NonNullable<Inventory['discovery']>): InstanceSpec {
  const { datacenters, ...settings } = discovery;
  const datacenter = datacenters.find(({ pattern }) => matchesHostPattern(pattern, host))?.name;
  return { ...settings, key, host, port, clusters: [], ...(datacenter === undefined ? {} : { datacenter }) };
}

/** Clusters that an Orchestrator knows and the inventory, as it is being edited, does not. */
export function importableClusters(view: FleetView, text: string): readonly DiscoveredCluster[] {
  const { inventory } = parseInventory(text);
  const keys = keysByAddress(inventory.instances);
  const found = new Map<string, DiscoveredCluster>();
  for (const { kind, snapshot } of view.services) {
    if (kind !== 'orchestrator' || snapshot.reach.kind !== 'answered') continue;
    for (const cluster of discoveredClusters(snapshot.reach.facts)) {
      const isKnown =
        inventory.clusters.some(({ name }) => name === cluster.name) ||
        cluster.instances.every(({ host, port }) => keys.has(addressOf(host, port)));
      if (!isKnown && !found.has(cluster.name)) found.set(cluster.name, cluster);
    }
  }
  return [...found.values()];
}
