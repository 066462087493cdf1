import assert from 'node:assert/strict';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createEtcdReader } from '../../src/adapters/etcd/etcdReader';
import { systemClock } from '../../src/adapters/systemClock';
import { compareMirror } from '../../src/app/compareMirror';
import { diagnose } from '../../src/core/findings/diagnose';
import { fleetLogic } from '../../src/core/fleetLogic';
import type { EtcdMirrorSpec } from '../../src/core/inventory/model';
import { eventJudge } from '../../src/core/mirror/judgeEvent';
import { linkMirror } from '../../src/core/mirror/linkMirror';
import type { LinkedMirror, MirrorComparison, MirrorState } from '../../src/core/mirror/model';
import { firstEvents, type SourceEvent, type SourceEvents } from '../../src/core/mirror/sourceEvents';
import type { MirrorReader } from '../../src/ports';
import { fleetOf } from '../core/findings/fleetBuilder';
import { getV3, postV3, putV3, requestV2, startEtcd, type EtcdSandbox } from '../sandbox/etcdSandbox';
import { ProcessGroup, signal } from '../sandbox/processGroup';
import { findEtcd } from '../sandbox/serverKinds';
import { waitFor } from '../sandbox/waitFor';

const never = new AbortController().signal;
const { mirror: logic } = fleetLogic;

