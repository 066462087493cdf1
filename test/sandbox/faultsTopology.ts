import type { Faults } from './fault';
import { positionOf, readReplica, standAt, unlogged } from './faultSteps';
import { HeartbeatWriter } from './heartbeatWriter';
import type { Sandbox } from './sandbox';
import { gtidOn, text } from './statements';
import { waitFor } from './waitFor';

const primary = 's1-primary';
const replica = 's1-replica';
const other = 's1-codfw';
/** Written on the second primary only. */
const strayId = 1008;
const open = 'SET GLOBAL read_only = OFF';
const caughtUpTimeoutMs = 20_000;

const isReadOnly = async (sandbox: Sandbox, name: string): Promise<boolean> => {
  const [row] = await sandbox.query(name, 'SELECT @@read_only AS value');
  return String(row?.['value']) === '1';
};

const hasSource = async (sandbox: Sandbox, name: string): Promise<boolean> => (await sandbox.status(name)).length > 0;

const follows = async (sandbox: Sandbox, name: string, source: string): Promise<boolean> => {
  const status = await readReplica(sandbox, name);
  return status?.io === 'Yes' && status.sql === 'Yes' && status.sourcePort === sandbox.instance(source).port;
};

/** What has logged all that it applied goes on from there under another source; MariaDB has to be told. */
const standHere = (sandbox: Sandbox): string[] =>
  sandbox.kind.flavor === 'mariadb' ? ['SET GLOBAL gtid_slave_pos = @@gtid_binlog_pos'] : [];

const forgetPosition = (sandbox: Sandbox): string[] =>
  sandbox.kind.flavor === 'mariadb' ? ["SET GLOBAL gtid_slave_pos = ''"] : [];

/** Stops what an instance follows, if anything, and makes it follow `source` from where it is. */
async function follow(sandbox: Sandbox, name: string, source: string): Promise<void> {
  const { stop, resetAll, change, start } = sandbox.words();
  await sandbox.query(name, [
    ...((await hasSource(sandbox, name)) ? [stop, resetAll] : []),
    ...standHere(sandbox),
    change({ ...sandbox.sourceOptions(sandbox.instance(source)), ...gtidOn(sandbox.kind.flavor) }),
    start,
  ]);
}

async function followNothing(sandbox: Sandbox, name: string): Promise<void> {
  const { stop, resetAll } = sandbox.words();
  if (await hasSource(sandbox, name)) await sandbox.query(name, [stop, resetAll, ...forgetPosition(sandbox)]);
}

/** A planned switchover, step by step: no write is lost, and everything follows `to`, which stays read-only. */
async function moveAll(sandbox: Sandbox, from: string, to: string): Promise<void> {
  await sandbox.query(from, 'SET GLOBAL read_only = ON');
  await sandbox.writers.get(from)?.stop();
  const replicas = [to, replica];
  const caughtUp = await waitFor(async () => {
    const goal = await positionOf(sandbox, from);
    const positions = await Promise.all(replicas.map((name) => positionOf(sandbox, name)));
    return positions.every((position) => position === goal) ? true : undefined;
  }, caughtUpTimeoutMs);
  if (caughtUp === undefined) {
    const looks = [from, ...replicas].map(async (name) => {
      const status = JSON.stringify(await readReplica(sandbox, name));
      return `${name} at ${await positionOf(sandbox, name)}, ${status}`;
    });
    throw new Error(
      `${replicas.join(' and ')} did not catch up with ${from}: ${(await Promise.all(looks)).join('; ')}`,
    );
  }
  await followNothing(sandbox, to);
  await follow(sandbox, from, to);
  await follow(sandbox, replica, to);
}

