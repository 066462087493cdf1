import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { renderCall } from '../../src/core/runbooks/clientCall';
import { planRunbook } from '../../src/core/runbooks/planRunbook';
import { runbooks } from '../../src/core/runbooks/registry';
import { runbooksFor } from '../../src/core/runbooks/runbooksFor';
import { verifyStep } from '../../src/core/runbooks/verifyStep';
import { groupName } from '../core/burrow/samples';
import { files } from '../core/runbooks/fleet';
import { blocking, impatient, ServiceLab } from './serviceLab';

const inputs = { group: groupName };
const address = `/v3/kafka/eqiad/consumer/${groupName}`;

describe('burrow.resetGroup', function () {
  this.timeout(60_000);
  let lab: ServiceLab;
  beforeEach(async () => {
    lab = new ServiceLab(mkdtempSync(path.join(tmpdir(), 'replideck-services-')));
    await lab.start();
  });
  afterEach(async () => {
    await lab.close();
    rmSync(lab.folder, { recursive: true });
  });
  const deletes = () => lab.asked.filter((each) => each.startsWith('DELETE'));
  const changed = (spec: Partial<NonNullable<ServiceLab['burrow']>>): void => {
    assert.ok(lab.burrow !== undefined);
    lab.burrow = { ...lab.burrow, ...spec };
  };

  it('is named by the finding that it clears, and offered there with the group', async () => {
    const view = await lab.view();
    const [finding] = view.findings.filter(({ runbook }) => runbook === 'burrow.resetGroup');
    assert.equal(finding?.id, 'consumer.stalled');
    assert.equal(finding.subject, 'burrow:main');
    const offered = runbooksFor(runbooks, view, finding.subject);
    assert.deepEqual(
      offered.map(({ runbook, isOffered }) => [runbook.id, isOffered]),
      [['burrow.resetGroup', true]],
    );
    const [input] = offered[0]?.runbook.inputs ?? [];
    assert.equal(input?.suggest?.(view, finding.subject), groupName);
    const services = view.services.map(
      (each) => ({ ...each, spec: { ...each.spec, via: 'ssh://bastion' } }) as typeof each,
    );
    assert.deepEqual(blocking(planRunbook({ ...view, services }, 'burrow.resetGroup', 'burrow:main', inputs)), [
      'target.route',
    ]);
    lab.group = 'fine';
    assert.equal(runbooksFor(runbooks, await lab.view(), finding.subject)[0]?.isOffered, false);
  });

  it('deletes the group by curl after proof, and is done when Burrow has forgotten it', async () => {
    const plan = await lab.plan('burrow.resetGroup', inputs);
    assert.deepEqual(plan.blocked, []);
    assert.equal(plan.steps[0]?.effect, 'destructive');
    assert.deepEqual(deletes(), [], 'planning only reads');
    const ran = await lab.run(plan, 'forget');
    assert.equal(ran.outcome.kind, 'done', JSON.stringify(ran.outcome));
    assert.ok(ran.events.includes('confirm burrow:main'), 'its whole name is typed');
    assert.deepEqual(
      ran.entries.map(({ kind }) => kind),
      ['started', 'ended'],
    );
    assert.deepEqual(deletes(), [`DELETE ${address}`]);
    assert.deepEqual(blocking(await lab.plan('burrow.resetGroup', inputs)), ['group.known', 'group.isWrong']);
  });

  it('is done too where new commits fill its window, and not where the old ones stay', async () => {
    const plan = await lab.plan('burrow.resetGroup', inputs);
    lab.group = 'kept';
    const kept = await lab.run(plan, 'forget', { options: { clock: impatient() } });
    assert.equal(kept.outcome.kind, 'failed', JSON.stringify(kept.outcome));
    assert.match(JSON.stringify(kept.outcome), /still has its window of commits/);
    const [step] = plan.steps;
    assert.ok(step !== undefined);
    const verify = async (group: ServiceLab['group']) => {
      lab.group = group;
      return verifyStep(step, { view: await lab.view(), endedMs: 0 });
    };
    assert.match(JSON.stringify(await verify('anew')), /"done".*evaluated anew, from commits made since/);
    assert.equal((await verify('fine')).kind, 'notDone');
  });

  it('refuses groups that keep up, strangers and names that are a path, only the first with a way past it', async () => {
    const refused = async (group: string): Promise<readonly string[]> =>
      blocking(await lab.plan('burrow.resetGroup', { group }));
    assert.deepEqual(await refused('stranger'), ['group.named', 'group.known', 'group.isWrong']);
    assert.ok((await refused('../../admin')).includes('group.plainName'));
    assert.ok((await refused('')).includes('group.named'));
    lab.group = 'fine';
    const plan = await lab.plan('burrow.resetGroup', inputs);
    assert.deepEqual(blocking(plan), ['group.isWrong']);
    const override = (checks: readonly string[]) => ({ request: { override: { checks, reason: 'gone for good' } } });
    const passed = await lab.run(plan, 'forget', override(['group.isWrong']));
    assert.equal(passed.outcome.kind, 'done', JSON.stringify(passed.outcome));

    lab.group = 'stalled';
    changed({ groups: [] });
    const stranger = await lab.plan('burrow.resetGroup', inputs);
    assert.deepEqual(stranger.steps, []);
    assert.ok(
      stranger.checks
        .filter(({ id }) => /^(?:service|group\.(?:named|plainName|known))/.test(id))
        .every((each) => each.hasNoOverride),
    );
  });

  it('deletes nothing where the group went meanwhile, where Burrow is silent, and where the proof fails', async () => {
    const plan = await lab.plan('burrow.resetGroup', inputs);
    const { url } = lab.burrow ?? {};
    const [step] = plan.steps;
    assert.ok(step?.call.kind === 'programs' && url !== undefined);
    lab.group = 'unknown';
    assert.equal((await lab.run(plan, 'forget')).outcome.kind, 'refused');
    // Whoever answers by then has no such group: the shell goes no further, whatever has been read.
    const line = renderCall(step.call, files);
    assert.equal(line.kind, 'ok');
    const { code } = await lab.bash(line.value);
    assert.equal(code, 1);
    changed({ url: 'http://127.0.0.1:1' });
    const silent = await lab.plan('burrow.resetGroup', inputs);
    assert.deepEqual(blocking(silent).slice(0, 2), ['target.identity', 'service.answers']);
    assert.match(JSON.stringify((await lab.run(plan, 'forget')).outcome), /not known/);
    assert.deepEqual(deletes(), []);
  });

  it('sends a login from a file alone, and asks for one where curl cannot make it', async () => {
    changed({ credentials: { name: 'kafka', user: 'dba', password: { kind: 'env', variable: 'BURROW' } } });
    lab.environment = { BURROW: 'pass' };
    const written = await lab.plan('burrow.resetGroup', inputs);
    const call = written.steps[0]?.call;
    assert.ok(call !== undefined);
    assert.match(JSON.stringify(renderCall(call, files)), /curl --disable --config \/store\/run\.cnf /);
    lab.logins.clear();
    lab.put('login', 'user = "dba:o\'r \\"$HOME"\n');
    const given = await lab.plan('burrow.resetGroup', { ...inputs, optionFile: path.join(lab.folder, 'login') });
    lab.logins.clear();
    const ran = await lab.run(given, 'forget');
    assert.equal(ran.outcome.kind, 'done', JSON.stringify(ran.outcome));
    assert.ok(lab.logins.has(`Basic ${Buffer.from('dba:o\'r "$HOME').toString('base64')}`), [...lab.logins].join());
    assert.doesNotMatch(JSON.stringify(ran.entries), /HOME|o'r/, 'the log names the file only');

    lab.group = 'stalled';
    changed({ credentials: { name: 'kafka', http: { kind: 'bearer', value: { kind: 'env', variable: 'BURROW' } } } });
    assert.deepEqual(blocking(await lab.plan('burrow.resetGroup', inputs)), ['client.account']);
  });
});
