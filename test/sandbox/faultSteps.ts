import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Connection, createConnection } from 'mysql2/promise';
import { type ReplicaStatus, renderStatus, toReplicaStatus } from './replicaStatus';
import type { Sandbox } from './sandbox';
import { statusStatement, text } from './statements';
import { waitFor } from './waitFor';

/** Steps that several faults are made of. */

/** Statements that leave no trace in the binary log, run on one connection. */
export const unlogged = (...statements: readonly string[]): string[] => ['SET SESSION sql_log_bin = 0', ...statements];

export async function readReplica(sandbox: Sandbox, name: string, connection = ''): Promise<ReplicaStatus | undefined> {
  const rows = await sandbox.query(name, statusStatement(sandbox.kind.flavor));
  return rows
    .map((row) => toReplicaStatus(sandbox.kind.flavor, row))
    .find((status) => status.connection === connection);
}

/** A proof by the status of one connection: the line that shows it where `holds`. */
export const provenBy =
  (name: string, holds: (status: ReplicaStatus) => boolean, connection = '') =>
  async (sandbox: Sandbox): Promise<string | undefined> => {
    const status = await readReplica(sandbox, name, connection);
    return status !== undefined && holds(status) ? renderStatus(status) : undefined;
  };

/** STOP, CHANGE with the given options, START. */
export async function changeSource(
  sandbox: Sandbox,
  name: string,
  options: Readonly<Record<string, string>>,
  connection = '',
): Promise<void> {
  const words = sandbox.words(connection);
  await sandbox.query(name, [words.stop, words.change(options), words.start]);
}

/** One connection as the sandbox built it. Position and data stay as they are. */
export async function restoreSource(sandbox: Sandbox, name: string, connection = ''): Promise<void> {
  await sandbox.query(name, sandbox.words(connection).stop);
  await sandbox.connectReplica(name, connection);
}

/** `START … SQL_THREAD`, for a thread that stopped at an error that is gone now. */
export async function resumeSql(sandbox: Sandbox, name: string, connection = ''): Promise<void> {
  const words = sandbox.words(connection);
  await sandbox.query(name, [words.stop, words.start]);
}

/**
 * Makes a replica without replicas forget its own binary log and go on where its source is now. Right in the sandbox
 * only, where nothing but heartbeats can be lost by it.
 */
export async function jumpToSource(sandbox: Sandbox, name: string): Promise<void> {
  const { stop, start } = sandbox.words();
  const source = sandbox.instance(name).sources[0]!.source;
  if (sandbox.kind.flavor === 'mariadb') {
    const [row] = await sandbox.query(source, 'SELECT @@gtid_binlog_pos AS position');
    await sandbox.query(name, [
      stop,
      'RESET MASTER',
      `SET GLOBAL gtid_slave_pos = '${String(row?.['position'])}'`,
      start,
    ]);
  } else {
    const [row] = await sandbox.query(source, 'SELECT @@gtid_executed AS position');
    await sandbox.query(name, [
      stop,
      'RESET BINARY LOGS AND GTIDS',
      `SET GLOBAL gtid_purged = '${String(row?.['position']).replaceAll('\n', '')}'`,
      start,
    ]);
  }
}

/** Where a server is, as one value: of MySQL the set, of MariaDB the position of what it has logged. */
export async function positionOf(sandbox: Sandbox, name: string): Promise<string> {
  const variable = sandbox.kind.flavor === 'mariadb' ? '@@gtid_binlog_pos' : '@@gtid_executed';
  const [row] = await sandbox.query(name, `SELECT ${variable} AS position`);
  return String(row?.['position']).replaceAll('\n', '');
}

/** Makes a stopped server forget its binary logs, and stand where `position` says. */
export const standAt = (sandbox: Sandbox, position: string): string[] =>
  sandbox.kind.flavor === 'mariadb'
    ? ['RESET MASTER', `SET GLOBAL gtid_slave_pos = ${text(position)}`]
    : ['RESET BINARY LOGS AND GTIDS', `SET GLOBAL gtid_purged = ${text(position)}`];

/** SHUTDOWN as an operator would, and waits until the server has ended. */
export async function shutDown(sandbox: Sandbox, name: string): Promise<void> {
  const before = sandbox.instance(name).process;
  await sandbox.query(name, 'SHUTDOWN').catch(() => undefined);
  const ended = await waitFor(() => Promise.resolve(before?.hasEnded() === true ? true : undefined), 30_000);
  if (ended !== true) throw new Error(`${name} did not shut down within 30 s.`);
}

/** The same server again, with what `extraArguments` say by now. */
export async function restartServer(sandbox: Sandbox, name: string): Promise<void> {
  await shutDown(sandbox, name);
  await sandbox.startServer(name);
}

