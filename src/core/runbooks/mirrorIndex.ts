import { parseIndex } from '../mirror/parseAnswer';
import type { MirrorView } from '../fleetView';
import { isInWindow, replayProof } from '../mirror/recoveryProof';
import { apiCheck, doneAt, proofChecks, stoppedCheck } from './mirrorChecks';
import {
  deleteIndexText,
  proveCluster,
  putIndexText,
  readIndexText,
  startUnit,
  stopUnit,
  unitInputs,
  unitOf,
  writeIndex,
} from './mirrorCommands';
import type { MirrorRunbook, MirrorRunbookContext } from './mirrorRunbook';
import type { PlanCheck, PlanStep } from './plan';
import { t } from '../l10n';

/** The gap from which moving the index by hand is better than waiting for an event. */
const smallHeadroom = 250;

const indexInput = {
  name: 'index',
  label: t`new index (empty: the last one that is proved to lose nothing)`,
  isOptional: true,
} as const;

export const advanceIndex: MirrorRunbook = {
  on: 'mirror',
  id: 'mirror.advanceIndex',
  title: t`Move the index of a mirror forward`,
  summary: t`Brings a mirror back into the window without a reload, after proof that no event is jumped over.`,
  inputs: [indexInput, ...unitInputs],
  isOffered: (_view, { spec, distance }) =>
    spec.api === 'v2' && (distance.headroom === undefined || distance.headroom < smallHeadroom),
  plan: (context) => {
    const { mirror, input } = context;
    const { destination } = mirror.snapshot;
    const key = destination.kind === 'read' ? destination.value.indexKey : undefined;
    const old = key?.kind === 'read' ? key.index : undefined;
    const unit = unitOf(context);
    const proved = replayProof(mirror)?.index;
    const isMove = proved !== undefined && proved > (old ?? 0);
    const index = input('index') === undefined ? (isMove ? proved : heldIndex(mirror)) : parseIndex(input('index'));
    const oldCheck: PlanCheck = {
      id: 'index.old',
      pass: key === undefined ? 'unknown' : old !== undefined,
      measured: old !== undefined ? String(old) : key === undefined ? t`not read` : t`the index key is ${key.kind}`,
      needed: t`an index key that holds a number`,
      hasNoOverride: true,
      fix: t`Where there is none: plan \`mirror.setInitialIndex\`.`,
    };
    return {
      checks: [
        apiCheck(mirror, 'v2'),
        oldCheck,
        ...proofChecks(mirror, index),
        stoppedCheck(mirror, unit !== undefined),
      ],
      ...(index === undefined ? {} : { chosen: { index: String(index) } }),
      steps:
        old === undefined || index === undefined
          ? []
          : [
              ...(unit === undefined ? [] : [stopUnit(context, unit)]),
              setStep(context, index, `prevValue=${old}`, {
                rollback: putIndexText(context, mirror.spec.destinationPrefix, old, index),
              }),
              ...(unit === undefined ? [] : [startUnit(context, unit, mirror)]),
            ],
    };
  },
};

export const setInitialIndex: MirrorRunbook = {
  on: 'mirror',
  id: 'mirror.setInitialIndex',
  title: t`Give a mirror its index`,
  summary: t`Writes the missing index key, after proof that both sides hold the same.`,
  inputs: [...unitInputs],
  isOffered: (_view, { spec, snapshot }) =>
    spec.api === 'v2' && (snapshot.destination.kind !== 'read' || snapshot.destination.value.indexKey.kind !== 'read'),
  plan: (context) => {
    const { mirror, input } = context;
    const { destination } = mirror.snapshot;
    const key = destination.kind === 'read' ? destination.value.indexKey : undefined;
    const unit = unitOf(context);
    const index = parseIndex(input('index')) ?? heldIndex(mirror) ?? replayProof(mirror)?.index;
    const isUnusable = key?.kind === 'missing' || key?.kind === 'notANumber';
    const isSet = key?.kind === 'read' && key.index === index;
    const keyCheck: PlanCheck = {
      id: 'index.missing',
      pass: key === undefined ? 'unknown' : isUnusable || isSet,
      measured:
        key === undefined
          ? t`not read`
          : key.kind === 'read'
            ? t`the index key holds ${key.index}`
            : t`the index key is ${key.kind}`,
      needed: t`no index key, or one that holds no number`,
      hasNoOverride: true,
      fix: t`A mirror that has an index is moved by \`mirror.advanceIndex\`.`,
    };
    const condition = key?.kind === 'notANumber' ? `prevValue=${encodeURIComponent(key.text)}` : 'prevExist=false';
    return {
      checks: [
        apiCheck(mirror, 'v2'),
        keyCheck,
        ...proofChecks(mirror, index),
        stoppedCheck(mirror, unit !== undefined),
      ],
      ...(index === undefined ? {} : { chosen: { index: String(index) } }),
      steps:
        !(isUnusable || isSet) || index === undefined
          ? []
          : [
              ...(unit === undefined ? [] : [stopUnit(context, unit)]),
              setStep(context, index, condition, {
                rollback: deleteIndexText(context, mirror.spec.destinationPrefix),
                rollbackWords: t`Without the key the mirror does not start.`,
              }),
              ...(unit === undefined ? [] : [startUnit(context, unit, mirror)]),
            ],
    };
  },
};

/** The index that the mirror stands at where that loses nothing, as it does after the step that set it. */
function heldIndex(mirror: MirrorView): number | undefined {
  const { sourceIndex, replicatedIndex } = mirror.distance;
  const proved = replayProof(mirror)?.index;
  if (sourceIndex === undefined || replicatedIndex === undefined || proved === undefined) return undefined;
  return replicatedIndex <= proved && isInWindow(replicatedIndex, sourceIndex) ? replicatedIndex : undefined;
}

function setStep(
  context: MirrorRunbookContext,
  index: number,
  condition: string,
  back: Pick<PlanStep, 'rollback' | 'rollbackWords'>,
): PlanStep {
  const { mirror, target } = context;
  const { destinationPrefix } = mirror.spec;
  const { sourceIndex = index } = mirror.distance;
  const step = context.step({
    id: 'setIndex',
    title: t`Set the index of ${mirror.spec.name} to ${index}`,
    effect: 'write',
    runs: [proveCluster(context, 'destination'), writeIndex(context, destinationPrefix, index, condition)],
    verify: readIndexText(context, destinationPrefix),
    expectation: { kind: 'mirrorIndex', key: target.key, index },
    expected: t`the value ${index}`,
    ...back,
    blastRadius: t`Only this key; etcd refuses it (412) where somebody else has written it meanwhile. The mirror goes on at ${index + 1} when it starts: do so at once, ${1000 - (sourceIndex - index)} events of the window are left.`,
  });
  return doneAt(mirror, index, step);
}
