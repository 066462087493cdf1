import assert from 'node:assert/strict';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { whyNotNow } from '../../src/core/runbooks/planRunbook';
import { clientCallOf } from '../core/runbooks/fleet';
import { waitFor } from '../sandbox/waitFor';
import { planWalk, type RunningLab } from './planWalk';

/** From an empty server to a replica that has caught up, with another plan for each step: nothing is remembered. */
export function setUpTests(running: () => RunningLab): void {
  const { isMariadb, key, empty, plan, stepOf, carryOut, carryOutWithPassword, count, status } = planWalk(running);

  describe('replica.setUp', function () {
    this.timeout(180_000);

    it('makes an empty server a replica of all databases, streamed, over verified TLS', async () => {
      const { sandbox, lab } = running();
      await empty('s1-codfw-leaf');
      const inputs = { source: key('s1-primary'), user: "re'pl $(x)", host: '127.0.0.%', ca: sandbox.certificates.ca };
      await carryOut('replica.setUp', 's1-codfw-leaf', inputs, async (step, made) => {
        // None may overtake another.
        const next = made.steps[made.steps.indexOf(step) + 1];
        if (step.isSeen === true && next !== undefined) {
          assert.match(whyNotNow(made, next.id, await lab.view()).join(' '), /Another step comes first/);
        }
        if (step.id !== 'createAccount') return;
        const call = clientCallOf(step);
        // Cut off between its two statements: exit code 0, and not done.
        const ended = await lab.run({ ...call, statements: call.statements.slice(0, 1) });
        assert.equal(ended.code, 0, ended.output);
      });
      const made = await plan('replica.setUp', 's1-codfw-leaf', inputs);
      const load = stepOf(made, 'load');
      assert.match(whyNotNow(made, 'load', await lab.view()).join(' '), /It is done already/);
      assert.match(load.isDone ?? '', /a position in all of the source/);
      const row = await status('s1-codfw-leaf', '');
      assert.equal(row['Master_SSL_Verify_Server_Cert'] ?? row['Source_SSL_Verify_Server_Cert'], 'Yes');
      assert.equal(await count('s1-codfw-leaf', 'SELECT COUNT(*) FROM shop.orders'), 3);
      await sandbox.query('s1-primary', 'INSERT INTO shop.customers VALUES (77, 0x61)');
      assert.ok(
        await waitFor(
          async () =>
            (await count('s1-codfw-leaf', 'SELECT COUNT(*) FROM shop.customers WHERE id = 77')) === 1
              ? true
              : undefined,
          20_000,
        ),
      );
      // Nothing of the dump was logged here.
      const errant = (await lab.view()).instances[key('s1-codfw-leaf')]?.findings.map(({ id }) => id) ?? [];
      assert.ok(!errant.includes('replica.errantTransactions'), errant.join(', '));
    });

    it('adds a second source by name, through a file that was cut off at first', async () => {
      const { sandbox, lab } = running();
      await sandbox.query('matomo', [
        'CREATE DATABASE IF NOT EXISTS piwik',
        'CREATE TABLE piwik.t (id int PRIMARY KEY)',
        'INSERT INTO piwik.t VALUES (1), (2)',
      ]);
      await sandbox.query('analytics-meta', [
        'CREATE DATABASE superset',
        'CREATE TABLE superset.t (id int PRIMARY KEY, body text)',
        "INSERT INTO superset.t VALUES (1, '-- Dump completed'), (2, 'a\\n-- SET GLOBAL gtid_slave_pos=''9-9-9'';\\n')",
      ]);
      await empty('analytics-replica');
      const file = path.join(sandbox.folder, "the dump's file.sql");
      const common = { user: 'repl', ca: sandbox.certificates.ca };
      await carryOutWithPassword('replica.setUp', 'analytics-replica', {
        ...common,
        source: key('matomo'),
        name: 'matomo',
        databases: 'heartbeat, piwik',
      });
      const second = {
        ...common,
        source: key('analytics-meta'),
        name: "analytics's meta",
        databases: 'superset',
        file,
      };
      let isCut = false;
      await carryOutWithPassword('replica.setUp', 'analytics-replica', second, async (step, made) => {
        if (step.id !== 'load' || isCut) return;
        isCut = true;
        assert.equal(statSync(file).mode & 0o777, 0o600);
        const whole = readFileSync(file, 'utf8');
        writeFileSync(file, whole.slice(0, whole.indexOf('-- Dump completed on')));
        const ended = await lab.run(clientCallOf(step));
        assert.equal(ended.code, 0, ended.output);
        assert.equal((await lab.verify(step, Date.now(), 2_000)).kind, 'notDone', 'a part of a dump is no replica');
        assert.equal((await lab.verify(stepOf(made, 'dump'), Date.now(), 2_000)).kind, 'notDone');
        writeFileSync(file, whole);
      });
      assert.equal(await count('analytics-replica', 'SELECT COUNT(*) FROM superset.t'), 2);
      assert.equal(await count('analytics-replica', 'SELECT COUNT(*) FROM piwik.t'), 2);
      const view = await lab.view();
      assert.deepEqual(
        view.instances[key('analytics-replica')]?.connections
          .map(({ status: { name, ioThread, sqlThread } }) => `${name}: ${ioThread}, ${sqlThread}`)
          .toSorted(),
        ["analytics's meta: running, running", 'matomo: running, running'],
      );
    });

    it('starts from file and position where GTID is not to be used', async () => {
      const { sandbox } = running();
      await empty('s1-replica');
      await carryOutWithPassword('replica.setUp', 's1-replica', {
        ...{ source: key('s1-primary'), user: 'repl', ca: sandbox.certificates.ca },
        ...{ position: 'file', databases: 'heartbeat,shop' },
      });
      const row = await status('s1-replica', '');
      assert.equal(row['Using_Gtid'] ?? row['Auto_Position'], isMariadb() ? 'No' : 0);
      assert.equal(await count('s1-replica', 'SELECT COUNT(*) FROM shop.orders'), 3);
    });

    it('does nothing to another server that has taken the place of source or target', async () => {
      const { lab, sandbox } = running();
      await empty('s1-codfw-leaf');
      const made = await plan('replica.setUp', 's1-codfw-leaf', {
        source: key('s1-codfw'),
        user: 'repl',
        databases: 'heartbeat,shop',
      });
      const call = clientCallOf(stepOf(made, 'load'));
      const { from } = call.load ?? {};
      assert.ok(from?.kind === 'run');
      // The target's place is taken by a server with data: nothing of it may go.
      const target = { ...call.server, port: sandbox.instance('s1-replica').port };
      const there = await lab.run({ ...call, server: target });
      assert.notEqual(there.code, 0);
      assert.match(there.output, /1242/);
      assert.equal(await count('s1-replica', 'SELECT COUNT(*) FROM shop.orders'), 3);
      // The source's place is taken: nothing is loaded.
      const server = { ...from.run.server, port: sandbox.instance('matomo').port };
      const swapped = { ...call.load!, from: { ...from, run: { ...from.run, server } } };
      const source = await lab.run({ ...call, load: swapped });
      assert.notEqual(source.code, 0);
      assert.match(source.output, /1242/);
      assert.equal(
        await count('s1-codfw-leaf', "SELECT COUNT(*) FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = 'shop'"),
        0,
      );
    });
  });
}
