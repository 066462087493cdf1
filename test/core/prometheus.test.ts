import assert from 'node:assert/strict';
import type { HttpAnswer } from '../../src/core/http/answer';
import type { PrometheusAnswers, PrometheusFacts } from '../../src/core/prometheus/model';
import { lagQuery, queryNames, type PrometheusQuery } from '../../src/core/prometheus/queries';
import { toLagPoints, toPrometheusFacts } from '../../src/core/prometheus/toPrometheusFacts';

const request = 'GET http://p/api/v1/query';

function answer(body: unknown, status = 200): HttpAnswer {
  const headers = { 'content-type': 'application/json' };
  return {
    kind: 'answered',
    request,
    at: '2026-11-22T04:06:20.000Z',
    status,
    headers,
    body: JSON.stringify(body),
    isWhole: true,
  };
}

type Sample = readonly [labels: Readonly<Record<string, string>>, value: string];

const vector = (samples: readonly Sample[]): HttpAnswer =>
  answer({
    status: 'success',
    data: {
      resultType: 'vector',
      result: samples.map(([metric, value]) => ({ metric, value: [1_700_000_000, value] })),
    },
  });

function answers(of: Partial<Record<PrometheusQuery, HttpAnswer | readonly Sample[]>>): PrometheusAnswers {
  return Object.fromEntries(
    queryNames.map((name) => {
      const given = of[name] ?? [];
      return [name, Array.isArray(given) ? vector(given as readonly Sample[]) : given];
    }),
  ) as PrometheusAnswers;
}

function factsOf(of: Parameters<typeof answers>[0], before?: PrometheusFacts): PrometheusFacts {
  const facts = toPrometheusFacts(answers(of), before);
  assert.ok(facts.kind === 'ok', JSON.stringify(facts));
  return facts.value;
}

const a = { instance: 'db1108.eqiad.wmnet:13351' };

describe('what mysqld_exporter says', () => {
  it('is unknown where Prometheus has a NaN or nothing, and never 0', () => {
    const connection = { ...a, connection_name: 'matomo', master_host: 'matomo1002' };
    const { servers } = factsOf({
      up: [[a, '1']],
      readOnly: [[a, 'NaN']],
      ioRunning: [[connection, '1']],
      secondsBehind: [[connection, 'NaN']],
    });
    assert.deepEqual(servers, [
      {
        ...{ instance: 'db1108.eqiad.wmnet:13351', host: 'db1108.eqiad.wmnet', port: 3351, isUp: true },
        at: '2026-11-22T04:06:20.000Z',
        connections: [{ name: 'matomo', sourceHost: 'matomo1002', delaySeconds: 0, ioRunning: true }],
      },
    ]);
  });

  const ports: readonly (readonly [string, number | undefined])[] = [
    ['db1:9104', 3306],
    ['db1:13351', 3351],
    ['[2001:db8::1]:9104', 3306],
    ['http://db1:9104/metrics', 3306],
    ['db1:9999', undefined],
  ];
  for (const [instance, port] of ports) {
    it(`guesses the port behind ${instance} by the port of its exporter: ${port ?? 'not'}`, () => {
      assert.equal(factsOf({ up: [[{ instance }, '1']] }).servers[0]?.port, port);
    });
  }

  it('believes the server’s own port, and remembers it while the server is down', () => {
    const before = factsOf({ up: [[a, '1']], port: [[a, '3311']] });
    assert.equal(before.servers[0]?.port, 3311);
    const down = factsOf({ up: [[a, '0']] }, before).servers[0];
    assert.deepEqual([down?.isUp, down?.port], [false, 3311]);
  });

  it('keeps the connections of a multi-source replica apart', () => {
    const of = (name: string) => ({ ...a, connection_name: name, master_host: name });
    const { servers } = factsOf({
      up: [[a, '1']],
      ioRunning: [
        [of('x'), '1'],
        [of('y'), '0'],
      ],
      secondsBehind: [[of('x'), '7']],
    });
    assert.deepEqual(
      servers[0]?.connections.map(({ name, ioRunning, secondsBehind }) => [name, ioRunning, secondsBehind]),
      [
        ['x', true, 7],
        ['y', false, undefined],
      ],
    );
  });

  const refusals: readonly (readonly [string, HttpAnswer, string])[] = [
    [
      'an error of its own',
      answer({ status: 'error', errorType: 'bad_data', error: 'parse error' }, 400),
      'queryFailed',
    ],
    [
      'a query that took too long',
      answer({ status: 'error', errorType: 'timeout', error: 'slow' }, 503),
      'queryFailed',
    ],
    ['a matrix for a vector', answer({ status: 'success', data: { resultType: 'matrix', result: [] } }), 'wrongShape'],
    [
      'a value that is no pair',
      answer({ status: 'success', data: { resultType: 'vector', result: [{ metric: {}, value: '1' }] } }),
      'wrongShape',
    ],
    ['no data', answer({ status: 'success' }), 'wrongShape'],
    ['null', answer(null), 'wrongShape'],
  ];
  for (const [title, refused, reason] of refusals) {
    it(`is nothing to go by after ${title}`, () => {
      const facts = toPrometheusFacts(answers({ up: [[a, '1']], version: refused }));
      assert.equal(facts.kind === 'failed' && facts.reason.failure.reason, reason);
    });
  }

  it('has a history with gaps', () => {
    const values = [
      [1_700_000_000, '3'],
      [1_700_000_060, 'NaN'],
    ];
    const points = toLagPoints(
      answer({
        status: 'success',
        data: { resultType: 'matrix', result: [{ metric: { channel_name: 'c' }, values }] },
      }),
    );
    assert.deepEqual(points, {
      kind: 'ok',
      value: [
        {
          connection: 'c',
          points: [
            { atMs: 1_700_000_000_000, lagSeconds: 3 },
            { atMs: 1_700_000_060_000, lagSeconds: undefined },
          ],
        },
      ],
    });
  });

  it('is asked for with its label quoted', () => {
    assert.match(lagQuery('a"} or {b="\\'), /instance="a\\"} or {b=\\"\\\\"}$/);
  });
});
