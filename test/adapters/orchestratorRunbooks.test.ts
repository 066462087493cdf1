import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { renderCall } from '../../src/core/runbooks/clientCall';
import { planRunbook } from '../../src/core/runbooks/planRunbook';
import { runbooks } from '../../src/core/runbooks/registry';
import { runbooksFor } from '../../src/core/runbooks/runbooksFor';
import { verifyStep } from '../../src/core/runbooks/verifyStep';
import { files } from '../core/runbooks/fleet';
import { blocking, impatient, ServiceLab } from './serviceLab';

describe('runbooks of Orchestrator', function () {
  this.timeout(60_000);
  let lab: ServiceLab;
  beforeEach(async () => {
    lab = new ServiceLab(mkdtempSync(path.join(tmpdir(), 'replideck-services-')));
    await lab.start();
  });
  afterEach(async () => {
    await lab.close();
    rmSync(lab.folder, { recursive: true });
    // Nothing of a plan ever goes by the readers.
    assert.deepEqual(
      lab.asked.filter((each) => /forget|relocate|discover\/|reset/.test(each)),
      [],
    );
  });

  describe('orchestrator.discover', () => {
    const instance = 'db4.dc1.example:3306';
    beforeEach(() => {
      lab.state = 'healthy';
      lab.put('members', 'db1.dc1.example:3306,s1\n');
    });

    it('discovers by the client of this address, and is done when Orchestrator has checked it', async () => {
      const plan = await lab.plan('orchestrator.discover', { instance });
      assert.deepEqual(plan.blocked, []);
      const [step] = plan.steps;
      const before = step && verifyStep(step, { view: await lab.view(), endedMs: 0 });
      assert.match(JSON.stringify(before), /"notDone".*it does not know db4/);
      const ran = await lab.run(plan, 'discover');
      assert.equal(ran.outcome.kind, 'done', JSON.stringify(ran.outcome));
      const url = `${lab.orchestrator?.url ?? ''}/api`;
      assert.deepEqual(lab.calls(), [
        `orchestrator-client <-U> <${url}> <-c> <clusters-alias>`,
        `orchestrator-client <-U> <${url}> <-c> <discover> <-i> <${instance}>`,
      ]);
    });

    it('is offered for what the inventory has and Orchestrator has not, a primary first', async () => {
      const offered = async () => {
        const view = await lab.view();
        const choice = runbooksFor(runbooks, view, 'orchestrator:main').find(
          ({ runbook }) => runbook.id === 'orchestrator.discover',
        );
        return [choice?.isOffered, choice?.runbook.inputs[0]?.suggest?.(view, 'orchestrator:main')];
      };
      assert.deepEqual(await offered(), [false, undefined]);
      lab.inventory = `version: 1\nclusters:\n  s1:\n    instances: [db1.dc1.example, ${instance.split(':')[0] ?? ''}]\n`;
      assert.deepEqual(await offered(), [true, instance]);
    });

    it('sends nothing to another Orchestrator than the one that was read', async () => {
      lab.put('members', 'elsewhere.example:3306,s9\n');
      const plan = await lab.plan('orchestrator.discover', { instance });
      const ran = await lab.run(plan, 'discover', { options: { clock: impatient() } });
      assert.equal(ran.outcome.kind, 'failed');
      assert.ok(!lab.has('discovered'));
    });

    it('knows an Orchestrator that has no cluster yet by its own name', async () => {
      const view = await lab.view();
      const run = async (host: string) => {
        const services = view.services.map((each) => {
          if (each.kind !== 'orchestrator' || each.snapshot.reach.kind !== 'answered') return each;
          const facts = { ...each.snapshot.reach.facts, clusters: [], instances: [], node: { host } };
          return { ...each, snapshot: { ...each.snapshot, reach: { kind: 'answered' as const, facts } } };
        });
        const plan = planRunbook({ ...view, services }, 'orchestrator.discover', 'orchestrator:main', { instance });
        assert.deepEqual(plan.blocked, []);
        const [step] = plan.steps;
        const line = step && renderCall(step.call, files);
        assert.ok(line?.kind === 'ok');
        return lab.bash(line.value);
      };
      assert.deepEqual(await run('other'), { kind: 'exited', code: 1 });
      assert.ok(!lab.has('discovered'));
      assert.deepEqual(await run('vm'), { kind: 'exited', code: 0 });
      assert.ok(lab.has('discovered'));
    });

    it('refuses bare names, twins, what is known, paths, followers and silence', async () => {
      const refused = async (given: string): Promise<readonly string[]> =>
        blocking(await lab.plan('orchestrator.discover', { instance: given }));
      assert.deepEqual(await refused(''), ['instance.plainName', 'instance.fullName']);
      assert.deepEqual(await refused('db4:3306'), ['instance.fullName']);
      assert.deepEqual(await refused('db1.other.example:3306'), ['instance.noTwin']);
      assert.deepEqual(await refused('db1.dc1.example:3306'), ['instance.unknown']);
      // Orchestrator would discover db1.dc1.example in its place.
      assert.deepEqual(await refused('b1.dc1.example:3306'), ['instance.notPart']);
      assert.deepEqual(await refused('DB1.dc1.example:3306'), ['instance.noTwin', 'instance.notPart']);
      assert.deepEqual(await refused('b1.dc1.example:3307'), []);
      assert.deepEqual(await refused('db4.x/3306?a:1'), ['instance.plainName', 'instance.fullName']);
      lab.health = { RaftLeader: 'n2:10008', IsRaftLeader: false };
      assert.deepEqual(await refused(instance), ['node.mayWrite']);
      rmSync(path.join(lab.folder, 'running'));
      assert.ok((await refused(instance)).includes('service.answers'));
    });
  });
});
