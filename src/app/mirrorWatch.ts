import type { EtcdMirrorSpec } from '../core/inventory/model';
import type { EtcdFailure } from '../core/mirror/reading';
import type { SourceEvent, SourceEvents } from '../core/mirror/sourceEvents';
import type { Clock, EventsScope, MirrorReader } from '../ports';
import { pause } from './pause';
import { t } from '../core/l10n';

export interface MirrorWatchOptions {
  readonly spec: EtcdMirrorSpec;
  readonly reader: () => Promise<MirrorReader>;
  readonly mayConnect: () => boolean;
  readonly clock: Clock;
  /** Something is new, at most a few times per second. */
  readonly onChange: () => void;
}

export interface SeenEvent extends SourceEvent {
  /** ISO 8601, UTC: when it was heard of here; etcd keeps no time of an event. */
  readonly seenAt: string;
}

export type WatchPhase =
  | { readonly kind: 'starting' }
  | { readonly kind: 'watching' }
  /** Tries again by itself. */
  | { readonly kind: 'failed'; readonly failure: EtcdFailure }
  | { readonly kind: 'stopped' };

export interface WatchState {
  readonly phase: WatchPhase;
  readonly scope: EventsScope;
  /** Newest first, at most `mostEvents`. */
  readonly events: readonly SeenEvent[];
  /** Indexes that were jumped over, since the source is faster than anybody reads. */
  readonly jumped: number;
}

export const mostEvents = 100;

/** Less than any proxy's patience with a silent connection. */
const waitMs = 45_000;
/** Ten events a second are more than anybody can read, and little work for the source. */
const paceMs = 100;
/** Further behind than this it is not caught up with any more: the newest events are what is looked for. */
const mostBehind = 200;
const retryMs = 10_000;
/** A panel is drawn anew no more often. */
const tellMs = 300;

/** Follows what happens at a mirror's source, for as long as somebody looks. */
export class MirrorWatch {
  readonly #options: MirrorWatchOptions;
  #abort: AbortController | undefined;
  #phase: WatchPhase = { kind: 'stopped' };
  #scope: EventsScope = 'keyspace';
  #events: readonly SeenEvent[] = [];
  #jumped = 0;
  #next: number | undefined;
  #cancelTell: (() => void) | undefined;

  constructor(options: MirrorWatchOptions) {
    this.#options = options;
  }

  get state(): WatchState {
    return { phase: this.#phase, scope: this.#scope, events: this.#events, jumped: this.#jumped };
  }

  /** Goes on where it stopped, if that is still near. */
  start(): void {
    if (this.#abort !== undefined) return;
    this.#abort = new AbortController();
    this.#become({ kind: 'starting' });
    void this.#follow(this.#abort.signal);
  }

  stop(): void {
    this.#abort?.abort();
    this.#abort = undefined;
    this.#cancelTell?.();
    this.#cancelTell = undefined;
    this.#phase = { kind: 'stopped' };
  }

  async #follow(signal: AbortSignal): Promise<void> {
    const { spec, reader, mayConnect, clock } = this.#options;
    while (!signal.aborted) {
      if (!mayConnect()) {
        const text = t`The workspace that names this host is not trusted.`;
        this.#become({ kind: 'failed', failure: { reason: 'untrusted', text } });
        await pause(clock, retryMs, signal);
        continue;
      }
      const from = this.#next === undefined ? {} : { from: this.#next };
      const outcome = await (await reader()).readEvents(spec, { ...from, scope: this.#scope, waitMs }, signal);
      // Aborted meanwhile; the types do not know that time has passed.
      if ((signal as { aborted: boolean }).aborted) return;
      if (outcome.kind === 'ok') {
        this.#take(outcome.value);
        await pause(clock, paceMs, signal);
      } else if (this.#mayNarrow(outcome.reason)) {
        this.#scope = 'prefix';
      } else {
        this.#become({ kind: 'failed', failure: outcome.reason });
        await pause(clock, retryMs, signal);
      }
    }
  }

  /** An account that may read the mirrored prefix need not be allowed to see the rest. */
  #mayNarrow({ reason }: EtcdFailure): boolean {
    return reason === 'authRequired' && this.#scope === 'keyspace' && this.#options.spec.sourcePrefix !== '/';
  }

  #take({ events, next, index }: SourceEvents): void {
    const seenAt = new Date(this.#options.clock.now()).toISOString();
    const seen = events.map((event) => ({ ...event, seenAt })).reverse();
    // Another cluster answers, or one that was restored: what was heard before is of something else.
    const isReset = this.#next !== undefined && index + 1 < this.#next;
    this.#events = [...seen, ...(isReset ? [] : this.#events)].slice(0, mostEvents);
    const behind = index - next;
    this.#next = isReset || behind > mostBehind ? undefined : next;
    if (!isReset && behind > mostBehind) this.#jumped += behind;
    this.#become({ kind: 'watching' });
  }

  #become(phase: WatchPhase): void {
    this.#phase = phase;
    this.#cancelTell ??= this.#options.clock.after(tellMs, () => {
      this.#cancelTell = undefined;
      this.#options.onChange();
    });
  }
}
