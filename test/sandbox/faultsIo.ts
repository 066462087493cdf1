import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault, Faults } from './fault';
import { changeSource, jumpToSource, provenBy, readReplica, restoreSource, unlogged } from './faultSteps';
import type { Sandbox } from './sandbox';
import { replAccount, text } from './statements';

const replica = 's1-replica';
const leaf = 's1-codfw-leaf';

/** The IO thread cannot do what these options of CHANGE MASTER ask of it. */
const brokenOptions = (
  title: string,
  findings: readonly string[],
  options: (sandbox: Sandbox) => Record<string, string>,
  errnos: readonly number[],
): Fault => ({
  title,
  subject: replica,
  connection: '',
  findings,
  inject: (sandbox) => changeSource(sandbox, replica, options(sandbox)),
  heal: (sandbox) => restoreSource(sandbox, replica),
  proof: provenBy(replica, ({ ioErrno }) => errnos.includes(ioErrno)),
});

const wrongPassword = (subject: string, connection: string): Fault => ({
  title: "the source refuses the replica's account (1045)",
  subject,
  connection,
  findings: ['replica.io.accessDenied'],
  inject: (sandbox) => changeSource(sandbox, subject, { PASSWORD: text('not-the-password') }, connection),
  heal: (sandbox) => restoreSource(sandbox, subject, connection),
  proof: provenBy(subject, ({ ioErrno }) => ioErrno === 1045, connection),
});

async function purgeUnderReplica(sandbox: Sandbox): Promise<void> {
  const { stop, start } = sandbox.words();
  await sandbox.query(replica, stop);
  // Two heartbeats that it will miss, then a log that begins after them.
  await sleep(2_100);
  await sandbox.query('s1-primary', 'FLUSH BINARY LOGS');
  await sleep(1_100);
  const logs = await sandbox.query('s1-primary', 'SHOW BINARY LOGS');
  await sandbox.query('s1-primary', `PURGE BINARY LOGS TO ${text(String(logs.at(-1)?.['Log_name']))}`);
  await sandbox.query(replica, start);
}

/** Faults of the thread that fetches from the source. */
export const ioFaults: Faults = {
  'io-stopped': {
    title: 'the IO thread was stopped, the SQL thread runs',
    subject: replica,
    connection: '',
    findings: ['replica.ioStopped'],
    inject: async (sandbox) => {
      await sandbox.query(replica, sandbox.words().stopThread('IO'));
    },
    heal: async (sandbox) => {
      await sandbox.query(replica, sandbox.words().startThread('IO'));
    },
    proof: provenBy(replica, ({ io, sql, ioErrno }) => io === 'No' && sql === 'Yes' && ioErrno === 0),
  },
  'io-error': wrongPassword(replica, ''),
  'named-io-error': wrongPassword('analytics-replica', 'matomo'),
  'io-refused': brokenOptions(
    'nothing listens where the replica looks for its source (2003)',
    ['replica.io.unreachable'],
    () => ({ PORT: '1' }),
    [2003],
  ),
  'io-unknown-host': brokenOptions(
    "the source's name is unknown (2005)",
    ['replica.io.unknownHost'],
    () => ({ HOST: text('no-such-host.invalid') }),
    [2005],
  ),
  'io-tls-refused': brokenOptions(
    "the replica does not trust the source's certificate (2026)",
    ['replica.io.tlsRefused'],
    ({ certificates }) => ({ SSL_CA: text(certificates.otherName.cert) }),
    [2026],
  ),
  'io-no-user': brokenOptions(
    'the replica has no user name to log in with (1593)',
    ['replica.io.userMissing'],
    () => ({ USER: text('') }),
    [1593, 13117],
  ),
  'binlog-missing': brokenOptions(
    'the replica asks for a binary log that the source does not have (1236)',
    ['replica.io.binlogPurged'],
    ({ kind }) => ({
      ...(kind.flavor === 'mariadb' ? { USE_GTID: 'no' } : { AUTO_POSITION: '0' }),
      ...{ LOG_FILE: text('binlog.009999'), LOG_POS: '4' },
    }),
    [1236, 13114],
  ),
  'binlog-purged': {
    title: 'the source purged binary logs that the replica still needs (1236)',
    subject: replica,
    connection: '',
    findings: ['replica.io.gtidPurged'],
    inject: purgeUnderReplica,
    heal: (sandbox) => jumpToSource(sandbox, replica),
    proof: provenBy(replica, ({ ioErrno }) => ioErrno === 1236 || ioErrno === 13114),
  },
  'io-privilege': {
    title: 'the account of the replica lacks REPLICATION SLAVE on the source',
    subject: leaf,
    connection: '',
    findings: ['replica.io.privilegeMissing'],
    inject: async (sandbox) => {
      await sandbox.query('s1-codfw', unlogged(`REVOKE REPLICATION SLAVE ON *.* FROM ${replAccount}`));
      await sandbox.query(leaf, [sandbox.words().stop, sandbox.words().start]);
    },
    heal: async (sandbox) => {
      await sandbox.query('s1-codfw', unlogged(`GRANT REPLICATION SLAVE ON *.* TO ${replAccount}`));
      await restoreSource(sandbox, leaf);
    },
    // The number is cleared while it tries again, some ms of every second: one reading can fall into that.
    readings: 2,
    proof: provenBy(leaf, ({ ioErrno }) => ioErrno === 1597 || ioErrno === 13120),
  },
  'same-server-id': {
    title: 'replica and source have one server_id (1593)',
    subject: leaf,
    connection: '',
    findings: ['replica.io.sameServerId'],
    inject: async (sandbox) => {
      const { stop, start } = sandbox.words();
      await sandbox.query(leaf, [stop, 'SET GLOBAL server_id = 201', start]);
    },
    heal: async (sandbox) => {
      const { stop, start } = sandbox.words();
      await sandbox.query(leaf, [stop, 'SET GLOBAL server_id = 202', start]);
    },
    proof: provenBy(leaf, ({ ioErrno }) => ioErrno === 1593 || ioErrno === 13117),
  },
  'not-configured': {
    title: 'a replica has forgotten its source (RESET SLAVE ALL)',
    subject: leaf,
    findings: ['replica.notConfigured'],
    inject: async (sandbox) => {
      await sandbox.query(leaf, [sandbox.words().stop, sandbox.words().resetAll]);
    },
    heal: async (sandbox) => {
      if ((await readReplica(sandbox, leaf)) !== undefined) await sandbox.query(leaf, sandbox.words().stop);
      await sandbox.connectReplica(leaf, '');
    },
    proof: async (sandbox) => ((await readReplica(sandbox, leaf)) === undefined ? 'the status has no row' : undefined),
  },
};
