import { strict as assert } from 'node:assert';
import type { PipelineTable } from '../../../src/core/pipelines/model';
import type { TimeFormat } from '../../../src/core/pipelines/timeFormat';
import { at, hourMs, lastHour, nowMs, rowsOf, sideOf, factsOf, steady, type Side } from './builder';

const edit = (side: Side = {}) => sideOf({ Edit_1: side });
function tableOf(source: Side, replica: Side, more: Parameters<typeof factsOf>[2] = {}): PipelineTable {
  const [table] = factsOf(edit(source), edit(replica), more).tables;
  return table ?? assert.fail('no table');
}
const hoursAgo = (pairs: readonly { readonly startMs: number }[]): readonly number[] =>
  pairs.map(({ startMs }) => (lastHour - startMs) / hourMs);

describe('toPipelineFacts', () => {
  it('finds nothing on two equal sides', () => {
    const table = tableOf({}, {});
    assert.equal(table.name, 'log.Edit_1');
    assert.equal(table.lagSeconds, 0);
    assert.equal(table.silentSeconds, 1200);
    assert.equal(table.buckets.length, 48);
    assert.deepEqual([table.fewer, table.more, table.missingRows], [[], [], 0]);
  });

  it('fills in the empty bucket that the replica gave no row for', () => {
    const { fewer, missingRows, buckets } = tableOf({}, { counts: steady({ 30: 0, 29: 7 }) });
    assert.deepEqual(hoursAgo(fewer), [30, 29]);
    assert.deepEqual(
      fewer.map(({ source, replica }) => [source, replica]),
      [
        [20, 0],
        [20, 7],
      ],
    );
    assert.equal(missingRows, 33);
    assert.equal(buckets.length, 48);
  });

  it('does not call a hole what is empty on both sides', () => {
    const { fewer, buckets } = tableOf({ counts: steady({ 30: 0 }) }, { counts: steady({ 30: 0 }) });
    assert.deepEqual(fewer, []);
    assert.deepEqual(
      buckets.filter(({ source }) => source === 0).map(({ replica }) => replica),
      [0],
    );
  });

  it('does not judge what the replica has not come to: it is behind, and has no hole', () => {
    const behind = { newest: lastHour - 3 * hourMs + 60_000, counts: steady({ 0: 0, 1: 0, 2: 0, 3: 1 }) };
    const { fewer, lagSeconds } = tableOf({}, behind);
    assert.deepEqual(fewer, []);
    assert.equal(lagSeconds, 3 * 3600 + 540);
  });

  it('does not judge the bucket that is being filled, nor one that ended a moment ago', () => {
    const justEnded = { now: lastHour + 300_000, newest: lastHour + 200_000 };
    assert.deepEqual(tableOf(justEnded, { ...justEnded, counts: steady({ 0: 3, 1: 15 }) }).fewer, []);
    assert.deepEqual(hoursAgo(tableOf({}, { counts: steady({ 0: 3, 1: 15 }) }).fewer), [1]);
  });

  it('knows no lag where the replica is empty, and all rows are missing', () => {
    const table = tableOf({}, { newest: null, counts: {} });
    assert.equal(table.lagSeconds, undefined);
    assert.equal(table.missingRows, 47 * 20);
  });

  it('compares what a table holds also when it has long been silent', () => {
    const newest = lastHour - 20 * 24 * hourMs;
    const counts = Object.fromEntries(Array.from({ length: 48 }, (_, ago) => [ago + 480, 20]));
    const table = tableOf({ newest, counts }, { newest, counts: { ...counts, 500: 0 } });
    assert.deepEqual(hoursAgo(table.fewer), [500]);
    assert.ok(table.isAtRest);
  });

  it('keeps rows of the replica that the source has no more apart from holes', () => {
    const { fewer, more } = tableOf({ counts: steady({ 40: 0 }) }, {});
    assert.deepEqual([hoursAgo(fewer), hoursAgo(more)], [[], [40]]);
  });

  const rhythms: Readonly<Record<string, readonly [counts: Side['counts'], limitHours: number | undefined]>> = {
    'every hour': [steady(), 3],
    'with a pause of four hours in the night': [steady({ 20: 0, 21: 0, 22: 0, 23: 0 }), 15],
    'too seldom to have one': [{ 0: 5, 9: 4, 30: 1 }, undefined],
    'since 20 hours ago': [Object.fromEntries(Array.from({ length: 20 }, (_, ago) => [ago, 2])), 3],
    never: [{}, undefined],
  };
  for (const [title, [counts, limitHours]] of Object.entries(rhythms)) {
    it(`takes the rhythm of a table from its rows: ${title}`, () => {
      const { silenceLimitSeconds } = tableOf({ counts }, { counts });
      assert.equal(silenceLimitSeconds, limitHours === undefined ? undefined : limitHours * 3600);
    });
  }

  for (const timeFormat of ['yyyymmddhhmmss', 'datetime', 'epoch'] satisfies TimeFormat[]) {
    it(`reads ${timeFormat}`, () => {
      const replica = { newest: lastHour - hourMs, counts: steady({ 0: 0, 1: 1, 12: 4 }) };
      const [table] = factsOf(sideOf({ t: {} }, timeFormat), sideOf({ t: replica }, timeFormat), {
        timeFormat,
      }).tables;
      assert.equal(table?.lagSeconds, hourMs / 1000 + 600);
      assert.deepEqual(hoursAgo(table.fewer), [12]);
    });
  }

  const unread: Readonly<Record<string, readonly [replica: Side, what: object]>> = {
    'that may not be read': [
      { answer: { kind: 'error', statement: 'S', at, errno: 1142, text: 'denied' } },
      { kind: 'failed', statement: 'S', at, errno: 1142, text: 'denied' },
    ],
    'that does not answer': [
      { answer: { kind: 'timedOut', statement: 'S', at, timeoutMs: 4500 } },
      { kind: 'failed', statement: 'S', at, text: 'No answer within 4.5 s.' },
    ],
    'in another format': [
      { answer: rowsOf([{ newest: '2015-01-03 12:00:00' }], 'S') },
      { kind: 'failed', statement: 'S', at, text: '"2015-01-03 12:00:00" is no time in the format yyyymmddhhmmss.' },
    ],
    'large and without an index': [
      { answer: { kind: 'notAsked' }, indexed: false },
      {
        kind: 'skipped',
        why: 'No index begins with its time column, so that each question would read the whole table.',
      },
    ],
    'of unknown size and without an index': [
      { answer: { kind: 'notAsked' }, indexed: false, estimate: null },
      {
        kind: 'skipped',
        why: 'No index begins with its time column, so that each question would read the whole table.',
      },
    ],
    'that there was no time for': [
      { answer: { kind: 'notAsked' } },
      { kind: 'skipped', why: 'There was no time left to ask.' },
    ],
  };
  for (const [title, [replica, what]] of Object.entries(unread)) {
    it(`gives no verdict about a table ${title}`, () => {
      const table = tableOf({}, replica);
      assert.deepEqual(table.replica, what);
      assert.equal(table.lagSeconds, undefined);
      assert.deepEqual(table.fewer, []);
    });
  }

  it('sees a table that only one side has', () => {
    const { tables } = factsOf(sideOf({ a: {}, b: {} }), sideOf({ b: {}, c: {} }));
    assert.deepEqual(
      tables.map(({ name, source, replica }) => [name, source.kind, replica.kind]),
      [
        ['log.a', 'read', 'missing'],
        ['log.b', 'read', 'read'],
        ['log.c', 'missing', 'read'],
      ],
    );
  });

  it('keeps the side that answers when the other does not', () => {
    const failure = { reason: 'refused', text: 'connect ECONNREFUSED' } as const;
    const { source, replica, tables } = factsOf(edit(), { kind: 'failed', failure });
    assert.deepEqual([source, replica], [{ kind: 'answered' }, { kind: 'failed', failure }]);
    assert.deepEqual(
      tables.map((table) => [table.source.kind, table.replica.kind, table.lagSeconds, table.fewer.length]),
      [['read', 'failed', undefined, 0]],
    );
  });

  it('tells a list of tables that was refused from one that is empty', () => {
    const refused = { ...edit(), columns: { kind: 'error', statement: 'S', at, errno: 1044, text: 'denied' } } as const;
    const { source, replica } = factsOf(refused, sideOf({}));
    assert.deepEqual(source, { kind: 'unlisted', statement: 'S', at, errno: 1044, text: 'denied' });
    assert.deepEqual(replica, { kind: 'answered' });
  });

  it('leaves counts out that are of another schema than asked for', () => {
    const strange = edit();
    assert.ok(strange.kind === 'answered');
    const buckets = rowsOf([{ bucket: '2015', row_count: 'many' }]);
    const tables = { Edit_1: { newest: strange.tables['Edit_1']!.newest, buckets } };
    const [table] = factsOf(edit(), { ...strange, tables }).tables;
    assert.ok(table !== undefined && table.buckets.length > 0);
    assert.ok(table.buckets.every(({ isSettled, replica }) => !isSettled && replica === undefined));
    assert.deepEqual(table.fewer, []);
  });

  it('never takes a clock that is behind for a silence', () => {
    assert.equal(tableOf({ now: nowMs - 10 * hourMs }, {}).silentSeconds, 0);
  });
});
