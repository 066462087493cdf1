import assert from 'node:assert/strict';
import { changesBetween } from '../../../src/core/history/changesBetween';
import type { Change, Span, StateHistory, SubjectHistory } from '../../../src/core/history/model';
import { renderChanges } from '../../../src/core/history/renderChanges';

/** Minutes of a night; the clock says them as hours and minutes. */
const at = (clock: string): number => {
  const [hours = 0, minutes = 0] = clock.split(':').map(Number);
  return Date.UTC(2026, 10, 29, hours, minutes);
};
const say = (ms: number): string => new Date(ms).toISOString().slice(11, 16);
const change = (clock: string, subject: string, fact: string, to?: string, before?: string): Change => ({
  ...{ atMs: at(clock), beforeMs: before === undefined ? at(clock) - 10_000 : at(before), subject, fact },
  ...(to === undefined ? {} : { to }),
});

const db1 = 'db1.example:3311';
const db2 = 'db2.example:3311';
const duplicate = 'finding/replica.sql.duplicateKey/m1';

const history: StateHistory = {
  watched: [
    [at('00:00'), at('03:00')],
    [at('06:00'), at('07:00')],
  ],
  subjects: new Map<string, SubjectHistory>([
    [db1, { sinceMs: at('00:00'), seenMs: at('07:00'), first: { state: 'ok', readOnly: 'no', version: '10.11.18' } }],
    [
      db2,
      { sinceMs: at('00:00'), seenMs: at('07:00'), first: { state: 'ok', 'sql/m1': 'running', 'io/m1': 'running' } },
    ],
    ['db9.example:3311', { sinceMs: at('06:00'), seenMs: at('07:00'), first: { state: 'ok' } }],
  ]),
  changes: [
    change('01:00', db1, 'readOnly', 'yes'),
    change('02:10', db2, 'sql/m1', 'stopped'),
    change('02:10', db2, 'state', 'critical'),
    change('02:10', db2, duplicate, 'critical: SQL stopped · 1062'),
    change('02:40', db2, 'sql/m1', 'running'),
    change('02:40', db2, 'state', 'ok'),
    change('02:40', db2, duplicate),
    change('06:00', db1, 'version', '10.11.19', '03:00'),
    change('06:30', db2, 'finding/replica.lag/m1', 'warning: lag 42 s'),
  ],
};

const ask = (span: Span, isAsked: (subject: string) => boolean = () => true, hasEnd = false): string =>
  renderChanges(changesBetween(history, isAsked, span), {
    ...{ about: 'the whole fleet', span, hasEnd, say, zone: 'UTC+00:00' },
    nameOf: (subject) => subject.replace('.example', ''),
  });

