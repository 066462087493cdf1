import { t } from '../../../core/l10n';
import { lagSeriesId, type LagHistory as StoredHistory } from '../../../app/lagHistory';
import type { FleetView } from '../../../core/fleetView';
import { shortNames } from '../../../core/shortNames';
import type { LagHistory, Subject } from '../../../protocol/replicationPanel';
import { subjectKeys } from './subjectKeys';

/** More points than this no screen shows; a day at one poll per 10 s is 8,640. */
export const mostPoints = 720;

/** The lag lines of a panel: one per replication connection of its subject. */
export function toLagHistory(
  view: FleetView,
  subject: Subject,
  rangeSeconds: number,
  stored: StoredHistory,
  nowMs: number,
): LagHistory {
  const instances = subjectKeys(view, subject).flatMap((key) => view.instances[key] ?? []);
  const names = shortNames(instances.map(({ spec }) => spec.key));
  const thresholds = instances.map(({ spec }) => spec.thresholds);
  return {
    rangeSeconds,
    warnSeconds: Math.min(...thresholds.map(({ lagWarnSeconds }) => lagWarnSeconds)),
    critSeconds: Math.min(...thresholds.map(({ lagCritSeconds }) => lagCritSeconds)),
    series: instances.flatMap(({ spec, connections }) =>
      connections.map(({ status }) => {
        const points = stored.read(lagSeriesId(spec.key, status.name), nowMs - rangeSeconds * 1000);
        const instance = subject.kind === 'cluster' ? (names[spec.key] ?? spec.key) : '';
        const label = [instance, status.name].filter((part) => part !== '').join(' · ');
        return { label: label === '' ? t`lag` : label, ...thin(points) };
      }),
    ),
  };
}

/** One point per bucket: its worst lag, or unknown where nothing in it was known. A peak must never be thinned away. */
function thin({ at, lagSeconds }: { at: number[]; lagSeconds: (number | null)[] }): {
  at: number[];
  lagSeconds: (number | null)[];
} {
  const size = Math.ceil(at.length / mostPoints);
  if (size <= 1) return { at, lagSeconds };
  const thinned: { at: number[]; lagSeconds: (number | null)[] } = { at: [], lagSeconds: [] };
  for (let start = 0; start < at.length; start += size) {
    const known = lagSeconds.slice(start, start + size).filter((lag) => lag !== null);
    thinned.at.push(at[start] ?? 0);
    thinned.lagSeconds.push(known.length === 0 ? null : Math.max(...known));
  }
  return thinned;
}
