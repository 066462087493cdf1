import type { InstanceSpec } from './core/inventory/model';
import type { InstanceReading } from './core/replication/reading';

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

/** Passwords by name, asked for once. Undefined: the operator gave none. */
export interface Secrets {
  get(name: string, signal: AbortSignal): Promise<string | undefined>;
}

export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Runs `action` once after `delayMs`; the returned function cancels it. */
  after(delayMs: number, action: () => void): () => void;
  /** Uniform in [0, 1), for jitter. */
  random(): number;
}

/** What is written to the output channel; the ui's implementation redacts secrets again. */
export interface Log {
  debug(message: string): void;
  info(message: string): void;
  warn(message: string): void;
  error(message: string, cause?: unknown): void;
}
