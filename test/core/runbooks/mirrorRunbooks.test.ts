import assert from 'node:assert/strict';
import { releaseStep } from '../../../src/app/releaseStep';
import { diagnose } from '../../../src/core/findings/diagnose';
import type { FleetView } from '../../../src/core/fleetView';
import type { EtcdMirrorSpec } from '../../../src/core/inventory/model';
import { joinFindings } from '../../../src/core/joinFindings';
import { linkMirror } from '../../../src/core/mirror/linkMirror';
import type { DriftItem, MirrorComparison, MirrorSnapshot } from '../../../src/core/mirror/model';
import { runbookLogic } from '../../../src/core/runbookLogic';
import { renderCall } from '../../../src/core/runbooks/clientCall';
import type { RunbookPlan } from '../../../src/core/runbooks/plan';
import { planRunbook, whyNotNow } from '../../../src/core/runbooks/planRunbook';
import { runbooks } from '../../../src/core/runbooks/registry';
import { runbooksFor } from '../../../src/core/runbooks/runbooksFor';
import { fleetOf } from '../findings/fleetBuilder';
import { inGerman } from '../inGerman';
import { mirrorCases } from '../findings/mirrorCases';
import { atSecond, equalContents, spec, stateOf, type Look } from '../mirror/builder';
import { files } from './fleet';
import { whatRuns } from './whatRuns';

const key = 'mirror:conf-codfw';
type Spec = EtcdMirrorSpec;

interface Mirror {
  readonly looks: readonly Look[];
  readonly comparison?: Partial<MirrorComparison>;
  readonly spec?: Partial<Spec>;
}

function viewOf(...mirrors: readonly Mirror[]): FleetView {
  const linked = mirrors.map(({ looks, comparison, spec: more }) => {
    const own = { ...spec, ...more };
    return linkMirror(own, stateOf(looks, comparison, own));
  });
  const fleet = { ...fleetOf(), mirrors: linked };
  return joinFindings(fleet, diagnose(fleet));
}

const down = { metrics: 'refused' } as const;
/** Lost at a gap of 1134, as in the incident, with equal contents as of event 4134. */
const lost: Mirror = {
  looks: [{ second: 0, source: 4134, replicated: 3000, ...down }],
  comparison: { at: atSecond(0), sourceIndex: 4134 },
};
const missing: Mirror = {
  looks: [{ second: 0, source: 500, replicated: null, ...down }],
  comparison: { at: atSecond(0), sourceIndex: 500 },
};
const whole = { name: 'conf-root', sourcePrefix: '/', destinationPrefix: '/' } as const;
const migrating: readonly Mirror[] = [
  { looks: [{ second: 0, source: 500, replicated: 480, waiting: 'none', ...down }] },
  {
    looks: [{ second: 0, source: 500, replicated: null, ...down }],
    comparison: { at: atSecond(0), sourceIndex: 500 },
    spec: whole,
  },
];
/** A v3 mirror with these keys too many at the destination. */
function v3View(stale: readonly string[], more: Partial<Spec> = {}): FleetView {
  const own: Spec = { ...spec, api: 'v3', sourcePrefix: '/config/', destinationPrefix: '/config/', ...more };
  const at = atSecond(0);
  const asked = { kind: 'read', request: 'POST /v3/kv/range', at } as const;
  const snapshot: MirrorSnapshot = {
    ...{ key, at, reach: { kind: 'answered' }, process: { kind: 'notAsked' } },
    source: { ...asked, value: { index: 9, clusterId: '11', keyCount: 2, waiting: { kind: 'notAsked' } } },
    destination: { ...asked, value: { clusterId: '22', keyCount: 3, indexKey: { kind: 'none' } } },
  };
  const items = stale.map((each): DriftItem => ({ key: each, destinationKey: each, kind: 'extra', why: '' }));
  const comparison = { ...equalContents, at, items, extra: items.length };
  const fleet = { ...fleetOf(), mirrors: [linkMirror(own, { snapshot, samples: [], comparison })] };
  return joinFindings(fleet, diagnose(fleet));
}

