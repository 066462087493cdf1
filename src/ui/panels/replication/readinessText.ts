import { type FleetView } from '../../../core/fleetView';
import { redact } from '../../../core/redact';
import { type Pass, type ReadinessCheck } from '../../../core/switchover/check';
import { type CandidateReadiness, clusterReadiness } from '../../../core/switchover/readiness';
import { cell, literal, prose, steps } from '../../../core/markdown';
import { readinessSummary, sortCandidates, sortChecks } from './readinessModel';
import { t } from '../../../core/l10n';

/** Shape and word, as the panel shows them. */
const passWords: Readonly<Record<`${Pass}`, string>> = { true: '✓ pass', false: '✗ fail', unknown: '? unknown' };

/** The switchover readiness of a cluster as Markdown, with whole host names: for a ticket or a plan. */
export function renderReadiness(view: FleetView, cluster: string): string {
  const readiness = clusterReadiness(view, cluster);
  const isProduction = view.clusters.some(({ spec }) => spec.name === cluster && spec.production);
  const candidates = sortCandidates(readiness?.candidates ?? []);
  return `${redact(
    [
      t`# Switchover readiness of cluster ${literal(cluster)}${isProduction ? t` (production)` : ''}`,
      readiness === undefined
        ? t`The inventory no longer names it.`
        : prose(readiness.problem ?? readinessSummary({}, candidates)),
      t`As of ${view.snapshot.takenAt}.`,
      ...candidates.flatMap(renderCandidate),
    ].join('\n\n'),
  )}\n`;
}

const readyWords: Readonly<Record<`${Pass}`, string>> = { true: 'ready', false: t`not ready`, unknown: t`not known` };

function renderCandidate({ key, primaryKey, ready, checks }: CandidateReadiness): readonly string[] {
  const sorted = sortChecks(checks);
  const after = sorted.flatMap((check) => (check.after === undefined ? [] : [check.after]));
  return [
    `## ${literal(key)}: ${readyWords[`${ready}`]}`,
    t`To take over from ${literal(primaryKey)}.`,
    ['| | check | measured | needed |', '|---|---|---|---|', ...sorted.map(row)].join('\n'),
    ...sorted.flatMap(({ title, remedy }) => (remedy === undefined ? [] : [`**${literal(title)}.**${steps(remedy)}`])),
    ...(after.length === 0 || ready === false ? [] : [t`**After the switch.**${steps(after.join('\n'))}`]),
  ];
}

function row({ pass, title, measured, needed }: ReadinessCheck): string {
  const seen = measured.map(({ measured: text, source, at }) => `${text} (${source}, ${at})`).join('; ');
  return `| ${[passWords[`${pass}`], title, seen, needed].map(cell).join(' | ')} |`;
}
