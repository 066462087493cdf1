import { windowEvents } from './distance';
import type { LinkedMirror } from './model';

/** Up to which event of the source it is proved that nothing is missing at the destination, and by what. */
export interface Proof {
  readonly index: number;
  /** ISO 8601, UTC. */
  readonly at: string;
}

/** An older comparison proves nothing: somebody may have written to the destination since. */
const comparisonMs = 600_000;

/**
 * The last moment at which the source itself said that no event under the prefix follows the replicated index: until
 * then nothing was missed, whatever the mirror did. Undefined: nobody looked.
 */
export function watchedProof({ samples, distance }: LinkedMirror): Proof | undefined {
  const { sourceIndex, replicatedIndex } = distance;
  let later = sourceIndex;
  for (const sample of [...samples].reverse()) {
    // A source index that fell: another cluster, or one that was restored.
    if (later === undefined || sample.sourceIndex > later || sample.replicatedIndex !== replicatedIndex) break;
    later = sample.sourceIndex;
    if (sample.isQuiet === true) return { index: sample.sourceIndex, at: new Date(sample.atMs).toISOString() };
  }
  return undefined;
}

/**
 * Equal contents: the source was listed as of one event, and the destination held the same. Whatever happened before
 * that event is at the destination then, or made no difference. Undefined: not compared lately, or not equal.
 */
export function equalProof(mirror: LinkedMirror): Proof | undefined {
  return mirror.comparison?.pending === 0 ? replayProof(mirror) : undefined;
}

/**
 * As `equalProof`, for a mirror that goes on from this index: all that differs is brought by later events, whole. What
 * lay between is not needed, for the last write of a key is all that stays of it.
 */
export function replayProof({ comparison, snapshot }: LinkedMirror): Proof | undefined {
  if (comparison?.sourceIndex === undefined || snapshot.at === undefined) return undefined;
  const { missing, extra, different, pending, pendingFrom, sourceIndex, at } = comparison;
  if (missing + extra + different > 0 || (pending > 0 && pendingFrom === undefined)) return undefined;
  const index = Math.min(sourceIndex, (pendingFrom ?? Infinity) - 1);
  return Date.parse(snapshot.at) - Date.parse(at) > comparisonMs ? undefined : { index, at };
}

/** Whether a mirror that starts at this index is accepted by the source: it asks for the event after it. */
export function isInWindow(index: number, sourceIndex: number): boolean {
  return index <= sourceIndex && sourceIndex - index <= windowEvents;
}