interface Case {
  readonly title: string;
  readonly id: string;
  readonly view: () => FleetView;
  readonly inputs?: Readonly<Record<string, string>>;
  /** Ids of the checks that block; none unless given. */
  readonly blocks?: readonly string[];
  /** Of all steps. */
  readonly steps?: readonly string[];
  readonly command?: readonly [step: string, command: RegExp];
}

const put = (value: string, condition: string) =>
  new RegExp(
    `--include https://conf2005\\.codfw\\.wmnet:4001/v2/keys/__replication/conftool \\| .* -e 'X-Etcd-Cluster-Id: b2' && curl .* --fail --request PUT --data value=${value} '?https://conf2005\\.codfw\\.wmnet:4001/v2/keys/__replication/conftool\\?${condition}'?$`,
  );

const cases: readonly Case[] = [
  {
    title: 'goes to where the contents are equal',
    id: 'mirror.advanceIndex',
    view: () => viewOf(lost),
    steps: ['setIndex'],
    command: ['setIndex', put('4134', 'prevValue=3000')],
  },
  {
    title: 'goes less far where that is asked for',
    id: 'mirror.advanceIndex',
    view: () => viewOf(lost),
    inputs: { index: '3134' },
    steps: ['setIndex'],
  },
  {
    title: 'not outside the window',
    id: 'mirror.advanceIndex',
    view: () => viewOf(lost),
    inputs: { index: '3133' },
    blocks: ['index.inWindow'],
  },
  {
    title: 'not past what is proved',
    id: 'mirror.advanceIndex',
    view: () => viewOf({ ...lost, comparison: { at: atSecond(0), sourceIndex: 4000 } }),
    inputs: { index: '4001' },
    blocks: ['index.nothingBefore'],
  },
  {
    title: 'not past the source',
    id: 'mirror.advanceIndex',
    view: () => viewOf(lost),
    inputs: { index: '4135' },
    blocks: ['index.inWindow', 'index.nothingBefore'],
  },
  {
    title: 'not back',
    id: 'mirror.advanceIndex',
    view: () => viewOf({ ...lost, looks: [{ second: 0, source: 3900, replicated: 3000, ...down }] }),
    inputs: { index: '2999' },
    blocks: ['index.inWindow'],
  },
  {
    title: 'not by what is no number',
    id: 'mirror.advanceIndex',
    view: () => viewOf(lost),
    inputs: { index: '4x' },
    blocks: ['index.inWindow', 'index.nothingBefore'],
  },
  {
    title: 'not where a key differs',
    id: 'mirror.advanceIndex',
    view: () => viewOf({ ...lost, comparison: { ...lost.comparison, missing: 1 } }),
    blocks: ['index.inWindow', 'index.nothingBefore', 'contents.equal'],
    steps: [],
  },
  {
    title: 'before the change that is on its way',
    id: 'mirror.advanceIndex',
    view: () => viewOf({ ...lost, comparison: { ...lost.comparison, pending: 2, pendingFrom: 4101 } }),
    steps: ['setIndex'],
  },
  {
    title: 'not past the change that is on its way',
    id: 'mirror.advanceIndex',
    view: () => viewOf({ ...lost, comparison: { ...lost.comparison, pending: 2, pendingFrom: 4101 } }),
    inputs: { index: '4101' },
    blocks: ['index.nothingBefore'],
  },
  {
    title: 'not where the next event is needed',
    id: 'mirror.advanceIndex',
    view: () => viewOf({ ...lost, comparison: { ...lost.comparison, pending: 2, pendingFrom: 3001 } }),
    blocks: ['index.inWindow', 'index.nothingBefore'],
    steps: [],
  },
  {
    title: 'not where the change that is on its way is too old',
    id: 'mirror.advanceIndex',
    view: () => viewOf({ ...lost, comparison: { ...lost.comparison, pending: 2, pendingFrom: 3100 } }),
    blocks: ['index.inWindow'],
  },
  {
    title: 'not where a change is on its way that comes by no event of its own',
    id: 'mirror.advanceIndex',
    view: () => viewOf({ ...lost, comparison: { ...lost.comparison, pending: 1 } }),
    blocks: ['index.inWindow', 'index.nothingBefore', 'contents.equal'],
  },
  {
    title: 'not by a comparison of long ago',
    id: 'mirror.advanceIndex',
    view: () => viewOf({ ...lost, comparison: { ...lost.comparison, at: atSecond(-601) } }),
    blocks: ['index.inWindow', 'index.nothingBefore', 'contents.equal'],
  },
  {
    title: 'not uncompared',
    id: 'mirror.advanceIndex',
    view: () => viewOf({ looks: lost.looks }),
    blocks: ['index.inWindow', 'index.nothingBefore', 'contents.equal'],
  },
  {
    title: 'not by a watch alone',
    id: 'mirror.advanceIndex',
    view: () =>
      viewOf({
        looks: [
          { second: 0, source: 3900, replicated: 3000, waiting: 'none' },
          { second: 10, source: 4134, replicated: 3000, waiting: 'cleared', ...down },
        ],
      }),
    inputs: { index: '3900' },
    blocks: ['contents.equal'],
  },
  {
    title: 'not while the mirror runs',
    id: 'mirror.advanceIndex',
    view: () => viewOf({ ...lost, looks: [{ second: 0, source: 4134, replicated: 3000 }] }),
    blocks: ['process.stopped'],
  },
  {
    title: 'stops and starts the unit that is named',
    id: 'mirror.advanceIndex',
    view: () => viewOf({ ...lost, looks: [{ second: 0, source: 4134, replicated: 3000 }] }),
    inputs: { unit: 'etcdmirror-conftool' },
    steps: ['stop', 'setIndex', 'start'],
    command: ['stop', /^ssh -t -- conf2005\.codfw\.wmnet sudo systemctl stop etcdmirror-conftool$/],
  },
  {
    title: 'not where there is no index',
    id: 'mirror.advanceIndex',
    view: () => viewOf(missing),
    blocks: ['index.old'],
    steps: [],
  },
  {
    title: 'not where the source is not read',
    id: 'mirror.advanceIndex',
    view: () => viewOf({ ...lost, looks: [{ second: 0, source: 'refused', replicated: 3000, ...down }] }),
    blocks: ['target.identity', 'target.twoClusters', 'index.inWindow', 'index.nothingBefore'],
  },
  {
    title: 'is written where there is none',
    id: 'mirror.setInitialIndex',
    view: () => viewOf(missing),
    steps: ['setIndex'],
    command: ['setIndex', put('500', 'prevExist=false')],
  },
  {
    title: 'replaces what is no number',
    id: 'mirror.setInitialIndex',
    view: () => viewOf({ ...missing, looks: [{ second: 0, source: 500, replicated: '12 34', ...down }] }),
    command: ['setIndex', put('500', 'prevValue=12%2034')],
  },
  {
    title: 'is not written over another',
    id: 'mirror.setInitialIndex',
    view: () => viewOf(lost),
    blocks: ['index.missing'],
    steps: [],
  },
  {
    title: 'is not guessed',
    id: 'mirror.setInitialIndex',
    view: () => viewOf({ ...missing, comparison: { at: atSecond(0), sourceIndex: 500, different: 2 } }),
    blocks: ['index.inWindow', 'index.nothingBefore', 'contents.equal'],
    steps: [],
  },
  {
    title: 'is made by the mirror itself',
    id: 'mirror.reload',
    view: () => viewOf({ ...lost, spec: { ignoreKeys: '/conftool/locks(/.*)?' } }),
    steps: ['reload'],
    command: [
      'reload',
      /^etcd-mirror --reload --strip --src-prefix \/conftool --dst-prefix \/conftool --src-ignore-keys-regex '\/conftool\/locks\(\/\.\*\)\?' https:\/\/conf1007\.eqiad\.wmnet:4001 https:\/\/conf2005\.codfw\.wmnet:4001$/,
    ],
  },
  {
    title: 'is made by the script of the unit',
    id: 'mirror.reload',
    view: () => viewOf(lost),
    inputs: { unit: 'etcdmirror-conftool', host: 'conf9' },
    steps: ['stop', 'reload', 'start'],
    command: ['reload', /^ssh -t -- conf9 sudo \/usr\/local\/sbin\/reload-etcdmirror-conftool$/],
  },
  {
    title: 'shows no login',
    id: 'mirror.reload',
    view: () =>
      viewOf({
        ...lost,
        spec: { credentials: { name: 'etcd', user: 'root', password: { kind: 'env', variable: 'X' } } },
      }),
    blocks: ['mirror.command'],
  },
  {
    title: 'needs no second writer',
    id: 'mirror.reload',
    view: () => viewOf({ ...lost, looks: [{ second: 0, source: 4134, replicated: 3000 }] }),
    blocks: ['process.stopped'],
  },
  {
    title: 'never empties its own source',
    id: 'mirror.reload',
    view: () => viewOf({ ...lost, looks: [{ second: 0, sourceCluster: 'b2', ...down }] }),
    blocks: ['target.twoClusters'],
  },
  {
    title: 'takes the index of a source that stands still',
    id: 'mirror.migratePrefix',
    view: () => viewOf(...migrating),
    inputs: { unit: 'old', newUnit: 'new' },
    steps: ['probe.source', 'probe.destination', 'stop', 'setIndex', 'start'],
    command: [
      'setIndex',
      /'X-Etcd-Cluster-Id: a1' && curl .* --data value=500 'https:.*\/v2\/keys\/__replication\/__ROOT__\?prevExist=false'$/,
    ],
  },
  {
    title: 'needs to know where to',
    id: 'mirror.migratePrefix',
    view: () => viewOf(migrating[0]!),
    blocks: ['new.mirror'],
    steps: [],
  },
  {
    title: 'goes to no other place',
    id: 'mirror.migratePrefix',
    view: () => viewOf(...migrating),
    inputs: { to: 'x' },
    blocks: ['new.mirror'],
    steps: [],
  },
  {
    title: 'waits for what is under way',
    id: 'mirror.migratePrefix',
    view: () =>
      viewOf({ looks: [{ second: 0, source: 500, replicated: 480, waiting: { index: 490 } }] }, migrating[1]!),
    blocks: ['old.caughtUp'],
  },
  {
    title: 'needs a source that nobody writes to',
    id: 'mirror.migratePrefix',
    view: () => viewOf(migrating[0]!, { ...migrating[1]!, comparison: { at: atSecond(0), sourceIndex: 499 } }),
    blocks: ['source.still'],
  },
  {
    title: 'needs equal contents under the new prefix',
    id: 'mirror.migratePrefix',
    view: () =>
      viewOf(migrating[0]!, { ...migrating[1]!, comparison: { at: atSecond(0), sourceIndex: 500, missing: 3 } }),
    blocks: ['source.still', 'new.contentsEqual'],
    steps: [],
  },
  {
    title: 'takes over no key',
    id: 'mirror.migratePrefix',
    view: () =>
      viewOf(migrating[0]!, { ...migrating[1]!, looks: [{ second: 0, source: 500, replicated: 400, ...down }] }),
    blocks: ['new.indexKey'],
  },
  {
    title: 'keeps TLS on towards both sides',
    id: 'mirror.makeMirror',
    view: () =>
      v3View([], {
        tls: { mode: 'verify-ca', ca: 'ca.pem' },
        credentials: { name: 'etcd', user: 'root', password: { kind: 'env', variable: 'X' } },
      }),
    steps: ['makeMirror'],
    command: [
      'makeMirror',
      /^etcdctl .*status --write-out fields \| .* -e '"ClusterID" : 11' && etcdctl .* -e '"ClusterID" : 22' && etcdctl --endpoints https:\/\/conf1007\.eqiad\.wmnet:4001 --cacert '\/work space\/ca\.pem' --user root make-mirror --prefix \/config\/ --dest-insecure-transport=false --dest-cacert '\/work space\/ca\.pem' --dest-user root conf2005\.codfw\.wmnet:4001$/,
    ],
  },
  {
    title: 'names the other prefix',
    id: 'mirror.makeMirror',
    view: () => v3View([], { destinationPrefix: '/copy/' }),
    command: ['makeMirror', / --prefix \/config\/ --dest-prefix \/copy\/ /],
  },
  {
    title: 'strips the prefix',
    id: 'mirror.makeMirror',
    view: () => v3View([], { destinationPrefix: '' }),
    command: ['makeMirror', / --prefix \/config\/ --no-dest-prefix /],
  },
  {
    title: 'removes stale keys first, by their names',
    id: 'mirror.makeMirror',
    view: () => v3View(['/config/-rf', "/config/it's"]),
    steps: ['removeStale', 'makeMirror'],
    command: ['removeStale', /22' && etcdctl .* del -- \/config\/-rf && etcdctl .* del -- '\/config\/it'\\''s'$/],
  },
  {
    title: 'removes no heap of keys',
    id: 'mirror.makeMirror',
    view: () => v3View(Array.from({ length: 51 }, (_, at) => `/config/${at}`)),
    blocks: ['destination.staleKeys'],
  },
  {
    title: 'types no bytes',
    id: 'mirror.makeMirror',
    view: () => v3View(['/config/\u0001']),
    blocks: ['destination.staleKeys'],
  },
  { title: 'is not for v2', id: 'mirror.makeMirror', view: () => viewOf(lost), blocks: ['mirror.api'] },
];

