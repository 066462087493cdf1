import type { FleetLogic } from '../core/fleetLogic';
import type { FleetView } from '../core/fleetView';
import type { Inventory } from '../core/inventory/model';
import type { InstanceReading } from '../core/replication/reading';
import type { ServiceTarget } from '../core/services/model';
import type { FleetReport } from '../core/report';
import type { Clock, HistoryReader, Log, MirrorReader, ServiceReaders, SqlReader } from '../ports';
import { FleetStore } from './fleetStore';
import { lagSeriesId } from './lagHistory';
import { Mirrors } from './mirrors';
import { pause } from './pause';
import { Poller, type Attention } from './poller';
import { Services } from './services';
import { t } from '../core/l10n';

export interface FleetOptions {
  readonly logic: () => Promise<FleetLogic>;
  readonly reader: () => Promise<SqlReader>;
  readonly mirrorReader: () => Promise<MirrorReader>;
  readonly serviceReaders: ServiceReaders;
  readonly historyReader?: () => Promise<HistoryReader>;
  /** Above so many instances only those that the operator looks at are read directly; undefined: no limit. */
  readonly directPollLimit?: () => number;
  /** False: no host may be connected to, since the workspace that names it is not trusted. */
  readonly mayConnect: () => boolean;
  readonly clock: Clock;
  readonly log: Log;
}

/** How long an instance that somebody asked for by name counts as looked at. */
const askedForMs = 300_000;
/** What neighbours get beyond the time of everything else, where nobody has asked for them by name. */
const neighbourGraceMs = 1000;

/** The fleet as one thing to the ui: give it an inventory and attention, get views and reports. */
export class Fleet {
  readonly store: FleetStore;
  readonly mirrors: Mirrors;
  readonly services: Services;
  readonly #options: FleetOptions;
  readonly #poller: Poller;
  #logic: FleetLogic | undefined;
  /** As the file says, and with the clusters that a neighbour knows. */
  #inventory: { readonly file: Inventory; readonly joined: Inventory } | undefined;
  #lookedAt: ReadonlySet<string> = new Set();
  /** Instances that somebody asked for by name, and until when they are read like those looked at. */
  readonly #askedUntilMs = new Map<string, number>();
  readonly #disposed = new AbortController();

