import type { Faults } from './fault';
import { heartbeatAge, unlogged } from './faultSteps';
import { HeartbeatWriter } from './heartbeatWriter';
import type { Sandbox } from './sandbox';

const primary = 's1-primary';
const replica = 's1-replica';
/** `inet_ntoa` of it is 10.64.32.6: a host that is long gone. */
const staleServerId = 171974662;
/** Of a writer that belongs to another section. */
const foreignServerId = 901;
/** A writer that writes the local time of a host two hours east of Greenwich. */
const aheadSeconds = 7_200;

const table =
  'CREATE TABLE IF NOT EXISTS heartbeat.heartbeat (ts varbinary(26) NOT NULL, server_id int unsigned NOT NULL PRIMARY KEY, ' +
  'file varbinary(255) DEFAULT NULL, position bigint unsigned DEFAULT NULL, ' +
  'relay_master_log_file varbinary(255) DEFAULT NULL, exec_master_log_pos bigint unsigned DEFAULT NULL, ' +
  'shard varbinary(10) DEFAULT NULL, datacenter binary(5) DEFAULT NULL)';

/** What `pt-heartbeat --create-table` does on a primary, and then the writer. */
export async function createTableAndBeat(sandbox: Sandbox): Promise<void> {
  await sandbox.query(primary, table);
  await sandbox.writers.get(primary)?.start();
}

/** Stops the writer that stands in a fault's name, if it runs. */
export async function stopWriter(sandbox: Sandbox, name: string): Promise<void> {
  await sandbox.writers.get(name)?.stop();
  sandbox.writers.delete(name);
}

async function startWriter(sandbox: Sandbox, name: string, options: ConstructorParameters<typeof HeartbeatWriter>[1]) {
  const writer = new HeartbeatWriter(sandbox.instance(primary), options);
  sandbox.writers.set(name, writer);
  await writer.start();
}

/** Faults of heartbeats, and of who writes them. */
export const heartbeatFaults: Faults = {
  'heartbeat-missing': {
    title: 'the heartbeat table of a primary was dropped',
    subject: primary,
    findings: ['heartbeat.missing'],
    inject: async (sandbox) => {
      await sandbox.writers.get(primary)?.stop();
      await sandbox.query(primary, 'DROP TABLE heartbeat.heartbeat');
    },
    heal: createTableAndBeat,
    proof: async (sandbox) => {
      const rows = await sandbox.query(primary, "SHOW TABLES FROM heartbeat LIKE 'heartbeat'");
      return rows.length === 0 ? 'SHOW TABLES FROM heartbeat gives none' : undefined;
    },
  },
  'heartbeat-foreign': {
    title: 'the heartbeat writer of another section writes on a primary, too',
    subject: primary,
    findings: ['heartbeat.foreignRows'],
    inject: (sandbox) => startWriter(sandbox, 'heartbeat-foreign', { serverId: foreignServerId, shard: 'x1' }),
    heal: async (sandbox) => {
      await stopWriter(sandbox, 'heartbeat-foreign');
      await sandbox.query(primary, `DELETE FROM heartbeat.heartbeat WHERE server_id = ${foreignServerId}`);
    },
    proof: async (sandbox) => {
      const age = await heartbeatAge(sandbox, primary, foreignServerId);
      return age === undefined ? undefined : `a row of server_id ${foreignServerId} is ${age.toFixed(1)} s old`;
    },
  },
  'heartbeat-ahead': {
    title: 'the heartbeat writer of a primary writes local time instead of UTC',
    subject: primary,
    findings: ['heartbeat.clockSkew'],
    inject: async (sandbox) => {
      await sandbox.writers.get(primary)?.stop();
      await startWriter(sandbox, 'heartbeat-ahead', { aheadSeconds });
    },
    heal: async (sandbox) => {
      await stopWriter(sandbox, 'heartbeat-ahead');
      await sandbox.writers.get(primary)?.start();
    },
    proof: async (sandbox) => {
      const age = await heartbeatAge(sandbox, primary, 101);
      return age !== undefined && age < -3_600 ? `the row is ${(-age).toFixed(1)} s ahead of UTC_TIMESTAMP` : undefined;
    },
  },
  'heartbeat-stopped': {
    title: 'nothing writes the heartbeat of the primary any more',
    subject: primary,
    findings: ['heartbeat.writerStopped'],
    inject: async (sandbox) => {
      await sandbox.writers.get(primary)?.stop();
      // As if it had happened ten minutes ago: nobody has to wait for that.
      const ts = "DATE_FORMAT(UTC_TIMESTAMP(6) - INTERVAL 10 MINUTE, '%Y-%m-%dT%H:%i:%s.%f')";
      await sandbox.query(primary, `UPDATE heartbeat.heartbeat SET ts = ${ts} WHERE server_id = 101`);
    },
    heal: async (sandbox) => {
      await sandbox.writers.get(primary)?.start();
    },
    proof: async (sandbox) => {
      const age = await heartbeatAge(sandbox, primary, 101);
      return age !== undefined && age > 600 ? `the newest row is ${age.toFixed(1)} s old` : undefined;
    },
  },
  'stale-heartbeat-row': {
    title: 'a replica holds the heartbeat row of a host that is gone',
    subject: replica,
    findings: ['heartbeat.staleRows'],
    inject: async (sandbox) => {
      const ts = "DATE_FORMAT(UTC_TIMESTAMP(6) - INTERVAL 40 DAY, '%Y-%m-%dT%H:%i:%s.%f')";
      await sandbox.query(
        replica,
        unlogged(
          'INSERT INTO heartbeat.heartbeat (ts, server_id, shard, datacenter) ' +
            `VALUES (${ts}, ${staleServerId}, 's1', 'eqiad')`,
        ),
      );
    },
    heal: async (sandbox) => {
      await sandbox.query(replica, unlogged(`DELETE FROM heartbeat.heartbeat WHERE server_id = ${staleServerId}`));
    },
    proof: async (sandbox) => {
      const age = await heartbeatAge(sandbox, replica, staleServerId);
      return age === undefined ? undefined : `a row of server_id ${staleServerId} is ${age.toFixed(0)} s old`;
    },
  },
};
