import { bareName } from '../../orchestrator/matchInstances';
import type { OrchestratorInstance } from '../../orchestrator/model';
import { orchestratorOf, type OrchestratorContext } from '../orchestratorFacts';
import { code, lines, list, plain } from '../phrase';
import type { Draft, Explained, ServiceRule } from '../rule';
import { t } from '../../l10n';

/** Clusters that are there by mistake, or without the name that people know them by. */
export const orchestratorTopology: ServiceRule = {
  scope: 'service',
  ids: { 'orchestrator.ghostCluster': 'warning', 'orchestrator.aliasMissing': 'warning' },
  check: (context) => {
    const own = orchestratorOf(context);
    return own === undefined ? [] : [...ghosts(own), ...aliases(own)];
  },
};

/** Names of clusters of which every instance is a bare name whose twin with a domain is known, too. */
export function ghostClusters(instances: readonly OrchestratorInstance[]): readonly string[] {
  const full = new Set(
    instances.filter(({ host }) => host.includes('.')).map(({ host, port }) => `${bareName(host) ?? host}:${port}`),
  );
  const clusters = new Map<string, boolean>();
  for (const { host, port, cluster } of instances) {
    const isGhost = !host.includes('.') && !host.includes(':') && full.has(`${host.toLowerCase()}:${port}`);
    clusters.set(cluster, (clusters.get(cluster) ?? true) && isGhost);
  }
  return [...clusters].filter(([, isGhost]) => isGhost).map(([cluster]) => cluster);
}

function ghosts({ facts, here, at }: OrchestratorContext): readonly Draft[] {
  const clusters = ghostClusters(facts.instances);
  if (clusters.length === 0) return [];
  const members = facts.instances.filter(({ cluster }) => clusters.includes(cluster));
  return [
    {
      id: 'orchestrator.ghostCluster',
      title: t`Orchestrator ${here} holds servers twice: the cluster ${list(clusters.map((name) => code(name)))} has bare host names of servers that it also knows by their full names.`,
      short: t`ghost cluster of bare names`,
      evidence: members.map(({ key, cluster, host, port }) => ({
        measured: plain(
          t`${key} in ${cluster}, beside ${facts.instances.find((other) => other.host.includes('.') && bareName(other.host) === host.toLowerCase() && other.port === port)?.key ?? '?'}`,
        ),
        source: facts.requests.instances,
        at,
      })),
      remedy: lines(
        t`Stop Orchestrator on every node, forget each of these instances, reset the cache of resolved host names, and start it again.`,
        t`So that it does not come back: resolve by \`@@report_host\`, set \`report_host\` to the full name, or \`RejectHostnameResolvePattern\`.`,
      ),
      runbook: 'orchestrator.forgetGhost',
      avoid: t`Do not forget them while Orchestrator runs: it writes its cache back, and they return.`,
    },
  ];
}

function aliases({ facts, here, at }: OrchestratorContext): readonly Draft[] {
  const ghost = ghostClusters(facts.instances);
  const flapping = facts.clusters.filter(({ name }) => (facts.aliases[name] ?? []).length > 2);
  // A cluster of one that replicates nothing has nobody to write its alias.
  const missing = facts.clusters.filter(
    ({ name, alias, instances }) =>
      alias === undefined && instances > 1 && !ghost.includes(name) && !flapping.some((each) => each.name === name),
  );
  const affected = [...missing, ...flapping];
  if (affected.length === 0) return [];
  const names = list(affected.map(({ name }) => code(name)));
  return [
    {
      id: 'orchestrator.aliasMissing',
      title:
        flapping.length === 0
          ? t`Orchestrator ${here} knows no alias of ${names}.`
          : t`The alias of ${names} in Orchestrator ${here} changes back and forth.`,
      short: flapping.length === 0 ? t`cluster without an alias` : t`alias flaps`,
      evidence: affected.map(({ name, alias, instances }) => ({
        measured: plain(
          t`${name}: alias ${alias ?? t`none`}, ${instances} instances${(facts.aliases[name] ?? []).length > 2 ? t`; seen: ${(facts.aliases[name] ?? []).join(', ')}` : ''}`,
        ),
        source: facts.requests.clusters,
        at,
      })),
      remedy: lines(
        flapping.length === 0
          ? t`Run what \`DetectClusterAliasQuery\` says on its primary: it gives nothing there, or Orchestrator’s account may not read it. Just after a discovery, wait a minute.`
          : t`Run what \`DetectClusterAliasQuery\` says on its primary several times: it takes the row of another section. Delete heartbeat rows of servers that are gone.`,
        ghost.length > 0 && t`The ghost cluster may have taken the alias: repair that first.`,
      ),
    },
  ];
}

export const orchestratorTopologyExplained: Explained = {
  'orchestrator.ghostCluster': {
    means: 'Orchestrator knows servers a second time, by bare host names.',
    when: 'Every instance of a cluster has a host name without a dot, and each has a twin with a domain and the same port.',
    why: 'A server named itself by `@@hostname` while it was resolved; the cache keeps it. Alias and analysis may then belong to the ghost.',
  },
  'orchestrator.aliasMissing': {
    means: 'A cluster in Orchestrator has no alias, or one that changes.',
    when: 'A cluster of two or more repeats its name as alias, or had three aliases in a row since we look.',
    why: '`DetectClusterAliasQuery` finds no row, or the newest row is that of another section. Tools that look a cluster up by its alias then fail, or take another one.',
  },
};
