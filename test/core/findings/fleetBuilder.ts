import type { LinkedFleet } from '../../../src/core/fleetView';
import type { HeartbeatRow } from '../../../src/core/heartbeat/model';
import type { InstanceSpec } from '../../../src/core/inventory/model';
import { linkFleet } from '../../../src/core/linkFleet';
import type { ConnectionStatus, ReplicationError, ServerFacts } from '../../../src/core/replication/model';
import type { ReachFailure } from '../../../src/core/replication/reading';
import { toKnownServer } from '../../../src/core/replication/sameServer';
import { toReplicationError } from '../../../src/core/replication/replicationError';
import type { InstanceSnapshot, Part } from '../../../src/core/snapshot';
import { at, buildInventory, buildSnapshot, type ClusterSketch, from, type Sketch } from '../buildFleet';

/** A healthy cluster `s1` of a primary and two replicas, of which a case writes only what is different. */

export const p = 'db1100.eqiad.wmnet:3311';
export const r = 'db2100.codfw.wmnet:3311';
export const q = 'db2101.codfw.wmnet:3311';
/** Two primaries and their multi-source replica. */
export const matomo = 'matomo1002.eqiad.wmnet:3351';
export const meta = 'an1001.eqiad.wmnet:3352';
export const multi = 'db1108.eqiad.wmnet:3306';

export interface Node {
  /** `null`: no connection; a list replaces the healthy ones. */
  readonly connections?: readonly Partial<ConnectionStatus>[] | null;
  /** Changes to the first healthy connection. */
  readonly connection?: Partial<ConnectionStatus>;
  readonly facts?: Partial<ServerFacts>;
  readonly heartbeat?: readonly HeartbeatRow[];
  readonly failure?: Partial<ReachFailure> & Pick<ReachFailure, 'reason'>;
  readonly server?: Part<ServerFacts>;
  readonly replication?: Part<readonly ConnectionStatus[]>;
  readonly heartbeatPart?: Part<readonly HeartbeatRow[]>;
  readonly spec?: Partial<InstanceSpec>;
  /** The reading before. */
  readonly before?: Pick<Node, 'connection' | 'facts'>;
}

export type Nodes = Readonly<Record<string, Node>>;

const numbers: Readonly<Record<string, number>> = {
  [p]: 101,
  [r]: 201,
  [q]: 202,
  [matomo]: 301,
  [meta]: 302,
  [multi]: 303,
};
const domains: Readonly<Record<string, number>> = { [matomo]: 2, [meta]: 3, [multi]: 4 };

const healthySources: Readonly<Record<string, readonly Partial<ConnectionStatus>[]>> = {
  [r]: [from(p)],
  [q]: [from(p)],
  [multi]: [from(matomo, { name: 'matomo' }), from(meta, { name: 'analytics_meta' })],
};

export const s1: Readonly<Record<string, ClusterSketch>> = { s1: { instances: [p, r, q], primary: p } };
export const analytics: Readonly<Record<string, ClusterSketch>> = { analytics: { instances: [matomo, meta, multi] } };

export function fleetOf(nodes: Nodes = {}, clusters: Readonly<Record<string, ClusterSketch>> = s1): LinkedFleet {
  const keys = [...new Set(Object.values(clusters).flatMap(({ instances }) => instances))];
  const details = Object.fromEntries(keys.map((key) => [key, nodes[key]?.spec ?? {}]));
  const inventory = buildInventory(clusters, details);
  const sketch = (pick: (node: Node) => Pick<Node, 'connection' | 'connections' | 'facts' | 'heartbeat'>): Sketch =>
    Object.fromEntries(
      keys.map((key) => {
        const node = nodes[key] ?? {};
        const { connection, connections, facts, heartbeat } = pick(node);
        const sources = connections === undefined ? (healthySources[key] ?? []) : (connections ?? []);
        return [
          key,
          {
            connections: sources.map((source, index) => ({ ...healthy(source), ...(index === 0 ? connection : {}) })),
            facts: { ...factsOf(key, sources.length > 0), ...facts },
            ...(heartbeat === undefined ? {} : { heartbeat }),
          },
        ];
      }),
    );
  const before = Object.fromEntries(
    Object.entries(sketch((node) => node.before ?? {})).filter(([key]) => nodes[key]?.before !== undefined),
  );
  const snapshot = buildSnapshot(
    inventory,
    sketch((node) => node),
    before,
  );
  const previous = Object.fromEntries(
    Object.entries(snapshot.previous).map(([key, each]) => [key, { ...each, at: '2026-11-24T09:59:50.000Z' }]),
  );
  const instances = Object.fromEntries(
    Object.entries(snapshot.instances).map(([key, each]) => [key, patch(each, nodes[key] ?? {})]),
  );
  const identities = Object.fromEntries(
    Object.entries(previous).flatMap(([key, each]) => {
      const known = toKnownServer({ ...each, server: dated(each.server) });
      return known === undefined ? [] : [[key, known]];
    }),
  );
  return linkFleet({ ...snapshot, instances, previous, identities });
}

