import type { EtcdMirrorSpec } from '../inventory/model';
import { distanceOf } from './distance';
import { mirrorKey } from './keys';
import type { LinkedMirror, MirrorSample, MirrorSnapshot, MirrorState } from './model';
import { pendingMirror } from './toMirrorSnapshot';

/** How many readings are kept: at one in ten seconds, an hour for the chart. */
const keptSamples = 360;

export function linkMirror(spec: EtcdMirrorSpec, state: MirrorState | undefined): LinkedMirror {
  const key = mirrorKey(spec.name);
  const { snapshot, samples, comparison } = state ?? { snapshot: pendingMirror(key), samples: [] };
  return {
    spec,
    key,
    snapshot,
    samples,
    distance: distanceOf(snapshot, samples),
    ...(comparison === undefined ? {} : { comparison }),
  };
}

/** What is known of a mirror after one more reading. */
export function addReading(before: MirrorState | undefined, snapshot: MirrorSnapshot): MirrorState {
  const sample = toSample(snapshot);
  // The indexes of another cluster, rebuilt or of a wrong address in a list, are no earlier ones of this.
  const samples = (before?.samples ?? []).filter((each) => !isOfOthers(each, sample));
  return {
    ...(before?.comparison === undefined ? {} : { comparison: before.comparison }),
    snapshot,
    samples: sample === undefined ? samples : [...samples, sample].slice(-keptSamples),
  };
}

/** From which index on the source is to be asked for events that wait; undefined: no need, or not known. */
export function waitIndexOf(state: MirrorState | undefined): number | undefined {
  const last = state?.samples.at(-1);
  return last === undefined || last.sourceIndex <= last.replicatedIndex ? undefined : last.replicatedIndex + 1;
}

function isOfOthers({ clusters }: MirrorSample, now: MirrorSample | undefined): boolean {
  return clusters !== undefined && now?.clusters !== undefined && clusters !== now.clusters;
}

function toSample({ at, source, destination }: MirrorSnapshot): MirrorSample | undefined {
  if (at === undefined || source.kind !== 'read' || destination.kind !== 'read') return undefined;
  const { indexKey } = destination.value;
  if (indexKey.kind !== 'read') return undefined;
  const { index: sourceIndex, waiting } = source.value;
  const ids = [source.value.clusterId, destination.value.clusterId];
  return {
    ...{ atMs: Date.parse(at), sourceIndex, replicatedIndex: indexKey.index },
    ...(waiting.kind === 'none' || sourceIndex === indexKey.index ? { isQuiet: true } : {}),
    ...(ids.includes(undefined) ? {} : { clusters: ids.join(' ') }),
  };
}
