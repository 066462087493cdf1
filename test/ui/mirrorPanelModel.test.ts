import assert from 'node:assert/strict';
import { parseMirrorMessage, parseMirrorSubject } from '../../src/protocol/parseMirrorMessage';
import { mostRows } from '../../src/ui/panels/mirror/contentsView';
import {
  manyItems,
  mirrorSamples,
  mirrorState,
  quietPrefix,
  watchedEvents,
  type MirrorSample,
} from './mirrorPanelSamples';

const sample = (name: string): MirrorSample => mirrorSamples[name]!;

describe('the gauge of a mirror', () => {
  function check(title: string, of: MirrorSample, expected: readonly (string | number | undefined)[]): void {
    it(title, () => {
      const { gauge } = mirrorState(of);
      assert.ok(gauge.kind === 'window', gauge.why);
      assert.deepEqual([gauge.used, gauge.left, gauge.soon, gauge.level, gauge.leftWords], expected);
    });
  }
  check('is calm while the gap does not grow', sample('healthy'), [0, 1000, undefined, 'calm', 'Up to date']);
  check('tells the time to loss and where it will be', sample('shrinking'), [
    480,
    520,
    960,
    'spent',
    'Lost in 10 min 50 s',
  ]);
  check('presses when it is ten minutes or less', sample('urgent'), [870, 130, 1739, 'urgent', 'Lost in 1 min 30 s']);
  check('says that it is lost, and by how much', sample('lost'), [1134, -134, undefined, 'lost', 'The window is lost']);
  const at = (gap: number): MirrorSample => ({
    looks: [0, 10].map((second) => ({ second, source: 5_000 + gap, replicated: 5_000 })),
  });
  check('holds with a gap of 1000', at(1000), [1000, 0, undefined, 'spent', 'Gap not growing']);
  check('and not with one of 1001', at(1001), [1001, -1, undefined, 'lost', 'The window is lost']);
  check('knows no rate after one reading', { looks: [{ second: 0, source: 120, replicated: 100 }] }, [
    20,
    980,
    undefined,
    'calm',
    'Not known yet',
  ]);
  check('has no forecast beyond a day', { looks: quietPrefix(600, 0.005) }, [
    3,
    997,
    5,
    'calm',
    'Lost in more than a day',
  ]);

  it('is not drawn where the gap is unknown, and says why', () => {
    const why = (looks: MirrorSample['looks'], more: MirrorSample['spec'] = {}): string => {
      const { gauge } = mirrorState({ looks, spec: more });
      return gauge.kind === 'none' ? gauge.why : JSON.stringify(gauge);
    };
    assert.match(why([]), /not been read yet/);
    assert.match(why([{ second: 0, source: 'refused' }]), /source could not be read: the system says refused/);
    assert.match(why([{ second: 0, replicated: null }]), /no usable index/);
    assert.match(why([], { api: 'v3' }), /make-mirror keeps no index/);
  });
});

