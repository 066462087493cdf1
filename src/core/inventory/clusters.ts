import type { Declared } from './declared';
import { type ListedInstance, readInstance } from './instances';
import type { ClusterSpec, InstanceSpec, Range } from './model';
import { readPrimary } from './primary';
import { readSettings, settingKeys } from './settings';
import { Mapping } from './yamlReader';
import { t } from '../l10n';

export interface Clusters {
  readonly clusters: readonly ClusterSpec[];
  readonly instances: readonly InstanceSpec[];
  readonly locations: ReadonlyMap<string, Range>;
  /** By `Endpoint.identity`: the spelling of an address that stands first is its key everywhere. */
  readonly keys: ReadonlyMap<string, string>;
  /** Also of clusters that could not be read: naming them is no second problem. */
  readonly names: ReadonlySet<string>;
}

/** The members of one cluster while it is being read. */
export interface Members {
  readonly listed: readonly ListedInstance[];
  /** Hosts of items that could not be read. */
  readonly brokenHosts: ReadonlySet<string>;
}

export const clusterKeys = ['production', 'primary', 'instances', ...settingKeys];

export function readClusters(root: Mapping, declared: Declared): Clusters {
  const fleet = new Fleet(declared);
  const clusters: ClusterSpec[] = [];
  const names = new Set<string>();
  for (const { name, keyRange, value } of root.mapping('clusters')?.named() ?? []) {
    names.add(name);
    const mapping = Mapping.from(value, `\`${name}\``, declared.problems, keyRange);
    if (mapping) clusters.push(readCluster(name, mapping, declared, fleet));
  }
  return { clusters, instances: fleet.instances(), locations: fleet.locations, keys: fleet.keys, names };
}

function readCluster(name: string, mapping: Mapping, declared: Declared, fleet: Fleet): ClusterSpec {
  const { problems } = declared;
  mapping.only(clusterKeys);
  const settings = readSettings(mapping, declared.defaults, declared.credentials, problems);
  mapping.need('instances', t`Cluster \`${name}\` has no instances. List them under \`instances\`.`);
  const items = mapping.list('instances');
  if (items?.value.length === 0) {
    problems.error(items.range, t`Cluster \`${name}\` has no instances. List at least one.`);
  }
  const listed: ListedInstance[] = [];
  const identities = new Set<string>();
  const brokenHosts = new Set<string>();
  for (const item of items?.value ?? []) {
    const result = readInstance(item, settings, declared);
    if (result.kind === 'broken') {
      if (result.host !== undefined) brokenHosts.add(result.host);
    } else if (identities.has(result.instance.endpoint.identity)) {
      problems.error(result.instance.range, t`\`${result.instance.endpoint.key}\` is in this cluster twice.`);
    } else {
      identities.add(result.instance.endpoint.identity);
      listed.push(result.instance);
    }
  }
  for (const instance of listed) fleet.add(instance, name, mapping);
  const primary = readPrimary(mapping, { listed, brokenHosts }, declared, fleet.keys);
  return {
    name,
    production: mapping.boolean('production')?.value ?? false,
    ...(primary && { primary }),
    instances: listed.map(({ endpoint }) => fleet.keys.get(endpoint.identity) ?? endpoint.key),
  };
}

/** Instances over all clusters; one that is listed again (a multi-source replica) is the same one. */
class Fleet {
  readonly keys = new Map<string, string>();
  readonly locations = new Map<string, Range>();
  readonly #declared: Declared;
  readonly #members = new Map<string, { first: ListedInstance; clusters: string[] }>();

  constructor(declared: Declared) {
    this.#declared = declared;
  }

  add(instance: ListedInstance, cluster: string, mapping: Mapping): void {
    const { identity, key } = instance.endpoint;
    const known = this.#members.get(identity);
    if (known) {
      known.clusters.push(cluster);
      this.#reportConflicts(known.first, instance, known.clusters[0] ?? '', mapping);
      return;
    }
    this.keys.set(identity, key);
    this.locations.set(key, instance.range);
    this.#members.set(identity, { first: instance, clusters: [cluster] });
  }

  instances(): readonly InstanceSpec[] {
    return [...this.#members.values()].map(({ first, clusters }) => ({ ...first.spec, clusters }));
  }

  /** Only what this item or its cluster sets contradicts; what comes from `defaults` is the same for both. */
  #reportConflicts(first: ListedInstance, later: ListedInstance, firstCluster: string, laterCluster: Mapping): void {
    for (const field of ['section', 'datacenter', 'delaySeconds', 'via', ...settingKeys]) {
      const range = later.given.get(field);
      // What the first item sets for itself stands above what a cluster sets for all of its instances.
      const isSet = range !== undefined || (laterCluster.has(field) && !first.given.has(field));
      if (!isSet || comparable(first, field) === comparable(later, field)) continue;
      this.#declared.problems.warning(
        range ?? later.range,
        t`\`${later.endpoint.key}\` has another \`${field}\` in cluster \`${firstCluster}\`, which stands first and counts.`,
      );
    }
  }
}

function comparable({ spec }: ListedInstance, field: string): string {
  const value =
    field === 'credentials'
      ? spec.credentials?.name
      : field === 'heartbeat'
        ? spec.heartbeatTable
        : spec[field as keyof typeof spec];
  return value === undefined ? 'none' : JSON.stringify(value);
}
