import type { LinkedFleet } from '../../../src/core/fleetView';
import type { EtcdMirrorSpec } from '../../../src/core/inventory/model';
import { linkMirror } from '../../../src/core/mirror/linkMirror';
import type { MirrorComparison } from '../../../src/core/mirror/model';
import { spec, stateOf, type Look } from '../mirror/builder';
import { fleetOf } from './fleetBuilder';

/** A fleet of one mirror, read like this. */
export function mirrorOf(
  looks: readonly Look[],
  more: Partial<EtcdMirrorSpec> = {},
  comparison?: Partial<MirrorComparison>,
): LinkedFleet {
  const own = { ...spec, ...more };
  return { ...fleetOf(), mirrors: [linkMirror(own, stateOf(looks, comparison, own))] };
}

export const well: readonly Look[] = [
  { second: 0, source: 100, replicated: 100 },
  { second: 10, source: 103, replicated: 103 },
];

const v3Body = (clusterId: string) => ({
  headers: {},
  body: JSON.stringify({ header: { cluster_id: clusterId, revision: '3' }, count: '2' }),
});
export const v3: Partial<EtcdMirrorSpec> = { api: 'v3', sourcePrefix: '/config/', destinationPrefix: '/config/' };

/** Both sides answer; the source is cluster 1. */
export function v3Fleet(destinationCluster: string, comparison?: Partial<MirrorComparison>): LinkedFleet {
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
