import type { LinkedFleet } from '../../../src/core/fleetView';
import type { EtcdMirrorSpec } from '../../../src/core/inventory/model';
import { linkMirror } from '../../../src/core/mirror/linkMirror';
import type { DriftItem, MirrorComparison } from '../../../src/core/mirror/model';
import type { EtcdFailure, MemberDown } from '../../../src/core/mirror/reading';
import { atSecond, spec, stateOf, type Look } from '../mirror/builder';
import type { Case } from './case';
import { fleetOf } from './fleetBuilder';

function mirrorOf(
  looks: readonly Look[],
  more: Partial<EtcdMirrorSpec> = {},
  comparison?: Partial<MirrorComparison>,
): LinkedFleet {
  const own = { ...spec, ...more };
  return { ...fleetOf(), mirrors: [linkMirror(own, stateOf(looks, comparison, own))] };
}

const well: readonly Look[] = [
  { second: 0, source: 100, replicated: 100 },
  { second: 10, source: 103, replicated: 103 },
];

/** Stands still at 1000 while the rest of the keyspace moves by `perSecond`, for `seconds`. */
const quiet = (seconds: number, perSecond: number, last: Partial<Look> = {}): readonly Look[] => [
  { second: 0, source: 1000, replicated: 1000 },
  { second: seconds - 10, source: 1000 + Math.round((seconds - 10) * perSecond), replicated: 1000 },
  { second: seconds, source: 1000 + Math.round(seconds * perSecond), replicated: 1000, ...last },
];

const item = (more: Partial<DriftItem>): DriftItem => ({
  key: '/conftool/v1/a',
  destinationKey: '/conftool/v1/a',
  kind: 'different',
  sourceValue: '1',
  destinationValue: '2',
  why: 'Last changed at the source by `update`, which etcd-mirror skips, or by `compareAndSwap`.',
  ...more,
});

const statistics = `GET ${spec.source}/v2/stats/store`;

const v3Body = (clusterId: string) => ({
  headers: {},
  body: JSON.stringify({ header: { cluster_id: clusterId, revision: '3' }, count: '2' }),
});
const members = { otherSources: ['https://conf1008.eqiad.wmnet:4001'] };
const second = 'https://conf2006.codfw.wmnet:4001';
const down = (side: MemberDown['side'], url: string, reason: EtcdFailure['reason']): MemberDown => ({
  ...{ side, url, at: atSecond(0) },
  failure: { reason, text: `the system says ${reason}` },
});

const v3: Partial<EtcdMirrorSpec> = { api: 'v3', sourcePrefix: '/config/', destinationPrefix: '/config/' };

