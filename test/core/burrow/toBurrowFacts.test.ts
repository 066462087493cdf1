import { strict as assert } from 'node:assert';
import { burrowType } from '../../../src/core/burrow/burrowType';
import { judgeBurrow } from '../../../src/core/burrow/judgeBurrow';
import { isUnknownPath, toBurrowFacts } from '../../../src/core/burrow/toBurrowFacts';
import type { HttpAnswer } from '../../../src/core/http/answer';
import {
  answered,
  at,
  factsOf,
  groupBody,
  partitionSample,
  stalled,
  stoppedAtZero,
  unknownGroup,
  unknownPath,
} from './samples';

const only = (answer: HttpAnswer) => factsOf(answer).groups[0] ?? assert.fail();
const ids = (answer: HttpAnswer, maxLag?: number): readonly string[] =>
  judgeBurrow(factsOf(answer), maxLag === undefined ? {} : { maxLag }).map(({ id }) => id);

describe('toBurrowFacts', () => {
  it('reads a group with its worst partition first', () => {
    const group = only(answered(groupBody({ status: 'ERR', partitions: [partitionSample(), stalled], totallag: 17 })));
    assert.ok(group.kind === 'read');
    assert.deepEqual(
      group.partitions.map(({ topic, status, currentLag }) => [topic, status, currentLag]),
      [
        ['eventlogging-valid-mixed', 'STALL', 17],
        ['eventlogging-client-side', 'OK', 0],
      ],
    );
    assert.deepEqual([group.status, group.complete, group.totalLag], ['ERR', 1, 17]);
    assert.deepEqual(group.partitions[0]?.end, { offset: 199315032, at: '2016-02-04T21:55:01.672Z', lag: 17 });
  });

  it('takes true and false of older versions for a whole window and a part of it', () => {
    const [whole, part] = [true, false].map((complete) => only(answered(groupBody({ complete }), 200, 'v2')));
    assert.ok(whole?.kind === 'read' && part?.kind === 'read');
    assert.deepEqual([whole.complete, part.complete], [1, 0]);
    assert.equal(factsOf(answered(groupBody(), 200, 'v2')).api, 'v2');
  });

  it('tells a group that Burrow does not know from a path that it does not know', () => {
    const notFound = answered(unknownGroup, 404);
    assert.equal(only(notFound).kind, 'unknown');
    assert.equal(isUnknownPath(notFound), false);
    assert.equal(isUnknownPath(answered(unknownPath, 404)), true);
    assert.equal(isUnknownPath(answered('404 page not found\n', 404, 'v3', { 'content-type': 'text/plain' })), true);
    const older = answered(JSON.stringify({ error: true, message: 'cluster or consumer not found' }), 404, 'v2');
    assert.deepEqual([isUnknownPath(older), only(older).kind], [false, 'unknown']);
  });

  it('takes null for an empty list of partitions, and for offsets that are not there', () => {
    const empty = only(answered(groupBody({ partitions: null })));
    assert.ok(empty.kind === 'read' && empty.partitions.length === 0 && empty.maxLag === undefined);
    const bare = only(answered(groupBody({ partitions: [partitionSample({ start: null, end: null })] })));
    assert.ok(bare.kind === 'read' && bare.partitions[0]?.end === undefined);
  });

  it('never lets a lag be below nothing, and a word that it does not know be fine', () => {
    const group = only(
      answered(groupBody({ status: 'HMM', partitions: [partitionSample({ current_lag: -3, status: 'X' })] })),
    );
    assert.ok(group.kind === 'read');
    assert.deepEqual([group.status, group.maxLag, group.partitions[0]?.status], ['UNKNOWN', 0, 'UNKNOWN']);
  });

  const failures: Readonly<Record<string, readonly [answer: HttpAnswer, reason: string]>> = {
    'a login page': [answered('<html><title>Log in</title>', 200, 'v3', { 'content-type': 'text/html' }), 'notJson'],
    'a text': [answered('burrow', 200, 'v3', { 'content-type': 'text/plain' }), 'notJson'],
    '401': [answered('{}', 401), 'unauthorized'],
    '403': [answered('no', 403), 'unauthorized'],
    '500': [answered('{"error":true,"message":"oops"}', 500), 'serverError'],
    '502 of a proxy': [answered('<html>Bad Gateway', 502, 'v3', { 'content-type': 'text/html' }), 'serverError'],
    'a redirect': [answered('', 302, 'v3', { location: 'https://sso.example' }), 'redirected'],
    'another service': [answered('{"status":"success"}'), 'wrongShape'],
    'a group without partitions': [answered('{"status":{"status":"OK"}}'), 'wrongShape'],
    'a list': [answered('[]'), 'wrongShape'],
    null: [answered('null'), 'wrongShape'],
    'an unknown path': [answered(unknownPath, 404), 'notFound'],
    'nobody there': [
      { kind: 'failed', request: 'GET x', at, failure: { reason: 'refused', text: 'ECONNREFUSED' } },
      'refused',
    ],
    'a body without end': [
      { kind: 'failed', request: 'GET x', at, failure: { reason: 'tooLarge', text: 'too large' } },
      'tooLarge',
    ],
  };
  for (const [title, [answer, reason]] of Object.entries(failures)) {
    it(`ends in one reason: ${title}, ${reason}`, () => {
      const facts = toBurrowFacts({ groups: [{ group: 'g', answer }] });
      assert.ok(facts.kind === 'failed');
      assert.equal(facts.reason.failure.reason, reason);
    });
  }

  it('keeps the groups that were read beside one that was not', () => {
    const { groups } = factsOf(answered(groupBody()), answered('oops', 500));
    assert.deepEqual(
      groups.map(({ kind }) => kind),
      ['read', 'failed'],
    );
  });
});

