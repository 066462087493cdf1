import type { MirrorView } from '../../core/fleetView';
import { placeOf } from '../../core/findings/mirrorFacts';
import { windowEvents } from '../../core/mirror/distance';
import type { MirrorComparison, MirrorPart, ProcessFacts } from '../../core/mirror/model';
import { formatCount, formatSeconds } from '../../core/words';
import type { TreeNode } from './model';
import { escapeMarkdown, findingTooltip } from './tooltips';
import { t } from '../../core/l10n';

/** The etcd mirrors of the inventory below a node of their own; nothing where it names none. */
export function mirrorGroup(mirrors: readonly MirrorView[]): readonly TreeNode[] {
  if (mirrors.length === 0) return [];
  const troubled = mirrors.filter(({ state }) => state !== 'ok' && state !== 'unknown').length;
  const description = troubled === 0 ? '' : t`${troubled} of ${mirrors.length} in trouble`;
  return [
    {
      id: 'group:mirror',
      label: t`Etcd mirrors`,
      description,
      state: undefined,
      icon: 'mirror',
      tooltip: t`Etcd mirrors`,
      spoken: description === '' ? t`Etcd mirrors` : t`Etcd mirrors, ${description}`,
      contextValue: 'group',
      subject: { kind: 'group' },
      expanded: true,
      children: mirrors.map(mirrorNode),
    },
  ];
}

function mirrorNode(mirror: MirrorView): TreeNode {
  const { name } = mirror.spec;
  const description = mirrorDescription(mirror);
  return {
    id: mirror.key,
    label: name,
    description,
    state: mirror.state,
    tooltip: mirrorTooltip(mirror),
    spoken: t`etcd mirror ${name}, ${mirror.state}, ${description}`,
    contextValue: 'mirror',
    subject: { kind: 'mirror', name },
    expanded: false,
    children: [],
  };
}

/** The worst problem in its shortest words; else how far it is, and between what. */
function mirrorDescription({ spec, snapshot, distance, comparison, findings }: MirrorView): string {
  const worst = findings.find(({ severity }) => severity !== 'info');
  if (worst !== undefined) return worst.short;
  if (snapshot.reach.kind === 'pending') return t`not read yet`;
  if (snapshot.reach.kind === 'failed') {
    return snapshot.reach.failure.reason === 'untrusted' ? t`not read: workspace not trusted` : t`not read`;
  }
  const ends = `${hostOf(spec.source)} → ${hostOf(spec.destination)}`;
  if (distance.gap !== undefined) return join(t`gap ${distance.gap}`, timeLeft(distance.minutesToLoss), ends);
  if (comparison !== undefined) return join(t`${formatCount(comparison.compared, 'key')} equal`, ends);
  return join(t`not compared yet`, ends);
}

/** Words of a time that matters: a forecast beyond a day is as good as none. */
function timeLeft(minutes: number | undefined): string | undefined {
  return minutes === undefined || minutes > 24 * 60 ? undefined : t`${formatSeconds(Math.round(minutes * 60))} left`;
}

/** Where several ends share a name, as on one machine, the port tells them apart. */
function hostOf(url: string): string {
  const place = placeOf(url).split('/')[0] ?? url;
  return /^[\d.]+:|^\[|^localhost/.test(place) ? place : (place.split('.')[0] ?? place);
}

function mirrorTooltip(mirror: MirrorView): string {
  const { spec, state, snapshot, distance, comparison, findings } = mirror;
  const { sourceIndex, replicatedIndex, gap, headroom, eventsPerSecond, appliedPerSecond, minutesToLoss } = distance;
  const side = (url: string, prefix: string): string => `${escapeMarkdown(placeOf(url))} ${escapeMarkdown(prefix)}`;
  const perSecond = (rate: number | undefined): string => (rate === undefined ? 'unknown' : `${rate.toFixed(2)}/s`);
  return [
    t`**${escapeMarkdown(spec.name)}** · etcd ${spec.api} · ${state}`,
    `${side(spec.source, spec.sourcePrefix)} → ${side(spec.destination, spec.destinationPrefix)}`,
    ...(sourceIndex === undefined || spec.api === 'v3'
      ? []
      : [t`Source index ${sourceIndex}, replicated ${replicatedIndex ?? t`unknown`}`]),
    ...(gap === undefined || headroom === undefined
      ? []
      : [
          t`Gap ${gap} of ${windowEvents} events, ${headroom < 0 ? t`the window is lost` : t`${headroom} left`}` +
            (minutesToLoss === undefined
              ? ''
              : t`, lost in ${formatSeconds(Math.round(minutesToLoss * 60))} at this rate`),
          t`Events ${perSecond(eventsPerSecond)}, applied ${perSecond(appliedPerSecond)}`,
        ]),
    ...processLine(snapshot.process),
    comparisonLine(comparison),
    ...findings.map(findingTooltip),
    ...(snapshot.at === undefined ? [] : [t`Read at ${snapshot.at.slice(11, 19)} UTC`]),
  ].join('\n\n');
}

/** Its counter of events stays 0 for ever, and its lag moves only with an applied event. */
function processLine(part: MirrorPart<ProcessFacts>): readonly string[] {
  if (part.kind === 'notAsked') return [];
  if (part.kind === 'failed') return [t`Mirror process: ${escapeMarkdown(part.failure.text)}`];
  return [
    t`Mirror process runs; its own lag says ${part.value.lag ?? t`nothing`}, which moves only with an applied event`,
  ];
}

function comparisonLine(comparison: MirrorComparison | undefined): string {
  if (comparison === undefined) return t`Contents not compared yet`;
  const { compared, missing, extra, different, pending, at } = comparison;
  const said =
    missing + extra + different === 0
      ? t`${formatCount(compared, 'key')} equal`
      : t`${missing} missing, ${extra} extra, ${different} different of ${formatCount(compared, 'key')}`;
  return t`Contents: ${said}${pending === 0 ? '' : t`, ${pending} on the way`}, compared at ${at.slice(11, 19)} UTC`;
}

function join(...parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined && part !== '').join(' · ');
}
