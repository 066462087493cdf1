/** How a time column writes its instants, and in what steps it is counted. All times are UTC. */

export const timeFormats = ['yyyymmddhhmmss', 'datetime', 'epoch'] as const;
/** MediaWiki's fourteen digits, a column of the type DATETIME or TIMESTAMP, or seconds since the epoch. */
export type TimeFormat = (typeof timeFormats)[number];

export type Bucket = 'minute' | 'hour' | 'day';

export const bucketSeconds: Readonly<Record<Bucket, number>> = { minute: 60, hour: 3600, day: 86_400 };

/** Two hours, two days or a month: enough to see where a difference begins, little enough for one range of an index. */
export const windowBuckets: Readonly<Record<Bucket, number>> = { minute: 120, hour: 48, day: 31 };

/** Beyond this, Date has no answer; below, years have four digits. */
const latestMs = Date.UTC(9999, 11, 31, 23, 59, 59);

/** @returns milliseconds since the epoch; undefined: no instant in this format. */
export function parseInstant(text: string | null | undefined, format: TimeFormat): number | undefined {
  if (text === null || text === undefined) return undefined;
  if (format === 'epoch') {
    const seconds = /^\d{1,12}(?:\.\d{1,9})?$/.test(text) ? Number(text) : Number.NaN;
    return Number.isFinite(seconds) && seconds * 1000 <= latestMs ? seconds * 1000 : undefined;
  }
  const parts =
    format === 'datetime'
      ? /^(\d{4})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)(\.\d{1,6})?$/.exec(text)
      : /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(text);
  return parts === null ? undefined : toMs(parts.slice(1, 7), parts[7]);
}

/** @param text the key of a bucket: the leading digits of its time, or for `epoch` its first second. */
export function parseBucket(text: string | null | undefined, format: TimeFormat, bucket: Bucket): number | undefined {
  if (text === null || text === undefined) return undefined;
  if (format === 'epoch') return parseInstant(text, format);
  const parts: readonly (string | undefined)[] | null = /^(\d{4})(\d\d)(\d\d)(\d\d)?(\d\d)?$/.exec(text);
  if (parts === null || text.length !== keyLength[bucket]) return undefined;
  return toMs([...parts.slice(1, 6).map((part) => part ?? '00'), '00'], undefined);
}

/** How many of the fourteen digits name a bucket. */
export const keyLength: Readonly<Record<Bucket, number>> = { day: 8, hour: 10, minute: 12 };

/** A bound as the column itself is written, so that the comparison can use an index. */
export function writeInstant(ms: number, format: TimeFormat): string {
  const iso = new Date(Math.min(Math.max(ms, 0), latestMs)).toISOString();
  switch (format) {
    case 'epoch':
      return String(Math.floor(Math.max(ms, 0) / 1000));
    case 'datetime':
      return `${iso.slice(0, 10)} ${iso.slice(11, 19)}`;
    case 'yyyymmddhhmmss':
      return iso.slice(0, 19).replace(/\D/g, '');
  }
}

export function bucketStart(ms: number, bucket: Bucket): number {
  const step = bucketSeconds[bucket] * 1000;
  return Math.floor(ms / step) * step;
}

/** `2026-11-24 10:00`, or the day alone. */
export function formatBucket(startMs: number, bucket: Bucket): string {
  const iso = new Date(startMs).toISOString();
  return bucket === 'day' ? iso.slice(0, 10) : `${iso.slice(0, 10)} ${iso.slice(11, 16)}`;
}

function toMs(parts: readonly (string | undefined)[], fraction: string | undefined): number | undefined {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts.map(Number);
  if (year === 0 || month < 1 || month > 12 || hour > 23 || minute > 59 || second > 59) return undefined;
  const ms =
    Date.UTC(year, month - 1, day, hour, minute, second) + (fraction === undefined ? 0 : Number(fraction) * 1000);
  // The 31st of a month that has none rolls over: no instant was meant.
  return new Date(ms).getUTCDate() === day ? ms : undefined;
}
