import assert from 'node:assert/strict';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { PlanStep, RunbookPlan } from '../../src/core/runbooks/plan';
import { planRunbook, whyNotNow } from '../../src/core/runbooks/planRunbook';
import type { Verification } from '../../src/core/runbooks/verifyStep';
import type { Row, Sandbox } from '../sandbox/sandbox';
import { waitFor } from '../sandbox/waitFor';
import { clientCallOf } from '../core/runbooks/fleet';
import type { RunbookLab } from './runbookHarness';

/** What the suite of the runbooks has started. */
export interface RunningLab {
  readonly sandbox: Sandbox;
  readonly lab: RunbookLab;
}

function connectionName(row: Row): string {
  const name = row['Connection_name'] ?? row['Channel_Name'];
  return typeof name === 'string' ? name : '';
}

/** From an empty server to a replica that has caught up, with another plan for each step: nothing is remembered. */
export function setUpTests(running: () => RunningLab): void {
  const isMariadb = (): boolean => running().sandbox.kind.flavor === 'mariadb';
  const key = (name: string): string => running().sandbox.instance(name).key;

  /** Without data, connections, positions and binary logs. */
  const empty = async (name: string): Promise<void> => {
    const { sandbox } = running();
    const rows = await sandbox.status(name);
    const connections = rows.map((row) => connectionName(row));
    const databases = await sandbox.query(
      name,
      "SELECT SCHEMA_NAME AS name FROM information_schema.SCHEMATA WHERE SCHEMA_NAME NOT IN ('mysql', 'information_schema', 'performance_schema', 'sys')",
    );
    await sandbox.query(name, [
      ...connections.flatMap((each) => [sandbox.words(each).stop, sandbox.words(each).resetAll]),
      ...(isMariadb() ? [] : ['SET GLOBAL super_read_only = 0']),
      'SET GLOBAL read_only = 0',
      'SET SESSION sql_log_bin = 0',
      ...databases.map((row) => `DROP DATABASE \`${String(row['name'])}\``),
      ...(isMariadb() ? ['RESET MASTER', "SET GLOBAL gtid_slave_pos = ''"] : ['RESET BINARY LOGS AND GTIDS']),
    ]);
  };

  const plan = async (
    name: string,
    inputs: Readonly<Record<string, string>>,
    isReady: (made: RunbookPlan) => boolean = ({ blocked }) => blocked.length === 0,
  ): Promise<RunbookPlan> => {
    const { lab } = running();
    let made: RunbookPlan | undefined;
    await waitFor(async () => {
      made = planRunbook(await lab.view(), 'replica.setUp', key(name), { ...lab.inputs, ...inputs });
      return isReady(made) ? made : undefined;
    }, 30_000);
    assert.ok(made !== undefined);
    assert.deepEqual(made.blocked, [], JSON.stringify(made.checks.filter(({ pass }) => pass !== true)));
    return made;
  };

  const stepOf = (made: RunbookPlan, id: string): PlanStep => {
    const step = made.steps.find((each) => each.id === id);
    assert.ok(step !== undefined, `${id} of ${made.steps.map((each) => each.id).join(', ')}`);
    return step;
  };

  const runStep = async (made: RunbookPlan, step: PlanStep): Promise<Verification> => {
    const { lab } = running();
    assert.deepEqual(whyNotNow(made, step.id, await lab.view()), [], step.title);
    const ended = await lab.run(clientCallOf(step));
    assert.equal(ended.code, 0, `${step.title}: ${ended.output}`);
    assert.deepEqual(ended.leaks, [], step.title);
    return lab.verify(step, ended.endedMs);
  };

  /** Each step by a plan of its own, as if the window had been closed after every one. */
  const carryOut = async (
    name: string,
    inputs: Readonly<Record<string, string>>,
    before: (step: PlanStep, made: RunbookPlan) => Promise<void> = () => Promise.resolve(),
  ): Promise<void> => {
    const ids = (await plan(name, inputs)).steps.map(({ id }) => id);
    for (const [at, id] of ids.entries()) {
      const made = await plan(name, inputs, ({ blocked, steps }) => {
        const earlier = steps.slice(0, at);
        return blocked.length === 0 && earlier.every(({ isSeen, isDone }) => isSeen !== true || isDone !== undefined);
      });
      for (const earlier of made.steps.slice(0, at)) {
        if (earlier.isSeen === true) assert.notEqual(earlier.isDone, undefined, `${earlier.id} is seen done`);
      }
      const step = stepOf(made, id);
      if (step.isDone !== undefined) continue;
      await before(step, made);
      const verification = await runStep(made, step);
      assert.equal(verification.kind, 'done', `${step.title}: ${JSON.stringify(verification)}`);
    }
    const done = await plan(name, inputs, ({ steps }) =>
      steps.every(({ isSeen, isDone }) => isSeen !== true || isDone !== undefined),
    );
    assert.deepEqual(
      done.steps.flatMap(({ id, isSeen, isDone }) => (isSeen === true && isDone === undefined ? [id] : [])),
      [],
    );
  };

  const count = async (name: string, sql: string): Promise<number> =>
    Number(Object.values((await running().sandbox.query(name, sql))[0] ?? {})[0]);

  const status = async (name: string, connection: string) => {
    const rows = await running().sandbox.status(name);
    return rows.find((row) => connectionName(row) === connection) ?? {};
  };

  describe('replica.setUp', function () {
    this.timeout(180_000);

    it('makes an empty server a replica of all databases, streamed, over verified TLS', async () => {
      const { sandbox, lab } = running();
      await empty('s1-codfw-leaf');
      const inputs = { source: key('s1-primary'), user: "re'pl $(x)", host: '127.0.0.%', ca: sandbox.certificates.ca };
      await carryOut('s1-codfw-leaf', inputs, async (step, made) => {
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
      const made = await plan('s1-codfw-leaf', inputs);
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
        'CREATE DATABASE piwik',
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
      await carryOutWithPassword('analytics-replica', {
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
      await carryOutWithPassword('analytics-replica', second, async (step, made) => {
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
      await carryOutWithPassword('s1-replica', {
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
      const made = await plan('s1-codfw-leaf', { source: key('s1-codfw'), user: 'repl', databases: 'heartbeat,shop' });
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

  /** The sandbox's own account, whose password the lab does not know, gets the one that it types. */
  const carryOutWithPassword: typeof carryOut = async (name, inputs, before) => {
    const { sandbox, lab } = running();
    const text = `'${lab.otherCanary.replaceAll("'", "''")}'`;
    const source = sandbox.instance(inputs['source'] ?? '');
    await sandbox.query(source, `ALTER USER repl@'127.0.0.1' IDENTIFIED BY ${text}`);
    await carryOut(name, inputs, before);
  };
}
