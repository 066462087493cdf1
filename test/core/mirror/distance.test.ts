import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { distanceOf, headroomOf } from '../../../src/core/mirror/distance';
import type { MirrorDistance } from '../../../src/core/mirror/model';
import { stateOf, type Look } from './builder';

function check(title: string, looks: readonly Look[], expected: Partial<MirrorDistance>): void {
  it(title, () => {
    const { snapshot, samples } = stateOf(looks);
    const found = distanceOf(snapshot, samples);
    const rounded = Object.fromEntries(
      Object.entries(found).map(([name, value]: [string, unknown]) => [
        name,
        typeof value === 'number' ? Math.round(value * 1000) / 1000 : value,
      ]),
    );
    for (const [name, value] of Object.entries(expected)) assert.equal(rounded[name], value, name);
  });
}

describe('the window of etcd', () => {
  it('is lost with a gap of 1001 and not with one of 1000, as the real mirror is', () => {
    const file = join(import.meta.dirname, '../../recordings/etcd-mirror-0.0.12/window-boundary.json');
    const { cases } = JSON.parse(readFileSync(file, 'utf8')) as {
      cases: { R: number; S: number; survived: boolean }[];
    };
    assert.ok(cases.length >= 5);
    for (const { R, S, survived } of cases) assert.equal(headroomOf(S - R) >= 0, survived, `S ${S}, R ${R}`);
  });
});

