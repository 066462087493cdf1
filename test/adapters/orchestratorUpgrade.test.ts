import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { renderPlan } from '../../src/core/runbooks/renderPlan';
import type { Expectation, RunbookPlan } from '../../src/core/runbooks/plan';
import { verifyStep } from '../../src/core/runbooks/verifyStep';
import { files, viewOf } from '../core/runbooks/fleet';
import { blocking, impatient, ServiceLab } from './serviceLab';

const id = 'orchestrator.upgrade';
const version = '3.2.6-17';

describe('orchestrator.upgrade', function () {
  this.timeout(60_000);
  let lab: ServiceLab;
  let inputs: Record<string, string>;
  const ids = (plan: RunbookPlan): readonly string[] => plan.steps.map((step) => step.id);
  const plan = (more: Readonly<Record<string, string>> = {}) => lab.plan(id, { ...inputs, ...more });
  const run = async (step: string, done: readonly string[], isPatient = true) =>
    lab.run(await plan(), step, {
      request: { done: new Set(done) },
      ...(isPatient ? {} : { options: { clock: impatient() } }),
    });

  beforeEach(async () => {
    lab = new ServiceLab(mkdtempSync(path.join(tmpdir(), 'replideck-services-')));
    lab.state = 'healthy';
    lab.instances = viewOf().instances;
    for (const name of ['answer', 'backend']) lab.put(name, '');
    lab.put('version', '3.2.3\n');
    await lab.start();
    const [backend = ''] = Object.keys(lab.instances);
    inputs = { hosts: 'vm,other', version, backend, file: path.join(lab.folder, "the dump's.sql") };
  });
  afterEach(async () => {
    await lab.close();
    rmSync(lab.folder, { recursive: true });
  });

  it('dumps its own database first, stops it on all hosts, installs one version on all, and reads that it answers', async () => {
    const shown = await plan();
    assert.deepEqual(shown.blocked, []);
    assert.deepEqual(
      shown.steps.map((step) => [step.id, step.effect]),
      [
        ['dump', 'read'],
        ['stop', 'write'],
        ['install', 'destructive'],
      ],
    );
    const { text } = renderPlan(shown, () => files);
    assert.match(text, /node_health WHERE hostname = '\\''vm'\\'' AND last_seen_active > NOW\(\) - INTERVAL 10 MINUTE/);
    assert.match(text, /--single-transaction orchestrator/);
    assert.match(
      text,
      /Rollback: Stop orchestrator on every host, load `.*the dump.*` into an emptied `orchestrator`, install the former version/,
    );
    const last = shown.steps.at(-1);
    assert.ok(last?.expectation.kind === 'serviceAnswers' && last.expectation.clusters === 1);
    const verify = async (clusters: number) =>
      verifyStep(
        { ...last, expectation: { ...last.expectation, clusters } as Expectation },
        { view: await lab.view(), endedMs: 0 },
      );
    assert.equal((await verify(2)).kind, 'notDone', 'as of an Orchestrator with an empty database');
    const done: string[] = [];
    for (const step of ids(shown)) {
      const ran = await run(step, done);
      assert.equal(ran.outcome.kind, 'done', JSON.stringify(ran.outcome));
      assert.equal(ran.events.includes('confirm orchestrator:main'), step !== 'dump');
      done.push(step);
    }
    const calls = lab.calls().filter((line) => /^(?:mariadb-dump|systemctl|apt-get) /.test(line));
    assert.match(
      calls.shift() ?? '',
      /^mariadb-dump .*<--result-file=.*the dump's\.sql> <--single-transaction> <orchestrator>$/,
    );
    assert.deepEqual(calls, [
      ...['systemctl <stop> <orchestrator>', 'systemctl <stop> <orchestrator>'],
      ...[`apt-get <install> <orchestrator=${version}>`, 'systemctl <start> <orchestrator>'],
      ...[`apt-get <install> <orchestrator=${version}>`, 'systemctl <start> <orchestrator>'],
    ]);
  });

  it('goes no step on without a dump, and takes none of another upgrade or another database', async () => {
    assert.match(
      JSON.stringify((await run('stop', [])).outcome),
      /Step 1 comes first and is not done: there is no file/,
    );
    lab.put("the dump's.sql", '-- Dump completed on 2020-02-02  7:00:00\n');
    assert.match(JSON.stringify((await run('stop', [])).outcome), /is an older dump: Dump completed on 2020-02-02/);
    lab.put("the dump's.sql", '');
    rmSync(path.join(lab.folder, 'backend'));
    assert.equal((await run('dump', [], false)).outcome.kind, 'failed');
    assert.deepEqual(lab.lines("the dump's.sql"), []);
    assert.ok(!lab.calls().some((line) => /^(?:mariadb-dump|systemctl|apt-get|ssh) /.test(line)));
  });

  it('does not start what was not installed, and says how to go on', async () => {
    assert.equal((await run('dump', [])).outcome.kind, 'done');
    assert.match(
      JSON.stringify((await run('install', ['dump'])).outcome),
      /Step 2 comes first and is not done: it still answers/,
    );
    assert.equal((await run('stop', ['dump'])).outcome.kind, 'done');
    // An apt-get that does nothing, and says that all is well.
    rmSync(path.join(lab.folder, 'answer'));
    const refused = await run('install', ['dump', 'stop'], false);
    assert.equal(refused.outcome.kind, 'failed', JSON.stringify(refused.outcome));
    assert.ok(!lab.has('running'));
    assert.ok(!lab.calls().some((line) => line.startsWith('systemctl <start>')));
    const again = await plan();
    assert.deepEqual(again.blocked, []);
    assert.match(renderPlan(again, () => files).text, /service\.running: it is stopped: nobody watches the fleet/);
    // In a new window it is not known whose database it is, and it can be started all the same.
    lab.forgetReadings();
    const bare = await plan();
    assert.deepEqual([ids(bare), bare.blocked], [['start'], []]);
  });

  it('refuses what it cannot dump or install, and asks to wait while something is to be recovered', async () => {
    const refused = async (more: Record<string, string>): Promise<readonly string[]> => blocking(await plan(more));
    assert.deepEqual(await refused({}), []);
    for (const each of ['', '--reinstall', '3.2; reboot', '3.2 3.3']) {
      assert.deepEqual(await refused({ version: each }), ['package.version'], each);
    }
    assert.deepEqual(await refused({ package: '--purge' }), ['package.version']);
    assert.deepEqual(await refused({ backend: 'elsewhere:3306' }), ['backend.answers']);
    assert.deepEqual(await refused({ database: 'a`b' }), ['backend.answers']);
    assert.deepEqual(await refused({ file: '' }), ['backend.file']);
    assert.deepEqual(await refused({ hosts: 'other' }), ['service.hosts']);
    lab.health = { RaftLeader: 'vm:10008', IsRaftLeader: true };
    assert.deepEqual(await refused({}), ['service.sharedBackend']);
    lab.health = {};
    lab.state = 'intermediate-down';
    const busy = await plan();
    assert.deepEqual(blocking(busy), ['fleet.calm']);
    assert.equal(busy.checks.find((each) => each.id === 'fleet.calm')?.hasNoOverride, undefined);
    assert.equal(ids(await plan({ version: '' })).length, 0);
  });
});
