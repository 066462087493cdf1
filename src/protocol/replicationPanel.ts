import type { Finding } from '../core/findings/finding';
import type { Thread } from '../core/replication/model';
import type { LagMethod, Role, State } from '../core/report';
import type { Pass, ReadinessCheck } from '../core/switchover/check';

/**
 * Messages between the extension and the replication panel. The panel asks first (`ready`); every state is complete,
 * never a delta, since a hidden panel may miss messages. Every request carries an id and is answered, also when it
 * fails, so that nothing in the panel waits for ever.
 */

export type Subject =
  { readonly kind: 'instance'; readonly key: string } | { readonly kind: 'cluster'; readonly name: string };

export type PanelRequest =
  | { readonly kind: 'refresh' }
  | { readonly kind: 'open'; readonly subject: Subject }
  | { readonly kind: 'copy'; readonly text: string }
  | { readonly kind: 'copyTicket' }
  | { readonly kind: 'copyReadiness' }
  /** Of an instance; `connection`: the one that it is about, `''` the default one. */
  | { readonly kind: 'planRunbook'; readonly id: string; readonly key: string; readonly connection?: string }
  /** The states that follow hold the checks of every candidate, or their verdicts only. */
  | { readonly kind: 'readiness'; readonly open: boolean }
  /** Answered with that history; the states that follow carry the same range. */
  | { readonly kind: 'history'; readonly rangeSeconds: number };

/** A section that can be opened and scrolled to from outside. */
export type PanelSection = 'readiness';

export type ToPanel =
  /**
   * `sentAt` is the extension's own clock (ISO 8601, UTC): over Remote-SSH the panel runs on another machine, and ages
   * are counted on this clock. Without it both clocks are taken as equal.
   */
  | { readonly kind: 'state'; readonly state: PanelState; readonly sentAt?: string }
  /** Sent after each state until the panel has asked for what that section shows. */
  | { readonly kind: 'reveal'; readonly section: PanelSection }
  | { readonly kind: 'answer'; readonly id: number; readonly answer: PanelAnswer };

export type PanelAnswer =
  | { readonly kind: 'done' }
  | { readonly kind: 'history'; readonly history: LagHistory }
  /** Words for the operator: what happened and what to do. */
  | { readonly kind: 'failed'; readonly message: string };

export interface PanelState {
  readonly subject: Subject;
  /** `db1100:3311` or the cluster's name. */
  readonly title: string;
  readonly state: State;
  /** One sentence that says how it stands: "Replicates from db1100:3311, 0.4 s behind." */
  readonly summary: string;
  readonly production: boolean;
  /** Role, cluster, data centre, version, read-only … as short words, in the order to show them. */
  readonly facts: readonly { readonly label: string; readonly value: string }[];
  /** ISO 8601, UTC, of the reading; undefined: never read. */
  readonly at?: string;
  /** A reading is under way. */
  readonly reading: boolean;
  /** Worst first. */
  readonly findings: readonly Finding[];
  /** Titles of the runbooks that findings name, by their ids. */
  readonly runbookTitles?: Readonly<Record<string, string>>;
  readonly connections: readonly ConnectionCard[];
  readonly topology: Topology;
  readonly history: LagHistory;
  readonly raw: readonly RawGroup[];
  /** Of a cluster only. */
  readonly readiness?: Readiness;
}

export interface Figure {
  readonly label: string;
  /** With its unit, or `unknown`. */
  readonly value: string;
  /** How it was measured, for the tooltip. */
  readonly how?: string;
  /** Long and exact: it is copied rather than read. */
  readonly isCopied?: true;
}

export interface ConnectionCard {
  /** Key of the replica that has this connection. */
  readonly key: string;
  /** `''` is the default connection. */
  readonly name: string;
  readonly source: string;
  /** Inventory key of the source, where it is in the inventory: it can be opened. */
  readonly sourceKey?: string;
  readonly state: State;
  readonly io: Thread;
  readonly sql: Thread;
  readonly lagSeconds?: number;
  readonly lagFrom?: LagMethod;
  /** Lag by each method, the believed one first. */
  readonly lags: readonly (Figure & { readonly believed: boolean })[];
  /** "3 transactions behind: 0-171-1045…1047" */
  readonly gtidDistance?: string;
  /** Positions, GTIDs, delay, TLS, filters. */
  readonly facts: readonly Figure[];
  /** The server's own last errors, exact. */
  readonly errors: readonly { readonly thread: 'IO' | 'SQL'; readonly errno: number; readonly text: string }[];
}

export interface Topology {
  readonly nodes: readonly {
    readonly key: string;
    readonly label: string;
    readonly state: State;
    readonly role: Role;
    /** Datacentre and version, or the problem in few words. */
    readonly detail: string;
    readonly current: boolean;
    /** False for a source that is not in the inventory: it cannot be opened. */
    readonly known: boolean;
  }[];
  readonly edges: readonly {
    readonly from: string;
    readonly to: string;
    readonly connection: string;
    readonly state: State;
    /** `0.4 s`, `IO stopped`, `unknown`. */
    readonly label: string;
  }[];
}

export interface LagHistory {
  readonly rangeSeconds: number;
  readonly warnSeconds: number;
  readonly critSeconds: number;
  readonly series: readonly {
    readonly label: string;
    /** Seconds since the epoch, rising; and lag in seconds, null where it was unknown. Equally long. */
    readonly at: readonly number[];
    readonly lagSeconds: readonly (number | null)[];
  }[];
}

export interface RawGroup {
  /** `Server` or the connection's name and instance. */
  readonly title: string;
  readonly rows: readonly {
    readonly name: string;
    readonly value: string | null;
    /** Our reading of it, in plain words; undefined: no comment. */
    readonly meaning?: string;
    /** Not the usual value, or changed since the reading before: shown first. */
    readonly notable: boolean;
  }[];
}

/** Whether a planned switchover could be made now, and to whom. */
export interface Readiness {
  /** "1 of 3 instances could take over from db1100:3311." */
  readonly summary: string;
  /** Those that are ready first, then the unknown ones. */
  readonly candidates: readonly CandidateCard[];
}

export interface CandidateCard {
  readonly key: string;
  readonly label: string;
  readonly ready: Pass;
  /** "ready to take over from db1100:3311", or which checks do not pass. */
  readonly verdict: string;
  /** What fails first, then what is unknown. Undefined: the section is closed. */
  readonly checks?: readonly ReadinessCheck[];
}
