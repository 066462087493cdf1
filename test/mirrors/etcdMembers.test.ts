import assert from 'node:assert/strict';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createEtcdReader } from '../../src/adapters/etcd/etcdReader';
import { systemClock } from '../../src/adapters/systemClock';
import { compareMirror } from '../../src/app/compareMirror';
import { diagnose } from '../../src/core/findings/diagnose';
import { placeOf } from '../../src/core/findings/mirrorFacts';
import { fleetLogic } from '../../src/core/fleetLogic';
import type { EtcdMirrorSpec } from '../../src/core/inventory/model';
import { linkMirror } from '../../src/core/mirror/linkMirror';
import type { MirrorReader } from '../../src/ports';
import { fleetOf } from '../core/findings/fleetBuilder';
import {
  isHealthy,
  putV3,
  requestV2,
  startCluster,
  startMembers,
  type EtcdCluster,
  type EtcdMember,
} from '../sandbox/etcdSandbox';
import { ProcessGroup, signal } from '../sandbox/processGroup';
import { findEtcd } from '../sandbox/serverKinds';
import { waitFor } from '../sandbox/waitFor';

const never = new AbortController().signal;
const { mirror: logic } = fleetLogic;
const timeoutSeconds = 4;
/** The machine may be busy, so that even an answer at the deadline comes late. */
const graceMs = 3_000;

