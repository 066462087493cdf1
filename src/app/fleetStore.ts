import type { FleetLogic } from '../core/fleetLogic';
import type { FleetView, InstanceView } from '../core/fleetView';
import type { Inventory } from '../core/inventory/model';
import type { MirrorComparison, MirrorState } from '../core/mirror/model';
import type { MirrorReading } from '../core/mirror/reading';
import type { InstanceReading } from '../core/replication/reading';
import type { KnownServer } from '../core/replication/sameServer';
import type { ServiceReading, ServiceSnapshot } from '../core/services/model';
import type { FleetSnapshot, InstanceSnapshot } from '../core/snapshot';
import { finish, type Steps } from '../core/steps';
import type { Clock, Log } from '../ports';
import { Emitter } from './emitter';
import { inSlices } from './inSlices';
import { LagHistory, lagSeriesId } from './lagHistory';

/** Readings that arrive within this time are one change: a refresh of a fleet is a few events, not hundreds. */
const coalesceMs = 250;
/**
 * Everything known at this instant, and how it is understood. Readings come in, views go out; nobody else holds state
 * about the fleet.
 */
export class FleetStore {
  readonly history = new LagHistory();
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #changed = new Emitter<FleetView>();
  #logic: FleetLogic | undefined;
  #inventory: Inventory | undefined;
  #keys: ReadonlySet<string> = new Set();
  /** Taken in, and not yet understood: that is done in slices, while the servers of others still think. */
  #unfolded: InstanceReading[] = [];
  #isFolding = false;
  #cancelFold: (() => void) | undefined;
  #instances = new Map<string, InstanceSnapshot>();
  #previous = new Map<string, InstanceSnapshot>();
  #known = new Map<string, KnownServer>();
  /** By name. */
  #mirrors = new Map<string, MirrorState>();
  /** By key. */
  #services = new Map<string, ServiceSnapshot>();
  /** What is read directly; undefined: all. */
  #direct: ReadonlySet<string> | undefined;
  #view: FleetView | undefined;
  /** Something has come in that neither the view has nor the one that is being worked out. */
  #stale = false;
  /** The view that is being worked out. */
  #work: Steps<FleetView> | undefined;
  #cancelWork: (() => void) | undefined;
  /** How long the last view took to work out. */
  #viewMs = 0;
  #cancelTimer: (() => void) | undefined;
  /** Resolved with the next view, or when there will be none. */
  #waiting: (() => void)[] = [];

  constructor(clock: Clock, log: Log) {
    this.#clock = clock;
    this.#log = log;
  }

  /** The last view, which may miss the newest readings. Undefined: no inventory yet. */
  get view(): FleetView | undefined {
    return this.#view;
  }

  onDidChange(listener: (view: FleetView) => void): () => void {
    return this.#changed.on(listener);
  }

  /** Takes the inventory over; what is known of instances that it still names is kept. */
  setInventory(inventory: Inventory, logic: FleetLogic): void {
    this.#logic = logic;
    this.#inventory = inventory;
    const keys = new Set(inventory.instances.map(({ key }) => key));
    this.#keys = keys;
    this.#instances = new Map([...this.#instances].filter(([key]) => keys.has(key)));
    this.#previous = new Map([...this.#previous].filter(([key]) => keys.has(key)));
    this.#known = new Map([...this.#known].filter(([key]) => keys.has(key)));
    const mirrors = new Set(inventory.etcdMirrors.map(({ name }) => name));
    this.#mirrors = new Map([...this.#mirrors].filter(([name]) => mirrors.has(name)));
    const services = new Set(logic.service.serviceSpecs(inventory).map(({ kind, spec }) => `${kind}:${spec.name}`));
    this.#services = new Map([...this.#services].filter(([key]) => services.has(key)));
    this.history.retain((id) => keys.has(id.slice(0, id.indexOf('\n'))));
    this.#stale = true;
    this.flush();
  }

  /** Forgets everything: there is no inventory any more. */
  clear(): void {
    this.#inventory = undefined;
    this.#keys = new Set();
    this.#unfolded = [];
    this.#instances.clear();
    this.#previous.clear();
    this.#known.clear();
    this.#mirrors.clear();
    this.#services.clear();
    this.#view = undefined;
    this.#stale = false;
    this.#stop();
    this.history.retain(() => false);
  }

