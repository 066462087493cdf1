import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { FleetView } from '../../src/core/fleetView';
import type { OrchestratorFacts } from '../../src/core/orchestrator/model';
import { renderCall } from '../../src/core/runbooks/clientCall';
import type { RunbookPlan } from '../../src/core/runbooks/plan';
import { planRunbook } from '../../src/core/runbooks/planRunbook';
import { runbooks } from '../../src/core/runbooks/registry';
import { renderPlan } from '../../src/core/runbooks/renderPlan';
import { runbooksFor } from '../../src/core/runbooks/runbooksFor';
import { verifyStep } from '../../src/core/runbooks/verifyStep';
import { files, viewOf } from '../core/runbooks/fleet';
import { blocking, impatient, ServiceLab } from './serviceLab';

/** The neighbours of a view, of which Orchestrator says something else. */
function changed(view: FleetView, change: (facts: OrchestratorFacts) => Partial<OrchestratorFacts>) {
  return view.services.map((each) => {
    if (each.kind !== 'orchestrator' || each.snapshot.reach.kind !== 'answered') return each;
    const { facts } = each.snapshot.reach;
    const reach = { kind: 'answered' as const, facts: { ...facts, ...change(facts) } };
    return { ...each, snapshot: { ...each.snapshot, reach } };
  });
}

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
      assert.match(step?.rollback ?? '', /^orchestrator-client -U http:\/\/[0-9.:]+\/api -c forget -i db4/);
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
        const services = changed(view, () => ({ clusters: [], instances: [], node: { host } }));
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

  describe('orchestrator.relocate', () => {
    const [db1, db2, db3] = ['db1', 'db2', 'db3'].map((each) => `${each}.dc1.example:3306`) as [string, string, string];
    beforeEach(() => {
      lab.state = 'healthy';
      lab.put('members', `${db1}\n${db2}\n${db3}\n`);
    });

    it('moves a replica by relocate alone, and is done when it replicates from there', async () => {
      const plan = await lab.plan('orchestrator.relocate', { instance: db3, below: db2 });
      assert.deepEqual(plan.blocked, []);
      const { text } = renderPlan(plan, () => files);
      assert.match(text, /`move-up`, `move-below`, `move-equivalent`, `repoint` and `take-master` are not offered/);
      assert.match(
        text,
        new RegExp(`Rollback: .*orchestrator-client -U http://[0-9.:]+/api -c relocate -i ${db3} -d ${db1}`),
      );
      const [step] = plan.steps;
      assert.equal(step && verifyStep(step, { view: await lab.view(), endedMs: 0 }).kind, 'notDone');
      const ran = await lab.run(plan, 'relocate');
      assert.equal(ran.outcome.kind, 'done', JSON.stringify(ran.outcome));
      assert.match(lab.calls()[1] ?? '', new RegExp(`<-c> <relocate> <-i> <${db3}> <-d> <${db2}>$`));
      assert.deepEqual(blocking(await lab.plan('orchestrator.relocate', { instance: db3, below: db2 })), [
        'replica.hasSource',
      ]);
      const ring = await lab.plan('orchestrator.relocate', { instance: db2, below: db3 });
      assert.deepEqual(blocking(ring), ['source.notBelow']);
    });

    it('is named by the analysis of a dead intermediate source, and suggests the server above it', async () => {
      lab.state = 'intermediate-down';
      const view = await lab.view();
      const [finding] = view.findings.filter(({ runbook }) => runbook === 'orchestrator.relocate');
      assert.equal(finding?.id, 'orchestrator.analysis');
      const offered = runbooksFor(runbooks, view, 'orchestrator:main').find(
        ({ runbook }) => runbook.id === 'orchestrator.relocate',
      );
      assert.equal(offered?.isOffered, true);
      const suggested = offered.runbook.inputs.map(({ suggest }) => suggest?.(view, 'orchestrator:main'));
      assert.deepEqual(suggested, [db3, db1]);
      const blocks = (problems: readonly string[], valid = false): readonly string[] => {
        const services = changed(view, ({ instances }) => ({
          instances: instances.map((each) =>
            each.key === db3 ? { ...each, problems } : each.key === db2 ? { ...each, isCheckValid: valid } : each,
          ),
        }));
        const inputs = { instance: db3, below: db1 };
        return blocking(planRunbook({ ...view, services }, 'orchestrator.relocate', 'orchestrator:main', inputs));
      };
      // That it does not replicate is what its dead source explains.
      assert.deepEqual(blocks(['not_replicating', 'replication_lag']), []);
      assert.deepEqual(blocks(['last_check_invalid']), ['instances.healthy']);
      assert.deepEqual(blocks(['not_replicating'], true), ['instances.healthy']);
      assert.ok(blocking(await lab.plan('orchestrator.relocate', { instance: db3, below: db2 })).length > 0);
    });

    it('believes the replica itself where Orchestrator says another source', async () => {
      const view = await lab.view();
      const replica = Object.values(viewOf().instances).find(({ connections }) => connections.length === 1);
      const [connection] = replica?.connections ?? [];
      assert.ok(replica !== undefined && connection !== undefined);
      const blocks = (...statuses: readonly Partial<(typeof connection)['status']>[]): readonly string[] => {
        const connections = statuses.map((status) => ({ ...connection, status: { ...connection.status, ...status } }));
        const spec = { ...replica.spec, key: db3, host: 'db3.dc1.example', port: 3306 };
        const instances = { [db3]: { ...replica, spec, connections } };
        const inputs = { instance: db3, below: db2 };
        return blocking(planRunbook({ ...view, instances }, 'orchestrator.relocate', 'orchestrator:main', inputs));
      };
      const same = { name: '', sourceHost: 'db1.dc1.example', sourcePort: 3306 };
      assert.deepEqual(blocks(same), []);
      assert.deepEqual(blocks({ ...same, sourceHost: 'db9.dc1.example' }), ['replica.asRead']);
      assert.deepEqual(blocks({ ...same, sourcePort: 3307 }), ['replica.asRead']);
      assert.deepEqual(blocks({ ...same, name: 's1' }), ['replica.asRead']);
      assert.deepEqual(blocks(same, { ...same, name: 's2' }), ['replica.asRead']);
      assert.deepEqual(blocks(), ['replica.asRead']);
    });

    it('refuses strangers, primaries, itself, paths, and servers with problems', async () => {
      const refused = async (instance: string, below: string): Promise<readonly string[]> =>
        blocking(await lab.plan('orchestrator.relocate', { instance, below }));
      assert.deepEqual(await refused(db1, db2), ['replica.hasSource', 'source.notBelow']);
      assert.ok((await refused(db2, db2)).includes('source.notBelow'));
      assert.ok((await refused(db2, 'x.example:3306')).includes('instances.known'));
      assert.ok((await refused('db2/../forget:1', db1)).includes('instance.plainName'));
      lab.state = 'ghost-cluster';
      assert.ok((await refused(db3, 'db2:3306')).includes('instances.oneCluster'));
      assert.ok((await refused(db3, db2)).includes('instances.healthy'));
    });

    it('refuses a source that has no binary log, and one that is behind, unless that is overruled', async () => {
      const view = await lab.view();
      const planWith = (key: string, more: Partial<OrchestratorFacts['instances'][number]>) => {
        const services = changed(view, ({ instances }) => ({
          instances: instances.map((each) => (each.key === key ? { ...each, ...more } : each)),
        }));
        const inputs = { instance: db3, below: db2 };
        return planRunbook({ ...view, services }, 'orchestrator.relocate', 'orchestrator:main', inputs);
      };
      const hard = (plan: RunbookPlan): readonly string[] =>
        plan.checks.flatMap(({ id, hasNoOverride, pass }) => (pass === false && hasNoOverride === true ? [id] : []));
      assert.deepEqual(hard(planWith(db2, { logBin: false })), ['source.logs']);
      const late = planWith(db2, { lagSeconds: 11 });
      assert.deepEqual([blocking(late), hard(late)], [['source.caughtUp'], []]);
      const ill = planWith(db3, { isCheckValid: false });
      assert.deepEqual([blocking(ill), hard(ill)], [['instances.healthy'], []]);
      assert.deepEqual(blocking(planWith(db3, { usesGtid: false })), []);
    });

    it('goes no further where the client asks another Orchestrator', async () => {
      lab.put('members', `${db3}\n`);
      const plan = await lab.plan('orchestrator.relocate', { instance: db3, below: db2 });
      const ran = await lab.run(plan, 'relocate', { options: { clock: impatient() } });
      assert.equal(ran.outcome.kind, 'failed');
      assert.ok(!lab.has('moved'));
    });
  });
});
