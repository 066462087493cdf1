import { existsSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { backupTools, restoreBackup, takeBackup } from '../faults/backup';
import { giveToServer, initialiseData, writeSecretFile } from './databaseServer';
import { declare, isDeclared, undeclare } from './declare';
import type { Faults } from './fault';
import {
  changeSource,
  heartbeatAge,
  readReplica,
  restartServer,
  restoreSource,
  shutDown,
  unlogged,
  jumpToSource,
  positionOf,
} from './faultSteps';
import type { Sandbox } from './sandbox';
import { type ServerKind, listServerKinds } from './serverKinds';
import { initialStatements, replAccount } from './statements';
import { renderStatus } from './replicaStatus';
import { waitFor } from './waitFor';

const primary = 's1-primary';
const replica = 's1-replica';
/** A source and its only replica. */
const source = 's1-codfw';
const leaf = 's1-codfw-leaf';

const delay = 'delaySeconds: 2';
const withoutTls = 'tls: disabled';
const anHour = 3_600;

async function secondsBehind(sandbox: Sandbox, name: string): Promise<number | undefined> {
  const status = await readReplica(sandbox, name);
  const behind = status?.row[sandbox.kind.flavor === 'mariadb' ? 'Seconds_Behind_Master' : 'Seconds_Behind_Source'];
  return behind === null || behind === undefined ? undefined : Number(behind);
}

/** Restarts a server without TLS, or with it again. */
export async function offerTls(sandbox: Sandbox, name: string, isOffered: boolean): Promise<void> {
  const instance = sandbox.instance(name);
  const wanted = isOffered ? [] : ['--skip-ssl'];
  if (instance.extraArguments.join() === wanted.join()) return;
  instance.extraArguments = wanted;
  await restartServer(sandbox, name);
}

/** What the source sees of the connection that its replica asked TLS for: text where it is not encrypted. */
async function plainDumpThread(sandbox: Sandbox): Promise<string | undefined> {
  const dumps = await sandbox.query(
    source,
    "SELECT id FROM information_schema.processlist WHERE command LIKE 'Binlog Dump%'",
  );
  const [row] = await sandbox.query(source, "SHOW GLOBAL STATUS LIKE 'Ssl_accepts'");
  return dumps.length > 0 && Number(row?.['Value']) === 0 ? 'a dump thread, and Ssl_accepts 0' : undefined;
}

/** A copy of the leaf with an id and a uuid of its own in its place, as a restored clone would be; or the leaf again. */
export async function putServer(sandbox: Sandbox, options: readonly string[]): Promise<void> {
  const instance = sandbox.instance(leaf);
  if (instance.extraArguments.join() === options.join()) return;
  await shutDown(sandbox, leaf);
  instance.extraArguments = options;
  // What a MySQL server does not find its uuid in, it makes anew.
  const [own, kept] = ['auto.cnf', 'auto.cnf.kept'].map((name) => path.join(instance.folder, 'data', name)) as [
    string,
    string,
  ];
  if (options.length > 0 && existsSync(own)) renameSync(own, kept);
  if (options.length === 0 && existsSync(kept)) renameSync(kept, own);
  await sandbox.startServer(leaf);
}

/** Restarts the source without its binary log, or with it, and waits until it logs. */
export async function setBinlog(sandbox: Sandbox, isOn: boolean): Promise<void> {
  const instance = sandbox.instance(source);
  const wanted = isOn ? [] : ['--skip-log-bin'];
  if (instance.extraArguments.join() === wanted.join()) return;
  instance.extraArguments = wanted;
  await restartServer(sandbox, source);
  if (!isOn) return;
  const before = await positionOf(sandbox, source);
  const hasMoved = async () => ((await positionOf(sandbox, source)) === before ? undefined : true);
  if ((await waitFor(hasMoved, 30_000)) === undefined) throw new Error(`${source} logs nothing after its restart.`);
}

const isOlder = (version: string, than: string): boolean => {
  const [one, other] = [version, than].map((each) => each.split('.').map(Number));
  return one![0]! < other![0]! || (one![0] === other![0] && one![1]! < other![1]!);
};

const olderThan = async (kind: ServerKind): Promise<ServerKind | undefined> =>
  (await listServerKinds()).find(({ flavor, version }) => flavor === kind.flavor && isOlder(version, kind.version));

const dataOf = (sandbox: Sandbox) => path.join(sandbox.instance(leaf).folder, 'data');

/** An older server in the place of the leaf, set up from a backup of its source. */
async function installOlder(sandbox: Sandbox, older: ServerKind): Promise<void> {
  const instance = sandbox.instance(leaf);
  await shutDown(sandbox, leaf);
  const data = dataOf(sandbox);
  renameSync(data, `${data}.kept`);
  await initialiseData(older, data, sandbox.temporary);
  const initFile = path.join(instance.folder, 'init.sql');
  const statements = initialStatements(older.flavor, sandbox.secrets).map((sql) => `${sql};\n`);
  writeSecretFile(initFile, statements.join(''));
  giveToServer(initFile);
  instance.otherServer = older.server;
  await sandbox.startServer(leaf, initFile);
  rmSync(initFile);
  await restoreBackup(sandbox, leaf, await takeBackup(sandbox, source));
  await sandbox.connectReplica(leaf, '');
}

/** The newer binary on the older one's data. */
export async function upgradeLeaf(sandbox: Sandbox): Promise<void> {
  sandbox.instance(leaf).otherServer = undefined;
  await restartServer(sandbox, leaf);
}

const versionOf = async (sandbox: Sandbox, name: string): Promise<string> => {
  const [row] = await sandbox.query(name, 'SELECT VERSION() AS version');
  return String(row?.['version']);
};

/** Faults of servers that answer well and are set up badly, or are not the ones that they should be. */
export const serverFaults: Faults = {
  'retention-short': {
    title: 'a source keeps its logs for less than its delayed replica runs late',
    subject: source,
    findings: ['source.retentionShort'],
    inject: async (sandbox) => {
      await changeSource(sandbox, leaf, { DELAY: '2' });
      declare(sandbox, leaf, delay);
      await sandbox.query(source, 'SET GLOBAL binlog_expire_logs_seconds = 1');
    },
    heal: async (sandbox) => {
      undeclare(sandbox, leaf, delay);
      await sandbox.query(source, 'SET GLOBAL binlog_expire_logs_seconds = DEFAULT');
      await changeSource(sandbox, leaf, { DELAY: '0' });
    },
    proof: async (sandbox) => {
      const [row] = await sandbox.query(source, 'SELECT @@global.binlog_expire_logs_seconds AS kept');
      const kept = Number(row?.['kept']);
      const late = isDeclared(sandbox, leaf, delay) ? ((await readReplica(sandbox, leaf))?.delaySeconds ?? 0) : 0;
      return kept > 0 && kept < late ? `binlog_expire_logs_seconds ${kept}, SQL_Delay ${late} on ${leaf}` : undefined;
    },
  },
  'old-times': {
    title: 'old binary logs are replayed on the primary, and a replica waits in one of their transactions',
    subject: replica,
    connection: '',
    findings: ['replica.lagMethodsDisagree'],
    // One reading just after a start proves nothing.
    readings: 2,
    inject: async (sandbox) => {
      const connection = await sandbox.instance(replica).connect();
      connection.on('error', () => undefined);
      sandbox.holds.set('old-times', [connection]);
      await connection.query('BEGIN');
      await connection.query('SELECT * FROM shop.customers WHERE id = 1 FOR UPDATE');
      await sandbox.query(primary, [
        // As mysqlbinlog writes it in front of every event.
        `SET TIMESTAMP = UNIX_TIMESTAMP() - ${anHour}`,
        "UPDATE shop.customers SET name = 'Ada Lovelace' WHERE id = 1",
      ]);
    },
    heal: async (sandbox) => {
      sandbox.release('old-times');
      await sandbox.query(primary, "UPDATE shop.customers SET name = 'Ada' WHERE id = 1");
    },
    proof: async (sandbox) => {
      const [behind, age] = [await secondsBehind(sandbox, replica), await heartbeatAge(sandbox, replica, 101)];
      return behind !== undefined && age !== undefined && behind - age > anHour / 2
        ? `seconds behind ${behind}, heartbeat ${age.toFixed(1)} s old`
        : undefined;
    },
  },
  plaintext: {
    title: 'a replica asks for TLS, its source has none, and both go on without',
    subject: leaf,
    connection: '',
    findings: ['replica.plaintext'],
    // MySQL refuses such a connection with 2026, verified or not.
    flavors: ['mariadb'],
    inject: async (sandbox) => {
      await sandbox.query(source, unlogged(`ALTER USER ${replAccount} REQUIRE NONE`));
      await offerTls(sandbox, source, false);
      declare(sandbox, source, withoutTls);
      await changeSource(sandbox, leaf, { SSL: '1', SSL_VERIFY_SERVER_CERT: '0' });
    },
    heal: async (sandbox) => {
      undeclare(sandbox, source, withoutTls);
      await offerTls(sandbox, source, true);
      await sandbox.query(source, unlogged(`ALTER USER ${replAccount} REQUIRE SSL`));
      await restoreSource(sandbox, leaf);
    },
    proof: async (sandbox) => {
      const status = await readReplica(sandbox, leaf);
      const isAsked = status?.io === 'Yes' && status.row['Master_SSL_Allowed'] === 'Yes';
      const seen = isAsked ? await plainDumpThread(sandbox) : undefined;
      return seen === undefined ? undefined : `Master_SSL_Allowed Yes on ${leaf}; ${seen} on ${source}`;
    },
  },
  'other-server': {
    title: 'another server was put at the address of a replica',
    subject: leaf,
    findings: ['instance.identityMismatch'],
    // It is not over with the next reading.
    readings: 2,
    inject: (sandbox) => putServer(sandbox, ['--server-id=299']),
    heal: (sandbox) => putServer(sandbox, []),
    proof: async (sandbox) => {
      const [row] = await sandbox.query(leaf, 'SELECT @@server_id AS id');
      return Number(row?.['id']) === 299 ? '@@server_id = 299 where it was 202' : undefined;
    },
  },
  'binlog-off': {
    title: 'a source was restarted without its binary log',
    subject: source,
    findings: ['source.binlogOff'],
    inject: (sandbox) => setBinlog(sandbox, false),
    heal: async (sandbox) => {
      await setBinlog(sandbox, true);
      await jumpToSource(sandbox, leaf);
    },
    proof: async (sandbox) => {
      const [row] = await sandbox.query(source, 'SELECT @@log_bin AS value');
      const status = await readReplica(sandbox, leaf);
      return String(row?.['value']) === '0' && status?.io === 'No'
        ? `@@log_bin = 0, ${renderStatus(status)}`
        : undefined;
    },
  },
  'older-replica': {
    title: 'a replica is a version older than its source',
    subject: 'cluster:s1',
    findings: ['cluster.versionSkew'],
    lacks: async (kind) => {
      if (backupTools() === undefined) return 'mariadb-dump is not installed';
      return (await olderThan(kind)) === undefined ? `no server older than ${kind.name} is here` : undefined;
    },
    inject: async (sandbox) => {
      const older = await olderThan(sandbox.kind);
      if (older === undefined) throw new Error(`There is no server older than ${sandbox.kind.name} here.`);
      await installOlder(sandbox, older);
    },
    heal: async (sandbox) => {
      const data = dataOf(sandbox);
      if (!existsSync(`${data}.kept`)) return;
      await shutDown(sandbox, leaf);
      rmSync(data, { recursive: true });
      renameSync(`${data}.kept`, data);
      sandbox.instance(leaf).otherServer = undefined;
      await sandbox.startServer(leaf);
    },
    proof: async (sandbox) => {
      const [here, there] = [await versionOf(sandbox, leaf), await versionOf(sandbox, source)];
      return isOlder(here, there) ? `${here} on ${leaf}, ${there} on ${source}` : undefined;
    },
  },
};