  /** Takes a reading in. The view follows within a quarter second, later in a fleet of thousands, or at once by `flush`. */
  accept(reading: InstanceReading): void {
    if (this.#logic === undefined || !this.#keys.has(reading.key)) return;
    this.#unfolded.push(reading);
    this.#foldSoon(this.#logic);
    this.#change();
  }

  /** Takes the server that answered last at an address for the right one. False: it did not say who it is. */
  acceptIdentity(key: string): boolean {
    if (this.#logic !== undefined) finish(this.#fold(this.#logic));
    const snapshot = this.#instances.get(key);
    const known = snapshot && this.#logic?.identity.toKnownServer(snapshot);
    if (known === undefined) return false;
    this.#known.set(key, known);
    this.#stale = true;
    this.flush();
    return true;
  }

  /** Takes a reading of a mirror in. */
  acceptMirror(reading: MirrorReading): void {
    const spec = this.#inventory?.etcdMirrors.find(({ name }) => `mirror:${name}` === reading.key);
    if (this.#logic === undefined || spec === undefined) return;
    const { toMirrorSnapshot, addReading } = this.#logic.mirror;
    this.#mirrors.set(spec.name, addReading(this.#mirrors.get(spec.name), toMirrorSnapshot(reading, spec)));
    this.#change();
  }

  /** Says which instances are read directly; of all others it is believed what a neighbour says. Undefined: all are. */
  setDirect(keys: ReadonlySet<string> | undefined): void {
    this.#direct = keys;
    this.#stale = true;
  }

  /** By key, with readings that the view may still miss. */
  get services(): Readonly<Record<string, ServiceSnapshot>> {
    return Object.fromEntries(this.#services);
  }

  /** Takes a reading of a neighbour in. */
  acceptService(reading: ServiceReading): void {
    if (this.#logic === undefined || this.#inventory === undefined) return;
    const named = this.#logic.service
      .serviceSpecs(this.#inventory)
      .find(({ kind, spec }) => `${kind}:${spec.name}` === reading.key);
    if (named === undefined) return;
    const before = this.#services.get(reading.key);
    this.#services.set(reading.key, this.#logic.service.toServiceSnapshot(reading, named.spec, before));
    this.#change();
  }

  /** Takes in what a comparison of a mirror's contents has found. */
  acceptComparison(name: string, comparison: MirrorComparison): void {
    const state = this.#mirrors.get(name);
    if (state === undefined) return;
    this.#mirrors.set(name, { ...state, comparison });
    this.#change();
  }

  /** What is known of a mirror, with readings that the view may still miss. */
  mirror(name: string): MirrorState | undefined {
    return this.#mirrors.get(name);
  }

  /** Brings the view up to date at once, however long that takes. */
  flush(): FleetView | undefined {
    if (this.#stale) this.#begin();
    if (this.#work === undefined) return this.#view;
    this.#cancelWork?.();
    const startedMs = this.#clock.now();
    this.#show(finish(this.#work), this.#clock.now() - startedMs);
    return this.#view;
  }

  /** Brings the view up to date with all that has come in by now, in slices. */
  async settle(): Promise<FleetView | undefined> {
    if (this.#stale) this.#workInSlices();
    if (this.#work !== undefined) {
      await new Promise<void>((resolve) => {
        this.#waiting.push(resolve);
      });
    }
    return this.#view;
  }

  dispose(): void {
    this.#cancelFold?.();
    this.#stop();
  }

  #change(): void {
    this.#stale = true;
    // The view of a large fleet takes long: the readings themselves need most of the time.
    this.#cancelTimer ??= this.#clock.after(Math.max(coalesceMs, 6 * this.#viewMs), () => {
      this.#workInSlices();
    });
  }

  #workInSlices(): void {
    this.#begin();
    if (this.#work === undefined) return;
    this.#cancelWork = inSlices(this.#clock, this.#work, (view, spentMs) => {
      this.#show(view, spentMs);
    });
  }

  /** Whoever waits for a view that is dropped here gets the one that replaces it. */
  #begin(): void {
    this.#drop();
    if (this.#logic === undefined || this.#inventory === undefined) return;
    this.#stale = false;
    this.#work = this.#viewSteps(this.#inventory, this.#logic);
  }

  *#viewSteps(inventory: Inventory, logic: FleetLogic): Steps<FleetView> {
    yield* this.#fold(logic);
    return yield* logic.fleetViewSteps(this.#snapshot(inventory, logic));
  }

  #foldSoon(logic: FleetLogic): void {
    if (this.#isFolding) return;
    this.#isFolding = true;
    this.#cancelFold = this.#clock.after(0, () => {
      this.#cancelFold = inSlices(this.#clock, this.#fold(logic), () => {
        this.#isFolding = false;
      });
    });
  }

