import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Server } from 'node:net';
import { createEtcdReader } from '../../src/adapters/etcd/etcdReader';
import { systemClock } from '../../src/adapters/systemClock';
import type { EtcdMirrorSpec } from '../../src/core/inventory/model';
import { toMirrorSnapshot } from '../../src/core/mirror/toMirrorSnapshot';
import type { MirrorReader } from '../../src/ports';

const never = new AbortController().signal;

interface Member {
  readonly url: string;
  /** What it was asked, with the login that came along. */
  readonly asked: string[];
  /** Requests that nobody has given up. */
  open: number;
}

type Answer = (response: ServerResponse, request: IncomingMessage) => void;

const silent: Answer = () => undefined;
const well: Answer = (response, { url }) => {
  const v3 = { header: { cluster_id: '1', revision: '7' }, count: '1', kvs: [{ key: 'YQ==', value: 'MQ==' }] };
  response.setHeader('x-etcd-index', '7');
  if (url === '/v3/auth/authenticate') response.end(JSON.stringify({ token: 'token' }));
  else if (url?.startsWith('/v3/') === true) response.end(JSON.stringify(v3));
  else response.writeHead(404).end('{"errorCode":100}');
};

/** What real members do not show: how many requests reach whom, and what is in them. */
describe('the members of one side', function () {
  this.timeout(20_000);
  let reader: MirrorReader;
  const servers: Server[] = [];

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
    for (const server of servers.splice(0)) {
      await new Promise((resolve) => {
        server.close(resolve);
        if ('closeAllConnections' in server) (server as ReturnType<typeof createServer>).closeAllConnections();
      });
    }
  });

  async function member(answer: Answer): Promise<Member> {
    const asked: string[] = [];
    const server = createServer((request, response) => {
      own.open += 1;
      response.on('close', () => {
        own.open -= 1;
      });
      asked.push([request.method, request.url, request.headers.authorization].filter(Boolean).join(' '));
      answer(response, request);
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const own: Member = { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked, open: 0 };
    return own;
  }

  const specOf = (api: 'v2' | 'v3', [first, ...others]: readonly Member[], destination: Member): EtcdMirrorSpec => ({
    ...{ name: 'm', api, source: first!.url, otherSources: others.map(({ url }) => url), destination: destination.url },
    ...{ sourcePrefix: '/', destinationPrefix: '/', tls: { mode: 'preferred' }, pollSeconds: 5, timeoutSeconds: 1.5 },
  });
  const credentials = { name: 'etcd', user: 'root', password: { kind: 'env', variable: 'ETCD_PASSWORD' } } as const;
  const basic = `Basic ${Buffer.from('root:secret word').toString('base64')}`;

  it('are asked one after the other: what was not answered is given up before the next one is asked', async () => {
    const destination = await member(well);
    const first = await member(silent);
    const second = await member(silent);
    let openElsewhere = -1;
    const third = await member((response, request) => {
      // Long enough for the end of a connection to be seen.
      setTimeout(() => {
        openElsewhere = first.open + second.open;
        well(response, request);
      }, 100);
    });
    const spec = specOf('v2', [first, second, third], destination);
    for (let reading = 0; reading < 2; reading += 1) {
      const { source } = toMirrorSnapshot(await reader.read(spec, undefined, never), spec);
      assert.ok(source.kind === 'read' && source.request.includes(third.url), JSON.stringify(source));
    }
    assert.equal(openElsewhere, 0);
    // The silent ones rest after the first reading, and nobody was asked twice for one answer.
    assert.deepEqual(
      [first, second, third, destination].map(({ asked }) => asked.length),
      [1, 1, 2, 2],
    );
  });

  it('get the login each, by their own addresses, and nobody else gets it', async () => {
    const destination = await member(well);
    const elsewhere = await member(well);
    const first = await member((response) => response.writeHead(302, { location: elsewhere.url }).end());
    const second = await member(well);
    const metrics = await member(well);
    const spec = { ...specOf('v2', [first, second], destination), metrics: `${metrics.url}/metrics`, credentials };
    const reading = await reader.read(spec, undefined, never);
    const { source } = toMirrorSnapshot(reading, spec);
    assert.equal(source.kind, 'read');
    assert.deepEqual(
      [first, second, destination, metrics, elsewhere].map(({ asked }) => asked),
      [
        [`GET /v2/keys/_replideck ${basic}`],
        [`GET /v2/keys/_replideck ${basic}`],
        [`GET /v2/keys/__replication/__ROOT__ ${basic}`],
        ['GET /metrics'],
        [],
      ],
    );
    assert.doesNotMatch(JSON.stringify(reading), /secret word|Basic/);
  });

  it('give a token each: that of one is not shown to another', async () => {
    const destination = await member(well);
    const first = await member((response, request) => {
      if (request.url === '/v3/auth/authenticate') response.end('{"token":"of the first"}'.replaceAll(' ', '-'));
      else response.writeHead(503).end('{"error":"etcdserver: no leader"}');
    });
    const second = await member(well);
    const spec = { ...specOf('v3', [first, second], destination), credentials };
    const snapshot = toMirrorSnapshot(await reader.read(spec, undefined, never), spec);
    assert.equal(snapshot.source.kind, 'read');
    assert.deepEqual(second.asked, ['POST /v3/auth/authenticate', 'POST /v3/kv/range token']);
    assert.deepEqual(
      snapshot.membersDown?.map(({ side, url, failure }) => [side, url, failure.reason]),
      [['source', first.url, 'serverError']],
    );
  });

  it('are not asked in turn for a login that one of them refuses', async () => {
    const destination = await member(well);
    const first = await member((response) => response.writeHead(401).end('{"message":"Insufficient credentials"}'));
    const second = await member(well);
    const spec = { ...specOf('v2', [first, second], destination), credentials };
    const { source, membersDown } = toMirrorSnapshot(await reader.read(spec, undefined, never), spec);
    assert.equal(source.kind === 'failed' && source.failure.reason, 'authRequired');
    assert.deepEqual([second.asked, membersDown], [[], undefined]);
  });

  it('do not mix two clusters in one listing', async () => {
    const page = (cluster: string, key: string, more: boolean): string =>
      JSON.stringify({
        ...{ header: { cluster_id: cluster, revision: '7' }, count: more ? '2' : '1', more },
        kvs: [{ key, value: 'MQ==' }],
      });
    let asked = 0;
    const first = await member((response) => {
      asked += 1;
      if (asked === 1) response.end(page('1', 'YQ==', true));
      else response.writeHead(503).end();
    });
    const second = await member((response) => response.end(page('2', 'Yg==', false)));
    const limits = { maxBytes: 1_000_000, deadlineMs: 5_000 };
    const contents = await reader.readContents(specOf('v3', [first, second], second), 'source', limits, never);
    assert.ok(contents.kind === 'failed', 'two clusters in one');
    assert.match(contents.reason.text, /another cluster/);
  });

  it('end at an abort, and are not called down for it', async () => {
    const [first, second] = [await member(silent), await member(silent)];
    const spec = specOf('v2', [first, second], await member(well));
    const abort = new AbortController();
    const reading = reader.read(spec, undefined, abort.signal);
    setTimeout(() => {
      abort.abort();
    }, 100);
    const { result } = await reading;
    assert.equal(result.kind === 'failed' && result.failure.reason, 'cancelled');
    assert.deepEqual(second.asked, []);
  });
});