/** Read when the reading before ended. */
const dated = (part: Part<ServerFacts>): Part<ServerFacts> =>
  part.kind === 'read' ? { ...part, at: '2026-11-24T09:59:50.000Z' } : part;

function patch(instance: InstanceSnapshot, node: Node): InstanceSnapshot {
  if (node.failure !== undefined) {
    const unread = { kind: 'notAsked' } as const;
    const failure = { text: node.failure.reason, ...node.failure };
    return { ...instance, reach: { kind: 'failed', failure }, server: unread, replication: unread, heartbeat: unread };
  }
  return {
    ...instance,
    server: node.server ?? instance.server,
    replication: node.replication ?? instance.replication,
    heartbeat: node.heartbeatPart ?? instance.heartbeat,
  };
}

function healthy(source: Partial<ConnectionStatus>): Partial<ConnectionStatus> {
  return {
    sourceUser: 'repl',
    readPosition: { file: 'bin.000004', position: 1229 },
    executedPosition: { file: 'bin.000004', position: 1229 },
    ...source,
  };
}

function factsOf(key: string, isReplica: boolean): Partial<ServerFacts> {
  const serverId = numbers[key] ?? 999;
  const domain = domains[key] ?? 0;
  return {
    serverId,
    hostname: key.split('.')[0] ?? '',
    port: Number(key.slice(key.lastIndexOf(':') + 1)),
    readOnly: ![p, matomo, meta].includes(key),
    logBin: true,
    logReplicaUpdates: true,
    binlogFormat: 'ROW',
    binlogExpireSeconds: 1209600,
    gtidDomainId: domain,
    gtidBinlogState: isReplica ? '0-101-100,2-301-9,3-302-8' : `${domain}-${serverId}-100`,
    gtidBinlogPos: isReplica ? '0-101-100' : `${domain}-${serverId}-100`,
    gtidSlavePos: isReplica ? '0-101-100,2-301-100,3-302-100' : '',
    collation: 'utf8mb4_general_ci',
    sqlMode: 'STRICT_TRANS_TABLES',
    lowerCaseTableNames: 0,
    uptimeSeconds: 864000,
    tlsOffered: true,
    tlsAccepts: 7,
  };
}

/** An error of a thread, in the server's words. */
export function error(errno: number, text: string, workerText?: string): ReplicationError {
  const made = toReplicationError(
    errno,
    text,
    undefined,
    workerText === undefined ? undefined : { channel: 'ch', errno, text: workerText },
  );
  if (made === undefined) throw new Error('no error');
  return made;
}

export const io = (errno: number, text: string, thread: 'connecting' | 'stopped' = 'stopped') => ({
  ioThread: thread,
  ioError: error(errno, text),
  secondsBehind: undefined,
});
export const connecting = (errno: number, message: string) =>
  io(
    errno,
    `error connecting to master 'repl@db1100.eqiad.wmnet:3311' - retry-time: 60  maximum-retries: 100000  message: ${message}`,
    'connecting',
  );
export const fatal = (inner: string) =>
  io(1236, `Got fatal error 1236 from master when reading data from binary log: '${inner}'`);
export const sql = (errno: number, text: string, workerText?: string) => ({
  sqlThread: 'stopped' as const,
  sqlError: error(errno, text, workerText),
  secondsBehind: undefined,
});

export const denied = (statement: string, errno: number, text: string) =>
  ({ kind: 'denied', statement, at, errno, text }) as const;
export const failedPart = (statement: string, text: string, errno?: number) =>
  ({ kind: 'failed', statement, at, text, ...(errno === undefined ? { isLate: true as const } : { errno }) }) as const;

export const beat = (serverId: number, ageSeconds: number, more: Partial<HeartbeatRow> = {}): HeartbeatRow => ({
  ts: '2026-11-24T10:00:00.000000',
  serverId,
  ageSeconds,
  ...more,
});

export const mysql: Partial<ServerFacts> = { flavor: 'mysql', version: '9.7.4-2', versionNumber: [9, 7, 4] };
