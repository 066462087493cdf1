import type { Clock } from '../../src/ports';

/** A clock that only moves when told to. */
export class ManualClock implements Clock {
  #nowMs = Date.UTC(2026, 10, 22, 12, 0, 0);
  #timers: { at: number; action: () => void }[] = [];
  /** Whether other work leaves this process no time. */
  isBusy = false;
  #idleMs = 0;
  /** What `random` answers: no jitter. */
  randomValue = 0.5;

  now(): number {
    return this.#nowMs;
  }

  random(): number {
    return this.randomValue;
  }

  idleMs(): number {
    return this.#idleMs;
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

  /** Time that a calculation takes: nothing else runs meanwhile. */
  spend(ms: number): void {
    this.#moveTo(this.#nowMs + ms);
  }

  /** Moves on and runs what is due, in order; promises settle in between. */
  async advance(ms: number): Promise<void> {
    const end = this.#nowMs + ms;
    for (;;) {
      await settle();
      const next = this.#timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
      if (next === undefined) break;
      this.#timers = this.#timers.filter((timer) => timer !== next);
      this.#moveTo(next.at);
      next.action();
    }
    this.#moveTo(end);
    await settle();
  }

  /** Never back: what was due while a calculation took its time runs late. */
  #moveTo(ms: number): void {
    const toMs = Math.max(this.#nowMs, ms);
    if (!this.isBusy) this.#idleMs += toMs - this.#nowMs;
    this.#nowMs = toMs;
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