export const mirrorCases: readonly Case[] = [
  { title: 'a healthy mirror', gives: [], fleet: () => mirrorOf(well) },
  { title: 'never read', gives: [], fleet: () => ({ ...fleetOf(), mirrors: [linkMirror(spec, undefined)] }) },
  {
    title: 'not read, since the workspace is not trusted',
    gives: [],
    fleet: () => mirrorOf([{ second: 0, failure: { reason: 'untrusted', text: 'not trusted' } }]),
  },
  {
    title: 'a healthy mirror without metrics',
    gives: [],
    fleet: () => mirrorOf(well.map((look) => ({ ...look, metrics: 'none' as const }))),
  },
  {
    title: 'metrics that cannot be reached from here say nothing about the process',
    gives: [],
    fleet: () => mirrorOf([{ ...well[0]!, metrics: 'timedOut' }]),
  },
  {
    title: 'a busy mirror that keeps up',
    gives: [],
    fleet: () =>
      mirrorOf([
        { second: 0, source: 1000, replicated: 998 },
        { second: 10, source: 1250, replicated: 1249 },
        { second: 20, source: 1500, replicated: 1498 },
      ]),
  },
  { title: 'a quiet prefix, and days to go', gives: [], fleet: () => mirrorOf(quiet(200, 0.001)) },
  { title: 'a burst below a tenth of the window', gives: [], fleet: () => mirrorOf(quiet(20, 4)) },
  {
    title: 'a quiet prefix, and most of an hour to go',
    gives: ['mirror.windowShrinking'],
    fleet: () => mirrorOf(quiet(600, 0.3, { waiting: 'none' })),
  },
  {
    title: 'a quiet prefix, and minutes to go',
    gives: ['mirror.windowShrinking'],
    fleet: () => mirrorOf(quiet(300, 2)),
  },
  {
    title: 'three quarters are used, and it rests',
    gives: ['mirror.windowShrinking'],
    fleet: () => mirrorOf([{ second: 0, source: 1800, replicated: 1000 }]),
  },
  {
    title: 'one event before the end of the window',
    gives: ['mirror.windowShrinking'],
    fleet: () => mirrorOf([{ second: 0, source: 2000, replicated: 1000 }]),
  },
  {
    title: 'one event beyond the window',
    gives: ['mirror.windowLost'],
    fleet: () => mirrorOf([{ second: 0, source: 2001, replicated: 1000 }]),
  },
  {
    title: 'lost, and the process has ended for it',
    gives: ['mirror.windowLost'],
    fleet: () =>
      mirrorOf([{ second: 0, source: 3021261, replicated: 3020127, metrics: 'refused', waiting: 'cleared' }]),
  },
  {
    title: 'no process',
    gives: ['mirror.processDown'],
    fleet: () => mirrorOf([...well, { second: 20, source: 110, replicated: 103, metrics: 'refused' }]),
  },
  {
    title: 'an event waits over two readings',
    gives: ['mirror.stalled'],
    fleet: () =>
      mirrorOf([
        { second: 0, source: 105, replicated: 100 },
        { second: 10, source: 105, replicated: 100, waiting: { index: 101 } },
      ]),
  },
  {
    title: 'an event that has just come',
    gives: [],
    fleet: () =>
      mirrorOf([
        { second: 0, source: 105, replicated: 100 },
        { second: 10, source: 109, replicated: 100, waiting: { index: 108 } },
      ]),
  },
  {
    title: 'a mirror that moves behind what waited',
    gives: [],
    fleet: () =>
      mirrorOf([
        { second: 0, source: 105, replicated: 100 },
        { second: 10, source: 109, replicated: 104, waiting: { index: 101 } },
      ]),
  },
  {
    title: 'two readings in the same moment',
    gives: [],
    fleet: () =>
      mirrorOf([
        { second: 0, source: 105, replicated: 100 },
        { second: 0.1, source: 105, replicated: 100, waiting: { index: 101 } },
      ]),
  },
  {
    title: 'no index key',
    gives: ['mirror.indexMissing'],
    fleet: () => mirrorOf([{ second: 0, replicated: null, metrics: 'refused' }]),
  },
  {
    title: 'an index key with text',
    gives: ['mirror.indexMissing'],
    fleet: () => mirrorOf([{ second: 0, replicated: 'abc' }]),
  },
  {
    title: 'an index in the future',
    gives: ['mirror.indexMissing'],
    fleet: () => mirrorOf(well.map((look) => ({ ...look, replicated: 999999 }))),
  },
  {
    title: 'one cluster on both sides',
    gives: ['mirror.sameCluster'],
    fleet: () => mirrorOf([{ ...well[0]!, sourceCluster: 'b2' }]),
  },
  ...(
    ['refused', 'noRoute', 'unknownHost', 'timedOut', 'hung', 'lost', 'tlsFailed', 'redirected', 'notEtcd'] as const
  ).map((reason): Case => ({
    title: `source: ${reason}`,
    gives: ['mirror.sourceUnreachable'],
    fleet: () => mirrorOf([{ second: 0, source: reason }]),
  })),
  {
    title: 'destination: refused',
    gives: ['mirror.destinationUnreachable'],
    fleet: () => mirrorOf([{ second: 0, replicated: 'refused' }]),
  },
  {
    title: 'both sides: no route',
    gives: ['mirror.sourceUnreachable', 'mirror.destinationUnreachable'],
    fleet: () => mirrorOf([{ second: 0, source: 'noRoute', replicated: 'noRoute' }]),
  },
  {
    title: 'one of two members of the source is refused, and the other one is read',
    gives: ['mirror.sourceUnreachable'],
    fleet: () => mirrorOf([{ ...well[0]!, membersDown: [down('source', spec.source, 'refused')] }], members),
  },
  {
    title: 'two of three members of the destination are silent, and the third one is read',
    gives: ['mirror.destinationUnreachable'],
    fleet: () => {
      const otherDestinations = [second, 'https://conf2007.codfw.wmnet:4001'];
      const silent = [spec.destination, second].map((url) => down('destination', url, 'hung'));
      return mirrorOf([{ ...well[0]!, membersDown: silent }], { otherDestinations });
    },
  },
  {
    title: 'no member of the source answers',
    gives: ['mirror.sourceUnreachable'],
    fleet: () => {
      const all = [spec.source, ...members.otherSources].map((url) => down('source', url, 'refused'));
      return mirrorOf([{ second: 0, source: 'refused', membersDown: all }], members);
    },
  },
  {
    title: 'cancelled',
    gives: [],
    fleet: () => mirrorOf([{ second: 0, source: 'cancelled', replicated: 'cancelled' }]),
  },
  {
    title: 'v2 switched off',
    gives: ['mirror.v2Disabled'],
    fleet: () => mirrorOf([{ second: 0, source: { status: 404, body: '404 page not found\n' } }]),
  },
  {
    title: 'etcd wants a login',
    gives: ['mirror.authRequired'],
    fleet: () =>
      mirrorOf([
        {
          second: 0,
          source: { status: 401, body: '{"errorCode":110,"message":"The request requires user authentication"}' },
          replicated: 'authRequired',
        },
      ]),
  },
  {
    title: 'a secret that nobody gave',
    gives: ['mirror.authRequired'],
    fleet: () =>
      mirrorOf([{ second: 0, failure: { reason: 'credentialsMissing', text: 'No password was given for "etcd".' } }]),
  },
  { title: 'equal contents', gives: [], fleet: () => mirrorOf(well, {}, {}) },
  { title: 'differences that are on their way', gives: [], fleet: () => mirrorOf(well, {}, { pending: 3 }) },
  {
    title: 'contents that differ',
    gives: ['mirror.drift'],
    fleet: () =>
      mirrorOf(
        well,
        {},
        {
          ...{ missing: 1, extra: 1, different: 1 },
          items: [
            item({}),
            item({
              key: '/conftool/v1/b',
              kind: 'extra',
              why: 'Deleted at the source by `compareAndDelete`, which etcd-mirror skips; or written at the destination.',
            }),
            item({
              key: '/conftool/v1/`c`\n',
              kind: 'missing',
              why: 'Deleted at the destination, or its event was jumped over when the index was moved.',
            }),
          ],
        },
      ),
  },
  {
    title: 'actions that are skipped',
    gives: ['mirror.ignoresActions'],
    fleet: () => mirrorOf(well, {}, { skippedActions: { update: 4, compareAndDelete: 1, request: statistics } }),
  },
  {
    title: 'no such action yet',
    gives: [],
    fleet: () => mirrorOf(well, {}, { skippedActions: { update: 0, compareAndDelete: 0, request: statistics } }),
  },
  {
    title: 'v3: nothing known but that both sides answer',
    gives: [],
    fleet: () => v3Fleet('2'),
  },
  { title: 'v3: one cluster on both sides', gives: ['mirror.sameCluster'], fleet: () => v3Fleet('1') },
  { title: 'v3: leases', gives: ['mirror.leasesLost'], fleet: () => v3Fleet('2', { leasesLost: 2 }) },
  {
    title: 'v3: a stale key',
    gives: ['mirror.drift'],
    fleet: () =>
      v3Fleet('2', {
        extra: 1,
        items: [
          item({
            kind: 'extra',
            why: 'Left at the destination from before: make-mirror deletes no stale keys at its start.',
          }),
        ],
      }),
  },
];

/** Both sides answer; the source is cluster 1. */
function v3Fleet(destinationCluster: string, comparison?: Partial<MirrorComparison>): LinkedFleet {
  const fleet = mirrorOf([{ second: 0, source: v3Body('1'), metrics: 'none' }], v3, comparison);
  const [mirror] = fleet.mirrors;
  if (mirror === undefined) throw new Error('no mirror');
  const { destination, ...rest } = mirror.snapshot;
  if (destination.kind === 'notAsked') throw new Error('not asked');
  const { request, at } = destination;
  const value = { indexKey: { kind: 'none' }, clusterId: destinationCluster, keyCount: 2 } as const;
  return {
    ...fleet,
    mirrors: [{ ...mirror, snapshot: { ...rest, destination: { kind: 'read', value, request, at } } }],
  };
}
