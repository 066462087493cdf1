import { strict as assert } from 'node:assert';
import type { BackupsFacts } from '../../../src/core/backups/model';
import { limitsOf } from '../../../src/core/backups/model';
import { toBackupsFacts } from '../../../src/core/backups/toBackupsFacts';
import type { Answer, Row } from '../../../src/core/replication/reading';
import { analyticsRows } from './analyticsBackups';

const at = '2020-10-21T08:00:00.000Z';
const rowsOf = (rows: readonly Row[]): Answer => ({ kind: 'rows', statement: 'SELECT …', at, rows });
const dump = (section: string) => ({ section, type: 'dump' });

function factsOf(
  answers: Readonly<Record<string, Answer>>,
  recent: Answer = rowsOf([]),
  expect = Object.keys(answers).map(dump),
): BackupsFacts {
  const expected = Object.entries(answers).map(([section, answer]) => ({ ...dump(section), answer }));
  return toBackupsFacts({ recent, expected }, { expect });
}

const row = (more: Row): Row => ({ ...analyticsRows('matomo')[0]!, ...more });

describe('toBackupsFacts', () => {
  it('sees the jump of 29 September four runs later, where the last two rows say nothing', () => {
    const [series] = factsOf({ analytics_meta: rowsOf(analyticsRows('analytics_meta')) }).series;
    assert.ok(series !== undefined);
    assert.equal(series.change?.percent.toFixed(2), '-1.14');
    assert.equal(series.largestStep?.percent.toFixed(2), '64.94');
    assert.equal(series.largestStep.run.name, 'dump.analytics_meta.2020-09-29--02-07-47');
    assert.equal(series.trend?.runs, 8);
    assert.equal(series.trend.percent.toFixed(1), '64.0');
  });

  it('computes every change of the sample as it was computed by hand', () => {
    const expected: Readonly<Record<string, readonly string[]>> = {
      analytics_meta: ['-1.14', '-1.63', '1.14', '64.94', '2.20', '0.11', '3.85', '0.06'],
      matomo: ['1.10', '2.65', '-1.54', '3.40', '2.49', '2.16', '-4.13', '0.77'],
    };
    for (const [section, changes] of Object.entries(expected)) {
      changes.forEach((change, skipped) => {
        const [series] = factsOf({ [section]: rowsOf(analyticsRows(section).slice(skipped)) }).series;
        assert.equal(series?.change?.percent.toFixed(2), change, `${section}, ${String(skipped)} runs ago`);
      });
    }
  });

  it('reckons the age by the server’s clock, from the start of the run', () => {
    const [series] = factsOf({ matomo: rowsOf(analyticsRows('matomo', '2020-10-21 02:08:16')) }).series;
    assert.equal(series?.ageSeconds, 86_400);
  });

  it('keeps data centres apart: one of them may have stopped long ago', () => {
    const far = analyticsRows('matomo').map((each) => ({ ...each, host: 'dbprov2001.codfw.wmnet' }));
    const { series } = factsOf({ matomo: rowsOf([...analyticsRows('matomo'), ...far.slice(5)]) });
    assert.deepEqual(
      series.map(({ place, runs }) => [place, runs.length]),
      [
        ['eqiad.wmnet', 9],
        ['codfw.wmnet', 4],
      ],
    );
  });

  const notComparable: Readonly<Record<string, readonly Row[]>> = {
    'one run': [row({})],
    'a size that was not written down': [row({ bytes: null }), row({ id: '1' })],
    'a previous size that was not written down': [row({}), row({ id: '1', started: '1600000000', bytes: null })],
    'a previous size of 0': [row({}), row({ id: '1', started: '1600000000', bytes: '0' })],
    'a size that is no number': [row({ bytes: 'big' }), row({ id: '1' })],
  };
  for (const [title, rows] of Object.entries(notComparable)) {
    it(`does not compute a change from ${title}`, () => {
      const [series] = factsOf({ matomo: rowsOf(rows) }).series;
      assert.ok(series !== undefined && series.change === undefined && series.trend === undefined);
    });
  }

  it('sees failed and running runs, and still measures by the finished one', () => {
    const [series] = factsOf({
      matomo: rowsOf([
        row({ id: '3', status: 'ongoing', started: '1603266000', ended: null, bytes: null }),
        row({ id: '2', status: 'failed', started: '1603200000', ended: null, bytes: null }),
        row({ id: '1', started: '1603100000' }),
        row({ id: '0', status: 'failed', started: '1603000000' }),
      ]),
    }).series;
    assert.equal(series?.last?.id, '1');
    assert.deepEqual(
      series.failedSince.map(({ id }) => id),
      ['2'],
    );
    assert.deepEqual(
      series.running.map(({ run, seconds }) => [run.id, seconds]),
      [['3', 1200]],
    );
  });

  it('tells a section without rows from one that could not be asked', () => {
    const refused: Answer = { kind: 'error', statement: 'SELECT …', at, errno: 1142, text: 'SELECT command denied' };
    const late: Answer = { kind: 'timedOut', statement: 'SELECT …', at, timeoutMs: 4500 };
    const { absent, unread, series } = factsOf({ s1: rowsOf([]), s2: refused, s3: late, s4: { kind: 'notAsked' } });
    assert.deepEqual(
      absent.map(({ section }) => section),
      ['s1'],
    );
    assert.deepEqual(
      unread.map(({ about, errno, text }) => [about, errno, text]),
      [
        ['dump of s2', 1142, 'SELECT command denied'],
        ['dump of s3', undefined, 'No answer within 4.5 s.'],
        ['dump of s4', undefined, 'Not asked: there was no time left for it.'],
      ],
    );
    assert.deepEqual(series, []);
  });

  it('shows what the table tells of besides, after what is expected', () => {
    const { series } = factsOf(
      { matomo: rowsOf(analyticsRows('matomo')) },
      rowsOf([...analyticsRows('analytics_meta'), ...analyticsRows('matomo')]),
    );
    assert.deepEqual(
      series.map(({ section, expected }) => [section, expected !== undefined]),
      [
        ['matomo', true],
        ['analytics_meta', false],
      ],
    );
  });

  it('takes rows of a schema that it does not know for what they are', () => {
    const [series] = factsOf({
      s1: rowsOf([{ id: null, status: 'paused', started: '0', now_epoch: 'x', bytes: '' }]),
    }).series;
    assert.deepEqual(series?.runs, [{ id: '', name: '', status: 'unknown' }]);
    assert.ok(series.last === undefined && series.ageSeconds === undefined);
  });
});

describe('limitsOf', () => {
  it('takes the usual limits where none are given, in order', () => {
    assert.deepEqual(limitsOf(dump('s1')), { maxAgeDays: 8, minBytes: 1, warnChangePercent: 5, critChangePercent: 15 });
    assert.deepEqual(limitsOf({ ...dump('s1'), warnChangePercent: 20 }).critChangePercent, 20);
    assert.deepEqual(limitsOf({ ...dump('s1'), critChangePercent: 3 }).warnChangePercent, 3);
  });
});
