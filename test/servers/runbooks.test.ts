import assert from 'node:assert/strict';
import type { FleetView } from '../../src/core/fleetView';
import type { RunbookPlan } from '../../src/core/runbooks/plan';
import { planRunbook, whyNotNow } from '../../src/core/runbooks/planRunbook';
import { clientCallOf } from '../core/runbooks/fleet';
import { startSandbox, type Sandbox } from '../sandbox/sandbox';
import { waitFor } from '../sandbox/waitFor';
import { grantTests } from './grantTests';
import { repairTests } from './repairTests';
import { RunbookLab } from './runbookHarness';
import { setUpTests } from './setUpTests';

/** Every runbook by its own commands, to its verified end. */
describe('runbooks on real servers', function () {
  this.timeout(90_000);
  let sandbox: Sandbox;
  let lab: RunbookLab;
  let mariadb: boolean;

  before(async function () {
    this.timeout(180_000);
    sandbox = await startSandbox();
    mariadb = sandbox.kind.flavor === 'mariadb';
    lab = new RunbookLab(sandbox);
    await lab.prepare();
  });
  after(async function () {
    this.timeout(60_000);
    // Undefined where the sandbox did not start.
    await (lab as RunbookLab | undefined)?.dispose();
    await (sandbox as Sandbox | undefined)?.stop();
  });

  const key = (name: string): string => sandbox.instance(name).key;

  const plan = async (id: string, name: string, inputs: Readonly<Record<string, string>> = {}): Promise<RunbookPlan> =>
    planRunbook(await settled(name), id, key(name), { ...lab.inputs, ...inputs });

  /** A view in which the instance answered. */
  const settled = async (name: string): Promise<FleetView> => {
    const view = await waitFor(async () => {
      const each = await lab.view();
      return each.instances[key(name)]?.snapshot.reach.kind === 'answered' ? each : undefined;
    }, 20_000);
    assert.ok(view !== undefined, `${name} answers`);
    return view;
  };

  /** Runs all steps, each after the look that is made right before it. */
  const carryOut = async (made: RunbookPlan): Promise<void> => {
    assert.deepEqual(made.blocked, []);
    for (const step of made.steps) {
      const why = await waitFor(async () => {
        const reasons = whyNotNow(made, step.id, await lab.view());
        return reasons.length === 0 ? reasons : undefined;
      }, 10_000);
      if (why === undefined) assert.deepEqual(whyNotNow(made, step.id, await lab.view()), [], step.title);
      const ended = await lab.run(clientCallOf(step));
      assert.equal(ended.code, 0, `${step.title}: ${ended.output}`);
      assert.deepEqual(ended.leaks, [], step.title);
      const verification = await lab.verify(step, ended.endedMs);
      assert.equal(verification.kind, 'done', `${step.title}: ${JSON.stringify(verification)}`);
    }
  };

  const threads = async (name: string): Promise<readonly string[]> => {
    const view = await settled(name);
    return view.instances[key(name)]!.connections.map(
      ({ status }) => `${status.name}: ${status.ioThread}, ${status.sqlThread}`,
    );
  };

  it('stops and starts replication', async () => {
    await carryOut(await plan('replica.stop', 's1-replica'));
    assert.deepEqual(await threads('s1-replica'), [': stopped, stopped']);
    await carryOut(await plan('replica.start', 's1-replica'));
  });

  it('stops one of two connections, and only that', async () => {
    await carryOut(await plan('replica.stop', 'analytics-replica', { connection: 'matomo' }));
    assert.deepEqual((await threads('analytics-replica')).toSorted(), [
      'analytics_meta: running, running',
      'matomo: stopped, stopped',
    ]);
    await carryOut(await plan('replica.start', 'analytics-replica', { connection: 'matomo' }));
  });

  it('sets a primary read-only and writable again, and no second one', async () => {
    await carryOut(await plan('instance.setReadOnly', 's1-primary'));
    await carryOut(await plan('instance.setWritable', 's1-primary'));
    const refused = await plan('instance.setWritable', 's1-replica');
    assert.match(refused.blocked.join('\n'), /cluster\.noOtherWritable: writable: /);
  });

  it('removes a stale heartbeat row here, and touches neither the living one nor other instances', async () => {
    const stale =
      "REPLACE INTO heartbeat.heartbeat (ts, server_id, shard) VALUES ('2026-01-01T00:00:00.000001', 999, 's1')";
    for (const name of ['s1-codfw', 's1-codfw-leaf']) {
      await sandbox.query(name, ['SET SESSION sql_log_bin = 0', stale]);
    }
    await carryOut(await plan('heartbeat.removeStaleRows', 's1-codfw'));
    const ids = async (name: string): Promise<readonly number[]> =>
      (await sandbox.query(name, 'SELECT server_id FROM heartbeat.heartbeat ORDER BY server_id')).map((row) =>
        Number(row['server_id']),
      );
    assert.deepEqual(await ids('s1-codfw'), [101]);
    assert.deepEqual(await ids('s1-codfw-leaf'), [101, 999]);
    // A row that moved after the plan was made is alive, and stays.
    const made = await plan('heartbeat.removeStaleRows', 's1-codfw-leaf');
    const moved = "UPDATE heartbeat.heartbeat SET ts = '2026-01-01T00:00:01.000001' WHERE server_id = 999";
    await sandbox.query('s1-codfw-leaf', ['SET SESSION sql_log_bin = 0', moved]);
    const [step] = made.steps;
    assert.ok(step !== undefined);
    assert.match(whyNotNow(made, step.id, await lab.view()).join('\n'), /no longer what the plan shows/);
    assert.equal((await lab.run(clientCallOf(step))).code, 0);
    assert.deepEqual(await ids('s1-codfw-leaf'), [101, 999]);
    await carryOut(await plan('heartbeat.removeStaleRows', 's1-codfw-leaf'));
  });

  it('creates the accounts, with which one can replicate and read', async () => {
    await carryOut(await plan('source.createReplicationAccount', 's1-primary', { user: "re'pl2", host: '127.0.0.%' }));
    await carryOut(await plan('monitor.createAccount', 's1-primary', { user: 'reader', host: '127.0.0.1' }));
    const view = await waitFor(async () => {
      const each = await lab.viewAs('s1-primary', 'reader', lab.otherCanary);
      return each.reach.kind === 'answered' ? each : undefined;
    }, 10_000);
    assert.ok(view !== undefined, 'the account logs in');
    assert.deepEqual([view.server.kind, view.replication.kind, view.heartbeat.kind], ['read', 'read', 'read']);
  });

  it('switches from file and position to GTID', async () => {
    const words = sandbox.words();
    await sandbox.query('s1-replica', [
      words.stop,
      words.change(mariadb ? { USE_GTID: 'no' } : { AUTO_POSITION: '0' }),
      words.start,
    ]);
    await carryOut(await plan('replica.enableGtid', 's1-replica'));
  });

  it('makes the replica verify its source', async () => {
    const words = sandbox.words();
    await sandbox.query('s1-replica', [words.stop, words.change({ SSL_VERIFY_SERVER_CERT: '0' }), words.start]);
    await carryOut(await plan('replica.enableTls', 's1-replica', { ca: sandbox.certificates.ca }));
  });

  it('points a replica to another source and back', async () => {
    await carryOut(await plan('replica.repoint', 's1-codfw-leaf', { source: key('s1-primary') }));
    const view = await settled('s1-codfw-leaf');
    assert.equal(view.instances[key('s1-codfw-leaf')]?.connections[0]?.sourceKey, key('s1-primary'));
    await carryOut(await plan('replica.repoint', 's1-codfw-leaf', { source: key('s1-codfw') }));
  });

  it('fetches relay logs again', async () => {
    await sandbox.query('s1-replica', sandbox.words().stopThread('SQL'));
    await carryOut(await plan('replica.repairRelayLog', 's1-replica'));
  });

  it('does nothing to another server that has taken the place of the target', async () => {
    const made = await plan('replica.stop', 's1-replica');
    const [step] = made.steps;
    assert.ok(step !== undefined);
    // The look before it, on a server whose identity changed.
    await sandbox.query('s1-replica', 'SET GLOBAL server_id = 4102');
    assert.match(whyNotNow(made, step.id, await lab.view()).join('\n'), /another server: @@server_id was 102, is 4102/);
    // The command itself, started although: at the same address, and at the port of another server.
    const here = clientCallOf(step);
    const there = { ...here, server: { ...here.server, port: sandbox.instance('s1-codfw').port } };
    for (const call of [here, there]) {
      const ended = await lab.run(call);
      assert.notEqual(ended.code, 0, ended.output);
      assert.match(ended.output, /1242/);
    }
    await sandbox.query('s1-replica', 'SET GLOBAL server_id = 102');
    assert.deepEqual(await threads('s1-codfw'), [': running, running']);
    const [still] = await threads('s1-replica');
    assert.match(still ?? '', /, running$/);
    await carryOut(await restarted('s1-replica'));
  });

  /** Both threads anew, since its server_id was another one for a moment. */
  const restarted = async (name: string): Promise<RunbookPlan> => {
    await sandbox.query(name, sandbox.words().stop);
    return plan('replica.start', name);
  };

  it('does not take exit code 0 for done', async () => {
    const made = await plan('replica.stop', 's1-replica');
    const [step] = made.steps;
    assert.ok(step !== undefined);
    const ended = await lab.run({ ...clientCallOf(step), statements: ['SELECT 1'] });
    assert.equal(ended.code, 0, ended.output);
    assert.equal((await lab.verify(step, ended.endedMs)).kind, 'notDone');
  });

  it('fails where the account may not do it, and changes nothing', async () => {
    const view = await settled('s1-replica');
    const made = planRunbook(view, 'replica.stop', key('s1-replica'), {});
    const [step] = made.steps;
    assert.ok(step !== undefined);
    assert.match(step.call.account.kind, /optionFile/);
    const ended = await lab.run(clientCallOf(step));
    assert.notEqual(ended.code, 0);
    assert.match(ended.output, /1227/);
    assert.deepEqual(await threads('s1-replica'), [': running, running']);
  });

  grantTests(() => ({ sandbox, lab }));
  repairTests(() => ({ sandbox, lab }));
  setUpTests(() => ({ sandbox, lab }));
});