describe('the panel of a mirror', () => {
  it('says who mirrors where, how far, and how fast', () => {
    const { source, destination, figures, summary, history } = mirrorState(sample('shrinking'));
    assert.deepEqual(
      [source.place, source.prefix, source.index.value],
      ['conf1007.eqiad.wmnet:4001', '/conftool', '3020607'],
    );
    assert.deepEqual([destination.place, destination.index.value], ['conf2005.codfw.wmnet:4001', '3020127']);
    const values = Object.fromEntries(figures.map(({ label, value }) => [label, value]));
    assert.equal(values['Events at the source'], '0.80 per s');
    assert.equal(values['Index moves by'], '0.00 per s');
    assert.equal(values['Next event to copy'], 'none yet');
    assert.equal(values['Lost when the source is at'], String(3_020_127 + 1001));
    assert.match(summary, /loses its place in 10 min 50 s/);
    assert.equal(history.gaps.at(-1), 480);
  });

  it('does not take an index for moving that was read once, or not at all', () => {
    const still = (looks: MirrorSample['looks']) =>
      mirrorState({ looks }).figures.find(({ label }) => label === 'Index unchanged since')?.value;
    assert.equal(still([{ second: 0, source: 'refused' }]), 'unknown');
    assert.equal(still([{ second: 0 }]), 'unknown');
    assert.equal(
      still([10, 20].map((second) => ({ second, source: 100 + second, replicated: 100 + second }))),
      'it moves',
    );
  });

  it('shows the metric of the mirror and why it is not trusted; down and unknown are told apart', () => {
    const of = (metrics: 'refused' | 'timedOut' | 'none' | undefined) =>
      mirrorState({ looks: [{ second: 0, ...(metrics === undefined ? {} : { metrics }) }] }).process;
    assert.match(of(undefined).measured ?? '', /^etcdmirror_lag -?\d/);
    assert.match(of(undefined).words, /Not to be trusted/);
    assert.deepEqual([of('refused').state, of('timedOut').state, of('none').state], ['down', 'unknown', 'notAsked']);
  });

  it('lists what differs, bounded, without the values, and finds the others by the filter', () => {
    const { contents } = mirrorState(sample('lost'));
    assert.ok(contents.kind === 'compared');
    assert.deepEqual([contents.rows.length, contents.matching], [mostRows, manyItems.length]);
    assert.doesNotMatch(JSON.stringify(contents), /pooled/);
    assert.equal(contents.rows[0]?.sourceSize, '31 B');
    const { contents: found } = mirrorState({ ...sample('lost'), filter: ' MW1709' });
    assert.ok(found.kind === 'compared');
    assert.deepEqual(
      [found.matching, found.rows[0]?.key],
      [1, '/conftool/v1/pools/eqiad/appserver/mw1709.eqiad.wmnet'],
    );
  });

  it('says of contents what is not zero, and that in one number or many', () => {
    const saidOf = (comparison: MirrorSample['comparison']): string => {
      const { contents } = mirrorState({ ...sample('healthy'), comparison: { compared: 120, ...comparison } });
      return contents.kind === 'compared' ? contents.summary : contents.kind;
    };
    const equal = 'All 120 keys that should be mirrored are equal on both sides';
    assert.equal(saidOf({}), `${equal}.`);
    assert.equal(saidOf({ different: 1 }), 'Of 120 keys, 1 is different at the destination.');
    assert.equal(
      saidOf({ missing: 3, different: 1 }),
      'Of 120 keys, 3 are missing and 1 is different at the destination.',
    );
    assert.equal(saidOf({ extra: 1 }), `${equal}; 1 key is only at the destination.`);
    assert.equal(
      saidOf({ missing: 1, extra: 2, pending: 1, ignored: 2 }),
      'Of 120 keys, 1 is missing at the destination; 2 keys are only at the destination; 1 change on the way; 2 keys ignored by the pattern.',
    );
  });

  it('does not take contents that nobody compared for equal', () => {
    const { contents } = mirrorState(sample('urgent'));
    assert.ok(contents.kind === 'notCompared');
    assert.match(contents.words, /not been looked at yet/);
  });

  it('redacts what a server said', () => {
    const state = mirrorState({ looks: [{ second: 0, source: { status: 500, body: "password='hunter2'" } }] });
    assert.doesNotMatch(JSON.stringify(state.findings), /hunter2/);
  });

  it('says of a mirror that the inventory has lost that it is gone', () => {
    assert.equal(
      mirrorState({ looks: [], spec: { name: 'other' } }).summary,
      'The inventory no longer names this mirror.',
    );
  });
});

describe('the events of a mirror', () => {
  it('are judged one by one, and the sum of them says who uses up the window', () => {
    const { rows, summary, words } = watchedEvents(sample('shrinking'));
    assert.deepEqual(
      rows.slice(-3).map(({ fate }) => fate),
      ['outside', 'skipped', 'mirrored'],
    );
    assert.equal(
      summary,
      'Of the last 14 events, 12 were not under `/conftool`, all below `/spicerack/locks/etcd`: they use up the window. 1 was of kinds that etcd-mirror skips.',
    );
    assert.equal(words, 'Watching the whole keyspace of conf1007.eqiad.wmnet:4001.');
  });

  it('say when they are of the prefix only, and how many were left out', () => {
    const { words } = watchedEvents({ ...sample('shrinking'), watch: { scope: 'prefix', jumped: 700 } });
    assert.match(words, /^Watching `\/conftool` of .*may not see the rest.* 700 events were left out/);
  });

  it('say why there are none', () => {
    const { phase, words, rows } = watchedEvents(sample('lost'));
    assert.deepEqual([phase, rows.length], ['failed', 0]);
    assert.match(words, /ECONNREFUSED/);
  });
});

describe('a message of the mirror panel', () => {
  function check(message: unknown, isRead: boolean): void {
    it(`${isRead ? 'is' : 'is not'} ${JSON.stringify(message)}`, () => {
      assert.equal(parseMirrorMessage(message) !== undefined, isRead);
    });
  }
  const request = (asked: unknown, id: unknown = 1) => ({ kind: 'request', id, request: asked });
  check({ kind: 'ready' }, true);
  check(request({ kind: 'compare' }), true);
  check(request({ kind: 'filterDrift', filter: 'x' }), true);
  check(request({ kind: 'openDiff', key: '/a' }), true);
  check(request({ kind: 'watch', on: false }), true);
  check(request({ kind: 'planRunbook', id: 'mirror.reload' }), true);
  check(request({ kind: 'watch', on: 'yes' }), false);
  check(request({ kind: 'openDiff' }), false);
  check(request({ kind: 'run', command: 'rm' }), false);
  check(request({ kind: 'compare' }, '1'), false);
  check(null, false);

  it('names a mirror to restore, or nothing', () => {
    assert.deepEqual(parseMirrorSubject({ kind: 'mirror', name: 'a', more: 1 }), { kind: 'mirror', name: 'a' });
    assert.equal(parseMirrorSubject({ kind: 'instance', key: 'a' }), undefined);
    assert.equal(parseMirrorSubject(undefined), undefined);
  });
});
