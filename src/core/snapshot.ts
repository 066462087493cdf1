import type { ConnectionStatus, ServerFacts } from './replication/model';
import type { HeartbeatRow } from './heartbeat/model';
import type { Flavor, ReachFailure } from './replication/reading';
import type { Inventory } from './inventory/model';
import type { KnownServer } from './replication/sameServer';
import type { MirrorState } from './mirror/model';
import type { ServiceSnapshot } from './services/model';

/** A part of an instance that one statement answers for; the statement and the instant are its evidence. */
export type Part<T> =
  | { readonly kind: 'read'; readonly value: T; readonly statement: string; readonly at: string }
  /** Refused for want of a privilege: 1227, 1142, 1044, 1370. */
  | {
      readonly kind: 'denied';
      readonly statement: string;
      readonly at: string;
      readonly errno: number;
      readonly text: string;
    }
  | {
      readonly kind: 'failed';
      readonly statement: string;
      readonly at: string;
      /** What the server said; undefined: it is ours. */
      readonly errno?: number;
      /** The deadline passed. */
      readonly isLate?: true;
      readonly text: string;
    }
  | { readonly kind: 'notAsked' };

export type Reach =
  | { readonly kind: 'answered'; readonly flavor: Flavor; readonly version: string; readonly tlsCipher?: string }
  | { readonly kind: 'failed'; readonly failure: ReachFailure }
  /** Never read yet. */
  | { readonly kind: 'pending' };

/** Everything known of one instance from one poll. Parts that are unknown say so; nothing is defaulted. */
export interface InstanceSnapshot {
  readonly key: string;
  /** ISO 8601, UTC: when the reading ended. Undefined while pending. */
  readonly at?: string;
  readonly elapsedMs?: number;
  /** Who said so: the server itself, or a neighbour that watches it. */
  readonly source: 'direct' | 'orchestrator' | 'prometheus';
  readonly reach: Reach;
  readonly server: Part<ServerFacts>;
  /** An empty list means: not configured as a replica. */
  readonly replication: Part<readonly ConnectionStatus[]>;
  readonly heartbeat: Part<readonly HeartbeatRow[]>;
}

/** Everything known at one instant. Plain data; `instances` has an entry for every instance of the inventory. */
export interface FleetSnapshot {
  readonly takenAt: string;
  readonly inventory: Inventory;
  readonly instances: Readonly<Record<string, InstanceSnapshot>>;
  /** The previous answered snapshot of each instance, where there is one: identity, counters, positions. */
  readonly previous: Readonly<Record<string, InstanceSnapshot>>;
  /** Who answered at each address at first, or was accepted there since. Absent: nobody is known. */
  readonly identities?: Readonly<Record<string, KnownServer>>;
  /** By name; a mirror that was never read has none. */
  readonly mirrors: Readonly<Record<string, MirrorState>>;
  /** By key (`orchestrator:main`); a neighbour that was never read has none. */
  readonly services: Readonly<Record<string, ServiceSnapshot>>;
}
