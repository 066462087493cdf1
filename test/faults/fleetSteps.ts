import { setTimeout as sleep } from 'node:timers/promises';
import { positionOf, readReplica, standAt, unlogged } from '../sandbox/faultSteps';
import { renderStatus, toReplicaStatus } from '../sandbox/replicaStatus';
import type { Sandbox } from '../sandbox/sandbox';
import { gtidOn, statusStatement, text } from '../sandbox/statements';

/** Steps that several healthy fleets are made of. */

/** The status of all connections of the fleet, where `holds` for each of them. */
export async function provenByAll(
  sandbox: Sandbox,
  holds: (status: ReturnType<typeof toReplicaStatus>) => boolean,
): Promise<string | undefined> {
  const { flavor } = sandbox.kind;
  const rows = await Promise.all(sandbox.instances.map(({ name }) => sandbox.query(name, statusStatement(flavor))));
  const all = rows.flat().map((row) => toReplicaStatus(flavor, row));
  const good = all.filter((status) => status.io === 'Yes' && status.sql === 'Yes' && holds(status));
  return all.length > 0 && good.length === all.length
    ? `${all.length} connections: ${renderStatus(all[0]!)}`
    : undefined;
}

export const everythingRuns = (sandbox: Sandbox) => provenByAll(sandbox, () => true);

/** STOP, the statements, START: for settings that a running replica does not take. */
export async function whileStopped(sandbox: Sandbox, name: string, statements: readonly string[]): Promise<void> {
  const { stop, start } = sandbox.words();
  await sandbox.query(name, [stop, ...statements, start]);
}

/** The primary follows the replica of the other data centre, which gets a heartbeat and a GTID domain of its own. */
export async function closeRing(sandbox: Sandbox): Promise<void> {
  const [here, there] = ['s1-primary', 's1-codfw'];
  const { change, start } = sandbox.words();
  if (sandbox.kind.flavor === 'mariadb') {
    await sandbox.query(there, 'SET GLOBAL gtid_domain_id = 11');
    await sandbox.query(here, 'SET GLOBAL gtid_slave_pos = @@gtid_binlog_pos');
  }
  await sandbox.query(here, [
    change({ ...sandbox.sourceOptions(sandbox.instance(there)), ...gtidOn(sandbox.kind.flavor) }),
    start,
  ]);
}

/** Takes the ring apart and makes all replicas of s1 forget what the other data centre wrote. */
export async function openRing(sandbox: Sandbox): Promise<void> {
  const { stop, resetAll, start } = sandbox.words();
  const replicas = ['s1-replica', 's1-codfw', 's1-codfw-leaf'];
  const forget = unlogged('DELETE FROM heartbeat.heartbeat WHERE server_id IN (201, 202)');
  await sandbox.query('s1-primary', [stop, resetAll]);
  for (const name of replicas) await sandbox.query(name, stop);
  if (sandbox.kind.flavor === 'mariadb') {
    await sandbox.query('s1-codfw', 'SET GLOBAL gtid_domain_id = 1');
    await sandbox.query('s1-primary', "SET GLOBAL gtid_slave_pos = ''");
  }
  await sandbox.query('s1-primary', forget);
  const position = await positionOf(sandbox, 's1-primary');
  for (const name of replicas) await sandbox.query(name, standAt(sandbox, position));
  for (const name of replicas) await sandbox.query(name, [...forget, 'SET GLOBAL read_only = ON', start]);
}

/** Rows written on the primary until `stop`: enough for a replica to always have something to apply. */
export async function writeLoad(sandbox: Sandbox): Promise<() => Promise<void>> {
  const connections = await Promise.all([1, 2, 3].map(() => sandbox.instance('s1-primary').connect()));
  let isOver = false;
  const work = connections.map(async (connection, index) => {
    for (let round = 0; !isOver; round += 1) {
      const id = 100_000 + index * 10_000 + (round % 1_000);
      await connection.query('REPLACE INTO shop.customers VALUES (?, ?)', [id, `load ${round}`]);
      await sleep(5);
    }
  });
  return async () => {
    isOver = true;
    await Promise.all(work);
    connections.forEach((connection) => {
      connection.destroy();
    });
    await sandbox.query('s1-primary', 'DELETE FROM shop.customers WHERE id >= 100000');
  };
}

