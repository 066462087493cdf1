import { analysisCodeOf, compareCodes, problemWords } from '../../orchestrator/analysisCodes';
import { keyInFleet, keysByAddress } from '../../orchestrator/matchInstances';
import type { OrchestratorAnalysis, OrchestratorFacts, OrchestratorInstance } from '../../orchestrator/model';
import type { Evidence, Severity } from '../finding';
import { orchestratorOf, type OrchestratorContext } from '../orchestratorFacts';
import { code, lines, list, plain } from '../phrase';
import type { Draft, Explained, ServiceRule } from '../rule';
import { t } from '../../l10n';

/** How many instances a title names before it only counts. */
const named = 3;

/** What Orchestrator itself says is wrong: its analysis, and the leaves that only `/problems` has. */
export const orchestratorAnalysis: ServiceRule = {
  scope: 'service',
  ids: { 'orchestrator.analysis': 'warning', 'orchestrator.problem': 'warning' },
  check: (context) => {
    const own = orchestratorOf(context);
    return own === undefined ? [] : [...analyses(own), ...problems(own)];
  },
};

interface Trouble {
  readonly instance: string;
  readonly cluster: string;
  readonly code: string;
  readonly analysis: OrchestratorAnalysis;
}

/** One finding for a cluster, by its gravest code; a structure warning is a code of its own. */
function analyses(context: OrchestratorContext): readonly Draft[] {
  const byCluster = new Map<string, Trouble[]>();
  for (const analysis of context.facts.analyses) {
    const { instance, cluster } = analysis;
    for (const each of [analysis.code, ...analysis.structure]) {
      if (each === 'NoProblem') continue;
      byCluster.set(cluster, [...(byCluster.get(cluster) ?? []), { instance, cluster, code: each, analysis }]);
    }
  }
  return [...byCluster.values()].flatMap((found) => {
    const troubles = [...found].sort((a, b) => compareCodes(a.code, b.code));
    const [worst] = troubles;
    if (worst === undefined) return [];
    const { severity, means, remedy, avoid, runbook } = analysisCodeOf(worst.code);
    const subject = subjectOf(worst, context);
    const downtimed = troubles.every(({ analysis }) => analysis.isDowntimed);
    return [
      {
        id: 'orchestrator.analysis',
        severity: downtimed ? ('info' as const) : severity,
        ...(subject === undefined ? {} : { subject }),
        title: t`Orchestrator ${context.here} says of ${code(worst.instance)} (${code(aliasOf(worst.cluster, context.facts))}): ${means}.`,
        short: worst.code,
        evidence: troubles.map(({ instance, code: each, analysis }) => evidenceOf(context, instance, each, analysis)),
        remedy: lines(
          remedy,
          downtimed && t`It is downtimed: whoever did that knows of it.`,
          worst.analysis.isActionable &&
            t`Orchestrator calls it actionable: it may recover by itself where that is switched on.`,
        ),
        ...(avoid === undefined ? {} : { avoid }),
        ...(runbook === undefined ? {} : { runbook }),
      },
    ];
  });
}

function evidenceOf(
  { facts, at }: OrchestratorContext,
  instance: string,
  each: string,
  { description, replicas, replicatingReplicas }: OrchestratorAnalysis,
): Evidence {
  const counts =
    replicas === undefined || replicas === 0
      ? ''
      : t`; ${replicatingReplicas ?? '?'} of ${replicas} replicas replicate`;
  const words = each.endsWith('StructureWarning') || description === undefined ? '' : `, "${description}"`;
  return { measured: plain(`${instance}: ${each}${words}${counts}`), source: facts.requests.analysis, at };
}

/** The cluster of the fleet that it is about; undefined: the fleet has none such. */
function subjectOf({ instance, cluster }: Trouble, { fleet, facts }: OrchestratorContext): string | undefined {
  const alias = aliasOf(cluster, facts);
  const keys = keysByAddress(fleet.snapshot.inventory.instances);
  const found = facts.instances.find(({ key }) => key === instance);
  const key = found && keyInFleet(found, keys);
  const spec =
    fleet.clusters.find(({ spec: { name } }) => name === alias) ??
    fleet.clusters.find((each) => key !== undefined && each.spec.instances.includes(key));
  return spec === undefined ? undefined : `cluster:${spec.spec.name}`;
}

