import assert from 'node:assert/strict';
import type { HttpAnswer } from '../../../src/core/http/answer';
import { parseJson } from '../../../src/core/http/parseJson';

type Answered = Extract<HttpAnswer, { kind: 'answered' }>;

const json = { 'content-type': 'application/json; charset=UTF-8' };
const html = { 'content-type': 'text/html' };
const loginPage = '<!doctype html><html><head><title>Wikimedia\n SSO</title></head></html>';

/** What comes, and what is made of it: the JSON, or the reason with a piece of its words. */
const rows: readonly (readonly [string, Partial<Answered>, unknown])[] = [
  ['an object', { headers: json, body: '{"a":1}' }, { a: 1 }],
  ['null, which is an answer', { headers: json, body: 'null' }, null],
  ['JSON with the type of text', { headers: { 'content-type': 'text/plain' }, body: '[]' }, []],
  ['JSON without a type', { headers: {}, body: '"OK"' }, 'OK'],
  ['an error in JSON', { status: 500, headers: json, body: '{"Code":"ERROR"}' }, { Code: 'ERROR' }],
  ['a login page', { headers: html, body: loginPage }, 'notJson: HTTP 200: Wikimedia SSO'],
  ['a page that parses', { headers: html, body: '{}' }, 'notJson: HTTP 200: {}'],
  ['a 401', { status: 401, headers: json, body: '{}' }, 'unauthorized: HTTP 401: {}'],
  [
    'a 403 of a proxy',
    { status: 403, headers: html, body: '<title>403 Forbidden</title>' },
    'unauthorized: HTTP 403: 403 Forbidden',
  ],
  ['a proxy that wants a login', { status: 407, body: '' }, 'unauthorized: HTTP 407'],
  [
    'a redirect',
    { status: 302, headers: { location: 'https://sso.example/' }, body: '' },
    'redirected: HTTP 302 to https://sso.example/',
  ],
  ['a 404 in words', { status: 404, body: '404 page not found\n' }, 'notFound: HTTP 404: 404 page not found'],
  [
    'a 502',
    { status: 502, headers: html, body: '<title>502 Bad Gateway</title>' },
    'serverError: HTTP 502: 502 Bad Gateway',
  ],
  ['a 500 without words', { status: 500, body: '' }, 'serverError: HTTP 500'],
  ['nothing', { body: '' }, 'notJson: HTTP 200'],
  ['half an object', { headers: json, body: '{"a":' }, 'notJson: HTTP 200: {"a":'],
  [
    'what was packed unasked',
    { headers: { ...json, 'content-encoding': 'gzip' }, body: '{}' },
    'notJson: HTTP 200 with content-encoding gzip',
  ],
];

describe('parseJson', () => {
  for (const [name, more, expected] of rows) {
    it(name, () => {
      const answer = {
        kind: 'answered',
        request: 'GET http://x/y',
        at: 'now',
        status: 200,
        headers: {},
        body: '',
        isWhole: true,
        ...more,
      } as const;
      const parsed = parseJson(answer);
      if (typeof expected === 'string' && parsed.kind === 'failed') {
        const { failure, request } = parsed.reason;
        assert.ok(`${failure.reason}: ${failure.text}`.startsWith(expected), `${failure.reason}: ${failure.text}`);
        assert.equal(request, 'GET http://x/y');
      } else {
        assert.deepEqual(parsed.kind === 'ok' && parsed.value.value, expected);
      }
    });
  }

  it('says what kept an answer from coming', () => {
    const failure = { reason: 'notHttp', text: 'Parse Error' } as const;
    const parsed = parseJson({ kind: 'failed', request: 'GET http://x', at: 'now', failure });
    assert.deepEqual(parsed.kind === 'failed' && parsed.reason.failure, { reason: 'notJson', text: 'Parse Error' });
  });
});
