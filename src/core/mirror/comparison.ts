import type { EtcdMirrorSpec } from '../inventory/model';
import { compareContents, isPending, whyDifferent, type ContentsComparison, type Difference } from './compareContents';
import type { Contents } from './contents';
import type { DriftItem, MirrorComparison, WriteRefusal } from './model';

/** The two sides are read at two moments: what differs once is looked at again before it is believed. */
export function firstComparison(spec: EtcdMirrorSpec, source: Contents, destination: Contents): ContentsComparison {
  return compareContents(spec, source, destination);
}

export interface Finish {
  /** The second look, where the first found a difference: only what differs in both is drift. */
  readonly again?: ContentsComparison;
  /** v2: up to where the mirror had come before the sides were read for the last time; undefined: not known. */
  readonly replicatedIndex?: number;
  /** Of the source's last listing. */
  readonly sourceIndex?: number;
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly requests: readonly string[];
  readonly skippedActions?: MirrorComparison['skippedActions'] | undefined;
  readonly destinationReadOnly?: WriteRefusal | undefined;
  readonly compacted?: MirrorComparison['compacted'];
}

/** Only what differs in both looks. */
export function stayingOf(first: ContentsComparison, last: ContentsComparison): readonly Difference[] {
  const before = new Set(first.differences.map(({ destinationKey }) => destinationKey));
  return last.differences.filter(({ destinationKey }) => before.has(destinationKey));
}

/** How many differences are listed; the counts are of all. */
const listedItems = 10_000;

export function finishComparison(
  spec: EtcdMirrorSpec,
  first: ContentsComparison,
  { again, replicatedIndex, sourceIndex, at, requests, skippedActions, destinationReadOnly, compacted }: Finish,
): MirrorComparison {
  const last = again ?? first;
  const drifted = stayingOf(first, last).filter((difference) => !isPending(difference, replicatedIndex));
  const drifting = new Set(drifted);
  const pending = last.differences.filter((difference) => !drifting.has(difference));
  const pendingFrom = firstNeeded(pending, replicatedIndex);
  const count = (kind: DriftItem['kind']): number => drifted.filter((difference) => difference.kind === kind).length;
  return {
    at,
    requests,
    ...(sourceIndex === undefined || spec.api === 'v3' ? {} : { sourceIndex }),
    compared: last.compared,
    ignored: last.ignored,
    pending: pending.length,
    ...(pendingFrom === undefined ? {} : { pendingFrom }),
    missing: count('missing'),
    extra: count('extra'),
    different: count('different'),
    items: [...drifted]
      .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
      .slice(0, listedItems)
      .map((difference) => toItem(spec, difference)),
    ...(skippedActions === undefined ? {} : { skippedActions }),
    leasesLost: last.leasesLost,
    ...(destinationReadOnly === undefined ? {} : { destinationReadOnly }),
    ...(compacted === undefined ? {} : { compacted }),
  };
}

/**
 * `set` and `create` write a whole key and give it a new createdIndex. What has been changed since the mirror's last
 * event by other actions only, or deleted, cannot be told to come whole again.
 */
function firstNeeded(pending: readonly Difference[], replicatedIndex: number | undefined): number | undefined {
  const written = pending.map(({ source }) => source?.createdIndex);
  const isWhole = (index: number | undefined): index is number =>
    index !== undefined && replicatedIndex !== undefined && index > replicatedIndex;
  return written.length > 0 && written.every(isWhole) ? Math.min(...written) : undefined;
}

function toItem(spec: EtcdMirrorSpec, difference: Difference): DriftItem {
  const { key, destinationKey, kind, source, destination } = difference;
  return {
    key,
    destinationKey,
    kind,
    ...(source === undefined ? {} : { sourceValue: source.value ?? '' }),
    ...(destination === undefined ? {} : { destinationValue: destination.value ?? '' }),
    why: whyDifferent(spec, difference),
  };
}