/** Off for file and position, on for GTIDs: of every connection, and on MySQL of every server, step by step. */
export async function useGtids(sandbox: Sandbox, wanted: boolean): Promise<void> {
  const { flavor } = sandbox.kind;
  const off: Record<string, string> = flavor === 'mariadb' ? { USE_GTID: 'no' } : { AUTO_POSITION: '0' };
  const connections = async () => {
    for (const { name, sources } of sandbox.instances)
      for (const { connection } of sources) {
        const { stop, start, change } = sandbox.words(connection);
        await sandbox.query(name, [stop, change(wanted ? gtidOn(flavor) : off), start]);
      }
  };
  const modes = async () => {
    for (const mode of wanted
      ? ['OFF_PERMISSIVE', 'ON_PERMISSIVE', 'ON']
      : ['ON_PERMISSIVE', 'OFF_PERMISSIVE', 'OFF']) {
      for (const { name } of sandbox.instances) await sandbox.query(name, `SET GLOBAL gtid_mode = ${mode}`);
      // What was written in the mode before has to be applied everywhere.
      await sleep(1_500);
    }
  };
  if (!wanted) await connections();
  if (flavor === 'mysql') await modes();
  if (wanted) await connections();
}

/** A write that a replica once made as a primary, and that its source has got from it since. */
export async function writeOldOwn(sandbox: Sandbox): Promise<void> {
  const [replica, primary] = ['s1-replica', 's1-primary'];
  const write = "REPLACE INTO shop.customers VALUES (2001, 'Annie')";
  if (sandbox.kind.flavor === 'mariadb') {
    const own = ['SET SESSION gtid_domain_id = 102', 'SET SESSION server_id = 102', 'SET SESSION gtid_seq_no = 1'];
    for (const name of [replica, primary]) await sandbox.query(name, [...own, write]);
    return;
  }
  await sandbox.query(replica, write);
  const [row] = await sandbox.query(replica, 'SELECT @@server_uuid AS uuid');
  const executed = await positionOf(sandbox, replica);
  const own = new RegExp(`${String(row?.['uuid'])}:(?:\\d+-)?(\\d+)`).exec(executed)?.[1] ?? '1';
  const gtid = `${String(row?.['uuid'])}:${own}`;
  await sandbox.query(primary, [`SET SESSION gtid_next = ${text(gtid)}`, write, "SET SESSION gtid_next = 'AUTOMATIC'"]);
}

/** The multi-source replica follows the primary of s1 as well, by a third connection. */
export async function addThirdSource(sandbox: Sandbox): Promise<void> {
  const name = 'analytics-replica';
  const names = ['matomo', 'analytics_meta'];
  const { change, start } = sandbox.words('s1');
  const position = await positionOf(sandbox, 's1-primary');
  const mariadb = sandbox.kind.flavor === 'mariadb';
  await sandbox.query(name, [
    ...names.map((connection) => sandbox.words(connection).stop),
    // A copy of what the source has, as a restored backup would bring it: its heartbeat changes this row.
    ...unlogged("INSERT INTO heartbeat.heartbeat (ts, server_id) VALUES ('2000-01-01T00:00:00.000000', 101)"),
    mariadb
      ? `SET GLOBAL gtid_slave_pos = CONCAT(@@gtid_slave_pos, ',', ${text(position)})`
      : `SET GLOBAL gtid_purged = ${text(`+${position}`)}`,
    change({ ...sandbox.sourceOptions(sandbox.instance('s1-primary')), ...gtidOn(sandbox.kind.flavor) }),
    ...names.map((connection) => sandbox.words(connection).start),
    start,
  ]);
}

export async function removeThirdSource(sandbox: Sandbox): Promise<void> {
  const name = 'analytics-replica';
  const names = ['matomo', 'analytics_meta'];
  const { stop, resetAll } = sandbox.words('s1');
  await sandbox.query(name, [...names.map((connection) => sandbox.words(connection).stop), stop, resetAll]);
  const mariadb = sandbox.kind.flavor === 'mariadb';
  const foreign = await positionOf(sandbox, 's1-primary');
  const read = mariadb ? '@@gtid_slave_pos' : `GTID_SUBTRACT(@@gtid_executed, ${text(foreign)})`;
  const [row] = await sandbox.query(name, `SELECT ${read} AS position`);
  const kept = String(row?.['position']).replaceAll('\n', '');
  const domains = new Set(foreign.split(',').map((gtid) => gtid.split('-')[0]));
  const own = mariadb
    ? kept
        .split(',')
        .filter((gtid) => !domains.has(gtid.split('-')[0]))
        .join(',')
    : kept;
  await sandbox.query(name, [
    ...standAt(sandbox, own),
    ...unlogged('DELETE FROM heartbeat.heartbeat WHERE server_id = 101'),
    ...names.map((connection) => sandbox.words(connection).start),
  ]);
}

/** The status line of one connection that runs and of which `holds`. */
export const runs =
  (name: string, holds: (status: ReturnType<typeof toReplicaStatus>) => boolean = () => true, connection = '') =>
  async (sandbox: Sandbox): Promise<string | undefined> => {
    const status = await readReplica(sandbox, name, connection);
    return status?.io === 'Yes' && status.sql === 'Yes' && holds(status) ? renderStatus(status) : undefined;
  };
