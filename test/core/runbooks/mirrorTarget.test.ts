import assert from 'node:assert/strict';
import { diagnose } from '../../../src/core/findings/diagnose';
import type { FleetView } from '../../../src/core/fleetView';
import { nameToType } from '../../../src/core/guard/confirmation';
import { joinFindings } from '../../../src/core/joinFindings';
import { linkMirror } from '../../../src/core/mirror/linkMirror';
import type { MirrorComparison } from '../../../src/core/mirror/model';
import { renderCall } from '../../../src/core/runbooks/clientCall';
import { evidenceKeys } from '../../../src/core/runbooks/evidenceKeys';
import type { MirrorRunbook } from '../../../src/core/runbooks/mirrorRunbook';
import type { Expectation, PlanStep, ProgramRun, RunbookPlan } from '../../../src/core/runbooks/plan';
import { planRunbook } from '../../../src/core/runbooks/planRunbook';
import { diffTarget, toPlanTarget } from '../../../src/core/runbooks/planTarget';
import { effectOfRuns, renderCurlConfig } from '../../../src/core/runbooks/programCall';
import { runbooks } from '../../../src/core/runbooks/registry';
import { renderPlan } from '../../../src/core/runbooks/renderPlan';
import { runbooksFor } from '../../../src/core/runbooks/runbooksFor';
import { needsOf, renderSecretFiles } from '../../../src/core/runbooks/stepNeeds';
import { toRunbookReport } from '../../../src/core/runbooks/toRunbookReport';
import { verifyStep } from '../../../src/core/runbooks/verifyStep';
import { fleetOf, r } from '../findings/fleetBuilder';
import { atSecond, spec, stateOf, type Look } from '../mirror/builder';
import { files } from './fleet';

const key = 'mirror:conf-codfw';

function view(look: Partial<Look> = {}, comparison?: Partial<MirrorComparison>, own = spec): FleetView {
  const state = stateOf([{ second: 0, ...look }], comparison);
  const fleet = { ...fleetOf(), mirrors: [linkMirror(own, state)] };
  return joinFindings(fleet, diagnose(fleet));
}

const account = (file: boolean): readonly { readonly file: 'account' }[] => (file ? [{ file: 'account' }] : []);
const sample = (
  runs: readonly ProgramRun[] = [{ words: ['curl', '--request', 'PUT', "https://a/it's"] }],
): MirrorRunbook => ({
  on: 'mirror',
  ...{ id: 'sample', title: 'Sample', summary: '', inputs: [], isOffered: () => true },
  plan: ({ step, input }) => ({
    checks: [],
    chosen: { index: input('index') ?? '7' },
    steps: [
      step({
        ...{ id: 'x', title: 'X', effect: 'write', runs, verify: 'curl x', expected: '7', blastRadius: 'nobody' },
        expectation: { kind: 'mirrorIndex', key, index: 7 },
      }),
    ],
  }),
});
const plan = (now: FleetView, runbook = sample(), inputs = {}): RunbookPlan =>
  planRunbook(now, 'sample', key, inputs, [runbook]);

