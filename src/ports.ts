import type { Shell } from './core/guard/quoteShell';
import type { HttpAnswer } from './core/http/answer';
import type { ServerAnswers } from './core/grants/fromServer';
import type { EtcdMirrorSpec, InstanceSpec } from './core/inventory/model';
import type { Contents } from './core/mirror/contents';
import type { WriteRefusal } from './core/mirror/model';
import type { EtcdFailure, MirrorReading } from './core/mirror/reading';
import type { SourceEvents } from './core/mirror/sourceEvents';
import type { Outcome } from './core/outcome';
import type { Flavor, InstanceReading, ReachFailure, ServerTrial } from './core/replication/reading';
import type { AuditEntry, CommandEnd } from './core/runbooks/auditEntry';
import type { FoundPrograms } from './core/runbooks/programChecks';
import type { SecretFile } from './core/runbooks/stepNeeds';
import type { SliceResult, SourcePosition } from './core/replication/waitPosition';
import type { ServiceKind, ServiceReading, ServiceTarget } from './core/services/model';

/** Reads instances. Never throws and never rejects: every trouble is a reading that says so. */
export interface SqlReader {
  /**
   * One poll: at most three statements, all from the adapter's allow-list, over the one connection kept for this
   * instance. Ends by the instance's own deadline (`timeoutSeconds`), also when the server does not answer.
   */
  read(spec: InstanceSpec, signal: AbortSignal): Promise<InstanceReading>;
  /** Closes the connections of instances that are no longer looked at. */
  retain(keys: ReadonlySet<string>): void;
  dispose(): Promise<void>;
}

/** Reads positions and waits for them, each on a connection of its own that is closed afterwards. Never rejects. */
export interface PositionReader {
  /** What the source has written up to now: never an answer to a question that was asked before. */
  readPosition(spec: InstanceSpec, signal: AbortSignal): Promise<Outcome<SourcePosition, ReachFailure>>;
  /** Opens the connection to wait on; the caller closes the wait. */
  openWait(spec: InstanceSpec, flavor: Flavor, signal: AbortSignal): Promise<Outcome<PositionWait, ReachFailure>>;
}

export interface PositionWait {
  /**
   * Waits on the server, at most `seconds` (1 to 5, whole). After an abort or a failure the connection is closed; the
   * server ends what was left by the same limit.
   */
  slice(position: string, seconds: number, signal: AbortSignal): Promise<Outcome<SliceResult, ReachFailure>>;
  close(): Promise<void>;
}

/** Reads accounts and what they hold, over a connection of its own that is closed afterwards. Never rejects. */
export interface GrantsReader {
  /**
   * What the server tells about its accounts; no secret and no hash is in it. An account without the right to read
   * `mysql.*` gets the answers about itself. Ends at the abort, or when the server stays silent for `timeoutSeconds`.
   */
  readGrants(
    spec: InstanceSpec,
    signal: AbortSignal,
    onProgress?: (accounts: { readonly asked: number; readonly total: number }) => void,
  ): Promise<Outcome<ServerAnswers, ReachFailure>>;
}

/** Tries a server that no inventory names yet. Never rejects. */
export interface TrialReader {
  /**
   * One reading and the list of the replicas that registered there, over a connection of its own that is closed
   * afterwards. Each of both ends by `timeoutSeconds`. Connects to no other server.
   */
  tryServer(spec: InstanceSpec, signal: AbortSignal): Promise<ServerTrial>;
}

/** Reads etcd mirrors: their source, their destination and the metrics of their process. Never writes, never rejects. */
export interface MirrorReader {
  /**
   * One poll: at most three requests in one flight over kept connections. Ends by the mirror's own deadline
   * (`timeoutSeconds`).
   * @param waitIndex v2: asks the source for the first event under the prefix from this index on, too; the answer that
   * there is none costs the connection.
   */
  read(spec: EtcdMirrorSpec, waitIndex: number | undefined, signal: AbortSignal): Promise<MirrorReading>;
  /** All keys of one side under its prefix. Ends by the limits, at the abort, or when the server stays silent. */
  readContents(
    spec: EtcdMirrorSpec,
    side: MirrorSide,
    limits: ContentsLimits,
    signal: AbortSignal,
  ): Promise<Outcome<MirrorContents, EtcdFailure>>;
  /** v2: what the source's member has counted since its start of the actions that etcd-mirror skips. */
  readSkippedActions(spec: EtcdMirrorSpec, signal: AbortSignal): Promise<SkippedActions | undefined>;
  /** v2: whether a proxy refuses writes to the destination, asked with a request that writes nothing. */
  readWriteRefusal(spec: EtcdMirrorSpec, signal: AbortSignal): Promise<WriteRefusal | undefined>;
  /**
   * What has changed at the source from an index on: what is there, or the first to come within `waitMs`. Over a
   * connection of its own, so that no reading waits behind it. Ends at the abort and soon after `waitMs`.
   */
  readEvents(
    spec: EtcdMirrorSpec,
    question: EventsQuestion,
    signal: AbortSignal,
  ): Promise<Outcome<SourceEvents, EtcdFailure>>;
  /** Closes the connections of mirrors that are no longer looked at. */
  retain(names: ReadonlySet<string>): void;
  dispose(): Promise<void>;
}

