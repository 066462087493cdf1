import type { HttpAnswer } from '../http/answer';
import type { PolledPath } from './readPaths';

export type OrchestratorAnswers = Readonly<Record<PolledPath, HttpAnswer>>;

export interface OrchestratorCluster {
  /** `db1.dc1.example:3306`: its primary, and its name in every other path. */
  readonly name: string;
  /** Undefined: it has none, which Orchestrator says by repeating the name. */
  readonly alias?: string;
  readonly instances: number;
  readonly recoversPrimary: boolean;
  readonly recoversIntermediate: boolean;
}

/** As Orchestrator saw it at its last check; everything that it does not know is left out. */
export interface OrchestratorInstance {
  /** `host:port`, as Orchestrator names it. */
  readonly key: string;
  readonly host: string;
  readonly port: number;
  /** Name of its cluster. */
  readonly cluster: string;
  readonly version?: string;
  readonly serverId?: number;
  readonly readOnly?: boolean;
  readonly logBin?: boolean;
  readonly binlogFormat?: string;
  /** `host:port` of its source. A replica with named connections only has none here. */
  readonly source?: string;
  /** Undefined: no such thread. */
  readonly ioThread?: OrchestratorThread;
  readonly sqlThread?: OrchestratorThread;
  readonly ioError?: string;
  readonly sqlError?: string;
  /** By `ReplicationLagQuery`, or as the server says. */
  readonly lagSeconds?: number;
  /** Seconds_Behind_Master. */
  readonly secondsBehind?: number;
  readonly delaySeconds: number;
  readonly usesGtid: boolean;
  readonly errantGtid?: string;
  readonly datacenter?: string;
  readonly depth?: number;
  readonly promotionRule?: string;
  readonly isCoPrimary: boolean;
  readonly uptimeSeconds?: number;
  /** ISO 8601, UTC. */
  readonly lastSeen?: string;
  readonly secondsSinceSeen?: number;
  readonly isCheckValid?: boolean;
  readonly isRecentlyChecked?: boolean;
  readonly downtime?: OrchestratorDowntime;
  /** Its own codes: `not_replicating`, `last_check_invalid`, … */
  readonly problems: readonly string[];
}

/** `connecting` is what Orchestrator calls "other": neither running nor stopped. */
export type OrchestratorThread = 'running' | 'connecting' | 'stopped';

export interface OrchestratorDowntime {
  readonly owner?: string;
  readonly reason?: string;
  /** ISO 8601 by the clock of Orchestrator's own database. */
  readonly until?: string;
  readonly elapsedSeconds?: number;
}

export interface OrchestratorAnalysis {
  /** `host:port`. */
  readonly instance: string;
  readonly cluster: string;
  readonly code: string;
  readonly description?: string;
  readonly structure: readonly string[];
  readonly replicas?: number;
  readonly replicatingReplicas?: number;
  readonly isDowntimed: boolean;
  readonly isActionable: boolean;
}

export interface OrchestratorNode {
  readonly host?: string;
  readonly isHealthy?: boolean;
  /** The node that polls and recovers. */
  readonly activeHost?: string;
  readonly isActive?: boolean;
  /** Of a raft setup. */
  readonly raftLeader?: string;
  readonly isRaftLeader?: boolean;
}

/** What Orchestrator knows. */
export interface OrchestratorFacts {
  readonly node?: OrchestratorNode;
  /** Undefined: it did not say. */
  readonly recoversGlobally?: boolean;
  readonly clusters: readonly OrchestratorCluster[];
  readonly instances: readonly OrchestratorInstance[];
  readonly analyses: readonly OrchestratorAnalysis[];
  readonly maintenance: readonly {
    readonly instance: string;
    readonly owner?: string;
    readonly reason?: string;
    readonly begun?: string;
  }[];
  /** Newest first. */
  readonly audit: readonly {
    readonly at?: string;
    readonly type: string;
    readonly instance?: string;
    readonly message?: string;
  }[];
  /** Aliases that each cluster, by its name, has had since we look, the present one last. */
  readonly aliases: Readonly<Record<string, readonly string[]>>;
  /** What was asked, for evidence: `GET https://…/api/problems`. */
  readonly requests: Readonly<Record<'clusters' | 'instances' | 'problems' | 'analysis', string>>;
  /** What it did not answer, beside what is needed. */
  readonly unanswered: readonly string[];
}
