import type { Fleet } from '../../app/fleet';
import type { KeptHistory } from '../../app/keptHistory';
import type { Mutes } from '../../app/mutes';
import { once } from '../../app/once';
import type { Clock, HistoryFile, Log } from '../../ports';
import type { InventoryState } from '../documents/inventoryFile';
import type { ChangesDocuments } from './changesDocuments';
import type * as dailyParts from './dailyParts';

export interface DailyOptions {
  /** Comes with a chunk of its own. */
  readonly parts: () => Promise<typeof dailyParts>;
  readonly fleet: Fleet;
  readonly mutes: Mutes;
  /** Where the history of an inventory is kept. */
  readonly historyFile: (inventoryUri: string, longest: number) => Promise<HistoryFile>;
  readonly clock: Clock;
  readonly log: Log;
}

/** What goes on over days: the history of the fleet, and the news in it. */
export class Daily {
  readonly #options: DailyOptions;
  readonly #history: () => Promise<KeptHistory>;
  /** What has changed between two moments, as documents. */
  readonly changes: () => Promise<ChangesDocuments>;
  /** The inventory whose history is open. */
  #inventory: string | undefined;
  #kept: KeptHistory | undefined;
  readonly #disposables: { dispose(): void }[] = [];
  #following: Promise<void> = Promise.resolve();

  constructor(options: DailyOptions) {
    this.#options = options;
    const { parts, fleet, clock, log } = options;
    this.#history = once(async () => {
      const { KeptHistory: Kept, createNotifications } = await parts();
      const kept = new Kept({ store: fleet.store, clock, log });
      const alarms = createNotifications(() => fleet.view, options.mutes, clock);
      kept.onDidRecord((changes) => {
        alarms.take(changes);
      });
      this.#disposables.push(alarms);
      this.#kept = kept;
      return kept;
    });
    this.changes = once(async () => {
      const { ChangesDocuments: Documents } = await parts();
      const kept = await this.#history();
      const documents = new Documents({
        view: () => fleet.view,
        history: () => (kept.isOpen ? kept.state : undefined),
        now: () => clock.now(),
      });
      kept.onDidRecord(() => {
        documents.refresh();
      });
      this.#disposables.push(documents);
      return documents;
    });
  }

  /** Goes on with the history of the inventory that there is now. Ends once what was known is there again. Never rejects. */
  follow(state: InventoryState): Promise<void> {
    const inventory = state.kind === 'loaded' ? state.uri.toString() : undefined;
    this.#following = this.#following
      .then(() => this.#open(inventory))
      .catch((error: unknown) => {
        this.#options.log.error('The history could not be opened', error);
      });
    return this.#following;
  }

  /** Writes what is not written yet. */
  async dispose(): Promise<void> {
    for (const each of this.#disposables.splice(0)) each.dispose();
    await this.#kept?.dispose();
  }

  async #open(inventory: string | undefined): Promise<void> {
    if (inventory === this.#inventory) return;
    this.#inventory = inventory;
    if (inventory === undefined) {
      await this.#kept?.open(undefined);
      return;
    }
    const { parts, historyFile } = this.#options;
    const file = await historyFile(inventory, (await parts()).longestHistory);
    await (await this.#history()).open(file);
  }
}
