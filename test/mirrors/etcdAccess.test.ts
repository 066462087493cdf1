import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createEtcdReader } from '../../src/adapters/etcd/etcdReader';
import { systemClock } from '../../src/adapters/systemClock';
import { diagnose } from '../../src/core/findings/diagnose';
import { fleetLogic } from '../../src/core/fleetLogic';
import type { CredentialSpec, EtcdMirrorSpec } from '../../src/core/inventory/model';
import { linkMirror } from '../../src/core/mirror/linkMirror';
import type { MirrorState } from '../../src/core/mirror/model';
import type { EtcdFailure } from '../../src/core/mirror/reading';
import type { MirrorReader } from '../../src/ports';
import { fleetOf } from '../core/findings/fleetBuilder';
import { makeCertificates, type Certificates } from '../sandbox/certificates';
import { putV3, requestV2, startCluster, type EtcdCluster } from '../sandbox/etcdSandbox';
import { freePorts } from '../sandbox/freePorts';
import { ProcessGroup } from '../sandbox/processGroup';
import { findEtcd, type EtcdBinaries } from '../sandbox/serverKinds';

const never = new AbortController().signal;
const { mirror: logic } = fleetLogic;
const password = 'it\'s a #secret: \\ "ü"';

/** Everything between us and a real etcd: certificates, logins of both APIs, an API that is off, a side that is gone. */
describe('the way to an etcd mirror', function () {
  this.timeout(60_000);
  let folder: string;
  let processes: ProcessGroup;
  let binaries: EtcdBinaries;
  let certificates: Certificates;
  let plain: EtcdCluster;
  let reader: MirrorReader;
  const environment: Record<string, string> = { ETCD: password, WRONG: 'not it' };

  before(async () => {
    folder = mkdtempSync(path.join(realpathSync(tmpdir()), 'rd-access-'));
    processes = new ProcessGroup(folder);
    const found = await findEtcd();
    assert.ok(found, 'etcd is not installed');
    binaries = found;
    certificates = await makeCertificates(folder);
    plain = await startCluster('plain', binaries, processes, folder);
    await putV3(plain.url, '/config/a', '1');
  });
  // What one test knows of a mirror is not what the next one asks.
  beforeEach(() => {
    reader = createEtcdReader({
      secrets: { get: () => Promise.resolve(undefined) },
      clock: systemClock,
      inventoryFolder: () => folder,
      environment,
    });
  });
  afterEach(() => reader.dispose());
  after(async () => {
    await processes.killAll();
    await processes.end();
    rmSync(folder, { recursive: true, force: true });
  });

  const credentials = (variable: string, user = 'root'): { credentials: CredentialSpec } => ({
    credentials: { name: 'etcd', user, password: { kind: 'env', variable } },
  });
  const specOf = (api: 'v2' | 'v3', source: string, more: Partial<EtcdMirrorSpec> = {}): EtcdMirrorSpec => ({
    ...{ name: 'm', api, source, destination: plain.url },
    ...(api === 'v2'
      ? { sourcePrefix: '/conftool', destinationPrefix: '/conftool' }
      : { sourcePrefix: '/config/', destinationPrefix: '/config/' }),
    ...{ tls: { mode: 'preferred' }, pollSeconds: 5, timeoutSeconds: 3 },
    ...more,
  });
  /** An index at the destination, so that nothing but the way is wrong. */
  const setIndex = (index: number) => requestV2(plain.url, '/__replication/conftool', 'PUT', { value: String(index) });

  const read = async (spec: EtcdMirrorSpec): Promise<MirrorState> =>
    logic.addReading(undefined, logic.toMirrorSnapshot(await reader.read(spec, undefined, never), spec));
  /** The only findings that a reading gives, with what it says of each side. */
  async function judge(spec: EtcdMirrorSpec): Promise<{ ids: string[]; source?: EtcdFailure; words: string }> {
    const state = await read(spec);
    const findings = diagnose({ ...fleetOf(), mirrors: [linkMirror(spec, state)] });
    const { source } = state.snapshot;
    return {
      ids: findings.map(({ id }) => id),
      ...(source.kind === 'failed' ? { source: source.failure } : {}),
      words: JSON.stringify([state, findings]),
    };
  }
  const idsOf = async (spec: EtcdMirrorSpec): Promise<string[]> => (await judge(spec)).ids;

  describe('with TLS', () => {
    let secure: EtcdCluster;
    before(async () => {
      secure = await startCluster('secure', binaries, processes, folder, { tls: certificates.server });
      await setIndex(1);
    });

    it('is trusted by its own authority only', async () => {
      for (const api of ['v2', 'v3'] as const) {
        assert.deepEqual(await idsOf(specOf(api, secure.url, { tls: { mode: 'preferred', ca: certificates.ca } })), []);
      }
      const unknown = await judge(specOf('v3', secure.url));
      assert.deepEqual([unknown.ids, unknown.source?.reason], [['mirror.sourceUnreachable'], 'tlsFailed']);
    });

    it('tells a wrong authority and a wrong name from a side that is out of reach', async () => {
      const other = path.join(folder, 'other');
      mkdirSync(other);
      const { ca } = await makeCertificates(other);
      const wrong = await judge(specOf('v2', secure.url, { tls: { mode: 'preferred', ca } }));
      assert.deepEqual([wrong.ids, wrong.source?.reason], [['mirror.sourceUnreachable'], 'tlsFailed']);
      assert.match(wrong.words, /cannot be trusted/);

      const named = { mode: 'verify-identity', ca: certificates.ca, serverName: 'etcd.other.example' } as const;
      const name = await judge(specOf('v2', secure.url, { tls: named }));
      assert.deepEqual([name.ids, name.source?.reason], [['mirror.sourceUnreachable'], 'tlsFailed']);
      assert.deepEqual(await idsOf(specOf('v2', secure.url, { tls: { ...named, mode: 'verify-ca' } })), []);

      const [port = 0] = await freePorts(1);
      const closed = `https://127.0.0.1:${port}`;
      const gone = await judge(specOf('v2', closed, { tls: { mode: 'preferred', ca: certificates.ca } }));
      assert.deepEqual([gone.ids, gone.source?.reason], [['mirror.sourceUnreachable'], 'refused']);
      // http where https is spoken.
      const unencrypted = await judge(specOf('v2', secure.url.replace('https:', 'http:')));
      assert.deepEqual(unencrypted.ids, ['mirror.sourceUnreachable']);
    });
  });

  it('has no v2 API where etcd runs as it comes, and then says only that', async () => {
    const modern = await startCluster('modern', binaries, processes, folder, { speaksV2: false });
    await setIndex(1);
    assert.deepEqual(await idsOf(specOf('v2', modern.url)), ['mirror.v2Disabled']);
    const destination = specOf('v2', plain.url, { destination: modern.url });
    assert.deepEqual(await idsOf(destination), ['mirror.v2Disabled']);
    assert.deepEqual(await idsOf(specOf('v2', modern.url, { destination: modern.url })), ['mirror.v2Disabled']);
    assert.deepEqual(await idsOf(specOf('v3', modern.url)), []);
  });

  it('is one and the same cluster on both sides, under two names, by either API', async () => {
    const { index } = await setIndex(1);
    await setIndex(index + 1);
    const again = plain.url.replace('127.0.0.1', 'localhost');
    for (const api of ['v2', 'v3'] as const) {
      assert.deepEqual(await idsOf(specOf(api, again)), ['mirror.sameCluster'], api);
    }
  });

  describe('to sides that are gone or silent', () => {
    let silent: Server;
    let silentUrl: string;
    const held = new Set<{ destroy(): void }>();
    before(async () => {
      silent = createServer((socket) => held.add(socket.on('error', () => undefined)));
      await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
      const address = silent.address();
      assert.ok(typeof address === 'object' && address !== null);
      silentUrl = `http://127.0.0.1:${address.port}`;
    });
    after(() => {
      for (const socket of held) socket.destroy();
      silent.close();
    });

    it('names the side, and nothing else', async () => {
      const [port = 0] = await freePorts(1);
      await setIndex(1);
      for (const api of ['v2', 'v3'] as const) {
        for (const url of [`http://127.0.0.1:${port}`, silentUrl]) {
          const source = specOf(api, url, { timeoutSeconds: 1 });
          assert.deepEqual(await idsOf(source), ['mirror.sourceUnreachable'], `${api} ${url}`);
          const destination = specOf(api, plain.url, { destination: url, timeoutSeconds: 1 });
          assert.deepEqual(await idsOf(destination), ['mirror.destinationUnreachable'], `${api} ${url}`);
        }
      }
    });
  });

  describe('with a login', () => {
    let locked: EtcdCluster;
    const flags = ['--auth-token-ttl=1'];
    const start = (port?: number) =>
      startCluster('locked', binaries, processes, folder, { flags, ...(port === undefined ? {} : { port }) });
    const basic = `Basic ${Buffer.from(`root:${password}`).toString('base64')}`;
    const post = async (method: string, body: object): Promise<void> => {
      const response = await fetch(`${locked.url}/v3/auth/${method}`, { method: 'POST', body: JSON.stringify(body) });
      assert.ok(response.ok, `${method}: ${await response.text()}`);
    };
    const put = async (what: string, body?: object): Promise<void> => {
      const response = await fetch(`${locked.url}/v2/auth/${what}`, {
        method: 'PUT',
        headers: { authorization: basic, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      assert.ok(response.ok, `${what}: ${await response.text()}`);
    };
    before(async () => {
      locked = await start();
      await putV3(locked.url, '/config/a', '1');
      await requestV2(locked.url, '/conftool/a', 'PUT', { value: '1' });
      await put('users/root', { user: 'root', password });
      await put('users/weak', { user: 'weak', password });
      await put('enable');
      // Whoever comes without a login is a guest, and a guest may do everything at first.
      await put('roles/guest', { role: 'guest', revoke: { kv: { read: ['/*'], write: ['/*'] } } });
      for (const name of ['root', 'weak']) await post('user/add', { name, password });
      await post('role/add', { name: 'root' });
      await post('user/grant', { user: 'root', role: 'root' });
      await post('enable', {});
      await setIndex(1);
    });

    it('is let in with the right one by both APIs, and also where only one side asks for it', async () => {
      for (const api of ['v2', 'v3'] as const) {
        const told = await judge(specOf(api, locked.url, credentials('ETCD')));
        assert.deepEqual(told.ids, [], `${api} ${told.words}`);
      }
    });

    it('is told that the login is wrong, missing or may not read, with no password in the words', async () => {
      for (const api of ['v2', 'v3'] as const) {
        for (const more of [credentials('WRONG'), {}, credentials('ETCD', 'nobody'), credentials('ETCD', 'weak')]) {
          const { ids, source, words } = await judge(specOf(api, locked.url, more));
          const which = `${api} ${JSON.stringify(more)} ${words}`;
          assert.deepEqual([ids, source?.reason], [['mirror.authRequired'], 'authRequired'], which);
          for (const secret of Object.values(environment)) assert.ok(!words.includes(secret), which);
        }
      }
    });

    it('fetches another token where the last one has run out, or etcd was started anew', async () => {
      const spec = specOf('v3', locked.url, credentials('ETCD'));
      assert.deepEqual(await idsOf(spec), []);
      // Its life is one second, and etcd looks every second or so; that it is over, nobody tells beforehand.
      await new Promise((resolve) => setTimeout(resolve, 3_000));
      assert.deepEqual(await idsOf(spec), []);
      await processes.kill(locked.process);
      const ended = await judge(spec);
      assert.deepEqual([ended.ids, ended.source?.reason], [['mirror.sourceUnreachable'], 'refused'], ended.words);
      locked = await start(Number(new URL(locked.url).port));
      assert.equal(locked.url, spec.source);
      assert.deepEqual(await idsOf(spec), []);
    });

    it('reads contents and events with it, too', async () => {
      for (const api of ['v2', 'v3'] as const) {
        const spec = specOf(api, locked.url, credentials('ETCD'));
        const limits = { maxBytes: 1_000_000, deadlineMs: 5_000 };
        const contents = await reader.readContents(spec, 'source', limits, never);
        assert.ok(contents.kind === 'ok', `${api} ${JSON.stringify(contents)}`);
        assert.equal(contents.value.contents.size, 1);
        const events = await reader.readEvents(spec, { scope: 'prefix', waitMs: 200 }, never);
        assert.equal(events.kind, 'ok', `${api} ${JSON.stringify(events)}`);
      }
    });
  });
});
