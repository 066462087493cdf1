import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createSocketServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { createEtcdReader } from '../../src/adapters/etcd/etcdReader';
import { systemClock } from '../../src/adapters/systemClock';
import { compareMirror } from '../../src/app/compareMirror';
import { fleetLogic } from '../../src/core/fleetLogic';
import type { EtcdMirrorSpec } from '../../src/core/inventory/model';
import type { EtcdFailure } from '../../src/core/mirror/reading';
import type { MirrorReader } from '../../src/ports';

const never = (): AbortSignal => new AbortController().signal;
const { mirror: logic } = fleetLogic;
const deadlineSeconds = 1.5;
/** The machine may be busy, so that even an answer at the deadline comes late. */
const graceMs = 3_000;

type Answer = (request: IncomingMessage, response: ServerResponse) => void;
type Reason = EtcdFailure['reason'];

interface Hostile {
  readonly title: string;
  /** What it comes to, whatever was asked; of a watch only where it has come to an end by itself. */
  readonly reason: Reason;
  readonly ofWatches?: Reason | 'nothing';
  readonly answer: Answer;
}

const index = { 'x-etcd-index': '7', 'x-etcd-cluster-id': 'a' };
const json =
  (body: unknown, headers: Readonly<Record<string, string>> = index): Answer =>
  (_, response) =>
    response.writeHead(200, headers).end(typeof body === 'string' ? body : JSON.stringify(body));
const endless: Answer = (_, response) => {
  response.writeHead(200, index);
  const more = (): void => {
    while (!response.destroyed && response.write('x'.repeat(65_536)));
  };
  response.on('drain', more);
  more();
};

/** Twenty kilobytes. */
const packed = gzipSync(Buffer.alloc(20_000_000));

const hostile: readonly Hostile[] = [
  { title: 'a login page', reason: 'notEtcd', answer: json('<title>Sign in</title>', { 'content-type': 'text/html' }) },
  {
    title: 'a redirect to itself',
    reason: 'redirected',
    answer: ({ url }, response) => response.writeHead(307, { location: url }).end(),
  },
  // A watch is given up after a while, and what had come by then was no event.
  { title: 'an endless body', reason: 'tooLarge', ofWatches: 'nothing', answer: endless },
  {
    title: 'a body that drips',
    reason: 'hung',
    ofWatches: 'nothing',
    answer: (_, response) => {
      response.writeHead(200, index);
      const timer = setInterval(() => response.write(' '), 50);
      response.on('close', () => {
        clearInterval(timer);
      });
    },
  },
  { title: 'no answer', reason: 'hung', answer: () => undefined },
  {
    title: 'a packed body of many times its size',
    reason: 'notEtcd',
    answer: (_, response) => response.writeHead(200, { ...index, 'content-encoding': 'gzip' }).end(packed),
  },
  {
    title: 'numbers of thirty digits',
    reason: 'notEtcd',
    answer: json(
      { header: { cluster_id: '1', revision: '9'.repeat(30) }, count: '9'.repeat(30), kvs: [] },
      { 'x-etcd-index': '9'.repeat(30) },
    ),
  },
  { title: 'brackets a hundred thousand deep', reason: 'notEtcd', answer: json('['.repeat(100_000)) },
  {
    title: 'objects fifteen thousand deep',
    reason: 'notEtcd',
    answer: json('{"a":'.repeat(15_000) + '1' + '}'.repeat(15_000)),
  },
  {
    title: 'less than it said',
    reason: 'lost',
    answer: (_, response) => {
      response.writeHead(200, { ...index, 'content-length': '1000' });
      response.write('{');
      setTimeout(() => response.destroy(), 20);
    },
  },
  {
    title: 'a header beyond all measure',
    reason: 'notEtcd',
    answer: (_, response) => response.writeHead(200, { x: 'y'.repeat(60_000) }).end('{}'),
  },
  {
    title: 'no such API',
    reason: 'apiDisabled',
    answer: (_, response) => response.writeHead(404, index).end('404 page not found\n'),
  },
  {
    title: 'a refused login',
    reason: 'authRequired',
    answer: (_, response) => response.writeHead(401, index).end('{"message":"Insufficient credentials"}'),
  },
  {
    title: 'a proxy without etcd behind it',
    reason: 'serverError',
    answer: (_, response) => response.writeHead(502).end('<h1>502 Bad Gateway</h1>'),
  },
];

/** Listings that are JSON of etcd's form, and not etcd's. */
const header = { cluster_id: '1', revision: '7' };
const pair = { key: 'YQ==', value: 'MQ==', mod_revision: '5' };
const listings: readonly (readonly [title: string, v2: unknown, v3: unknown])[] = [
  ['values that are no text', { node: { key: '/a', value: { length: 1 } } }, { header, count: '1', kvs: [{ key: 5 }] }],
  ['nodes that are nothing', { node: { dir: true, nodes: [null] } }, { header, count: '1', kvs: [null] }],
  ['no list of nodes', { node: 5 }, { header, count: '1', kvs: 'all of them' }],
  [
    'an index beyond all numbers',
    '{"node":{"key":"/a","value":"1","modifiedIndex":1e400}}',
    { header: { ...header, revision: '1e400' }, count: '1', kvs: [pair] },
  ],
  ['nothing at all', {}, { header, count: '3' }],
  ['a page that never ends', { node: null }, { header, count: '2', more: true, kvs: [pair] }],
  ['a page with nothing in it, and more', [], { header, count: '2', more: true }],
];