describe('what has changed between two moments', () => {
  it('is told in the order of time, with what was before and when it was last otherwise', () => {
    const { changes } = changesBetween(history, () => true, [at('02:00'), at('07:00')]);
    assert.deepEqual(
      changes.map(({ atMs, fact, from, to }) => [say(atMs), fact, from, to]),
      [
        ['02:10', 'sql/m1', 'running', 'stopped'],
        ['02:10', 'state', 'ok', 'critical'],
        ['02:10', duplicate, undefined, 'critical: SQL stopped · 1062'],
        ['02:40', 'sql/m1', 'stopped', 'running'],
        ['02:40', 'state', 'critical', 'ok'],
        ['02:40', duplicate, 'critical: SQL stopped · 1062', undefined],
        ['06:00', 'version', '10.11.18', '10.11.19'],
        ['06:30', 'finding/replica.lag/m1', undefined, 'warning: lag 42 s'],
      ],
    );
    const text = ask([at('02:00'), at('07:00')]);
    assert.match(text, /\| 03:00 – 06:00 \| `db1:3311` \| version \| 10\.11\.18 \| 10\.11\.19 \|/);
    assert.match(text, /\| 02:10 \| `db2:3311` \| SQL thread of m1 \| running \| stopped \|/);
  });

  it('tells what is otherwise in the end apart from what came and went', () => {
    const { differences } = changesBetween(history, () => true, [at('02:00'), at('07:00')]);
    assert.deepEqual(differences, [
      { subject: db1, fact: 'version', from: '10.11.18', to: '10.11.19' },
      { subject: db2, fact: 'finding/replica.lag/m1', to: 'warning: lag 42 s' },
    ]);
    const text = ask([at('02:00'), at('07:00')]);
    assert.match(text, /## Findings: 1 new, 0 gone/);
    assert.match(text, /`replica\.sql\.duplicateKey` of m1 \| critical: SQL stopped · 1062 \| 02:10 \| 02:40 \|/);
    assert.match(text, /`replica\.lag` of m1 \| warning: lag 42 s \| 06:30 \| still there \|/);
  });

  it('compares two moments of the past, too', () => {
    const { differences } = changesBetween(history, () => true, [at('00:30'), at('02:20')]);
    assert.deepEqual(differences.map(({ fact }) => fact).toSorted(), [duplicate, 'readOnly', 'sql/m1', 'state']);
    assert.match(
      ask([at('00:30'), at('02:20')], () => true, true),
      /^# What changed between 00:30 and 02:20: the whole/,
    );
  });

  it('is asked of a part of the fleet', () => {
    const { changes } = changesBetween(history, (subject) => subject === db1, [at('00:30'), at('07:00')]);
    assert.deepEqual([...new Set(changes.map(({ subject }) => subject))], [db1]);
  });

  it('says from when on there is history, and when nobody looked', () => {
    const text = ask([at('00:00') - 3_600_000, at('07:00')]);
    assert.match(text, /History begins at 00:00: what was before is not known/);
    assert.match(text, /Known from later on: db9:3311 from 06:00/);
    assert.match(text, /Nobody looked between 03:00 and 06:00/);
    assert.doesNotMatch(ask([at('06:10'), at('07:00')]), /Nobody looked|History begins/);
    assert.match(ask([at('06:10'), at('08:00')]), /Nobody looked between 07:00 and 08:00/);
  });

  it('says how something was found where it was not looked at before', () => {
    const early = ask([at('00:00') - 3_600_000, at('01:30')]);
    assert.match(early, /\|  \|  \| first read 00:00 \| now \|/);
    assert.match(early, /\| `db1:3311` \| read_only \| no \| yes \|/);
    const late: StateHistory = {
      ...history,
      subjects: new Map([...history.subjects, [db1, { sinceMs: at('05:00'), seenMs: at('07:00'), first: {} }]]),
      changes: [change('06:00', db1, 'state', 'ok'), change('06:05', db1, 'state', 'warning')],
    };
    const text = renderChanges(
      changesBetween(late, () => true, [at('02:00'), at('06:30')]),
      {
        ...{ about: 'the whole fleet', span: [at('02:00'), at('06:30')], hasEnd: false, say, zone: 'UTC' },
        nameOf: (each) => each,
      },
    );
    assert.match(text, /\|  \|  \| at 02:00 \| now \|/);
    assert.match(text, /\| state \| – \(first read 05:00\) \| warning \|/);
  });

  it('says that nothing is known, and that nothing has changed, which differ', () => {
    const before = at('00:00') - 7_200_000;
    assert.match(
      ask([before, before + 60_000], () => true, true),
      /Nothing is known of this time/,
    );
    assert.match(
      ask([at('00:10'), at('00:50')], () => true, true),
      /Nothing has changed/,
    );
    assert.match(
      ask([at('02:00'), at('07:00')], () => false),
      /Nothing is known/,
    );
  });

  it('lets nothing that a server says become markup', () => {
    const evil = '[x](command:evil) | <b>';
    const changes = [change('01:00', db1, 'version', evil)];
    const text = renderChanges(
      changesBetween({ ...history, changes }, () => true, [at('00:10'), at('07:00')]),
      {
        ...{
          about: 'x',
          span: [at('00:10'), at('07:00')],
          hasEnd: false,
          say,
          zone: 'UTC',
          nameOf: (subject) => subject,
        },
      },
    );
    assert.ok(text.includes('\\[x\\](command:evil) \\| \\<b\\>'), text);
  });
});
