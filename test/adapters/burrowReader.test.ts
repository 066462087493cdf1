import { strict as assert } from 'node:assert';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createBurrowReader } from '../../src/adapters/burrow/burrowReader';
import { systemClock } from '../../src/adapters/systemClock';
import { toBurrowFacts } from '../../src/core/burrow/toBurrowFacts';
import type { BurrowSpec } from '../../src/core/inventory/model';
import type { ServiceReader } from '../../src/ports';
import { groupBody, unknownGroup, unknownPath } from '../core/burrow/samples';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

const json = (response: ServerResponse, body: string, status = 200): void => {
  response.writeHead(status, { 'content-type': 'application/json' }).end(body);
};

describe('the Burrow reader', function () {
  this.timeout(20_000);
  let server: Server | undefined;
  let reader: ServiceReader<'burrow'>;
  let asked: string[];

  beforeEach(() => {
    asked = [];
    reader = createBurrowReader({
      secrets: { get: () => Promise.resolve(undefined) },
      clock: systemClock,
      inventoryFolder: () => '/',
      environment: {},
    });
  });
  afterEach(async () => {
    await reader.dispose();
    const open = server;
    if (open !== undefined) {
      open.closeAllConnections();
      await new Promise((resolve) => {
        open.close(resolve);
      });
    }
    server = undefined;
  });

  async function start(handle: Handler, more: Partial<BurrowSpec> = {}): Promise<BurrowSpec> {
    const started = createServer((request, response) => {
      asked.push(`${request.method ?? ''} ${request.url ?? ''}`);
      handle(request, response);
    });
    server = started;
    await new Promise<void>((resolve) => started.listen(0, '127.0.0.1', resolve));
    const { port } = started.address() as AddressInfo;
    return {
      ...{
        name: 'main',
        url: `http://127.0.0.1:${port}`,
        cluster: 'eqiad',
        groups: ['a/b'],
        tls: { mode: 'preferred' },
      },
      ...{ pollSeconds: 10, timeoutSeconds: 1 },
      ...more,
    };
  }

  const read = async (spec: BurrowSpec) => {
    const target = { kind: 'burrow', key: 'burrow:main', name: 'main', spec, pollSeconds: 10, instances: {} } as const;
    const { result, elapsedMs } = await reader.read(target, new AbortController().signal);
    assert.ok(result.kind === 'answered', JSON.stringify(result));
    return { facts: toBurrowFacts(result.answers), elapsedMs };
  };
  const reasonOf = async (spec: BurrowSpec): Promise<string> => {
    const { facts } = await read(spec);
    return facts.kind === 'failed' ? facts.reason.failure.reason : 'read';
  };

  it('asks for all partitions of a group, and for nothing that writes', async () => {
    const spec = await start((_, response) => {
      json(response, groupBody());
    });
    const { facts } = await read(spec);
    assert.ok(facts.kind === 'ok' && facts.value.api === 'v3');
    assert.deepEqual(asked, ['GET /v3/kafka/eqiad/consumer/a%2Fb/lag']);
  });

  it('finds an older server by its paths, and remembers it', async () => {
    const spec = await start((request, response) => {
      if (request.url?.startsWith('/v2/') === true) json(response, groupBody({ complete: true }));
      else json(response, unknownPath, 404);
    });
    const first = await read(spec);
    assert.ok(first.facts.kind === 'ok' && first.facts.value.api === 'v2');
    await read(spec);
    assert.deepEqual(
      asked.map((each) => each.slice(0, 7)),
      ['GET /v3', 'GET /v2', 'GET /v2'],
    );
  });

  it('does not ask an older server for a group that the newer one does not know', async () => {
    const spec = await start((_, response) => {
      json(response, unknownGroup, 404);
    });
    const { facts } = await read(spec);
    assert.ok(facts.kind === 'ok' && facts.value.groups[0]?.kind === 'unknown');
    assert.equal(asked.length, 1);
  });

  const wrong: Readonly<Record<string, readonly [reason: string, handle: Handler]>> = {
    'a page of HTML': [
      'notJson',
      (_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<title>Log in</title>'),
    ],
    '401': ['unauthorized', (_, response) => response.writeHead(401).end()],
    '403': ['unauthorized', (_, response) => response.writeHead(403).end('no')],
    '500': ['serverError', (_, response) => response.writeHead(500).end('oops')],
    '502': ['serverError', (_, response) => response.writeHead(502, { 'content-type': 'text/html' }).end('<html>')],
    'a redirect': ['redirected', (_, response) => response.writeHead(302, { location: 'https://sso.example' }).end()],
    'neither version': [
      'notFound',
      (_, response) => {
        json(response, unknownPath, 404);
      },
    ],
    'another service': [
      'wrongShape',
      (_, response) => {
        json(response, '{"status":"success","data":{}}');
      },
    ],
    'an empty list': [
      'wrongShape',
      (_, response) => {
        json(response, '[]');
      },
    ],
    null: [
      'wrongShape',
      (_, response) => {
        json(response, 'null');
      },
    ],
    'no answer': ['hung', () => undefined],
    'a body that never ends': [
      'tooLarge',
      (_, response) => {
        response.writeHead(200, { 'content-type': 'application/json' });
        const chunk = Buffer.alloc(256 * 1024, 32);
        const more = (): void => {
          while (!response.destroyed && response.write(chunk));
        };
        response.on('drain', more);
        more();
      },
    ],
    'a body that stops half-way': [
      'hung',
      (_, response) => {
        response.writeHead(200, { 'content-type': 'application/json' }).write('{"status":');
      },
    ],
    'a cut body': [
      'lost',
      (_, response) => {
        response.writeHead(200, { 'content-length': 500 }).write('{');
        setTimeout(() => response.destroy(), 20);
      },
    ],
  };
  for (const [title, [reason, handle]] of Object.entries(wrong)) {
    it(`ends in one clear state: ${title}, ${reason}`, async () => {
      const startedMs = Date.now();
      assert.equal(await reasonOf(await start(handle)), reason);
      assert.ok(Date.now() - startedMs < 5000);
    });
  }

  it('waits once for a server that is silent, however many groups there are', async () => {
    const groups = Array.from({ length: 40 }, (_, index) => `g${index}`);
    const { elapsedMs, facts } = await read(await start(() => undefined, { groups }));
    assert.equal(facts.kind, 'failed');
    assert.ok(elapsedMs < 6000, `${elapsedMs} ms`);
  });

  it('says that nobody is there', async () => {
    const spec = await start(() => undefined);
    server?.close();
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.equal(await reasonOf(spec), 'refused');
  });
});
