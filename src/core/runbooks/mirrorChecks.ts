import { equalProof, isInWindow, replayProof, watchedProof } from '../mirror/recoveryProof';
import type { MirrorView } from '../fleetView';
import type { PlanCheck, PlanStep } from './plan';

/** Ground that several runbooks of mirrors stand on. Where a proof fails nothing but a reload is safe. */

const onlyReload = 'Only a reload is safe then: plan `mirror.reload`.';

export function apiCheck({ spec }: MirrorView, api: 'v2' | 'v3'): PlanCheck {
  return {
    id: 'mirror.api',
    pass: spec.api === api,
    measured: `a mirror of the ${spec.api} API`,
    needed: api === 'v2' ? 'v2: etcd-mirror keeps an index' : 'v3: make-mirror',
    hasNoOverride: true,
    fix:
      api === 'v2'
        ? 'make-mirror keeps no index: plan `mirror.makeMirror`.'
        : 'etcd-mirror copies v2: plan `mirror.reload`.',
  };
}

/** Whoever runs keeps its index in memory, and writes it over whatever is set by hand. */
export function stoppedCheck({ snapshot, key }: MirrorView, isStoppedByPlan: boolean): PlanCheck {
  const { process } = snapshot;
  const runs = process.kind === 'read';
  const isDown = process.kind === 'failed' && process.failure.reason === 'refused';
  return {
    id: 'process.stopped',
    pass: runs ? (isStoppedByPlan ? 'unknown' : false) : isDown ? true : 'unknown',
    ...(runs && !isStoppedByPlan ? {} : { mayBeUnknown: true as const }),
    measured: runs
      ? isStoppedByPlan
        ? 'it runs; the first step stops it'
        : 'it runs'
      : isDown
        ? 'its metrics refuse connections'
        : process.kind === 'notAsked'
          ? 'the inventory names no `metrics`'
          : `its metrics could not be read: ${process.failure.text}`,
    needed: 'the mirror process does not run meanwhile',
    hasNoOverride: true,
    fix: runs
      ? 'Stop its unit, or name it: inputs `host` and `unit`.'
      : `See on its host that it does not run: ${key} with two writers loses its place again.`,
  };
}

/** The three parts of the proof that nothing is jumped over. */
export function proofChecks(mirror: MirrorView, index: number | undefined): readonly PlanCheck[] {
  const { sourceIndex, replicatedIndex } = mirror.distance;
  const [watched, equal] = [watchedProof(mirror), replayProof(mirror)];
  const pendingFrom = mirror.comparison?.pendingFrom;
  const known = index !== undefined && sourceIndex !== undefined;
  const isBack = known && replicatedIndex !== undefined && index < replicatedIndex;
  return [
    {
      id: 'index.inWindow',
      pass: !known ? 'unknown' : !isBack && isInWindow(index, sourceIndex),
      measured: !known
        ? sourceIndex === undefined
          ? 'the index of the source is not known'
          : pendingFrom === undefined
            ? 'no index is proved safe, and none was given'
            : `no later index is proved safe: the mirror still needs event ${pendingFrom}`
        : isBack
          ? `${index} is before ${replicatedIndex}, where the mirror stands`
          : index > sourceIndex
            ? `${index} is past the source, which is at ${sourceIndex}`
            : `${index}, ${sourceIndex - index} events behind the source at ${sourceIndex}`,
      needed: 'not before the old index, and at most 1000 events behind the source',
      hasNoOverride: true,
      fix: known ? `Name another index, or none: the plan then takes what is proved. ${onlyReload}` : onlyReload,
    },
    {
      id: 'index.nothingBefore',
      pass: !known ? 'unknown' : index <= Math.max(watched?.index ?? 0, equal?.index ?? 0),
      measured:
        [
          ...(watched === undefined
            ? []
            : [`the source had no event waiting under the prefix up to ${watched.index}, at ${watched.at}`]),
          ...(equal === undefined
            ? []
            : [
                `the contents are equal as of event ${equal.index}${pendingFrom === undefined ? '' : ' but for what later ones bring'}, at ${equal.at}`,
              ]),
        ].join('; ') || 'no reading shows up to where nothing was missed',
      needed: 'no event under the prefix between the old index and the new one that is not at the destination',
      hasNoOverride: true,
      fix: onlyReload,
    },
    contentsCheck(mirror, 'contents.equal', equal),
  ];
}

/** @param proof a mirror that goes on from an index may have changes left that it will be told of */
export function contentsCheck(mirror: MirrorView, id: string, proof = equalProof(mirror)): PlanCheck {
  const { comparison } = mirror;
  const isEqual = proof !== undefined;
  const isReplayed = isEqual && comparison !== undefined && comparison.pending > 0;
  const differs =
    comparison !== undefined && comparison.missing + comparison.extra + comparison.different + comparison.pending > 0;
  return {
    id,
    pass: isEqual ? true : differs ? false : 'unknown',
    measured:
      comparison === undefined
        ? 'not compared'
        : `${comparison.compared} keys compared at ${comparison.at}: ${comparison.missing} missing, ${comparison.extra} extra, ${comparison.different} different, ${comparison.pending} on the way${isReplayed ? `, which event ${comparison.pendingFrom ?? ''} and later ones bring` : ''}`,
    needed: 'contents compared within ten minutes, and equal',
    hasNoOverride: true,
    fix: differs
      ? `What differs would stay so, and events may be lost. ${onlyReload}`
      : `Run "Compare Contents of a Mirror", then check again.`,
  };
}

/** A step that sets the index of a mirror: done where the mirror stands there, so that the plan goes on to its start. */
export function doneAt({ distance }: MirrorView, index: number, step: PlanStep): PlanStep {
  return distance.replicatedIndex === index ? { ...step, isDone: `the index key holds ${index} already` } : step;
}
