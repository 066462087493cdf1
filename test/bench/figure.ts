/** One measured figure. `ratio` is value / floor, both measured in the same run, since absolute times are noisy. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly floor?: number;
  readonly ratio?: number;
  /** What it must not exceed, by value or by ratio. */
  readonly limit?: number;
}

/** The middle of the sorted values. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle];
  const lower = sorted[middle - 1];
  if (upper === undefined) throw new Error('No values to take the median of');
  return sorted.length % 2 === 1 || lower === undefined ? upper : (lower + upper) / 2;
}

export function rounded(value: number): number {
  return Number(value.toPrecision(4));
}
