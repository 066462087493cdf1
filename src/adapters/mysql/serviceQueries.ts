import type { BackupColumn } from '../../core/backups/reading';
import type { PipelineSpec } from '../../core/inventory/model';
import { bucketSeconds, keyLength, writeInstant, type TimeFormat } from '../../core/pipelines/timeFormat';

/**
 * The part of the closed list that reads the tables of neighbours: the metadata of backups, and what pipelines copy.
 * Names stand in backticks; texts hold nothing that could end a literal under any sql_mode.
 */

const identifier = '[\\p{L}\\p{N}_$-]{1,64}';
const isIdentifier = new RegExp(`^${identifier}$`, 'u');
const tableName = new RegExp(`^(${identifier})\\.(${identifier})$`, 'u');
const literal = '[\\p{L}\\p{N}_.:@$ -]{1,100}';
const isLiteral = new RegExp(`^${literal}$`, 'u');

const backupColumns: readonly (readonly [expression: string, column: BackupColumn])[] = [
  ['b.id', 'id'],
  ['b.name', 'name'],
  ['b.status', 'status'],
  ['b.source', 'source'],
  ['b.host', 'host'],
  ['b.type', 'type'],
  ['b.section', 'section'],
  ['UNIX_TIMESTAMP(b.start_date)', 'started'],
  ['UNIX_TIMESTAMP(b.end_date)', 'ended'],
  ['b.total_size', 'bytes'],
  ['UNIX_TIMESTAMP()', 'now_epoch'],
];
const backupsHead = `SELECT ${backupColumns.map(([expression, column]) => `${expression} AS ${column}`).join(', ')} FROM `;
const recentTail = ' b ORDER BY b.id DESC LIMIT 500';
const expectedTail = ' ORDER BY b.start_date DESC LIMIT 60';

/** The newest rows, by the primary key. Undefined: not a `schema.table` that can be quoted safely. */
export function recentBackupsStatement(table: string): string | undefined {
  const quoted = quoteTable(table);
  return quoted && `${backupsHead}${quoted}${recentTail}`;
}

/** Of one section by one method, where the usual table has an index. Undefined: a name that cannot be asked for. */
export function expectedBackupsStatement(table: string, type: string, section: string): string | undefined {
  const quoted = quoteTable(table);
  return quoted !== undefined && isLiteral.test(type) && isLiteral.test(section)
    ? `${backupsHead}${quoted} b WHERE b.type = '${type}' AND b.section = '${section}'${expectedTail}`
    : undefined;
}

/** TIMESTAMP columns are then read as what they hold. Concerns this connection only. */
export const utcStatement = "SET SESSION time_zone = '+00:00'";

/** What a pipeline asks of one side; undefined: a name that cannot be quoted safely. */
export interface PipelineStatements {
  readonly columns: string;
  readonly sizes: string;
  readonly indexes: string;
  /** @param latestMs what is dated later is not believed */
  newest(table: string, latestMs: number): string;
  buckets(table: string, fromMs: number, toMs: number): string;
}

const mostTables = 5000;
const mostBuckets = 200;

