import { strict as assert } from 'node:assert';
import { checkAddress } from '../../src/core/firstServer/checkAnswers';
import { judgeTrial, specOfDraft } from '../../src/core/firstServer/judgeTrial';
import type { InventoryDraft } from '../../src/core/firstServer/renderInventory';
import type { ServerTrial } from '../../src/core/replication/reading';
import { createTestReader, type TestReader } from '../adapters/harness';
import type { PrivateServer } from '../adapters/privateServer';
import { password } from '../adapters/testAccounts';
import { waitFor } from '../sandbox/waitFor';

/** Of the replica, as it registers it where it is told to. */
export const reportedPassword = 'of no concern here';

/** That a source tells all that a replica has registered, its login too. */
export const showsLogins = (isMariadb: boolean): string =>
  isMariadb ? '--show-slave-auth-info' : '--show-replica-auth-info';

/** What a new inventory finds out about its first server. */
export function firstServerTests(
  running: () => { readonly source: PrivateServer; readonly replica: PrivateServer },
): void {
  describe('as the first server of an inventory', () => {
    let reader: TestReader;

    before(async () => {
      const { source } = running();
      const right = source.kind.flavor === 'mariadb' ? 'REPLICATION MASTER ADMIN' : 'REPLICATION SLAVE';
      await source.query([
        `CREATE USER lister@'%' IDENTIFIED BY 'of the lister'`,
        `GRANT ${right} ON *.* TO lister@'%'`,
      ]);
    });
    beforeEach(() => {
      reader = createTestReader({ 'full@127.0.0.1': password, 'lister@127.0.0.1': 'of the lister', wrong: 'wrong' });
    });
    afterEach(() => reader.dispose());

    const draftOf = (server: PrivateServer, user: string, secret = `${user}@127.0.0.1`): InventoryDraft => {
      const checked = checkAddress(`127.0.0.1:${server.port}`);
      assert.ok(checked.kind === 'ok');
      return { ...checked.value, user, secret };
    };
    const ask = (draft: InventoryDraft): Promise<ServerTrial> =>
      reader.tryServer(specOfDraft(draft), new AbortController().signal);

    it('a source tells its replica with the port, to an account that may list it, and no login of it', async () => {
      const { source, replica } = running();
      const draft = draftOf(source, 'lister');
      // A replica registers a moment after it has connected.
      const trial = await waitFor(async () => {
        const made = await ask(draft);
        return made.replicas.kind !== 'rows' || made.replicas.rows.length > 0 ? made : undefined;
      }, 15_000);
      assert.ok(trial?.replicas.kind === 'rows', JSON.stringify(trial));
      const listed = Object.values(
        Object.assign({}, ...(await source.query(trial.replicas.statement))) as Record<string, unknown>,
      );
      assert.ok(listed.includes(reportedPassword), 'the server itself tells the password');
      assert.ok(!JSON.stringify(trial).includes(reportedPassword));
      const verdict = judgeTrial(draft, trial);
      assert.ok(verdict.kind === 'answered', JSON.stringify(verdict));
      assert.deepEqual(
        verdict.found.map(({ key, isPortGuessed }) => ({ key, isPortGuessed })),
        [{ key: `127.0.0.1:${replica.port}`, isPortGuessed: false }],
      );
      assert.equal(verdict.isListDenied, false);
      assert.ok(verdict.server.endsWith(source.kind.version), verdict.server);
    });

    it('and leaves no connection behind', async () => {
      const { source } = running();
      await ask(draftOf(source, 'lister'));
      const gone = await waitFor(
        async () =>
          (await source.query("SELECT ID FROM information_schema.PROCESSLIST WHERE USER = 'lister'")).length === 0 ||
          undefined,
        5000,
      );
      assert.equal(gone, true);
    });

    it('a source says that there is one, to an account that may not list it', async () => {
      const { source } = running();
      const draft = draftOf(source, 'full');
      const trial = await ask(draft);
      assert.equal(trial.replicas.kind, 'error');
      const verdict = judgeTrial(draft, trial);
      assert.ok(verdict.kind === 'answered');
      assert.deepEqual([verdict.found, verdict.untold, verdict.isListDenied], [[], 1, true]);
    });

    it('a replica tells its source', async () => {
      const { source, replica } = running();
      const draft = draftOf(replica, 'full');
      const verdict = judgeTrial(draft, await ask(draft));
      assert.ok(verdict.kind === 'answered', JSON.stringify(verdict));
      assert.deepEqual(
        verdict.found.map(({ key }) => key),
        [`127.0.0.1:${source.port}`],
      );
    });

    it('a server that refuses the login says so, in the words of the fleet', async () => {
      const draft = draftOf(running().source, 'full', 'wrong');
      const verdict = judgeTrial(draft, await ask(draft));
      assert.ok(verdict.kind === 'failed', JSON.stringify(verdict));
      assert.equal(verdict.isLogin, true);
      assert.match(verdict.words, /refuses the account full\. The error reads: 1045: .*Try another password/);
    });
  });
}
