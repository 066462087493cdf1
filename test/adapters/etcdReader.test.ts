import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createSocketServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createEtcdReader } from '../../src/adapters/etcd/etcdReader';
import { systemClock } from '../../src/adapters/systemClock';
import type { EtcdMirrorSpec } from '../../src/core/inventory/model';
import type { EtcdFailure } from '../../src/core/mirror/reading';
import { toMirrorSnapshot } from '../../src/core/mirror/toMirrorSnapshot';
import type { MirrorReader } from '../../src/ports';

const never = new AbortController().signal;
const deadlineSeconds = 1.5;
/** The machine may be busy, so that even an answer at the deadline comes late. */
const graceMs = 3_000;

function specOf(port: number, more: Partial<EtcdMirrorSpec> = {}): EtcdMirrorSpec {
  const url = `http://127.0.0.1:${port}`;
  return {
    ...{ name: 'm', api: 'v2', source: url, destination: url, sourcePrefix: '/', destinationPrefix: '/' },
    ...{ tls: { mode: 'preferred' }, pollSeconds: 5, timeoutSeconds: deadlineSeconds },
    ...more,
  };
}

describe('etcdReader', function () {
  this.timeout(20_000);
  let reader: MirrorReader;
  const servers: Server[] = [];
  const sockets = new Set<Socket>();

  beforeEach(() => {
    reader = createEtcdReader({
      secrets: { get: () => Promise.resolve('geheim') },
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

  async function listen(server: Server): Promise<number> {
    servers.push(server);
    server.on('connection', (socket: Socket) => {
      sockets.add(socket);
      socket.on('error', () => undefined);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return (server.address() as AddressInfo).port;
  }
  const serve = (answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<number> =>
    listen(createServer(answer));

  /** The failure of the source, which has to be there by the deadline. */
  async function failureOf(port: number, more: Partial<EtcdMirrorSpec> = {}): Promise<EtcdFailure> {
    const startedMs = performance.now();
    const spec = specOf(port, more);
    const { source } = toMirrorSnapshot(await reader.read(spec, undefined, never), spec);
    const elapsedMs = performance.now() - startedMs;
    assert.ok(elapsedMs < deadlineSeconds * 1000 + graceMs, `it took ${elapsedMs} ms`);
    assert.ok(source.kind === 'failed', JSON.stringify(source));
    return source.failure;
  }

  it('says of another protocol that it is not etcd', async () => {
    const port = await listen(createSocketServer((socket) => socket.write('SSH-2.0-OpenSSH_9.2\r\n')));
    const failure = await failureOf(port);
    assert.equal(failure.reason, 'notEtcd', failure.text);
  });

  it('says of a closed port: refused', async () => {
    const port = await serve(() => undefined);
    await new Promise((resolve) => servers.splice(0)[0]?.close(resolve));
    assert.equal((await failureOf(port)).reason, 'refused');
  });

  it('trusts no certificate that it cannot verify, and speaks no TLS to plain text', async () => {
    const port = await serve((_, response) => response.end('{}'));
    const failure = await failureOf(port, { source: `https://127.0.0.1:${port}` });
    assert.equal(failure.reason, 'tlsFailed');
  });

  it('ends at an abort', async () => {
    const port = await serve(() => undefined);
    const abort = new AbortController();
    const reading = reader.read(specOf(port), undefined, abort.signal);
    setTimeout(() => {
      abort.abort();
    }, 20);
    const { result } = await reading;
    assert.equal(result.kind === 'failed' && result.failure.reason, 'cancelled');
  });

  it('asks at most three questions in one flight, over connections that it keeps', async () => {
    const asked: string[] = [];
    let open = 0;
    let most = 0;
    const server = createServer((request, response) => {
      asked.push(`${request.method ?? ''} ${request.url ?? ''}`);
      open += 1;
      most = Math.max(most, open);
      setTimeout(() => {
        open -= 1;
        response.writeHead(404, { 'x-etcd-index': '7', 'x-etcd-cluster-id': 'a' }).end('{"errorCode":100}');
      }, 100);
    });
    const port = await listen(server);
    const spec = specOf(port, { metrics: `http://127.0.0.1:${port}/metrics`, destinationPrefix: '/a b' });
    for (let reading = 0; reading < 3; reading += 1) await reader.read(spec, undefined, never);
    assert.equal(sockets.size, 3);
    assert.equal(most, 3);
    assert.deepEqual(asked.slice(0, 3).sort(), [
      'GET /metrics',
      'GET /v2/keys/__replication/a%20b',
      'GET /v2/keys/_replideck',
    ]);
    assert.equal(asked.length, 9);
  });

  it('asks once more where a kept connection was closed meanwhile', async () => {
    let asked = 0;
    const port = await serve((request, response) => {
      asked += 1;
      if (asked === 3) request.socket.destroy();
      else response.writeHead(404, { 'x-etcd-index': '7' }).end('{"errorCode":100}');
    });
    const spec = specOf(port);
    for (let reading = 0; reading < 2; reading += 1) {
      const { source, destination } = toMirrorSnapshot(await reader.read(spec, undefined, never), spec);
      assert.equal(`${source.kind} ${destination.kind}`, 'read read');
    }
  });

  it('logs in by the same kinds of credentials, and lets no password out', async () => {
    const seen: (string | undefined)[] = [];
    const port = await serve(({ headers }, response) => {
      seen.push(headers.authorization);
      response.writeHead(404, { 'x-etcd-index': '7' }).end('{"errorCode":100}');
    });
    const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;
    const credentials = { name: 'etcd', user: 'root', password: { kind: 'env', variable: 'ETCD_PASSWORD' } } as const;
    const reading = await reader.read(specOf(port, { credentials }), undefined, never);
    assert.deepEqual(seen, [basic('root:secret word'), basic('root:secret word')]);
    assert.doesNotMatch(JSON.stringify(reading), /secret word/);
    await reader.read(
      specOf(port, { credentials: { ...credentials, password: { kind: 'secret', name: 'etcd' } } }),
      undefined,
      never,
    );
    assert.equal(seen.at(-1), basic('root:geheim'));
    const missing = { ...credentials, password: { kind: 'env', variable: 'NOT_SET' } } as const;
    const { result } = await reader.read(specOf(port, { credentials: missing }), undefined, never);
    assert.equal(result.kind === 'failed' && result.failure.reason, 'credentialsMissing');
  });

  it('fetches a token for v3, and another one when it has run out', async () => {
    const asked: string[] = [];
    let tokens = 0;
    const range = { header: { cluster_id: '11706436637566082516', revision: '9' }, count: '2' };
    const port = await serve(({ url, headers }, response) => {
      asked.push(`${url ?? ''} ${headers.authorization ?? ''}`.trim());
      if (url === '/v3/auth/authenticate') {
        tokens += 1;
        response.end(JSON.stringify({ token: `t${tokens}` }));
      } else if (headers.authorization === 't1') response.writeHead(401).end('{"error":"invalid auth token"}');
      else response.end(JSON.stringify(range));
    });
    const credentials = { name: 'etcd', user: 'root', password: { kind: 'env', variable: 'ETCD_PASSWORD' } } as const;
    const other = await serve((_, response) => response.end(JSON.stringify(range)));
    const spec = specOf(port, { api: 'v3', credentials, destination: `http://127.0.0.1:${other}` });
    const { source } = toMirrorSnapshot(await reader.read(spec, undefined, never), spec);
    assert.ok(source.kind === 'read', JSON.stringify(source));
    assert.deepEqual([source.value.index, source.value.keyCount], [9, 2]);
    const authenticate = '/v3/auth/authenticate';
    assert.deepEqual(asked, [authenticate, '/v3/kv/range t1', authenticate, '/v3/kv/range t2']);
  });
});
