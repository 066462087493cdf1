import type { Answer } from '../replication/reading';
import type { PipelineSideAnswers } from './reading';
import { bucketSeconds, bucketStart, parseInstant, windowBuckets, type Bucket, type TimeFormat } from './timeFormat';
import { t } from '../l10n';

/** Which tables are asked, and about which time: pure, so that the adapter only carries it out. */

export interface TablePattern {
  readonly schema: string;
  readonly fits: (table: string) => boolean;
}

/** More would make one reading a load; the inventory can name several pipelines. */
export const mostTables = 40;
/** Without an index on the time column a table is read whole: only one this small. */
const smallRows = 50_000;
/** Rows dated later than this are wrong, and would hide that nothing arrives. */
const futureMs = 3_600_000;

const identifier = /^[\p{L}\p{N}_$-]{1,64}$/u;

/** `log.*`, `log.Navigation*`, `log.edit`. Undefined: another form, or a name that cannot be quoted safely. */
export function parsePattern(text: string): TablePattern | undefined {
  const [schema, table, ...rest] = text.split('.');
  if (schema === undefined || table === undefined || rest.length > 0 || !identifier.test(schema)) return undefined;
  if (!/^[\p{L}\p{N}_$*-]{1,64}$/u.test(table)) return undefined;
  const parts = table.split('*').map((part) => part.replaceAll('$', '\\$'));
  const expression = new RegExp(`^${parts.join('.*')}$`, 'u');
  return { schema, fits: (name) => identifier.test(name) && expression.test(name) };
}

/** Names of the tables that have the time column and fit the pattern, on one side. */
export function fittingTables(columns: Answer, pattern: TablePattern): readonly string[] {
  return columns.kind === 'rows'
    ? columns.rows.flatMap((row) => row['table_name'] ?? []).filter((name) => pattern.fits(name))
    : [];
}

/** Why a table is not asked; undefined: it can be. */
export function whyNotAsked(
  table: string,
  { sizes, indexes }: Pick<PipelineSideAnswers, 'sizes' | 'indexes'>,
): string | undefined {
  if (indexes.kind !== 'rows') return t`Whether its time column is indexed could not be read.`;
  if (indexes.rows.some((row) => row['table_name'] === table)) return undefined;
  const size = sizes.kind === 'rows' ? sizes.rows.find((row) => row['table_name'] === table) : undefined;
  const estimate = size?.['row_estimate'];
  return estimate !== undefined && estimate !== null && Number(estimate) <= smallRows
    ? undefined
    : t`No index begins with its time column, so that each question would read the whole table.`;
}

/** The latest time that counts as real. */
export function latestInstant(nowMs: number): number {
  return nowMs + futureMs;
}

export interface CountWindow {
  readonly fromMs: number;
  /** Exclusive. */
  readonly toMs: number;
}

/**
 * The time in which both sides are counted: it ends with the newest bucket of the source, not with the present, so
 * that a pipeline that has long been silent is still compared.
 */
export function countWindow(newest: readonly (number | undefined)[], bucket: Bucket): CountWindow | undefined {
  const known = newest.filter((ms) => ms !== undefined);
  if (known.length === 0) return undefined;
  const step = bucketSeconds[bucket] * 1000;
  const toMs = bucketStart(Math.max(...known), bucket) + step;
  return { fromMs: toMs - windowBuckets[bucket] * step, toMs };
}

export function newestOf(answer: Answer, format: TimeFormat): number | undefined {
  return answer.kind === 'rows' ? parseInstant(answer.rows[0]?.['newest'], format) : undefined;
}
