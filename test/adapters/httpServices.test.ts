import assert from 'node:assert/strict';
import { createOrchestratorReader } from '../../src/adapters/orchestrator/orchestratorReader';
import { createPrometheusReader } from '../../src/adapters/prometheus/prometheusReader';
import type { HttpServiceKind, ServiceReaderOptions } from '../../src/adapters/http/serviceReader';
import { systemClock } from '../../src/adapters/systemClock';
import type { CredentialSpec } from '../../src/core/inventory/model';
import { serviceFailureState, toServiceSnapshot } from '../../src/core/services/linkServices';
import type { ServiceFailure, ServiceSnapshot, ServiceTarget } from '../../src/core/services/model';
import type { ServiceReader } from '../../src/ports';
import { hostileServers, Servers } from './hostileServers';

const never = new AbortController().signal;
const timeoutSeconds = 1.5;
/** The machine may be busy, so that even an answer at the deadline comes late. */
const graceMs = 8_000;

const options: ServiceReaderOptions = {
  secrets: { get: (name) => Promise.resolve(name === 'evil' ? 'a\r\nX-Admin: yes' : `geheim-${name}`) },
  clock: systemClock,
  inventoryFolder: () => '/',
  // An endless body has to reach the limit before the deadline on a busy machine, too.
  maxBytes: 1_000_000,
  environment: { TOKEN: 'from the environment' },
};

interface Kind {
  readonly create: (more?: Partial<ServiceReaderOptions>) => ServiceReader<never>;
  readonly more: object;
}

/** Every reader of HTTP, and what its spec has beside an address. */
const kinds: Readonly<Partial<Record<HttpServiceKind, Kind>>> = {
  orchestrator: { create: () => createOrchestratorReader(options) as ServiceReader<never>, more: { discover: false } },
  prometheus: { create: () => createPrometheusReader(options) as unknown as ServiceReader<never>, more: {} },
};

function targetOf(kind: HttpServiceKind, url: string, more: object): ServiceTarget<never> {
  const spec = { name: 'main', url, tls: { mode: 'preferred' }, pollSeconds: 10, timeoutSeconds, ...more };
  return {
    kind,
    key: `${kind}:main`,
    name: 'main',
    spec,
    pollSeconds: 10,
    instances: {},
  } as unknown as ServiceTarget<never>;
}

for (const [name, { create, more }] of Object.entries(kinds)) {
  const kind = name as HttpServiceKind;
  describe(`the reader of ${kind}`, function () {
    this.timeout(30_000);
    const servers = new Servers();
    let reader: ServiceReader<never>;
    beforeEach(() => {
      reader = create();
    });
    afterEach(async () => {
      await reader.dispose();
      await servers.close();
    });

    async function read(url: string, spec: object = {}, signal = never): Promise<ServiceSnapshot> {
      const target = targetOf(kind, url, { ...more, ...spec });
      const reading = await reader.read(target, signal);
      return toServiceSnapshot<HttpServiceKind>(reading, target.spec, undefined);
    }

    async function failureOf(url: string, spec: object = {}): Promise<ServiceFailure> {
      const startedMs = performance.now();
      const { reach } = await read(url, spec);
      const elapsedMs = performance.now() - startedMs;
      assert.ok(elapsedMs < timeoutSeconds * 1000 + graceMs, `it took ${elapsedMs} ms`);
      assert.ok(reach.kind === 'failed', JSON.stringify(reach));
      return reach.failure;
    }

    for (const [title, reason, answer] of hostileServers) {
      it(`${title}: ${reason}`, async () => {
        const failure = await failureOf(await servers.serve(answer));
        assert.deepEqual(failure.reason, reason, failure.text);
        assert.notEqual(serviceFailureState(failure.reason), 'ok');
      });
    }

    it('is refused where nothing listens', async () => {
      const url = await servers.serve(() => undefined);
      await servers.close();
      assert.equal((await failureOf(url)).reason, 'refused');
    });

    it('asks by GET only, below the path of the address, and never follows', async () => {
      const asked: string[] = [];
      const url = await servers.serve(({ method, url: path }, response) => {
        asked.push(`${method ?? ''} ${path ?? ''}`);
        response.writeHead(302, { location: `http://127.0.0.1:1${path ?? ''}` }).end();
      });
      await failureOf(`${url}/prefix/`);
      assert.ok(asked.length > 0);
      for (const each of asked) assert.match(each, /^GET \/prefix\/[a-z]/);
    });

    const logins: readonly (readonly [string, CredentialSpec, string, string])[] = [
      [
        'user and password',
        { name: 'c', user: 'ops', password: { kind: 'secret', name: 'pw' } },
        'authorization',
        'Basic b3BzOmdlaGVpbS1wdw==',
      ],
      [
        'a token',
        { name: 'c', http: { kind: 'bearer', value: { kind: 'secret', name: 't' } } },
        'authorization',
        'Bearer geheim-t',
      ],
      [
        'a cookie',
        { name: 'c', http: { kind: 'cookie', name: 'access-token', value: { kind: 'secret', name: 'c' } } },
        'cookie',
        'access-token=geheim-c',
      ],
      [
        'the header of a proxy',
        { name: 'c', http: { kind: 'header', name: 'X-Cas-Uid', value: { kind: 'env', variable: 'TOKEN' } } },
        'x-cas-uid',
        'from the environment',
      ],
    ];
    for (const [title, credentials, header, value] of logins) {
      it(`logs in by ${title}, and no failure quotes it`, async () => {
        let sent: string | string[] | undefined;
        const url = await servers.serve(({ headers }, response) => {
          sent = headers[header];
          response.writeHead(401).end('no');
        });
        const failure = await failureOf(url, { credentials });
        assert.equal(sent, value);
        assert.equal(failure.reason, 'unauthorized');
        assert.doesNotMatch(JSON.stringify(failure), /geheim|environment/);
      });
    }

    it('sends no secret that would begin another header, and says whose it is', async () => {
      let isAsked = false;
      const url = await servers.serve((_, response) => {
        isAsked = true;
        response.end();
      });
      const failure = await failureOf(url, {
        credentials: { name: 'c', http: { kind: 'bearer', value: { kind: 'secret', name: 'evil' } } },
      });
      assert.deepEqual([failure.reason, isAsked], ['credentialsMissing', false]);
      assert.match(failure.text, /"c"/);
      assert.doesNotMatch(failure.text, /X-Admin/);
    });

    it('ends at once when it is called off', async () => {
      const abort = new AbortController();
      const url = await servers.serve(() => {
        abort.abort();
      });
      const { reach } = await read(url, { timeoutSeconds: 20 }, abort.signal);
      assert.equal(reach.kind === 'failed' && reach.failure.reason, 'cancelled');
    });

    it('keeps one connection from reading to reading, and lets go of it', async () => {
      const sockets = new Set<unknown>();
      const url = await servers.serve(({ socket }, response) => {
        sockets.add(socket);
        response.writeHead(500).end('x');
      });
      await read(url);
      await read(url);
      assert.equal(sockets.size, 1);
      reader.retain(new Set());
      await read(url);
      assert.equal(sockets.size, 2);
    });
  });
}
