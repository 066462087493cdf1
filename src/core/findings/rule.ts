import type { ServerFacts, ConnectionStatus } from '../replication/model';
import type { LinkedCluster, LinkedConnection, LinkedFleet, LinkedInstance } from '../fleetView';
import type { LinkedMirror } from '../mirror/model';
import type { LinkedService } from '../services/model';
import type { Dialect } from './dialect';
import type { Finding, Severity } from './finding';

/** What a rule says; `diagnose` adds subject, connection and the id's severity. */
export interface Draft extends Omit<Finding, 'subject' | 'severity'> {
  /** Where it differs from the id's own. */
  readonly severity?: Severity;
  /** Where it is not what the rule looks at. */
  readonly subject?: string;
}

export interface FleetContext {
  readonly fleet: LinkedFleet;
  /** The short name of an instance, in backticks. */
  readonly name: (key: string) => string;
}

export interface InstanceContext extends FleetContext {
  readonly instance: LinkedInstance;
  readonly key: string;
  /** The instance's short name in backticks. */
  readonly here: string;
  /** Undefined: not read this time. */
  readonly facts: ServerFacts | undefined;
  readonly dialect: Dialect;
}

export interface ConnectionContext extends InstanceContext {
  readonly connection: LinkedConnection;
  readonly status: ConnectionStatus;
  /** The same connection one reading earlier. */
  readonly before: ConnectionStatus | undefined;
  /** The source, where it is in the inventory. */
  readonly source: LinkedInstance | undefined;
  /** The source's short name in backticks. */
  readonly there: string;
}

export interface ClusterContext extends FleetContext {
  readonly cluster: LinkedCluster;
  readonly members: readonly LinkedInstance[];
}

export interface MirrorContext extends FleetContext {
  readonly mirror: LinkedMirror;
  /** The mirror's name in backticks. */
  readonly here: string;
}

export interface ServiceContext extends FleetContext {
  readonly service: LinkedService;
  /** The neighbour's name in backticks. */
  readonly here: string;
}

export interface Contexts {
  readonly instance: InstanceContext;
  readonly mirror: MirrorContext;
  readonly service: ServiceContext;
  readonly connection: ConnectionContext;
  readonly cluster: ClusterContext;
}
export type Scope = keyof Contexts;

export interface RuleOf<S extends Scope> {
  readonly scope: S;
  /** Every id that the rule can give, with its severity. */
  readonly ids: Readonly<Record<string, Severity>>;
  /**
   * The most specific id wins: the rule stays silent about a subject and connection of which an earlier rule gave an
   * id that begins with one of these.
   */
  readonly yieldsTo?: readonly string[];
  /** Unknown neither triggers nor reassures: a rule gives nothing about what was not read. */
  check(context: Contexts[S]): readonly Draft[];
}

export type InstanceRule = RuleOf<'instance'>;
export type ConnectionRule = RuleOf<'connection'>;
export type ClusterRule = RuleOf<'cluster'>;
export type MirrorRule = RuleOf<'mirror'>;
export type ServiceRule = RuleOf<'service'>;
export type Rule = InstanceRule | ConnectionRule | ClusterRule | MirrorRule | ServiceRule;

/** Ids that say that a thread does not work: what is said about lag is silent beside them. */
export const threadTrouble: readonly string[] = [
  'replica.io.',
  'replica.sql.',
  'replica.ioStopped',
  'replica.sqlStopped',
  'replica.stoppedByOperator',
  'replica.untilReached',
];

/**
 * For docs/findings.md, per id. Kept beside its rule in an export of its own, which the extension does not import: it
 * costs the bundle nothing.
 */
export type Explained = Readonly<
  Record<
    string,
    {
      /** What it means, one sentence. */
      readonly means: string;
      /** When it is given: codes, thresholds with their reason. */
      readonly when: string;
      readonly why: string;
    }
  >
>;