/** Waits until a replica has what its source had at the call, for a fault that needs a row to be on both. */
export async function waitForRow(sandbox: Sandbox, name: string, table: string, id: number): Promise<void> {
  for (let round = 0; round < 100; round += 1) {
    const rows = await sandbox.query(name, `SELECT id FROM ${table} WHERE id = ${id}`);
    if (rows.length > 0) return;
    await sleep(100);
  }
  throw new Error(`${name} did not get row ${id} of ${table} from its source within 10 s.`);
}

/** Age of a heartbeat row by the server's own clock; undefined: there is no such row. */
export async function heartbeatAge(sandbox: Sandbox, name: string, serverId: number): Promise<number | undefined> {
  const [row] = await sandbox.query(
    name,
    'SELECT TIMESTAMPDIFF(MICROSECOND, CAST(ts AS CHAR), UTC_TIMESTAMP(6)) / 1000000 AS age ' +
      `FROM heartbeat.heartbeat WHERE server_id = ${serverId}`,
  );
  return row === undefined ? undefined : Number(row['age']);
}

/** A TCP connection over TLS with the account and password of the inventory's option file. */
export function connectAsMonitor(sandbox: Sandbox, name: string): Promise<Connection> {
  const password = /^password = (.*)$/m.exec(readFileSync(sandbox.monitorFile, 'utf8'))?.[1] ?? '';
  return connectOverTls(sandbox, name, 'replideck', password);
}

export function connectOverTls(sandbox: Sandbox, name: string, user: string, password: string): Promise<Connection> {
  const { host, port } = sandbox.instance(name);
  const ssl = { ca: readFileSync(sandbox.certificates.ca, 'utf8'), rejectUnauthorized: true, verifyIdentity: true };
  // mysql2 leaves the name to verify out where the host is an address.
  return createConnection({ host, port, user, password, ssl: { ...ssl }, connectTimeout: 2_000 });
}

/** How the monitor account's login fails: code and text; undefined: it does not. */
export async function loginFailure(sandbox: Sandbox, name: string): Promise<string | undefined> {
  try {
    const connection = await connectAsMonitor(sandbox, name);
    connection.destroy();
    return undefined;
  } catch (error) {
    const { errno, code, message } = error as { errno?: number; code?: string; message: string };
    return `${errno ?? ''} ${code ?? ''} ${message}`.trim();
  }
}

export const provenByLogin =
  (name: string, pattern: RegExp) =>
  async (sandbox: Sandbox): Promise<string | undefined> => {
    const failure = await loginFailure(sandbox, name);
    return failure !== undefined && pattern.test(failure) ? failure : undefined;
  };

/** Ends what is connected as the monitor account, for privileges count from the next login. Gives how many there were. */
export async function dropMonitorConnections(sandbox: Sandbox, name: string): Promise<number> {
  // One connection for all of it: on a full server root has a single place beyond the limit.
  const connection = await sandbox.instance(name).connect();
  try {
    const [rows] = await connection.query(
      "SELECT id AS id FROM information_schema.processlist WHERE user = 'replideck'",
    );
    const ids = (rows as { id: number }[]).map(({ id }) => id);
    // One that ended by itself since cannot be killed any more.
    for (const id of ids) await connection.query(`KILL ${id}`).catch(() => undefined);
    return ids.length;
  } finally {
    connection.destroy();
  }
}

/** Keeps a transaction or lock open on an instance until `release` of the key. */
export async function hold(sandbox: Sandbox, name: string, key: string, statements: readonly string[]): Promise<void> {
  const connection = await sandbox.instance(name).connect();
  connection.on('error', () => undefined);
  sandbox.holds.set(key, [connection]);
  for (const statement of statements) await connection.query(statement);
}

/** Takes every connection that a server has left; they are kept under `key` until `release`. */
export async function fillConnections(sandbox: Sandbox, name: string, key: string): Promise<void> {
  const held: Connection[] = [];
  sandbox.holds.set(key, held);
  // Ten is the least that MariaDB takes.
  await sandbox.query(name, 'SET GLOBAL max_connections = 10');
  for (let round = 0; round < 30; round += 1) {
    try {
      const connection = await connectOverTls(sandbox, name, 'app', sandbox.secrets.app);
      connection.on('error', () => undefined);
      held.push(connection);
    } catch {
      // Full. A place that the monitor account has is taken from it, and filled in the next round.
      const dropped = await dropMonitorConnections(sandbox, name);
      if (dropped === 0 && (await loginFailure(sandbox, name))?.startsWith('1040') === true) return;
      await sleep(100);
    }
  }
  throw new Error(`${name} is not full after ${held.length} connections.`);
}

/** Waits for something that is a matter of a second or two. */
export async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  const done = await waitFor(async () => ((await holds()) ? true : undefined), 20_000);
  if (done !== true) throw new Error(`${what} did not happen within 20 s.`);
}
