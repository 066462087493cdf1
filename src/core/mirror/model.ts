import type { EtcdMirrorSpec } from '../inventory/model';
import type { EtcdFailure, MemberDown } from './reading';

/** What one request answered for; the request and the instant are its evidence. */
export type MirrorPart<T> =
  | { readonly kind: 'read'; readonly value: T; readonly request: string; readonly at: string }
  | { readonly kind: 'failed'; readonly failure: EtcdFailure; readonly request: string; readonly at: string }
  | { readonly kind: 'notAsked' };

/** Whether the source has an event under the prefix that the mirror has not treated. */
export type Waiting =
  | { readonly kind: 'event'; readonly index: number; readonly action: string; readonly key: string }
  | { readonly kind: 'none' }
  /** etcd 401: the event asked for has left the window. */
  | { readonly kind: 'cleared'; readonly cause: string }
  | { readonly kind: 'notAsked' };

export interface SourceFacts {
  /** X-Etcd-Index, or the revision of v3. */
  readonly index: number;
  readonly clusterId?: string;
  /** v3: keys under the prefix. */
  readonly keyCount?: number;
  readonly waiting: Waiting;
}

/** The key that holds the last index that the mirror has treated. */
export type IndexKey =
  | { readonly kind: 'read'; readonly index: number }
  | { readonly kind: 'missing' }
  | { readonly kind: 'notANumber'; readonly text: string }
  /** v3: make-mirror keeps none. */
  | { readonly kind: 'none' };

export interface DestinationFacts {
  readonly indexKey: IndexKey;
  readonly clusterId?: string;
  /** v3: keys under the prefix. */
  readonly keyCount?: number;
}

/** What the mirror process says of itself; its lag is shown and not trusted: it moves only with an applied event. */
export interface ProcessFacts {
  readonly lag?: number;
}

/** Everything known of one mirror from one poll. */
export interface MirrorSnapshot {
  readonly key: string;
  /** ISO 8601, UTC. Undefined: never read. */
  readonly at?: string;
  readonly elapsedMs?: number;
  /** `failed`: nothing was asked at all, for a reason on our side. */
  readonly reach:
    | { readonly kind: 'pending' }
    | { readonly kind: 'failed'; readonly failure: EtcdFailure }
    | { readonly kind: 'answered' };
  readonly source: MirrorPart<SourceFacts>;
  readonly destination: MirrorPart<DestinationFacts>;
  readonly process: MirrorPart<ProcessFacts>;
  readonly membersDown?: readonly MemberDown[];
}

/** The two indexes at one instant. */
export interface MirrorSample {
  /** Milliseconds since the epoch. */
  readonly atMs: number;
  readonly sourceIndex: number;
  readonly replicatedIndex: number;
  /** The source said itself that up to `sourceIndex` no event under the prefix follows `replicatedIndex`. */
  readonly isQuiet?: true;
  /** The cluster ids of both sides, where they are known. */
  readonly clusters?: string;
}

/** What is kept of a mirror between readings. */
export interface MirrorState {
  readonly snapshot: MirrorSnapshot;
  /** Oldest first, the present one included where both indexes are known. */
  readonly samples: readonly MirrorSample[];
  readonly comparison?: MirrorComparison;
}

/** How far the mirror is, and for how long that is good. Everything unknown is left out. */
export interface MirrorDistance {
  readonly sourceIndex?: number;
  readonly replicatedIndex?: number;
  /** sourceIndex - replicatedIndex, never negative. */
  readonly gap?: number;
  /** 1000 - gap; negative: lost. */
  readonly headroom?: number;
  /** Events of the whole source keyspace per second. */
  readonly eventsPerSecond?: number;
  /** How fast the replicated index moves. */
  readonly appliedPerSecond?: number;
  /** Until the window is lost if it goes on like this; undefined: unknown, or the gap does not grow. */
  readonly minutesToLoss?: number;
  /** Since when the replicated index has not moved, of what was read; ISO 8601, UTC. */
  readonly stillSince?: string;
  /** The mirror is past the source: it waits for an index that does not exist yet. */
  readonly isAhead: boolean;
}

export interface LinkedMirror {
  readonly spec: EtcdMirrorSpec;
  /** `mirror:conf-codfw` */
  readonly key: string;
  readonly snapshot: MirrorSnapshot;
  readonly distance: MirrorDistance;
  readonly samples: readonly MirrorSample[];
  readonly comparison?: MirrorComparison;
}

/** A key of which both sides hold something else. */
export interface DriftItem {
  /** As the source names it. */
  readonly key: string;
  /** As the destination names it. */
  readonly destinationKey: string;
  readonly kind: 'missing' | 'extra' | 'different';
  readonly sourceValue?: string;
  readonly destinationValue?: string;
  /** How it can have come to this, one sentence. */
  readonly why: string;
}

/** What a proxy in front of etcd said to a request that is no GET. */
export interface WriteRefusal {
  readonly said: string;
  readonly request: string;
}

/** v3: a change of the source that make-mirror has not applied, and the newest one that it has. */
export interface Standstill {
  readonly key: string;
  readonly revision: number;
  readonly appliedKey: string;
  readonly appliedRevision: number;
}

/** The contents of both sides under the prefixes, compared key by key. */
export interface MirrorComparison {
  /** ISO 8601, UTC: when the last content was there. */
  readonly at: string;
  readonly requests: readonly string[];
  /** v2: X-Etcd-Index at which the source was listed for the last look: its contents are as of this event. */
  readonly sourceIndex?: number;
  /** Keys that the mirror should have copied. */
  readonly compared: number;
  readonly ignored: number;
  /** Differences that the mirror has not come to yet. */
  readonly pending: number;
  /**
   * v2: the first event that the mirror still needs to bring all that is pending: whoever starts before it loses nothing
   * of that. Undefined: nothing is pending, or something that is has no event of its own, as what was deleted.
   */
  readonly pendingFrom?: number;
  readonly missing: number;
  readonly extra: number;
  readonly different: number;
  /** Sorted by key, the first ten thousand. */
  readonly items: readonly DriftItem[];
  /** Actions that the mirror skips, as the source's member has counted them since its start; undefined: not known. */
  readonly skippedActions?: {
    readonly update: number;
    readonly compareAndDelete: number;
    readonly request: string;
  };
  /** v3: keys with a lease at the source whose copies have none. */
  readonly leasesLost: number;
  /** v2: the destination takes no writes by the address that it is read by. */
  readonly destinationReadOnly?: WriteRefusal;
  /** v3: what the mirror needs next has left the history of the source, which begins with `compactRevision`. */
  readonly compacted?: Standstill & { readonly compactRevision: number; readonly request: string };
}
