import type { WatchState } from '../../src/app/mirrorWatch';
import type { FleetView } from '../../src/core/fleetView';
import type { EtcdMirrorSpec } from '../../src/core/inventory/model';
import type { DriftItem, MirrorComparison } from '../../src/core/mirror/model';
import { toFleetView } from '../../src/core/toFleetView';
import type { MirrorPanelState, RunbookOffer, WatchedEvents } from '../../src/protocol/mirrorPanel';
import { toWatchedEvents } from '../../src/ui/panels/mirror/eventsView';
import { toMirrorPanelState } from '../../src/ui/panels/mirror/model';
import { buildInventory, buildSnapshot } from '../core/buildFleet';
import { atSecond, spec, stateOf, type Look } from '../core/mirror/builder';

/** States of mirrors, made by the model itself from readings: for its tests and for those of the page. */

export interface MirrorSample {
  readonly looks: readonly Look[];
  readonly comparison?: Partial<MirrorComparison>;
  readonly spec?: Partial<EtcdMirrorSpec>;
  readonly watch?: Partial<WatchState>;
  readonly runbooks?: readonly RunbookOffer[];
  readonly filter?: string;
}

export function mirrorView({ looks, comparison, spec: more }: MirrorSample): FleetView {
  const own = { ...spec, ...more };
  const inventory = { ...buildInventory({}), etcdMirrors: [own] };
  const mirrors = looks.length === 0 ? {} : { [own.name]: stateOf(looks, comparison, own) };
  return toFleetView({ ...buildSnapshot(inventory, {}), mirrors });
}

export function mirrorState(sample: MirrorSample): MirrorPanelState {
  const context = { reading: false, driftFilter: sample.filter ?? '', runbooks: sample.runbooks ?? [] };
  return toMirrorPanelState(mirrorView(sample), spec.name, context);
}

export function watchedEvents(sample: MirrorSample): WatchedEvents {
  const mirror = mirrorView(sample).mirrors[0]!;
  const quiet: WatchState = { phase: { kind: 'watching' }, scope: 'keyspace', events: [], jumped: 0 };
  return toWatchedEvents(mirror, { ...quiet, ...sample.watch });
}

/** A reading every ten seconds while the source moves by `perSecond` and the mirror stands still. */
export const quietPrefix = (seconds: number, perSecond: number, last: Partial<Look> = {}): readonly Look[] =>
  Array.from({ length: seconds / 10 + 1 }, (_none, step) => ({
    second: step * 10,
    source: 3_020_127 + Math.round(step * 10 * perSecond),
    replicated: 3_020_127,
    ...(step === seconds / 10 ? last : {}),
  }));

const item = (index: number, more: Partial<DriftItem> = {}): DriftItem => ({
  key: `/conftool/v1/pools/eqiad/appserver/mw${1260 + index}.eqiad.wmnet`,
  destinationKey: `/conftool/v1/pools/eqiad/appserver/mw${1260 + index}.eqiad.wmnet`,
  kind: 'different',
  sourceValue: '{"pooled": "yes", "weight": 10}',
  destinationValue: '{"pooled": "no", "weight": 10}',
  why: 'Last changed at the source by `update`, which etcd-mirror skips, or by `compareAndSwap`.',
  ...more,
});

export const manyItems: readonly DriftItem[] = Array.from({ length: 450 }, (_none, index) => item(index));

const event = (index: number, key: string, action = 'set') => ({ index, action, key, seenAt: atSecond(600) });
const locks = Array.from({ length: 12 }, (_none, back) =>
  event(3_020_607 - back, `/spicerack/locks/etcd/spicerack.cookbooks.sre.hosts.reimage:mw${1260 + back}`),
);

export const mirrorSamples: Readonly<Record<string, MirrorSample>> = {
  pending: { looks: [] },
  healthy: {
    looks: Array.from({ length: 61 }, (_none, step) => ({
      second: step * 10,
      source: 3_020_100 + step * 3,
      replicated: 3_020_100 + step * 3 - (step % 4),
    })),
    comparison: { compared: 1204 },
    watch: { events: [event(3_020_280, '/conftool/v1/pools/eqiad/appserver/mw1261'), ...locks.slice(0, 3)] },
  },
  shrinking: {
    looks: quietPrefix(600, 0.8, { waiting: 'none' }),
    comparison: {
      compared: 1204,
      missing: 1,
      extra: 1,
      different: 2,
      items: [
        item(1),
        item(2, { kind: 'missing', destinationValue: undefined }),
        item(3),
        item(4, {
          kind: 'extra',
          sourceValue: undefined,
          why: 'Deleted at the source by `compareAndDelete`, which etcd-mirror skips; or written at the destination.',
        }),
      ],
      skippedActions: {
        update: 14,
        compareAndDelete: 2,
        request: 'GET https://conf1007.eqiad.wmnet:4001/v2/stats/store',
      },
    },
    watch: {
      events: [
        ...locks,
        event(3_020_590, '/conftool/v1/mediawiki-config/eqiad/dbconfig', 'update'),
        event(3_020_127, '/conftool/v1/pools/eqiad/appserver/mw1261'),
      ],
    },
    runbooks: [
      { id: 'mirror.advanceIndex', title: 'Advance the index of a mirror', finding: 'mirror.windowShrinking' },
      { id: 'mirror.reload', title: 'Reload a mirror' },
    ],
  },
  urgent: { looks: quietPrefix(600, 1.45), runbooks: [] },
  lost: {
    looks: quietPrefix(600, 1.89, { waiting: 'cleared' }),
    comparison: { compared: 1204, missing: 450, items: manyItems },
    watch: { phase: { kind: 'failed', failure: { reason: 'refused', text: 'connect ECONNREFUSED 10.64.0.1:4001.' } } },
  },
  unreachable: { looks: [{ second: 0, source: 'refused' }], watch: { phase: { kind: 'starting' } } },
};
