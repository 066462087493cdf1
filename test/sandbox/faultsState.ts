import type { Faults } from './fault';
import { changeSource, jumpToSource, provenBy, readReplica, restoreSource, unlogged } from './faultSteps';
import type { Sandbox } from './sandbox';
import { gtidOn, text } from './statements';

const primary = 's1-primary';
const replica = 's1-replica';

const variable =
  (name: string, expression: string, expected: string) =>
  async (sandbox: Sandbox): Promise<string | undefined> => {
    const [row] = await sandbox.query(name, `SELECT ${expression} AS value`);
    const value = String(row?.['value']);
    return value === expected ? `${expression} = ${value}` : undefined;
  };

const set = (name: string, assignment: string) => async (sandbox: Sandbox) => {
  await sandbox.query(name, `SET GLOBAL ${assignment}`);
};

const setServerId = (name: string, id: number) => async (sandbox: Sandbox) => {
  const { stop, start } = sandbox.words();
  await sandbox.query(name, [stop, `SET GLOBAL server_id = ${id}`, start]);
};

const stopped = { io: 'No', sql: 'No' };
const stopAll = (name: string, connection: string) => ({
  subject: name,
  connection,
  findings: ['replica.stoppedByOperator'],
  inject: async (sandbox: Sandbox) => {
    await sandbox.query(name, sandbox.words(connection).stop);
  },
  heal: async (sandbox: Sandbox) => {
    await sandbox.query(name, sandbox.words(connection).start);
  },
  proof: provenBy(name, ({ io, sql }) => io === stopped.io && sql === stopped.sql, connection),
});

const setFilter = (sandbox: Sandbox, pattern: string) => {
  const { stop, start } = sandbox.words();
  const filter =
    sandbox.kind.flavor === 'mariadb'
      ? `SET GLOBAL replicate_wild_ignore_table = '${pattern}'`
      : `CHANGE REPLICATION FILTER REPLICATE_WILD_IGNORE_TABLE = (${pattern === '' ? '' : `'${pattern}'`})`;
  return sandbox.query(replica, [stop, filter, start]);
};

