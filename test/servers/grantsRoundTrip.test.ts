import { strict as assert } from 'node:assert';
import type { Connection } from 'mysql2/promise';
import { accountKey, accountLabel } from '../../src/core/grants/accountName';
import { diffGrants, type GrantDiff } from '../../src/core/grants/diffGrants';
import { fixSql } from '../../src/core/grants/fixSql';
import { knownNames, toGrantModel } from '../../src/core/grants/fromServer';
import type { GrantServer } from '../../src/core/grants/grantServer';
import { parseTemplate } from '../../src/core/grants/template';
import { createTestReader, type TestReader } from '../adapters/harness';
import { startPrivateServer, type PrivateServer } from '../adapters/privateServer';
import { Random, randomGrants } from '../core/grants/randomGrants';
import { grantObjects, prepareReaders, readerSecrets, readGrants, specOf } from './grantAccounts';
import { describeDifference, randomChanges } from './grantChanges';
import { dumpGrantTables } from './grantTables';

/** Other rounds than the usual ones: `REPLIDECK_GRANT_SEED=17`. */
const firstSeed = Number(process.env['REPLIDECK_GRANT_SEED'] ?? 1);
const rounds = 5;
const accountsPerRound = 14;

/** The privilege tables of a real server are the judge of what templates, differences and fixes mean. */
describe('templates, changes and fixes on a real server', function () {
  this.timeout(60_000);
  let server: PrivateServer;
  let root: Connection;
  let reader: TestReader;
  let grantServer: GrantServer;

  before(async function () {
    this.timeout(180_000);
    server = await startPrivateServer();
    await server.query(grantObjects);
    await prepareReaders(server);
    await server.query([
      ...(server.kind.flavor === 'mysql' ? ["INSTALL PLUGIN auth_socket SONAME 'auth_socket.so'"] : []),
      "CREATE USER bystander@'%' IDENTIFIED BY 'b' REQUIRE SSL",
      "GRANT SELECT, INSERT ON enwiki.* TO bystander@'%' WITH GRANT OPTION",
      "GRANT SELECT (id) ON enwiki.page TO bystander@'%'",
    ]);
    root = await server.connectAsRoot();
    reader = createTestReader(readerSecrets);
    grantServer = (await readGrants(reader, specOf(server))).server;
  });
  after(async function () {
    this.timeout(60_000);
    root.destroy();
    await reader.dispose();
    await server.stop();
  });

  const run = async (statements: readonly string[], seed: number): Promise<void> => {
    for (const statement of statements) {
      try {
        await root.query(statement);
      } catch (error) {
        throw new Error(`seed ${seed}: ${statement}`, { cause: error });
      }
    }
  };
  /** What the binary log holds: a replica's fix must leave it alone. */
  const written = async (): Promise<string> => {
    const variable = server.kind.flavor === 'mariadb' ? 'gtid_binlog_pos' : 'gtid_executed';
    const [rows] = await root.query(`SELECT @@global.${variable} AS written`);
    return String((rows as { written: string }[])[0]?.written);
  };
  const compare = async (template: string): Promise<GrantDiff> => {
    const read = toGrantModel(await readGrants(reader, specOf(server)));
    // The installation makes an account of the machine's name, and these servers resolve none.
    const unknown = read.unknown.filter((line) => !line.startsWith("'root'@"));
    assert.deepEqual(unknown, []);
    return diffGrants(parseTemplate(template, { server: read.model.server }).toModel(knownNames(read.model)), read);
  };
  const differences = ({ accounts }: GrantDiff) =>
    accounts
      .filter(({ state, items }) => state !== 'extra' && (state !== 'match' || items.length > 0))
      .map((account) => `${accountLabel(account.name)}: ${describeDifference(account)}`);

  for (let seed = firstSeed; seed < firstSeed + rounds; seed += 1) {
    it(`holds for seed ${seed}`, async () => {
      const random = new Random(seed);
      const statements = randomGrants(random, grantServer, accountsPerRound);
      const template = statements.join(';\n');
      const { accounts } = parseTemplate(template, { server: grantServer }).toModel();
      const model = parseTemplate(template, { server: grantServer }).toModel();
      const ours = new Set([...accounts.values()].map(({ name }) => `${name.user}@${name.host ?? ''}`));
      const isReplica = seed % 2 === 0;
      try {
        await run(statements, seed);
        assert.deepEqual(differences(await compare(template)), [], `seed ${seed}: the template as it was run`);
        const wanted = await dumpGrantTables(root, server.kind.flavor);

        const changes = randomChanges(random, model);
        await run(
          changes.map(({ sql }) => sql),
          seed,
        );
        const changed = await compare(template);
        const labels = new Map([...accounts.values()].map(({ key, name }) => [key, accountLabel(name)]));
        assert.deepEqual(
          differences(changed).sort(),
          changes.map(({ account, expected }) => `${labels.get(account) ?? account}: ${expected}`).sort(),
          `seed ${seed}: ${changes.map(({ sql }) => sql).join('; ')}`,
        );

        const fix = fixSql(changed, { server: grantServer, isReplica });
        const before = await written();
        await run(toStatements(fix), seed);
        if (isReplica) assert.equal(await written(), before, `seed ${seed}: nothing entered the binary log`);
        assert.deepEqual(differences(await compare(template)), [], `seed ${seed}: after the fix\n${fix}`);
        const now = await dumpGrantTables(root, server.kind.flavor);
        for (const holder of new Set([...wanted.keys(), ...now.keys()])) {
          assert.deepEqual(
            now.get(holder),
            wanted.get(holder),
            `seed ${seed}: ${holder}, ${ours.has(holder) ? 'of the template' : 'another account'}\n${fix}`,
          );
        }
        assert.ok(changes.length >= 4 && ours.size >= 8);
      } finally {
        const present = (await readGrants(reader, specOf(server))).accounts.filter(({ user, host }) =>
          accounts.has(accountKey({ user, ...(host === undefined ? {} : { host }) })),
        );
        await run(
          present.map(
            ({ user, host }) =>
              `DROP ${host === undefined ? 'ROLE' : 'USER'} ${accountLabel({ user, ...(host === undefined ? {} : { host }) })}`,
          ),
          seed,
        );
      }
    });
  }
});

/** As a client would send them, with every password filled in. */
function toStatements(sql: string): readonly string[] {
  return sql
    .split('\n')
    .filter((line) => !line.startsWith('--'))
    .join('\n')
    .split(/;\n/)
    .map((statement) => statement.trim().replaceAll('<password>', "'x'"))
    .filter((statement) => statement !== '');
}
