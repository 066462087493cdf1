import type { MirrorDistance, MirrorSample, MirrorSnapshot } from './model';

/** Events that etcd's v2 API remembers, of the whole keyspace, whatever the prefix that is watched. */
export const windowEvents = 1000;

/** Rates are of the last ten minutes: long enough to be steady, short enough to be of now. */
const rateMs = 600_000;

/** What happens now, where it is more than before. */
const nowMs = 60_000;

/** A burst of less than this may come once and never again. */
const burstMs = 30_000;

/** Two readings closer than this say nothing about a rate. */
const shortestMs = 500;

/**
 * A mirror at R waits for R + 1, and etcd at S refuses all below S - 999: it is lost if and only if S - R is 1001 or
 * more, which is a negative headroom.
 */
export function headroomOf(gap: number): number {
  return windowEvents - gap;
}

/** How far the mirror is and where it is going, from the last readings. Pure: the same samples give the same. */
export function distanceOf(snapshot: MirrorSnapshot, samples: readonly MirrorSample[]): MirrorDistance {
  const sourceIndex = snapshot.source.kind === 'read' ? snapshot.source.value.index : undefined;
  const key = snapshot.destination.kind === 'read' ? snapshot.destination.value.indexKey : undefined;
  const replicatedIndex = key?.kind === 'read' ? key.index : undefined;
  const known = {
    ...(sourceIndex === undefined ? {} : { sourceIndex }),
    ...(replicatedIndex === undefined ? {} : { replicatedIndex }),
  };
  const recent = sinceReset(samples);
  const first = recent[0];
  const last = recent.at(-1);
  if (first === undefined || last === undefined) return { ...known, isAhead: false };
  const eventsPerSecond = rate(first, last, (sample) => sample.sourceIndex);
  const appliedPerSecond = rate(first, last, (sample) => sample.replicatedIndex);
  const rates = {
    ...(eventsPerSecond === undefined ? {} : { eventsPerSecond }),
    ...(appliedPerSecond === undefined ? {} : { appliedPerSecond: Math.max(0, appliedPerSecond) }),
  };
  if (sourceIndex === undefined || replicatedIndex === undefined) return { ...known, ...rates, isAhead: false };
  // The two are read side by side: between them the mirror may have come a few events further than the source was.
  const gap = Math.max(0, sourceIndex - replicatedIndex);
  const headroom = headroomOf(gap);
  const still = standingStill(recent);
  const stillSince = standingStill(samples);
  const growth = still === undefined ? growthOfMoving(recent) : growthOfStill(recent, still);
  const minutesToLoss = growth === undefined || growth <= 0 || headroom < 0 ? undefined : headroom / growth / 60;
  return {
    ...known,
    ...rates,
    gap,
    headroom,
    ...(minutesToLoss === undefined ? {} : { minutesToLoss }),
    ...(stillSince === undefined ? {} : { stillSince: new Date(stillSince.atMs).toISOString() }),
    // Twice in a row, for once may be the moment between two answers.
    isAhead: replicatedIndex > sourceIndex && still !== undefined && still.replicatedIndex > last.sourceIndex,
  };
}

/** The samples of the last ten minutes; a source index that falls is another cluster or a restored one. */
function sinceReset(samples: readonly MirrorSample[]): readonly MirrorSample[] {
  const last = samples.at(-1);
  if (last === undefined) return [];
  let start = samples.length - 1;
  while (start > 0) {
    const [earlier, later] = [samples[start - 1], samples[start]];
    if (earlier === undefined || later === undefined || last.atMs - earlier.atMs > rateMs) break;
    if (earlier.sourceIndex > later.sourceIndex) break;
    start -= 1;
  }
  return samples.slice(start);
}

/** The first of the last samples that all have the same replicated index; undefined: it moved with the last one. */
function standingStill(samples: readonly MirrorSample[]): MirrorSample | undefined {
  const last = samples.at(-1);
  let first: MirrorSample | undefined;
  for (let at = samples.length - 2; at >= 0; at -= 1) {
    const sample = samples[at];
    if (sample?.replicatedIndex !== last?.replicatedIndex) break;
    first = sample;
  }
  return first;
}

/**
 * How fast the gap grows while the mirror stands still. Since it last moved: averaging over its last step would hide that
 * a quiet prefix loses its place. What begins now counts as it is now.
 */
function growthOfStill(samples: readonly MirrorSample[], still: MirrorSample): number | undefined {
  const since = (first: MirrorSample): number | undefined => growthWithoutBurst(samples.slice(samples.indexOf(first)));
  const nowAtMs = (samples.at(-1)?.atMs ?? 0) - nowMs;
  const minute = samples.findLast(({ atMs }) => atMs <= nowAtMs && atMs >= still.atMs);
  const [whole, now] = [since(still), minute && since(minute)];
  return whole === undefined || now === undefined ? whole : Math.max(whole, now);
}

/**
 * Growth of the gap per second, without the busiest half minute, or the busier half of less: one burst is no rate, and
 * would lose the window in seconds. Bursts that come again do count, all but one.
 */
function growthWithoutBurst(samples: readonly MirrorSample[]): number | undefined {
  const [first, last] = [samples[0], samples.at(-1)];
  if (first === undefined || last === undefined || samples.length < 3) return undefined;
  const [elapsedMs, grown] = [last.atMs - first.atMs, gapOf(last) - gapOf(first)];
  const longestMs = Math.min(burstMs, elapsedMs / 2);
  let burst = { ms: 0, events: 0 };
  samples.forEach((from, start) => {
    for (const to of samples.slice(start + 1)) {
      const [ms, events] = [to.atMs - from.atMs, gapOf(to) - gapOf(from)];
      if (ms > longestMs) break;
      if (events > burst.events) burst = { ms, events };
    }
  });
  const calmMs = elapsedMs - burst.ms;
  return calmMs < shortestMs ? undefined : ((grown - burst.events) * 1000) / calmMs;
}

/** The same where it moves and is too slow: since the gap last shrank. */
function growthOfMoving(samples: readonly MirrorSample[]): number | undefined {
  const last = samples.at(-1);
  let start = samples.length - 1;
  while (start > 0) {
    const [earlier, later] = [samples[start - 1], samples[start]];
    if (earlier === undefined || later === undefined || gapOf(earlier) > gapOf(later)) break;
    start -= 1;
  }
  const first = samples[start];
  return first === undefined || last === undefined || samples.length - start < 3 ? undefined : rate(first, last, gapOf);
}

function gapOf({ sourceIndex, replicatedIndex }: MirrorSample): number {
  return Math.max(0, sourceIndex - replicatedIndex);
}

function rate(first: MirrorSample, last: MirrorSample, of: (sample: MirrorSample) => number): number | undefined {
  const elapsedMs = last.atMs - first.atMs;
  return elapsedMs < shortestMs ? undefined : ((of(last) - of(first)) * 1000) / elapsedMs;
}
