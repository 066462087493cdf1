import type { BackupsFacts } from '../backups/model';
import type { BackupsAnswers } from '../backups/reading';
import type { BurrowAnswers, BurrowFacts } from '../burrow/model';
import type { HttpFailure } from '../http/answer';
import type {
  BackupsSpec,
  BurrowSpec,
  InstanceSpec,
  Inventory,
  OrchestratorSpec,
  PipelineSpec,
  PrometheusSpec,
} from '../inventory/model';
import type { OrchestratorAnswers, OrchestratorFacts } from '../orchestrator/model';
import type { Outcome } from '../outcome';
import type { PipelineFacts } from '../pipelines/model';
import type { PipelineAnswers } from '../pipelines/reading';
import type { PrometheusAnswers, PrometheusFacts } from '../prometheus/model';
import type { FleetReport, State } from '../report';

/**
 * The neighbours: other systems that know the fleet. One kind is a reader (adapter), a `ServiceType` (what its answers
 * mean and how they read), and rules of the scope `service`; polling, state, tree and report are the same for all.
 */
export type ServiceKind = FleetReport['services'][number]['kind'];

export interface ServiceSpecs {
  readonly orchestrator: OrchestratorSpec;
  readonly prometheus: PrometheusSpec;
  readonly backups: BackupsSpec;
  readonly pipeline: PipelineSpec;
  readonly burrow: BurrowSpec;
}

/** What the adapter brings in, not judged yet. */
export interface ServiceAnswers {
  readonly orchestrator: OrchestratorAnswers;
  readonly prometheus: PrometheusAnswers;
  readonly backups: BackupsAnswers;
  readonly pipeline: PipelineAnswers;
  readonly burrow: BurrowAnswers;
}

/** What the answers say, in our words. */
export interface ServiceFacts {
  readonly orchestrator: OrchestratorFacts;
  readonly prometheus: PrometheusFacts;
  readonly backups: BackupsFacts;
  readonly pipeline: PipelineFacts;
  readonly burrow: BurrowFacts;
}

/** Why a neighbour gives nothing to go by. `text` holds its own or the system's words. */
export interface ServiceFailure {
  readonly reason:
    | HttpFailure['reason']
    /** Not followed: whoever sends us elsewhere would get our login. Mostly the way to a login page. */
    | 'redirected'
    /** 401, 403, or its own words for it. */
    | 'unauthorized'
    /** A login page, a proxy or another service answers in its place. */
    | 'notJson'
    /** JSON, but not what this neighbour says. */
    | 'wrongShape'
    /** No such path: another version, or the wrong prefix in the address. */
    | 'notFound'
    /** Its own error, or that of a proxy in front: 5xx. */
    | 'serverError'
    /** The server with the table refuses our account. */
    | 'denied'
    /** The query failed. */
    | 'queryFailed';
  readonly text: string;
}

/** What the poller asks for: one neighbour with all that its reader needs. */
export interface ServiceTarget<K extends ServiceKind = ServiceKind> {
  readonly kind: K;
  /** `orchestrator:main` */
  readonly key: string;
  readonly name: string;
  readonly spec: ServiceSpecs[K];
  readonly pollSeconds: number;
  /** The instances that the spec refers to by `host:port`, and all others of the fleet. */
  readonly instances: Readonly<Record<string, InstanceSpec>>;
}

/** One poll of one neighbour. Times are ISO 8601 in UTC, of the machine that reads. */
export interface ServiceReading<K extends ServiceKind = ServiceKind> {
  readonly kind: K;
  readonly key: string;
  readonly startedAt: string;
  readonly at: string;
  readonly elapsedMs: number;
  readonly result:
    | { readonly kind: 'failed'; readonly failure: ServiceFailure }
    | { readonly kind: 'answered'; readonly answers: ServiceAnswers[K] };
}

/** Everything known of one neighbour. */
export interface ServiceSnapshot<K extends ServiceKind = ServiceKind> {
  readonly kind: K;
  readonly key: string;
  /** ISO 8601, UTC. Undefined: never read. */
  readonly at?: string;
  readonly elapsedMs?: number;
  readonly reach:
    | { readonly kind: 'pending' }
    /** Nothing to go by; where `request` is known, it was that one. */
    | { readonly kind: 'failed'; readonly failure: ServiceFailure; readonly request?: string }
    | { readonly kind: 'answered'; readonly facts: ServiceFacts[K] };
  /** The last facts that it gave, this reading included: what is known of a neighbour that is down now. */
  readonly last?: { readonly at: string; readonly facts: ServiceFacts[K] };
}

export interface LinkedServiceOf<K extends ServiceKind> {
  readonly kind: K;
  readonly key: string;
  readonly name: string;
  readonly spec: ServiceSpecs[K];
  readonly snapshot: ServiceSnapshot<K>;
}

/** One of the kinds; `kind` tells which. */
export type LinkedService = { readonly [K in ServiceKind]: LinkedServiceOf<K> }[ServiceKind];

/** A line of the tree and of the document about a neighbour, complete. */
export interface ServiceItem {
  /** Unique below its parent, and the same as long as it stands for the same thing. */
  readonly id: string;
  readonly label: string;
  readonly description: string;
  readonly state?: State;
  /** Codicon where there is no state. */
  readonly icon?: string;
  /** Sentences for the tooltip and the document, plain text with code between backticks. */
  readonly lines: readonly string[];
  /** `host:port` of the instance of the fleet that it is about. */
  readonly instance?: string;
  readonly items?: readonly ServiceItem[];
}

/** How a neighbour that answered reads. */
export interface ServicePicture {
  /** Beside the name where nothing is wrong: `3 clusters, 12 instances`. */
  readonly short: string;
  readonly lines: readonly string[];
  readonly items: readonly ServiceItem[];
}

/** Where something went wrong that the facts of a kind cannot hold: the whole reading is this failure. */
export interface ServiceTrouble {
  readonly failure: ServiceFailure;
  readonly request?: string;
}

/** One kind of neighbour: what its answers mean. Pure. */
export interface ServiceType<K extends ServiceKind> {
  readonly kind: K;
  /** What the document and the tree call it. */
  readonly word: string;
  /** One line that says what and where it is, from the inventory alone. */
  place(spec: ServiceSpecs[K]): string;
  toFacts(
    answers: ServiceAnswers[K],
    spec: ServiceSpecs[K],
    at: string,
    /** Of the reading before: what flaps, grows or stands still shows against them. */
    before: ServiceFacts[K] | undefined,
  ): Outcome<ServiceFacts[K], ServiceTrouble>;
  picture(facts: ServiceFacts[K], spec: ServiceSpecs[K], at: string): ServicePicture;
  /** For the report of the API: plain JSON. */
  detail(facts: ServiceFacts[K]): unknown;
}

/** All neighbours that the inventory names, in its order. */
export function serviceSpecs(
  inventory: Inventory,
): readonly { readonly [K in ServiceKind]: { readonly kind: K; readonly spec: ServiceSpecs[K] } }[ServiceKind][] {
  return [
    ...inventory.orchestrators.map((spec) => ({ kind: 'orchestrator', spec }) as const),
    ...inventory.prometheus.map((spec) => ({ kind: 'prometheus', spec }) as const),
    ...inventory.backups.map((spec) => ({ kind: 'backups', spec }) as const),
    ...inventory.pipelines.map((spec) => ({ kind: 'pipeline', spec }) as const),
    ...inventory.burrow.map((spec) => ({ kind: 'burrow', spec }) as const),
  ];
}

export function serviceKey(kind: ServiceKind, name: string): string {
  return `${kind}:${name}`;
}
