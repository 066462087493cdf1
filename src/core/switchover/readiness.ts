import { upstreamOf } from '../findings/fleetFacts';
import { code } from '../findings/phrase';
import type { LinkedCluster, LinkedFleet, LinkedInstance } from '../fleetView';
import { shortNames } from '../shortNames';
import { formatSeconds } from '../words';
import { afterChecks } from './afterChecks';
import { candidateChecks } from './candidateChecks';
import type { Candidacy, Check, Pass, ReadinessCheck, Verdict } from './check';
import { connectionChecks } from './connectionChecks';
import { findPrimary } from './findPrimary';
import { logChecks } from './logChecks';
import { primaryChecks } from './primaryChecks';
import { t } from '../l10n';

/** Could this replica take over now? False: a check fails; unknown: none fails, and not all is known. */
export interface CandidateReadiness {
  readonly key: string;
  /** Key of the primary that it would take over from. */
  readonly primaryKey: string;
  readonly ready: Pass;
  /** In a fixed order: the primary, the candidate, its connection, its logs, what comes after. */
  readonly checks: readonly ReadinessCheck[];
}

export interface ClusterReadiness {
  readonly cluster: string;
  /** In the order of the inventory. */
  readonly candidates: readonly CandidateReadiness[];
  /** Why there is no candidate to judge; a sentence. */
  readonly problem?: string;
}

/** Every check there is, in the order to show them. */
export const readinessChecks: readonly Check[] = [
  ...primaryChecks,
  ...candidateChecks,
  ...connectionChecks,
  ...logChecks,
  ...afterChecks,
];

/**
 * Twice the time between readings of a window without the focus: what is older was missed by a reading, and a switch
 * is decided on what is true now.
 */
const oldReadingSeconds = 120;

/**
 * The checklist of a planned switchover, for every member of the cluster that could take over. It rests on one
 * snapshot and reads nothing. Undefined: the fleet has no such cluster.
 */
export function clusterReadiness(fleet: LinkedFleet, name: string): ClusterReadiness | undefined {
  const cluster = fleet.clusters.find(({ spec }) => spec.name === name);
  if (cluster === undefined) return undefined;
  const pairing = findPrimary(fleet, cluster);
  if (pairing.kind === 'none') return { cluster: name, candidates: [], problem: pairing.why };
  const short = shortNames(Object.keys(fleet.instances));
  const named = (key: string): string => code(short[key] ?? key);
  const candidates = [...pairing.primaryOf].flatMap(([key, primaryKey]) => {
    const [candidate, primary] = [fleet.instances[key], fleet.instances[primaryKey]];
    if (candidate === undefined || primary === undefined) return [];
    const connection = connectionTo(fleet, candidate, primaryKey);
    return [judge({ fleet, cluster, primary, candidate, connection, name: named })];
  });
  return {
    cluster: name,
    candidates,
    ...(candidates.length > 0 ? {} : { problem: noCandidates(cluster) }),
  };
}

function noCandidates({ spec }: LinkedCluster): string {
  return t`Cluster ${spec.name} has no other instance than its primary, so nothing could take over.`;
}

/** The connection from the primary, else the one that leads to it over others. */
function connectionTo(fleet: LinkedFleet, { connections }: LinkedInstance, primaryKey: string) {
  return (
    connections.find(({ sourceKey }) => sourceKey === primaryKey) ??
    connections.find(({ sourceKey }) => sourceKey !== undefined && upstreamOf(fleet, sourceKey).includes(primaryKey))
  );
}

function judge(candidacy: Candidacy): CandidateReadiness {
  const checks = readinessChecks.flatMap((check): ReadinessCheck[] => {
    const verdict = check.judge(candidacy);
    if (verdict === undefined) return [];
    const { id, title, needed } = check;
    return [{ id, title, needed, ...withoutOld(verdict, candidacy) }];
  });
  const passes = checks.map(({ pass }) => pass);
  return {
    key: candidacy.candidate.spec.key,
    primaryKey: candidacy.primary.spec.key,
    ready: passes.includes(false) ? false : passes.includes('unknown') ? 'unknown' : true,
    checks,
  };
}

/** What was measured too long ago may have held then. */
function withoutOld(verdict: Verdict, { fleet, candidate, primary }: Candidacy): Verdict {
  if (verdict.pass !== true) return verdict;
  const limit = Math.max(oldReadingSeconds, 3 * candidate.spec.pollSeconds, 3 * primary.spec.pollSeconds);
  const takenAt = Date.parse(fleet.snapshot.takenAt);
  const ages = verdict.measured.map(({ at }) => (takenAt - Date.parse(at)) / 1000);
  const oldest = Math.max(0, ...ages.filter((age) => !Number.isNaN(age)));
  return oldest <= limit
    ? verdict
    : {
        ...verdict,
        pass: 'unknown',
        remedy: t`It did hold, and was read ${formatSeconds(oldest)} before the rest: read it again.`,
      };
}
