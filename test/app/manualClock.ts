import type { Clock } from '../../src/ports';

/** A clock that only moves when told to. */
export class ManualClock implements Clock {
  #nowMs = Date.UTC(2026, 10, 22, 12, 0, 0);
  #timers: { at: number; action: () => void }[] = [];
  /** What `random` answers: no jitter. */
  randomValue = 0.5;

  now(): number {
    return this.#nowMs;
  }

  random(): number {
    return this.randomValue;
  }

  after(delayMs: number, action: () => void): () => void {
    const timer = { at: this.#nowMs + delayMs, action };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  get pendingTimers(): number {
    return this.#timers.length;
  }

  /** Moves on and runs what is due, in order; promises settle in between. */
  async advance(ms: number): Promise<void> {
    const end = this.#nowMs + ms;
    for (;;) {
      await settle();
      const next = this.#timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
      if (next === undefined) break;
      this.#timers = this.#timers.filter((timer) => timer !== next);
      this.#nowMs = next.at;
      next.action();
    }
    this.#nowMs = end;
    await settle();
  }
}

/** Lets every promise that can settle do so. */
export function settle(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(() => setImmediate(resolve));
  });
}

const nothing = () => undefined;
export const silentLog = { debug: nothing, info: nothing, warn: nothing, error: nothing };
