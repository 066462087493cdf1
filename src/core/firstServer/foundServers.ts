import { addressIdentity, formatKey, isHostName, isIpv6, isPort } from '../inventory/address';
import { canonicalHost, namesSameHost } from '../replication/matchSource';
import type { ServerFacts } from '../replication/model';
import type { Answer, Row } from '../replication/reading';
import type { InstanceSnapshot } from '../snapshot';
import { formatCount } from '../words';
import type { ServerAddress } from './checkAnswers';
import { t } from '../l10n';

/** A server that the first one told of. It was not asked itself. */
export interface FoundServer extends ServerAddress {
  /** `host:port`, unique in the list. */
  readonly key: string;
  /** The port was not told: it is that of the first server. */
  readonly isPortGuessed: boolean;
  /** A sentence's part: who says so. */
  readonly how: string;
}

/** A server of a cluster that a neighbour of the fleet knows. */
export interface KnownCluster {
  readonly name: string;
  readonly instances: readonly ServerAddress[];
}

interface Draft extends ServerAddress {
  readonly isPortGuessed: boolean;
  readonly how: string;
}

/**
 * The servers that replicate from the first one or are its sources, as far as it tells, and those that an Orchestrator
 * knows beside it. A loopback address in an answer is the first server's own machine. Text that is no host name is left
 * out: replicas choose what they register as.
 *
 * A replica without `report_host` registers its port alone; the process list knows its host alone. Both together give
 * the address where only one host or one port can be meant.
 */
export function foundServers(
  first: ServerAddress,
  snapshot: InstanceSnapshot,
  replicas: Answer,
  known: readonly KnownCluster[] = [],
): readonly FoundServer[] {
  const facts = snapshot.server.kind === 'read' ? snapshot.server.value : undefined;
  const place = (host: string | undefined): string | undefined =>
    host === undefined ? undefined : placeOf(host, first);
  const sources = snapshot.replication.kind === 'read' ? snapshot.replication.value : [];
  const drafts: Draft[] = [
    ...sources.flatMap(({ sourceHost, sourcePort, name }): Draft[] => {
      const host = place(sourceHost);
      const connection = name === '' ? '' : t`, connection ${name}`;
      return host === undefined
        ? []
        : [
            {
              host,
              port: sourcePort,
              isPortGuessed: false,
              how: t`source of ${formatKey(first.host, first.port)}${connection}`,
            },
          ];
    }),
    ...replicasOf(first, facts, replicas, place),
    ...known
      .filter(({ instances }) => instances.some((each) => isSame(each, first)))
      .flatMap(({ name, instances }) =>
        instances.map(({ host, port }) => ({ host, port, isPortGuessed: false, how: t`in ${name} of Orchestrator` })),
      ),
  ];
  const found = new Map<string, FoundServer>();
  for (const draft of drafts) {
    const identity = addressIdentity(draft.host, draft.port);
    // Which of several servers on its own machine is meant, a guess cannot say.
    const isVague = draft.isPortGuessed && draft.host === first.host;
    if (isVague || !isPort(draft.port) || isItself(draft, first, facts)) continue;
    const before = found.get(identity);
    // Two that say the same: a port that one of them knows is no guess.
    if (before === undefined || (before.isPortGuessed && !draft.isPortGuessed)) {
      found.set(identity, { ...draft, key: formatKey(draft.host, draft.port) });
    }
  }
  return [...found.values()];
}

/**
 * How many replicas there are of which no address can be told: those on the first server's own machine of which nobody
 * says the port, and those whose host is no name.
 */
export function countUntold(first: ServerAddress, snapshot: InstanceSnapshot, replicas: Answer): number {
  if (replicas.kind === 'rows' || snapshot.server.kind !== 'read') return 0;
  const threads = snapshot.server.value.dumpThreads ?? [];
  return threads.filter(({ host }) => {
    const place = host === undefined ? undefined : placeOf(host, first);
    return place === undefined || place === first.host;
  }).length;
}

function replicasOf(
  first: ServerAddress,
  facts: ServerFacts | undefined,
  replicas: Answer,
  place: (host: string | undefined) => string | undefined,
): readonly Draft[] {
  const counts = new Map<string, number>();
  for (const { host: threadHost } of facts?.dumpThreads ?? []) {
    const host = place(threadHost);
    if (host !== undefined) counts.set(host, (counts.get(host) ?? 0) + 1);
  }
  const hosts = [...counts.keys()];
  if (replicas.kind === 'rows') {
    const registered = replicas.rows.map((row) => ({ host: textOf(row, 'host'), port: portOf(row) }));
    const named = registered.flatMap(({ host: said, port }): Draft[] => {
      const host = place(said);
      return host === undefined ? [] : [{ ...withPort(host, port, first, facts), how: t`replica, as it registered` }];
    });
    const nameless = registered.filter(({ host }) => host === undefined);
    const left = hosts.filter((host) => !named.some((each) => namesSameHost(each.host, host)));
    return [
      ...named,
      ...joined(
        nameless.map(({ port }) => port),
        left,
        counts,
        first,
        facts,
      ),
    ];
  }
  return hosts.map((host) => ({
    ...withPort(host, undefined, first, facts),
    how: t`replica, by ${threads(counts.get(host) ?? 1)}`,
  }));
}

/** Ports without a host, and hosts without a port. */
function joined(
  ports: readonly (number | undefined)[],
  hosts: readonly string[],
  counts: ReadonlyMap<string, number>,
  first: ServerAddress,
  facts: ServerFacts | undefined,
): readonly Draft[] {
  if (ports.length === 0) return [];
  const distinct = [...new Set(ports)];
  const [only] = hosts;
  if (only !== undefined && hosts.length === 1) {
    return distinct.map((port) => ({
      ...withPort(only, port, first, facts),
      how: t`replica, by its registered port and the process list`,
    }));
  }
  return hosts.map((host) => ({
    ...withPort(host, distinct.length === 1 ? distinct[0] : undefined, first, facts),
    how: t`replica, by ${threads(counts.get(host) ?? 1)}`,
  }));
}

const threads = (count: number): string => t`${formatCount(count, 'dump thread')} of the process list`;

/** Where the port is not told, the one that the first server has: a fleet tends to use one. */
function withPort(
  host: string,
  port: number | undefined,
  first: ServerAddress,
  facts: ServerFacts | undefined,
): Omit<Draft, 'how'> {
  return port === undefined
    ? { host, port: facts?.port ?? first.port, isPortGuessed: true }
    : { host, port, isPortGuessed: false };
}

/** Undefined: not the name of a host. */
function placeOf(host: string, first: ServerAddress): string | undefined {
  if (!isHostName(host) && !isIpv6(host)) return undefined;
  return canonicalHost(host) === '127.0.0.1' ? first.host : host;
}

function isSame(a: ServerAddress, b: ServerAddress): boolean {
  return a.port === b.port && namesSameHost(a.host, b.host);
}

function isItself(found: ServerAddress, first: ServerAddress, facts: ServerFacts | undefined): boolean {
  const own = [
    first,
    { host: facts?.hostname, port: facts?.port ?? first.port },
    { host: facts?.reportHost, port: facts?.reportPort ?? facts?.port ?? first.port },
  ];
  return own.some(({ host, port }) => host !== undefined && isSame(found, { host, port }));
}

function textOf(row: Row, name: string): string | undefined {
  const text = row[name]?.trim();
  return text === undefined || text === '' ? undefined : text;
}

/** 0 and what is no port are not told. */
function portOf(row: Row): number | undefined {
  const port = Number(textOf(row, 'port') ?? Number.NaN);
  return isPort(port) ? port : undefined;
}
