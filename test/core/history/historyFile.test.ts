import assert from 'node:assert/strict';
import fc from 'fast-check';
import { forgetBefore, horizonOf, keptMs } from '../../../src/core/history/forget';
import { parseHistory, renderSeries, renderState } from '../../../src/core/history/historyFile';
import { appendLag, keptSteps, renderLag, thinLag } from '../../../src/core/history/lagText';
import type { Change, LagSeries, StateHistory, SubjectHistory } from '../../../src/core/history/model';

const now = Date.UTC(2026, 10, 29, 9, 0, 0);
const minute = 60_000;
const hour = 60 * minute;

const change = (minutesAgo: number, subject: string, fact: string, to?: string): Change => ({
  ...{ atMs: now - minutesAgo * minute, beforeMs: now - minutesAgo * minute - 10_000, subject, fact },
  ...(to === undefined ? {} : { to }),
});

const state: StateHistory = {
  watched: [
    [now - 20 * hour, now - 10 * hour],
    [now - hour, now],
  ],
  subjects: new Map<string, SubjectHistory>([
    ['db1:3311', { sinceMs: now - 20 * hour, seenMs: now, first: { state: 'ok', version: '10.11.19' } }],
    ['db2:3311', { sinceMs: now - 20 * hour, seenMs: now, first: { state: 'ok', 'io/m1': 'running' } }],
  ]),
  changes: [
    change(90, 'db2:3311', 'io/m1', 'stopped'),
    change(90, 'db2:3311', 'finding/replica.ioStopped/m1', 'critical: IO stopped'),
    change(30, 'db2:3311', 'io/m1', 'running'),
    change(30, 'db2:3311', 'finding/replica.ioStopped/m1'),
  ],
};

const series = (points: readonly (readonly [number, number | null])[]): LagSeries => ({
  ...{ key: 'db2:3311', connection: 'm1' },
  at: points.map(([at]) => at),
  lagSeconds: points.map(([, lag]) => lag),
});

describe('the file of the history', () => {
  it('gives back what was written', () => {
    const lag = series([
      [now / 1000 - 3200, 0.4],
      [now / 1000 - 3000, null],
      [now / 1000, 312],
    ]);
    const parsed = parseHistory(renderState(state) + renderSeries(lag), now);
    const [{ stored, ...read } = { stored: undefined }] = parsed.lag;
    assert.deepEqual({ ...parsed, lag: [read] }, { state, lag: [lag], unreadable: 0 });
    assert.deepEqual(stored, renderLag(lag));
  });

  it('loses of a damaged line only what it says, and counts it', () => {
    const lines = renderState(state).trimEnd().split('\n');
    const damaged = [...lines.slice(0, 3), lines[3]?.slice(0, 20), ...lines.slice(4), '["l","db2:3311","m1",1,"AB*"]'];
    const parsed = parseHistory(damaged.join('\n'), now);
    assert.equal(parsed.unreadable, 2);
    assert.deepEqual(parsed.state.subjects, state.subjects);
    assert.deepEqual(parsed.state.changes, state.changes.slice(1));
  });

  for (const foreign of [
    '',
    'version: 1\nclusters: {}\n',
    '{"replideck":"history","version":2}\n',
    '\0\u0001\n',
    '[]',
  ]) {
    it(`takes ${JSON.stringify(foreign)} for no history of ours`, () => {
      assert.equal(parseHistory(foreign, now).unreadable, undefined);
    });
  }

  it('leaves out what a wrong clock has put into the future', () => {
    const early = parseHistory(renderState(state), now - hour);
    assert.equal(early.state.subjects.size, 0);
    assert.deepEqual(early.state.watched, [state.watched[0]]);
  });

  it('never throws, whatever a line holds', () => {
    const line = fc.oneof(fc.string(), fc.json(), fc.constantFrom('["s"]', '["c",1,1,"a","b",3]', '["l","a","",0,""]'));
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        const head = renderState({ ...state, subjects: new Map(), changes: [] });
        const { unreadable } = parseHistory(head + lines.join('\n'), now);
        return unreadable !== undefined;
      }),
      { numRuns: 300 },
    );
  });
});

