import { serviceFailureShort } from '../findings/serviceReach';
import type { Inventory } from '../inventory/model';
import type { State } from '../report';
import {
  serviceKey,
  serviceSpecs,
  type LinkedService,
  type LinkedServiceOf,
  type ServiceFailure,
  type ServiceItem,
  type ServiceKind,
  type ServicePicture,
  type ServiceReading,
  type ServiceSnapshot,
  type ServiceSpecs,
} from './model';
import { serviceTypes } from './serviceTypes';
import { t } from '../l10n';

/** One reading in our words. What the last good reading said is kept beside a failure. */
export function toServiceSnapshot<K extends ServiceKind>(
  reading: ServiceReading<K>,
  spec: ServiceSpecs[K],
  before: ServiceSnapshot<K> | undefined,
): ServiceSnapshot<K> {
  const { kind, key, at, elapsedMs, result } = reading;
  const last = before?.last;
  const base = { kind, key, at, elapsedMs, ...(last === undefined ? {} : { last }) };
  if (result.kind === 'failed') return { ...base, reach: { kind: 'failed', failure: result.failure } };
  const facts = serviceTypes[kind].toFacts(result.answers, spec, at, last?.facts);
  if (facts.kind === 'failed') return { ...base, reach: { kind: 'failed', ...facts.reason } };
  return { ...base, reach: { kind: 'answered', facts: facts.value }, last: { at, facts: facts.value } };
}

/** Every neighbour of the inventory with what is known of it. */
export function linkServices(
  inventory: Inventory,
  snapshots: Readonly<Record<string, ServiceSnapshot>>,
): readonly LinkedService[] {
  return serviceSpecs(inventory).map(({ kind, spec }) => {
    const key = serviceKey(kind, spec.name);
    const snapshot = snapshots[key] ?? { kind, key, reach: { kind: 'pending' } };
    return { kind, key, name: spec.name, spec, snapshot } as LinkedService;
  });
}

/** How it reads; undefined: it gave nothing to read now. */
export function pictureOf<K extends ServiceKind>({
  kind,
  spec,
  snapshot,
}: LinkedServiceOf<K>): ServicePicture | undefined {
  const { reach, at } = snapshot;
  return reach.kind === 'answered' && at !== undefined ? serviceTypes[kind].picture(reach.facts, spec, at) : undefined;
}

/** One line that says what and where it is. */
export function placeOfService<K extends ServiceKind>({ kind, spec }: LinkedServiceOf<K>): string {
  const place = serviceTypes[kind].place(spec);
  return 'via' in spec && spec.via !== undefined ? t`${place}, through ${spec.via}` : place;
}

/** In a few words, where nothing is wrong with what it says: for the tree. */
export function serviceShort<K extends ServiceKind>(
  { snapshot: { reach } }: LinkedServiceOf<K>,
  picture: ServicePicture | undefined,
): string {
  if (reach.kind === 'pending') return t`not read yet`;
  return reach.kind === 'failed' ? serviceFailureShort(reach.failure) : (picture?.short ?? '');
}

/** For the report of the API. A neighbour that gave nothing says why. */
export function serviceDetail<K extends ServiceKind>({ kind, snapshot }: LinkedServiceOf<K>): unknown {
  const { reach, at } = snapshot;
  switch (reach.kind) {
    case 'pending':
      return { note: t`Not read yet.` };
    case 'failed':
      return { at, reason: reach.failure.reason, text: reach.failure.text };
    case 'answered':
      return { at, ...(serviceTypes[kind].detail(reach.facts) as object) };
  }
}

/**
 * A neighbour that gives nothing is what its failure is; one that answers is as bad as the worst that it or our rules
 * say of what it knows.
 */
export function serviceState<K extends ServiceKind>(
  { snapshot }: LinkedServiceOf<K>,
  picture: ServicePicture | undefined,
  worstFinding: 'critical' | 'warning' | 'ok',
): State {
  const { reach } = snapshot;
  if (reach.kind === 'pending') return 'unknown';
  if (reach.kind === 'failed') return serviceFailureState(reach.failure.reason);
  const states = [worstFinding, ...(picture?.items ?? []).flatMap(statesOf)];
  if (states.some((state) => state === 'critical' || state === 'unreachable')) return 'critical';
  return states.some((state) => state === 'warning' || state === 'denied') ? 'warning' : 'ok';
}

function statesOf({ state, items }: ServiceItem): readonly State[] {
  return [...(state === undefined ? [] : [state]), ...(items ?? []).flatMap(statesOf)];
}

/** As of instances: refused, or nothing usable came back, or nobody asked. */
export function serviceFailureState(reason: ServiceFailure['reason']): State {
  switch (reason) {
    case 'unauthorized':
    case 'denied':
      return 'denied';
    case 'credentialsMissing':
    case 'cancelled':
    case 'untrusted':
      return 'unknown';
    case 'refused':
    case 'noRoute':
    case 'unknownHost':
    case 'timedOut':
    case 'hung':
    case 'lost':
    case 'tlsFailed':
    case 'tunnelFailed':
    case 'tooLarge':
    case 'notHttp':
    case 'redirected':
    case 'notJson':
    case 'wrongShape':
    case 'notFound':
    case 'serverError':
    case 'queryFailed':
    case 'other':
      return 'unreachable';
  }
}
