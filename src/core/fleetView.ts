import type { ClusterSpec, InstanceSpec } from './inventory/model';
import type { ConnectionStatus } from './replication/model';
import type { KnownServer } from './replication/sameServer';
import type { LagMethod, Role, State } from './report';
import type { Finding } from './findings/finding';
import type { GrantFixes } from './grants/grantFix';
import type { LinkedMirror } from './mirror/model';
import type { LinkedService, ServicePicture } from './services/model';
import type { FleetSnapshot, InstanceSnapshot } from './snapshot';
import type { BastionView } from './ssh/bastionViews';

/**
 * From snapshot to view in three pure steps: `linkFleet` works out who replicates from whom and how late,
 * `diagnose` judges, `toFleetView` joins both. The tree, the panels and the report are drawn from the view.
 */

/** Lag by one method. `seconds` is undefined where the method applies but does not know; `why` says why. */
export interface Lag {
  readonly method: LagMethod | 'gtid';
  /** After subtracting the configured delay. */
  readonly seconds?: number;
  /** For `gtid`: transactions that the source has and this replica has not applied. */
  readonly transactions?: number;
  /** How it was computed, with the figures. */
  readonly how: string;
  readonly why?: string;
}

export interface LinkedConnection {
  readonly status: ConnectionStatus;
  /** Key of the source in the inventory, where it could be told. */
  readonly sourceKey?: string;
  /** `host:port` of the source: the key where known, else as the replica names it. */
  readonly source: string;
  /** Every method that is there, the one to believe first. */
  readonly lags: readonly Lag[];
  /** The believed figure, configured delay subtracted. Undefined: unknown, never 0. */
  readonly lagSeconds?: number;
  readonly lagFrom?: LagMethod;
  /** The difference of positions written out: "3 transactions behind: 0-171-1045…1047"; undefined: unknown. */
  readonly gtidDistance?: string;
}

export interface LinkedInstance {
  readonly spec: InstanceSpec;
  readonly snapshot: InstanceSnapshot;
  /** The previous answered snapshot, where there is one. */
  readonly previous?: InstanceSnapshot;
  /** Who is known to be at this address; undefined: nobody yet. */
  readonly known?: KnownServer;
  readonly role: Role;
  readonly connections: readonly LinkedConnection[];
  /** Keys of the instances known to replicate from this one, over all clusters. */
  readonly replicas: readonly string[];
}

export interface LinkedCluster {
  readonly spec: ClusterSpec;
  /** Keys without a source inside this cluster, primaries first: where the nesting starts. */
  readonly roots: readonly string[];
  /** Keys of the direct replicas of a key, inside this cluster. A ring is cut at the expected primary. */
  readonly replicasOf: Readonly<Record<string, readonly string[]>>;
  /** Keys that replicate from each other: each ring once. */
  readonly rings: readonly (readonly string[])[];
}

export interface LinkedFleet {
  readonly snapshot: FleetSnapshot;
  readonly clusters: readonly LinkedCluster[];
  readonly instances: Readonly<Record<string, LinkedInstance>>;
  /** In the order of the inventory. */
  readonly mirrors: readonly LinkedMirror[];
  readonly services: readonly LinkedService[];
}

export interface ConnectionView extends LinkedConnection {
  readonly state: State;
}

export interface InstanceView extends LinkedInstance {
  readonly state: State;
  readonly connections: readonly ConnectionView[];
  /** Findings about this instance and its connections, worst first. */
  readonly findings: readonly Finding[];
}

export interface ClusterView extends LinkedCluster {
  /** Worst of its own findings and its instances. */
  readonly state: State;
  /** Findings about the cluster itself (`cluster:NAME`). */
  readonly findings: readonly Finding[];
}

export interface MirrorView extends LinkedMirror {
  readonly state: State;
  /** Findings about this mirror, worst first. */
  readonly findings: readonly Finding[];
}

export type ServiceView = LinkedService & {
  readonly state: State;
  /** Findings about this neighbour, worst first. */
  readonly findings: readonly Finding[];
  /** What and where it is, in one line. */
  readonly place: string;
  /** Beside its name: the worst problem, else what keeps it from being read, else what it says in short. */
  readonly short: string;
  /** Undefined: it gave nothing to show now. */
  readonly picture?: ServicePicture;
};

export interface FleetView {
  readonly snapshot: FleetSnapshot;
  readonly clusters: readonly ClusterView[];
  readonly instances: Readonly<Record<string, InstanceView>>;
  readonly mirrors: readonly MirrorView[];
  /** In the order of the inventory, by kind. */
  readonly services: readonly ServiceView[];
  readonly bastions: readonly BastionView[];
  /** Worst first, then by subject. */
  readonly findings: readonly Finding[];
  /** What templates would change, where a plan asked for it. */
  readonly grantFixes?: GrantFixes;
}
