import { windowEvents } from '../../mirror/distance';
import type { LinkedMirror } from '../../mirror/model';
import { formatSeconds } from '../../words';
import { fromPart, indexEvidence, reloadSteps } from '../mirrorFacts';
import { code, lines } from '../phrase';
import type { Draft, Explained, MirrorContext, MirrorRule } from '../rule';
import { t } from '../../l10n';

/** Whoever is warned needs time to come to a terminal, to see what is busy, and to write one event under the prefix. */
const criticalMinutes = 10;
const warningMinutes = 60;

/** Below a tenth of the window the gap is that of every quiet prefix, and no forecast is steady. */
const smallestGap = windowEvents / 10;

/** Without a forecast: this much of the window is spent. */
const spentGap = (windowEvents * 3) / 4;

export const mirrorWindow: MirrorRule = {
  scope: 'mirror',
  ids: { 'mirror.windowLost': 'critical', 'mirror.windowShrinking': 'warning' },
  yieldsTo: ['mirror.sameCluster', 'mirror.indexMissing'],
  check(context) {
    const { gap, headroom } = context.mirror.distance;
    if (gap === undefined || headroom === undefined) return [];
    return headroom < 0 ? [lost(context, gap)] : shrinking(context, gap, headroom);
  },
};

function lost({ mirror, here }: MirrorContext, gap: number): Draft {
  const { sourceIndex = 0, replicatedIndex = 0 } = mirror.distance;
  const { source, process } = mirror.snapshot;
  const waiting = source.kind === 'read' ? source.value.waiting : undefined;
  return {
    id: 'mirror.windowLost',
    title: t`The mirror ${here} has lost its place: it is ${gap} events behind, and etcd remembers ${windowEvents}.`,
    short: t`window lost · ${gap} events behind`,
    evidence: [
      ...indexEvidence(mirror),
      ...(waiting?.kind === 'cleared' ? [fromPart(source, t`etcd refuses the next index: ${waiting.cause}`)] : []),
    ],
    remedy: lines(
      process.kind === 'read' &&
        t`Its process still runs, so be quick: it arms its watch again every 60 s and ends then. An event under ${code(mirror.spec.sourcePrefix)} before that is still delivered and moves the index: write a key there at the source, with a plain PUT.`,

      ...reloadSteps(mirror.spec),
      t`Without a reload only if the process was connected until it failed, as its log says: the index may then go to what the source had at that moment, and not below ${sourceIndex - windowEvents}.`,
      t`Later events under ${code(mirror.spec.sourcePrefix)} are lost for good if the index is set beyond that moment.`,
      lasting(mirror),
    ),
    runbook: 'mirror.advanceIndex',
    avoid: t`Do not set the index to that of the source (${sourceIndex}): all that changed under the prefix since ${replicatedIndex} would be missing, and nothing would tell.`,
  };
}

function shrinking({ mirror, here }: MirrorContext, gap: number, headroom: number): readonly Draft[] {
  const { minutesToLoss: minutes, eventsPerSecond, stillSince } = mirror.distance;
  const isForecast = gap >= smallestGap && minutes !== undefined && minutes <= warningMinutes;
  if (!isForecast && gap < spentGap) return [];
  const left = minutes === undefined ? undefined : formatSeconds(Math.round(minutes * 60));
  const isCritical = minutes !== undefined && minutes <= criticalMinutes;
  const { source } = mirror.snapshot;
  const waits = source.kind === 'read' && source.value.waiting.kind === 'none';
  return [
    {
      id: 'mirror.windowShrinking',
      severity: isCritical ? 'critical' : 'warning',
      title:
        left === undefined
          ? t`The mirror ${here} has used ${gap} of the ${windowEvents} events that etcd remembers; ${headroom} are left.`
          : t`The mirror ${here} loses its place in ${left}: ${gap} of the ${windowEvents} events that etcd remembers are used.`,
      short: minutes === undefined ? t`${headroom} events left` : t`lost in ${roughly(minutes)}`,
      evidence: [
        ...indexEvidence(mirror),
        ...(eventsPerSecond === undefined
          ? []
          : [
              fromPart(
                source,
                t`${eventsPerSecond.toFixed(2)} events per second in the whole keyspace` +
                  (stillSince === undefined
                    ? ''
                    : t`, the replicated index has not moved since ${stillSince.slice(11, 19)} UTC`),
              ),
            ]),
        ...(waits ? [fromPart(source, t`no event under the prefix is waiting: the mirror has nothing to do`)] : []),
      ],
      remedy: lines(
        waits &&
          t`The prefix is quiet and the rest of the keyspace is busy: the mirror is not told of events elsewhere.`,
        t`One event under ${code(mirror.spec.sourcePrefix)} moves the index: write a key there that nobody reads, at the source, with \`set\` (a plain PUT), before the time is over.`,
        !waits && t`If its process does not apply them, see its log and restart it while there is headroom.`,
        lasting(mirror),
      ),
      avoid: t`Do not wait for the metric \`etcdmirror_lag\`: it moves only with an applied event and shows nothing of this. A restart of the mirror does not help either, it begins at the same index.`,
    },
  ];
}

/** For a narrow row: seconds count only when there are few of them. */
const roughly = (minutes: number): string =>
  formatSeconds(minutes < 2 ? Math.round(minutes * 60) : Math.floor(minutes) * 60);

function lasting({ spec }: LinkedMirror): string | false {
  return (
    spec.sourcePrefix !== '/' &&
    t`For good: mirror the whole keyspace, with \`--src-ignore-keys-regex\` for the busy keys; then every event moves the index.`
  );
}

export const mirrorWindowExplained: Explained = {
  'mirror.windowLost': {
    means: 'The event that the mirror needs next has left etcd’s memory.',
    when: 'Source index minus replicated index is 1001 or more: etcd keeps 1000 events of its whole keyspace, whatever the prefix that is watched.',
    why: 'The prefix was quiet while other keys were busy, the mirror stood still, or it was too slow. The process dies when it arms its watch again.',
  },
  'mirror.windowShrinking': {
    means: 'The mirror will lose its place soon.',
    when: 'A tenth of the window is used and the rest lasts an hour or less at the present rate (critical: ten minutes); or three quarters are used.',
    why: 'The replicated index moves only with events under the prefix; all others use the window up. The lag that the mirror itself reports shows nothing of it.',
  },
};