/** A real cluster of three members, of which some are gone, and another cluster that it is mirrored to. */
describe('a side of an etcd mirror with several members', function () {
  this.timeout(90_000);
  let folder: string;
  let processes: ProcessGroup;
  let members: [EtcdMember, EtcdMember, EtcdMember];
  let destination: EtcdCluster;
  let reader: MirrorReader;
  /** Time that the test lets pass. */
  let skippedMs = 0;

  before(async () => {
    folder = mkdtempSync(path.join(realpathSync(tmpdir()), 'rd-members-'));
    processes = new ProcessGroup(folder);
    const binaries = await findEtcd();
    assert.ok(binaries, 'etcd is not installed');
    destination = await startCluster('copy', binaries, processes, folder);
    members = [...(await startMembers('three', binaries, processes, folder))];
    for (const url of [members[0].url, destination.url]) {
      await putV3(url, '/config/a', '1');
      await requestV2(url, '/conftool/a', 'PUT', { value: '1' });
    }
    await requestV2(destination.url, '/__replication/conftool', 'PUT', { value: '1' });
    reader = createEtcdReader({
      secrets: { get: () => Promise.resolve(undefined) },
      clock: { ...systemClock, now: () => Date.now() + skippedMs },
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

  const specOf = (api: 'v2' | 'v3', more: Partial<EtcdMirrorSpec> = {}): EtcdMirrorSpec => {
    const prefix = api === 'v2' ? '/conftool' : '/config/';
    return {
      ...{ name: api, api, source: members[0].url, otherSources: [members[1].url, members[2].url] },
      ...{ destination: destination.url, sourcePrefix: prefix, destinationPrefix: prefix },
      ...{ tls: { mode: 'preferred' }, pollSeconds: 5, timeoutSeconds },
      ...more,
    };
  };

  /** One reading by its deadline: who answered for the source, who did not, and what is said of it. */
  async function read(spec: EtcdMirrorSpec) {
    const startedMs = performance.now();
    const snapshot = logic.toMirrorSnapshot(await reader.read(spec, undefined, never), spec);
    const elapsedMs = performance.now() - startedMs;
    assert.ok(elapsedMs < timeoutSeconds * 1000 + graceMs, `it took ${elapsedMs} ms`);
    const findings = diagnose({ ...fleetOf(), mirrors: [linkMirror(spec, logic.addReading(undefined, snapshot))] });
    const { source, membersDown = [] } = snapshot;
    return {
      isRead: source.kind === 'read' && snapshot.destination.kind === 'read',
      /** Of `members`; -1: nobody. */
      answeredBy: source.kind === 'read' ? members.findIndex(({ url }) => source.request.includes(`${url}/`)) : -1,
      down: membersDown,
      findings: findings.map(({ id, severity }) => `${severity} ${id}`),
      words: JSON.stringify(findings),
    };
  }

  async function compare(spec: EtcdMirrorSpec): Promise<void> {
    const limits = { maxBytes: 1_000_000, deadlineMs: 10_000 };
    const compared = await compareMirror({ spec, reader, logic, clock: systemClock, ...limits }, never);
    assert.ok(compared.kind === 'ok', JSON.stringify(compared));
    assert.deepEqual([compared.value.compared, compared.value.items], [1, []]);
  }

  async function watch(spec: EtcdMirrorSpec): Promise<void> {
    const startedMs = performance.now();
    const events = await reader.readEvents(spec, { from: 1, scope: 'prefix', waitMs: 60_000 }, never);
    assert.ok(events.kind === 'ok', JSON.stringify(events));
    assert.ok(performance.now() - startedMs < 2 * timeoutSeconds * 1000 + graceMs, 'the watch fails over in time');
  }

  const stop = async (...which: number[]): Promise<void> => {
    for (const at of which) signal(members[at]!.process, 'SIGSTOP');
    await othersWork(which);
  };
  const go = async (...which: number[]): Promise<void> => {
    for (const at of which) signal(members[at]!.process, 'SIGCONT');
    await othersWork([]);
  };
  /** The one that is gone may have been the leader. */
  const othersWork = async (gone: readonly number[]): Promise<void> => {
    if (gone.length > 1) return;
    for (const [at, { url }] of members.entries()) {
      if (gone.includes(at)) continue;
      assert.ok(await waitFor(async () => ((await isHealthy(url)) ? true : undefined), 20_000), `${url} is ill`);
    }
  };
  const warning = ['warning mirror.sourceUnreachable'];

  for (const api of ['v2', 'v3'] as const) {
    describe(`by ${api}`, () => {
      it('is read from the first one, and nothing is said', async () => {
        const { answeredBy, findings, down } = await read(specOf(api));
        assert.deepEqual({ answeredBy, findings, down }, { answeredBy: 0, findings: [], down: [] });
      });

      it('is read within the deadline where the first one is silent, and later on without it', async () => {
        const spec = specOf(api);
        await stop(0);
        try {
          const first = await read(spec);
          assert.deepEqual([first.isRead, first.findings], [true, warning], first.words);
          assert.ok(first.answeredBy > 0, `${first.answeredBy}`);
          assert.ok(first.words.includes(placeOf(members[0].url)), first.words);
          assert.equal(first.down[0]?.failure.reason, 'hung');
          const later = await read(spec);
          assert.deepEqual([later.isRead, later.findings], [true, warning]);
          // Nobody asked it meanwhile: a silent member costs its part of a deadline.
          assert.deepEqual(later.down[0], first.down[0]);
          await Promise.all([compare(spec), watch(spec)]);
        } finally {
          await go(0);
        }
        assert.ok((await read(spec)).answeredBy > 0, 'it rests for a while');
        skippedMs += 61_000;
        const healed = await read(spec);
        assert.deepEqual([healed.answeredBy, healed.findings], [0, []], healed.words);
      });

      it('is compared and watched where the first one falls silent only then', async () => {
        await stop(0);
        try {
          // Each by a name of its own: what one has learnt of the members is not what the other one knows.
          await compare({ ...specOf(api), name: `${api} compared` });
          await watch({ ...specOf(api), name: `${api} watched` });
        } finally {
          await go(0);
        }
      });

      it('is read without the first one while that is not running, and from it as soon as it runs', async () => {
        const spec = specOf(api);
        await processes.kill(members[0].process);
        await othersWork([0]);
        const gone = await read(spec);
        assert.deepEqual([gone.isRead, gone.findings], [true, warning], gone.words);
        assert.equal(gone.down[0]?.failure.reason, 'refused');
        await Promise.all([compare(spec), watch(spec)]);
        members[0] = await members[0].restart();
        await othersWork([]);
        const healed = await read(spec);
        assert.deepEqual([healed.answeredBy, healed.findings], [0, []], healed.words);
      });

      it('has one finding that names them all where none answers', async () => {
        const spec = specOf(api);
        await stop(0, 1, 2);
        try {
          const none = await read(spec);
          assert.deepEqual(none.findings, ['critical mirror.sourceUnreachable'], none.words);
          for (const { url } of members) assert.ok(none.words.includes(placeOf(url)), none.words);
          assert.deepEqual((await read(spec)).findings, none.findings);
        } finally {
          await go(0, 1, 2);
        }
        // Without a rest: where nobody answers, everybody is asked again.
        assert.deepEqual((await read(spec)).findings, []);
      });
    });
  }

  it('fails over at the destination as well', async () => {
    const destinations = { destination: members[2].url, otherDestinations: [members[1].url] };
    const spec = specOf('v3', { source: destination.url, otherSources: [], ...destinations });
    await processes.kill(members[2].process);
    await othersWork([2]);
    const { isRead, findings } = await read(spec);
    assert.deepEqual([isRead, findings], [true, ['warning mirror.destinationUnreachable']]);
    members[2] = await members[2].restart();
    assert.deepEqual((await read(spec)).findings, []);
  });
});
