import type { FleetLogic } from '../core/fleetLogic';
import type { InstanceSpec, Inventory } from '../core/inventory/model';
import type { ServiceFailure, ServiceKind, ServiceReading, ServiceTarget } from '../core/services/model';
import type { Clock, Log, ServiceReader, ServiceReaders } from '../ports';
import type { FleetStore } from './fleetStore';
import { Poller, type Attention } from './poller';
import { t } from '../core/l10n';

export interface ServicesOptions {
  /** Each loaded when the first of its kind is read; a kind without a reader is never read. */
  readonly readers: ServiceReaders;
  readonly mayConnect: () => boolean;
  readonly store: FleetStore;
  readonly clock: Clock;
  readonly log: Log;
  /** After a reading was taken in. */
  readonly onReading: () => void;
}

/** Polls the neighbours beside the instances: one that is down keeps nobody waiting but who asks for it alone. */
export class Services {
  readonly #options: ServicesOptions;
  readonly #poller: Poller<ServiceTarget, ServiceReading>;
  /** Readers that were loaded, so that letting go loads none. */
  readonly #loaded = new Map<ServiceKind, ServiceReader<ServiceKind>>();
  #targets: readonly ServiceTarget[] = [];

  constructor(options: ServicesOptions) {
    this.#options = options;
    const { clock, log, store } = options;
    this.#poller = new Poller({
      reader: () => Promise.resolve({ read: (target, signal) => this.#read(target, signal) }),
      clock,
      log,
      onReading: (reading) => {
        store.acceptService(reading);
        options.onReading();
      },
    });
  }

  isReading(key?: string): boolean {
    return this.#poller.isReading(key);
  }

  setInventory(inventory: Inventory | undefined, logic: FleetLogic['service'] | undefined): void {
    const instances: Readonly<Record<string, InstanceSpec>> = Object.fromEntries(
      [...(inventory?.instances ?? []), ...(inventory?.outside ?? [])].map((spec) => [spec.key, spec]),
    );
    const { readers } = this.#options;
    this.#targets = (inventory === undefined ? [] : (logic?.serviceSpecs(inventory) ?? []))
      .filter(({ kind }) => readers[kind] !== undefined)
      .map(({ kind, spec }) => ({
        ...{ kind, spec, instances, name: spec.name },
        ...{ key: `${kind}:${spec.name}`, pollSeconds: spec.pollSeconds },
      }));
    this.#poller.setTargets(this.#targets);
    for (const [kind, reader] of this.#loaded) {
      reader.retain(new Set(this.#targets.filter((target) => target.kind === kind).map(({ key }) => key)));
    }
  }

  setAttention(attention: Attention): void {
    this.#poller.setAttention(attention);
  }

  /** Reads the given neighbours, or all. Never rejects. */
  readNow(keys?: readonly string[], signal?: AbortSignal): Promise<void> {
    return this.#poller.readNow(keys, signal);
  }

  /** Like `readNow`, by readings that begin after the call. Ends by one deadline, also where a reading was under way. */
  readAnew(keys: readonly string[]): Promise<void> {
    return this.#poller.readAnew(keys, true);
  }

  /** Of one kind, in the order of the inventory. */
  targets<K extends ServiceKind>(kind: K): readonly ServiceTarget<K>[] {
    return this.#targets.filter((target): target is ServiceTarget<K> => target.kind === kind);
  }

  dispose(): void {
    this.#poller.dispose();
  }

  async #read(target: ServiceTarget, signal: AbortSignal): Promise<ServiceReading> {
    const { mayConnect, readers, clock } = this.#options;
    const { kind, key } = target;
    const unread = (reason: ServiceFailure['reason'], text: string): ServiceReading => {
      const at = new Date(clock.now()).toISOString();
      return { kind, key, startedAt: at, at, elapsedMs: 0, result: { kind: 'failed', failure: { reason, text } } };
    };
    if (!mayConnect()) return unread('untrusted', t`The workspace that names this host is not trusted.`);
    // Target and reader are of the same kind, which the compiler cannot follow through the record.
    const load = readers[kind] as (() => Promise<ServiceReader<ServiceKind>>) | undefined;
    if (load === undefined) return unread('other', t`This version does not read it.`);
    const reader = await load();
    this.#loaded.set(kind, reader);
    return reader.read(target, signal);
  }
}