describe('judgeBurrow', () => {
  const rewound = partitionSample({ status: 'REWIND', current_lag: 5 });
  const table: readonly (readonly [title: string, answer: HttpAnswer, gives: readonly string[], maxLag?: number])[] = [
    ['well', answered(groupBody()), [], 1000],
    ['stalled', answered(groupBody({ status: 'ERR', partitions: [stalled] })), ['consumer.stalled']],
    ['gone back', answered(groupBody({ status: 'ERR', partitions: [rewound] })), ['consumer.stalled']],
    [
      'stopped at a lag of zero',
      answered(groupBody({ status: 'ERR', partitions: [stoppedAtZero] })),
      ['consumer.stopped'],
    ],
    [
      'a lag above the limit',
      answered(groupBody({ partitions: [partitionSample({ current_lag: 1001 })] })),
      ['consumer.lag'],
      1000,
    ],
    ['a lag at the limit', answered(groupBody({ partitions: [partitionSample({ current_lag: 1000 })] })), [], 1000],
    ['a lag without a limit', answered(groupBody({ partitions: [partitionSample({ current_lag: 9999 })] })), []],
    [
      'not catching up',
      answered(groupBody({ status: 'WARN', partitions: [partitionSample({ status: 'WARN' })] })),
      ['consumer.lag'],
    ],
    ['an error that no partition explains', answered(groupBody({ status: 'ERR' })), ['consumer.lag']],
    ['a part of the window, OK', answered(groupBody({ complete: 0.4 })), ['consumer.incomplete']],
    [
      'a part of the window, stalled',
      answered(groupBody({ status: 'ERR', complete: false, partitions: [stalled] }), 200, 'v2'),
      ['consumer.incomplete'],
    ],
    [
      'a partition whose window is not full',
      answered(groupBody({ status: 'ERR', partitions: [{ ...stalled, complete: 0.5 }, stoppedAtZero] })),
      ['consumer.stopped'],
    ],
    [
      'a part of the window, and a lag',
      answered(groupBody({ complete: 0.4, partitions: [partitionSample({ current_lag: 20000 })] })),
      ['consumer.lag', 'consumer.incomplete'],
      1000,
    ],
    ['unknown', answered(unknownGroup, 404), ['burrow.groupUnknown']],
  ];
  for (const [title, answer, gives, maxLag] of table) {
    it(`${title}: ${gives.join(', ') || 'nothing'}`, () => {
      assert.deepEqual(ids(answer, maxLag), gives);
    });
  }

  it('says why a lag of zero is no all-clear', () => {
    const [problem] = judgeBurrow(factsOf(answered(groupBody({ status: 'ERR', partitions: [stoppedAtZero] }))), {});
    assert.equal(
      problem?.measured[0],
      'eventlogging-client-side:11 STOP (2016-02-18 16:13:50, 188196575, 0) → (2016-02-18 16:30:22, 188205237, 0): no lag at its last commit, and none since',
    );
  });

  it('is critical at ten times the limit', () => {
    const severity = (lag: number) =>
      judgeBurrow(factsOf(answered(groupBody({ partitions: [partitionSample({ current_lag: lag })] }))), {
        maxLag: 100,
      })[0]?.severity;
    assert.deepEqual([severity(1000), severity(1001)], ['warning', 'critical']);
  });
});

describe('the picture of a Burrow', () => {
  const spec = {
    cluster: 'eqiad',
    groups: [],
    url: 'http://b',
    name: 'main',
    tls: { mode: 'preferred' },
    pollSeconds: 10,
    timeoutSeconds: 5,
  } as const;

  it('takes a window that is not full for unknown, whatever it says', () => {
    const { items } = burrowType.picture(factsOf(answered(groupBody({ complete: 0.4 }))), spec, at);
    assert.equal(items[0]?.state, 'unknown');
  });

  it('explains the word of each partition that is not well', () => {
    const { items } = burrowType.picture(
      factsOf(answered(groupBody({ status: 'ERR', partitions: [stalled, partitionSample()] }))),
      spec,
      at,
    );
    assert.deepEqual(
      items[0]?.items?.map(({ label, state, lines }) => [label, state, lines[0]]),
      [['eventlogging-valid-mixed:2', 'critical', 'It commits the same offset again and again while messages wait.']],
    );
  });
});
