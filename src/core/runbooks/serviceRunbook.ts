import type { FleetView, ServiceView } from '../fleetView';
import type { Identity } from '../guard/identity';
import type { ServiceFacts } from '../services/model';
import { check } from './checks';
import type { ClientAccount, PlanCheck, PlanService, PlanStep } from './plan';
import {
  curlAccount,
  isProductionOfAll,
  programSteps,
  type ProgramDraft,
  type ProgramStepDraft,
} from './programRunbook';
import { inputReader, type RunbookContext, type RunbookHead } from './runbook';
import { t } from '../l10n';

/** The neighbours that have runbooks. */
type Kind = 'orchestrator' | 'burrow';

type ServiceOf<K extends Kind> = Extract<ServiceView, { readonly kind: K }>;

/** A runbook for a neighbour. Its plans are made from what the neighbour itself says. */
export interface ServiceRunbookOf<K extends Kind> extends RunbookHead {
  readonly on: K;
  /** Whether to offer it for this neighbour. What is not known does not rule it out. */
  isOffered(view: FleetView, service: ServiceOf<K>): boolean;
  plan(context: ServiceContextOf<K>): ProgramDraft;
}

export type ServiceRunbook = ServiceRunbookOf<'orchestrator'> | ServiceRunbookOf<'burrow'>;

export interface ServiceContextOf<K extends Kind> {
  readonly view: FleetView;
  readonly service: ServiceOf<K>;
  readonly target: PlanService;
  /** What it says now; undefined: it does not answer. */
  readonly facts: ServiceFacts[K] | undefined;
  /** What it said last, now or before it was stopped. */
  readonly known: ServiceFacts[K] | undefined;
  readonly input: RunbookContext['input'];
  readonly step: (step: ProgramStepDraft) => PlanStep;
}

/** Undefined: the runbook is for another kind of neighbour. */
export function draftService(
  runbook: ServiceRunbook,
  view: FleetView,
  service: ServiceView,
  inputs: Readonly<Record<string, string>>,
): (ProgramDraft & { readonly target: PlanService }) | undefined {
  const target = toPlanService(view, service);
  const input = inputReader(inputs);
  const account = accountOf(service, input('optionFile'));
  const base = { view, target, input, step: programSteps(target, account) };
  const draft =
    runbook.on === 'orchestrator' && service.kind === 'orchestrator'
      ? runbook.plan({ ...base, service, ...factsOf<'orchestrator'>(service) })
      : runbook.on === 'burrow' && service.kind === 'burrow'
        ? runbook.plan({ ...base, service, ...factsOf<'burrow'>(service) })
        : undefined;
  return draft && { ...draft, target, checks: [identityCheck(service, target), ...draft.checks] };
}

function factsOf<K extends Kind>({
  snapshot: { reach, last },
}: {
  readonly snapshot: ServiceOf<K>['snapshot'];
}): Pick<ServiceContextOf<K>, 'facts' | 'known'> {
  const facts = reach.kind === 'answered' ? (reach.facts as ServiceFacts[K]) : undefined;
  return { facts, known: facts ?? (last?.facts as ServiceFacts[K] | undefined) };
}

export function toPlanService(view: FleetView, service: ServiceView): PlanService {
  const { key, snapshot } = service;
  const identity = identityOf(service);
  return {
    kind: 'service',
    key,
    isProduction: isProductionOfAll(view),
    ...(identity === undefined ? {} : { identity }),
    ...(snapshot.at === undefined ? {} : { readAt: snapshot.at }),
  };
}

/** An Orchestrator that is stopped still has its address, for it has to be started again; what else was asked has not. */
function identityOf(service: ServiceView): Identity | undefined {
  const { snapshot } = service;
  if (service.kind === 'orchestrator') {
    if (snapshot.at === undefined || isUntold(service)) return undefined;
    const node = factsOf<'orchestrator'>(service).known?.node;
    // Behind one address any node of a raft group may answer.
    const host = node?.raftLeader === undefined ? node?.host : undefined;
    return { address: service.spec.url, ...(host === undefined ? {} : { node: host }) };
  }
  if (service.kind !== 'burrow' || snapshot.reach.kind !== 'answered') return undefined;
  return { address: service.spec.url, 'Kafka cluster': service.spec.cluster };
}

/** Whoever is there is not known: something answers in its place, or nobody asked. */
function isUntold({ snapshot: { reach } }: ServiceView): boolean {
  return reach.kind === 'pending' || (reach.kind === 'failed' && !isStopped(reach.failure));
}

/** Nobody listens, or the proxy in front says that nobody does. */
export function isStopped({ reason, text }: { readonly reason: string; readonly text: string }): boolean {
  return reason === 'refused' || (reason === 'serverError' && /^HTTP 50[234]\b/.test(text));
}

function identityCheck({ key, snapshot: { reach } }: ServiceView, { identity }: PlanService): PlanCheck {
  const words = Object.entries(identity ?? {}).map(([name, value]) => `${name} ${value}`);
  const why = reach.kind === 'failed' ? t`not read: ${reach.failure.text}` : t`not read`;
  return check(
    'target.identity',
    identity !== undefined,
    identity === undefined ? why : words.join(', '),
    t`it is known who is there`,
    t`Read ${key} again; what its own findings say comes first.`,
    { hasNoOverride: true },
  );
}

/** The client of Orchestrator reads its own settings: a login in its arguments would be seen by everybody. */
function accountOf(service: ServiceView, configFile: string | undefined): ClientAccount {
  return service.kind === 'burrow' ? curlAccount(service.spec.credentials, configFile) : { kind: 'own' };
}

/** Whoever plans what needs its answers. */
export function answersCheck(service: ServiceView): PlanCheck {
  const { reach } = service.snapshot;
  return check(
    'service.answers',
    reach.kind === 'answered',
    reach.kind === 'answered' ? t`it answers` : reach.kind === 'failed' ? reach.failure.text : t`not read`,
    t`it answers as itself`,
    t`Its own findings say what keeps it from answering.`,
    { hasNoOverride: true },
  );
}

export function routeCheck({ spec, key }: ServiceView): PlanCheck {
  const via = 'via' in spec ? spec.via : undefined;
  return check(
    'target.route',
    via === undefined,
    via === undefined ? t`reached directly` : t`reached through ${via}`,
    t`${key} can be reached from the terminal without a tunnel`,
    t`Open the folder on the bastion host with Remote-SSH, where it is reached directly.`,
  );
}
