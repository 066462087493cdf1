import { clustersOf } from '../core/findings/fleetFacts';
import type { FleetView } from '../core/fleetView';
import type { Clock } from '../ports';
import { Emitter, type Unsubscribe } from './emitter';

/** Of which nobody wants to be told for a while: a subject as findings name it, or the whole fleet. */
export interface Mute {
  readonly subject: string;
  /** Milliseconds since the epoch. */
  readonly untilMs: number;
}

/** Stands for all subjects. */
export const wholeFleet = '*';

/** What outlives the window. */
export interface MuteMemory {
  get(): unknown;
  set(mutes: readonly Mute[]): unknown;
}

/** What is muted, and until when. What was kept is not trusted to be what we wrote. */
export class Mutes {
  readonly #memory: MuteMemory;
  readonly #clock: Clock;
  readonly #changed = new Emitter<undefined>();
  #mutes: readonly Mute[];

  constructor(memory: MuteMemory, clock: Clock) {
    this.#memory = memory;
    this.#clock = clock;
    const kept = memory.get();
    this.#mutes = Array.isArray(kept) ? kept.filter(isMute) : [];
  }

  /** Those that have not ended, the first to end first. */
  get list(): readonly Mute[] {
    return this.#mutes
      .filter(({ untilMs }) => untilMs > this.#clock.now())
      .toSorted((a, b) => a.untilMs - b.untilMs || (a.subject < b.subject ? -1 : 1));
  }

  onDidChange(listener: () => void): Unsubscribe {
    return this.#changed.on(listener);
  }

  /** @param untilMs also earlier than before; in the past it ends */
  mute(subject: string, untilMs: number): void {
    this.#keep([...this.list.filter((mute) => mute.subject !== subject), { subject, untilMs }]);
  }

  end(subject: string): void {
    this.#keep(this.list.filter((mute) => mute.subject !== subject));
  }

  /** An instance is muted by itself, with one of its clusters, or with the fleet. */
  isMuted(subject: string, view: FleetView): boolean {
    const clusters = clustersOf(view, subject).map(({ spec }) => `cluster:${spec.name}`);
    return this.list.some((mute) => [wholeFleet, subject, ...clusters].includes(mute.subject));
  }

  #keep(mutes: readonly Mute[]): void {
    this.#mutes = mutes;
    this.#memory.set(this.list);
    this.#changed.fire(undefined, () => undefined);
  }
}

function isMute(value: unknown): value is Mute {
  if (typeof value !== 'object' || value === null) return false;
  const { subject, untilMs } = value as Partial<Record<keyof Mute, unknown>>;
  return typeof subject === 'string' && typeof untilMs === 'number' && Number.isFinite(untilMs);
}