function check({ id, view, inputs = {}, blocks = [], steps, command }: Case): void {
  const plan = planRunbook(view(), id, key, inputs);
  assert.deepEqual(
    plan.blocked.map((reason) => /^[\w.]+/.exec(reason)?.[0] ?? reason),
    blocks,
    plan.blocked.join('\n'),
  );
  if (steps !== undefined)
    assert.deepEqual(
      plan.steps.map((step) => step.id),
      steps,
    );
  if (command !== undefined) {
    const step = plan.steps.find((each) => each.id === command[0]);
    const rendered = step && renderCall(step.call, files);
    assert.ok(rendered?.kind === 'ok', JSON.stringify(rendered));
    assert.match(rendered.value, command[1]);
  }
  assert.deepEqual(
    inGerman(() => whatRuns(planRunbook(view(), id, key, inputs))),
    whatRuns(plan),
    'it is the same in German',
  );
  // Whole lines: without its host or address one would be run somewhere else, or nowhere.
  for (const { rollback } of plan.steps)
    assert.match(rollback ?? 'ssh -t -- ', /^(?:ssh -t -- |curl --fail --request )/);
  assert.deepEqual(planRunbook(view(), id, key, plan.inputs).steps, plan.steps, 'planning again comes out the same');
}

describe('runbooks of mirrors', () => {
  for (const each of cases)
    it(`${each.id} ${each.title}`, () => {
      check(each);
    });

  it('have a case each', () => {
    const ids = runbooks.flatMap(({ on, id }) => (on === 'mirror' ? [id] : [])).sort();
    assert.deepEqual([...new Set(cases.map(({ id }) => id))].sort(), ids);
  });

  it('are offered where they fit', () => {
    const offered = (view: FleetView): string[] =>
      runbooksFor(runbooks, view, key).flatMap(({ runbook, isOffered }) => (isOffered ? [runbook.id] : []));
    assert.deepEqual(offered(viewOf({ looks: [{ second: 0 }] })), []);
    assert.deepEqual(offered(viewOf(lost)), ['mirror.advanceIndex', 'mirror.reload']);
    assert.deepEqual(offered(viewOf(missing)), ['mirror.advanceIndex', 'mirror.setInitialIndex', 'mirror.reload']);
    assert.ok(offered(viewOf(...migrating)).includes('mirror.migratePrefix'));
  });

  it('are named by findings, and have something to do or say why not', () => {
    const named = mirrorCases.flatMap(({ title, fleet }) => {
      const linked = fleet();
      const view = joinFindings(linked, diagnose(linked));
      return view.findings.flatMap(({ id, subject, runbook }) =>
        runbook === undefined ? [] : [{ title, view, id, subject, runbook }],
      );
    });
    for (const { title, view, id, subject, runbook } of named) {
      const choice = runbooksFor(runbooks, view, subject).find((each) => each.runbook.id === runbook);
      assert.equal(choice?.isOffered, true, `${id} where ${title}`);
      const plan = planRunbook(view, runbook, subject);
      assert.ok(plan.steps.length > 0 || plan.blocked.length > 0, `${id} where ${title}`);
    }
    assert.deepEqual([...new Set(named.map(({ id }) => id))].sort(), [
      'mirror.compacted',
      'mirror.indexMissing',
      'mirror.windowLost',
    ]);
  });
});