describe('a hostile server in the place of an etcd', function () {
  this.timeout(20_000);
  let reader: MirrorReader;
  const servers: Server[] = [];
  const sockets = new Set<Socket>();

  beforeEach(() => {
    reader = createEtcdReader({
      secrets: { get: () => Promise.resolve(undefined) },
      clock: systemClock,
      inventoryFolder: () => '/',
      environment: { ETCD_PASSWORD: 'secret word' },
    });
  });
  afterEach(async () => {
    await reader.dispose();
    for (const socket of sockets) socket.destroy();
    sockets.clear();
    await Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))));
  });

  async function listen(server: Server): Promise<string> {
    servers.push(server);
    server.on('connection', (socket: Socket) => {
      sockets.add(socket);
      socket.on('error', () => undefined);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }
  const serve = (answer: Answer): Promise<string> => listen(createServer(answer));
  const well: Answer = (request, response) => {
    const isV3 = request.url?.startsWith('/v3/') === true;
    json(isV3 ? { header, count: '1', kvs: [pair] } : { node: { key: '/a', value: '1' } })(request, response);
  };

  const specOf = (api: 'v2' | 'v3', source: string, destination = source): EtcdMirrorSpec => ({
    ...{ name: 'm', api, source, destination, sourcePrefix: '/', destinationPrefix: '/' },
    ...{ tls: { mode: 'preferred' }, pollSeconds: 5, timeoutSeconds: deadlineSeconds },
  });
  const credentials = { name: 'etcd', user: 'root', password: { kind: 'env', variable: 'ETCD_PASSWORD' } } as const;

  /** What is asked of a server, each in a time of its own. */
  const reading = async (spec: EtcdMirrorSpec): Promise<string> => {
    const { source } = logic.toMirrorSnapshot(await reader.read(spec, undefined, never()), spec);
    return source.kind === 'failed' ? source.failure.reason : JSON.stringify(source);
  };
  const drift = async (spec: EtcdMirrorSpec): Promise<string> => {
    const limits = { maxBytes: 2_000_000, deadlineMs: deadlineSeconds * 1000 };
    const outcome = await compareMirror({ spec, reader, logic, clock: systemClock, ...limits }, never());
    if (outcome.kind === 'ok') return JSON.stringify(outcome.value);
    assert.equal(outcome.reason.side, 'destination');
    return outcome.reason.failure.reason;
  };
  const watch = async (spec: EtcdMirrorSpec): Promise<string> => {
    const outcome = await reader.readEvents(spec, { from: 1, scope: 'prefix', waitMs: 300 }, never());
    if (outcome.kind === 'failed') return outcome.reason.reason;
    return outcome.value.events.length === 0 ? 'nothing' : JSON.stringify(outcome.value);
  };
  async function inTime(what: string, asked: Promise<string>): Promise<string> {
    const startedMs = performance.now();
    const said = await asked;
    const elapsedMs = performance.now() - startedMs;
    assert.ok(elapsedMs < 2 * deadlineSeconds * 1000 + graceMs, `${what} took ${elapsedMs} ms`);
    return said;
  }

  for (const { title, reason, ofWatches, answer } of hostile) {
    it(`comes to one state by its deadline: ${title} is ${reason}`, async () => {
      const [url, other] = [await serve(answer), await serve(well)];
      const ofWatch = ofWatches === undefined ? [] : [ofWatches, 'notEtcd'];
      const check = async (what: string, asked: Promise<string>, more: readonly string[] = []): Promise<void> => {
        const said = await inTime(what, asked);
        assert.ok([reason, ...more].includes(said), `${what}: ${said}`);
      };
      // Each by a name of its own: with connections of its own.
      const named = (name: string, spec: EtcdMirrorSpec): EtcdMirrorSpec => ({ ...spec, name });
      await Promise.all([
        ...(['v2', 'v3'] as const).flatMap((api) => [
          check(`${api} reading`, reading(named(`${api} reading`, specOf(api, url)))),
          check(`${api} drift`, drift(named(`${api} drift`, specOf(api, other, url)))),
          check(`${api} watch`, watch(named(`${api} watch`, specOf(api, url))), ofWatch),
        ]),
        // The login of v3 is a request of its own.
        check('login', reading(named('login', { ...specOf('v3', url, other), credentials }))),
      ]);
    });
  }

  for (const [title, v2, v3] of listings) {
    it(`does not take for contents: ${title}`, async () => {
      const other = await serve(well);
      assert.equal(await drift(specOf('v2', other, await serve(json(v2)))), 'notEtcd', 'v2');
      assert.equal(await drift(specOf('v3', other, await serve(json(v3)))), 'notEtcd', 'v3');
    });
  }

  it('is not etcd where it speaks another protocol, or says more than it announced', async () => {
    const ssh = await listen(createSocketServer((socket) => socket.write('SSH-2.0-OpenSSH_9.2\r\n')));
    const longer = await listen(
      createSocketServer((socket) =>
        socket.write(`HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}${'x'.repeat(5_000)}`),
      ),
    );
    const other = await serve(well);
    for (const url of [ssh, longer]) {
      for (const api of ['v2', 'v3'] as const) {
        assert.equal(await inTime('reading', reading(specOf(api, url))), 'notEtcd', `${api} ${url}`);
        assert.equal(await inTime('drift', drift(specOf(api, other, url))), 'notEtcd', `${api} ${url}`);
      }
    }
  });

  it('does no harm to the side that is well', async () => {
    const [url, other] = [await serve(endless), await serve(well)];
    const spec = specOf('v3', other, url);
    for (let round = 0; round < 2; round += 1) {
      const { source, destination } = logic.toMirrorSnapshot(await reader.read(spec, undefined, never()), spec);
      assert.deepEqual(
        [source.kind, destination.kind === 'failed' && destination.failure.reason],
        ['read', 'tooLarge'],
      );
    }
  });
});
