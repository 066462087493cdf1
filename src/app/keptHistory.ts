import type { FleetView } from '../core/fleetView';
import { longestHistory, parseHistory, renderLagLine, renderState } from '../core/history/historyFile';
import { appendLag, parseLag, renderLag, thinLag, type LagText } from '../core/history/lagText';
import type { Change, LagSeries, StateHistory } from '../core/history/model';
import type { Clock, HistoryFile, Log } from '../ports';
import { Emitter, type Unsubscribe } from './emitter';
import type { FleetStore } from './fleetStore';
import { lagSeriesId, partsOfSeriesId, type LagHistory } from './lagHistory';
import { pause } from './pause';
import { StateRecorder } from './stateRecorder';

/** A crash loses at most so much; the first write comes sooner, so that a short look leaves something. */
const writeMs = 5 * 60_000;
const firstWriteMs = 60_000;
const keptSeconds = 25 * 3600;
/** More lag series than this are kept with fewer points. */
const finestSeries = 2000;
/** Between two breaths: a write must not hold up readings. */
const sliceSize = 40;

export interface KeptHistoryOptions {
  readonly store: Pick<FleetStore, 'view' | 'onDidChange'> & { readonly history: LagHistory };
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * The history of an inventory, in memory and on disk. It is written late, as a whole and never for a single reading:
 * at most 2 MB of changes, 2 kB of lag for each connection and half of that for how each instance is.
 */
export class KeptHistory {
  readonly #options: KeptHistoryOptions;
  readonly #recorded = new Emitter<readonly Change[]>();
  readonly #unsubscribe: Unsubscribe;
  readonly #never = new AbortController().signal;
  #recorder = new StateRecorder();
  #file: HistoryFile | undefined;
  /** False until what was written before is read: nothing may be taken for a change before that. */
  #isOpen = false;
  #isChanged = false;
  #hasWritten = false;
  #cancelWrite: (() => void) | undefined;
  /**
   * Lag as it stands in the file, by series id: what is older than an hour is thinned once, not for every write, and
   * when the window closes only what has come since is put behind it. VS Code gives that a few seconds.
   */
  #written = new Map<string, LagText>();
  #isClosing = false;
  #work: Promise<void> = Promise.resolve();