/** Faults of configuration: servers that answer well and stand wrong. */
export const stateFaults: Faults = {
  'replica-stopped': { title: 'both threads of a replica were stopped', ...stopAll(replica, '') },
  'one-connection-stopped': {
    title: 'one of two named connections was stopped',
    ...stopAll('analytics-replica', 'analytics_meta'),
  },
  'until-reached': {
    title: 'a replica stopped at an UNTIL condition',
    subject: replica,
    connection: '',
    findings: ['replica.untilReached'],
    inject: async (sandbox) => {
      const { stop } = sandbox.words();
      if (sandbox.kind.flavor === 'mariadb') {
        const [row] = await sandbox.query(primary, 'SELECT @@gtid_binlog_pos AS position');
        const until = `START SLAVE UNTIL master_gtid_pos = '${String(row?.['position'])}'`;
        // The position has to lie before it: what it has applied already is reached at once.
        await sandbox.query(replica, [stop, until]);
      } else {
        await sandbox.query(replica, sandbox.words().stopThread('SQL'));
        const [row] = await sandbox.query(primary, 'SELECT @@gtid_executed AS executed, @@server_uuid AS uuid');
        const last = /(\d+)$/.exec(String(row?.['executed']))?.[1] ?? '1';
        const target = `${String(row?.['uuid'])}:${Number(last) + 2}`;
        await sandbox.query(replica, `START REPLICA SQL_THREAD UNTIL SQL_AFTER_GTIDS = '${target}'`);
      }
    },
    heal: async (sandbox) => {
      await sandbox.query(replica, [sandbox.words().stop, sandbox.words().start]);
    },
    proof: async (sandbox) => {
      const status = await readReplica(sandbox, replica);
      const condition = String(status?.row['Until_Condition']);
      return status?.sql === 'No' && condition !== 'None' ? `SQL No, Until_Condition ${condition}` : undefined;
    },
  },
  delayed: {
    title: 'a replica is delayed by an hour, and the inventory does not say so',
    subject: replica,
    connection: '',
    findings: ['replica.delayed'],
    inject: (sandbox) => changeSource(sandbox, replica, { DELAY: '3600' }),
    heal: (sandbox) => changeSource(sandbox, replica, { DELAY: '0' }),
    proof: provenBy(replica, ({ delaySeconds }) => delaySeconds === 3600),
  },
  'gtid-off': {
    title: 'a replica follows file and position in a cluster that uses GTID',
    subject: replica,
    connection: '',
    findings: ['replica.gtidOff'],
    inject: (sandbox) =>
      changeSource(sandbox, replica, sandbox.kind.flavor === 'mariadb' ? { USE_GTID: 'no' } : { AUTO_POSITION: '0' }),
    heal: (sandbox) => changeSource(sandbox, replica, gtidOn(sandbox.kind.flavor)),
    proof: provenBy(replica, ({ usesGtid, io, sql }) => !usesGtid && io === 'Yes' && sql === 'Yes'),
  },
  filtered: {
    title: 'a replica leaves out tables',
    subject: replica,
    connection: '',
    findings: ['replica.filtered'],
    inject: async (sandbox) => {
      await setFilter(sandbox, 'shop.secret%');
    },
    heal: async (sandbox) => {
      await setFilter(sandbox, '');
    },
    proof: async (sandbox) => {
      const status = await readReplica(sandbox, replica);
      const filter = String(status?.row['Replicate_Wild_Ignore_Table']);
      return filter.includes('shop.secret%') ? `Replicate_Wild_Ignore_Table ${filter}` : undefined;
    },
  },
  'wrong-source': {
    title: 'a replica follows the primary of another cluster',
    subject: replica,
    findings: ['replica.wrongSource'],
    inject: (sandbox) => changeSource(sandbox, replica, { PORT: String(sandbox.instance('matomo').port) }),
    heal: async (sandbox) => {
      const { stop } = sandbox.words();
      await sandbox.query(replica, [stop, ...unlogged('DELETE FROM heartbeat.heartbeat WHERE server_id = 301')]);
      await restoreSource(sandbox, replica);
      await jumpToSource(sandbox, replica);
    },
    proof: async (sandbox) => {
      const status = await readReplica(sandbox, replica);
      const { port } = sandbox.instance('matomo');
      return status?.sourcePort === port ? `the source is 127.0.0.1:${port}` : undefined;
    },
  },
  'replica-writable': {
    title: 'read_only is off on a replica',
    subject: replica,
    findings: ['replica.writable'],
    inject: set(replica, 'read_only = OFF'),
    heal: async (sandbox) => {
      // With the stricter switch of MySQL the sandbox itself could not write there any more.
      const only = sandbox.kind.flavor === 'mysql' ? ['SET GLOBAL super_read_only = OFF'] : [];
      await sandbox.query(replica, [...only, 'SET GLOBAL read_only = ON']);
    },
    proof: variable(replica, '@@read_only', '0'),
  },
  'primary-read-only': {
    title: 'the primary is read_only',
    subject: 'cluster:s1',
    findings: ['cluster.primaryReadOnly'],
    inject: set(primary, 'read_only = ON'),
    heal: set(primary, 'read_only = OFF'),
    proof: variable(primary, '@@read_only', '1'),
  },
  'errant-transaction': {
    title: 'a replica has a transaction of its own',
    subject: replica,
    findings: ['replica.errantTransactions'],
    inject: async (sandbox) => {
      await sandbox.query(replica, "INSERT INTO shop.customers VALUES (1007, 'Katherine')");
    },
    heal: async (sandbox) => {
      await sandbox.query(replica, unlogged('DELETE FROM shop.customers WHERE id = 1007'));
      await jumpToSource(sandbox, replica);
    },
    proof: async (sandbox) => {
      if (sandbox.kind.flavor === 'mariadb') {
        const [row] = await sandbox.query(replica, 'SELECT @@gtid_binlog_state AS state');
        const state = String(row?.['state']);
        return state.includes('1-102-') ? state : undefined;
      }
      const [own] = await sandbox.query(replica, 'SELECT @@gtid_executed AS executed, @@server_uuid AS uuid');
      const [source] = await sandbox.query(primary, 'SELECT @@gtid_executed AS executed');
      const subtract = `GTID_SUBTRACT(${text(String(own?.['executed']))}, ${text(String(source?.['executed']))})`;
      const [row] = await sandbox.query(primary, `SELECT ${subtract} AS errant`);
      const errant = String(row?.['errant']);
      return errant.includes(`${String(own?.['uuid'])}:`) ? errant : undefined;
    },
  },
  'duplicate-server-id': {
    title: 'two replicas of one source share a server_id',
    subject: 's1-codfw',
    findings: ['replica.duplicateServerId'],
    inject: setServerId('s1-codfw', 102),
    heal: async (sandbox) => {
      await setServerId('s1-codfw', 201)(sandbox);
      await sandbox.query(replica, [sandbox.words().stop, sandbox.words().start]);
    },
    proof: variable('s1-codfw', '@@server_id', '102'),
  },
  'gtid-domain-clash': {
    title: 'two primaries of a multi-source replica write in one GTID domain',
    subject: 'analytics-replica',
    findings: ['source.gtidDomainClash'],
    flavors: ['mariadb'],
    inject: set('analytics-meta', 'gtid_domain_id = 2'),
    heal: set('analytics-meta', 'gtid_domain_id = 3'),
    proof: variable('analytics-meta', '@@global.gtid_domain_id', '2'),
  },
  'format-statement': {
    title: 'the primary logs statements',
    subject: primary,
    findings: ['source.formatNotRow'],
    inject: set(primary, "binlog_format = 'STATEMENT'"),
    heal: set(primary, "binlog_format = 'ROW'"),
    proof: variable(primary, '@@global.binlog_format', 'STATEMENT'),
  },
};