function aliasOf(cluster: string, { clusters }: OrchestratorFacts): string {
  return clusters.find(({ name }) => name === cluster)?.alias ?? cluster;
}

const order: readonly Severity[] = ['critical', 'warning', 'info'];

/** Instances with a problem that the analysis does not have: leaves. Downtimed ones are known to somebody. */
function problems(context: OrchestratorContext): readonly Draft[] {
  const { facts, here, at } = context;
  const analysed = new Set(facts.analyses.map(({ instance }) => instance));
  const found = facts.instances.filter(
    (instance) => !analysed.has(instance.key) && instance.downtime === undefined && ownProblems(instance).length > 0,
  );
  if (found.length === 0) return [];
  const severities = found.flatMap((instance) => ownProblems(instance).map((problem) => wordsOf(problem)[0]));
  const names = found.map(({ key }) => code(key));
  const who = names.length <= named ? list(names) : t`${list(names.slice(0, named))} and ${names.length - named} more`;
  const first = found[0];
  const firstProblem = first && ownProblems(first)[0];
  const what = found.length === 1 && firstProblem !== undefined ? `: ${wordsOf(firstProblem)[1]}` : '';
  return [
    {
      id: 'orchestrator.problem',
      severity: order.find((severity) => severities.includes(severity)) ?? 'warning',
      title: t`Orchestrator ${here} has a problem with ${who}${what}.`,
      short: found.length === 1 ? (firstProblem ?? 'problem') : t`${found.length} instances with problems`,
      evidence: found.map((instance) => ({
        measured: plain(
          `${instance.key}: ${ownProblems(instance).join(', ')}${[instance.ioError, instance.sqlError].map((text) => (text === undefined ? '' : `; ${text}`)).join('')}`,
        ),
        source: facts.requests.problems,
        at,
      })),
      remedy: lines(
        t`Open the panel of each: what it says of itself has the cause.`,
        found.some(({ problems: own }) => own.includes('last_check_invalid')) &&
          t`Where only Orchestrator cannot check it: its account there, TLS, and the time-out of one second.`,
      ),
      avoid: t`Do not forget an instance to silence it: what its primary still lists comes back, and its history is lost.`,
    },
  ];
}

/** A check that is old has a finding of its own, and so has a lag that is not real. */
function ownProblems({ problems: all, lagSeconds }: OrchestratorInstance): readonly string[] {
  return all.filter(
    (problem) => problem !== 'not_recently_checked' && !(problem === 'replication_lag' && isClamped(lagSeconds)),
  );
}

/** 838:59:59, where a TIME of MySQL ends: never a lag. */
export function isClamped(seconds: number | undefined): boolean {
  return seconds === 3_020_399 || seconds === 3_020_400;
}

function wordsOf(problem: string): readonly [severity: Severity, words: string] {
  return Object.hasOwn(problemWords, problem) ? (problemWords[problem] ?? ['warning', problem]) : ['warning', problem];
}

export const orchestratorAnalysisExplained: Explained = {
  'orchestrator.analysis': {
    means: 'Orchestrator’s own analysis of a cluster, explained.',
    when: 'Any code but `NoProblem`, and its structure warnings; one finding for each cluster, by the gravest. As severe as the code; info where all of it is downtimed.',
    why: 'Orchestrator sees primaries from outside and through their replicas. It leaves leaf replicas and lag out.',
  },
  'orchestrator.problem': {
    means: 'Orchestrator has problems with instances of which its analysis says nothing.',
    when: 'An entry of `/problems` that is not downtimed: `last_check_invalid`, `not_replicating`, `replication_lag`, `errant_gtid`, `group_replication_member_not_online`.',
    why: 'A leaf replica that died or stopped appears nowhere else.',
  },
};
