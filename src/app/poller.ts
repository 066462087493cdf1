import type { InstanceSpec } from '../core/inventory/model';
import type { InstanceReading } from '../core/replication/reading';
import type { Clock, Log } from '../ports';

/** How often a fleet that is only half looked at is read: the window is visible but another has the focus. */
const unfocusedSeconds = 60;
/** An instance that keeps failing is asked less and less often, but never less often than this. */
const longestBackOffSeconds = 60;
/** Reads at the same time: more would keep each other from their answers, since one processor opens all connections. */
const concurrency = 64;
/** A read that has taken this long waits for its server and gives its place to the next: sockets are cheap. */
const patienceMs = 250;
/** So soon does one that failed last time: it is not expected to answer. */
const patienceAfterFailureMs = 25;
/** With less of it idle this process is what the reads wait for: one more would make all of them miss their deadlines. */
const leastIdleShare = 0.1;

export type Attention = 'none' | 'unfocused' | 'full';

/** What the poller needs of a thing that is read: instances and mirrors alike. */
export interface PollTarget {
  readonly key: string;
  readonly pollSeconds: number;
}

export interface PolledReading {
  readonly result:
    { readonly kind: 'answered' } | { readonly kind: 'failed'; readonly failure: { readonly reason: string } };
}

export interface PollerOptions<Target extends PollTarget, Reading extends PolledReading> {
  readonly reader: () => Promise<{ read(target: Target, signal: AbortSignal): Promise<Reading> }>;
  readonly clock: Clock;
  readonly log: Log;
  readonly onReading: (reading: Reading) => void;
}

interface Entry<Target> {
  spec: Target;
  failures: number;
  /** Nobody has seen it yet, so that the first reading must not wait for an interval. */
  isNew: boolean;
  cancelTimer: (() => void) | undefined;
  /** The read under way; a second request joins it. */
  running: Promise<void> | undefined;
  /** Ends that read without a result. */
  abort: (() => void) | undefined;
}

/** Decides when which target is read. Reads only while somebody looks, with jitter, backing off on failures. */
export class Poller<Target extends PollTarget = InstanceSpec, Reading extends PolledReading = InstanceReading> {
  readonly #options: PollerOptions<Target, Reading>;
  readonly #entries = new Map<string, Entry<Target>>();
  readonly #waiting: (() => void)[] = [];
  /** One for each read: listeners of a fleet on one signal would be as many as its instances. */
  readonly #underWay = new Set<AbortController>();
  #attention: Attention = 'none';
  #running = 0;
  #disposed = false;

  constructor(options: PollerOptions<Target, Reading>) {
    this.#options = options;
  }

