import type { InstanceSpec } from './inventory/model';
import { addressOf, keysByAddress } from './orchestrator/matchInstances';
import type { OrchestratorFacts, OrchestratorInstance } from './orchestrator/model';
import type { PrometheusFacts, ScrapedServer } from './prometheus/model';
import type { ConnectionStatus, ServerFacts, Thread } from './replication/model';
import { parseVersionNumber } from './replication/parseServerFacts';
import type { Flavor } from './replication/reading';
import type { ServiceSnapshot } from './services/model';
import type { InstanceSnapshot, Part } from './snapshot';
import { pendingSnapshot } from './toInstanceSnapshot';
import { t } from './l10n';

/**
 * Instances as the fleet's own engines know them, for those that are not read directly. Orchestrator comes first, for it
 * knows who replicates from whom; what it does not know Prometheus may. What neither knows is missing.
 */
export function observedSnapshots(
  instances: readonly InstanceSpec[],
  services: Readonly<Record<string, ServiceSnapshot>>,
): ReadonlyMap<string, InstanceSnapshot> {
  const keys = keysByAddress(instances);
  const found = new Map<string, InstanceSnapshot>();
  const all = Object.values(services);
  for (const { at, reach, kind } of all) {
    if (kind !== 'orchestrator' || reach.kind !== 'answered' || at === undefined) continue;
    const { instances: known, requests } = reach.facts as OrchestratorFacts;
    for (const instance of known) {
      const key = keys.get(addressOf(instance.host, instance.port));
      if (key !== undefined && !found.has(key)) found.set(key, fromOrchestrator(key, instance, requests.instances, at));
    }
  }
  for (const { reach, kind } of all) {
    if (kind !== 'prometheus' || reach.kind !== 'answered') continue;
    const { servers, request } = reach.facts as PrometheusFacts;
    for (const server of servers) {
      const key = server.port === undefined ? undefined : keys.get(addressOf(server.host, server.port));
      if (key !== undefined && !found.has(key)) found.set(key, fromPrometheus(key, server, request));
    }
  }
  return found;
}

/** Not read and not known by a neighbour. */
export function unobservedSnapshot(key: string): InstanceSnapshot {
  return { ...pendingSnapshot(key), source: 'orchestrator' };
}

function fromOrchestrator(
  key: string,
  instance: OrchestratorInstance,
  statement: string,
  readAt: string,
): InstanceSnapshot {
  const { version, source, secondsSinceSeen, isCheckValid } = instance;
  // As old as its last look, not as ours at it.
  const at = new Date(Date.parse(readAt) - (secondsSinceSeen ?? 0) * 1000).toISOString();
  const base = { ...pendingSnapshot(key), at, source: 'orchestrator' as const };
  if (isCheckValid === false) {
    const text = t`Orchestrator cannot check it (last_check_invalid).`;
    return { ...base, reach: { kind: 'failed', failure: { reason: 'other', text } } };
  }
  if (version === undefined) return { ...base, reach: { kind: 'pending' } };
  const read = <T>(value: T): Part<T> => ({ kind: 'read', value, statement, at });
  const { serverId, readOnly, logBin, binlogFormat } = instance;
  return {
    ...base,
    reach: { kind: 'answered', flavor: flavorOf(version), version },
    server: read(toFacts(version, { serverId, readOnly, logBin, binlogFormat })),
    // It does not see named connections, so a read-only server without a source may well be a replica.
    replication:
      source === undefined && readOnly !== false
        ? { kind: 'notAsked' }
        : read(source === undefined ? [] : [toConnection(instance, source)]),
  };
}

