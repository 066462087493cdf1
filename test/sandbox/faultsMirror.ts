import { requestV2 } from './etcdSandbox';
import type { EtcdSandbox } from './etcdSandbox';
import type { Fault, Faults } from './fault';
import { signal } from './processGroup';
import type { Sandbox } from './sandbox';

/** Events that etcd's v2 API keeps, of the whole keyspace. */
const windowEvents = 1_000;
const indexKey = '/__replication/conftool';

function etcdOf(sandbox: Sandbox): EtcdSandbox {
  if (sandbox.etcd === undefined) throw new Error('This fault needs the etcd clusters: start the sandbox with them.');
  return sandbox.etcd;
}

const v2Mirror = (sandbox: Sandbox) => etcdOf(sandbox).mirrors.find(({ api }) => api === 'v2')!;

/** Source index and replicated index; the latter undefined: the key is missing. */
async function readIndexes(sandbox: Sandbox): Promise<{ source: number; replicated: number | undefined }> {
  const { source, destination } = etcdOf(sandbox);
  const [{ index }, replicated] = await Promise.all([
    requestV2(source.url, '/'),
    requestV2(destination.url, indexKey).catch(() => undefined),
  ]);
  return { source: index, replicated: replicated === undefined ? undefined : Number(replicated.body.node.value) };
}

const put = (sandbox: Sandbox, key: string, value: string) =>
  requestV2(etcdOf(sandbox).source.url, key, 'PUT', { value });

const mirrorFault = (fault: Omit<Fault, 'subject' | 'etcd' | 'heal'>): Fault => ({
  ...fault,
  subject: 'mirror:conf-codfw',
  etcd: true,
  // After a stop only a reload is safe, and it heals every one of these.
  heal: (sandbox) => sandbox.restartMirror(),
});

/** Where the fault of a shrinking window begins, and how long until it is lost: 600 events at 1.25 s are 12 minutes. */
const usedEvents = 400;
const betweenEventsMs = 1_250;
const busyWriters = new WeakMap<Sandbox, NodeJS.Timeout>();

function stopWriting(sandbox: Sandbox): void {
  clearInterval(busyWriters.get(sandbox));
  busyWriters.delete(sandbox);
}

/** Faults of the mirror of the v2 API. */
export const mirrorFaults: Faults = {
  'mirror-window': {
    ...mirrorFault({
      title: 'the prefix is quiet and other keys are busy: the mirror loses its place in twelve minutes',
      findings: ['mirror.windowShrinking'],
      // Two tell no rate from a burst.
      readings: 3,
      inject: async (sandbox) => {
        for (let event = 0; event < usedEvents; event += 1)
          await put(sandbox, '/spicerack/locks/etcd/fault', String(event));
        const writing = setInterval(() => {
          // A sandbox that is being taken down has no source any more.
          put(sandbox, '/spicerack/locks/etcd/fault', 'busy').catch(() => {
            stopWriting(sandbox);
          });
        }, betweenEventsMs);
        writing.unref();
        busyWriters.set(sandbox, writing);
      },
      proof: async (sandbox) => {
        const { source, replicated = 0 } = await readIndexes(sandbox);
        const gap = source - replicated;
        return gap >= usedEvents && gap <= windowEvents ? `S ${source} - R ${replicated} = ${gap}, growing` : undefined;
      },
    }),
    heal: (sandbox) => {
      stopWriting(sandbox);
      return sandbox.restartMirror();
    },
  },
  'mirror-window-lost': mirrorFault({
    title: 'the mirror is so far behind that etcd has forgotten the next event',
    findings: ['mirror.windowLost'],
    inject: async (sandbox) => {
      await sandbox.processes.kill(v2Mirror(sandbox).process);
      // Outside the prefix: the mirror would have had nothing to do, and loses its place all the same.
      for (let event = 0; event < windowEvents + 20; event += 1)
        await put(sandbox, '/spicerack/locks/etcd/fault', String(event));
    },
    proof: async (sandbox) => {
      const { source, replicated = 0 } = await readIndexes(sandbox);
      const gap = source - replicated;
      return gap > windowEvents ? `S ${source} - R ${replicated} = ${gap}` : undefined;
    },
  }),
  'mirror-stalled': mirrorFault({
    title: 'the mirror hangs while events under its prefix wait',
    findings: ['mirror.stalled'],
    // That an event waits is asked once the index is known to stand still.
    readings: 2,
    inject: async (sandbox) => {
      signal(v2Mirror(sandbox).process, 'SIGSTOP');
      for (let event = 0; event < 5; event += 1) await put(sandbox, '/conftool/v1/fault', String(event));
    },
    proof: async (sandbox) => {
      const { source, replicated = 0 } = await readIndexes(sandbox);
      return source - replicated >= 5 ? `S ${source} - R ${replicated} = ${source - replicated}` : undefined;
    },
  }),
  'mirror-index-missing': mirrorFault({
    title: 'the key that holds the replicated index is gone',
    findings: ['mirror.indexMissing'],
    inject: async (sandbox) => {
      await sandbox.processes.kill(v2Mirror(sandbox).process);
      await requestV2(etcdOf(sandbox).destination.url, indexKey, 'DELETE');
    },
    proof: async (sandbox) =>
      (await readIndexes(sandbox)).replicated === undefined ? `${indexKey} is not there` : undefined,
  }),
  'mirror-drift': mirrorFault({
    title: 'a key differs between source and mirror',
    findings: ['mirror.drift'],
    inject: async (sandbox) => {
      await requestV2(etcdOf(sandbox).destination.url, '/conftool/v1/discovery/api-ro/eqiad', 'PUT', { value: '{}' });
    },
    proof: async (sandbox) => {
      const { source, destination } = etcdOf(sandbox);
      const key = '/conftool/v1/discovery/api-ro/eqiad';
      const [ours, theirs] = await Promise.all([requestV2(source.url, key), requestV2(destination.url, key)]);
      const [a, b] = [ours.body.node.value, theirs.body.node.value];
      return a === b ? undefined : `${key}: ${a ?? ''} here, ${b ?? ''} there`;
    },
  }),
};