  /** True while the target, or any where no key is given, is being read. */
  isReading(key?: string): boolean {
    if (key !== undefined) return this.#entries.get(key)?.running !== undefined;
    return [...this.#entries.values()].some(({ running }) => running !== undefined);
  }

  setTargets(specs: readonly Target[]): void {
    const byKey = new Map(specs.map((spec) => [spec.key, spec]));
    for (const [key, entry] of this.#entries) {
      if (byKey.has(key)) continue;
      entry.cancelTimer?.();
      this.#entries.delete(key);
    }
    for (const spec of specs) {
      const entry = this.#entries.get(spec.key);
      if (entry === undefined) {
        const idle = { cancelTimer: undefined, running: undefined, abort: undefined };
        this.#entries.set(spec.key, { spec, failures: 0, isNew: true, ...idle });
      } else {
        entry.spec = spec;
      }
    }
    this.#schedule();
  }

  setAttention(attention: Attention): void {
    if (attention === this.#attention) return;
    const before = this.#attention;
    this.#attention = attention;
    for (const entry of this.#entries.values()) {
      entry.cancelTimer?.();
      entry.cancelTimer = undefined;
      // Who looks again wants to see now, not in ten seconds.
      if (attention === 'full' && before !== 'full') this.#after(entry, this.#soonMs());
    }
    this.#schedule();
  }

  /** Reads the given targets, or all, once; ends when each has answered or met its deadline. Never rejects. */
  async readNow(keys?: readonly string[], signal?: AbortSignal): Promise<void> {
    const wanted = keys === undefined ? undefined : new Set(keys);
    // What failed last time may take its whole deadline again, so its time begins first.
    const entries = [...this.#entries.values()]
      .filter(({ spec }) => wanted?.has(spec.key) ?? true)
      .sort((a, b) => b.failures - a.failures);
    await Promise.all(entries.map((entry) => this.#read(entry, signal)));
  }

  /**
   * Like `readNow`, by readings that begin after the call: one that is under way may have asked the server before.
   * @param endsStale true: one that is under way for long is ended, so that nobody waits for two deadlines
   */
  async readAnew(keys: readonly string[], endsStale = false): Promise<void> {
    const entries = [...this.#entries.values()].filter(({ spec }) => keys.includes(spec.key));
    await Promise.all(
      entries.map(async (entry) => {
        const { running, abort } = entry;
        const cancelEnd = endsStale && abort ? this.#options.clock.after(patienceMs, abort) : undefined;
        await running;
        cancelEnd?.();
        await this.#read(entry);
      }),
    );
  }

  /** Ends what is under way; the poller can be used on. */
  cancel(): void {
    for (const controller of this.#underWay) controller.abort();
  }

  dispose(): void {
    this.#disposed = true;
    this.setTargets([]);
    this.cancel();
  }

  #schedule(): void {
    for (const entry of this.#entries.values()) this.#scheduleOne(entry);
  }

  #scheduleOne(entry: Entry<Target>): void {
    if (entry.cancelTimer === undefined && entry.running === undefined) this.#after(entry, this.#delayMs(entry));
  }

  #after(entry: Entry<Target>, delayMs: number): void {
    if (this.#attention === 'none' || this.#disposed) return;
    entry.cancelTimer = this.#options.clock.after(delayMs, () => {
      entry.cancelTimer = undefined;
      void this.#read(entry);
    });
  }

  /** At once, spread a little so that a fleet does not connect in one burst. */
  #soonMs(): number {
    return this.#options.clock.random() * 500;
  }

  /** Between polls, with a tenth of jitter both ways so that a fleet's reads spread out. */
  #delayMs({ spec, failures, isNew }: Entry<Target>): number {
    if (isNew) return this.#soonMs();
    const wanted = this.#attention === 'full' ? spec.pollSeconds : Math.max(spec.pollSeconds, unfocusedSeconds);
    const backOff = Math.min(spec.pollSeconds * 2 ** Math.min(failures, 10), longestBackOffSeconds);
    return Math.max(wanted, failures > 0 ? backOff : 0) * 1000 * (0.9 + 0.2 * this.#options.clock.random());
  }

  #read(entry: Entry<Target>, signal?: AbortSignal): Promise<void> {
    if (this.#disposed) return Promise.resolve();
    entry.cancelTimer?.();
    entry.cancelTimer = undefined;
    entry.isNew = false;
    if (entry.running !== undefined) return entry.running;
    // Made before the read has its turn, so that also one that waits for it can be ended.
    const controller = new AbortController();
    entry.abort = () => {
      controller.abort();
    };
    entry.running = this.#readOnce(entry, controller, signal).finally(() => {
      entry.running = undefined;
      entry.abort = undefined;
      if (this.#entries.get(entry.spec.key) === entry) this.#scheduleOne(entry);
    });
    return entry.running;
  }

  async #readOnce(entry: Entry<Target>, controller: AbortController, signal: AbortSignal | undefined): Promise<void> {
    await this.#enter();
    if (this.#disposed) {
      this.#leave();
      return;
    }
    let hasPlace = true;
    const leave = (): void => {
      if (hasPlace) this.#leave();
      hasPlace = false;
    };
    const cancelPatience = this.#afterPatience(entry.failures > 0 ? patienceAfterFailureMs : patienceMs, leave);
    this.#underWay.add(controller);
    try {
      const reader = await this.#options.reader();
      const reading = await reader.read(
        entry.spec,
        signal === undefined ? controller.signal : AbortSignal.any([signal, controller.signal]),
      );
      if (reading.result.kind === 'failed' && reading.result.failure.reason === 'cancelled') return;
      entry.failures = reading.result.kind === 'failed' ? entry.failures + 1 : 0;
      this.#options.onReading(reading);
    } catch (error) {
      // The reader promises not to reject; a broken promise must not take the extension host down.
      this.#options.log.error(`Reading ${entry.spec.key} failed in a way nobody foresaw`, error);
      entry.failures += 1;
    } finally {
      this.#underWay.delete(controller);
      cancelPatience();
      leave();
    }
  }

  /** Once a read has taken long and this process had time for it. */
  #afterPatience(ms: number, action: () => void): () => void {
    const { clock } = this.#options;
    let cancel: () => void;
    const wait = (): void => {
      const idleMs = clock.idleMs();
      cancel = clock.after(ms, () => {
        if (clock.idleMs() - idleMs < ms * leastIdleShare) wait();
        else action();
      });
    };
    wait();
    return () => {
      cancel();
    };
  }

  async #enter(): Promise<void> {
    if (this.#running >= concurrency) {
      await new Promise<void>((resolve) => {
        this.#waiting.push(resolve);
      });
    }
    this.#running += 1;
  }

  #leave(): void {
    this.#running -= 1;
    this.#waiting.shift()?.();
  }
}