describe('distanceOf', () => {
  check('one reading: a gap, and no rate', [{ second: 0, source: 512, replicated: 500 }], {
    sourceIndex: 512,
    replicatedIndex: 500,
    gap: 12,
    headroom: 988,
    minutesToLoss: undefined,
    eventsPerSecond: undefined,
    stillSince: undefined,
  });
  for (const gap of [999, 1000, 1001]) {
    check(`a gap of ${gap}`, [{ second: 0, source: 2000 + gap, replicated: 2000 }], { gap, headroom: 1000 - gap });
  }
  check(
    'a quiet prefix in a busy keyspace: headroom at the rate since it stands still',
    [
      { second: 0, source: 400, replicated: 300 },
      { second: 10, source: 500, replicated: 500 },
      { second: 20, source: 520, replicated: 500 },
      { second: 30, source: 540, replicated: 500 },
    ],
    // Since 10 s: 40 events in 20 s; 960 left at 2 per second.
    { gap: 40, headroom: 960, minutesToLoss: 8, stillSince: '2026-11-24T10:00:10.000Z' },
  );
  const every20Seconds = (count: number, source: (second: number) => number): Look[] =>
    Array.from({ length: count }, (_, index) => ({ second: index * 20, source: source(index * 20), replicated: 500 }));
  check(
    'a burst that has begun counts as it is now, though it was calm before',
    every20Seconds(15, (second) => 500 + Math.max(0, second - 220) * 5),
    // 5 per second in the last minute; 700 are left.
    { gap: 300, headroom: 700, minutesToLoss: 2.333 },
  );
  check(
    'a burst that is over and came once is no rate',
    every20Seconds(16, (second) => 500 + second + (second < 180 ? 0 : 300)),
    // 1 per second without it; 100 are left.
    { gap: 600, headroom: 400, minutesToLoss: 6.667 },
  );
  check(
    'bursts that come again count, all but one',
    every20Seconds(31, (second) => 500 + Math.floor((second + 40) / 120) * 100),
    // Four of five in 580 s; 500 are left.
    { gap: 500, headroom: 500, minutesToLoss: 12.083 },
  );
  check(
    'a burst in the first seconds of a quiet prefix does not lose the window in seconds',
    [
      ...[0, 5, 10].map((second) => ({ second, source: 500, replicated: 500 })),
      { second: 15, source: 700, replicated: 500 },
      { second: 20, source: 900, replicated: 500 },
      ...[25, 30, 35].map((second) => ({ second, source: 900 + second - 20, replicated: 500 })),
    ],
    // 10 events in the calm 20 s; 585 are left.
    { gap: 415, headroom: 585, minutesToLoss: 19.5 },
  );
  check(
    'two readings are too few for a rate that counts',
    [
      { second: 0, source: 500, replicated: 500 },
      { second: 5, source: 900, replicated: 500 },
    ],
    { gap: 400, minutesToLoss: undefined },
  );
  check(
    'nor does a burst right after the last step',
    [
      ...Array.from({ length: 10 }, (_, index) => ({
        second: index * 20,
        source: 400 + index,
        replicated: 400 + index,
      })),
      { second: 200, source: 500, replicated: 500 },
      { second: 202, source: 800, replicated: 500 },
      ...Array.from({ length: 5 }, (_, index) => ({ second: 220 + index * 20, source: 800, replicated: 500 })),
    ],
    { gap: 300, headroom: 700, minutesToLoss: undefined },
  );
  check(
    'nor does one between two looks close together after a pause',
    [
      ...Array.from({ length: 10 }, (_, index) => ({ second: index * 10, source: 500 + index, replicated: 500 })),
      { second: 390, source: 512, replicated: 500 },
      { second: 392, source: 708, replicated: 500 },
    ],
    // 12 events in the 390 s before; 792 are left.
    { gap: 208, headroom: 792, minutesToLoss: 429 },
  );
  check(
    'a busy mirror that keeps up has no end',
    [
      { second: 0, source: 100, replicated: 99 },
      { second: 10, source: 350, replicated: 350 },
      { second: 20, source: 600, replicated: 599 },
    ],
    { gap: 1, eventsPerSecond: 25, appliedPerSecond: 25, minutesToLoss: undefined },
  );
  check(
    'a mirror that moves and is too slow',
    [
      { second: 0, source: 1000, replicated: 900 },
      { second: 10, source: 1500, replicated: 1150 },
      { second: 20, source: 2000, replicated: 1400 },
    ],
    // The gap grows by 25 per second; 400 are left.
    { gap: 600, headroom: 400, minutesToLoss: 0.267 },
  );
  check(
    'nothing happens',
    [
      { second: 0, source: 600, replicated: 100 },
      { second: 10, source: 600, replicated: 100 },
    ],
    { gap: 500, eventsPerSecond: 0, minutesToLoss: undefined },
  );
  check(
    'lost: no time is left to tell',
    [
      { second: 0, source: 1100, replicated: 100 },
      { second: 10, source: 1200, replicated: 100 },
    ],
    { gap: 1100, headroom: -100, minutesToLoss: undefined },
  );
  check('a moment between two answers is no lead', [{ second: 0, source: 100, replicated: 103 }], {
    gap: 0,
    isAhead: false,
  });
  check(
    'an index in the future, twice',
    [
      { second: 0, source: 100, replicated: 999999 },
      { second: 10, source: 105, replicated: 999999 },
    ],
    { gap: 0, isAhead: true },
  );
  check(
    'a source that was restored begins anew',
    [
      { second: 0, source: 90000, replicated: 90000 },
      { second: 10, source: 500, replicated: 400 },
      { second: 20, source: 520, replicated: 400 },
    ],
    { eventsPerSecond: 2 },
  );
  check(
    'another cluster in the place of the source has no rate yet, whatever its index',
    [
      { second: 0, source: 90000, replicated: 90000 },
      { second: 10, source: 90010, replicated: 90000 },
      { second: 20, source: 99000, replicated: 90000, sourceCluster: 'c3' },
    ],
    { gap: 9000, eventsPerSecond: undefined, stillSince: undefined, minutesToLoss: undefined },
  );
  check(
    'a side that cannot be read leaves the rest unknown',
    [
      { second: 0, source: 500, replicated: 400 },
      { second: 10, source: 510, replicated: 'refused' },
    ],
    { sourceIndex: 510, replicatedIndex: undefined, gap: undefined, headroom: undefined, minutesToLoss: undefined },
  );
});
