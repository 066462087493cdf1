import { parseLag, renderLag, type LagText } from './lagText';
import { type Change, type Facts, type LagSeries, type Span, type StateHistory, type SubjectHistory } from './model';

/**
 * The history as a file: JSON lines. The first says what it is; after that each line stands for itself, so that a
 * damaged one loses nothing but what it says.
 */
const head = { replideck: 'history', version: 1 };

/** Characters; what is longer is none of ours. */
export const longestHistory = 12 * 1024 * 1024;

/** A series as it was read. */
export interface StoredSeries extends LagSeries {
  /** How it stood in the file; undefined: it stood there otherwise, with points of the future. */
  readonly stored?: LagText;
}

export interface ParsedHistory {
  readonly state: StateHistory;
  readonly lag: readonly StoredSeries[];
  /** Lines that say nothing we understand; undefined: the file is no history at all. */
  readonly unreadable: number | undefined;
}

/** The lines without lag; those come from `renderSeries`. */
export function renderState({ watched, subjects, changes }: StateHistory): string {
  const lines: unknown[] = [
    { ...head, watched },
    ...[...subjects].map(([subject, { sinceMs, seenMs, first }]) => ['s', subject, sinceMs, seenMs, first]),
    ...changes.map(({ atMs, beforeMs, subject, fact, to }) => ['c', atMs, beforeMs, subject, fact, to ?? null]),
  ];
  return lines.map((line) => `${JSON.stringify(line)}\n`).join('');
}

/** Empty where there is no point. */
export function renderSeries(series: LagSeries): string {
  return series.at.length === 0 ? '' : renderLagLine(series, renderLag(series));
}

export function renderLagLine(
  { key, connection }: Pick<LagSeries, 'key' | 'connection'>,
  { startSeconds, text }: LagText,
): string {
  return `${JSON.stringify(['l', key, connection, startSeconds, text])}\n`;
}

/**
 * Never throws. What lies in the future is left out, for a clock was wrong then.
 * @param nowMs milliseconds since the epoch
 */
export function parseHistory(text: string, nowMs: number): ParsedHistory {
  const [first = '', ...lines] = text.split('\n');
  const nothing = { watched: [], subjects: new Map<string, SubjectHistory>(), changes: [] };
  const header = parseLine(first);
  if (!isRecord(header) || header['replideck'] !== head.replideck || header['version'] !== head.version) {
    return { state: nothing, lag: [], unreadable: undefined };
  }
  const isPast = (value: unknown): value is number => isTime(value) && value <= nowMs;
  const watched = Array.isArray(header['watched'])
    ? header['watched'].filter((span): span is Span => isSpan(span) && isPast(span[1]))
    : [];
  const subjects = new Map<string, SubjectHistory>();
  const changes: Change[] = [];
  const lag: StoredSeries[] = [];
  let unreadable = 0;
  for (const line of lines) {
    if (line === '') continue;
    const value = parseLine(line);
    const [kind, ...fields] = Array.isArray(value) ? (value as unknown[]) : [];
    if (kind === 's' && isSubject(fields, isPast)) {
      const [subject, sinceMs, seenMs, facts] = fields;
      subjects.set(subject, { sinceMs, seenMs, first: facts });
    } else if (kind === 'c' && isChange(fields, isPast)) {
      const [atMs, beforeMs, subject, fact, to] = fields;
      changes.push({ atMs, beforeMs, subject, fact, ...(to === null ? {} : { to }) });
    } else {
      const series = kind === 'l' ? toSeries(fields, nowMs / 1000) : undefined;
      if (series === undefined) unreadable += 1;
      else lag.push(series);
    }
  }
  // A change of what nothing else is known of has nothing that it changed.
  const known = changes.filter(({ subject }) => subjects.has(subject)).sort((a, b) => a.atMs - b.atMs);
  return { state: { watched, subjects, changes: known }, lag, unreadable };
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

type IsPast = (value: unknown) => value is number;

function isSubject(fields: readonly unknown[], isPast: IsPast): fields is [string, number, number, Facts] {
  const [subject, sinceMs, seenMs, facts] = fields;
  return typeof subject === 'string' && isPast(sinceMs) && isPast(seenMs) && isFacts(facts);
}

function isChange(
  fields: readonly unknown[],
  isPast: IsPast,
): fields is [number, number, string, string, string | null] {
  const [atMs, beforeMs, subject, fact, to] = fields;
  const isNamed = typeof subject === 'string' && typeof fact === 'string';
  return isPast(atMs) && isPast(beforeMs) && isNamed && (to === null || typeof to === 'string');
}

function toSeries(fields: readonly unknown[], nowSeconds: number): StoredSeries | undefined {
  const [key, connection, startSeconds, text] = fields;
  if (typeof key !== 'string' || typeof connection !== 'string' || typeof text !== 'string') return undefined;
  if (!isTime(startSeconds)) return undefined;
  const points = parseLag(startSeconds, text);
  if (points === undefined) return undefined;
  const endSeconds = points.at.at(-1) ?? startSeconds;
  if (endSeconds <= nowSeconds) return { key, connection, ...points, stored: { startSeconds, endSeconds, text } };
  const isPast = (_: unknown, index: number): boolean => (points.at[index] ?? 0) <= nowSeconds;
  return { key, connection, at: points.at.filter(isPast), lagSeconds: points.lagSeconds.filter(isPast) };
}

function isTime(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}

function isSpan(value: unknown): value is Span {
  return Array.isArray(value) && value.length === 2 && isTime(value[0]) && isTime(value[1]) && value[0] <= value[1];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isFacts(value: unknown): value is Facts {
  return isRecord(value) && Object.values(value).every((each) => typeof each === 'string');
}