describe('a plan for a mirror', () => {
  it('is bound to the clusters of both sides', () => {
    const made = plan(view());
    assert.deepEqual(made.blocked, []);
    assert.deepEqual(made.target, {
      ...{ kind: 'mirror', key, isProduction: true, readAt: atSecond(0) },
      identity: { 'cluster id of the source': 'a1', 'cluster id of the destination': 'b2' },
    });
    assert.deepEqual(diffTarget(made.target, toPlanTarget(view({ second: 9 }), key)), []);
    assert.deepEqual(diffTarget(made.target, toPlanTarget(view({ sourceCluster: 'c3' }), key)), [
      'the cluster id of the source was a1, is c3.',
    ]);
    assert.deepEqual(diffTarget(made.target, toPlanTarget(view({ source: 'refused' }), key)), [
      'It does not say who it is now.',
    ]);
    assert.deepEqual(diffTarget(made.target, toPlanTarget(view(), r)), ['It does not say who it is now.']);
  });

  it('is blocked where a side is not known, or both are one', () => {
    assert.match(
      plan(view({ source: 'refused' })).blocked.join(),
      /^target\.identity: source: the system says refused/,
    );
    assert.match(plan(view({ sourceCluster: 'b2' })).blocked.join(), /^target\.twoClusters: one and the same/);
  });

  it('keeps what it chose, so that planning again checks the same', () => {
    assert.deepEqual(plan(view()).inputs, { index: '7' });
    assert.deepEqual(plan(view(), sample(), { index: '9' }).inputs, { index: '9' });
  });

  it('is for what it is made for', () => {
    assert.throws(() => planRunbook(view(), 'replica.stop', key), /is for an instance, and mirror:conf-codfw is none/);
    assert.throws(() => planRunbook(view(), 'sample', r, {}, [sample()]), /is for an etcd mirror, and db2100/);
    assert.throws(() => planRunbook(view(), 'sample', 'mirror:x', {}, [sample()]), /has no mirror mirror:x/);
    const all = [...runbooks, sample()];
    assert.ok(!runbooksFor(all, view(), r).some(({ runbook }) => runbook.on === 'mirror'));
    assert.ok(runbooksFor(all, view(), key).every(({ runbook }) => runbook.on === 'mirror'));
    assert.ok(runbooksFor(all, view(), key).some(({ runbook }) => runbook.id === 'sample'));
    assert.deepEqual(runbooksFor(all, view(), 'mirror:x'), []);
    assert.deepEqual(evidenceKeys(view(), key), [key]);
  });

  it('belongs to production where any cluster does, and is confirmed by the name of the mirror', () => {
    assert.equal(nameToType(key, true), 'conf-codfw');
    assert.equal(nameToType(key, false), undefined);
    const fleet = { ...fleetOf(), mirrors: [linkMirror(spec, stateOf([{ second: 0 }]))] };
    const calmFleet = {
      ...fleet,
      clusters: fleet.clusters.map((each) => ({ ...each, spec: { ...each.spec, production: false } })),
    };
    assert.equal(plan(joinFindings(calmFleet, diagnose(calmFleet))).target.isProduction, false);
    const none = { ...calmFleet, clusters: [] };
    assert.equal(plan(joinFindings(none, diagnose(none))).target.isProduction, true);
  });

  it('is drawn and reported with its commands', () => {
    const made = plan(view());
    const { text, stepLines } = renderPlan(made, () => files);
    assert.match(text, /^# Sample: conf-codfw · PROD\n/);
    assert.match(
      text,
      /Target: \*\*mirror:conf-codfw\*\* \(cluster id of the source a1, cluster id of the destination b2/,
    );
    assert.match(text.split('\n')[stepLines['x'] ?? -1] ?? '', /^## Step 1: X \(writes\)/);
    const report = toRunbookReport(made, () => files);
    assert.equal(report.target, key);
    assert.equal(report.steps[0]?.command, `curl --request PUT 'https://a/it'\\''s'`);
  });

  it('names the file of its login and never the login', () => {
    const own = {
      ...spec,
      credentials: { name: 'etcd', user: 'root', password: { kind: 'env', variable: 'X' } } as const,
    };
    const runs = [
      { words: ['curl', '--config', ...account(true), { path: 'ca.pem' }], mustPrint: 'id: a1' },
      { words: ['curl', '--request', 'PUT', 'http://x'] },
    ];
    const [step] = plan(view({}, undefined, own), sample(runs)).steps;
    assert.ok(step !== undefined);
    assert.deepEqual(step.call.account, { kind: 'written', user: 'root', password: { kind: 'env', variable: 'X' } });
    const { accounts, programs, server } = needsOf(step.call);
    assert.deepEqual([accounts.map(({ key: of }) => of), programs, server.key], [[key], ['curl', 'grep'], key]);
    const given = { secrets: new Map<string, string>(), passwords: new Map([[key, 's"x']]) };
    assert.deepEqual(renderSecretFiles(step.call, files, given), [
      { path: files.optionFile(key), content: 'user = "root:s\\"x"\n' },
    ]);
    assert.deepEqual(renderCall(step.call, files), {
      kind: 'ok',
      value: "curl --config /store/run.cnf '/work space/ca.pem' | grep -iF -e 'id: a1' && curl --request PUT http://x",
    });
    assert.equal(renderCall(step.call, { ...files, shell: 'powershell' }).kind, 'failed');
    const [named] = plan(view({}, undefined, own), sample(runs), { optionFile: 'my.curl' }).steps;
    assert.match(JSON.stringify(named && renderCall(named.call, files)), /--config '\/work space\/my\.curl'/);
    assert.equal(renderCurlConfig('ro', 'a"b\\c:d\n'), 'user = "ro:a\\"b\\\\c:d\\n"\n');
    assert.throws(() => renderCurlConfig('r:o', 'x'), /colon/);
    assert.throws(() => renderCurlConfig('ro', '\0'), /NUL/);
  });

  it('does no more than its effect says, and does not run on what it does not know', () => {
    const effect = (...words: string[]) => effectOfRuns([{ words: ['curl', 'http://x'] }, { words }]);
    assert.equal(effect('curl', '--head', 'http://x'), 'read');
    assert.equal(effect('curl', '--request', 'PUT', 'http://x'), 'write');
    assert.equal(effect('curl', '--request', 'DELETE', 'http://x'), 'destructive');
    assert.equal(effect('curl', '--data', 'x', 'http://x'), 'destructive');
    assert.equal(effect('ssh', '-t', '--', 'host', 'sudo', 'systemctl', 'stop', 'u'), 'write');
    assert.equal(effect('etcd-mirror', '--reload'), 'destructive');
    const wipe = [{ words: ['curl', '--request', 'DELETE', 'http://x'] }];
    assert.match(plan(view(), sample(wipe)).blocked.join(), /do more than its effect "write" says/);
    const [step] = plan(view({ source: 'refused' })).steps;
    assert.equal(step && renderCall(step.call, files).kind, 'failed');
  });
});

describe('a step on a mirror is verified', () => {
  const verify = (expectation: Expectation, now: FleetView, endedSecond = 0) => {
    const step: PlanStep = { ...plan(view()).steps[0]!, expectation };
    return verifyStep(step, { view: now, endedMs: Date.parse(atSecond(endedSecond)) }).kind;
  };
  const index: Expectation = { kind: 'mirrorIndex', key, index: 7 };
  const isRunning: Expectation = { kind: 'mirrorProcess', key, isRunning: true };
  const equal: Expectation = { kind: 'mirrorEqual', key };

  it('by the index key', () => {
    assert.equal(verify(index, view({ replicated: 7 })), 'done');
    assert.equal(verify(index, view({ replicated: 6 })), 'notDone');
    assert.equal(verify(index, view({ replicated: null })), 'notDone');
    assert.equal(verify(index, view({ replicated: 'abc' })), 'notDone');
    assert.equal(verify(index, view({ replicated: 'refused' })), 'unknown');
    assert.equal(verify(index, view({ replicated: 7 }), 1), 'unknown');
    assert.equal(verify(index, view({ replicated: 7, sourceCluster: 'z' })), 'unknown');
    assert.equal(verify({ ...index, key: 'mirror:x' }, view()), 'unknown');
  });

  it('by its process', () => {
    assert.equal(verify(isRunning, view()), 'done');
    assert.equal(verify({ ...isRunning, isRunning: false }, view()), 'notDone');
    assert.equal(verify({ ...isRunning, isRunning: false }, view({ metrics: 'refused' })), 'done');
    assert.equal(verify(isRunning, view({ metrics: 'refused' })), 'notDone');
    assert.equal(verify(isRunning, view({ metrics: 'hung' })), 'unknown');
    assert.equal(verify(isRunning, view({ metrics: 'none' })), 'unknown');
  });

  it('by contents that were compared afterwards', () => {
    const at = atSecond(0);
    assert.equal(verify(equal, view({}, { at })), 'done');
    assert.equal(verify(equal, view({}, { at: atSecond(-1) })), 'unknown');
    assert.equal(verify(equal, view()), 'unknown');
    assert.equal(verify(equal, view({ replicated: null }, { at })), 'notDone');
    for (const part of ['missing', 'extra', 'different', 'pending']) {
      assert.equal(verify(equal, view({}, { at, [part]: 1 })), 'notDone', part);
    }
  });
});
