/** Points of one connection's lag, oldest first. NaN stands for unknown, so that a gap is drawn and never a 0. */
interface Series {
  readonly atSeconds: Float64Array;
  readonly lagSeconds: Float32Array;
  /** Where the next point goes; the ring is full once `count` reaches its length. */
  next: number;
  count: number;
}

/** At 10 s per poll this holds a day; 2,000 connections cost 2,000 × 8,640 × 12 bytes only once they have polled it. */
const capacity = 8640;
const firstCapacity = 64;

/** The lag of every connection as measured since the editor started, bounded per connection. */
export class LagHistory {
  readonly #series = new Map<string, Series>();

  /** @param atMs milliseconds since the epoch; @param lagSeconds undefined where it was unknown */
  add(id: string, atMs: number, lagSeconds: number | undefined): void {
    const series = this.#roomFor(id);
    series.atSeconds[series.next] = atMs / 1000;
    series.lagSeconds[series.next] = lagSeconds ?? Number.NaN;
    series.next = (series.next + 1) % series.atSeconds.length;
    series.count = Math.min(series.count + 1, series.atSeconds.length);
  }

  /** Puts points in front that are older than the first of ours, which are more precise; they are bounded the same. */
  addEarlier(id: string, points: readonly { readonly atMs: number; readonly lagSeconds: number | undefined }[]): void {
    const { at, lagSeconds } = this.read(id, 0);
    const firstMs = (at[0] ?? Number.POSITIVE_INFINITY) * 1000;
    const earlier = points.filter(({ atMs }) => atMs < firstMs);
    if (earlier.length === 0) return;
    this.#series.delete(id);
    for (const point of earlier) this.add(id, point.atMs, point.lagSeconds);
    at.forEach((seconds, index) => {
      this.add(id, seconds * 1000, lagSeconds[index] ?? undefined);
    });
  }

  /** Points from `sinceMs` on, oldest first; null where the lag was unknown. */
  read(id: string, sinceMs: number): { at: number[]; lagSeconds: (number | null)[] } {
    const at: number[] = [];
    const lagSeconds: (number | null)[] = [];
    const series = this.#series.get(id);
    if (series === undefined) return { at, lagSeconds };
    const length = series.atSeconds.length;
    for (let index = 0; index < series.count; index++) {
      const slot = (series.next - series.count + index + length) % length;
      const seconds = series.atSeconds[slot] ?? Number.NaN;
      if (!(seconds * 1000 >= sinceMs)) continue;
      const lag = series.lagSeconds[slot] ?? Number.NaN;
      at.push(seconds);
      // Float32 keeps milliseconds of a minute; round away the noise that it adds.
      lagSeconds.push(Number.isNaN(lag) ? null : Math.round(lag * 1000) / 1000);
    }
    return { at, lagSeconds };
  }

  /** All connections that something is known of. */
  ids(): readonly string[] {
    return [...this.#series.keys()];
  }

  /** Forgets the connections for which `isKept` is false. */
  retain(isKept: (id: string) => boolean): void {
    for (const id of this.#series.keys()) if (!isKept(id)) this.#series.delete(id);
  }

  #roomFor(id: string): Series {
    const existing = this.#series.get(id);
    if (existing !== undefined && (existing.count < existing.atSeconds.length || existing.count >= capacity))
      return existing;
    const length = existing === undefined ? firstCapacity : Math.min(existing.atSeconds.length * 2, capacity);
    const grown: Series = {
      atSeconds: new Float64Array(length),
      lagSeconds: new Float32Array(length),
      next: 0,
      count: 0,
    };
    if (existing !== undefined) {
      for (let index = 0; index < existing.count; index++) {
        const slot = (existing.next + index) % existing.atSeconds.length;
        grown.atSeconds[index] = existing.atSeconds[slot] ?? Number.NaN;
        grown.lagSeconds[index] = existing.lagSeconds[slot] ?? Number.NaN;
      }
      grown.count = existing.count;
      grown.next = existing.count % length;
    }
    this.#series.set(id, grown);
    return grown;
  }
}

/** The id under which a connection's lag is kept. */
export function lagSeriesId(key: string, connection: string): string {
  return `${key}\n${connection}`;
}

export function partsOfSeriesId(id: string): { readonly key: string; readonly connection: string } {
  const end = id.indexOf('\n');
  return { key: id.slice(0, end), connection: id.slice(end + 1) };
}
