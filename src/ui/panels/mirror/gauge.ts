import type { MirrorView } from '../../../core/fleetView';
import { windowEvents } from '../../../core/mirror/distance';
import { formatSeconds } from '../../../core/words';
import type { Gauge } from '../../../protocol/mirrorPanel';
import { t } from '../../../core/l10n';

/** A forecast beyond a day is as good as none. */
const longestForecastMinutes = 24 * 60;
const soonMinutes = 10;

/** How much of the window is used up, and how long the rest lasts. */
export function toGauge(mirror: MirrorView): Gauge {
  const { gap, headroom, minutesToLoss } = mirror.distance;
  if (mirror.spec.api === 'v3') {
    return {
      kind: 'none',
      why: t`make-mirror keeps no index, so neither side says how far it is. What counts is whether the contents agree.`,
    };
  }
  if (gap === undefined || headroom === undefined) return { kind: 'none', why: whyUnknown(mirror) };
  const growthPerMinute = minutesToLoss === undefined ? undefined : headroom / minutesToLoss;
  return {
    kind: 'window',
    events: windowEvents,
    used: gap,
    left: headroom,
    ...(growthPerMinute === undefined ? {} : { soon: Math.round(gap + growthPerMinute * soonMinutes) }),
    level: levelOf(mirror, headroom),
    ...wordsOf(mirror, headroom, growthPerMinute),
  };
}

function levelOf({ findings }: MirrorView, headroom: number): Extract<Gauge, { kind: 'window' }>['level'] {
  if (headroom < 0) return 'lost';
  // The same judgement as everywhere else, not a second one.
  const severity = findings.find(({ id }) => id === 'mirror.windowShrinking')?.severity;
  return severity === undefined ? 'calm' : severity === 'critical' ? 'urgent' : 'spent';
}

function wordsOf(
  { distance, samples }: MirrorView,
  headroom: number,
  growthPerMinute: number | undefined,
): { readonly leftWords: string; readonly why: string } {
  const { gap = 0, minutesToLoss, replicatedIndex = 0 } = distance;
  if (headroom < 0) {
    return {
      leftWords: t`The window is lost`,
      why: t`The mirror needs event ${replicatedIndex + 1}, and etcd has forgotten all below ${replicatedIndex + gap - windowEvents + 1}.`,
    };
  }
  if (minutesToLoss === undefined || growthPerMinute === undefined) {
    return samples.length < 2
      ? { leftWords: t`Not known yet`, why: t`How fast the window is used up takes two readings to tell.` }
      : {
          leftWords: gap === 0 ? t`Up to date` : t`Gap not growing`,
          why: t`${headroom} events are left, and the gap has not grown of late.`,
        };
  }
  const growth = t`${headroom} events are left, and the gap grows by ${rateWords(growthPerMinute)}.`;
  return minutesToLoss > longestForecastMinutes
    ? { leftWords: t`Lost in more than a day`, why: growth }
    : { leftWords: t`Lost in ${formatSeconds(Math.round(minutesToLoss * 60))}`, why: growth };
}

function rateWords(perMinute: number): string {
  return perMinute >= 60 ? t`${(perMinute / 60).toFixed(1)} per second` : t`${perMinute.toFixed(1)} per minute`;
}

function whyUnknown({ snapshot }: MirrorView): string {
  const { reach, source, destination } = snapshot;
  if (reach.kind === 'pending') return t`It has not been read yet.`;
  if (reach.kind === 'failed') return t`It was not read: ${reach.failure.text}`;
  if (source.kind === 'failed') return t`The source could not be read: ${source.failure.text}`;
  if (destination.kind === 'failed') return t`The destination could not be read: ${destination.failure.text}`;
  return t`The destination holds no usable index, so how far the mirror is cannot be told.`;
}
