import { linkMirror } from '../../../src/core/mirror/linkMirror';
import type { DriftItem } from '../../../src/core/mirror/model';
import { spec, type Look } from '../mirror/builder';
import type { Case } from './case';
import { fleetOf } from './fleetBuilder';
import { mirrorOf, v3Fleet, well } from './mirrorBuilder';
import { mirrorReachCases } from './mirrorReachCases';

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
  ...mirrorReachCases,
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
  {
    title: 'v3: stopped, and the source has forgotten what comes next',
    gives: ['mirror.compacted'],
    fleet: () =>
      v3Fleet('2', {
        ...{ missing: 1, different: 2, items: [item({ key: '/config/a', why: 'Written at the destination.' })] },
        compacted: {
          ...{ key: '/config/a', revision: 812, appliedKey: '/config/b', appliedRevision: 804, compactRevision: 900 },
          request: `POST ${spec.source}/v3/watch`,
        },
      }),
  },
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
