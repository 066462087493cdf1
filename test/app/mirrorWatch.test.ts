import assert from 'node:assert/strict';
import { MirrorWatch, mostEvents } from '../../src/app/mirrorWatch';
import type { EtcdFailure } from '../../src/core/mirror/reading';
import type { SourceEvents } from '../../src/core/mirror/sourceEvents';
import { failed, ok, type Outcome } from '../../src/core/outcome';
import type { EventsQuestion, MirrorReader } from '../../src/ports';
import { spec } from '../core/mirror/builder';
import { ManualClock } from './manualClock';

type Answer = Outcome<SourceEvents, EtcdFailure>;

/** A watch whose questions are answered by `answerTo`; undefined: not before the abort. */
function watching(answerTo: (question: EventsQuestion, asked: number) => Answer | undefined, mayConnect = true) {
  const clock = new ManualClock();
  const questions: EventsQuestion[] = [];
  let told = 0;
  let open = 0;
  const readEvents: MirrorReader['readEvents'] = (_spec, question, signal) => {
    questions.push(question);
    const answer = answerTo(question, questions.length);
    if (answer !== undefined) return Promise.resolve(answer);
    open += 1;
    return new Promise((resolve) => {
      signal.addEventListener('abort', () => {
        open -= 1;
        resolve(failed({ reason: 'cancelled', text: '' }));
      });
    });
  };
  const watch = new MirrorWatch({
    spec,
    reader: () => Promise.resolve({ readEvents } as MirrorReader),
    mayConnect: () => mayConnect,
    clock,
    onChange: () => {
      told += 1;
    },
  });
  return { watch, clock, questions, told: () => told, open: () => open };
}

const event = (index: number) => ({ index, action: 'set', key: `/conftool/${index}` });
const heard = (index: number, source = index): Answer => ok({ events: [event(index)], next: index + 1, index: source });

describe('the watch of a mirror', () => {
  it('shows the newest event first, keeps a bounded number, and asks no faster than anybody reads', async () => {
    const { watch, clock, questions, told } = watching(({ from = 1 }) => heard(from));
    watch.start();
    await clock.advance(20_000);
    assert.equal(watch.state.events.length, mostEvents);
    assert.equal(watch.state.events[0]?.index, questions.length);
    assert.ok(questions.length <= 201, `${questions.length} questions in 20 s`);
    assert.ok(told() <= 70, `told ${told()} times in 20 s`);
    watch.stop();
  });

  it('stops asking once it is stopped, and goes on where it was', async () => {
    const { watch, clock, questions, open, told } = watching(({ from = 7 }) => (from < 9 ? heard(from) : undefined));
    watch.start();
    await clock.advance(2_000);
    assert.equal(open(), 1);
    watch.stop();
    await clock.advance(60_000);
    assert.deepEqual([open(), questions.length, watch.state.phase.kind], [0, 3, 'stopped']);
    const before = told();
    watch.start();
    await clock.advance(1_000);
    assert.equal(questions.at(-1)?.from, 9);
    assert.equal(watch.state.events.length, 2);
    assert.ok(told() > before);
    watch.stop();
    assert.equal(clock.pendingTimers, 0);
  });

  it('jumps to the newest events where the source is too fast, and says how many it left out', async () => {
    const { watch, clock, questions } = watching(({ from }, asked) =>
      asked === 1 ? heard(10, 5_000) : from === undefined ? heard(4_999) : undefined,
    );
    watch.start();
    await clock.advance(1_000);
    assert.equal(watch.state.jumped, 5_000 - 11);
    assert.deepEqual(
      questions.map(({ from }) => from),
      [undefined, undefined, 5_000],
    );
    watch.stop();
  });

  it('forgets what it heard of a cluster that was there before', async () => {
    const { watch, clock } = watching(({ from }, asked) =>
      asked === 1 ? heard(900) : from === undefined ? heard(12) : asked < 4 ? heard(11, 11) : undefined,
    );
    watch.start();
    await clock.advance(1_000);
    assert.deepEqual(
      watch.state.events.map(({ index }) => index),
      [12, 11],
    );
    watch.stop();
  });

  it('keeps to the prefix where the account may not see the rest', async () => {
    const { watch, clock, questions } = watching(({ scope }) =>
      scope === 'keyspace' ? failed({ reason: 'authRequired', text: 'HTTP 401' }) : undefined,
    );
    watch.start();
    await clock.advance(1_000);
    assert.deepEqual(
      questions.map(({ scope }) => scope),
      ['keyspace', 'prefix'],
    );
    assert.equal(watch.state.scope, 'prefix');
    watch.stop();
  });

  it('says why it hears nothing, and tries again', async () => {
    const { watch, clock, questions } = watching((_question, asked) =>
      asked === 1 ? failed({ reason: 'refused', text: 'connection refused' }) : heard(asked),
    );
    watch.start();
    await clock.advance(5_000);
    assert.deepEqual(watch.state.phase, { kind: 'failed', failure: { reason: 'refused', text: 'connection refused' } });
    assert.equal(questions.length, 1);
    await clock.advance(6_000);
    assert.equal(watch.state.phase.kind, 'watching');
    watch.stop();
  });

  it('connects to nothing in a workspace that is not trusted', async () => {
    const { watch, clock, questions } = watching(() => heard(1), false);
    watch.start();
    await clock.advance(30_000);
    assert.equal(questions.length, 0);
    assert.ok(watch.state.phase.kind === 'failed' && watch.state.phase.failure.reason === 'untrusted');
    watch.stop();
  });
});