export function pipelineStatements(
  schema: string,
  { timeColumn, timeFormat, bucket }: Pick<PipelineSpec, 'timeColumn' | 'timeFormat' | 'bucket'>,
): PipelineStatements | undefined {
  if (!isIdentifier.test(schema) || !isIdentifier.test(timeColumn)) return undefined;
  const column = `t.\`${timeColumn}\``;
  const bound = (ms: number): string =>
    timeFormat === 'epoch' ? writeInstant(ms, timeFormat) : `'${writeInstant(ms, timeFormat)}'`;
  const from = (table: string): string => `\`${schema}\`.\`${table}\` t`;
  return {
    columns: `SELECT TABLE_NAME AS table_name FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = '${schema}' AND COLUMN_NAME = '${timeColumn}' ORDER BY TABLE_NAME LIMIT ${mostTables}`,
    sizes: `SELECT TABLE_NAME AS table_name, TABLE_ROWS AS row_estimate FROM information_schema.TABLES WHERE TABLE_SCHEMA = '${schema}' AND TABLE_TYPE = 'BASE TABLE' LIMIT ${mostTables}`,
    indexes: `SELECT TABLE_NAME AS table_name FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = '${schema}' AND COLUMN_NAME = '${timeColumn}' AND SEQ_IN_INDEX = 1 LIMIT ${mostTables}`,
    newest: (table, latestMs) =>
      `SELECT MAX(${column}) AS newest, UTC_TIMESTAMP() AS now_utc FROM ${from(table)} WHERE ${column} <= ${bound(latestMs)}`,
    buckets: (table, fromMs, toMs) =>
      `SELECT ${bucketExpression(column, timeFormat, bucket)} AS bucket, COUNT(*) AS row_count FROM ${from(table)} WHERE ${column} >= ${bound(fromMs)} AND ${column} < ${bound(toMs)} GROUP BY bucket ORDER BY bucket LIMIT ${mostBuckets}`,
  };
}

/** The function stands in the list and not in the condition, where it would keep the index from being used. */
function bucketExpression(column: string, format: TimeFormat, bucket: PipelineSpec['bucket']): string {
  const digits = keyLength[bucket];
  switch (format) {
    case 'yyyymmddhhmmss':
      return `LEFT(${column}, ${digits})`;
    case 'datetime':
      return `DATE_FORMAT(${column}, '${['%Y%m%d', '%H', '%i'].slice(0, digits / 2 - 3).join('')}')`;
    case 'epoch':
      return `FLOOR(${column} / ${bucketSeconds[bucket]}) * ${bucketSeconds[bucket]}`;
  }
}

function quoteTable(table: string): string | undefined {
  const match = tableName.exec(table);
  return match?.[1] === undefined || match[2] === undefined ? undefined : `\`${match[1]}\`.\`${match[2]}\``;
}

const quoted = `\`${identifier}\``;
const instant = "(?:'[0-9: -]{14,19}'|\\d{1,12})";
const escape = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
const shapes: readonly RegExp[] = [
  `${escape(backupsHead)}${quoted}\\.${quoted}${escape(recentTail)}`,
  `${escape(backupsHead)}${quoted}\\.${quoted} b WHERE b\\.type = '${literal}' AND b\\.section = '${literal}'${escape(expectedTail)}`,
  `SELECT TABLE_NAME AS table_name(?:, TABLE_ROWS AS row_estimate)? FROM information_schema\\.(?:COLUMNS|TABLES|STATISTICS) WHERE TABLE_SCHEMA = '${identifier}'(?: AND COLUMN_NAME = '${identifier}')?(?: AND SEQ_IN_INDEX = 1)?(?: AND TABLE_TYPE = 'BASE TABLE')?(?: ORDER BY TABLE_NAME)? LIMIT \\d{1,4}`,
  `SELECT MAX\\(t\\.${quoted}\\) AS newest, UTC_TIMESTAMP\\(\\) AS now_utc FROM ${quoted}\\.${quoted} t WHERE t\\.${quoted} <= ${instant}`,
  `SELECT (?:LEFT\\(t\\.${quoted}, \\d{1,2}\\)|DATE_FORMAT\\(t\\.${quoted}, '[%YmdHi]{6,10}'\\)|FLOOR\\(t\\.${quoted} / \\d{1,5}\\) \\* \\d{1,5}) AS bucket, COUNT\\(\\*\\) AS row_count FROM ${quoted}\\.${quoted} t WHERE t\\.${quoted} >= ${instant} AND t\\.${quoted} < ${instant} GROUP BY bucket ORDER BY bucket LIMIT \\d{1,3}`,
].map((shape) => new RegExp(`^${shape}$`, 'u'));

export function isServiceRead(text: string): boolean {
  return text === utcStatement || shapes.some((shape) => shape.test(text));
}
