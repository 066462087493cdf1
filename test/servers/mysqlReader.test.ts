import { strict as assert } from 'node:assert';
import { execFileSync } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createConnection } from 'mysql2';
import type { InstanceSpec } from '../../src/core/inventory/model';
import { systemClock } from '../../src/adapters/systemClock';
import { waitFor } from '../sandbox/waitFor';
import { answeredOf, createTestReader, failureOf, instance, type TestReader } from '../adapters/harness';
import { startPrivateServer, type PrivateServer } from '../adapters/privateServer';
import { askForEvents, makePluginAccounts, password, prepareAccounts } from '../adapters/testAccounts';

/** Statements that the server was asked from the outside, whatever way they came. */
async function questions(server: PrivateServer): Promise<number> {
  const [row] = await server.query("SHOW GLOBAL STATUS LIKE 'Questions'");
  return Number(row?.['Value']);
}

describe('the MySQL reader, against a real server', function () {
  this.timeout(20_000);
  let server: PrivateServer;
  let reader: TestReader;
  let flavor: 'mariadb' | 'mysql';

  before(async function () {
    this.timeout(120_000);
    server = await startPrivateServer();
    flavor = server.kind.flavor;
    await prepareAccounts(server);
  });
  after(async function () {
    this.timeout(30_000);
    await server.stop();
  });
  beforeEach(() => {
    reader = createTestReader({ monitor: password });
  });
  afterEach(() => reader.dispose());

  const as = (user: string, more: Partial<InstanceSpec> = {}): InstanceSpec =>
    instance(server.port, {
      credentials: { name: user, user, password: { kind: 'secret', name: 'monitor' } },
      tls: { mode: 'preferred' },
      heartbeatTable: 'heartbeat.heartbeat',
      ...more,
    });
  const authority = () => ({ ca: server.certificates.ca });

  it('reads a healthy server with all that is to be known', async () => {
    const result = answeredOf(await reader.once(as('full')));
    assert.equal(result.flavor, flavor);
    assert.ok(result.version.startsWith(server.kind.version), result.version);
    assert.match(result.tlsCipher ?? '', /^TLS_/);
    assert.ok(result.server.kind === 'rows' && result.replication.kind === 'rows' && result.heartbeat.kind === 'rows');
    const [row] = result.server.rows;
    assert.equal(row?.['server_id'], '77');
    assert.equal(row['port'], String(server.port));
    assert.equal(row['read_only'], '0');
    assert.equal(row['tls_offered'], '1');
    assert.equal(row['dump_threads'], '[]');
    assert.match(row['now_utc'] ?? '', /^20\d\d-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}$/);
    assert.ok(Number(row['tls_accepts']) > 0);
    assert.ok(Number(row['uptime_seconds']) >= 0);
    assert.deepEqual(result.replication.rows, []);
  });

  it('brings every value as the text that it is', async () => {
    const result = answeredOf(await reader.once(as('full')));
    assert.ok(result.heartbeat.kind === 'rows');
    const [newest, oldest] = result.heartbeat.rows;
    assert.equal(newest?.['server_id'], '4294967295');
    assert.equal(newest['position'], '18446744073709551615');
    assert.equal(newest['datacenter'], 'eqiad');
    assert.match(newest['ts'] ?? '', /^20\d\d-\d\d-\d\dT/);
    const age = Number(newest['age_seconds']);
    assert.ok(age > 0 && age < 120, `age ${age}`);
    assert.equal(oldest?.['position'], null);
    assert.ok(Number(oldest['age_seconds']) > 86400);
  });

  it('says what an account may not read, and reads the rest', async () => {
    const result = answeredOf(await reader.once(as('bare')));
    assert.ok(result.replication.kind === 'error');
    assert.equal(result.replication.errno, 1227);
    assert.match(result.replication.text, /SLAVE MONITOR|REPLICATION CLIENT/);
    assert.ok(result.heartbeat.kind === 'error');
    assert.equal(result.heartbeat.errno, 1142);
    assert.ok(result.server.kind === 'rows');
    assert.equal(result.server.rows[0]?.['server_id'], '77');
    assert.equal(result.server.rows[0]['dump_threads'], null, 'unknown, not none');
    assert.equal(result.server.rows[0]['tls_offered'], '1');
  });

  it('asks three statements per poll over one connection', async () => {
    const connections = async (): Promise<number> =>
      Number((await server.query("SHOW GLOBAL STATUS LIKE 'Connections'"))[0]?.['Value']);
    for (const user of ['full', 'bare']) {
      await reader.once(as(user));
      const [asked, opened] = [await questions(server), await connections()];
      for (let round = 0; round < 5; round += 1) answeredOf(await reader.once(as(user)));
      // The looks themselves: a statement and a connection each, and a goodbye that some servers count.
      const more = (await questions(server)) - asked;
      assert.ok(more >= 15 && more <= 18, `${more} statements`);
      assert.equal((await connections()) - opened, 2, 'only the looks opened connections');
    }
  });

  it('logs in again where it is refused something, for what was granted since counts from then', async () => {
    let shiftMs = 0;
    const clock = { ...systemClock, now: () => systemClock.now() + shiftMs };
    const later = createTestReader({ monitor: password }, { clock });
    const privilege = flavor === 'mariadb' ? 'SLAVE MONITOR' : 'REPLICATION CLIENT';
    const replication = async () => answeredOf(await later.once(as('bare'))).replication.kind;
    try {
      assert.equal(await replication(), 'error');
      await server.query(`GRANT ${privilege} ON *.* TO bare@\`%\``);
      assert.equal(await replication(), 'error', 'the connection is kept for a while');
      shiftMs = 31_000;
      // Read with the old login still, which is given up after it.
      assert.equal(await replication(), 'error');
      assert.equal(await replication(), 'rows');
    } finally {
      await server.query(`REVOKE ${privilege} ON *.* FROM bare@\`%\``);
      await later.dispose();
    }
  });

  it('is ended by the server in time, and no statement is left behind', async () => {
    const blocker = await server.connectAsRoot();
    const spec = as('full', { timeoutSeconds: 0.8 });
    try {
      await reader.once(spec);
      await blocker.query('LOCK TABLES heartbeat.heartbeat WRITE');
      const reading = await reader.once(spec);
      const result = answeredOf(reading);
      assert.equal(result.heartbeat.kind, 'timedOut');
      assert.equal(result.replication.kind, 'rows');
      assert.ok(reading.elapsedMs <= 850, `${reading.elapsedMs} ms`);
      // The lock is still held: only the limit on the server can have ended it.
      const left = await waitFor(async () => {
        const [rows] = await blocker.query(
          "SELECT ID FROM information_schema.PROCESSLIST WHERE USER = 'full' AND COMMAND = 'Query'",
        );
        return Array.isArray(rows) && rows.length === 0 ? 'none' : undefined;
      }, 300);
      assert.equal(left, 'none');
    } finally {
      blocker.destroy();
    }
    await sleep(50);
    assert.equal(answeredOf(await reader.once(spec)).heartbeat.kind, 'rows');
  });

  it('names a wrong password, and heals when it is right', async () => {
    const secrets = { monitor: 'wrong-one' };
    const own = createTestReader(secrets);
    try {
      const failure = failureOf(await own.once(as('full')));
      assert.equal(failure.reason, 'accessDenied');
      assert.equal(failure.errno, 1045);
      secrets.monitor = password;
      answeredOf(await own.once(as('full')));
    } finally {
      await own.dispose();
    }
  });

  it('lists those who replicate from this server, and on MySQL whether they do so encrypted', async () => {
    await server.query([
      "CREATE USER repl@'%' IDENTIFIED BY 'of one test'",
      'GRANT REPLICATION SLAVE ON *.* TO repl@`%`',
    ]);
    for (const encrypted of [true, false]) {
      const replica = createConnection({
        ...{ host: '127.0.0.1', port: server.port, user: 'repl', password: 'of one test' },
        ...(encrypted ? { ssl: { rejectUnauthorized: false } } : {}),
      });
      replica.on('error', () => undefined);
      await askForEvents(replica);
      const listed = await waitFor(async () => {
        const result = answeredOf(await reader.once(as('full')));
        const text = result.server.kind === 'rows' ? result.server.rows[0]?.['dump_threads'] : null;
        return text === null || text === undefined || text === '[]' ? undefined : (JSON.parse(text) as unknown);
      }, 5000);
      const want = { user: 'repl', host: '127.0.0.1', ...(flavor === 'mysql' ? { encrypted } : {}) };
      const same = flavor === 'mysql' ? [{ ...want, host: (listed as { host: string }[])[0]?.host }] : [want];
      assert.deepEqual(listed, same);
      replica.destroy();
      // The server notices with the next event that it cannot send.
      await server.query(`CREATE TABLE heartbeat.noticed_${String(encrypted)} (id int)`);
      const rows = await server.query(
        "SELECT ID AS id FROM information_schema.PROCESSLIST WHERE COMMAND LIKE 'Binlog Dump%'",
      );
      for (const { id } of rows) await server.query(`KILL ${String(id)}`).catch(() => []);
      await waitFor(async () => {
        const left = await server.query(
          "SELECT ID AS id FROM information_schema.PROCESSLIST WHERE COMMAND LIKE 'Binlog Dump%'",
        );
        return left.length === 0 ? true : undefined;
      }, 5000);
    }
  });

  describe('over TLS', () => {
    const tls = (more: Partial<InstanceSpec['tls']>): Partial<InstanceSpec> => ({
      tls: { mode: 'verify-identity', ...more },
    });
    afterEach(() => server.useCertificate(server.certificates.server));

    it('logs in by every mode, and plain only where asked', async () => {
      for (const mode of ['disabled', 'preferred', 'required', 'verify-ca', 'verify-identity'] as const) {
        const { tlsCipher } = answeredOf(await reader.once(as('full', tls({ mode, ...authority() }))));
        assert.equal(tlsCipher !== undefined, mode !== 'disabled', mode);
      }
    });

    it('refuses a certificate of an authority that it does not know', async () => {
      for (const mode of ['verify-ca', 'verify-identity'] as const) {
        const failure = failureOf(await reader.once(as('full', tls({ mode }))));
        assert.equal(failure.reason, 'tlsFailed');
        assert.match(failure.text, /self-signed certificate|unable to/);
      }
    });

    it('refuses a certificate for another name', async () => {
      await server.useCertificate(server.certificates.otherName);
      const failure = failureOf(await reader.once(as('full', tls(authority()))));
      assert.equal(failure.reason, 'tlsFailed');
      assert.match(failure.text, /does not match certificate/);
      answeredOf(await reader.once(as('full', tls({ mode: 'verify-ca', ...authority() }))));
      answeredOf(await reader.once(as('full', tls({ serverName: 'db.other.example', ...authority() }))));
    });

    it('takes an address for what it is, not for "localhost"', async () => {
      const file = (name: string): string => path.join(server.folder, 'tls', name);
      const openssl = (...args: string[]) => execFileSync('openssl', args, { stdio: 'ignore' });
      writeFileSync(file('localhost.ext'), 'subjectAltName=DNS:localhost\n');
      openssl(
        'req',
        '-new',
        '-newkey',
        'rsa:2048',
        '-nodes',
        '-subj',
        '/CN=localhost',
        '-keyout',
        file('l-key.pem'),
        '-out',
        file('l.csr'),
      );
      openssl(
        'x509',
        '-req',
        '-in',
        file('l.csr'),
        '-CA',
        file('ca.pem'),
        '-CAkey',
        file('ca-key.pem'),
        '-CAcreateserial',
        '-days',
        '3',
        '-extfile',
        file('localhost.ext'),
        '-out',
        file('l.pem'),
      );
      await server.useCertificate({ cert: file('l.pem'), key: file('l-key.pem') });
      const failure = failureOf(await reader.once(as('full', tls(authority()))));
      assert.equal(failure.reason, 'tlsFailed');
      assert.match(failure.text, /127\.0\.0\.1/);
    });
  });

  it('logs in by an option file over the socket, without TLS', async () => {
    const file = path.join(server.folder, 'client.cnf');
    const quoted = password.replaceAll('\\', '\\\\').replaceAll('"', '\\"');
    writeFileSync(file, `[client]\nuser=full\npassword="${quoted}"\nsocket=${server.socket}\n`);
    chmodSync(file, 0o600);
    await server.query(["CREATE USER full@localhost IDENTIFIED BY 'x'", 'DROP USER full@localhost']);
    const result = answeredOf(
      await reader.once(as('full', { credentials: { name: 'file', optionFile: file }, tls: { mode: 'preferred' } })),
    );
    assert.equal(result.tlsCipher, undefined);
    assert.deepEqual(reader.logged, []);
  });

  it('says refused for a socket that is not there', async () => {
    const credentials = { name: 'x', user: 'full', socket: path.join(server.folder, 'none.sock') };
    assert.equal(failureOf(await reader.once(as('full', { credentials }))).reason, 'refused');
  });

  it('says hung while the server stands still, and heals at the next poll', async () => {
    const spec = as('full', { timeoutSeconds: 0.7 });
    answeredOf(await reader.once(spec));
    server.signal('SIGSTOP');
    try {
      for (let round = 0; round < 2; round += 1) {
        const reading = await reader.once(spec);
        assert.equal(failureOf(reading).reason, 'hung');
        assert.ok(reading.elapsedMs < 850, `${reading.elapsedMs} ms`);
      }
    } finally {
      server.signal('SIGCONT');
    }
    await sleep(100);
    answeredOf(await reader.once(spec));
  });

  it('ends in one failure when the server is killed under a statement, and heals when it is back', async function () {
    this.timeout(60_000);
    const blocker = await server.connectAsRoot();
    blocker.on('error', () => undefined);
    const spec = as('full', { timeoutSeconds: 5 });
    answeredOf(await reader.once(spec));
    await blocker.query('LOCK TABLES heartbeat.heartbeat WRITE');
    const reading = reader.once(spec);
    await sleep(200);
    await server.kill();
    const failure = failureOf(await reading);
    assert.match(failure.reason, /^(lost|refused)$/);
    blocker.destroy();
    assert.equal(failureOf(await reader.once(spec)).reason, 'refused');
    await server.start();
    answeredOf(await reader.once(spec));
  });

  it('opens anew after the server closed the kept connection', async () => {
    answeredOf(await reader.once(as('full')));
    const rows = await server.query("SELECT ID AS id FROM information_schema.PROCESSLIST WHERE USER = 'full'");
    for (const { id } of rows) await server.query(`KILL ${String(id)}`);
    answeredOf(await reader.once(as('full')));
  });

  it('holds no password in anything that it said', () => {
    assert.ok(!JSON.stringify(reader.logged).includes('ss #w'));
  });

  describe('accounts by plugin', () => {
    it('logs in to those that this server can make', async () => {
      const made = await makePluginAccounts(server);
      assert.ok(made.length >= 1, 'at least one plugin is there');
      for (const user of made) {
        for (const mode of ['disabled', 'required'] as const) {
          const spec = as(user, { tls: { mode } });
          answeredOf(await reader.once(spec));
          const wrong = createTestReader({ monitor: 'not it' });
          const failure = failureOf(await wrong.once(spec));
          await wrong.dispose();
          assert.equal(failure.reason, 'accessDenied', `${user}: ${failure.text}`);
        }
      }
    });
  });
});
