import type { FleetView, MirrorView } from '../fleetView';
import { indexKeyOf } from '../mirror/keys';
import { parseIndex } from '../mirror/parseAnswer';
import { equalProof } from '../mirror/recoveryProof';
import { apiCheck, contentsCheck, doneAt } from './mirrorChecks';
import {
  curlRun,
  deleteIndexText,
  keyPath,
  proveCluster,
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

/** Other mirrors of the inventory between the same two places. */
export function siblingsOf(view: FleetView, { spec, key }: MirrorView): readonly MirrorView[] {
  return view.mirrors.filter(
    (each) => each.key !== key && each.spec.source === spec.source && each.spec.destination === spec.destination,
  );
}

/**
 * The old index must not be copied: operations outside the old prefix that assert a state would be replayed, and end
 * the mirror. The new one is the index of a source that nobody writes to, at which both sides are equal.
 */
export const migratePrefix: MirrorRunbook = {
  on: 'mirror',
  id: 'mirror.migratePrefix',
  title: t`Let a mirror copy another prefix`,
  summary: t`From one prefix to another between the same places, with no event lost or applied twice.`,
  inputs: [
    {
      name: 'to',
      label: t`mirror of the inventory with the new prefixes, between the same places`,
      suggest: (view, key) => {
        const mirror = view.mirrors.find((each) => each.key === key);
        return mirror === undefined ? undefined : siblingsOf(view, mirror)[0]?.spec.name;
      },
    },
    ...unitInputs,
    { name: 'newUnit', label: t`systemd unit with the new prefixes (empty: it is started by hand)`, isOptional: true },
  ],
  isOffered: (view, mirror) => mirror.spec.api === 'v2' && siblingsOf(view, mirror).length > 0,
  plan: (context) => {
    const { view, mirror, input } = context;
    const siblings = siblingsOf(view, mirror);
    const name = input('to') ?? (siblings.length === 1 ? siblings[0]?.spec.name : undefined);
    const to = siblings.find(({ spec }) => spec.name === name);
    const index = parseIndex(input('index')) ?? (to === undefined ? undefined : equalProof(to)?.index);
    const checks: readonly PlanCheck[] = [
      apiCheck(mirror, 'v2'),
      toCheck(name, to, siblings),
      caughtUpCheck(mirror),
      ...(to === undefined ? [] : [keyCheck(to, index), stillCheck(to, index), contentsCheck(to, 'new.contentsEqual')]),
      {
        id: 'alert.silenced',
        pass: 'unknown',
        mayBeUnknown: true,
        measured: t`only a person can know`,
        needed: t`EtcdReplicationDown silenced: it pages two minutes after the mirror is stopped`,
        fix: t`Silence it for as long as the migration takes.`,
      },
    ];
    if (to === undefined || index === undefined) return { checks, steps: [] };
    return {
      checks,
      chosen: { to: to.spec.name, index: String(index) },
      steps: stepsOf(context, to, index),
    };
  },
};

function stepsOf(context: MirrorRunbookContext, to: MirrorView, index: number): readonly PlanStep[] {
  const { mirror } = context;
  const unit = unitOf(context);
  const newUnit = unitOf(context, 'newUnit');
  const { destinationPrefix } = to.spec;
  return [
    probe(context, 'source', 'read-only', t`Make sure that the source takes no writes`),
    probe(context, 'destination', 'Key not found', t`Make sure that the destination takes writes`),
    ...(unit === undefined ? [] : [stopUnit(context, unit)]),
    doneAt(
      to,
      index,
      context.step({
        id: 'setIndex',
        title: t`Set the index of ${to.spec.name} to ${index}`,
        effect: 'write',
        runs: [
          proveCluster(context, 'destination'),
          proveCluster(context, 'source'),
          writeIndex(context, destinationPrefix, index, 'prevExist=false'),
        ],
        verify: readIndexText(context, destinationPrefix),
        expectation: { kind: 'mirrorIndex', key: to.key, index },
        expected: t`the value ${index}`,
        rollback: deleteIndexText(context, destinationPrefix),
        rollbackWords: t`Then start the old unit again.`,
        blastRadius: t`Only this key. That of the old prefix, ${indexKeyOf(mirror.spec.destinationPrefix)}, stays and is what the way back needs.`,
      }),
    ),
    ...(newUnit === undefined ? [] : [startUnit(context, newUnit, to)]),
  ];
}

/** A write that cannot take: etcd refuses it for want of the key, and a read-only proxy before it gets there. */
function probe(
  context: MirrorRunbookContext,
  side: 'source' | 'destination',
  mustPrint: string,
  title: string,
): PlanStep {
  const { key, spec } = context.mirror;
  return context.step({
    id: `probe.${side}`,
    title,
    effect: 'write',
    runs: [
      proveCluster(context, side),
      curlRun(context, side, {
        path: `${keyPath('/_replideck_probe')}?prevIndex=1`,
        words: ['--request', 'PUT', '--data', 'value='],
        mustPrint,
      }),
    ],
    verify: `curl ${spec[side].replace(/\/+$/, '')}${keyPath('/_replideck_probe')}`,
    expectation: { kind: 'mirrorReadable', key },
    expected: t`"${mustPrint}" on the screen, and no such key afterwards`,
    blastRadius: t`None: the write names a condition that cannot hold, and nothing is written.`,
  });
}

function toCheck(name: string | undefined, to: MirrorView | undefined, siblings: readonly MirrorView[]): PlanCheck {
  const names = siblings.map(({ spec }) => spec.name).join(', ');
  return {
    id: 'new.mirror',
    pass: to?.spec.api === 'v2',
    measured:
      to !== undefined
        ? t`${to.spec.name}: ${to.spec.sourcePrefix} to ${to.spec.destinationPrefix}`
        : t`${name === undefined ? t`none was named` : t`${name} is none`}; there are: ${names === '' ? t`none` : names}`,
    needed: t`a second mirror in the inventory, between the same places, with the new prefixes`,
    hasNoOverride: true,
    fix: t`Write it into the inventory beside the old one, so that both can be read, and name it as input \`to\`.`,
  };
}

function caughtUpCheck(mirror: MirrorView): PlanCheck {
  const { snapshot } = mirror;
  const { gap } = mirror.distance;
  const isEqual = equalProof(mirror) !== undefined;
  const waiting = snapshot.source.kind === 'read' ? snapshot.source.value.waiting.kind : undefined;
  return {
    id: 'old.caughtUp',
    pass:
      gap === 0 || waiting === 'none' || isEqual
        ? true
        : waiting === 'event' || waiting === 'cleared'
          ? false
          : 'unknown',
    measured:
      gap === undefined
        ? t`not known`
        : t`${gap} events behind${waiting === 'none' ? t`, none under its prefix` : isEqual ? t`, and the contents are equal` : ''}`,
    needed: t`nothing under the old prefix waits for the old mirror`,
    hasNoOverride: true,
    fix: t`Set the source read-only and let the old mirror come to the end before it is stopped.`,
  };
}

function keyCheck({ spec, snapshot, distance }: MirrorView, index: number | undefined): PlanCheck {
  const { destination } = snapshot;
  const kind = destination.kind === 'read' ? destination.value.indexKey.kind : undefined;
  const isSet = index !== undefined && distance.replicatedIndex === index;
  return {
    id: 'new.indexKey',
    pass: kind === undefined ? 'unknown' : kind === 'missing' || isSet,
    measured:
      kind === undefined
        ? t`not read`
        : kind === 'missing'
          ? t`not there`
          : isSet
            ? t`set to ${index}`
            : t`there already`,
    needed: t`no key ${indexKeyOf(spec.destinationPrefix)} yet, or one that this plan has set`,
    hasNoOverride: true,
    fix: t`Another mirror with these prefixes has run: find out which, and delete its key if it is over.`,
  };
}

/** Whoever still writes moves the source on past the index that the contents were equal at. */
function stillCheck({ distance }: MirrorView, index: number | undefined): PlanCheck {
  const { sourceIndex } = distance;
  return {
    id: 'source.still',
    pass: sourceIndex === undefined || index === undefined ? 'unknown' : sourceIndex === index,
    measured:
      sourceIndex === undefined || index === undefined
        ? t`not known`
        : sourceIndex === index
          ? t`the source stands at ${index}`
          : t`the source has gone from ${index} to ${sourceIndex}`,
    needed: t`a source that nobody writes to since the contents were compared`,
    hasNoOverride: true,
    fix: t`Set the source read-only (its proxy too), remove what only one side has under the new prefixes, and compare again.`,
  };
}