describe('lag as text', () => {
  it('keeps any lag to a thousandth, and unknown as unknown', () => {
    const lag = fc.oneof(fc.constant(null), fc.double({ min: 0, max: 1e7, noNaN: true }));
    const step = fc.integer({ min: 0, max: 90_000 });
    fc.assert(
      fc.property(fc.array(fc.tuple(step, lag), { minLength: 1 }), (steps) => {
        let at = 1_700_000_000;
        const points = steps.map(([seconds, value]) => [(at += seconds), value] as const);
        const [parsed] = parseHistory(renderState(state) + renderSeries(series(points)), now).lag;
        const known = new Map<number, (number | null)[]>();
        parsed?.at.forEach((seconds, index) => {
          known.set(seconds, [...(known.get(seconds) ?? []), parsed.lagSeconds[index] ?? null]);
        });
        return points.every(([seconds, value]) =>
          known
            .get(seconds)
            ?.some((read) =>
              value === null ? read === null : read !== null && Math.abs(read - value) <= 0.001 + value / 1000,
            ),
        );
      }),
    );
  });

  it('says over a long silence that nothing is known of it', () => {
    const [parsed] = parseHistory(
      renderState(state) +
        renderSeries(
          series([
            [now / 1000 - 20_000, 1],
            [now / 1000, 2],
          ]),
        ),
      now,
    ).lag;
    assert.equal(parsed?.lagSeconds.at(0), 1);
    assert.equal(parsed.lagSeconds.at(-1), 2);
    assert.ok(parsed.lagSeconds.slice(1, -1).length > 0);
    assert.ok(parsed.lagSeconds.slice(1, -1).every((lag) => lag === null));
  });

  it('is the same whether it is written at once or goes on behind what stands there', () => {
    const points = (fromIndex: number, toIndex: number) =>
      series(
        Array.from({ length: toIndex - fromIndex }, (_, index) => [now / 1000 + 30 * (fromIndex + index), 7] as const),
      );
    assert.deepEqual(appendLag(renderLag(points(0, 50)), points(50, 90)), renderLag(points(0, 90)));
    // What is there already is left out; of the last point the worst lag counts, and unknown is none.
    assert.deepEqual(appendLag(renderLag(points(0, 50)), points(30, 90)), renderLag(points(0, 90)));
    const last = (lag: number | null, then: number | null) => {
      const { startSeconds, text } = appendLag(renderLag(series([[now / 1000, lag]])), series([[now / 1000, then]]));
      return parseHistory(renderState(state) + `["l","db2:3311","m1",${startSeconds},"${text}"]\n`, now).lag[0]
        ?.lagSeconds;
    };
    assert.deepEqual([last(3, 5), last(5, 3), last(null, 3), last(3, null)], [[5], [5], [3], [3]]);
  });

  it('is thinned beyond an hour, the worst of each step kept', () => {
    const seconds = now / 1000;
    const points = Array.from({ length: 8640 }, (_, index) => [seconds - 86_400 + 10 * (index + 1), 0.5] as const);
    const peaked = points.map(([at, lag], index) => [at, index === 100 ? 77 : index % 3 === 0 ? null : lag] as const);
    const thin = thinLag(series(peaked), seconds, 1);
    assert.equal(thin.at.length, 3600 / keptSteps.recentSeconds + (23 * 3600) / keptSteps.earlierSeconds + 1);
    assert.equal(Math.max(...thin.lagSeconds.map((lag) => lag ?? 0)), 77);
    assert.ok(thin.lagSeconds.every((lag) => lag !== null));
    assert.deepEqual(thinLag(thin, seconds, 1), thin, 'thinned again it is the same');
    assert.ok(thinLag(series(peaked), seconds, 4).at.length < thin.at.length / 3);
  });
});

describe('forgetting', () => {
  it('makes what changed before the horizon how things were then', () => {
    const kept = forgetBefore(state, now - hour);
    assert.deepEqual(kept.subjects.get('db2:3311'), {
      ...{ sinceMs: now - hour, seenMs: now },
      first: { state: 'ok', 'io/m1': 'stopped', 'finding/replica.ioStopped/m1': 'critical: IO stopped' },
    });
    assert.deepEqual(kept.changes, state.changes.slice(2));
    assert.deepEqual(kept.watched, [state.watched[1]]);
    assert.deepEqual(state.subjects.get('db2:3311')?.first, { state: 'ok', 'io/m1': 'running' }, 'and changes nothing');
  });

  it('drops what nobody has looked at for longer', () => {
    const subjects = new Map([['gone:1', { sinceMs: 1, seenMs: now - 26 * hour, first: { state: 'ok' } }]]);
    const kept = forgetBefore(
      { watched: [], subjects, changes: [change(1600, 'gone:1', 'state', 'ok')] },
      now - 25 * hour,
    );
    assert.deepEqual([kept.subjects.size, kept.changes.length], [0, 0]);
  });

  it('keeps a day at least, and fewer only where there are more changes than there is room for', () => {
    const many = Array.from({ length: 1000 }, (_, index) => change(1000 - index, 'db1:3311', 'state', 'ok'));
    assert.equal(horizonOf(many, now), now - keptMs);
    const horizon = horizonOf(many, now, 10_000);
    const length = JSON.stringify(
      many.filter(({ atMs }) => atMs >= horizon).map((each): unknown[] => Object.values(each)),
    ).length;
    assert.ok(length > 5000 && length < 10_000, String(length));
  });
});
