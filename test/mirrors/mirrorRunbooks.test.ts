import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { createServer, request as send, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { EtcdMirrorSpec } from '../../src/core/inventory/model';
import type { PlanStep, RunbookPlan } from '../../src/core/runbooks/plan';
import { getV3, putV3, requestV2, startEtcd, type EtcdSandbox } from '../sandbox/etcdSandbox';
import { ProcessGroup, type ServerProcess } from '../sandbox/processGroup';
import { findEtcd } from '../sandbox/serverKinds';
import { waitFor } from '../sandbox/waitFor';
import { MirrorLab } from './mirrorLab';

const password = 'canary "of\' the #mirror\\';

/** Recovery by the plans' own commands, on real etcd: afterwards the destination has every event of the source. */
describe('a mirror, brought back by its runbooks', function () {
  this.timeout(120_000);
  let folder: string;
  let processes: ProcessGroup;
  let etcd: EtcdSandbox;
  let lab: MirrorLab;
  let v2: EtcdMirrorSpec;
  let v3: EtcdMirrorSpec;
  let mirror: ServerProcess;

  before(async () => {
    folder = mkdtempSync(path.join(realpathSync(tmpdir()), 'rd-books-'));
    processes = new ProcessGroup(folder);
    const binaries = await findEtcd();
    assert.ok(binaries, 'etcd is not installed');
    etcd = await startEtcd(binaries, processes, folder);
    lab = new MirrorLab(folder, etcd, { MIRROR_PASSWORD: password });
    const toSpec = (api: 'v2' | 'v3'): EtcdMirrorSpec => {
      const found = etcd.mirrors.find((each) => each.api === api)!;
      const { name, source, destination, sourcePrefix, destinationPrefix, metrics } = found;
      return {
        ...{ name, api, source, destination, sourcePrefix, destinationPrefix, pollSeconds: 5, timeoutSeconds: 5 },
        tls: { mode: 'preferred' },
        ...(metrics === undefined ? {} : { metrics }),
      };
    };
    [v2, v3] = [toSpec('v2'), toSpec('v3')];
    lab.specs = [v2];
    mirror = etcd.mirrors.find(({ api }) => api === 'v2')!.process;
  });
  after(async () => {
    await lab.reader.dispose();
    await processes.killAll();
    await processes.end();
    rmSync(folder, { recursive: true, force: true });
  });

  const put = async (key: string, value: string): Promise<number> =>
    (await requestV2(etcd.source.url, key, 'PUT', { value })).index;
  /** Events outside the prefix, until the source stands there. */
  const busyUntil = async (index: number): Promise<void> => {
    const event = () => requestV2(etcd.source.url, '/busy', 'PUT', { value: 'x' });
    for (let { modifiedIndex: at } = (await event()).body.node; at < index;) {
      const events = await Promise.all(Array.from({ length: Math.min(20, index - at) }, event));
      at = Math.max(...events.map(({ body }) => body.node.modifiedIndex));
    }
  };
  const valueAt = async (key: string): Promise<string | undefined> =>
    (await requestV2(etcd.destination.url, key).catch(() => undefined))?.body.node.value;
  const indexOf = async (key = '/__replication/conftool'): Promise<number> => Number(await valueAt(key));
  const arrives = async (key: string, value: string): Promise<void> => {
    const there = await waitFor(async () => ((await valueAt(key)) === value ? true : undefined), 20_000);
    assert.ok(there, `${key} did not arrive. The mirror says:\n${readFileSync(mirror.logFile, 'utf8').slice(-800)}`);
  };
  const stop = () => processes.kill(mirror);
  const start = (how: Parameters<EtcdSandbox['startV2']>[0] = { reload: false }): void => {
    mirror = etcd.startV2(how);
  };
  /** Whether the source lets a mirror go on that stands at this index; a long poll that waits is given up. */
  const accepts = async (index: number): Promise<boolean> => {
    const url = `${etcd.source.url}/v2/keys/conftool?wait=true&recursive=true&waitIndex=${index + 1}`;
    const abort = new AbortController();
    const response = await fetch(url, { signal: abort.signal });
    const isRefused = response.status === 400;
    abort.abort();
    return !isRefused;
  };
  const stepOf = (plan: RunbookPlan, id: string): PlanStep => {
    assert.deepEqual(plan.blocked, []);
    return plan.steps.find((each) => each.id === id)!;
  };
  const carryOut = async (step: PlanStep): Promise<void> => {
    const ended = await lab.run(step.call);
    assert.equal(ended.code, 0, ended.output);
    const verified = await lab.verify(step, Date.now());
    assert.equal(verified.kind, 'done', JSON.stringify(verified));
  };
  /** All of the source's keys under the prefixes, with their values, are at the destination, and nothing else. */
  const nothingIsLost = async (name = v2.name): Promise<void> => {
    const { comparison } = await lab.mirror(name);
    assert.ok(comparison !== undefined);
    assert.deepEqual(comparison.items, []);
    assert.equal(comparison.pending, 0);
  };
  const blockedBy = ({ blocked }: RunbookPlan): string[] => blocked.map((reason) => /^[\w.]+/.exec(reason)?.[0] ?? '');

  it('after the incident, by moving its index: nothing is lost', async () => {
    await arrives('/conftool/v1/last', await put('/conftool/v1/last', 'before').then(() => 'before'));
    const old = await indexOf();
    await stop();
    await busyUntil(old + 1134);
    const plan = await lab.plan('mirror.advanceIndex', v2.name);
    const step = stepOf(plan, 'setIndex');
    // What happens from now on has to be copied when the mirror goes on.
    await put('/conftool/v1/last', 'while planned');
    await carryOut(step);
    assert.equal(await indexOf(), old + 1134);
    await put('/conftool/v1/new', 'while set');
    await requestV2(etcd.source.url, '/conftool/v1/mediawiki-config/eqiad/dbconfig', 'DELETE');
    start();
    await put('/conftool/v1/last', 'after');
    await arrives('/conftool/v1/last', 'after');
    await arrives('/conftool/v1/new', 'while set');
    await nothingIsLost();
  });

  it('by moving its index to just before what has happened meanwhile: nothing is lost', async () => {
    await stop();
    await busyUntil((await indexOf()) + 1100);
    const late = await put('/conftool/v1/last', 'late');
    await put('/conftool/v1/new', 'late, too');
    const step = stepOf(await lab.plan('mirror.advanceIndex', v2.name), 'setIndex');
    await carryOut(step);
    assert.equal(await indexOf(), late - 1);
    start();
    await arrives('/conftool/v1/last', 'late');
    await arrives('/conftool/v1/new', 'late, too');
    await nothingIsLost();
  });

  it('is refused where an event would be lost, and then reloaded: nothing is lost', async () => {
    await stop();
    const old = await indexOf();
    const lostIndex = await put('/conftool/v1/last', 'would be lost');
    await busyUntil(old + 1001);
    const asked: Record<string, string>[] = [{}, { index: String(lostIndex) }, { index: String(old + 999) }];
    for (const inputs of asked) {
      const plan = await lab.plan('mirror.advanceIndex', v2.name, inputs);
      assert.ok(blockedBy(plan).includes('index.nothingBefore'), plan.blocked.join('\n'));
      assert.match(plan.checks.find(({ id }) => id === 'index.nothingBefore')?.fix ?? '', /mirror\.reload/);
    }
    assert.deepEqual((await lab.plan('mirror.advanceIndex', v2.name)).steps, []);
    // Of what is deleted nobody can tell when.
    await requestV2(etcd.source.url, '/conftool/v1/new', 'DELETE');
    const deleted = await lab.plan('mirror.advanceIndex', v2.name);
    assert.ok(blockedBy(deleted).includes('contents.equal'), deleted.blocked.join('\n'));
    assert.match(deleted.checks.find(({ id }) => id === 'contents.equal')?.fix ?? '', /mirror\.reload/);

    const step = stepOf(await lab.plan('mirror.reload', v2.name), 'reload');
    assert.equal(step.effect, 'destructive');
    const startedMs = Date.now();
    const process = lab.start(step.call);
    let output = '';
    process.stderr?.on('data', (data: Buffer) => (output += data.toString()));
    try {
      const verified = await lab.verify(step, startedMs);
      assert.equal(verified.kind, 'done', JSON.stringify(verified));
      assert.equal(await valueAt('/conftool/v1/last'), 'would be lost');
      // Its index comes after the contents: ended before that, it would have to be loaded again.
      const isFollowing = (text: string): true | undefined =>
        text.includes('Starting replication') ? true : undefined;
      assert.ok(await waitFor(() => Promise.resolve(isFollowing(output)), 20_000), output);
    } finally {
      globalThis.process.kill(-process.pid!, 'SIGINT');
    }
    assert.ok(await waitFor(() => Promise.resolve(process.exitCode ?? process.signalCode ?? undefined), 10_000));
    await nothingIsLost();
  });

  it('is accepted by etcd 999 and 1000 events behind, and refused at 1001: the plan says the same', async () => {
    const old = await indexOf();
    await busyUntil(old + 1500);
    const source = old + 1500;
    for (const gap of [999, 1000, 1001]) {
      const plan = await lab.plan('mirror.advanceIndex', v2.name, { index: String(source - gap) });
      assert.deepEqual(blockedBy(plan), gap > 1000 ? ['index.inWindow'] : [], `gap ${gap}`);
      assert.equal(await accepts(source - gap), gap <= 1000, `gap ${gap}`);
    }
    const step = stepOf(await lab.plan('mirror.advanceIndex', v2.name, { index: String(source - 999) }), 'setIndex');
    await carryOut(step);
    // The last event that it can take before it has armed its watch.
    await put('/conftool/v1/last', 'from the edge');
    start();
    await arrives('/conftool/v1/last', 'from the edge');
    await nothingIsLost();
  });

  it('leaves the index alone where somebody else has moved it, and any other cluster', async () => {
    await stop();
    const old = await indexOf();
    await busyUntil(old + 900);
    const step = stepOf(await lab.plan('mirror.advanceIndex', v2.name), 'setIndex');
    await requestV2(etcd.destination.url, '/__replication/conftool', 'PUT', { value: String(old + 5) });
    const late = await lab.run(step.call);
    assert.notEqual(late.code, 0);
    assert.match(late.output, /412/);
    assert.equal(await indexOf(), old + 5);

    const text = JSON.stringify(step.call).replaceAll(etcd.destination.url, etcd.source.url);
    const other = await lab.run(JSON.parse(text) as PlanStep['call']);
    assert.notEqual(other.code, 0);
    assert.doesNotMatch(other.output, /412/, 'nothing was sent to the other cluster');
    await requestV2(etcd.destination.url, '/__replication/conftool', 'PUT', { value: String(old) });
  });

  it('gets its first index where both sides are equal, and none where they are not', async () => {
    await requestV2(etcd.destination.url, '/__replication/conftool', 'DELETE');
    await requestV2(etcd.destination.url, '/conftool/v1/foreign', 'PUT', { value: '1' });
    assert.ok(blockedBy(await lab.plan('mirror.setInitialIndex', v2.name)).includes('contents.equal'));
    await requestV2(etcd.destination.url, '/conftool/v1/foreign', 'DELETE');
    const step = stepOf(await lab.plan('mirror.setInitialIndex', v2.name), 'setIndex');
    await put('/conftool/v1/last', 'first index');
    await carryOut(step);
    assert.notEqual((await lab.run(step.call)).code, 0, 'a second time it is there already');
    start();
    await arrives('/conftool/v1/last', 'first index');
    await nothingIsLost();
  });

  describe('on its way to another prefix', () => {
    let proxy: Server;
    let isReadOnly = false;
    before(async () => {
      proxy = createServer((request, response) => {
        if (isReadOnly && !['GET', 'HEAD', 'OPTIONS'].includes(request.method ?? '')) {
          const body = { errorCode: 107, message: 'This cluster is in read-only mode', cause: '', index: 0 };
          response.writeHead(403, { 'content-type': 'application/json' }).end(JSON.stringify(body));
          return;
        }
        const { method, headers } = request;
        const through = send(
          `${etcd.source.url}${request.url ?? ''}`,
          { method: method ?? 'GET', headers },
          (answer) => {
            response.writeHead(answer.statusCode ?? 502, answer.headers);
            // A long poll is answered by its headers at once.
            response.flushHeaders();
            answer.pipe(response);
          },
        );
        through.on('error', () => response.destroy());
        response.on('close', () => through.destroy());
        request.pipe(through);
      });
      await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    });
    after(() => {
      proxy.closeAllConnections();
      proxy.close();
      lab.specs = [v2];
    });

    it('takes every step in order, and loses nothing', async () => {
      const address = proxy.address();
      assert.ok(typeof address === 'object' && address !== null);
      const source = `http://127.0.0.1:${address.port}`;
      const whole = { ...v2, name: 'conf-root', source, sourcePrefix: '/', destinationPrefix: '/' };
      lab.specs = [{ ...v2, source }, whole];
      await stop();
      const differs = await lab.plan('mirror.migratePrefix', v2.name);
      assert.ok(blockedBy(differs).includes('new.contentsEqual'), differs.blocked.join('\n'));
      // Cleaned up: what only the source has under the new prefix.
      await requestV2(etcd.source.url, '/busy', 'DELETE');

      const plan = await lab.plan('mirror.migratePrefix', v2.name);
      assert.deepEqual(plan.inputs['to'], 'conf-root');
      const writable = await lab.run(stepOf(plan, 'probe.source').call);
      assert.notEqual(writable.code, 0, 'the source still takes writes');
      isReadOnly = true;
      for (const id of ['probe.source', 'probe.destination', 'setIndex']) await carryOut(stepOf(plan, id));
      const written = await fetch(`${etcd.source.url}/v2/keys/_replideck_probe`);
      assert.equal(written.status, 404, 'the probe wrote nothing');

      start({ reload: false, prefix: '/' });
      await put('/elsewhere', 'is mirrored now');
      await put('/conftool/v1/last', 'still mirrored');
      await arrives('/elsewhere', 'is mirrored now');
      await arrives('/conftool/v1/last', 'still mirrored');
      await nothingIsLost('conf-root');
      await stop();
    });
  });

  it('of v3 is started with the stale keys gone', async () => {
    lab.specs = [v3];
    await processes.kill(etcd.mirrors.find(({ api }) => api === 'v3')!.process);
    await putV3(etcd.destination.url, '/config/stale one', 'left over');
    await putV3(etcd.source.url, '/config/feature/motd', 'new');
    const plan = await lab.plan('mirror.makeMirror', v3.name);
    await carryOut(stepOf(plan, 'removeStale'));
    assert.equal(await getV3(etcd.destination.url, '/config/stale one'), undefined);
    assert.equal(await getV3(etcd.source.url, '/config/feature/motd'), 'new');
    const step = stepOf(plan, 'makeMirror');
    const startedMs = Date.now();
    const running = lab.start(step.call);
    try {
      const verified = await lab.verify(step, startedMs);
      assert.equal(verified.kind, 'done', JSON.stringify(verified));
      await putV3(etcd.source.url, '/config/feature/motd', 'newer');
      const there = await waitFor(
        async () => ((await getV3(etcd.destination.url, '/config/feature/motd')) === 'newer' ? true : undefined),
        10_000,
      );
      assert.ok(there, 'it goes on copying');
    } finally {
      process.kill(-running.pid!, 'SIGINT');
    }
  });

  // Last, for it switches the logins of v2 on for good.
  describe('behind a login', () => {
    it('is moved with the login in a file, and its password is seen nowhere', async () => {
      const auth = async (url: string, place: string, method: string, body?: object): Promise<void> => {
        const headers = { authorization: `Basic ${Buffer.from(`root:${password}`).toString('base64')}` };
        const response = await fetch(`${url}/v2/auth/${place}`, {
          method,
          headers,
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        });
        assert.ok(response.ok, await response.text());
      };
      for (const { url } of [etcd.source, etcd.destination]) {
        await auth(url, 'users/root', 'PUT', { user: 'root', password });
        await auth(url, 'enable', 'PUT');
        await auth(url, 'roles/guest', 'PUT', { role: 'guest', revoke: { kv: { read: ['/*'], write: ['/*'] } } });
      }
      lab.specs = [v2];
      assert.ok((await lab.view()).findings.some(({ id }) => id === 'mirror.authRequired'));
      lab.specs = [
        { ...v2, credentials: { name: 'etcd', user: 'root', password: { kind: 'env', variable: 'MIRROR_PASSWORD' } } },
      ];
      const step = stepOf(await lab.plan('mirror.advanceIndex', v2.name), 'setIndex');
      assert.ok(!lab.command(step.call).includes('canary'));
      assert.match((await lab.run(step.call, 'wrong')).output, /401/);
      const ended = await lab.run(step.call, password);
      assert.equal(ended.code, 0, ended.output);
      assert.ok(!ended.output.includes('canary'), ended.output);
      const verified = await lab.verify(step, Date.now());
      assert.equal(verified.kind, 'done', JSON.stringify(verified));
    });
  });
});
