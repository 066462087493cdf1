import assert from 'node:assert/strict';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { createServer, request as httpRequest, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createEtcdReader } from '../../src/adapters/etcd/etcdReader';
import { systemClock } from '../../src/adapters/systemClock';
import { compareMirror } from '../../src/app/compareMirror';
import { diagnose } from '../../src/core/findings/diagnose';
import type { Finding } from '../../src/core/findings/finding';
import { fleetLogic } from '../../src/core/fleetLogic';
import type { EtcdMirrorSpec } from '../../src/core/inventory/model';
import { linkMirror } from '../../src/core/mirror/linkMirror';
import type { MirrorState } from '../../src/core/mirror/model';
import type { MirrorReader } from '../../src/ports';
import { fleetOf } from '../core/findings/fleetBuilder';
import { getV3, isHealthy, postV3, putV3, requestV2, startEtcd, type EtcdSandbox } from '../sandbox/etcdSandbox';
import { freePorts } from '../sandbox/freePorts';
import { ProcessGroup, signal } from '../sandbox/processGroup';
import { findEtcd, type EtcdBinaries } from '../sandbox/serverKinds';
import { waitFor } from '../sandbox/waitFor';

const never = new AbortController().signal;
const { mirror: logic } = fleetLogic;

/** What befalls mirrors, done to real ones: each trouble and the end of it. */
describe('a mirror in trouble', function () {
  this.timeout(60_000);
  let folder: string;
  let processes: ProcessGroup;
  let binaries: EtcdBinaries;
  let etcd: EtcdSandbox;
  let reader: MirrorReader;

  before(async () => {
    folder = mkdtempSync(path.join(realpathSync(tmpdir()), 'rd-troubles-'));
    processes = new ProcessGroup(folder);
    const found = await findEtcd();
    assert.ok(found, 'etcd is not installed');
    binaries = found;
    etcd = await startEtcd(binaries, processes, folder);
    reader = createEtcdReader({
      secrets: { get: () => Promise.resolve(undefined) },
      clock: systemClock,
      inventoryFolder: () => folder,
      environment: {},
    });
  });
  after(async () => {
    await reader.dispose();
    await processes.killAll();
    await processes.end();
    rmSync(folder, { recursive: true, force: true });
  });

  const mirrorOf = (api: 'v2' | 'v3') => etcd.mirrors.find((each) => each.api === api)!;
  function specOf(api: 'v2' | 'v3', more: Partial<EtcdMirrorSpec> = {}): EtcdMirrorSpec {
    const { name, source, destination, sourcePrefix, destinationPrefix, metrics } = mirrorOf(api);
    return {
      ...{ name, api, source, destination, sourcePrefix, destinationPrefix },
      ...{ tls: { mode: 'preferred' }, pollSeconds: 5, timeoutSeconds: 5 },
      ...(metrics === undefined ? {} : { metrics }),
      ...more,
    };
  }
  const read = async (spec: EtcdMirrorSpec, before?: MirrorState): Promise<MirrorState> =>
    logic.addReading(before, logic.toMirrorSnapshot(await reader.read(spec, logic.waitIndexOf(before), never), spec));
  const judge = (spec: EtcdMirrorSpec, state: MirrorState): readonly Finding[] =>
    diagnose({ ...fleetOf(), mirrors: [linkMirror(spec, state)] });
  async function compared(spec: EtcdMirrorSpec): Promise<readonly Finding[]> {
    const limits = { maxBytes: 10_000_000, deadlineMs: 10_000 };
    const outcome = await compareMirror({ spec, reader, logic, clock: systemClock, ...limits }, never);
    assert.ok(outcome.kind === 'ok', JSON.stringify(outcome));
    return judge(spec, { ...(await read(spec)), comparison: outcome.value });
  }
  const idsOf = (findings: readonly Finding[]): string[] => findings.map(({ id }) => id);
  const evidenceOf = ([finding]: readonly Finding[]): string => JSON.stringify(finding?.evidence);

  describe('whose process', () => {
    const put = (value: string) => requestV2(etcd.source.url, '/conftool/v1/moves', 'PUT', { value });
    const applied = async (index: number): Promise<void> => {
      const there = await waitFor(async () => {
        const { body } = await requestV2(etcd.destination.url, '/__replication/conftool');
        return Number(body.node.value) >= index ? true : undefined;
      }, 20_000);
      assert.ok(there, `event ${index} was not mirrored`);
    };

    it('is stopped: an event waits, and nothing is said of a process that may only be slow to answer', async () => {
      const spec = specOf('v2', { timeoutSeconds: 1 });
      await applied((await put('0')).index);
      const first = await read(spec);
      assert.deepEqual(idsOf(judge(spec, first)), []);
      const mirror = mirrorOf('v2');
      signal(mirror.process, 'SIGSTOP');
      try {
        const { index } = await put('1');
        let state = await read(spec, first);
        const stalled = await waitFor(async () => {
          state = await read(spec, state);
          return idsOf(judge(spec, state)).includes('mirror.stalled') ? state : undefined;
        }, 10_000);
        assert.ok(stalled, 'it is not called stalled');
        const { process } = stalled.snapshot;
        assert.equal(process.kind === 'failed' && process.failure.reason, 'hung');
        assert.deepEqual(idsOf(judge(spec, stalled)), ['mirror.stalled']);
        signal(mirror.process, 'SIGCONT');
        await applied(index);
        assert.deepEqual(idsOf(judge(spec, await read(spec, state))), []);
      } finally {
        signal(mirror.process, 'SIGCONT');
      }
    });

    it('has ended: it is called down with the headroom left, until it runs again', async () => {
      const spec = specOf('v2');
      const mirror = mirrorOf('v2');
      await processes.kill(mirror.process);
      const { index } = await put('2');
      const state = await read(spec);
      const findings = judge(spec, state);
      assert.deepEqual(
        findings.map(({ id, severity }) => `${severity} ${id}`),
        ['critical mirror.processDown'],
      );
      assert.match(evidenceOf(findings), /ECONNREFUSED|refused/);
      assert.match(findings[0]?.remedy ?? '', /\(999 events now\)/);
      // A plain start goes on where it stopped, as the remedy says.
      mirror.process = etcd.startV2({ reload: false });
      await applied(index);
      assert.deepEqual(idsOf(judge(spec, await read(spec, state))), []);
    });
  });

  describe('whose source has compacted its history', () => {
    const source = () => etcd.source.url;
    const copied = async (key: string, value: string): Promise<void> => {
      const there = await waitFor(
        async () => ((await getV3(etcd.destination.url, key)) === value ? true : undefined),
        20_000,
      );
      assert.ok(there, `${key} is not ${value}`);
    };
    const compact = async (): Promise<number> => {
      const { header } = (await postV3(source(), 'range', { key: 'YQ==' })) as { header: { revision: string } };
      await postV3(source(), 'compaction', { revision: header.revision });
      return Number(header.revision);
    };

    it('is called compacted once it has missed what is gone, and well after a start without an index', async () => {
      const spec = specOf('v3');
      const mirror = mirrorOf('v3');
      for (const key of ['a', 'b', 'last']) await putV3(source(), `/config/${key}`, '1');
      await copied('/config/last', '1');
      await processes.kill(mirror.process);
      await putV3(source(), '/config/a', '2');
      await putV3(source(), '/config/b', '2');
      await putV3(source(), '/config/new', '1');
      // The history is still there: make-mirror would find what it has missed.
      assert.deepEqual(idsOf(await compared(spec)), ['mirror.drift']);

      await putV3(source(), '/elsewhere', '1');
      const compactRevision = await compact();
      const findings = await compared(spec);
      assert.deepEqual(
        findings.map(({ id, severity }) => `${severity} ${id}`),
        ['critical mirror.compacted'],
      );
      assert.match(evidenceOf(findings), new RegExp(`compact_revision ${compactRevision}`));
      assert.match(evidenceOf(findings), /\(\/config\/last\) is copied, revision \d+ \(\/config\/a\) is not/);

      mirror.process = etcd.startV3();
      await copied('/config/new', '1');
      await copied('/config/b', '2');
      assert.deepEqual(idsOf(await compared(spec)), []);
    });

    it('is not called so for a copy that was written over by hand', async () => {
      const spec = specOf('v3');
      await putV3(source(), '/config/last', '2');
      await copied('/config/last', '2');
      await putV3(etcd.destination.url, '/config/last', 'by hand');
      await putV3(source(), '/elsewhere', '2');
      await compact();
      assert.deepEqual(idsOf(await compared(spec)), ['mirror.drift']);
      await putV3(source(), '/config/last', '3');
      await copied('/config/last', '3');
    });
  });

  describe('whose destination stands behind a read-only proxy', () => {
    let own: string;
    let webServer: Server;
    before(async () => {
      // etcd's own proxy of the v2 API.
      const [port = 0] = await freePorts(1);
      own = `http://127.0.0.1:${port}`;
      const cluster = `conf-codfw=${await peerUrlOf(etcd.destination.url)}`;
      const flags = [`--listen-client-urls=${own}`, `--initial-cluster=${cluster}`, '--proxy=readonly'];
      const place = path.join(folder, 'proxy');
      const log = path.join(folder, 'proxy.log');
      processes.start('proxy', binaries.etcd, [...flags, `--data-dir=${place}`], log, folder);
      assert.ok(await waitFor(async () => ((await isHealthy(own)) ? true : undefined), 20_000), 'no proxy');

      // As web servers are set up before etcd: `limit_except GET HEAD OPTIONS { deny all; }`.
      const said = { errorCode: 107, message: 'This cluster is in read-only mode', cause: 'Cluster configured to be' };
      webServer = createServer((asked, response) => {
        if (!['GET', 'HEAD', 'OPTIONS'].includes(asked.method ?? '')) {
          response.writeHead(403, { 'content-type': 'application/json' }).end(JSON.stringify({ ...said, index: 0 }));
          return;
        }
        httpRequest(
          `${etcd.destination.url}${asked.url ?? ''}`,
          { headers: { accept: 'application/json' } },
          (answer) => {
            response.writeHead(answer.statusCode ?? 502, answer.headers);
            answer.pipe(response);
          },
        ).end();
      });
      await new Promise<void>((resolve) => webServer.listen(0, '127.0.0.1', resolve));
    });
    after(() => {
      webServer.close();
      webServer.closeAllConnections();
    });
    const peerUrlOf = async (url: string): Promise<string> => {
      const answer = await fetch(`${url}/v2/members`);
      const { members } = (await answer.json()) as { members: { peerURLs: string[] }[] };
      return members[0]!.peerURLs[0]!;
    };
    const proxies = () => ({
      'that of etcd itself': own,
      'a web server': `http://127.0.0.1:${(webServer.address() as AddressInfo).port}`,
    });

    it('is told so by v2 with the contents, which are read and compared all the same', async () => {
      assert.deepEqual(idsOf(await compared(specOf('v2'))), []);
      for (const [name, destination] of Object.entries(proxies())) {
        const findings = await compared(specOf('v2', { destination }));
        assert.deepEqual(
          findings.map(({ id, severity }) => `${severity} ${id}`),
          ['info mirror.destinationReadOnly'],
          name,
        );
        assert.match(evidenceOf(findings), /HTTP (403|501)/, name);
      }
    });

    it('is told by v3 that this address cannot be read', async () => {
      for (const [name, destination] of Object.entries(proxies())) {
        const spec = specOf('v3', { destination });
        const findings = judge(spec, await read(spec));
        assert.deepEqual(
          findings.map(({ id, severity }) => `${severity} ${id}`),
          ['warning mirror.destinationReadOnly'],
          name,
        );
        const source = specOf('v3', { source: destination, destination: etcd.source.url });
        assert.deepEqual(idsOf(judge(source, await read(source))), ['mirror.sourceUnreachable'], name);
      }
    });
  });
});
