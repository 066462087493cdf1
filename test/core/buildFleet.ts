import type { ExpectedPrimary, InstanceSpec, Inventory } from '../../src/core/inventory/model';
import type { HeartbeatRow } from '../../src/core/heartbeat/model';
import type { ConnectionStatus, ServerFacts } from '../../src/core/replication/model';
import type { ReachFailure } from '../../src/core/replication/reading';
import type { FleetSnapshot, InstanceSnapshot, Part } from '../../src/core/snapshot';
import { pendingSnapshot } from '../../src/core/toInstanceSnapshot';

/** Fleets by construction: each test writes only what it is about. */

export const at = '2026-11-24T10:00:00.000Z';

export interface ClusterSketch {
  readonly instances: readonly string[];
  readonly primary?: string | Readonly<Record<string, string>>;
}

/** `host:port` -> what was read there; an instance that is missing was never read. */
export type Sketch = Readonly<Record<string, InstanceSketch>>;

export interface InstanceSketch {
  readonly connections?: readonly Partial<ConnectionStatus>[];
  readonly facts?: Partial<ServerFacts>;
  readonly heartbeat?: readonly HeartbeatRow[];
  readonly replicationDenied?: boolean;
  readonly replicationFailed?: boolean;
  readonly failure?: ReachFailure['reason'];
}

export function buildInventory(
  clusters: Readonly<Record<string, ClusterSketch>>,
  details: Readonly<Record<string, Partial<InstanceSpec>>> = {},
): Inventory {
  const keys = [...new Set(Object.values(clusters).flatMap((cluster) => cluster.instances))];
  return {
    clusters: Object.entries(clusters).map(([name, { instances, primary }]) => ({
      name,
      production: true,
      instances,
      ...(primary === undefined ? {} : { primary: toExpected(primary) }),
    })),
    instances: keys.map((key) => {
      const colon = key.lastIndexOf(':');
      return {
        key,
        host: key.slice(0, colon),
        port: Number(key.slice(colon + 1)),
        clusters: Object.entries(clusters).flatMap(([name, { instances }]) => (instances.includes(key) ? [name] : [])),
        tls: { mode: 'preferred' },
        thresholds: { lagWarnSeconds: 15, lagCritSeconds: 300 },
        pollSeconds: 10,
        timeoutSeconds: 5,
        ...details[key],
      };
    }),
    grantTemplates: [],
    etcdMirrors: [],
    orchestrators: [],
    prometheus: [],
    backups: [],
    pipelines: [],
    burrow: [],
    outside: [],
    locations: {},
  };
}

export function buildSnapshot(inventory: Inventory, now: Sketch, before: Sketch = {}): FleetSnapshot {
  return {
    takenAt: at,
    inventory,
    instances: Object.fromEntries(
      inventory.instances.map(({ key }) => {
        const sketch = now[key];
        return [key, sketch === undefined ? pendingSnapshot(key) : buildInstance(key, sketch)];
      }),
    ),
    mirrors: {},
    services: {},
    previous: Object.fromEntries(Object.entries(before).map(([key, sketch]) => [key, buildInstance(key, sketch)])),
  };
}

/** A connection that runs well, from `host:port`. */
export function from(source: string, more: Partial<ConnectionStatus> = {}): Partial<ConnectionStatus> {
  const colon = source.lastIndexOf(':');
  return { sourceHost: source.slice(0, colon), sourcePort: Number(source.slice(colon + 1)), ...more };
}

export function connection(more: Partial<ConnectionStatus> = {}): ConnectionStatus {
  return {
    name: '',
    sourceHost: 'p',
    sourcePort: 3306,
    ioThread: 'running',
    sqlThread: 'running',
    secondsBehind: 0,
    delaySeconds: 0,
    gtid: 'slavePos',
    tls: {},
    filters: [],
    raw: {},
    ...more,
  };
}

export function facts(more: Partial<ServerFacts> = {}): ServerFacts {
  return { flavor: 'mariadb', version: '10.11.19-MariaDB', versionNumber: [10, 11, 19], raw: {}, ...more };
}

function buildInstance(key: string, sketch: InstanceSketch): InstanceSnapshot {
  const pending = pendingSnapshot(key);
  if (sketch.failure !== undefined) {
    return { ...pending, at, reach: { kind: 'failed', failure: { reason: sketch.failure, text: sketch.failure } } };
  }
  const read = <T>(value: T, statement: string): Part<T> => ({ kind: 'read', value, statement, at });
  const status = { statement: 'SHOW ALL SLAVES STATUS', at };
  const server = facts(sketch.facts);
  return {
    ...pending,
    at,
    reach: { kind: 'answered', flavor: server.flavor, version: server.version },
    server: read(server, 'SELECT @@server_id'),
    replication:
      sketch.replicationDenied === true
        ? { kind: 'denied', errno: 1227, text: 'Access denied', ...status }
        : sketch.replicationFailed === true
          ? { kind: 'failed', isLate: true, text: 'No answer within 5000 ms.', ...status }
          : read((sketch.connections ?? []).map(connection), status.statement),
    heartbeat: sketch.heartbeat === undefined ? pending.heartbeat : read(sketch.heartbeat, 'SELECT ts'),
  };
}

function toExpected(primary: string | Readonly<Record<string, string>>): ExpectedPrimary {
  return typeof primary === 'string' ? { kind: 'single', key: primary } : { kind: 'perDatacenter', keys: primary };
}
