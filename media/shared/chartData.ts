import { t } from '../../src/core/l10n';

/** Values over time as the extension sends them. */
export interface TimeSeries {
  readonly label: string;
  /** Seconds since the epoch, rising; and the values, null where they were unknown. Equally long. */
  readonly at: readonly number[];
  readonly values: readonly (number | null)[];
}

export interface ChartData {
  readonly labels: readonly string[];
  /** Seconds since the epoch, rising. */
  readonly at: readonly number[];
  /** One list per label; null is a gap, undefined means that this series has no point there. */
  readonly lines: readonly (readonly (number | null | undefined)[])[];
  /** Series that are not drawn, since nobody could tell them apart. */
  readonly left: number;
  /** When nobody looked at any of them: neither values nor the lack of one. */
  readonly unread: readonly Span[];
}

/** From one instant to another, in seconds since the epoch, without the two. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** As many lines as there are colours that can be told apart. */
export const mostLines = 6;

/**
 * The history as columns over one time axis. Where readings stop for longer than usual (the panel was hidden, the
 * server was not asked) a gap is put in: a line across it would claim what nobody measured.
 */
export function toChartData(series: readonly TimeSeries[]): ChartData {
  const drawn = series.length <= mostLines ? series : worstOf(series);
  const broken = drawn.map(withGaps);
  const at = [...new Set(broken.flatMap((points) => [...points.keys()]))].sort((a, b) => a - b);
  return {
    labels: drawn.map(({ label }) => label),
    at,
    lines: broken.map((points) => at.map((instant) => points.get(instant))),
    left: series.length - drawn.length,
    unread: drawn
      .map(({ at: instants }) => outside(instants))
      .reduce<readonly Span[]>(overlap, [{ from: -Infinity, to: Infinity }])
      .filter(({ from, to }) => Number.isFinite(from) && Number.isFinite(to)),
  };
}

/** The high and the unknown ones are what one looks for. Their order stays as it was. */
function worstOf(series: readonly TimeSeries[]): readonly TimeSeries[] {
  const rank = ({ values }: TimeSeries): number => {
    const known = values.filter((value) => value !== null);
    return values.at(-1) === null ? Infinity : Math.max(-1, ...known);
  };
  const worst = new Set([...series].sort((a, b) => rank(b) - rank(a)).slice(0, mostLines));
  return series.filter((each) => worst.has(each));
}

function withGaps({ at, values }: TimeSeries): ReadonlyMap<number, number | null> {
  const points = new Map(at.map((instant, index) => [instant, values[index] ?? null]));
  for (const { from, usual } of gapsOf(at)) points.set(from + usual, null);
  return points;
}

/** Steps to either side that say how often is usual there: what is kept for long is kept more thinly. */
const nearSteps = 5;

function gapsOf(at: readonly number[]): readonly (Span & { readonly usual: number })[] {
  const steps = at.slice(1).map((instant, index) => instant - (at[index] ?? instant));
  return steps.flatMap((step, index) => {
    // Most steps are as long as the one beside them, and a day has thousands.
    if (step <= 3 * Math.min(steps[index - 1] ?? 0, steps[index + 1] ?? 0)) return [];
    const earlier = median(steps.slice(Math.max(0, index - nearSteps), index));
    const later = median(steps.slice(index + 1, index + 1 + nearSteps));
    const usual = Math.max(earlier ?? 0, later ?? 0);
    const from = at[index] ?? 0;
    return usual > 0 && step > 3 * usual ? [{ from, to: from + step, usual }] : [];
  });
}

function median(numbers: readonly number[]): number | undefined {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];
}

/** The times outside the readings: before the first, in the gaps, after the last. */
function outside(at: readonly number[]): readonly Span[] {
  return [{ from: -Infinity, to: at[0] ?? Infinity }, ...gapsOf(at), { from: at.at(-1) ?? -Infinity, to: Infinity }];
}

function overlap(some: readonly Span[], others: readonly Span[]): readonly Span[] {
  return some.flatMap((one) =>
    others
      .map((other) => ({ from: Math.max(one.from, other.from), to: Math.min(one.to, other.to) }))
      .filter(({ from, to }) => from < to),
  );
}

/** What the chart says in one sentence, for who cannot see it. */
export function chartSummary(data: ChartData, format: (value: number) => string): string {
  const lines = data.labels.map((label, index) => {
    const known = (data.lines[index] ?? []).filter((lag) => lag !== undefined);
    const last = known.at(-1);
    const measured = known.filter((lag) => lag !== null);
    const now = last === undefined || last === null ? t`now unknown` : t`now ${format(last)}`;
    return measured.length === 0
      ? t`${label}: never known`
      : t`${label}: ${now}, lowest ${format(Math.min(...measured))}, highest ${format(Math.max(...measured))}`;
  });
  return lines.join('; ');
}
