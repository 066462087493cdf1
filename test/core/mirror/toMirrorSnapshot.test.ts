import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { HttpAnswer } from '../../../src/core/mirror/reading';
import { toMirrorSnapshot } from '../../../src/core/mirror/toMirrorSnapshot';
import { answered } from './builder';

interface Recorded {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly bodyIsJson: boolean;
  readonly body: unknown;
}

function recording(file: string): unknown {
  return JSON.parse(readFileSync(join(import.meta.dirname, '../../recordings', file), 'utf8'));
}

function played({ status, headers, bodyIsJson, body }: Recorded): HttpAnswer {
  return answered('GET', 'T', { status, headers, body: bodyIsJson ? JSON.stringify(body) : String(body) });
}

const etcd = { 'x-etcd-index': '7', 'x-etcd-cluster-id': 'c' };
const plain = (body: string, more: Partial<Parameters<typeof answered>[2]> = {}): HttpAnswer =>
  answered('GET', 'T', { body, ...more });

type Side = 'source' | 'destination' | 'metrics';

/** What becomes of one answer: the facts, or `reason: text` of the failure. */
function check(title: string, side: Side, answer: HttpAnswer, expected: unknown, waitIndex?: number): void {
  it(title, () => {
    const notAsked = { kind: 'notAsked' } as const;
    const sides = { source: notAsked, destination: notAsked, metrics: notAsked, [side]: answer };
    const snapshot = toMirrorSnapshot(
      {
        ...{ key: 'mirror:m', startedAt: 'T', at: 'T', elapsedMs: 1 },
        result: { kind: 'answered', ...sides, ...(waitIndex === undefined ? {} : { waitIndex }) },
      },
      { api: 'v2' },
    );
    const part = snapshot[side === 'metrics' ? 'process' : side];
    const found =
      part.kind === 'failed'
        ? `${part.failure.reason}: ${part.failure.text}`
        : part.kind === 'read'
          ? part.value
          : part.kind;
    if (expected instanceof RegExp) assert.match(typeof found === 'string' ? found : JSON.stringify(found), expected);
    else assert.deepEqual(found, expected);
  });
}

const indexFile = (name: string): HttpAnswer =>
  played((recording(`etcd-mirror-0.0.12/${name}.json`) as { index_key: Recorded }).index_key);
const healthy = (recording('etcd-mirror-0.0.12/healthy.json') as { steps: Record<string, unknown>[] }).steps[1]!;
const noV2 = (recording('etcd-3.4/no-v2.json') as { responses: Recorded[] }).responses[0]!;

describe('toMirrorSnapshot', () => {
  describe('as recorded', () => {
    check('a source', 'source', played(healthy['source'] as Recorded), {
      index: 7,
      clusterId: '194037d3383c0b11',
      waiting: { kind: 'notAsked' },
    });
    check('an index key', 'destination', played(healthy['index_key'] as Recorded), {
      clusterId: '1aa4fd9d80c790c3',
      indexKey: { kind: 'read', index: 7 },
    });
    check('the metrics of the mirror', 'metrics', played((healthy['mirror'] as Recorded[])[1]!), {
      lag: -1,
    });
    check('no index key', 'destination', indexFile('index-key-missing'), {
      clusterId: 'f0cf9488e08fbb92',
      indexKey: { kind: 'missing' },
    });
    check('an index key that is no number', 'destination', indexFile('index-key-not-a-number'), {
      clusterId: 'f0cf9488e08fbb92',
      indexKey: { kind: 'notANumber', text: 'notanumber' },
    });
    check('v2 switched off, at the source', 'source', played(noV2), 'apiDisabled: HTTP 404: 404 page not found');
    check('v2 switched off, at the destination', 'destination', played(noV2), /^apiDisabled/);
  });

  describe('of a long poll', () => {
    const event = { action: 'update', node: { key: '/conftool/a', modifiedIndex: 9 }, prevNode: {} };
    const cleared = { errorCode: 401, cause: 'the requested history has been cleared [105/5]' };
    const waiting = (of: unknown) => ({ index: 7, clusterId: 'c', waiting: of });
    check(
      'an event that waits',
      'source',
      plain(JSON.stringify(event), { headers: etcd }),
      waiting({ kind: 'event', index: 9, action: 'update', key: '/conftool/a' }),
      8,
    );
    check('none', 'source', plain('', { headers: etcd, isWhole: false }), waiting({ kind: 'none' }), 8);
    check(
      'an event that has left the window',
      'source',
      plain(JSON.stringify(cleared), { status: 400, headers: etcd }),
      waiting({ kind: 'cleared', cause: cleared.cause }),
      8,
    );
  });

  describe('of something that is no etcd', () => {
    const page = '<html><head><title>Sign in</title></head></html>';
    check('a login page', 'source', plain(page, { headers: { 'content-type': 'text/html' } }), /^notEtcd: .*Sign in$/);
    check(
      'a redirect',
      'source',
      plain('', { status: 302, headers: { location: 'https://sso/login' } }),
      /^redirected/,
    );
    check('a proxy that asks for a login', 'destination', plain(page, { status: 401 }), /^authRequired/);
    check('a proxy that forbids', 'destination', plain(page, { status: 403 }), /^authRequired: HTTP 403/);
    check('a proxy without etcd behind it', 'source', plain(page, { status: 502 }), /^serverError: HTTP 502/);
    check(
      'JSON of another service',
      'source',
      plain('{"ok":true}'),
      'notEtcd: HTTP 200 without the header X-Etcd-Index',
    );
    check('JSON that is no object', 'source', plain('[1]', { headers: etcd }), /^notEtcd/);
    check(
      'an index of twenty digits',
      'source',
      plain('{}', { headers: { 'x-etcd-index': '9'.repeat(20) } }),
      /^notEtcd/,
    );
    check(
      'what nobody asked to be packed',
      'source',
      plain('\u001f', { headers: { 'content-encoding': 'gzip' } }),
      /gzip/,
    );
    check('brackets a million deep', 'source', plain('['.repeat(1_000_000), { headers: etcd }), /^notEtcd/);
    check('other metrics', 'metrics', plain('up 1\n'), /^notEtcd/);
  });

  describe('of an etcd that cannot', () => {
    const body = (errorCode: number) => JSON.stringify({ errorCode, message: 'said by etcd' });
    check('needs a login', 'source', plain(body(110), { status: 401, headers: etcd }), /^authRequired/);
    check(
      'elects a leader',
      'source',
      plain(body(301), { status: 500, headers: etcd }),
      /^serverError: .*said by etcd/,
    );
    check('has a directory there', 'destination', plain('{"node":{"dir":true}}', { headers: etcd }), {
      clusterId: 'c',
      indexKey: { kind: 'notANumber', text: 'a directory' },
    });
    for (const value of ['1e3', '-1', '0x10', ' 7', '', '12345678901234567890']) {
      check(
        `has "${value}" for an index`,
        'destination',
        plain(JSON.stringify({ node: { value } }), { headers: etcd }),
        {
          clusterId: 'c',
          indexKey: { kind: 'notANumber', text: value },
        },
      );
    }
  });
});
