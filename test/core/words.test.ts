import assert from 'node:assert/strict';
import { formatAge, formatBytes, formatCount, formatInstant, formatSeconds } from '../../src/core/words';

function check<T>(format: (value: T) => string, cases: readonly (readonly [T, string])[]): void {
  for (const [value, expected] of cases) assert.equal(format(value), expected, `of ${String(value)}`);
}

describe('words', () => {
  it('writes durations in at most two units', () => {
    check(formatSeconds, [
      [0, '0 s'],
      [0.04, '0.0 s'],
      [0.4, '0.4 s'],
      [3, '3 s'],
      [9.94, '9.9 s'],
      [9.99, '10 s'],
      [42.4, '42 s'],
      [59.7, '1 min'],
      [60, '1 min'],
      [200, '3 min 20 s'],
      [3599.9, '1 h'],
      [7500, '2 h 5 min'],
      [86400, '1 d'],
      [273600, '3 d 4 h'],
      [3020399, '34 d 22 h'],
      [-0.25, '-0.3 s'],
    ]);
  });

  it('writes ages in one unit', () => {
    check(formatAge, [
      [0, 'just now'],
      [-1.5, 'just now'],
      [-40, 'in 40 s'],
      [1, '1 s ago'],
      [59.9, '59 s ago'],
      [200, '3 min ago'],
      [7199, '1 h ago'],
      [90000, '25 h ago'],
      [200000, '2 d ago'],
    ]);
  });

  it('writes instants to the second, in UTC', () => {
    check(formatInstant, [['2026-11-29T07:14:32.421Z', '2026-11-29 07:14:32 UTC']]);
  });

  it('writes sizes and counts', () => {
    check(formatBytes, [
      [0, '0 B'],
      [1023, '1023 B'],
      [1225, '1.2 KiB'],
      [1073741824, '1.0 GiB'],
      [157286400, '150 MiB'],
    ]);
    assert.equal(formatCount(1, 'instance'), '1 instance');
    assert.equal(formatCount(2, 'reply', 'replies'), '2 replies');
  });
});
