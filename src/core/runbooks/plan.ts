import type { Effect } from '../guard/effect';
import type { Identity, ServerIdentity } from '../guard/identity';
import type { PasswordSource, TlsSpec } from '../inventory/model';
import type { GtidUse, Thread } from '../replication/model';
import type { Flavor } from '../replication/reading';

/** What a plan is for. `identity` undefined: it could not be read, and the plan is blocked. */
export type PlanTarget = PlanServer | PlanMirror | PlanService;

/** A server as a plan is bound to it. */
export interface PlanServer {
  readonly kind: 'instance';
  readonly key: string;
  readonly host: string;
  readonly port: number;
  readonly isProduction: boolean;
  readonly identity?: ServerIdentity;
  readonly flavor: Flavor;
  readonly version?: string;
  /** ISO 8601, UTC: when it was read. */
  readonly readAt?: string;
}

/** An etcd mirror, known again by the cluster ids of its two sides. */
export interface PlanMirror {
  readonly kind: 'mirror';
  /** `mirror:conf-codfw` */
  readonly key: string;
  readonly isProduction: boolean;
  readonly identity?: Identity;
  readonly version?: string;
  /** ISO 8601, UTC: when both sides were read. */
  readonly readAt?: string;
}

/** A neighbour. What it is known by stays known while it is stopped, so that a plan can start it again. */
export interface PlanService {
  readonly kind: 'service';
  /** `orchestrator:main` */
  readonly key: string;
  readonly isProduction: boolean;
  readonly identity?: Identity;
  readonly version?: string;
  /** ISO 8601, UTC: when it was asked. */
  readonly readAt?: string;
}

/** A ground check. Unknown is neither green nor red. */
export interface PlanCheck {
  readonly id: string;
  readonly pass: boolean | 'unknown';
  readonly measured: string;
  readonly needed: string;
  /** What to do about it where it does not pass. */
  readonly fix: string;
  /** An unknown that does not block: the server itself will say, or only a person can know. */
  readonly mayBeUnknown?: true;
  /** No typed reason lets a plan go on where this is red: it would harm for certain. */
  readonly hasNoOverride?: true;
}

/** Where the database client gets its account from; a password is never part of a plan. */
export type ClientAccount =
  /** An option file that is there already. */
  | { readonly kind: 'optionFile'; readonly path: string }
  /** A file of mode 0600 that is written for the step and removed after it; the password comes from where it is said to be. */
  | { readonly kind: 'written'; readonly user: string; readonly password: PasswordSource }
  /** What the operator's own option files say. */
  | { readonly kind: 'own' };

/**
 * A secret that a statement holds as `{{name}}`; asked for right before the step, and never shown. Steps of one plan
 * that name the same secret get the same text.
 */
export interface PlanSecret {
  readonly name: string;
  /** What is asked for, a noun phrase. */
  readonly label: string;
  /** Longer ones are refused by the server. */
  readonly maxLength: number;
  /** Nobody knows it yet: it is asked for twice. */
  readonly isNew?: true;
}

/** What a step runs: one command line. What the runner needs to know of each kind is in `stepNeeds`. */
export type StepCall = ClientCall | ProgramCall;

/** How a client reaches one server. */
export interface ClientPlace {
  readonly client: 'mariadb' | 'mysql';
  readonly server: PlanServer;
  readonly account: ClientAccount;
  readonly tls: TlsSpec;
  readonly socket?: string;
}

/** One run of mariadb-dump or mysqldump: where it reads, and its own options. */
export interface DumpRun extends ClientPlace {
  readonly program: 'mariadb-dump' | 'mysqldump';
  readonly options: readonly string[];
}

/** A dump that is fed to the client. */
export interface DumpLoad {
  readonly from: { readonly kind: 'run'; readonly run: DumpRun } | { readonly kind: 'file'; readonly path: string };
  /** What stands for `{{position}}` in `last`: the dump's GTID position as a literal, or its `LOG_FILE=…, LOG_POS=…`. */
  readonly position?: 'gtid' | 'file';
  /** Run only where the dump came whole and all of it was loaded. */
  readonly last: readonly string[];
}

/** One run of a database client. */
export interface ClientCall extends ClientPlace {
  readonly kind: 'client';
  readonly statements: readonly string[];
  readonly secrets: readonly PlanSecret[];
  /** After the statements, on the same server, a dump is written to a file of mode 0600. */
  readonly dump?: { readonly run: DumpRun; readonly path: string };
  /** After the statements, and on their connection, a dump is loaded. */
  readonly load?: DumpLoad;
}

/** A word of a command line: as it is, a path to be made absolute, or the file of the account (see `CallFiles`). */
export type ProgramWord = string | { readonly path: string } | { readonly file: 'account' };

/** One program with its arguments. */
export interface ProgramRun {
  readonly words: readonly ProgramWord[];
  /** The next one runs only where this one printed the text, in any letter case. */
  readonly mustPrint?: string;
}

/** Programs that run one after the other, each only where the one before it ended well. None is given a secret. */
export interface ProgramCall {
  readonly kind: 'programs';
  readonly server: PlanTarget;
  /** `written` and `optionFile`: a file for `curl --config`. */
  readonly account: ClientAccount;
  readonly runs: readonly ProgramRun[];
  readonly secrets: readonly PlanSecret[];
}

