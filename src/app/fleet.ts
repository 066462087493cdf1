import type { FleetLogic } from '../core/fleetLogic';
import type { FleetView } from '../core/fleetView';
import type { Inventory } from '../core/inventory/model';
import type { InstanceReading } from '../core/replication/reading';
import type { FleetReport } from '../core/report';
import type { Clock, Log, MirrorReader, ServiceReaders, SqlReader } from '../ports';
import { FleetStore } from './fleetStore';
import { Mirrors } from './mirrors';
import { Poller, type Attention } from './poller';
import { Services } from './services';

export interface FleetOptions {
  readonly logic: () => Promise<FleetLogic>;
  readonly reader: () => Promise<SqlReader>;
  readonly mirrorReader: () => Promise<MirrorReader>;
  readonly serviceReaders: ServiceReaders;
  /** False: no host may be connected to, since the workspace that names it is not trusted. */
  readonly mayConnect: () => boolean;
  readonly clock: Clock;
  readonly log: Log;
}

/** The fleet as one thing to the ui: give it an inventory and attention, get views and reports. */
export class Fleet {
  readonly store: FleetStore;
  readonly mirrors: Mirrors;
  readonly services: Services;
  readonly #options: FleetOptions;
  readonly #poller: Poller;
  #logic: FleetLogic | undefined;

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
    this.services = new Services({ readers: serviceReaders, mayConnect, store: this.store, clock, log });
  }

  get view(): FleetView | undefined {
    return this.store.view;
  }

  isReading(key?: string): boolean {
    return this.#poller.isReading(key) || this.mirrors.isReading(key) || this.services.isReading(key);
  }

  async setInventory(inventory: Inventory | undefined): Promise<void> {
    if (inventory === undefined) {
      this.#poller.setTargets([]);
      await this.mirrors.setInventory(undefined, undefined);
      this.services.setInventory(undefined, undefined);
      this.store.clear();
      return;
    }
    this.#logic = await this.#options.logic();
    this.store.setInventory(inventory, this.#logic);
    this.#poller.setTargets(inventory.instances);
    this.services.setInventory(inventory, this.#logic.service);
    await this.mirrors.setInventory(inventory, this.#logic.mirror);
    if (inventory.instances.length === 0 || !this.#options.mayConnect()) return;
    const reader = await this.#options.reader();
    reader.retain(new Set(inventory.instances.map(({ key }) => key)));
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

  /** Reads the given instances, mirrors and neighbours, or all, once. Ends when each has answered or met its deadline; never rejects. */
  async readNow(keys?: readonly string[], signal?: AbortSignal): Promise<void> {
    await Promise.all([
      this.#poller.readNow(keys, signal),
      this.mirrors.readNow(keys, signal),
      this.services.readNow(keys, signal),
    ]);
    this.store.flush();
  }

  /** As `readAnew`, for a plan: the contents of the mirrors among them are compared, too. Never rejects. */
  async readEvidence(keys: readonly string[], signal?: AbortSignal): Promise<void> {
    await this.readAnew(keys);
    await this.mirrors.compareNow(keys, signal);
    this.store.flush();
  }

  /** Like `readNow`, by readings that begin after the call: for whatever has to know how things are now. */
  async readAnew(keys: readonly string[]): Promise<void> {
    await Promise.all([this.#poller.readAnew(keys), this.mirrors.readAnew(keys)]);
    this.store.flush();
  }

  /** The report of what is known now; undefined before there is an inventory. */
  report(): FleetReport | undefined {
    const { view } = this.store;
    return view === undefined || this.#logic === undefined ? undefined : this.#logic.toFleetReport(view);
  }

  /** Ends what is under way and reads nothing more. */
  dispose(): void {
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
          failure: { reason: 'untrusted', text: 'The workspace that names this host is not trusted.' },
        },
      });
    },
    retain: () => undefined,
    dispose: () => Promise.resolve(),
  };
}
