import type { LagSeries } from './model';

/**
 * Lag as text, five characters a point: two for the seconds since the point before, three for the lag. A day of one
 * connection, thinned, is 2 kB so.
 */
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
/** Two digits at once, and back: a day of 2,000 connections is a million numbers. */
const pairs = Array.from(
  { length: 64 ** 2 },
  (_, value) => `${alphabet[value >> 6] ?? ''}${alphabet[value & 63] ?? ''}`,
);
const valueOf = new Int16Array(128).fill(-1);
for (let value = 0; value < alphabet.length; value++) valueOf[alphabet.charCodeAt(value)] = value;
const longestStepSeconds = 64 ** 2 - 1;
/** Five bits of exponent, thirteen of mantissa, in milliseconds: exact to 0.02 % and good for eight years. */
const mantissaBits = 13;
const unknownLag = 64 ** 3 - 1;

const hourSeconds = 3600;

/** The times between two points that are kept, of the last hour and before, for a fleet of up to 2,000 connections. */
export const keptSteps = { recentSeconds: 30, earlierSeconds: 300 };

/**
 * Fewer points, coarser beyond an hour: of each step its worst lag, or unknown where nothing in it was known. A peak is
 * never thinned away.
 * @param factor how many times coarser than usual, for a fleet that would need more room than there is
 */
export function thinLag(series: LagSeries, nowSeconds: number, factor: number): LagSeries {
  const at: number[] = [];
  const lagSeconds: (number | null)[] = [];
  series.at.forEach((seconds, index) => {
    const step = (nowSeconds - seconds < hourSeconds ? keptSteps.recentSeconds : keptSteps.earlierSeconds) * factor;
    const start = Math.floor(seconds / step) * step;
    const lag = series.lagSeconds[index] ?? null;
    const last = at.length - 1;
    // Where both steps meet the last long one may reach over the first short ones.
    if (last < 0 || start > (at[last] ?? 0)) {
      at.push(start);
      lagSeconds.push(lag);
    } else if (lag !== null) {
      lagSeconds[last] = Math.max(lag, lagSeconds[last] ?? lag);
    }
  });
  return { ...series, at, lagSeconds };
}

/** Lag as text, with the seconds since the epoch that the first step is counted from, and those of the last point. */
export interface LagText {
  readonly startSeconds: number;
  readonly endSeconds: number;
  readonly text: string;
}

/** @param startSeconds what the first point is counted from: no later than it */
export function renderLag({ at, lagSeconds }: LagSeries, startSeconds = Math.round(at[0] ?? 0)): LagText {
  const points: string[] = [];
  let before = startSeconds;
  at.forEach((exact, index) => {
    const seconds = Math.round(exact);
    for (; seconds - before > longestStepSeconds; before += longestStepSeconds) {
      points.push(digitsOf(longestStepSeconds, 2) + digitsOf(unknownLag, 3));
    }
    points.push(digitsOf(Math.max(0, seconds - before), 2) + digitsOf(codeOf(lagSeconds[index] ?? null), 3));
    before = Math.max(before, seconds);
  });
  return { startSeconds, endSeconds: before, text: points.join('') };
}

/** The text with these points behind it. Those that are older than its last one are left out; of two at once the worst counts. */
export function appendLag(lag: LagText, { at, lagSeconds, ...series }: LagSeries): LagText {
  const same = at.findIndex((seconds) => Math.round(seconds) >= lag.endSeconds);
  if (same < 0) return lag;
  const isSame = Math.round(at[same] ?? 0) === lag.endSeconds && lag.text !== '';
  const first = isSame ? same + 1 : same;
  const later = { ...series, at: at.slice(first), lagSeconds: lagSeconds.slice(first) };
  const { endSeconds, text } = renderLag(later, lag.endSeconds);
  const before = isSame ? withWorse(lag.text, lagSeconds[same] ?? null) : lag.text;
  return { startSeconds: lag.startSeconds, endSeconds, text: before + text };
}

/** The last point with this lag, where it is known and worse. */
function withWorse(text: string, lag: number | null): string {
  const code = numberOf(text, text.length - 3, 3) ?? unknownLag;
  if (lag === null || (code !== unknownLag && codeOf(lag) <= code)) return text;
  return text.slice(0, -3) + digitsOf(codeOf(lag), 3);
}

/** Undefined: this is no such text. */
export function parseLag(startSeconds: number, text: string): Pick<LagSeries, 'at' | 'lagSeconds'> | undefined {
  if (text.length % 5 !== 0) return undefined;
  const at: number[] = [];
  const lagSeconds: (number | null)[] = [];
  let seconds = startSeconds;
  for (let start = 0; start < text.length; start += 5) {
    const step = numberOf(text, start, 2);
    const code = numberOf(text, start + 2, 3);
    if (step === undefined || code === undefined) return undefined;
    seconds += step;
    at.push(seconds);
    lagSeconds.push(lagOf(code));
  }
  return { at, lagSeconds };
}

/** A lag below 0 (a heartbeat from the future) is kept as 0. */
function codeOf(lagSeconds: number | null): number {
  if (lagSeconds === null || !Number.isFinite(lagSeconds)) return unknownLag;
  let mantissa = Math.max(0, Math.round(lagSeconds * 1000));
  let exponent = 0;
  while (mantissa >= 2 ** mantissaBits) {
    mantissa = Math.round(mantissa / 2);
    exponent += 1;
  }
  const code = exponent * 2 ** mantissaBits + mantissa;
  return Math.min(code, unknownLag - 1);
}

function lagOf(code: number): number | null {
  if (code === unknownLag) return null;
  const exponent = Math.floor(code / 2 ** mantissaBits);
  return ((code % 2 ** mantissaBits) * 2 ** exponent) / 1000;
}

function digitsOf(value: number, count: 2 | 3): string {
  return (count === 3 ? (alphabet[value >> 12] ?? '') : '') + (pairs[value & 4095] ?? '');
}

function numberOf(text: string, start: number, count: number): number | undefined {
  let value = 0;
  for (let index = start; index < start + count; index++) {
    const digit = valueOf[text.charCodeAt(index)] ?? -1;
    if (digit < 0) return undefined;
    value = value * 64 + digit;
  }
  return value;
}