describe('a mirror whose index has just been set by its plan', () => {
  const at = (index: number): Mirror => ({
    looks: [{ second: 0, source: index, replicated: index, ...down }],
    comparison: { at: atSecond(0), sourceIndex: index },
  });
  const cases: readonly [id: string, view: FleetView, inputs: Record<string, string>][] = [
    ['mirror.advanceIndex', viewOf(at(4134)), { unit: 'etcdmirror' }],
    ['mirror.setInitialIndex', viewOf(at(500)), { unit: 'etcdmirror' }],
    ['mirror.migratePrefix', viewOf(migrating[0]!, { ...at(500), spec: whole }), { unit: 'old', newUnit: 'new' }],
  ];
  for (const [id, view, inputs] of cases) {
    it(`is started by the next step: ${id}`, () => {
      const plan = planRunbook(view, id, key, inputs);
      assert.deepEqual(plan.blocked, []);
      assert.match(plan.steps.find((step) => step.id === 'setIndex')?.isDone ?? '', /holds \d+ already/);
      assert.deepEqual(whyNotNow(plan, 'start', view), []);
      assert.match(whyNotNow(plan, 'setIndex', view).join(), /It is done already/);
    });
  }
});

describe('right before a step on a mirror', () => {
  const plan = planRunbook(viewOf(lost), 'mirror.advanceIndex', key);
  const why = (now: FleetView, of: RunbookPlan = plan): string => whyNotNow(of, 'setIndex', now).join('\n');
  const later = (source: number, more: Partial<Look> = {}, comparison: Partial<MirrorComparison> = {}): FleetView =>
    viewOf({
      looks: [{ second: 5, source, replicated: 3000, ...down, ...more }],
      comparison: { at: atSecond(5), sourceIndex: source, ...comparison },
    });

  it('the same index is judged anew, and holds while it is in the window', () => {
    assert.equal(why(later(4134)), '');
    assert.equal(why(later(5134)), '');
    assert.match(why(later(5135)), /^index\.inWindow: 4134, 1001 events behind/);
  });

  it('it stops where the ground has changed', () => {
    assert.match(why(later(4140, {}, { different: 1 })), /contents\.equal/);
    assert.match(why(later(4140, { replicated: 4000 })), /What would run is no longer/);
    assert.match(why(later(4140, { metrics: undefined })), /process\.stopped/);
    assert.match(why(later(4140, { sourceCluster: 'z9' })), /cluster id of the source was a1, is z9/);
    assert.match(why(later(4140, { replicated: 'hung' })), /another one: It does not say who it is now/);
  });

  it('both sides are read again, and the name of the mirror is typed', async () => {
    let present = viewOf(lost);
    const read: string[][] = [];
    const release = (typed: string, second: number) =>
      releaseStep(
        {
          ...{ logic: runbookLogic, mayConnect: () => true, view: () => present },
          clock: {
            now: () => Date.parse(atSecond(second)),
            after: () => () => undefined,
            random: () => 0,
            idleMs: () => 0,
          },
          confirm: (name) => Promise.resolve(name === 'conf-codfw' ? typed : 'something else was asked'),
          read: (keys) => {
            read.push([...keys]);
            return Promise.resolve();
          },
        },
        plan,
        'setIndex',
      );
    assert.match(JSON.stringify(await release('yes', 0)), /That is not conf-codfw/);
    assert.match(JSON.stringify(await release('conf-codfw', 3)), /mirror:conf-codfw was not read again/);
    present = later(4140);
    assert.equal((await release('conf-codfw', 5)).kind, 'ok');
    assert.deepEqual(read, [[key], [key]]);
  });
});
