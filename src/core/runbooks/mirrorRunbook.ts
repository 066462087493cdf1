import type { FleetView, MirrorView } from '../fleetView';
import type { Identity } from '../guard/identity';
import type { PlanCheck, PlanMirror, PlanStep } from './plan';
import {
  curlAccount,
  isProductionOfAll,
  programSteps,
  type ProgramDraft,
  type ProgramStepDraft,
} from './programRunbook';
import { inputReader, type RunbookHead } from './runbook';
import { t } from '../l10n';

/** A runbook for an etcd mirror. Its plans are made from both sides and from the comparison of their contents. */
export interface MirrorRunbook extends RunbookHead {
  readonly on: 'mirror';
  /** Whether to offer it for this mirror. What is not known does not rule it out. */
  isOffered(view: FleetView, mirror: MirrorView): boolean;
  plan(context: MirrorRunbookContext): ProgramDraft;
}

export interface MirrorRunbookContext {
  readonly view: FleetView;
  readonly mirror: MirrorView;
  readonly target: PlanMirror;
  /** What was given for an input, trimmed; undefined: nothing. */
  readonly input: (name: string) => string | undefined;
  readonly step: (step: ProgramStepDraft) => PlanStep;
}

export function mirrorContextOf(
  view: FleetView,
  mirror: MirrorView,
  inputs: Readonly<Record<string, string>>,
): MirrorRunbookContext {
  const input = inputReader(inputs);
  const target = toPlanMirror(view, mirror);
  const account = curlAccount(mirror.spec.credentials, input('optionFile'));
  return { view, mirror, target, input, step: programSteps(target, account) };
}

export function toPlanMirror(view: FleetView, { key, snapshot }: MirrorView): PlanMirror {
  const { source, destination } = snapshot;
  const sourceId = source.kind === 'read' ? source.value.clusterId : undefined;
  const destinationId = destination.kind === 'read' ? destination.value.clusterId : undefined;
  const identity: Identity | undefined =
    sourceId === undefined || destinationId === undefined
      ? undefined
      : { 'cluster id of the source': sourceId, 'cluster id of the destination': destinationId };
  return {
    kind: 'mirror',
    key,
    isProduction: isProductionOfAll(view),
    ...(identity === undefined ? {} : { identity }),
    ...(snapshot.at === undefined ? {} : { readAt: snapshot.at }),
  };
}

/** What every runbook needs of its mirror, first in every table. */
export function mirrorChecks({ mirror, target }: MirrorRunbookContext): readonly PlanCheck[] {
  const sides = [target.identity?.['cluster id of the source'], target.identity?.['cluster id of the destination']];
  const isKnown = target.identity !== undefined;
  return [
    {
      id: 'target.identity',
      pass: isKnown,
      measured: isKnown ? t`source ${sides[0] ?? ''}, destination ${sides[1] ?? ''}` : whyUnknown(mirror),
      needed: t`both sides answer, and say which clusters they are`,
      hasNoOverride: true,
      fix: t`Read ${mirror.key} again; what its own findings say comes first.`,
    },
    {
      id: 'target.twoClusters',
      pass: isKnown ? sides[0] !== sides[1] : 'unknown',
      measured: isKnown ? (sides[0] === sides[1] ? t`one and the same cluster` : t`two clusters`) : t`not known`,
      needed: t`a source and a destination that are not the same cluster`,
      hasNoOverride: true,
      fix: t`Correct \`source\` or \`destination\` in the inventory.`,
    },
  ];
}

function whyUnknown({ snapshot }: MirrorView): string {
  const { reach } = snapshot;
  if (reach.kind === 'failed') return t`not read: ${reach.failure.text}`;
  const failed = (['source', 'destination'] as const).flatMap((side) => {
    const part = snapshot[side];
    return part.kind === 'failed' ? [`${side}: ${part.failure.text || part.failure.reason}`] : [];
  });
  return failed.length === 0 ? t`not read, or without a cluster id` : failed.join('; ');
}
