import { strict as assert } from 'node:assert';
import type { ServerAnswers } from '../../src/core/grants/fromServer';
import type { InstanceSpec } from '../../src/core/inventory/model';
import type { TestReader } from '../adapters/harness';
import { instance } from '../adapters/harness';
import type { PrivateServer } from '../adapters/privateServer';
import { readDdl } from '../core/grants/serverRecordings';

/** `monitor` may read `mysql.*`; `bare` may read nothing, and holds a role. */
export async function prepareReaders(server: PrivateServer): Promise<void> {
  const names = ['monitor', 'bare'];
  await server.query([
    ...names.map((name) => `CREATE USER ${name}@'%' IDENTIFIED BY 'secret of ${name}'`),
    'GRANT SELECT ON mysql.* TO monitor',
    'GRANT PROCESS ON *.* TO bare WITH GRANT OPTION',
    'CREATE ROLE role_of_bare',
    'GRANT SELECT ON heartbeat.* TO role_of_bare',
    'GRANT role_of_bare TO bare',
    `SET DEFAULT ROLE role_of_bare ${server.kind.flavor === 'mariadb' ? 'FOR' : 'TO'} bare`,
  ]);
}

export const readerSecrets = { monitor: 'secret of monitor', bare: 'secret of bare' };

export function specOf(server: PrivateServer, user: keyof typeof readerSecrets = 'monitor'): InstanceSpec {
  return instance(server.port, {
    credentials: { name: user, user, password: { kind: 'secret', name: user } },
    tls: { mode: 'preferred' },
    timeoutSeconds: 10,
  });
}

export async function readGrants(reader: TestReader, spec: InstanceSpec): Promise<ServerAnswers> {
  const outcome = await reader.readGrants(spec, new AbortController().signal);
  assert.ok(outcome.kind === 'ok', JSON.stringify(outcome));
  return outcome.value;
}

/** What the recorded grants are about. */
export const grantObjects = [
  'CREATE DATABASE enwiki',
  'CREATE DATABASE heartbeat',
  'CREATE TABLE enwiki.page (id int PRIMARY KEY, t varchar(20))',
  'CREATE TABLE enwiki.`odd``name` (id int PRIMARY KEY, t varchar(20))',
  'CREATE TABLE enwiki.user (id int PRIMARY KEY, t varchar(20))',
  'CREATE PROCEDURE enwiki.pp() SELECT 1',
  'CREATE FUNCTION enwiki.ff() RETURNS int DETERMINISTIC RETURN 1',
];

/** Statements of the recording that this server takes, run in their order. */
export async function runRecordedDdl(server: PrivateServer, folder: string): Promise<readonly string[]> {
  const taken: string[] = [];
  const connection = await server.connectAsRoot();
  try {
    for (const { statement } of readDdl(folder)) {
      try {
        await connection.query(statement);
        taken.push(statement);
      } catch {
        // Versions of one flavor differ in what they take; what was not taken is not expected.
      }
    }
  } finally {
    connection.destroy();
  }
  return taken;
}