function toConnection(instance: OrchestratorInstance, source: string): ConnectionStatus {
  const { ioThread, sqlThread, secondsBehind, delaySeconds, usesGtid, lagSeconds } = instance;
  const colon = source.lastIndexOf(':');
  const seconds = lagSeconds ?? secondsBehind;
  return {
    ...connectionBase,
    sourceHost: source.slice(0, colon).replace(/^\[|\]$/g, ''),
    sourcePort: Number(source.slice(colon + 1)),
    ioThread: ioThread ?? 'unknown',
    sqlThread: sqlThread ?? 'unknown',
    ...(secondsBehind === undefined ? {} : { secondsBehind }),
    delaySeconds,
    gtid: usesGtid ? 'slavePos' : 'no',
    observed: {
      by: 'orchestrator',
      how: t`ReplicationLagSeconds of Orchestrator (${seconds === undefined ? t`NULL` : `${seconds} s`})`,
      ...(seconds === undefined ? {} : { lagSeconds: Math.max(0, seconds - delaySeconds) }),
    },
  };
}

function fromPrometheus(key: string, server: ScrapedServer, statement: string): InstanceSnapshot {
  const { at, isUp, version, serverId, readOnly, logBin, connections } = server;
  const base = { ...pendingSnapshot(key), at, source: 'prometheus' as const };
  if (!isUp) {
    const text = t`mysqld_exporter does not reach it (mysql_up 0).`;
    return { ...base, reach: { kind: 'failed', failure: { reason: 'other', text } } };
  }
  if (version === undefined) return { ...base, reach: { kind: 'pending' } };
  const read = <T>(value: T): Part<T> => ({ kind: 'read', value, statement, at });
  return {
    ...base,
    reach: { kind: 'answered', flavor: flavorOf(version), version },
    server: read(toFacts(version, { serverId, readOnly, logBin })),
    replication: read(
      connections.map(({ name, sourceHost, ioRunning, sqlRunning, secondsBehind, delaySeconds }) => ({
        ...connectionBase,
        ...{ name, sourceHost, delaySeconds, sourcePort: 3306 },
        ioThread: toThread(ioRunning),
        sqlThread: toThread(sqlRunning),
        ...(secondsBehind === undefined ? {} : { secondsBehind }),
        gtid: 'slavePos' as const,
        observed: {
          by: 'prometheus' as const,
          how: t`seconds_behind of mysqld_exporter (${secondsBehind === undefined ? t`none` : `${secondsBehind} s`})`,
          ...(secondsBehind === undefined ? {} : { lagSeconds: Math.max(0, secondsBehind - delaySeconds) }),
        },
      })),
    ),
  };
}

const connectionBase = { name: '', tls: {}, filters: [], raw: {} } as const;

/** 0 is all that the exporter has for stopped and for connecting. */
function toThread(isRunning: boolean | undefined): Thread {
  return isRunning === undefined ? 'unknown' : isRunning ? 'running' : 'stopped';
}

function flavorOf(version: string): Flavor {
  return /mariadb/i.test(version) ? 'mariadb' : 'mysql';
}

type Known = Partial<Record<'serverId', number | undefined>> &
  Partial<Record<'readOnly' | 'logBin', boolean | undefined>> &
  Partial<Record<'binlogFormat', string | undefined>>;

function toFacts(version: string, known: Known): ServerFacts {
  const all: Readonly<Record<string, unknown>> = { ...known };
  const given = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
  return { flavor: flavorOf(version), version, versionNumber: parseVersionNumber(version), ...given, raw: {} };
}

/** The label `instance` under which Prometheus scrapes an instance of the fleet. Undefined: it does not, as far as known. */
export function scrapedName(
  instances: readonly InstanceSpec[],
  key: string,
  services: Readonly<Record<string, ServiceSnapshot>>,
): string | undefined {
  const keys = keysByAddress(instances);
  for (const { last, kind } of Object.values(services)) {
    if (kind !== 'prometheus' || last === undefined) continue;
    const found = (last.facts as PrometheusFacts).servers.find(
      ({ host, port }) => port !== undefined && keys.get(addressOf(host, port)) === key,
    );
    if (found !== undefined) return found.instance;
  }
  return undefined;
}