  constructor(options: FleetOptions) {
    this.#options = options;
    this.store = new FleetStore(options.clock, options.log);
    this.#poller = new Poller({
      reader: () => (options.mayConnect() ? options.reader() : Promise.resolve(untrustedReader(options.clock))),
      clock: options.clock,
      log: options.log,
      onReading: (reading) => {
        this.store.accept(reading);
      },
    });
    const { mirrorReader, serviceReaders, mayConnect, clock, log } = options;
    this.mirrors = new Mirrors({ reader: mirrorReader, mayConnect, store: this.store, clock, log });
    const onReading = (): void => {
      this.#rejoin();
    };
    this.services = new Services({ readers: serviceReaders, mayConnect, store: this.store, clock, log, onReading });
  }

  get view(): FleetView | undefined {
    return this.store.view;
  }

  isReading(key?: string): boolean {
    return this.#poller.isReading(key) || this.mirrors.isReading(key) || this.services.isReading(key);
  }

  async setInventory(inventory: Inventory | undefined): Promise<void> {
    if (inventory === undefined) {
      this.#inventory = undefined;
      this.#poller.setTargets([]);
      await this.mirrors.setInventory(undefined, undefined);
      this.services.setInventory(undefined, undefined);
      this.store.clear();
      return;
    }
    this.#logic = await this.#options.logic();
    const joined = this.#logic.service.joinDiscovered(inventory, this.store.services);
    this.#inventory = { file: inventory, joined };
    this.#take(joined, this.#logic);
    await this.mirrors.setInventory(inventory, this.#logic.mirror);
    if (joined.instances.length === 0 || !this.#options.mayConnect()) return;
    const reader = await this.#options.reader();
    reader.retain(new Set(joined.instances.map(({ key }) => key)));
  }

  /** True while there are more instances than may be read directly. */
  get isBeyondLimit(): boolean {
    const limit = this.#options.directPollLimit?.() ?? Number.POSITIVE_INFINITY;
    return (this.#inventory?.joined.instances.length ?? 0) > limit;
  }

  /** Names the instances that the operator looks at: beyond the limit only they are read directly. */
  setLookedAt(keys: ReadonlySet<string>): void {
    if (keys.size === this.#lookedAt.size && [...keys].every((key) => this.#lookedAt.has(key))) return;
    this.#lookedAt = keys;
    this.retarget();
  }

  /** Decides anew what is read directly: the limit has changed, or what is looked at. */
  retarget(): void {
    if (this.#inventory === undefined) return;
    const { instances } = this.#inventory.joined;
    const nowMs = this.#options.clock.now();
    for (const [key, untilMs] of this.#askedUntilMs) if (untilMs < nowMs) this.#askedUntilMs.delete(key);
    const direct = this.isBeyondLimit
      ? instances.filter(({ key }) => this.#lookedAt.has(key) || this.#askedUntilMs.has(key))
      : instances;
    this.store.setDirect(this.isBeyondLimit ? new Set(direct.map(({ key }) => key)) : undefined);
    this.#poller.setTargets(direct);
  }

  /** See `FleetStore.acceptIdentity`. */
  acceptIdentity(key: string): boolean {
    return this.store.acceptIdentity(key);
  }

  setAttention(attention: Attention): void {
    this.#poller.setAttention(attention);
    this.mirrors.setAttention(attention);
    this.services.setAttention(attention);
  }

  /**
   * Reads the given instances, mirrors and neighbours, or all, once. Ends when each has answered or met its deadline; but
   * of all, a neighbour that still has not answered a second after everything else is read on, and comes in by itself.
   * Never rejects.
   */
  async readNow(keys?: readonly string[], signal?: AbortSignal): Promise<void> {
    this.#ask(keys);
    const neighbours = this.services.readNow(keys, signal);
    await Promise.all([this.#poller.readNow(keys, signal), this.mirrors.readNow(keys, signal)]);
    await (keys === undefined ? this.#within(neighbourGraceMs, neighbours) : neighbours);
    await this.store.settle();
  }

  /** As `readAnew`, for a plan: the contents of the mirrors among them are compared, too. Never rejects. */
  async readEvidence(keys: readonly string[], signal?: AbortSignal): Promise<void> {
    await this.readAnew(keys);
    await this.mirrors.compareNow(keys, signal);
    await this.store.settle();
  }

  /** Like `readNow` with keys, by readings that begin after the call: for whatever has to know how things are now. */
  async readAnew(keys: readonly string[]): Promise<void> {
    this.#ask(keys);
    await Promise.all([this.#poller.readAnew(keys), this.mirrors.readAnew(keys), this.services.readAnew(keys)]);
    await this.store.settle();
  }

  /**
   * Fetches what the inventory's Prometheus remembers of an instance's lag, for the time before we looked. Ends by that
   * Prometheus's own deadline, whatever it waits for. Never rejects.
   * @param stepSeconds between two points
   */
  async loadHistory(key: string, rangeSeconds: number, stepSeconds: number): Promise<boolean> {
    const [target] = this.services.targets('prometheus');
    if (this.#options.historyReader === undefined || target === undefined || !this.#options.mayConnect()) return false;
    const ending = new AbortController();
    let isKnown = false;
    const loading = this.#askHistory(target, { key, rangeSeconds, stepSeconds }, ending.signal).then((known) => {
      isKnown = known;
    });
    try {
      await this.#within(target.spec.timeoutSeconds * 1000, loading);
    } catch (error) {
      this.#options.log.error(`The history of ${key} was not loaded`, error);
    }
    ending.abort();
    return isKnown;
  }

  /** Whether Prometheus told it. */
  async #askHistory(
    target: ServiceTarget<'prometheus'>,
    { key, rangeSeconds, stepSeconds }: { key: string; rangeSeconds: number; stepSeconds: number },
    signal: AbortSignal,
  ): Promise<boolean> {
    const { historyReader, clock, log } = this.#options;
    // The first reading tells under which name it is scraped.
    if (this.store.services[target.key] === undefined) await this.services.readNow([target.key]);
    if (historyReader === undefined || this.#logic === undefined || signal.aborted) return false;
    const { lagQuery, rangePath, toLagPoints, scrapedName } = this.#logic.service;
    const scraped = scrapedName(this.#inventory?.joined.instances ?? [], key, this.store.services);
    if (scraped === undefined) return false;
    const toMs = clock.now();
    const path = rangePath(lagQuery(scraped), toMs - rangeSeconds * 1000, toMs, stepSeconds);
    const answer = await (await historyReader()).ask(target, path, signal);
    const points = toLagPoints(answer);
    if (points.kind === 'failed') {
      log.info(`Prometheus ${target.name} gave no history of ${key}: ${points.reason.failure.text}`);
      return false;
    }
    for (const { connection, points: known } of points.value) {
      this.store.history.addEarlier(lagSeriesId(key, connection), known);
    }
    return true;
  }

  /** The report of what is known now; undefined before there is an inventory. */
  report(): FleetReport | undefined {
    const { view } = this.store;
    return view === undefined || this.#logic === undefined ? undefined : this.#logic.toFleetReport(view);
  }

  /** Ends with the work, after `ms`, or when the fleet is disposed of; the work itself goes on. */
  async #within(ms: number, work: Promise<void>): Promise<void> {
    const done = new AbortController();
    const isOver = pause(this.#options.clock, ms, AbortSignal.any([done.signal, this.#disposed.signal]));
    await Promise.race([work, isOver]);
    done.abort();
  }

  #take(joined: Inventory, logic: FleetLogic): void {
    this.retarget();
    this.store.setInventory(joined, logic);
    this.services.setInventory(joined, logic.service);
  }

  /** A neighbour has said something: its clusters may have changed. */
  #rejoin(): void {
    if (this.#inventory === undefined || this.#logic === undefined) return;
    const { file, joined: before } = this.#inventory;
    if (file.discovery === undefined) return;
    const joined = this.#logic.service.joinDiscovered(file, this.store.services);
    const shape = ({ clusters, instances }: Inventory): string =>
      JSON.stringify([clusters.map(({ name, instances: keys }) => [name, keys]), instances.map(({ key }) => key)]);
    if (shape(joined) === shape(before)) return;
    this.#inventory = { file, joined };
    this.#take(joined, this.#logic);
  }

  /** Beyond the limit, who is asked for by name is read directly for a while. */
  #ask(keys: readonly string[] | undefined): void {
    if (keys === undefined || !this.isBeyondLimit) return;
    for (const key of keys) this.#askedUntilMs.set(key, this.#options.clock.now() + askedForMs);
    this.retarget();
  }

  /** Ends what is under way and reads nothing more. */
  dispose(): void {
    this.#disposed.abort();
    this.#poller.dispose();
    this.mirrors.dispose();
    this.services.dispose();
    this.store.dispose();
  }
}

/** Says of every instance that it may not be read. */
function untrustedReader(clock: Clock): SqlReader {
  return {
    read: ({ key }): Promise<InstanceReading> => {
      const at = new Date(clock.now()).toISOString();
      return Promise.resolve({
        key,
        startedAt: at,
        at,
        elapsedMs: 0,
        result: {
          kind: 'failed',
          failure: { reason: 'untrusted', text: t`The workspace that names this host is not trusted.` },
        },
      });
    },
    retain: () => undefined,
    dispose: () => Promise.resolve(),
  };
}
