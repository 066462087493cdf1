import { parseHeartbeat } from './heartbeat/parseHeartbeat';
import {
  parseApplierRetries,
  parseApplierWaits,
  parseLockWaits,
  parseServerFacts,
  parseWorkerErrors,
} from './replication/parseServerFacts';
import { parseMariadbStatus, parseMysqlStatus, type StatusExtras } from './replication/parseStatus';
import type { ConnectionStatus, ServerFacts } from './replication/model';
import type { Answer, InstanceReading, Row } from './replication/reading';
import type { InstanceSnapshot, Part } from './snapshot';
import { t } from './l10n';

/** Refused for want of a privilege, on both flavors: global, table, column, database, routine. */
const deniedErrnos: ReadonlySet<number> = new Set([1227, 1142, 1143, 1044, 1370]);

/** An instance of the inventory that was never read. */
export function pendingSnapshot(key: string): InstanceSnapshot {
  const notAsked = { kind: 'notAsked' } as const;
  return {
    key,
    source: 'direct',
    reach: { kind: 'pending' },
    server: notAsked,
    replication: notAsked,
    heartbeat: notAsked,
  };
}

/** One poll in our words. Each part keeps its own fate: one refused statement never empties the others. */
export function toInstanceSnapshot(reading: InstanceReading): InstanceSnapshot {
  const base = { ...pendingSnapshot(reading.key), at: reading.at, elapsedMs: reading.elapsedMs };
  if (reading.result.kind === 'failed') {
    return { ...base, reach: { kind: 'failed', failure: reading.result.failure } };
  }
  const { flavor, version, tlsCipher } = reading.result;
  const server = toServer(reading.result.server, flavor, version);
  return {
    ...base,
    reach: { kind: 'answered', flavor, version, ...(tlsCipher === undefined ? {} : { tlsCipher }) },
    server,
    replication: toPart(reading.result.replication, (rows) => parseStatus(rows, flavor, extrasOf(server))),
    heartbeat: toPart(reading.result.heartbeat, parseHeartbeat),
  };
}

function parseStatus(
  rows: readonly Row[],
  flavor: 'mariadb' | 'mysql',
  extras: StatusExtras,
): readonly ConnectionStatus[] {
  return flavor === 'mariadb' ? parseMariadbStatus(rows, extras) : parseMysqlStatus(rows, extras);
}

function extrasOf(server: Part<ServerFacts>): StatusExtras {
  if (server.kind !== 'read') {
    return {};
  }
  const workerErrors = parseWorkerErrors(server.value.raw);
  const applierRetries = parseApplierRetries(server.value.raw);
  const applierWaits = parseApplierWaits(server.value.raw);
  const lockWaits = parseLockWaits(server.value.raw);
  return {
    ...(workerErrors === undefined ? {} : { workerErrors }),
    ...(applierRetries === undefined ? {} : { applierRetries }),
    ...(applierWaits === undefined ? {} : { applierWaits }),
    ...(lockWaits === undefined ? {} : { lockWaits }),
  };
}

function toServer(answer: Answer, flavor: 'mariadb' | 'mysql', version: string): Part<ServerFacts> {
  if (answer.kind === 'rows' && answer.rows.length === 0) {
    return { kind: 'failed', statement: answer.statement, at: answer.at, text: t`The server returned no row.` };
  }
  return toPart(answer, (rows) => parseServerFacts(rows[0] ?? {}, flavor, version));
}

function toPart<T>(answer: Answer, parse: (rows: readonly Row[]) => T): Part<T> {
  switch (answer.kind) {
    case 'rows':
      return { kind: 'read', value: parse(answer.rows), statement: answer.statement, at: answer.at };
    case 'error': {
      const { statement, at, errno, text } = answer;
      return { kind: deniedErrnos.has(errno) ? 'denied' : 'failed', statement, at, errno, text };
    }
    case 'timedOut':
      return {
        kind: 'failed',
        statement: answer.statement,
        at: answer.at,
        isLate: true,
        text: t`No answer within ${answer.timeoutMs} ms.`,
      };
    case 'notAsked':
      return answer;
  }
}
