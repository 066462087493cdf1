import { equalProof, isInWindow, replayProof, watchedProof } from '../mirror/recoveryProof';
import type { MirrorView } from '../fleetView';
import type { PlanCheck, PlanStep } from './plan';
import { t } from '../l10n';

/** Ground that several runbooks of mirrors stand on. Where a proof fails nothing but a reload is safe. */

const onlyReload = t`Only a reload is safe then: plan \`mirror.reload\`.`;

export function apiCheck({ spec }: MirrorView, api: 'v2' | 'v3'): PlanCheck {
  return {
    id: 'mirror.api',
    pass: spec.api === api,
    measured: t`a mirror of the ${spec.api} API`,
    needed: api === 'v2' ? t`v2: etcd-mirror keeps an index` : 'v3: make-mirror',
    hasNoOverride: true,
    fix:
      api === 'v2'
        ? t`make-mirror keeps no index: plan \`mirror.makeMirror\`.`
        : t`etcd-mirror copies v2: plan \`mirror.reload\`.`,
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
        ? t`it runs; the first step stops it`
        : t`it runs`
      : isDown
        ? t`its metrics refuse connections`
        : process.kind === 'notAsked'
          ? t`the inventory names no \`metrics\``
          : t`its metrics could not be read: ${process.failure.text}`,
    needed: t`the mirror process does not run meanwhile`,
    hasNoOverride: true,
    fix: runs
      ? t`Stop its unit, or name it: inputs \`host\` and \`unit\`.`
      : t`See on its host that it does not run: ${key} with two writers loses its place again.`,
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
          ? t`the index of the source is not known`
          : pendingFrom === undefined
            ? t`no index is proved safe, and none was given`
            : t`no later index is proved safe: the mirror still needs event ${pendingFrom}`
        : isBack
          ? t`${index} is before ${replicatedIndex}, where the mirror stands`
          : index > sourceIndex
            ? t`${index} is past the source, which is at ${sourceIndex}`
            : t`${index}, ${sourceIndex - index} events behind the source at ${sourceIndex}`,
      needed: t`not before the old index, and at most 1000 events behind the source`,
      hasNoOverride: true,
      fix: known ? t`Name another index, or none: the plan then takes what is proved. ${onlyReload}` : onlyReload,
    },
    {
      id: 'index.nothingBefore',
      pass: !known ? 'unknown' : index <= Math.max(watched?.index ?? 0, equal?.index ?? 0),
      measured:
        [
          ...(watched === undefined
            ? []
            : [t`the source had no event waiting under the prefix up to ${watched.index}, at ${watched.at}`]),
          ...(equal === undefined
            ? []
            : [
                t`the contents are equal as of event ${equal.index}${pendingFrom === undefined ? '' : t` but for what later ones bring`}, at ${equal.at}`,
              ]),
        ].join('; ') || t`no reading shows up to where nothing was missed`,
      needed: t`no event under the prefix between the old index and the new one that is not at the destination`,
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
        ? t`not compared`
        : t`${comparison.compared} keys compared at ${comparison.at}: ${comparison.missing} missing, ${comparison.extra} extra, ${comparison.different} different, ${comparison.pending} on the way${isReplayed ? t`, which event ${comparison.pendingFrom ?? ''} and later ones bring` : ''}`,
    needed: t`contents compared within ten minutes, and equal`,
    hasNoOverride: true,
    fix: differs
      ? t`What differs would stay so, and events may be lost. ${onlyReload}`
      : t`Run "Compare Contents of a Mirror", then check again.`,
  };
}

/** A step that sets the index of a mirror: done where the mirror stands there, so that the plan goes on to its start. */
export function doneAt({ distance }: MirrorView, index: number, step: PlanStep): PlanStep {
  return distance.replicatedIndex === index ? { ...step, isDone: t`the index key holds ${index} already` } : step;
}
