import type { PipelineFacts } from '../../../src/core/pipelines/model';
import type { PipelineSideReading } from '../../../src/core/pipelines/reading';
import type { Bucket, TimeFormat } from '../../../src/core/pipelines/timeFormat';
import { keyLength, writeInstant } from '../../../src/core/pipelines/timeFormat';
import { toPipelineFacts } from '../../../src/core/pipelines/toPipelineFacts';
import type { Answer, Row } from '../../../src/core/replication/reading';

/** Pipelines by construction: each test writes only what it is about. */

export const at = '2015-01-03T12:30:00.000Z';
export const nowMs = Date.parse(at);
export const hourMs = 3_600_000;
/** The hour in which the readings are made. */
export const lastHour = Date.parse('2015-01-03T12:00:00Z');

export const spec = { tables: 'log.*', timeFormat: 'yyyymmddhhmmss', bucket: 'hour', maxLagSeconds: 3600 } as const;
export const rowsOf = (rows: readonly Row[], statement = 'SELECT …'): Answer => ({ kind: 'rows', statement, at, rows });

/** One table of one side: when its newest row was, and its rows per bucket by hours ago; an hour left out is empty. */
export interface Side {
  readonly newest?: number | null;
  readonly counts?: Readonly<Record<number, number>>;
  readonly now?: number;
  readonly answer?: Answer;
  readonly indexed?: boolean;
  readonly estimate?: string | null;
}

/** 20 rows in each of the last two days' hours. */
export const steady = (more: Readonly<Record<number, number>> = {}): Readonly<Record<number, number>> => ({
  ...Object.fromEntries(Array.from({ length: 48 }, (_, ago) => [ago, 20])),
  ...more,
});

export function sideOf(
  tables: Readonly<Record<string, Side>>,
  format: TimeFormat = spec.timeFormat,
  bucket: Bucket = 'hour',
): PipelineSideReading {
  const key = (ms: number): string =>
    format === 'epoch' ? writeInstant(ms, 'epoch') : writeInstant(ms, 'yyyymmddhhmmss').slice(0, keyLength[bucket]);
  return {
    kind: 'answered',
    columns: rowsOf(Object.keys(tables).map((name) => ({ table_name: name }))),
    sizes: rowsOf(
      Object.entries(tables).map(([name, { estimate = '900000' }]) => ({ table_name: name, row_estimate: estimate })),
    ),
    indexes: rowsOf(
      Object.entries(tables).flatMap(([name, { indexed = true }]) => (indexed ? [{ table_name: name }] : [])),
    ),
    tables: Object.fromEntries(
      Object.entries(tables).map(([name, { newest = lastHour + 600_000, counts = steady(), now = nowMs, answer }]) => [
        name,
        {
          newest:
            answer ??
            rowsOf([
              {
                newest: newest === null ? null : writeInstant(newest, format),
                now_utc: writeInstant(now, 'datetime'),
              },
            ]),
          buckets: rowsOf(
            Object.entries(counts)
              .filter(([, count]) => count > 0)
              .map(([ago, count]) => ({ bucket: key(lastHour - Number(ago) * hourMs), row_count: String(count) })),
            'SELECT LEFT(t.`timestamp`, 10) AS bucket, COUNT(*) AS row_count FROM …',
          ),
        },
      ]),
    ),
  };
}

export function factsOf(
  source: PipelineSideReading,
  replica: PipelineSideReading,
  more: Partial<Parameters<typeof toPipelineFacts>[1]> = {},
): PipelineFacts {
  return toPipelineFacts({ source, replica, leftOut: 0 }, { ...spec, ...more });
}
