import { strict as assert } from 'node:assert';
import { accountLabel } from '../../src/core/grants/accountName';
import { diffGrants } from '../../src/core/grants/diffGrants';
import { knownNames, toGrantModel, type ServerAnswers, type ServerGrants } from '../../src/core/grants/fromServer';
import { parseTemplate } from '../../src/core/grants/template';
import { createTestReader, type TestReader } from '../adapters/harness';
import { startPrivateServer, type PrivateServer } from '../adapters/privateServer';
import { readAnswers, recordedServers, withoutOrigins } from '../core/grants/serverRecordings';
import { waitFor } from '../sandbox/waitFor';
import { grantObjects, prepareReaders, readerSecrets, readGrants, runRecordedDdl, specOf } from './grantAccounts';

/** Names that quoting may trip over, as [user, host]. */
const oddNames = [
  ["o'brien", '%'],
  ['back`tick', '10.%'],
  ['back\\slash', '%'],
  ['dou"ble', '%'],
  ['orchestrator\\_srv', '%'],
  ['two  words', '%'],
  ['@ at@', '10.1.2.3'],
  ['über', '%'],
  ['?', '%'],
  ['-- x', '%'],
  ['CURRENT_USER', '%'],
  ['PUBLIC', '%'],
  ['Mixed', '%'],
  ['mixed', '%'],
  ['long', `${'a'.repeat(30)}.${'b'.repeat(28)}.%`],
] as const;

