import { formatCount, formatSeconds } from '../words';
import type { ServiceItem, ServiceType } from '../services/model';
import type { State } from '../report';
import { analysisCodeOf, compareCodes, problemWords } from './analysisCodes';
import type { OrchestratorCluster, OrchestratorFacts, OrchestratorInstance } from './model';
import { toOrchestratorFacts } from './toOrchestratorFacts';
import { t } from '../l10n';

/** The newest entries of the audit that are shown. */
const shownAudit = 20;

export const orchestratorType: ServiceType<'orchestrator'> = {
  kind: 'orchestrator',
  word: 'Orchestrator',
  place: ({ url, discover }) => `${url}${discover ? t`, its clusters join the fleet` : ''}`,
  toFacts: (answers, _spec, _at, before) => toOrchestratorFacts(answers, before),
  picture(facts) {
    const clusters = facts.clusters.map((cluster) => clusterItem(cluster, facts));
    const troubled = clusters.filter(({ state }) => state !== 'ok').length;
    const counts = `${formatCount(facts.clusters.length, 'cluster')}, ${formatCount(facts.instances.length, 'instance')}`;
    return {
      short: troubled === 0 ? counts : t`${troubled} of ${formatCount(facts.clusters.length, 'cluster')} in trouble`,
      lines: [counts, ...nodeLines(facts)],
      items: [...clusters, ...maintenanceItem(facts), ...auditItem(facts)],
    };
  },
  detail: ({ node, recoversGlobally, clusters, instances, analyses }) => ({
    ...(node === undefined ? {} : { node }),
    ...(recoversGlobally === undefined ? {} : { recoversGlobally }),
    clusters,
    analyses,
    instances: instances.map(({ key, cluster, source, problems, lagSeconds, downtime }) => ({
      ...{ key, cluster, problems },
      ...(source === undefined ? {} : { source }),
      ...(lagSeconds === undefined ? {} : { lagSeconds }),
      ...(downtime === undefined ? {} : { downtime }),
    })),
  }),
};

function nodeLines({ node, recoversGlobally, unanswered }: OrchestratorFacts): readonly string[] {
  return [
    ...(node?.isHealthy === false ? [t`This node calls itself unhealthy.`] : []),
    ...(node?.isRaftLeader === false
      ? [t`This node is a raft follower: it refuses every write. The leader is \`${node.raftLeader ?? t`unknown`}\`.`]
      : []),
    ...(node?.isActive === false && node.isRaftLeader === undefined
      ? [t`The active node is \`${node.activeHost ?? t`unknown`}\`; this one only shows.`]
      : []),
    ...(recoversGlobally === false ? [t`Recoveries are switched off globally: it will not fail over.`] : []),
    ...(unanswered.length === 0 ? [] : [t`Not answered: ${unanswered.join(', ')}.`]),
  ];
}

function clusterItem(cluster: OrchestratorCluster, facts: OrchestratorFacts): ServiceItem {
  const { name, alias, recoversPrimary, recoversIntermediate } = cluster;
  const members = facts.instances.filter((instance) => instance.cluster === name);
  const codes = facts.analyses
    .filter((analysis) => analysis.cluster === name)
    .flatMap(({ code, structure }) => [code, ...structure])
    .filter((code) => code !== 'NoProblem')
    .sort(compareCodes);
  const [worst] = codes;
  const troubled = members.filter(({ problems }) => problems.length > 0).length;
  const recovery = [
    ...(recoversPrimary ? [t`primaries`] : []),
    ...(recoversIntermediate ? [t`intermediate sources`] : []),
  ];
  return {
    id: name,
    label: alias ?? name,
    description:
      worst ??
      (troubled === 0
        ? formatCount(members.length, 'instance')
        : t`${troubled} of ${formatCount(members.length, 'instance')} with problems`),
    state: worstOf([...codes.map((code) => stateOf(analysisCodeOf(code).severity)), ...members.map(instanceState)]),
    lines: [
      ...(alias === undefined ? [t`No alias`] : [t`Cluster name \`${name}\``]),
      ...codes.map((code) => `\`${code}\`: ${analysisCodeOf(code).means}`),
      recovery.length === 0 ? t`No automatic recovery` : t`Recovers ${recovery.join(t` and `)} by itself`,
    ],
    items: nest(members),
  };
}

/** As they replicate; whoever is not reached from above stands at the top. */
function nest(members: readonly OrchestratorInstance[]): readonly ServiceItem[] {
  const shown = new Set<string>();
  const place = (instance: OrchestratorInstance): readonly ServiceItem[] => {
    if (shown.has(instance.key)) return [];
    shown.add(instance.key);
    const replicas = members.filter(({ source }) => source === instance.key).flatMap(place);
    return [{ ...instanceItem(instance), ...(replicas.length === 0 ? {} : { items: replicas }) }];
  };
  const keys = new Set(members.map(({ key }) => key));
  const tops = members.filter(({ source }) => source === undefined || !keys.has(source));
  return [...tops, ...members].flatMap(place);
}

