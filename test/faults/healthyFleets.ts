import { changeSource, heartbeatAge, positionOf, restartServer } from '../sandbox/faultSteps';
import { HeartbeatWriter } from '../sandbox/heartbeatWriter';
import type { Sandbox } from '../sandbox/sandbox';
import {
  addThirdSource,
  closeRing,
  everythingRuns,
  openRing,
  provenByAll,
  removeThirdSource,
  runs,
  useGtids,
  whileStopped,
  writeLoad,
  writeOldOwn,
} from './fleetSteps';

/** A fleet in which nothing is wrong, and which is easily taken for a broken one. */
export interface HealthyFleet {
  readonly title: string;
  /** The inventory that declares it, from that of the sandbox. Undefined: the sandbox's own. */
  readonly inventory?: (yaml: string, sandbox: Sandbox) => string;
  readonly arrange?: (sandbox: Sandbox) => Promise<void>;
  readonly undo?: (sandbox: Sandbox) => Promise<void>;
  /** What shows without the extension that it is arranged; undefined: it is not (yet). */
  readonly proof: (sandbox: Sandbox) => Promise<string | undefined>;
}

const replica = 's1-replica';
const leaf = 's1-codfw-leaf';

/** Replaces what must be there: an inventory that did not change would prove nothing. */
function edit(yaml: string, from: string | RegExp, to: string): string {
  const edited = yaml.replace(from, to);
  if (edited === yaml) throw new Error(`The sandbox's inventory has no ${String(from)}.`);
  return edited;
}

const withOption = (yaml: string, name: string, option: string) =>
  edit(yaml, ` } # ${name}`, `, ${option} } # ${name}`);
const primaryLine = /^ {4}primary: .*\n/m;

const coPrimaries = (yaml: string, sandbox: Sandbox) =>
  edit(
    yaml,
    primaryLine,
    `    primary: { eqiad: ${sandbox.instance('s1-primary').key}, codfw: ${sandbox.instance('s1-codfw').key} }\n`,
  );

/** Writers that a fleet started beside those of the sandbox, and what else it has to stop. */
const extra = new WeakMap<Sandbox, () => Promise<void>>();

async function stopExtra(sandbox: Sandbox): Promise<void> {
  await extra.get(sandbox)?.();
  extra.delete(sandbox);
}

async function startWriter(sandbox: Sandbox, name: string): Promise<void> {
  const writer = new HeartbeatWriter(sandbox.instance(name));
  extra.set(sandbox, () => writer.stop());
  await writer.start();
}

/** Age of the newest heartbeat of s1-primary on an instance, in words, where it is over `seconds`. */
const lateHeartbeat = (name: string, seconds: number) => async (sandbox: Sandbox) => {
  const age = await heartbeatAge(sandbox, name, 101);
  const line = await runs(name)(sandbox);
  return age !== undefined && age > seconds && line !== undefined
    ? `${line}, heartbeat ${age.toFixed(1)} s old`
    : undefined;
};

const delayed = (name: string) => ({
  inventory: (yaml: string) => withOption(yaml, name, 'delaySeconds: 9'),
  arrange: (sandbox: Sandbox) => changeSource(sandbox, name, { DELAY: '9' }),
  undo: (sandbox: Sandbox) => changeSource(sandbox, name, { DELAY: '0' }),
});

const ring = (line: string | undefined) => (line === undefined ? undefined : `${line}; s1-primary follows s1-codfw`);

