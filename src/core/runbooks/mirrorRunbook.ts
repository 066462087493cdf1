import type { FleetView, MirrorView } from '../fleetView';
import type { Effect } from '../guard/effect';
import type { Identity } from '../guard/identity';
import type { ClientAccount, Expectation, PlanCheck, PlanMirror, PlanStep, ProgramRun } from './plan';
import { inputReader, type RunbookHead } from './runbook';

/** A runbook for an etcd mirror. Its plans are made from both sides and from the comparison of their contents. */
export interface MirrorRunbook extends RunbookHead {
  readonly on: 'mirror';
  /** Whether to offer it for this mirror. What is not known does not rule it out. */
  isOffered(view: FleetView, mirror: MirrorView): boolean;
  plan(context: MirrorRunbookContext): MirrorDraft;
}

export interface MirrorDraft {
  readonly checks: readonly PlanCheck[];
  readonly steps: readonly PlanStep[];
  /** What the plan chose where nothing was given: planning again checks the same choice. */
  readonly chosen?: Readonly<Record<string, string>>;
}

export interface MirrorRunbookContext {
  readonly view: FleetView;
  readonly mirror: MirrorView;
  readonly target: PlanMirror;
  /** What was given for an input, trimmed; undefined: nothing. */
  readonly input: (name: string) => string | undefined;
  readonly step: (step: MirrorStepDraft) => PlanStep;
}

export interface MirrorStepDraft {
  readonly id: string;
  readonly title: string;
  readonly effect: Effect;
  readonly runs: readonly ProgramRun[];
  readonly verify: string;
  readonly expectation: Expectation;
  readonly expected: string;
  readonly rollback?: string;
  readonly blastRadius: string;
}

export function mirrorContextOf(
  view: FleetView,
  mirror: MirrorView,
  inputs: Readonly<Record<string, string>>,
): MirrorRunbookContext {
  const input = inputReader(inputs);
  const target = toPlanMirror(view, mirror);
  const account = accountOf(mirror, input('optionFile'));
  return {
    ...{ view, mirror, target, input },
    step: ({ runs, ...step }) => ({ ...step, call: { kind: 'programs', server: target, account, runs, secrets: [] } }),
  };
}

/**
 * The inventory does not say whose a mirror is, so it belongs to all: it is in production where any cluster is, and
 * where no cluster is named at all.
 */
export function toPlanMirror({ clusters }: FleetView, { key, snapshot }: MirrorView): PlanMirror {
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
    isProduction: clusters.length === 0 || clusters.some(({ spec }) => spec.production),
    ...(identity === undefined ? {} : { identity }),
    ...(snapshot.at === undefined ? {} : { readAt: snapshot.at }),
  };
}

function accountOf({ spec }: MirrorView, configFile: string | undefined): ClientAccount {
  if (configFile !== undefined) return { kind: 'optionFile', path: configFile };
  const { credentials } = spec;
  return credentials?.user === undefined || credentials.password === undefined
    ? { kind: 'own' }
    : { kind: 'written', user: credentials.user, password: credentials.password };
}

/** What every runbook needs of its mirror, first in every table. */
export function mirrorChecks({ mirror, target }: MirrorRunbookContext): readonly PlanCheck[] {
  const sides = [target.identity?.['cluster id of the source'], target.identity?.['cluster id of the destination']];
  const isKnown = target.identity !== undefined;
  return [
    {
      id: 'target.identity',
      pass: isKnown,
      measured: isKnown ? `source ${sides[0] ?? ''}, destination ${sides[1] ?? ''}` : whyUnknown(mirror),
      needed: 'both sides answer, and say which clusters they are',
      hasNoOverride: true,
      fix: `Read ${mirror.key} again; what its own findings say comes first.`,
    },
    {
      id: 'target.twoClusters',
      pass: isKnown ? sides[0] !== sides[1] : 'unknown',
      measured: isKnown ? (sides[0] === sides[1] ? 'one and the same cluster' : 'two clusters') : 'not known',
      needed: 'a source and a destination that are not the same cluster',
      hasNoOverride: true,
      fix: 'Correct `source` or `destination` in the inventory.',
    },
  ];
}

function whyUnknown({ snapshot }: MirrorView): string {
  const { reach } = snapshot;
  if (reach.kind === 'failed') return `not read: ${reach.failure.text}`;
  const failed = (['source', 'destination'] as const).flatMap((side) => {
    const part = snapshot[side];
    return part.kind === 'failed' ? [`${side}: ${part.failure.text || part.failure.reason}`] : [];
  });
  return failed.length === 0 ? 'not read, or without a cluster id' : failed.join('; ');
}