  /** Makes snapshots of what has come in; may be given up at any step, and begun again. */
  *#fold(logic: FleetLogic): Steps<void> {
    for (let reading = this.#unfolded.shift(); reading !== undefined; reading = this.#unfolded.shift()) {
      const { key } = reading;
      if (!this.#keys.has(key)) continue;
      try {
        this.#foldOne(key, logic.toInstanceSnapshot(reading), logic);
      } catch (error) {
        // Whatever a server has sent: the others are understood, and nothing is thrown where nobody catches it.
        this.#log.error(`A reading of ${key} was not understood`, error);
      }
      yield;
    }
  }

  #foldOne(key: string, snapshot: InstanceSnapshot, logic: FleetLogic): void {
    const before = this.#instances.get(key);
    if (before?.reach.kind === 'answered') this.#previous.set(key, before);
    this.#instances.set(key, snapshot);
    const known = logic.identity.keepKnown(this.#known.get(key), snapshot);
    if (known !== undefined) this.#known.set(key, known);
  }

  #show(view: FleetView, spentMs: number): void {
    this.#work = undefined;
    this.#viewMs = spentMs;
    this.#remember(view);
    this.#view = view;
    this.#changed.fire(view, (error) => {
      this.#log.error(`A listener of the fleet failed`, error);
    });
    this.#tellWaiting();
    if (this.#stale) this.#change();
  }

  #stop(): void {
    this.#drop();
    this.#tellWaiting();
  }

  #drop(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    this.#cancelWork?.();
    this.#work = undefined;
  }

  #tellWaiting(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const tell of waiting) tell();
  }

  #snapshot(inventory: Inventory, logic: FleetLogic): FleetSnapshot {
    return {
      takenAt: new Date(this.#clock.now()).toISOString(),
      inventory,
      instances: this.#instanceSnapshots(inventory, logic),
      previous: Object.fromEntries(this.#previous),
      identities: Object.fromEntries(this.#known),
      mirrors: Object.fromEntries(this.#mirrors),
      services: Object.fromEntries(this.#services),
    };
  }

  #instanceSnapshots(inventory: Inventory, logic: FleetLogic): FleetSnapshot['instances'] {
    const direct = this.#direct;
    const observed =
      direct === undefined ? undefined : logic.service.observedSnapshots(inventory.instances, this.services);
    return Object.fromEntries(
      inventory.instances.map(({ key }) => {
        const own = this.#instances.get(key);
        if (direct === undefined || direct.has(key))
          return [key, own ?? observed?.get(key) ?? logic.pendingSnapshot(key)];
        const seen = observed?.get(key) ?? logic.service.unobservedSnapshot(key);
        // What we have read ourselves counts until a neighbour knows something newer.
        return [key, own?.at !== undefined && own.at > (seen.at ?? '') ? own : seen];
      }),
    );
  }

  /** Adds the lag of the instances that were read since the last view. */
  #remember(view: FleetView): void {
    for (const [key, instance] of Object.entries(view.instances)) {
      const known = this.#view?.instances[key];
      if (instance.snapshot.at === undefined || instance.snapshot.at === known?.snapshot.at) continue;
      for (const { name, lagSeconds } of lagsOf(instance, known)) {
        this.history.add(lagSeriesId(key, name), Date.parse(instance.snapshot.at), lagSeconds);
      }
    }
  }
}

/** An unreachable instance leaves a gap in the lines that it had. */
function lagsOf(
  instance: InstanceView,
  known: InstanceView | undefined,
): readonly { name: string; lagSeconds: number | undefined }[] {
  if (instance.snapshot.reach.kind === 'answered') {
    return instance.connections.map(({ status, lagSeconds }) => ({ name: status.name, lagSeconds }));
  }
  return (known?.connections ?? []).map(({ status }) => ({ name: status.name, lagSeconds: undefined }));
}
