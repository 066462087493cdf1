import { type PanelState } from '../../src/protocol/replicationPanel';

/** Short names by key, as the topology calls them. */
export function labelsOf({ topology }: PanelState): ReadonlyMap<string, string> {
  return new Map(topology.nodes.map(({ key, label }) => [key, label]));
}