/** All follows s1-primary again, which stays read-only; the heartbeat row of s1-codfw goes, on all. */
export async function moveBack(sandbox: Sandbox): Promise<void> {
  if (await hasSource(sandbox, other)) return;
  await moveAll(sandbox, other, primary);
  sandbox.writers.delete(other);
  await sandbox.query(primary, `DELETE FROM heartbeat.heartbeat WHERE server_id = ${sandbox.instance(other).serverId}`);
  await sandbox.writers.get(primary)?.start();
}

/** Back, and open to writes again. */
export async function undoSwitchover(sandbox: Sandbox): Promise<void> {
  await moveBack(sandbox);
  await sandbox.query(primary, open);
}

/** What clients wrote on the second primary, written where it belongs: it reaches all that follow it. */
export async function moveStrayWrite(sandbox: Sandbox): Promise<void> {
  const [row] = await sandbox.query(replica, `SELECT name FROM shop.customers WHERE id = ${strayId}`);
  await sandbox.query(primary, `INSERT INTO shop.customers VALUES (${strayId}, ${text(String(row?.['name']))})`);
}

/** Who writes, and who follows whom. */
export const topologyFaults: Faults = {
  ring: {
    title: 'the primary follows one of its own replicas',
    subject: 'cluster:s1',
    findings: ['cluster.circular'],
    inject: (sandbox) => follow(sandbox, primary, other),
    heal: (sandbox) => followNothing(sandbox, primary),
    proof: async (sandbox) =>
      (await follows(sandbox, primary, other)) && (await follows(sandbox, other, primary))
        ? `${primary} follows ${other}, and ${other} follows ${primary}`
        : undefined,
  },
  'second-primary': {
    title: 'a replica was promoted beside the primary, and clients write on both',
    subject: 'cluster:s1',
    findings: ['cluster.multiplePrimaries'],
    inject: async (sandbox) => {
      await followNothing(sandbox, replica);
      await sandbox.query(replica, [
        'SET GLOBAL read_only = OFF',
        `INSERT INTO shop.customers VALUES (${strayId}, 'Radia')`,
      ]);
    },
    heal: async (sandbox) => {
      const { stop } = sandbox.words();
      await sandbox.query(primary, `DELETE FROM shop.customers WHERE id = ${strayId}`);
      await sandbox.query(replica, [
        'SET GLOBAL read_only = ON',
        ...((await hasSource(sandbox, replica)) ? [stop] : []),
        ...unlogged(`DELETE FROM shop.customers WHERE id = ${strayId}`),
        ...standAt(sandbox, await positionOf(sandbox, primary)),
      ]);
      await sandbox.connectReplica(replica, '');
    },
    proof: async (sandbox) => {
      if ((await isReadOnly(sandbox, replica)) || (await hasSource(sandbox, replica))) return undefined;
      return `${replica} follows nothing, and @@read_only = 0`;
    },
  },
  'other-primary': {
    title: 'the primary was switched over, and the inventory still names the former one',
    subject: 'cluster:s1',
    findings: ['cluster.unexpectedPrimary'],
    inject: async (sandbox) => {
      await moveAll(sandbox, primary, other);
      await sandbox.query(other, open);
      const writer = new HeartbeatWriter(sandbox.instance(other));
      sandbox.writers.set(other, writer);
      await writer.start();
    },
    heal: undoSwitchover,
    proof: async (sandbox) =>
      (await follows(sandbox, primary, other)) && !(await isReadOnly(sandbox, other))
        ? `${primary} follows ${other}, where @@read_only = 0`
        : undefined,
  },
  'switchover-half': {
    title: 'a switchover stopped half way: all follow the new primary, which nobody has opened to writes',
    subject: 'cluster:s1',
    findings: ['cluster.noPrimary'],
    inject: (sandbox) => moveAll(sandbox, primary, other),
    heal: undoSwitchover,
    proof: async (sandbox) =>
      (await follows(sandbox, primary, other)) &&
      (await isReadOnly(sandbox, other)) &&
      (await isReadOnly(sandbox, primary))
        ? `${primary} follows ${other}, and both are read-only`
        : undefined,
  },
};