/** Real etcd, twice, with a faithful mirror between them: what the database servers are does not matter here. */
describe('an etcd mirror, read', function () {
  this.timeout(60_000);
  let folder: string;
  let processes: ProcessGroup;
  let etcd: EtcdSandbox;
  let reader: MirrorReader;
  let v2: EtcdMirrorSpec;
  let v3: EtcdMirrorSpec;

  before(async () => {
    folder = mkdtempSync(path.join(realpathSync(tmpdir()), 'rd-etcd-'));
    processes = new ProcessGroup(folder);
    const binaries = await findEtcd();
    assert.ok(binaries, 'etcd is not installed');
    etcd = await startEtcd(binaries, processes, folder);
    const toSpec = (api: 'v2' | 'v3'): EtcdMirrorSpec => {
      const { name, source, destination, sourcePrefix, destinationPrefix, metrics } = etcd.mirrors.find(
        (each) => each.api === api,
      )!;
      const ends = { name, api, source, destination, sourcePrefix, destinationPrefix };
      const settings = { tls: { mode: 'preferred' }, pollSeconds: 5, timeoutSeconds: 5 } as const;
      return { ...ends, ...settings, ...(metrics === undefined ? {} : { metrics }) };
    };
    v2 = toSpec('v2');
    v3 = toSpec('v3');
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

  const read = async (spec: EtcdMirrorSpec, before?: MirrorState): Promise<MirrorState> =>
    logic.addReading(before, logic.toMirrorSnapshot(await reader.read(spec, logic.waitIndexOf(before), never), spec));
  const idsOf = (mirror: LinkedMirror): string[] => diagnose({ ...fleetOf(), mirrors: [mirror] }).map(({ id }) => id);
  const put = (key: string, form: Record<string, string>) => requestV2(etcd.source.url, key, 'PUT', form);
  const indexKey = '/__replication/conftool';
  const replicatedIndex = async (): Promise<number> =>
    Number((await requestV2(etcd.destination.url, indexKey)).body.node.value);
  const applied = async (index: number): Promise<void> => {
    const there = await waitFor(async () => ((await replicatedIndex()) >= index ? true : undefined), 10_000);
    assert.ok(there, `event ${index} was not mirrored`);
  };

  async function compare(spec: EtcdMirrorSpec): Promise<MirrorComparison> {
    const limits = { maxBytes: 10_000_000, deadlineMs: 10_000 };
    const outcome = await compareMirror({ spec, reader, logic, clock: systemClock, ...limits }, never);
    assert.ok(outcome.kind === 'ok', JSON.stringify(outcome));
    return outcome.value;
  }

  it('knows both indexes, both clusters and the process', async () => {
    const { snapshot, samples } = await read(v2);
    const { source, destination, process } = snapshot;
    assert.ok(
      source.kind === 'read' && destination.kind === 'read' && process.kind === 'read',
      JSON.stringify(snapshot),
    );
    assert.equal(destination.value.indexKey.kind, 'read');
    assert.notEqual(source.value.clusterId, destination.value.clusterId);
    assert.equal(samples.length, 1);
    assert.match(source.request, /\/v2\/keys\/conftool\/_replideck$/);
    assert.match(destination.request, /\/v2\/keys\/__replication\/conftool$/);
  });

  it('sees that nothing waits while other keys are busy, and an event where one waits', async () => {
    const { index } = await put('/conftool/v1/moves', { value: '1' });
    await applied(index);
    for (let event = 0; event < 5; event += 1) await put('/other', { value: String(event) });
    const first = await read(v2);
    const quiet = await read(v2, first);
    assert.ok(quiet.snapshot.source.kind === 'read');
    assert.deepEqual(quiet.snapshot.source.value.waiting, { kind: 'none' });
    assert.equal(linkMirror(v2, quiet).distance.gap, 5);

    const mirror = etcd.mirrors.find(({ api }) => api === 'v2')!;
    signal(mirror.process, 'SIGSTOP');
    try {
      const waiting = await put('/conftool/v1/waits', { value: '1' });
      const third = await read(v2, quiet);
      assert.ok(third.snapshot.source.kind === 'read');
      assert.deepEqual(third.snapshot.source.value.waiting, {
        ...{ kind: 'event', index: waiting.index, action: 'set', key: '/conftool/v1/waits' },
      });
      // Once is no proof; as many seconds later it is one.
      assert.deepEqual(idsOf(linkMirror(v2, third)), []);
      const stalled = await waitFor(async () => {
        const fourth = await read(v2, third);
        return idsOf(linkMirror(v2, fourth)).includes('mirror.stalled') ? true : undefined;
      }, 10_000);
      assert.ok(stalled, 'it is not called stalled');
    } finally {
      signal(mirror.process, 'SIGCONT');
    }
    await applied((await put('/conftool/v1/moves', { value: '2' })).index);
  });

  describe('contents', () => {
    const conf = '/conftool/v1/drift';
    const kinds = ({ items }: MirrorComparison) => items.map(({ key, kind }) => `${kind} ${key.slice(conf.length)}`);
    const whyOf = ({ items }: MirrorComparison, key: string) =>
      items.find((item) => item.key === conf + key)?.why ?? '';

    it('are equal on a healthy mirror', async () => {
      const { index } = await put(`${conf}/a`, { value: '1' });
      await applied(index);
      const compared = await compare(v2);
      assert.deepEqual(kinds(compared), []);
      assert.ok(compared.compared >= 5, `${compared.compared} keys`);
    });

    it('differ by each action that the mirror skips, and say which', async () => {
      for (const key of ['/updated', '/deleted', '/swapped', '/gone']) await put(conf + key, { value: '1' });
      await applied((await put(`${conf}/expires`, { value: '1', ttl: '100' })).index);
      await put(`${conf}/updated`, { value: '2', prevExist: 'true' });
      await requestV2(etcd.source.url, `${conf}/deleted?prevValue=1`, 'DELETE');
      // What compareAndSwap and delete change is copied.
      await put(`${conf}/swapped`, { value: '2', prevValue: '1' });
      await requestV2(etcd.source.url, `${conf}/gone`, 'DELETE');
      await put(`${conf}/expires`, { refresh: 'true', ttl: '200', prevExist: 'true' });
      // As the copy does when its time is over.
      await requestV2(etcd.destination.url, `${conf}/expires`, 'DELETE');
      await requestV2(etcd.destination.url, `${conf}/foreign`, 'PUT', { value: '1' });
      await applied((await put(`${conf}/a`, { value: '2' })).index);

      const compared = await compare(v2);
      assert.deepEqual(kinds(compared), ['extra /deleted', 'missing /expires', 'extra /foreign', 'different /updated']);
      assert.match(whyOf(compared, '/updated'), /by `update`/);
      assert.match(whyOf(compared, '/deleted'), /by `compareAndDelete`/);
      assert.match(whyOf(compared, '/expires'), /TTL/);
      const { skippedActions } = compared;
      assert.ok(skippedActions !== undefined && skippedActions.update >= 2 && skippedActions.compareAndDelete >= 1);
      const ids = idsOf(linkMirror(v2, { ...(await read(v2)), comparison: compared }));
      assert.deepEqual(ids, ['mirror.drift', 'mirror.ignoresActions']);
    });

    it('leave out what the mirror ignores, by a match of the whole key', async () => {
      const ignore = { ...v2, ignoreKeys: `${conf}/(deleted|expires|foreign|updated)` };
      assert.deepEqual(kinds(await compare(ignore)), []);
      assert.equal(kinds(await compare({ ...v2, ignoreKeys: `${conf}/upd` })).length, 4);
    });

    it('of v3 are compared, and lost leases are told', async () => {
      assert.deepEqual(kinds(await compare(v3)), []);
      const granted = await fetch(`${etcd.source.url}/v3/lease/grant`, { method: 'POST', body: '{"TTL":"600"}' });
      const { ID: lease } = (await granted.json()) as { ID: string };
      const [key, value] = ['/config/lock', 'held'].map((text) => Buffer.from(text).toString('base64'));
      await postV3(etcd.source.url, 'put', { key, value, lease });
      const copied = await waitFor(() => getV3(etcd.destination.url, '/config/lock'), 10_000);
      assert.equal(copied, 'held');
      const leased = await compare(v3);
      assert.equal(leased.leasesLost, 1);
      const told = idsOf(linkMirror(v3, { ...(await read(v3)), comparison: leased }));
      assert.deepEqual(told, ['mirror.leasesLost']);
      await postV3(etcd.source.url, 'deleterange', { key });
      const gone = await waitFor(
        async () => ((await getV3(etcd.destination.url, '/config/lock')) === undefined ? true : undefined),
        10_000,
      );
      assert.ok(gone, 'make-mirror deletes it while it runs');
      await putV3(etcd.destination.url, '/config/feature/motd', 'changed by hand');
      const compared = await compare(v3);
      assert.equal(compared.different, 1);
      assert.equal(compared.items[0]?.destinationValue, 'changed by hand');
      assert.deepEqual(idsOf(linkMirror(v3, { ...(await read(v3)), comparison: compared })), ['mirror.drift']);
    });
  });

  describe('whose source is watched', () => {
    const waitMs = 400;
    const ask = async (spec: EtcdMirrorSpec, from?: number, wait = waitMs): Promise<SourceEvents> => {
      const question = { ...(from === undefined ? {} : { from }), scope: 'keyspace' as const, waitMs: wait };
      const outcome = await reader.readEvents(spec, question, never);
      assert.ok(outcome.kind === 'ok', JSON.stringify(outcome));
      return outcome.value;
    };
    /** All events from an index on that are there. */
    const allFrom = async (spec: EtcdMirrorSpec, from: number): Promise<readonly SourceEvent[]> => {
      const seen: SourceEvent[] = [];
      for (let next = from; ;) {
        const answer = await ask(spec, next);
        if (answer.events.length === 0) return seen;
        seen.push(...answer.events);
        ({ next } = answer);
      }
    };

    it('tells the fate of each action, and of what is not under the prefix', async () => {
      const before = (await requestV2(etcd.source.url, '/')).index;
      await put('/conftool/w/a', { value: '1' });
      await put('/conftool/w/a', { value: '2', prevExist: 'true' });
      await put('/conftool/w/c', { value: '1' });
      await put('/conftool/w/c', { value: '3', prevValue: '1' });
      await put('/conftool/w/ignored', { value: '1' });
      await put('/spicerack/w', { value: '1' });
      await requestV2(etcd.source.url, '/conftool/w/a?prevValue=2', 'DELETE');
      await put('/conftool/w/b', { value: '1', prevExist: 'false' });
      const { index } = await requestV2(etcd.source.url, '/conftool/w/b', 'DELETE');
      await applied(index);
      const judge = eventJudge({ ...v2, ignoreKeys: '/conftool/w/ign.*' });
      const events = await allFrom(v2, before + 1);
      assert.deepEqual(
        events.map((event) => [event.index - before, event.action, event.key, judge(event, index - 1).fate]),
        [
          [1, 'set', '/conftool/w/a', 'mirrored'],
          [2, 'update', '/conftool/w/a', 'skipped'],
          [3, 'set', '/conftool/w/c', 'mirrored'],
          [4, 'compareAndSwap', '/conftool/w/c', 'mirrored'],
          [5, 'set', '/conftool/w/ignored', 'ignored'],
          [6, 'set', '/spicerack/w', 'outside'],
          [7, 'compareAndDelete', '/conftool/w/a', 'skipped'],
          [8, 'create', '/conftool/w/b', 'mirrored'],
          [9, 'delete', '/conftool/w/b', 'waiting'],
        ],
      );
      // What the mirror has not deleted.
      await requestV2(etcd.destination.url, '/conftool/w/a', 'DELETE');
    });

    it('begins with the last few events that are there, and goes on after one that has left the window', async () => {
      const { index } = await requestV2(etcd.source.url, '/');
      const first = await ask(v2);
      assert.equal(first.index, index);
      assert.ok(first.next > index - firstEvents && first.next <= index, JSON.stringify(first));
    });

    it('waits for the next event without holding up a reading, and ends at the abort', async () => {
      const { index } = await requestV2(etcd.source.url, '/');
      const waiting = ask(v2, index + 1, 20_000);
      const { snapshot } = await read(v2);
      assert.equal(snapshot.source.kind, 'read');
      await put('/conftool/w/later', { value: '1' });
      assert.deepEqual((await waiting).events, [{ index: index + 1, action: 'set', key: '/conftool/w/later' }]);

      const abort = new AbortController();
      const question = { from: index + 2, scope: 'keyspace', waitMs: 60_000 } as const;
      const ended = reader.readEvents(v2, question, abort.signal);
      abort.abort();
      const outcome = await ended;
      assert.ok(outcome.kind === 'failed' && outcome.reason.reason === 'cancelled', JSON.stringify(outcome));
      // Nothing for as long as it was told to wait is an answer, too.
      assert.deepEqual(await ask(v2, index + 2), { events: [], next: index + 2, index: index + 1 });
    });

    it('sees the prefix only where it is asked to', async () => {
      const { index } = await put('/spicerack/w', { value: '2' });
      const outcome = await reader.readEvents(v2, { from: index, scope: 'prefix', waitMs }, never);
      assert.ok(outcome.kind === 'ok' && outcome.value.events.length === 0, JSON.stringify(outcome));
    });

    it('of v3, through the gateway, with leases, and after a compaction', async () => {
      await putV3(etcd.source.url, '/elsewhere', '1');
      await putV3(etcd.source.url, '/config/w', '1');
      const first = await ask(v3);
      const from = first.events.at(-1)!.index;
      assert.deepEqual(first.events.at(-1), { index: from, action: 'create', key: '/config/w' });
      const waiting = ask(v3, first.next, 20_000);
      await putV3(etcd.source.url, '/config/w', '2');
      assert.deepEqual((await waiting).events, [{ index: from + 1, action: 'put', key: '/config/w' }]);
      await postV3(etcd.source.url, 'deleterange', { key: Buffer.from('/config/w').toString('base64') });
      assert.deepEqual((await ask(v3, from + 2)).events, [{ index: from + 2, action: 'delete', key: '/config/w' }]);
      await postV3(etcd.source.url, 'compaction', { revision: String(from + 2) });
      assert.equal((await ask(v3, from)).next, from + 2);
    });
  });

  // Last, for it ends the mirror.
  describe('at the end of the window', () => {
    it('is within it with a gap of 1000 and lost with one of 1001, as etcd itself says', async () => {
      const mirror = etcd.mirrors.find(({ api }) => api === 'v2')!;
      await processes.kill(mirror.process);
      const replicated = await replicatedIndex();
      const { index } = await requestV2(etcd.source.url, '/');
      for (let event = index; event < replicated + 999; event += 1) await put('/other', { value: String(event) });
      let state = await read(v2);
      for (const gap of [999, 1000, 1001]) {
        if (gap > 999) await put('/other', { value: String(gap) });
        state = await read(v2, state);
        const { distance } = linkMirror(v2, state);
        assert.deepEqual([distance.gap, distance.headroom], [gap, 1000 - gap]);
        assert.ok(state.snapshot.source.kind === 'read');
        assert.equal(state.snapshot.source.value.waiting.kind, gap > 1000 ? 'cleared' : 'none', `gap ${gap}`);
        assert.equal(idsOf(linkMirror(v2, state)).includes('mirror.windowLost'), gap > 1000, `gap ${gap}`);
      }
      assert.ok(!idsOf(linkMirror(v2, state)).includes('mirror.processDown'), 'the cause is said, not what follows');
    });
  });
});
