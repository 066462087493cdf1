import assert from 'node:assert/strict';
import { parseMoments, sayMoment, zoneOf } from '../../src/ui/daily/moments';

describe('moments as somebody types them', () => {
  // Of the clock on the wall, whatever zone the tests run in.
  const now = new Date(2026, 10, 29, 9, 30, 0).getTime();
  const check = (typed: string, from: Date | undefined, to?: Date) => {
    it(JSON.stringify(typed), () => {
      const parsed = parseMoments(typed, now);
      assert.deepEqual(
        parsed && [parsed.fromMs, parsed.toMs],
        from && [from.getTime(), to?.getTime()],
        parsed && sayMoment(parsed.fromMs, now),
      );
    });
  };
  check('02:00', new Date(2026, 10, 29, 2, 0));
  check(' 2:05:30 ', new Date(2026, 10, 29, 2, 5, 30));
  check('22:10', new Date(2026, 10, 28, 22, 10));
  check('11-28 22:10', new Date(2026, 10, 28, 22, 10));
  check('2026-11-28T22:10', new Date(2026, 10, 28, 22, 10));
  check('90 min', new Date(2026, 10, 29, 8, 0));
  check('2h', new Date(2026, 10, 29, 7, 30));
  check('1.5 h ago', new Date(2026, 10, 29, 8, 0));
  check('1 day', new Date(2026, 10, 28, 9, 30));
  check('02:00 - 04:00', new Date(2026, 10, 29, 2, 0), new Date(2026, 10, 29, 4, 0));
  check('02:00-04:00', new Date(2026, 10, 29, 2, 0), new Date(2026, 10, 29, 4, 0));
  check('22:00 – 04:00', new Date(2026, 10, 28, 22, 0), new Date(2026, 10, 29, 4, 0));
  check('2 h to 1 h', new Date(2026, 10, 29, 7, 30), new Date(2026, 10, 29, 8, 30));
  check('04:00 - 02:00', undefined);
  check('2026-11-30 02:00', undefined);
  check('2026-02-31 02:00', undefined);
  check('25:00', undefined);
  check('02:61', undefined);
  check('yesterday', undefined);
  check('', undefined);
  check('1:00 - 2:00 - 3:00', undefined);

  it('are said with the day where it is not today, and with their zone', () => {
    assert.equal(sayMoment(new Date(2026, 10, 29, 2, 3, 4).getTime(), now), '02:03:04');
    assert.equal(sayMoment(new Date(2026, 10, 28, 22, 3, 4).getTime(), now), '2026-11-28 22:03:04');
    assert.match(zoneOf(now), /^UTC[+-]\d\d:\d\d$/);
  });
});
