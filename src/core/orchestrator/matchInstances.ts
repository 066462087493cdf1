import type { InstanceSpec } from '../inventory/model';
import { canonicalHost } from '../replication/matchSource';
import type { OrchestratorInstance } from './model';

/** One spelling for all of one address. */
export function addressOf(host: string, port: number): string {
  return `${canonicalHost(host)}:${port}`;
}

/** Keys of the inventory by address, to find what Orchestrator names. */
export function keysByAddress(instances: readonly InstanceSpec[]): ReadonlyMap<string, string> {
  return new Map(instances.map(({ host, port, key }) => [addressOf(host, port), key]));
}

/** `host:port` of the inventory. Undefined: the fleet has no such instance. */
export function keyInFleet(
  { host, port }: Pick<OrchestratorInstance, 'host' | 'port'>,
  keys: ReadonlyMap<string, string>,
): string | undefined {
  return keys.get(addressOf(host, port));
}

/** A host name without its domain, and none for an address. */
export function bareName(host: string): string | undefined {
  return /^[\d.]+$|:/.test(host) ? undefined : host.split('.')[0]?.toLowerCase();
}
