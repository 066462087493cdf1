import type { InstanceSpec } from '../inventory/model';
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
  candidates: readonly Candidate[],
): string | undefined {
  const others = candidates.filter((candidate) => candidate.spec.key !== replica.spec.key);
  const near = (list: readonly Candidate[]): Candidate | undefined => single(list, replica.spec);
  const named = sourceHost(connection, replica);
  const samePort = others.filter(({ spec }) => spec.port === connection.sourcePort);
  return (
    near(samePort.filter(({ host }) => host === named)) ??
    near(samePort.filter(({ host }) => isSameHost(host, named))) ??
    near(others.filter(({ facts }) => sameUuid(facts, connection))) ??
    near(others.filter(({ facts }) => namesItself(facts, connection))) ??
    near(
      others.filter(
        ({ spec, facts }) =>
          facts?.serverId !== undefined &&
          facts.serverId === connection.sourceServerId &&
          (facts.port ?? spec.port) === connection.sourcePort &&
          sharesCluster(spec, replica.spec),
      ),
    )
  )?.spec.key;
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

function sameUuid(facts: ServerFacts | undefined, connection: ConnectionStatus): boolean {
  return facts?.uuid !== undefined && facts.uuid.toLowerCase() === connection.sourceUuid?.toLowerCase();
}

function namesItself(facts: ServerFacts | undefined, connection: ConnectionStatus): boolean {
  if (facts === undefined) {
    return false;
  }
  const isAt = (host: string | undefined, port: number | undefined): boolean =>
    host !== undefined && port === connection.sourcePort && namesSameHost(host, connection.sourceHost);
  return isAt(facts.reportHost, facts.reportPort ?? facts.port) || isAt(facts.hostname, facts.port);
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