export const healthyFleets: Readonly<Record<string, HealthyFleet>> = {
  'as-built': {
    title: 'a chain over two data centres, and a replica of two sources with a connection for each',
    proof: everythingRuns,
  },
  'declared-delay': {
    title: 'a replica is late by as much as the inventory declares',
    ...delayed(leaf),
    proof: lateHeartbeat(leaf, 7),
  },
  'declared-delay-above': {
    title: 'a replica keeps up with a source that is late as declared',
    ...delayed('s1-codfw'),
    proof: lateHeartbeat(leaf, 7),
  },
  filters: {
    title: 'a replica leaves out a database by design, and gets writes to it',
    arrange: async (sandbox) => {
      const filter =
        sandbox.kind.flavor === 'mariadb'
          ? "SET GLOBAL replicate_wild_ignore_table = 'shop.%'"
          : "CHANGE REPLICATION FILTER REPLICATE_WILD_IGNORE_TABLE = ('shop.%')";
      await whileStopped(sandbox, replica, [filter]);
      await sandbox.query('s1-primary', [
        "INSERT INTO shop.customers VALUES (3001, 'Mary')",
        'DELETE FROM shop.customers WHERE id = 3001',
      ]);
    },
    undo: (sandbox) =>
      whileStopped(sandbox, replica, [
        sandbox.kind.flavor === 'mariadb'
          ? "SET GLOBAL replicate_wild_ignore_table = ''"
          : 'CHANGE REPLICATION FILTER REPLICATE_WILD_IGNORE_TABLE = ()',
      ]),
    proof: runs(replica, ({ row }) => String(row['Replicate_Wild_Ignore_Table']).includes('shop.%')),
  },
  'parallel-under-load': {
    title: 'a replica applies with four workers while three clients write',
    arrange: async (sandbox) => {
      const workers =
        sandbox.kind.flavor === 'mariadb'
          ? ['SET GLOBAL slave_parallel_threads = 4', "SET GLOBAL slave_parallel_mode = 'optimistic'"]
          : ['SET GLOBAL replica_parallel_workers = 4'];
      await whileStopped(sandbox, replica, workers);
      extra.set(sandbox, await writeLoad(sandbox));
    },
    undo: async (sandbox) => {
      await stopExtra(sandbox);
      if (sandbox.kind.flavor === 'mariadb')
        await whileStopped(sandbox, replica, ['SET GLOBAL slave_parallel_threads = 0']);
    },
    proof: async (sandbox) => {
      const rows = await sandbox.query(replica, 'SELECT COUNT(*) AS count FROM shop.customers WHERE id >= 100000');
      const count = Number(rows[0]?.['count']);
      const line = await runs(replica)(sandbox);
      return count > 300 && line !== undefined ? `${line}, ${count} rows of the load are applied` : undefined;
    },
  },
  'just-restarted': {
    title: 'a replica with a replica of its own was restarted a moment ago',
    arrange: (sandbox) => restartServer(sandbox, 's1-codfw'),
    proof: async (sandbox) => {
      const [row] = await sandbox.query('s1-codfw', "SHOW GLOBAL STATUS LIKE 'Uptime'");
      const uptime = Number(row?.['Value']);
      return uptime < 60 && (await everythingRuns(sandbox)) !== undefined ? `Uptime ${uptime} s` : undefined;
    },
  },
  'three-sources': {
    title: 'a replica in two clusters follows the primaries of both',
    inventory: (yaml, sandbox) => {
      const line = `      - { host: 127.0.0.1, port: ${sandbox.instance('analytics-replica').port}, datacenter: eqiad }`;
      return edit(yaml, '  analytics:\n', `${line}\n  analytics:\n`);
    },
    arrange: addThirdSource,
    undo: removeThirdSource,
    proof: async (sandbox) => {
      const age = await heartbeatAge(sandbox, 'analytics-replica', 101);
      const line = await runs('analytics-replica', () => true, 's1')(sandbox);
      // Until the first beat has come, the row is the one that it was prepared with.
      return age !== undefined && age < 3 && line !== undefined
        ? `${line}, heartbeat of s1-primary ${age.toFixed(1)} s old`
        : undefined;
    },
  },
  'co-primaries': {
    title: 'one writable primary per data centre, in a ring, each with a heartbeat of its own, as declared',
    inventory: coPrimaries,
    arrange: async (sandbox) => {
      await closeRing(sandbox);
      await sandbox.query('s1-codfw', 'SET GLOBAL read_only = OFF');
      await startWriter(sandbox, 's1-codfw');
    },
    undo: async (sandbox) => {
      await stopExtra(sandbox);
      await openRing(sandbox);
    },
    proof: async (sandbox) => {
      const age = await heartbeatAge(sandbox, replica, 201);
      const line = ring(await runs('s1-primary')(sandbox));
      return age !== undefined && line !== undefined ? `${line}, whose heartbeat reached ${replica}` : undefined;
    },
  },
  'co-primary-standby': {
    title: 'declared co-primaries of which one stands by: read-only, its heartbeat ended a day ago',
    inventory: coPrimaries,
    arrange: async (sandbox) => {
      await closeRing(sandbox);
      const ts = "DATE_FORMAT(UTC_TIMESTAMP(6) - INTERVAL 1 DAY, '%Y-%m-%dT%H:%i:%s.%f')";
      await sandbox.query(
        's1-codfw',
        `INSERT INTO heartbeat.heartbeat (ts, server_id, datacenter) VALUES (${ts}, 201, 'codfw')`,
      );
    },
    undo: openRing,
    proof: async (sandbox) => {
      const age = await heartbeatAge(sandbox, replica, 201);
      const line = ring(await runs('s1-primary')(sandbox));
      return age !== undefined && line !== undefined ? `${line}, whose row is ${age.toFixed(0)} s old` : undefined;
    },
  },
  'old-own-write': {
    title: 'a replica wrote when it was the primary, and its source knows that write',
    arrange: writeOldOwn,
    proof: async (sandbox) => {
      const variable = sandbox.kind.flavor === 'mariadb' ? '@@gtid_binlog_state' : '@@server_uuid';
      const [row] = await sandbox.query(replica, `SELECT ${variable} AS value`);
      const own = sandbox.kind.flavor === 'mariadb' ? '102-102-1' : `${String(row?.['value'])}:`;
      const [here, there] = [await positionOf(sandbox, replica), await positionOf(sandbox, 's1-primary')];
      return here.includes(own) && there.includes(own) ? `${own} is on both` : undefined;
    },
  },
  'without-heartbeat': {
    title: 'no heartbeat table is kept, as the inventory says',
    inventory: (yaml) => edit(yaml, 'heartbeat: { table: heartbeat.heartbeat }', 'heartbeat: false'),
    proof: everythingRuns,
  },
  idle: {
    title: 'nothing was written anywhere for some seconds, and no heartbeat is kept',
    inventory: (yaml) => edit(yaml, 'heartbeat: { table: heartbeat.heartbeat }', 'heartbeat: false'),
    arrange: async (sandbox) => {
      await Promise.all([...sandbox.writers.values()].map((writer) => writer.stop()));
    },
    undo: async (sandbox) => {
      await Promise.all([...sandbox.writers.values()].map((writer) => writer.start()));
    },
    proof: lateHeartbeat(replica, 6),
  },
  'no-expected-primary': {
    title: 'the inventory names no primary',
    inventory: (yaml) => edit(yaml, primaryLine, ''),
    proof: everythingRuns,
  },
  'cluster-below-another': {
    title: 'the read-only primary of a cluster is a replica of another cluster',
    inventory: (yaml, sandbox) => {
      const moved = yaml.split('\n').filter((line) => line.includes(' # s1-codfw'));
      const rest = yaml.split('\n').filter((line) => !moved.includes(line));
      const below = ['  s1-standby:', `    primary: ${sandbox.instance('s1-codfw').key}`, '    instances:', ...moved];
      return edit(rest.join('\n'), '  analytics:\n', `${below.join('\n')}\n  analytics:\n`);
    },
    proof: everythingRuns,
  },
  'a-cluster-per-source': {
    title: 'a replica of two sources belongs to the clusters of both',
    inventory: (yaml, sandbox) => {
      const shared = yaml.split('\n').find((line) => line.endsWith('# analytics-replica'))!;
      const own = yaml.split('\n').find((line) => line.endsWith('# analytics-meta'))!;
      const below = [
        '  meta:',
        `    primary: ${sandbox.instance('analytics-meta').key}`,
        '    instances:',
        own,
        shared,
      ];
      const primary = `  analytics:\n    primary: ${sandbox.instance('matomo').key}\n`;
      return edit(
        edit(edit(yaml, `${own}\n`, ''), '  analytics:\n', primary),
        `${shared}\n`,
        `${shared}\n${below.join('\n')}\n`,
      );
    },
    proof: everythingRuns,
  },
  'without-gtids': {
    title: 'the whole fleet follows files and positions',
    arrange: (sandbox) => useGtids(sandbox, false),
    undo: (sandbox) => useGtids(sandbox, true),
    proof: (sandbox) => provenByAll(sandbox, ({ usesGtid }) => !usesGtid),
  },
};