describe('reading the grants of a real server', function () {
  this.timeout(40_000);
  let server: PrivateServer;
  let reader: TestReader;
  let mariadb: boolean;
  let taken: readonly string[];
  let answers: ServerAnswers;
  let read: ServerGrants;

  before(async function () {
    this.timeout(180_000);
    server = await startPrivateServer();
    mariadb = server.kind.flavor === 'mariadb';
    await server.query(grantObjects);
    taken = await runRecordedDdl(server, recordedFolder());
    await server.query(oddNames.map(([user, host]) => `CREATE USER ${quote(user)}@${quote(host)} IDENTIFIED BY 'odd'`));
    await server.query(oddNames.map(([user, host]) => `GRANT SELECT ON enwiki.* TO ${quote(user)}@${quote(host)}`));
    await prepareReaders(server);
    reader = createTestReader(readerSecrets);
    answers = await readGrants(reader, specOf(server));
    read = toGrantModel(answers);
  });
  after(async function () {
    this.timeout(60_000);
    await reader.dispose();
    await server.stop();
  });
  afterEach(() => {
    assert.deepEqual(reader.logged, []);
  });

  /** Of this very version, else of the same flavor. */
  const recordedFolder = (): string => {
    const { flavor, version } = server.kind;
    const own = recordedServers.find(({ folder }) => version.startsWith(folder.replace(/^\D+/, '')));
    const folder = (own ?? recordedServers.find((recorded) => recorded.flavor === flavor))?.folder;
    assert.ok(folder !== undefined);
    return folder;
  };
  const find = (user: string, host?: string) =>
    answers.accounts.find((account) => account.user === user && account.host === host);
  const connections = async (): Promise<number> =>
    (await server.query("SELECT ID FROM information_schema.PROCESSLIST WHERE USER IN ('monitor', 'bare')")).length;

  it('finds in every account what its statements made', () => {
    const template = parseTemplate(taken.map((statement) => `${statement};\n`).join(''), { server: answers.server });
    const { accounts } = diffGrants(template.toModel(knownNames(read.model)), read);
    const wrong = accounts.filter(({ state }) => state !== 'match' && state !== 'extra');
    assert.deepEqual(wrong, []);
    assert.ok(accounts.filter(({ state }) => state === 'match').length >= 40);
    assert.equal(answers.listed, 'all');
  });

  it('reads the same as the recording of this version', () => {
    const recorded = recordedServers.find(({ folder }) => folder === recordedFolder());
    assert.ok(recorded);
    const expected = toGrantModel(readAnswers(recorded)).model.accounts;
    let same = 0;
    for (const [key, account] of expected) {
      const label = accountLabel(account.name);
      if (/^'(?:root|MixedHost|mysql\.)/.test(label)) continue;
      assert.deepEqual(withoutOrigins(read.model.accounts.get(key)), withoutOrigins(account), label);
      same += 1;
    }
    assert.ok(same >= 40);
  });

  for (const [user, host] of oddNames) {
    it(`asks for ${JSON.stringify(user)} at ${host} by its very name`, () => {
      const account = find(user, host);
      assert.equal(account?.grants.kind, 'rows', JSON.stringify(account));
      assert.equal(account.createUser.kind, mariadb ? 'notAsked' : 'rows');
      const model = [...read.model.accounts.values()].find(({ name }) => name.user === user && name.host === host);
      assert.deepEqual([...(model?.scopes.keys() ?? [])], ['db enwiki']);
      assert.equal(model?.unknown.size, 0);
    });
  }

  it('lets no hash through', async () => {
    const texts = JSON.stringify(answers);
    const hashes = await storedHashes(server);
    assert.ok(new Set(hashes.map((hash) => hash.slice(0, 3))).size >= 2, 'hashes of several kinds');
    for (const hash of hashes) {
      assert.ok(!texts.includes(hash) && !texts.includes(JSON.stringify(hash).slice(1, -1)), hash);
      assert.ok(!texts.toUpperCase().includes(Buffer.from(hash, 'latin1').toString('hex').toUpperCase()), hash);
    }
    assert.doesNotMatch(texts, /\*[\dA-F]{40}|\$A\$|\$5\$|P0:|authentication_string|secret of|0x[\dA-F]{8}/i);
    assert.match(texts, /'<secret>'/);
  });

  it('keeps what older servers stored, with all of the bits', async function () {
    if (!mariadb) {
      assert.ok(answers.accounts.every(({ globalPriv }) => globalPriv === undefined));
      return;
    }
    await server.query(
      "UPDATE mysql.global_priv SET Priv = JSON_SET(Priv, '$.version_id', 100422) WHERE User = 'super1'",
    );
    await server.query([
      "UPDATE mysql.global_priv SET Priv = JSON_REMOVE(Priv, '$.version_id') WHERE User = 'monitor_client'",
      // As the installation of some versions leaves root.
      "UPDATE mysql.global_priv SET Priv = JSON_SET(Priv, '$.access', 18446744073709551615) WHERE User = 'cumin2024'",
      'FLUSH PRIVILEGES',
    ]);
    const again = await readGrants(reader, specOf(server));
    const older = toGrantModel(again);
    assert.deepEqual(older.storedByOlder.map(({ account, versionId }) => [account.user, versionId]).sort(), [
      ['monitor_client', undefined],
      ['super1', 100422],
    ]);
    // Read anew, and resolving no names, MariaDB no longer uses accounts whose host is one.
    assert.match(
      older.unknown.join('\n'),
      /^'MixedHost'@'db1\.eqiad\.wmnet': privileges\. The server lists the account/m,
    );
    const all = again.accounts.find(({ user }) => user === 'cumin2024');
    assert.match(all?.globalPriv ?? '', /"access": 18446744073709551615\b/);
  });

  it('reads the same whatever the modes of the server are', async () => {
    const usual = await readGrants(reader, specOf(server));
    const [modes] = await server.query('SELECT @@global.sql_mode AS mode');
    await server.query([
      "SET GLOBAL sql_mode = 'ANSI_QUOTES,NO_BACKSLASH_ESCAPES,PIPES_AS_CONCAT,PAD_CHAR_TO_FULL_LENGTH'",
      'SET GLOBAL sql_quote_show_create = 0',
    ]);
    try {
      assert.deepEqual(await readGrants(reader, specOf(server)), usual);
    } finally {
      await server.query([
        `SET GLOBAL sql_mode = '${String(modes?.['mode'])}'`,
        'SET GLOBAL sql_quote_show_create = 1',
      ]);
    }
  });

  it('reads itself alone without the right to read mysql', async () => {
    const own = await readGrants(reader, specOf(server, 'bare'));
    assert.equal(own.listed, 'own');
    assert.deepEqual(
      own.accounts.map(({ user, host }) => [user, host]),
      [['bare', '%']],
    );
    const grants = toGrantModel(own);
    const [account] = [...grants.model.accounts.values()];
    assert.deepEqual([...(account?.scopes.keys() ?? [])], ['*.*']);
    assert.deepEqual(
      [...(account?.roles.values() ?? [])].map(({ role }) => role.user),
      ['role_of_bare'],
    );
    assert.deepEqual(
      [...(account?.defaultRoles.values() ?? [])].map(({ value }) => value.user),
      ['role_of_bare'],
    );
    assert.match(grants.unknown[0] ?? '', /may not read `mysql\.\*`/);
  });

  it('tells how far it is', async () => {
    const told: string[] = [];
    await reader.readGrants(specOf(server), new AbortController().signal, ({ asked, total }) => {
      told.push(`${asked}/${total}`);
    });
    const total = answers.accounts.length;
    assert.equal(told[0], `0/${total}`);
    assert.equal(told.at(-1), `${total}/${total}`);
    assert.ok(told.length >= 3);
  });

  it('ends at the abort, and its connection with it', async () => {
    const abort = new AbortController();
    const outcome = await reader.readGrants(specOf(server), abort.signal, ({ asked }) => {
      if (asked > 0) abort.abort();
    });
    assert.ok(outcome.kind === 'failed' && outcome.reason.reason === 'cancelled', JSON.stringify(outcome));
    assert.equal(await waitFor(async () => (await connections()) === 0 || undefined, 5000), true);
  });

  it('gives up a server that falls silent in the middle', async () => {
    const spec = { ...specOf(server), timeoutSeconds: 1 };
    let silentSince = 0;
    const outcome = await reader
      .readGrants(spec, new AbortController().signal, ({ asked }) => {
        if (asked === 0 || silentSince > 0) return;
        server.signal('SIGSTOP');
        silentSince = performance.now();
      })
      .finally(() => {
        server.signal('SIGCONT');
      });
    assert.ok(outcome.kind === 'failed' && outcome.reason.reason === 'hung', JSON.stringify(outcome));
    const waitedMs = performance.now() - silentSince;
    assert.ok(waitedMs >= 950 && waitedMs < 9000, `after ${waitedMs} ms`);
    assert.equal(await waitFor(async () => (await connections()) === 0 || undefined, 10_000), true);
  });

  it('leaves no connection behind', async () => {
    await readGrants(reader, specOf(server));
    assert.equal(await waitFor(async () => (await connections()) === 0 || undefined, 5000), true);
  });

  it('says that a server went away in the middle', async () => {
    const outcome = await reader.readGrants(specOf(server), new AbortController().signal, ({ asked }) => {
      if (asked > 0) server.signal('SIGKILL');
    });
    assert.ok(outcome.kind === 'failed' && outcome.reason.reason === 'lost', JSON.stringify(outcome));
  });
});

function quote(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``;
}

/** Everything that this server keeps of passwords. */
async function storedHashes(server: PrivateServer): Promise<readonly string[]> {
  const column =
    server.kind.flavor === 'mariadb'
      ? 'Priv AS a FROM mysql.global_priv'
      : 'authentication_string AS a FROM mysql.user';
  const rows = await server.query(`SELECT CONVERT(${column.replace(' AS a', ' USING latin1) AS a')}`);
  const texts = rows.map(({ a }) => String(a));
  if (server.kind.flavor === 'mysql') return texts.filter((text) => text.length > 20);
  return texts
    .flatMap((text) => [...text.matchAll(/"authentication_string"\s*:\s*"([^"]*)"/g)].map(([, hash = '']) => hash))
    .filter((hash) => hash !== '' && hash !== 'invalid');
}
