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
  const steps = at.slice(1).map((instant, index) => instant - (at[index] ?? instant));
  const usual = [...steps].sort((a, b) => a - b)[Math.floor(steps.length / 2)] ?? 0;
  const points = new Map<number, number | null>();
  at.forEach((instant, index) => {
    const before = at[index - 1];
    if (before !== undefined && usual > 0 && instant - before > 3 * usual) points.set(before + usual, null);
    points.set(instant, values[index] ?? null);
  });
  return points;
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
