import type { GrantLogic } from '../core/grantLogic';
import type { ServerGrants } from '../core/grants/fromServer';
import type { InstanceSpec } from '../core/inventory/model';
import type { ReachFailure } from '../core/replication/reading';
import type { Clock, GrantsReader, Log } from '../ports';
import { Emitter, type Unsubscribe } from './emitter';
import { t } from '../core/l10n';
import { messageOf } from '../core/messageOf';

/** What is known of one instance's grants. After a failed reading the last good one stays, with its own time. */
export interface KnownGrants {
  readonly grants?: ServerGrants;
  /** Milliseconds since the epoch: when `grants` were read. */
  readonly readAtMs?: number;
  /** Of the last reading; undefined: it was answered. */
  readonly failure?: ReachFailure;
}

export interface GrantStoreOptions {
  readonly logic: () => Promise<GrantLogic>;
  readonly reader: () => Promise<GrantsReader>;
  /** False: no host may be connected to, since the workspace that names it is not trusted. */
  readonly mayConnect: () => boolean;
  readonly clock: Clock;
  readonly log: Log;
}

export interface ReadProgress {
  readonly done: number;
  readonly total: number;
  /** What is being read now: `db1108:3351, 120 of 4000 accounts`. */
  readonly text: string;
}

/** Each reading is hundreds of statements on one server: some at once are quick enough, and no burden. */
const maxConcurrent = 4;

/** Reads grants when somebody asks for them, and keeps the last of each instance. Nothing is read by itself. */
export class GrantStore {
  readonly #options: GrantStoreOptions;
  readonly #changed = new Emitter<void>();
  readonly #known = new Map<string, KnownGrants>();
  readonly #reading = new Map<string, Promise<KnownGrants>>();
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(options: GrantStoreOptions) {
    this.#options = options;
  }

  get mayConnect(): boolean {
    return this.#options.mayConnect();
  }

  get(key: string): KnownGrants | undefined {
    return this.#known.get(key);
  }

  isReading(key: string): boolean {
    return this.#reading.has(key);
  }

  onDidChange(listener: () => void): Unsubscribe {
    return this.#changed.on(listener);
  }

  /** Forgets instances that the inventory no longer names. */
  retain(keys: ReadonlySet<string>): void {
    for (const key of this.#known.keys()) if (!keys.has(key)) this.#known.delete(key);
    this.#fire();
  }

  /** Reads these instances, four at a time. Never rejects for what a server does; what was cancelled stays as it was. */
  async readAll(
    specs: readonly InstanceSpec[],
    signal: AbortSignal,
    onProgress: (progress: ReadProgress) => void = () => undefined,
  ): Promise<void> {
    let done = 0;
    const tell = (text: string): void => {
      onProgress({ done, total: specs.length, text });
    };
    await Promise.all(
      specs.map(async (spec) => {
        await this.read(spec, signal, tell);
        done += 1;
        tell(spec.key);
      }),
    );
  }

  /** The grants of one instance as they are now. A reading that is under way is waited for, not repeated. */
  async read(
    spec: InstanceSpec,
    signal: AbortSignal,
    tell: (text: string) => void = () => undefined,
  ): Promise<KnownGrants> {
    const underWay = this.#reading.get(spec.key);
    if (underWay !== undefined) {
      const result = await underWay;
      // Somebody else gave up; that is no answer to this question.
      if (result.failure?.reason !== 'cancelled' || signal.aborted) return result;
      return this.read(spec, signal, tell);
    }
    const reading = this.#readOne(spec, signal, tell).finally(() => {
      this.#reading.delete(spec.key);
      this.#fire();
    });
    this.#reading.set(spec.key, reading);
    this.#fire();
    return reading;
  }

  async #readOne(spec: InstanceSpec, signal: AbortSignal, tell: (text: string) => void): Promise<KnownGrants> {
    const { key } = spec;
    if (!this.mayConnect) {
      return this.#keep(key, {
        failure: { reason: 'untrusted', text: t`The workspace that names this host is not trusted.` },
      });
    }
    await this.#enter();
    try {
      if (signal.aborted) return { ...this.#known.get(key), failure: cancelled };
      tell(key);
      const [reader, logic] = await Promise.all([this.#options.reader(), this.#options.logic()]);
      const startedMs = this.#options.clock.now();
      const outcome = await reader.readGrants(spec, signal, ({ asked, total }) => {
        tell(t`${key}, ${asked} of ${total} accounts`);
      });
      if (outcome.kind === 'failed') {
        const failure = outcome.reason;
        // A cancelled reading says nothing about the server.
        if (failure.reason === 'cancelled') return { ...this.#known.get(key), failure };
        this.#options.log.warn(`Grants of ${key} could not be read: ${failure.text}`);
        return this.#keep(key, { ...withoutFailure(this.#known.get(key)), failure });
      }
      const grants = logic.toGrantModel(outcome.value);
      const readAtMs = this.#options.clock.now();
      this.#options.log.info(`Grants of ${key}: ${grants.model.accounts.size} accounts in ${readAtMs - startedMs} ms`);
      return this.#keep(key, { grants, readAtMs });
    } catch (error) {
      this.#options.log.error(`Grants of ${key} could not be read`, error);
      const text = messageOf(error);
      return this.#keep(key, { ...withoutFailure(this.#known.get(key)), failure: { reason: 'other', text } });
    } finally {
      this.#leave();
    }
  }

  #keep(key: string, known: KnownGrants): KnownGrants {
    this.#known.set(key, known);
    return known;
  }

  /** A slot that is left is handed to the next in line, so that nobody slips in between. */
  async #enter(): Promise<void> {
    if (this.#running < maxConcurrent) {
      this.#running += 1;
      return;
    }
    await new Promise<void>((resolve) => {
      this.#waiting.push(resolve);
    });
  }

  #leave(): void {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#running -= 1;
  }

  #fire(): void {
    this.#changed.fire(undefined, (error) => {
      this.#options.log.error('A listener of the grants failed', error);
    });
  }
}

const cancelled: ReachFailure = { reason: 'cancelled', text: t`It was cancelled.` };

function withoutFailure(known: KnownGrants | undefined): KnownGrants {
  const { grants, readAtMs } = known ?? {};
  return { ...(grants && { grants }), ...(readAtMs !== undefined && { readAtMs }) };
}