  constructor(options: KeptHistoryOptions) {
    this.#options = options;
    this.#unsubscribe = options.store.onDidChange((view) => {
      this.#take(view);
    });
  }

  get state(): StateHistory {
    return this.#recorder.history;
  }

  /** Whether what was kept before is read already. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Tells of changes as they are seen; of what is seen for the first time nothing has changed. */
  onDidRecord(listener: (changes: readonly Change[]) => void): Unsubscribe {
    return this.#recorded.on(listener);
  }

  /** Goes on with another inventory's history, or with none. What is known of the former one is written first. Never rejects. */
  open(file: HistoryFile | undefined): Promise<void> {
    return this.#then(async () => {
      await this.#write(false);
      this.#isOpen = false;
      this.#recorder = new StateRecorder();
      this.#file = file;
      this.#hasWritten = false;
      this.#written = new Map();
      if (file === undefined) return;
      await this.#read(file);
      this.#isOpen = true;
      if (this.#options.store.view !== undefined) this.#take(this.#options.store.view);
    });
  }

  /** Writes what is not written yet, at once. Never rejects. */
  flush(): Promise<void> {
    return this.#then(() => this.#write(false));
  }

  async dispose(): Promise<void> {
    this.#unsubscribe();
    this.#isClosing = true;
    await this.flush();
    this.#cancelWrite?.();
  }

  /** One after the other, for they share the file. */
  #then(work: () => Promise<void>): Promise<void> {
    this.#work = this.#work.then(work).catch((error: unknown) => {
      this.#options.log.error('The history could not be kept', error);
    });
    return this.#work;
  }

  #take(view: FleetView): void {
    if (!this.#isOpen) return;
    const { clock, log } = this.#options;
    const changes = this.#recorder.take(view, clock.now());
    this.#isChanged = true;
    this.#cancelWrite ??= clock.after(this.#hasWritten ? writeMs : firstWriteMs, () => {
      void this.#then(() => this.#write(true));
    });
    if (changes.length > 0) {
      this.#recorded.fire(changes, (error) => {
        log.error('A listener of the history failed', error);
      });
    }
  }

  async #read(file: HistoryFile): Promise<void> {
    const { clock, log, store } = this.#options;
    let text: string | undefined;
    try {
      text = await file.read();
    } catch (error) {
      log.error('What was known before could not be read: the history begins now', error);
      return;
    }
    if (text === undefined) return;
    const { state, lag, unreadable } = parseHistory(text, clock.now());
    if (unreadable === undefined) {
      log.warn('The file of the history holds something else: the history begins now');
      return;
    }
    if (unreadable > 0) log.warn(`${unreadable} lines of the history cannot be read and are left out`);
    this.#recorder.restore(state);
    this.#recorder.forget(clock.now());
    for (const [index, { key, connection, at, lagSeconds, stored }] of lag.entries()) {
      if (index % sliceSize === sliceSize - 1) await pause(clock, 0, this.#never);
      // Of what the inventory no longer names nothing is drawn.
      if (store.view?.instances[key] === undefined) continue;
      const oldest = clock.now() / 1000 - keptSeconds;
      const points = at.flatMap((seconds, point) =>
        seconds < oldest ? [] : [{ atMs: seconds * 1000, lagSeconds: lagSeconds[point] ?? undefined }],
      );
      const last = points.at(-1);
      // Nobody looked from there on: the line must not be drawn over the time between.
      if (last !== undefined) points.push({ atMs: last.atMs + 1000, lagSeconds: undefined });
      const id = lagSeriesId(key, connection);
      store.history.addEarlier(id, points);
      if (stored !== undefined) this.#written.set(id, stored);
    }
  }

  /** @param isPatient lets other work in between, and thins again; not so when the window closes */
  async #write(isPatient: boolean): Promise<void> {
    const file = this.#file;
    this.#cancelWrite?.();
    this.#cancelWrite = undefined;
    if (file === undefined || !this.#isOpen || !this.#isChanged) return;
    const { clock, log, store } = this.#options;
    this.#isChanged = false;
    this.#hasWritten = true;
    const startedMs = clock.now();
    this.#recorder.forget(startedMs);
    const parts = [renderState(this.#recorder.history)];
    let length = parts[0]?.length ?? 0;
    const ids = store.history.ids();
    const written = new Map<string, LagText>();
    const factor = Math.max(1, Math.ceil(ids.length / finestSeries));
    for (const [index, id] of ids.entries()) {
      if (isPatient && index % sliceSize === sliceSize - 1) await pause(clock, 0, this.#never);
      if (isPatient && this.#isClosing) {
        // The write for that waits behind this one, and is the shorter one.
        this.#isChanged = true;
        return;
      }
      const before = this.#written.get(id);
      const thin = (series: LagSeries): LagSeries => thinLag(series, startedMs / 1000, factor);
      const lag =
        isPatient || before === undefined
          ? renderLag(thin(this.#seriesOf(id, startedMs)))
          : appendLag(before, thin(this.#since(id, before.endSeconds)));
      if (lag.text === '') continue;
      written.set(id, lag);
      const line = renderLagLine(partsOfSeriesId(id), lag);
      length += line.length;
      if (length > longestHistory) {
        log.warn(`The history is full: of ${ids.length - index} connections the lag is not written`);
        break;
      }
      parts.push(line);
    }
    this.#written = written;
    await file.write(parts.join(''));
    log.debug(`History written: ${length} characters in ${clock.now() - startedMs} ms`);
  }

  /** What was written before, and what has come since. A point that is in both does no harm: the worst counts. */
  #seriesOf(id: string, nowMs: number): LagSeries {
    const oldestSeconds = nowMs / 1000 - keptSeconds;
    const written = this.#written.get(id);
    const before = written && parseLag(written.startSeconds, written.text);
    const kept = before?.at.findIndex((seconds) => seconds >= oldestSeconds) ?? -1;
    if (written === undefined || before === undefined || kept < 0) return this.#since(id, oldestSeconds);
    const { at, lagSeconds, ...parts } = this.#since(id, written.endSeconds);
    return {
      ...parts,
      at: [...before.at.slice(kept), ...at],
      lagSeconds: [...before.lagSeconds.slice(kept), ...lagSeconds],
    };
  }

  #since(id: string, seconds: number): LagSeries {
    return { ...partsOfSeriesId(id), ...this.#options.store.history.read(id, seconds * 1000) };
  }
}
