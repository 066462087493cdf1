import type { InstanceSpec } from '../inventory/model';
import { addTo } from '../addTo';
import { stepwise, type Steps } from '../steps';
import type { ConnectionStatus, ServerFacts } from './model';

/** What a source can be recognised by: its place in the inventory, and its own account of itself where it was read. */
export interface Candidate {
  readonly spec: InstanceSpec;
  /** `canonicalHost(spec.host)`, worked out once: every connection is held against every instance. */
  readonly host: string;
  readonly facts?: ServerFacts;
}

const loopback = /^(?:localhost|127\.\d+\.\d+\.\d+|::1)$/i;

/**
 * The key of the instance that a connection replicates from. Undefined: not in the inventory, or two would fit equally
 * well; a wrong link is worse than none. The strongest sign decides:
 *
 * 1. host and port as the inventory writes them;
 * 2. server uuid (MySQL);
 * 3. report_host:report_port or @@hostname:@@port, since replicas may know a source by a name that we do not use;
 * 4. server id and @@port, inside the replica's clusters only: on multi-instance hosts all instances share one id,
 *    and the id alone is `1` on servers where nobody set it.
 */
export function matchSource(
  connection: ConnectionStatus,
  replica: Candidate,
  candidates: Candidates,
): string | undefined {
  const { sourcePort, sourceServerId, sourceUuid } = connection;
  const near = (list: readonly Candidate[] = [], fits: (candidate: Candidate) => boolean): Candidate | undefined =>
    single(
      list.filter((candidate) => candidate.spec.key !== replica.spec.key && fits(candidate)),
      replica.spec,
    );
  const named = sourceHost(connection, replica);
  const there = candidates.byPlace.get(placeOf(named, sourcePort));
  return (
    near(there, ({ host }) => host === named) ??
    near(there, ({ host }) => isSameHost(host, named)) ??
    near(sourceUuid === undefined ? [] : candidates.byUuid.get(sourceUuid.toLowerCase()), () => true) ??
    near(candidates.byOwnPlace.get(placeOf(canonicalHost(connection.sourceHost), sourcePort)), ({ facts }) =>
      namesItself(facts, connection),
    ) ??
    near(
      sourceServerId === undefined ? [] : candidates.byServerId.get(sourceServerId),
      ({ spec, facts }) => (facts?.port ?? spec.port) === sourcePort && sharesCluster(spec, replica.spec),
    )
  )?.spec.key;
}

/** All candidates by what a connection may say of its source: every connection of a large fleet is held against them. */
export interface Candidates {
  readonly byPlace: ReadonlyMap<string, readonly Candidate[]>;
  readonly byOwnPlace: ReadonlyMap<string, readonly Candidate[]>;
  readonly byUuid: ReadonlyMap<string, readonly Candidate[]>;
  readonly byServerId: ReadonlyMap<number, readonly Candidate[]>;
}

export function* toCandidates(list: readonly Candidate[]): Steps<Candidates> {
  const byPlace = new Map<string, Candidate[]>();
  const byOwnPlace = new Map<string, Candidate[]>();
  const byUuid = new Map<string, Candidate[]>();
  const byServerId = new Map<number, Candidate[]>();
  yield* stepwise(list, (candidate) => {
    const { spec, host, facts } = candidate;
    addTo(byPlace, placeOf(host, spec.port), candidate);
    if (facts?.uuid !== undefined) addTo(byUuid, facts.uuid.toLowerCase(), candidate);
    if (facts?.serverId !== undefined) addTo(byServerId, facts.serverId, candidate);
    const own = ownPlaces(facts).map(([name, port]) => placeOf(canonicalHost(name), port));
    for (const place of new Set(own)) addTo(byOwnPlace, place, candidate);
  });
  return { byPlace, byOwnPlace, byUuid, byServerId };
}

/** The same for all names of one server: names of one host have their first label in common. */
function placeOf(host: string, port: number): string {
  return `${isAddress(host) ? host : (host.split('.')[0] ?? host)} ${port}`;
}

/** Case and a closing dot do not matter; a short name is the first label of the long one; addresses match whole. */
export function namesSameHost(a: string, b: string): boolean {
  return isSameHost(canonicalHost(a), canonicalHost(b));
}

function isSameHost(left: string, right: string): boolean {
  if (left === right) {
    return true;
  }
  if (isAddress(left) || isAddress(right)) {
    return false;
  }
  // A prefix of whole labels: `db1100` and `db1100.eqiad` both name `db1100.eqiad.wmnet`.
  return left.startsWith(`${right}.`) || right.startsWith(`${left}.`);
}

/** A replica that calls its source `127.0.0.1` means its own machine. */
function sourceHost(connection: ConnectionStatus, replica: Candidate): string {
  const host = canonicalHost(connection.sourceHost);
  return host === '127.0.0.1' ? replica.host : host;
}

/** Lower case, without brackets and closing dot; every spelling of loopback is `127.0.0.1`. */
export function canonicalHost(host: string): string {
  const name = host
    .toLowerCase()
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/\.$/, '');
  return loopback.test(name) ? '127.0.0.1' : name;
}

function isAddress(host: string): boolean {
  return host.includes(':') || /^\d+\.\d+\.\d+\.\d+$/.test(host);
}

function namesItself(facts: ServerFacts | undefined, { sourceHost: host, sourcePort }: ConnectionStatus): boolean {
  return ownPlaces(facts).some(([name, port]) => port === sourcePort && namesSameHost(name, host));
}

/** Hosts and ports that a server itself says it has. */
function ownPlaces(facts: ServerFacts | undefined): readonly (readonly [host: string, port: number])[] {
  const places = [
    [facts?.reportHost, facts?.reportPort ?? facts?.port],
    [facts?.hostname, facts?.port],
  ] as const;
  return places.flatMap(([host, port]) => (host === undefined || port === undefined ? [] : [[host, port] as const]));
}

function sharesCluster(a: InstanceSpec, b: InstanceSpec): boolean {
  return a.clusters.some((cluster) => b.clusters.includes(cluster));
}

/** The only one; among several, the only one that shares a cluster with the replica. */
function single(list: readonly Candidate[], replica: InstanceSpec): Candidate | undefined {
  if (list.length <= 1) {
    return list[0];
  }
  const shared = list.filter(({ spec }) => sharesCluster(spec, replica));
  return shared.length === 1 ? shared[0] : undefined;
}
