import type { FleetLogic } from '../core/fleetLogic';
import type { EtcdMirrorSpec, Inventory } from '../core/inventory/model';
import type { MirrorComparison, MirrorState } from '../core/mirror/model';
import type { MirrorReading } from '../core/mirror/reading';
import type { Outcome } from '../core/outcome';
import type { Clock, Log, MirrorReader } from '../ports';
import { compareMirror, type CompareFailure, type CompareProgress } from './compareMirror';
import type { FleetStore } from './fleetStore';
import type { MirrorWatchOptions } from './mirrorWatch';
import { Poller, type Attention, type PollTarget } from './poller';
import { t } from '../core/l10n';

export interface MirrorsOptions {
  readonly reader: () => Promise<MirrorReader>;
  readonly mayConnect: () => boolean;
  readonly store: FleetStore;
  readonly clock: Clock;
  readonly log: Log;
}

interface Target extends PollTarget {
  readonly spec: EtcdMirrorSpec;
}

/** What "Refresh Fleet" compares by itself: no more than a second or two of a cluster's work. */
const refreshBytes = 16_000_000;
const refreshDeadlineMs = 15_000;

/** What the command compares: as much as fits into one string, for as long as somebody looks at the progress. */
const commandBytes = 400_000_000;
const commandDeadlineMs = 600_000;

/** Polls the mirrors beside the instances, and compares contents when asked. */
export class Mirrors {
  readonly #options: MirrorsOptions;
  readonly #poller: Poller<Target, MirrorReading>;
  #logic: FleetLogic['mirror'] | undefined;
  #specs: readonly EtcdMirrorSpec[] = [];

  constructor(options: MirrorsOptions) {
    this.#options = options;
    const { clock, log, store } = options;
    this.#poller = new Poller({
      reader: () => Promise.resolve({ read: (target, signal) => this.#read(target, signal) }),
      clock,
      log,
      onReading: (reading) => {
        store.acceptMirror(reading);
      },
    });
  }

  isReading(key?: string): boolean {
    return this.#poller.isReading(key);
  }

  async setInventory(inventory: Inventory | undefined, logic: FleetLogic['mirror'] | undefined): Promise<void> {
    this.#logic = logic;
    const had = this.#specs.length > 0;
    this.#specs = inventory?.etcdMirrors ?? [];
    this.#poller.setTargets(this.#specs.map((spec) => ({ key: keyOf(spec), pollSeconds: spec.pollSeconds, spec })));
    // The driver is not loaded for a fleet without mirrors.
    if ((!had && this.#specs.length === 0) || !this.#options.mayConnect()) return;
    (await this.#options.reader()).retain(new Set(this.#specs.map(({ name }) => name)));
  }

  setAttention(attention: Attention): void {
    this.#poller.setAttention(attention);
  }

  /** Reads the given mirrors, or all; without keys it compares their contents, too. Never rejects. */
  async readNow(keys?: readonly string[], signal?: AbortSignal): Promise<void> {
    await this.#poller.readNow(keys, signal);
    if (keys === undefined) await this.compareNow(this.#specs.map(keyOf), signal);
  }

  /** Compares the contents of the mirrors among these keys, where that takes no more than a refresh may. Never rejects. */
  async compareNow(keys: readonly string[], signal?: AbortSignal): Promise<void> {
    const refresh = { maxBytes: refreshBytes, deadlineMs: refreshDeadlineMs };
    const wanted = this.#specs.filter((spec) => keys.includes(keyOf(spec)));
    await Promise.all(
      wanted.map(async (spec) => {
        const outcome = await this.#compare(spec, refresh, signal ?? new AbortController().signal);
        if (outcome?.kind === 'failed') {
          const { side, failure } = outcome.reason;
          this.#options.log.info(`The contents of ${spec.name} were not compared: ${side}, ${failure.text}`);
        }
      }),
    );
  }

  /** Like `readNow` with keys, by readings that begin after the call. */
  async readAnew(keys: readonly string[]): Promise<void> {
    await this.#poller.readAnew(keys);
  }

  /** Undefined: no such mirror, or nothing may be connected to. */
  compare(
    name: string,
    onProgress: (progress: CompareProgress) => void,
    signal: AbortSignal,
  ): Promise<Outcome<MirrorComparison, CompareFailure> | undefined> {
    const spec = this.#specs.find((each) => each.name === name);
    if (spec === undefined) return Promise.resolve(undefined);
    return this.#compare(spec, { maxBytes: commandBytes, deadlineMs: commandDeadlineMs, onProgress }, signal);
  }

  /** What a watch of a mirror's source needs; undefined: no such mirror. */
  watchOptions(name: string): Omit<MirrorWatchOptions, 'onChange'> | undefined {
    const spec = this.#specs.find((each) => each.name === name);
    const { reader, mayConnect, clock } = this.#options;
    return spec && { spec, reader, mayConnect, clock };
  }

  dispose(): void {
    this.#poller.dispose();
  }

  async #compare(
    spec: EtcdMirrorSpec,
    limits: Pick<Parameters<typeof compareMirror>[0], 'maxBytes' | 'deadlineMs' | 'onProgress'>,
    signal: AbortSignal,
  ): Promise<Outcome<MirrorComparison, CompareFailure> | undefined> {
    const { mayConnect, reader, clock, store } = this.#options;
    if (this.#logic === undefined || !mayConnect() || !isReadable(store.mirror(spec.name))) return undefined;
    const outcome = await compareMirror({ spec, reader: await reader(), logic: this.#logic, clock, ...limits }, signal);
    if (outcome.kind === 'ok') store.acceptComparison(spec.name, outcome.value);
    return outcome;
  }

  async #read({ spec, key }: Target, signal: AbortSignal): Promise<MirrorReading> {
    const { mayConnect, reader, clock, store } = this.#options;
    if (!mayConnect()) {
      const at = new Date(clock.now()).toISOString();
      const failure = { reason: 'untrusted', text: t`The workspace that names this host is not trusted.` } as const;
      return { key, startedAt: at, at, elapsedMs: 0, result: { kind: 'failed', failure } };
    }
    const waitIndex = this.#logic?.waitIndexOf(store.mirror(spec.name));
    return (await reader()).read(spec, waitIndex, signal);
  }
}

/** As `mirrorKey` of core, which is loaded later. */
const keyOf = ({ name }: EtcdMirrorSpec): string => `mirror:${name}`;

/** Where a side could not be read a moment ago, comparing would only wait for the same again. */
function isReadable(state: MirrorState | undefined): boolean {
  const { source, destination } = state?.snapshot ?? {};
  return source?.kind === 'read' && destination?.kind === 'read';
}