function instanceItem(instance: OrchestratorInstance): ServiceItem {
  const { key, problems, downtime, promotionRule, lagSeconds, source } = instance;
  const [problem] = problems;
  const lag =
    lagSeconds === undefined ? (source === undefined ? 'primary' : t`lag unknown`) : formatSeconds(lagSeconds);
  const notes = [
    ...(problem === undefined ? [lag] : [problem]),
    ...(downtime === undefined ? [] : ['downtimed']),
    ...(promotionRule === undefined || promotionRule === 'neutral' ? [] : [promotionRule]),
  ];
  return {
    id: key,
    label: key,
    description: notes.join(' · '),
    state: instanceState(instance),
    lines: instanceLines(instance),
  };
}

/** What Orchestrator holds of one instance, in sentences; the panel shows them, too. */
export function instanceLines(instance: OrchestratorInstance): readonly string[] {
  const { version, readOnly, source, ioThread, sqlThread, lagSeconds, downtime, promotionRule, datacenter } = instance;
  const { problems, ioError, sqlError, secondsSinceSeen, isCheckValid, errantGtid } = instance;
  const writable = readOnly === undefined ? '' : readOnly ? t`, read-only` : t`, writable`;
  return [
    `${version ?? t`Version unknown`}${writable}${datacenter === undefined ? '' : `, ${datacenter}`}`,
    ...(source === undefined
      ? [t`No source that Orchestrator can see`]
      : [
          t`From \`${source}\`: IO ${ioThread ?? t`none`}, SQL ${sqlThread ?? t`none`}, lag ${lagSeconds === undefined ? t`unknown` : formatSeconds(lagSeconds)}`,
        ]),
    ...problems.map((problem) => `\`${problem}\`: ${problemWords[problem]?.[1] ?? t`no words for it here`}`),
    ...(ioError === undefined ? [] : [t`IO error: ${ioError}`]),
    ...(sqlError === undefined ? [] : [t`SQL error: ${sqlError}`]),
    ...(errantGtid === undefined ? [] : [`Errant GTID: \`${errantGtid}\``]),
    ...(downtime === undefined
      ? []
      : [
          t`Downtimed by ${downtime.owner ?? t`nobody named`} until ${downtime.until ?? t`for ever`}: ${downtime.reason ?? t`no reason given`}`,
        ]),
    ...(promotionRule === undefined ? [] : [t`Promotion rule \`${promotionRule}\``]),
    ...(secondsSinceSeen === undefined
      ? []
      : [t`Seen ${formatSeconds(secondsSinceSeen)} before${isCheckValid === false ? t`; its last check failed` : ''}`]),
  ];
}

/** A downtimed one is known to somebody; what was not checked lately is not known. */
function instanceState({ problems, downtime, isRecentlyChecked }: OrchestratorInstance): State {
  if (downtime !== undefined && problems.length > 0) return 'ok';
  if (isRecentlyChecked === false) return 'unknown';
  return worstOf(problems.map((problem) => stateOf(problemWords[problem]?.[0] ?? 'warning')));
}

function stateOf(severity: 'critical' | 'warning' | 'info'): State {
  return severity === 'info' ? 'ok' : severity;
}

function worstOf(states: readonly State[]): State {
  return (['critical', 'warning', 'unknown'] as const).find((state) => states.includes(state)) ?? 'ok';
}

function maintenanceItem({ maintenance }: OrchestratorFacts): readonly ServiceItem[] {
  if (maintenance.length === 0) return [];
  return [
    {
      ...{ id: 'maintenance', label: 'Maintenance', icon: 'tools', lines: [] },
      description: formatCount(maintenance.length, 'instance'),
      items: maintenance.map(({ instance, owner, reason, begun }) => ({
        ...{ id: instance, label: instance, icon: 'tools' },
        description: [owner, reason].filter((part) => part !== undefined).join(': '),
        lines: begun === undefined ? [] : [t`Since ${begun}`],
      })),
    },
  ];
}

function auditItem({ audit }: OrchestratorFacts): readonly ServiceItem[] {
  if (audit.length === 0) return [];
  return [
    {
      ...{ id: 'audit', label: 'Audit', icon: 'history', lines: [t`What was done through Orchestrator, newest first`] },
      description: t`last: ${audit[0]?.type ?? ''}`,
      items: audit.slice(0, shownAudit).map(({ at, type, instance, message }, index) => ({
        ...{ id: String(index), label: type, icon: 'history' },
        description: [instance, message].filter((part) => part !== undefined).join(' · '),
        lines: at === undefined ? [] : [`At ${at}`],
      })),
    },
  ];
}