export type MirrorSide = 'source' | 'destination';

export interface ContentsLimits {
  readonly maxBytes: number;
  readonly deadlineMs: number;
  readonly onBytes?: (bytes: number) => void;
}

export interface MirrorContents {
  readonly contents: Contents;
  /** What was asked, without any login. */
  readonly request: string;
  /** X-Etcd-Index or the revision at which this was read. */
  readonly index: number;
}

export interface EventsQuestion {
  /** Undefined: the last few. */
  readonly from?: number;
  /** `prefix` where the account may not see the rest. v3 knows the prefix only: there is no window to use up. */
  readonly scope: EventsScope;
  readonly waitMs: number;
}

export type EventsScope = 'keyspace' | 'prefix';

export interface SkippedActions {
  readonly update: number;
  readonly compareAndDelete: number;
  readonly request: string;
}

/** Reads neighbours of one kind. Never writes, never rejects: every trouble is a reading that says so. */
export interface ServiceReader<K extends ServiceKind> {
  /** One poll, over kept connections. Ends by the neighbour's own deadline (`timeoutSeconds`). */
  read(target: ServiceTarget<K>, signal: AbortSignal): Promise<ServiceReading<K>>;
  /** Closes the connections of neighbours (by key) that are no longer looked at. */
  retain(keys: ReadonlySet<string>): void;
  dispose(): Promise<void>;
}

/** Reads what a neighbour remembers. */
export interface HistoryReader {
  /** GET of one path and query below the neighbour's address. Ends by its deadline; never rejects. */
  ask(target: ServiceTarget<'prometheus'>, path: string, signal: AbortSignal): Promise<HttpAnswer>;
}

/** By kind; a kind without one is known from the inventory and not read. */
export type ServiceReaders = { readonly [K in ServiceKind]?: () => Promise<ServiceReader<K>> };

/** Terminals that the operator sees. The one place where a command of a plan is started. */
export interface CommandRunner {
  /**
   * The terminal of a plan, opened where there is none. A sentence where it cannot be used: its shell is one that
   * nobody here can quote for, or something else runs in it.
   */
  open(wish: TerminalWish): Promise<Outcome<PlanTerminal, string>>;
}

export interface TerminalWish {
  /** The same for all steps of a plan. */
  readonly plan: string;
  /** What its tab says. */
  readonly name: string;
  readonly isProduction: boolean;
}

export interface PlanTerminal {
  readonly shell: Shell;
  /**
   * Starts one line and waits for its end, which may never come: the signal calls it off. Never rejects.
   * @param onTyped the line stands in the terminal without Enter: the operator starts it, and `hasRun` ends the wait
   */
  run(line: string, signal: AbortSignal, onTyped: (hasRun: () => void) => void): Promise<CommandEnd>;
}

/** Files of mode 0600 that carry secrets to a client. */
export interface SecretFiles {
  /** Of this window alone; whoever plans builds the names of files in it. */
  readonly folder: string;
  /**
   * Writes them all or none, and gives what removes them.
   * @throws what the file system says
   */
  write(files: readonly SecretFile[]): Promise<() => Promise<void>>;
}

/** The append-only log of what was run. */
export interface AuditLog {
  /** @throws what the file system says: what cannot be written down is not run */
  append(entry: AuditEntry): Promise<void>;
  /** The last entries, oldest first; `unreadable` counts lines that are none. */
  read(): Promise<{ readonly entries: readonly AuditEntry[]; readonly unreadable: number }>;
}

/** The file in which the history of one inventory outlives the window. */
export interface HistoryFile {
  /**
   * Undefined: nothing was kept yet.
   * @throws what the file system says, or that it is longer than any of ours
   */
  read(): Promise<string | undefined>;
  /**
   * Replaces it as a whole; a crash leaves the old one or the new one.
   * @throws what the file system says
   */
  write(text: string): Promise<void>;
}

/** Looks for programs where a terminal would. */
export interface Programs {
  find(names: readonly string[]): Promise<FoundPrograms>;
}

/** Passwords by name, asked for once. Undefined: the operator gave none. */
export interface Secrets {
  get(name: string, signal: AbortSignal): Promise<string | undefined>;
}

export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Runs `action` once after `delayMs`, by 0 as soon as others had their turn; the returned function cancels it. */
  after(delayMs: number, action: () => void): () => void;
  /** Uniform in [0, 1), for jitter. */
  random(): number;
  /** Milliseconds that this process has had nothing to do, since some fixed moment. */
  idleMs(): number;
}

/** What is written to the output channel; the ui's implementation redacts secrets again. */
export interface Log {
  debug(message: string): void;
  info(message: string): void;
  warn(message: string): void;
  error(message: string, cause?: unknown): void;
}
