import { type FleetView } from '../../../core/fleetView';
import { type Pass, type ReadinessCheck } from '../../../core/switchover/check';
import { type CandidateReadiness, clusterReadiness } from '../../../core/switchover/readiness';
import { type CandidateCard, type PanelState } from '../../../protocol/replicationPanel';
import { type Names, nameOf } from './names';
import { t } from '../../../core/l10n';

/** Titles of checks that stand in a verdict before the rest is only counted. */
const titlesShown = 3;

/** The switchover readiness of a cluster for its panel; nothing where the fleet has no such cluster. */
export function toReadiness(
  view: FleetView,
  names: Names,
  cluster: string,
  withChecks: boolean,
): Pick<PanelState, 'readiness'> {
  const readiness = clusterReadiness(view, cluster);
  if (readiness === undefined) return {};
  const candidates = sortCandidates(readiness.candidates);
  return {
    readiness: {
      summary: readiness.problem?.replaceAll('`', '') ?? readinessSummary(names, candidates),
      candidates: candidates.map((candidate): CandidateCard => ({
        key: candidate.key,
        label: nameOf(names, candidate.key),
        ready: candidate.ready,
        verdict: candidateVerdict(names, candidate),
        ...(withChecks ? { checks: sortChecks(candidate.checks) } : {}),
      })),
    },
  };
}

/** "2 of 3 instances could take over from db1100:3311." */
export function readinessSummary(names: Names, candidates: readonly CandidateReadiness[]): string {
  const ready = candidates.filter((candidate) => candidate.ready === true);
  const primaries = [...new Set(candidates.map(({ primaryKey }) => nameOf(names, primaryKey)))];
  const from = primaries.length === 1 ? t` from ${primaries[0] ?? ''}` : '';
  const count = t`${ready.length === 0 ? t`None` : String(ready.length)} of ${candidates.length} ${candidates.length === 1 ? t`instance` : t`instances`}`;
  const unknown = candidates.filter((candidate) => candidate.ready === 'unknown').length;
  return t`${count} could take over${from}.${unknown > 0 ? t` Of ${unknown} not enough is known.` : ''}`;
}

export function candidateVerdict(names: Names, { ready, primaryKey, checks }: CandidateReadiness): string {
  if (ready === true) return t`ready to take over from ${nameOf(names, primaryKey)}`;
  const failing = checks.filter(({ pass }) => pass === false);
  const unknown = checks.filter(({ pass }) => pass === 'unknown');
  return [
    ready === false ? t`not ready` : t`not known`,
    ...(failing.length > 0 ? [t`fails: ${titles(failing)}`] : []),
    ...(unknown.length > 0 ? [t`unknown: ${titles(unknown)}`] : []),
  ].join(' · ');
}

function titles(checks: readonly ReadinessCheck[]): string {
  const rest = checks.length - titlesShown;
  return [...checks.slice(0, titlesShown).map(({ title }) => title), ...(rest > 0 ? [t`${rest} more`] : [])].join(', ');
}

/** Who could take over first; equals stay in the order of the inventory. */
export function sortCandidates(candidates: readonly CandidateReadiness[]): readonly CandidateReadiness[] {
  const order: readonly Pass[] = [true, 'unknown', false];
  return [...candidates].sort((a, b) => order.indexOf(a.ready) - order.indexOf(b.ready));
}

/** What stands in the way first; equals stay in the order of the checklist. */
export function sortChecks(checks: readonly ReadinessCheck[]): readonly ReadinessCheck[] {
  const order: readonly Pass[] = [false, 'unknown', true];
  return [...checks].sort((a, b) => order.indexOf(a.pass) - order.indexOf(b.pass));
}
