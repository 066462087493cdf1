import { existsSync, renameSync } from 'node:fs';
import path from 'node:path';
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
} from './faultSteps';
import type { Sandbox } from './sandbox';
import { replAccount } from './statements';

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
};
