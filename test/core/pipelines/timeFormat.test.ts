import { strict as assert } from 'node:assert';
import { countWindow, fittingTables, latestInstant, parsePattern } from '../../../src/core/pipelines/planTables';
import {
  parseBucket,
  parseInstant,
  timeFormats,
  writeInstant,
  type Bucket,
  type TimeFormat,
} from '../../../src/core/pipelines/timeFormat';
import { rowsOf } from './builder';

describe('parseInstant', () => {
  const table: readonly (readonly [string | null, TimeFormat, string | undefined])[] = [
    ['20150101102030', 'yyyymmddhhmmss', '2015-01-01T10:20:30.000Z'],
    ['2015-01-01 10:20:30', 'datetime', '2015-01-01T10:20:30.000Z'],
    ['2015-01-01 10:20:30.250000', 'datetime', '2015-01-01T10:20:30.250Z'],
    ['1454622892', 'epoch', '2016-02-04T21:54:52.000Z'],
    ['1454622892.611', 'epoch', '2016-02-04T21:54:52.611Z'],
    [null, 'epoch', undefined],
    ['', 'yyyymmddhhmmss', undefined],
    ['00000000000000', 'yyyymmddhhmmss', undefined],
    ['20150230102030', 'yyyymmddhhmmss', undefined],
    ['20151301102030', 'yyyymmddhhmmss', undefined],
    ['2015010110203', 'yyyymmddhhmmss', undefined],
    ['0000-00-00 00:00:00', 'datetime', undefined],
    ['2015-01-01T10:20:30Z', 'datetime', undefined],
    ['20150101102030', 'epoch', undefined],
    ['-1', 'epoch', undefined],
    ['1e9', 'epoch', undefined],
  ];
  for (const [text, format, want] of table) {
    it(`reads ${JSON.stringify(text)} as ${format}: ${want ?? 'no time'}`, () => {
      const ms = parseInstant(text, format);
      assert.equal(ms === undefined ? undefined : new Date(ms).toISOString(), want);
    });
  }

  it('reads what it writes', () => {
    for (const format of timeFormats) {
      for (const ms of [Date.UTC(2015, 0, 1), Date.UTC(2016, 1, 29, 23, 59, 59), Date.UTC(2038, 0, 20)]) {
        assert.equal(parseInstant(writeInstant(ms, format), format), ms);
      }
    }
  });
});

describe('parseBucket', () => {
  const table: readonly (readonly [string, TimeFormat, Bucket, string | undefined])[] = [
    ['20150101', 'yyyymmddhhmmss', 'day', '2015-01-01T00:00:00.000Z'],
    ['2015010110', 'datetime', 'hour', '2015-01-01T10:00:00.000Z'],
    ['201501011020', 'yyyymmddhhmmss', 'minute', '2015-01-01T10:20:00.000Z'],
    ['1454619600', 'epoch', 'hour', '2016-02-04T21:00:00.000Z'],
    ['20150101', 'datetime', 'hour', undefined],
    ['2015013210', 'datetime', 'hour', undefined],
  ];
  for (const [text, format, bucket, want] of table) {
    it(`reads ${text} as ${bucket} of ${format}: ${want ?? 'none'}`, () => {
      const ms = parseBucket(text, format, bucket);
      assert.equal(ms === undefined ? undefined : new Date(ms).toISOString(), want);
    });
  }
});

describe('parsePattern', () => {
  it('fits names whole, and takes nothing but the star for more than itself', () => {
    const pattern = parsePattern('log.Navigation*_1');
    assert.equal(pattern?.schema, 'log');
    assert.deepEqual(
      ['NavigationTiming_1', 'Navigation_1', 'NavigationTiming_12', 'aNavigation_1'].map((name) => pattern.fits(name)),
      [true, true, false, false],
    );
    assert.equal(parsePattern('log.a$b-c')?.fits('a$b-c'), true);
  });

  for (const text of ['log', 'log.', '.t', 'a.b.c', 'l*g.t', 'log.t`', "log.t'", 'log.t t', 'log.(a|b)']) {
    it(`refuses ${text}`, () => {
      assert.equal(parsePattern(text), undefined);
    });
  }

  it('leaves out names that could not be quoted', () => {
    const pattern = parsePattern('log.*') ?? assert.fail();
    assert.deepEqual(fittingTables(rowsOf([{ table_name: 'a`b' }, { table_name: 'c' }]), pattern), ['c']);
  });
});

describe('countWindow', () => {
  it('ends with the newest bucket of either side', () => {
    const [older, newer] = [Date.UTC(2015, 0, 1, 10, 30), Date.UTC(2015, 0, 3, 12, 10)];
    assert.deepEqual(countWindow([older, newer], 'hour'), {
      fromMs: Date.UTC(2015, 0, 1, 13),
      toMs: Date.UTC(2015, 0, 3, 13),
    });
    assert.equal(countWindow([undefined, undefined], 'hour'), undefined);
  });

  it('takes rows of the far future for wrong', () => {
    assert.equal(latestInstant(0), 3_600_000);
  });
});
