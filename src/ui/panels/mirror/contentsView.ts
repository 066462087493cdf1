import type { MirrorView } from '../../../core/fleetView';
import type { DriftItem, MirrorComparison } from '../../../core/mirror/model';
import { formatBytes, formatCount } from '../../../core/words';
import type { ContentsView, DriftRow } from '../../../protocol/mirrorPanel';
import { t } from '../../../core/l10n';

/** More rows than this nobody reads; the filter finds the others. */
export const mostRows = 200;

/** What the last comparison has found, the keys that contain `filter`. */
export function toContentsView({ spec, comparison }: MirrorView, filter: string): ContentsView {
  if (comparison === undefined) {
    const noIndex = spec.api === 'v3' ? '' : t` An index without a gap does not prove it.`;
    return { kind: 'notCompared', words: t`Whether the two sides hold the same has not been looked at yet.${noIndex}` };
  }
  const { at, items, missing, extra, different } = comparison;
  const wanted = filter.trim().toLowerCase();
  const matching =
    wanted === ''
      ? items
      : items.filter(({ key, destinationKey, kind }) =>
          [key, destinationKey, kind].some((text) => text.toLowerCase().includes(wanted)),
        );
  return {
    kind: 'compared',
    at,
    summary: summaryOf(comparison),
    total: missing + extra + different,
    matching: matching.length,
    filter,
    rows: matching.slice(0, mostRows).map(toRow),
  };
}

function summaryOf({ compared, missing, extra, different, pending, ignored }: MirrorComparison): string {
  const wrong = (
    [
      [missing, 'missing'],
      [different, 'different'],
    ] as const
  ).flatMap(([count, word]) => (count === 0 ? [] : [`${count} ${areOf(count)} ${word}`]));
  const found =
    wrong.length === 0
      ? t`All ${formatCount(compared, 'key')} that should be mirrored are equal on both sides`
      : t`Of ${formatCount(compared, 'key')}, ${wrong.join(' and ')} at the destination`;
  const rest = [
    ...(extra === 0 ? [] : [t`${formatCount(extra, 'key')} ${areOf(extra)} only at the destination`]),
    ...(pending === 0 ? [] : [t`${formatCount(pending, 'change')} on the way`]),
    ...(ignored === 0 ? [] : [t`${formatCount(ignored, 'key')} ignored by the pattern`]),
  ];
  return `${[found, ...rest].join('; ')}.`;
}

const areOf = (count: number): string => (count === 1 ? 'is' : 'are');

function toRow({ key, destinationKey, kind, sourceValue, destinationValue, why }: DriftItem): DriftRow {
  return {
    ...{ key, destinationKey, kind, why },
    ...(sourceValue === undefined ? {} : { sourceSize: sizeOf(sourceValue) }),
    ...(destinationValue === undefined ? {} : { destinationSize: sizeOf(destinationValue) }),
  };
}

function sizeOf(value: string): string {
  return formatBytes(new TextEncoder().encode(value).length);
}
