import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { secondsBehindLag } from '../../../src/core/replication/lag';
import type { ConnectionStatus, ReplicationError } from '../../../src/core/replication/model';
import type { Flavor, InstanceReading } from '../../../src/core/replication/reading';
import { innerErrno } from '../../../src/core/replication/replicationError';
import { toInstanceSnapshot } from '../../../src/core/toInstanceSnapshot';
import { listRecordings, readRecording, recordedExtras, toRows } from './recording';

/** Every recorded status of three servers, one line per file and connection, as we read it. */
const golden = join(import.meta.dirname, 'recordings.golden.txt');
const folders: readonly (readonly [string, Flavor])[] = [
  ['mariadb-10.11/replica-status', 'mariadb'],
  ['mariadb-11.8/replica-status', 'mariadb'],
  ['mysql-9.7/replica-status', 'mysql'],
];

describe('recorded replication status', () => {
  it('reads as the golden table says', () => {
    const lines = folders.flatMap(([folder, flavor]) => listRecordings(folder).flatMap((path) => read(path, flavor)));
    // A missing golden is a failure, never written silently. To accept a change, paste the "actual" side.
    assert.deepEqual(lines, readFileSync(golden, 'utf8').trimEnd().split('\n'));
  });
});

function read(path: string, flavor: Flavor): readonly string[] {
  const recorded = readRecording(path);
  const version = (recorded['server'] as { version: string }).version;
  const at = '2026-11-22T03:00:00.000Z';
  const reading: InstanceReading = {
    key: 'r:3306',
    startedAt: at,
    at,
    elapsedMs: 5,
    result: {
      kind: 'answered',
      flavor,
      version,
      server: { kind: 'rows', statement: 'SELECT …', at, rows: [recordedExtras(recorded)] },
      replication: { kind: 'rows', statement: 'SHOW …', at, rows: toRows(recorded['rows']) },
      heartbeat: { kind: 'notAsked' },
    },
  };
  const { replication } = toInstanceSnapshot(reading);
  assert.equal(replication.kind, 'read');
  const name = path.replace('/replica-status', '').replace('.json', '');
  return replication.value.length === 0
    ? [`${name}: not configured`]
    : replication.value.map((status) => `${name}: ${line(status)}`);
}

function line(status: ConnectionStatus): string {
  const lag = secondsBehindLag(status);
  return [
    `'${status.name}' from ${status.sourceHost}:${status.sourcePort}`,
    `IO ${status.ioThread}${error(status.ioError)}`,
    `SQL ${status.sqlThread}${error(status.sqlError)}`,
    lag.seconds === undefined ? `lag unknown: ${lag.why ?? ''}` : `lag ${lag.seconds}`,
    `gtid ${status.gtid}`,
    `tls ${String(status.tls.asked)}/${String(status.tls.verify)}`,
    ...(status.delaySeconds === 0 ? [] : [`delay ${status.delaySeconds}`]),
    ...(status.until === undefined ? [] : [`until ${status.until.condition}`]),
    ...status.filters.map((filter) => `${filter.kind} ${filter.value}`),
  ].join(' | ');
}

function error(found: ReplicationError | undefined): string {
  if (found === undefined) {
    return '';
  }
  const cause = found.causeErrno === found.errno ? '' : `=${found.causeErrno}`;
  const inner = innerErrno(found);
  const worker = found.workerText === undefined ? '' : ' with worker';
  return ` ${found.errno}${cause}${inner === undefined ? '' : ` (inner ${inner})`}${worker}`;
}
