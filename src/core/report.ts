import type { Severity } from './findings/finding';
import type { Thread } from './replication/model';

/** The report that the API hands out, version 1. Frozen: fields are only ever added. */
export interface FleetReport {
  /** ISO 8601, UTC. */
  takenAt: string;
  clusters: { name: string; production: boolean; instances: InstanceReport[] }[];
  mirrors: MirrorReport[];
  services: {
    kind: 'orchestrator' | 'prometheus' | 'backups' | 'pipeline' | 'burrow';
    name: string;
    state: State;
    detail: unknown;
  }[];
  /** Worst first. */
  findings: FindingReport[];
}

export type State = 'ok' | 'warning' | 'critical' | 'unknown' | 'denied' | 'unreachable';

export type Role = 'primary' | 'replica' | 'standalone' | 'unknown';

export interface InstanceReport {
  /** `host:port` as in the inventory. */
  key: string;
  state: State;
  role: Role;
  datacenter?: string;
  version?: string;
  serverId?: number;
  readOnly?: boolean;
  connections: {
    name: string;
    source: string;
    io: Thread;
    sql: Thread;
    lagSeconds?: number;
    lagFrom?: LagMethod;
  }[];
}

export type LagMethod = 'heartbeat' | 'secondsBehind' | 'orchestrator' | 'prometheus';

export interface MirrorReport {
  name: string;
  api: 'v2' | 'v3';
  state: State;
  sourceIndex?: number;
  replicatedIndex?: number;
  /** sourceIndex - replicatedIndex (v2). */
  gap?: number;
  /** 1000 - gap: events left before the window is lost; negative: lost. */
  headroom?: number;
  /** Headroom at the present rate. */
  minutesToLoss?: number;
  drift?: { compared: number; missing: number; extra: number; different: number; comparedAt: string };
}

export interface FindingReport {
  id: string;
  severity: Severity;
  /** `host:port`, `cluster:s1`, `mirror:conf-codfw`, `backups:main`, … */
  subject: string;
  /** Replication connection name; `''` is the default one. */
  connection?: string;
  title: string;
  evidence: { measured: string; source: string; at: string }[];
  remedy: string;
  avoid?: string;
  runbook?: string;
}

/** What a runbook would do to one instance. Nothing has been done yet. */
export interface RunbookReport {
  id: string;
  /** `host:port`. */
  target: string;
  checks: { id: string; pass: boolean | 'unknown'; measured: string; needed: string }[];
  steps: {
    title: string;
    effect: 'read' | 'write' | 'destructive';
    /** For a POSIX shell. A step that carries a secret names a file that is written only when the step runs. */
    command: string;
    /** The statement whose answer shows that the step is done. */
    verify: string;
    rollback?: string;
  }[];
  /** Why it may not run now; empty: it may. */
  blocked: string[];
}