/** What our own reading has to show before a step counts as done. */
export type Expectation =
  | {
      readonly kind: 'threads';
      readonly key: string;
      readonly connection: string;
      readonly thread: Extract<Thread, 'running' | 'stopped'>;
    }
  | { readonly kind: 'readOnly'; readonly key: string; readonly isReadOnly: boolean }
  /** A dump of the server `key`, as a file on this machine; `since`: written on that day (`YYYY-MM-DD`) or later. */
  | { readonly kind: 'dumpFile'; readonly key: string; readonly path: string; readonly since?: string }
  /** The connection is there with its source, and knows the place that the dump was taken at. */
  | {
      readonly kind: 'loaded';
      readonly key: string;
      readonly connection: string;
      readonly sourceKey: string;
      readonly host: string;
      readonly port: number;
      readonly gtid: GtidUse;
    }
  /** What the connection logs in with. */
  | { readonly kind: 'login'; readonly key: string; readonly connection: string; readonly user: string }
  | { readonly kind: 'caughtUp'; readonly key: string; readonly connection: string }
  /** No such connection, and no position in what the source logs. */
  | { readonly kind: 'forgotten'; readonly key: string; readonly connection: string; readonly sourceKey: string }
  /** Nothing in its binary log that none of its sources has. */
  | { readonly kind: 'noErrant'; readonly key: string }
  | { readonly kind: 'binlogOn'; readonly key: string }
  /** For a step that only shows something: the server is there, and is the planned one. */
  | { readonly kind: 'answers'; readonly key: string }
  | { readonly kind: 'heartbeatRowsGone'; readonly key: string; readonly serverIds: readonly number[] }
  | { readonly kind: 'gtid'; readonly key: string; readonly connection: string; readonly gtid: GtidUse }
  | { readonly kind: 'tls'; readonly key: string; readonly connection: string }
  | {
      readonly kind: 'source';
      readonly key: string;
      readonly connection: string;
      readonly host: string;
      readonly port: number;
    }
  /** The mirror's index key holds this or, once its process goes on, more. */
  | { readonly kind: 'mirrorIndex'; readonly key: string; readonly index: number }
  | { readonly kind: 'mirrorProcess'; readonly key: string; readonly isRunning: boolean }
  /** Both sides of the mirror hold the same, compared after the step. */
  | { readonly kind: 'mirrorEqual'; readonly key: string }
  /** The destination has no key that the source has not. */
  | { readonly kind: 'mirrorNoExtra'; readonly key: string }
  /** Both sides answer, and nothing more: a step that only asks. */
  | { readonly kind: 'mirrorReadable'; readonly key: string }
  /** It answers, and knows at least as many clusters. */
  | { readonly kind: 'serviceAnswers'; readonly key: string; readonly clusters: number }
  /** Nobody is there, directly or behind its proxy. */
  | { readonly kind: 'serviceStopped'; readonly key: string }
  /** Orchestrator knows none of these instances any more. */
  | { readonly kind: 'orchestratorForgot'; readonly key: string; readonly instances: readonly string[] }
  /** Orchestrator knows the instance and has checked it; `source`: and it replicates from there. */
  | { readonly kind: 'orchestratorHas'; readonly key: string; readonly instance: string; readonly source?: string }
  /** Burrow has forgotten the group, or sees it anew: nothing in its window is as old as `newest` (ISO 8601, UTC). */
  | { readonly kind: 'consumerReset'; readonly key: string; readonly group: string; readonly newest?: string }
  /** The server is as the template says: in what it adds, or in all. */
  | { readonly kind: 'grants'; readonly key: string; readonly template: string; readonly part: 'adds' | 'all' }
  | {
      readonly kind: 'account';
      readonly key: string;
      readonly user: string;
      readonly host: string;
      readonly privileges: readonly string[];
    };

export interface PlanStep {
  /** Unique in its plan. */
  readonly id: string;
  readonly title: string;
  readonly effect: Effect;
  readonly call: StepCall;
  /** What a person does on the server's own host, since no client can: shown as a block. */
  readonly byHand?: string;
  /** What it does to the GTID position loses nothing: its runbook says why. */
  readonly hasPositionProof?: true;
  /** Accounts that a grant template names, as `user@host`: from those alone anything may be taken away. */
  readonly templateAccounts?: readonly string[];
  /** The state of the fleet alone tells whether it is done: those after it wait until it is. */
  readonly isSeen?: true;
  /** What was measured, where the plan found it done already: a plan that is taken up again passes it over. */
  readonly isDone?: string;
  /** The statement that shows whether it is done, as an operator would run it. */
  readonly verify: string;
  readonly expectation: Expectation;
  /** What the answer has to say, in words; of a step that only shows something: what to look for. */
  readonly expected: string;
  /** What takes it back, as an operator would run it: statements or a command line, and no words. */
  readonly rollback?: string;
  /** Sentences: what a person does to take it back, or what the rollback does not bring back. */
  readonly rollbackWords?: string;
  /** Who feels it. */
  readonly blastRadius: string;
}

/** What a runbook does to one target, before anything is done. Pure data: the same reading gives the same plan. */
export interface RunbookPlan {
  readonly id: string;
  readonly title: string;
  readonly target: PlanTarget;
  readonly source?: PlanServer;
  /** Replication connection; `''` is the default one; undefined: not about a connection. */
  readonly connection?: string;
  readonly inputs: Readonly<Record<string, string>>;
  readonly checks: readonly PlanCheck[];
  readonly steps: readonly PlanStep[];
  /** Why it may not run now; empty: it may. */
  readonly blocked: readonly string[];
}
