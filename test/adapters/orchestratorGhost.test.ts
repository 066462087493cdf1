import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { renderCall } from '../../src/core/runbooks/clientCall';
import type { RunbookPlan } from '../../src/core/runbooks/plan';
import { effectOfRuns } from '../../src/core/runbooks/programCall';
import { renderPlan } from '../../src/core/runbooks/renderPlan';
import { runbooks } from '../../src/core/runbooks/registry';
import { runbooksFor } from '../../src/core/runbooks/runbooksFor';
import { files } from '../core/runbooks/fleet';
import { blocking, impatient, ServiceLab } from './serviceLab';

const hosts = 'vm';
const ghosts = ['db1:3306', 'db2:3306', 'db3:3306'];
const twins = ghosts.map((each) => each.replace(':', '.dc1.example:'));
const ids = (plan: RunbookPlan): readonly string[] => plan.steps.map(({ id }) => id);

describe('orchestrator.forgetGhost', function () {
  this.timeout(60_000);
  let lab: ServiceLab;
  beforeEach(async () => {
    lab = new ServiceLab(mkdtempSync(path.join(tmpdir(), 'replideck-services-')));
    lab.put('instances', [...ghosts, ...twins, ''].join('\n'));
    await lab.start();
  });
  afterEach(async () => {
    await lab.close();
    rmSync(lab.folder, { recursive: true });
    // Nothing of a plan ever goes by the readers.
    assert.deepEqual(
      lab.asked.filter((each) => /forget|reset/.test(each)),
      [],
    );
  });

  it('is named by the finding that it clears, and offered there', async () => {
    const view = await lab.view();
    const [finding] = view.findings.filter(({ runbook }) => runbook === 'orchestrator.forgetGhost');
    assert.deepEqual([finding?.id, finding?.subject], ['orchestrator.ghostCluster', 'orchestrator:main']);
    const isOffered = (present: typeof view) =>
      runbooksFor(runbooks, present, 'orchestrator:main').find(({ runbook }) => runbook.id === finding?.runbook)
        ?.isOffered;
    assert.equal(isOffered(view), true);
    lab.state = 'healthy';
    assert.equal(isOffered(await lab.view()), false);
  });

  it('stops, forgets each, resets the cache and starts, and the ghosts are gone', async () => {
    const plan = await lab.plan('orchestrator.forgetGhost', { hosts });
    assert.deepEqual(plan.blocked, []);
    assert.deepEqual(ids(plan), ['stop', ...ghosts.map((each) => `forget.${each}`), 'resetCache', 'start']);
    assert.equal(plan.target.isProduction, true);
    const done = new Set<string>();
    for (const id of ids(plan)) {
      // As the document is made again from what is known.
      const shown = await lab.plan('orchestrator.forgetGhost', { hosts });
      const ran = await lab.run(shown, id, { request: { done } });
      assert.equal(ran.outcome.kind, 'done', JSON.stringify(ran.outcome));
      assert.ok(ran.events.includes('confirm orchestrator:main'), 'its name is typed');
      assert.deepEqual(
        ran.entries.map(({ kind }) => kind),
        ['started', 'ended'],
      );
      done.add(id);
    }
    assert.deepEqual(
      lab.calls().filter((line) => line.startsWith('orchestrator ')),
      [
        ...ghosts.flatMap((each) => ['orchestrator <-c> <all-instances>', `orchestrator <-c> <forget> <-i> <${each}>`]),
        'orchestrator <-c> <reset-hostname-resolve-cache>',
      ],
    );
    lab.state = 'ghost-cluster-repaired';
    const after = await lab.view();
    assert.ok(!after.findings.some(({ id }) => id === 'orchestrator.ghostCluster'));
  });

  it('does not call itself done where the ghosts come back: the cache was left', async () => {
    const plan = await lab.plan('orchestrator.forgetGhost', { hosts });
    const done = new Set(ids(plan).filter((id) => id !== 'start'));
    await lab.run(plan, 'stop');
    await lab.run(await lab.plan('orchestrator.forgetGhost', { hosts }), 'forget.db1:3306', {
      request: { done: new Set(['stop']) },
    });
    const last = await lab.run(await lab.plan('orchestrator.forgetGhost', { hosts }), 'start', {
      request: { done },
      options: { clock: impatient() },
    });
    assert.equal(last.outcome.kind, 'failed', JSON.stringify(last.outcome));
    assert.match(JSON.stringify(last.outcome), /it still knows db1:3306, db2:3306, db3:3306/);
    assert.ok(lab.has('running'), 'and it runs again');
  });

  it('forgets nothing while Orchestrator runs', async () => {
    const plan = await lab.plan('orchestrator.forgetGhost', { hosts });
    const ran = await lab.run(plan, 'forget.db1:3306');
    assert.match(JSON.stringify(ran.outcome), /Step 1 comes first and is not done: it still answers/);
    const claimed = await lab.run(plan, 'forget.db1:3306', { request: { done: new Set(['stop']) } });
    assert.match(JSON.stringify(claimed.outcome), /Another step comes first: Stop orchestrator on vm/);
    assert.deepEqual(lab.calls(), []);
  });

  it('says how to go on where it was left between its steps, in the same window and in a new one', async () => {
    await lab.run(await lab.plan('orchestrator.forgetGhost', { hosts }), 'stop');
    const same = await lab.plan('orchestrator.forgetGhost', { hosts });
    assert.deepEqual(same.blocked, []);
    const text = renderPlan(same, () => files).text;
    assert.match(text, /- \? service\.running: it is stopped: nobody watches the fleet, and nothing fails over/);
    assert.match(text, /^  - Go on with the first step that is not done/m);
    assert.match(text, /✓ Done already: it does not answer: HTTP 502/);
    assert.deepEqual(ids(same), ['stop', ...ghosts.map((each) => `forget.${each}`), 'resetCache', 'start']);

    lab.forgetReadings();
    const bare = await lab.plan('orchestrator.forgetGhost', { hosts });
    assert.deepEqual([ids(bare), bare.blocked], [['start'], []], 'it can be started again whatever is known');
    assert.match(
      bare.checks.find(({ id }) => id === 'ghost.twin')?.fix ?? '',
      /give the instances, as the audit log has them, or start it/,
    );
    const given = await lab.plan('orchestrator.forgetGhost', { hosts, instances: 'db1:3306, db2:3306' });
    assert.deepEqual(blocking(given), ['ghost.twin']);
    assert.deepEqual(ids(given), ['stop', 'forget.db1:3306', 'forget.db2:3306', 'resetCache', 'start']);
    const override = { checks: ['ghost.twin'], reason: 'the audit log has them' };
    const request = { override, done: new Set<string>() };
    assert.equal((await lab.run(given, 'forget.db1:3306', { request })).outcome.kind, 'done');
    // A second time there is nothing to forget, and its exit code says so. Orchestrator would take the twin by itself.
    const again = await lab.run(given, 'forget.db1:3306', { request, options: { clock: impatient() } });
    assert.equal(again.outcome.kind, 'failed');
    assert.deepEqual(lab.lines('forgotten'), ['db1:3306']);
    await lab.bash('orchestrator -c forget -i db1:3306');
    assert.deepEqual(lab.lines('forgotten'), ['db1:3306', 'db1.dc1.example:3306'], 'as the real one does');
    const started = await lab.run(given, 'start', { request, options: { clock: impatient() } });
    assert.ok(lab.has('running'), JSON.stringify(started.outcome));
  });

  it('refuses what is no ghost, a name that is a path, a raft group, and hosts that leave the node out', async () => {
    const refused = async (inputs: Record<string, string>): Promise<readonly string[]> =>
      blocking(await lab.plan('orchestrator.forgetGhost', { hosts, ...inputs }));
    assert.deepEqual(await refused({}), []);
    assert.deepEqual(await refused({ instances: 'db1.dc1.example:3306' }), ['ghost.twin']);
    assert.deepEqual(await refused({ instances: 'db9:3306' }), ['ghost.twin']);
    assert.deepEqual(await refused({ instances: 'db1/3306/../../relocate:1' }), ['instance.plainName', 'ghost.twin']);
    assert.deepEqual(await refused({ hosts: '' }), ['service.hosts']);
    assert.deepEqual(await refused({ hosts: 'other' }), ['service.hosts']);
    assert.deepEqual(await refused({ hosts: 'other, root@vm.example' }), []);
    lab.health = { RaftLeader: 'vm:10008', IsRaftLeader: true };
    assert.deepEqual(await refused({}), ['service.sharedBackend']);
    lab.state = 'healthy';
    lab.health = {};
    assert.deepEqual(await refused({}), ['ghost.twin']);
  });

  it('gives a hostile host or unit to ssh and to the shell over there as one word', async () => {
    const unit = "o'r; touch PWNED $(touch PWNED)";
    const plan = await lab.plan('orchestrator.forgetGhost', { hosts: 'vm,-oProxyCommand=touch$IFS.PWNED', unit });
    await lab.run(plan, 'stop');
    const calls = lab.calls();
    assert.ok(calls.includes(`systemctl <stop> <${unit}>`), calls.join('\n'));
    assert.ok(
      calls.some((line) => line.startsWith('ssh <-t> <--> <-oProxyCommand=touch$IFS.PWNED>')),
      calls.join('\n'),
    );
    assert.ok(!lab.has('PWNED'));
    const broken = await lab.plan('orchestrator.forgetGhost', { hosts, unit: 'a\nb' });
    assert.match(JSON.stringify(broken.steps.map(({ call }) => renderCall(call, files))), /line break/);
  });

  it('is another one where another node answers by now', async () => {
    const plan = await lab.plan('orchestrator.forgetGhost', { hosts });
    lab.health = { Hostname: 'other' };
    const ran = await lab.run(plan, 'stop');
    assert.match(JSON.stringify(ran.outcome), /another one: the node was vm, is other/);
    assert.deepEqual(lab.calls(), []);
  });

  it('counts a command by the worst of what it runs over there, and what is not known as destructive', () => {
    const effect = (...words: string[]) => effectOfRuns([{ words: ['ssh', '-t', '--', 'vm', ...words] }]);
    assert.equal(effect('sudo', 'orchestrator', '-c', 'all-instances', '|', 'grep', '-xF', '-e', 'a'), 'read');
    assert.equal(effect('sudo', 'systemctl', 'stop', 'orchestrator'), 'write');
    assert.equal(effect('sudo', 'systemctl', 'disable', 'stop'), 'destructive');
    assert.equal(effect('grep', 'a', '&&', 'sudo', 'orchestrator', '-c', 'forget', '-i', 'a:1'), 'destructive');
    assert.equal(effect('grep', 'a', '&&', 'rm', '-rf', 'a'), 'destructive');
    const client = (...words: string[]) =>
      effectOfRuns([{ words: ['orchestrator-client', '-U', 'http://x', ...words] }]);
    assert.equal(client('-c', 'which-cluster-instances', '-i', 'a:1'), 'read');
    assert.equal(client('-c', 'relocate', '-i', 'a:1', '-d', 'b:1'), 'write');
    for (const each of ['move-below', 'repoint', 'take-master', 'recover']) {
      assert.equal(client('-c', each, '-i', 'a:1'), 'destructive', each);
    }
    assert.equal(client('-c', 'api', '-P', 'health'), 'read');
    assert.equal(client('-c', 'api', '-P', 'forget/a/1'), 'destructive');
  });
});
