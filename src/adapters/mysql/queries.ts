import type { Flavor } from '../../core/replication/reading';
import { isGrantRead } from './grantQueries';
import { isAtLeast } from './greeting';
import { allColumns, type ColumnSource } from './serverColumns';
import { isServiceRead } from './serviceQueries';

/**
 * The closed list of what this extension ever sends to a server. Everything else is refused by `assertRead` right
 * before it would be written to the connection; a read-only session would be no help, it still runs STOP SLAVE.
 */

export const replicationStatements = ['SHOW ALL SLAVES STATUS', 'SHOW REPLICA STATUS', 'SHOW SLAVE STATUS'] as const;

/** The replicas that registered: asked once, of a server that no inventory names yet. */
export const registeredStatements = ['SHOW SLAVE HOSTS', 'SHOW REPLICAS'] as const;

/** Undoes a server-wide autocommit=0, under which every poll would see the heartbeat of the first one. */
export const autocommitStatement = 'SET SESSION autocommit=1';

export function replicationStatement(flavor: Flavor, version: string): (typeof replicationStatements)[number] {
  if (flavor === 'mariadb') {
    return 'SHOW ALL SLAVES STATUS';
  }
  return isAtLeast(version, [8, 0, 22]) ? 'SHOW REPLICA STATUS' : 'SHOW SLAVE STATUS';
}

export function registeredStatement(flavor: Flavor, version: string): (typeof registeredStatements)[number] {
  // MariaDB knows the new words since 10.5 and keeps the old ones; MySQL has dropped those.
  return flavor === 'mysql' && isAtLeast(version, [8, 0, 22]) ? 'SHOW REPLICAS' : 'SHOW SLAVE HOSTS';
}

export function serverStatement(columns: readonly ColumnSource[]): string {
  const known = statements.get(columns);
  if (known !== undefined) return known;
  const statement = `SELECT ${columns.map(pieceOf).join(', ')}`;
  statements.set(columns, statement);
  return statement;
}

/** Most servers of a fleet are asked for the same list, thousands of times. */
const statements = new WeakMap<readonly ColumnSource[], string>();

const pieceOf = ({ expression, column }: ColumnSource): string => `${expression} AS ${column}`;

/** What may stand between the back-quotes: no quote, no dot, nothing that is not printed. */
const identifier = '[\\p{L}\\p{N}_$-]{1,64}';
const tableName = new RegExp(`^(${identifier})\\.(${identifier})$`, 'u');
// `ts` less its age in whole microseconds: no arithmetic on the number that UTC_TIMESTAMP(6) is in that context,
// which gives NULL in the first half second of each minute.
const heartbeatHead = 'SELECT h.*, TIMESTAMPDIFF(MICROSECOND, h.ts, UTC_TIMESTAMP(6)) / 1000000 AS age_seconds FROM ';
const heartbeatTail = ' h ORDER BY h.ts DESC LIMIT 200';
const heartbeatShape = new RegExp(`^\`${identifier}\`\\.\`${identifier}\`$`, 'u');

/** Undefined: not a `schema.table` that can be quoted safely. */
export function heartbeatStatement(table: string): string | undefined {
  const match = tableName.exec(table);
  return match?.[1] === undefined || match[2] === undefined
    ? undefined
    : `${heartbeatHead}\`${match[1]}\`.\`${match[2]}\`${heartbeatTail}`;
}

/** A slice longer than this would keep a cancelled wait running on the server. */
const longestSliceSeconds = 5;
const mariadbGtid = '\\d{1,10}-\\d{1,10}-\\d{1,20}';
const mariadbWaitShape = new RegExp(
  `^SELECT MASTER_GTID_WAIT\\('${mariadbGtid}(?:,${mariadbGtid}){0,9999}', [1-5]\\) AS waited$`,
);
// Only what a GTID set consists of: uuids, tags, intervals. Nothing of it can end the literal.
const mysqlWaitShape = /^SELECT WAIT_FOR_EXECUTED_GTID_SET\('[0-9a-f][0-9a-z_:,-]*', [1-5]\) AS waited$/;

/**
 * Waits on the replica, at most `seconds`, for a position that is written as the server's own parser wants it.
 * @throws when `seconds` is not a whole number from 1 to 5: 0 waits for ever on some servers.
 */
export function waitStatement(flavor: Flavor, position: string, seconds: number): string {
  if (!Number.isInteger(seconds) || seconds < 1 || seconds > longestSliceSeconds) {
    throw new Error(`A wait of ${String(seconds)} s is not allowed.`);
  }
  const call = flavor === 'mariadb' ? 'MASTER_GTID_WAIT' : 'WAIT_FOR_EXECUTED_GTID_SET';
  return `SELECT ${call}('${position}', ${String(seconds)}) AS waited`;
}

/** What a source's position is read from: columns of the SELECT about the server, and no more of it. */
export function positionStatement(flavor: Flavor): string {
  const wanted: readonly string[] = flavor === 'mariadb' ? ['gtid_binlog_pos'] : ['gtid_mode', 'gtid_executed'];
  return serverStatement(allColumns[flavor].filter(({ column }) => wanted.includes(column)));
}

export function killStatement(threadId: number): string {
  return `KILL QUERY ${String(threadId)}`;
}

/**
 * The statement with its limit on the server. MySQL has none for SHOW: there a KILL QUERY follows when the deadline
 * has passed.
 */
export function bounded(statement: string, flavor: Flavor, limitMs: number): string {
  const limit = Math.max(1, Math.floor(limitMs));
  if (statement.startsWith('SET ') || statement.startsWith('KILL ')) {
    return statement;
  }
  if (flavor === 'mariadb') {
    return `SET STATEMENT max_statement_time=${(limit / 1000).toFixed(3)} FOR ${statement}`;
  }
  return statement.startsWith('SELECT ')
    ? `SELECT /*+ MAX_EXECUTION_TIME(${String(limit)}) */ ${statement.slice('SELECT '.length)}`
    : statement;
}

/**
 * The last check before a text is sent.
 * @throws when the text is none of the list: a defect of ours, never something a user can cause.
 */
export function assertRead(text: string): void {
  if (!isAllowed(text)) {
    throw new Error('A statement outside the allow-list was about to be sent.');
  }
}

export function isAllowed(text: string): boolean {
  const bare = text
    .replace(/^SET STATEMENT max_statement_time=\d{1,9}\.\d{3} FOR (?=S(?:ELECT|HOW) )/, '')
    .replace(/^SELECT \/\*\+ MAX_EXECUTION_TIME\(\d{1,9}\) \*\/ /, 'SELECT ');
  return (
    [...replicationStatements, ...registeredStatements].some((statement) => statement === bare) ||
    text === autocommitStatement ||
    /^KILL QUERY \d{1,20}$/.test(text) ||
    isHeartbeat(bare) ||
    isGrantRead(bare) ||
    isServiceRead(bare) ||
    mariadbWaitShape.test(bare) ||
    mysqlWaitShape.test(bare) ||
    isServerSelect(bare, serverPieces.mariadb) ||
    isServerSelect(bare, serverPieces.mysql)
  );
}

function isHeartbeat(text: string): boolean {
  return (
    text.startsWith(heartbeatHead) &&
    text.endsWith(heartbeatTail) &&
    heartbeatShape.test(text.slice(heartbeatHead.length, -heartbeatTail.length))
  );
}

/** A non-empty selection of the known expressions, in their order, and nothing else. */
function isServerSelect(text: string, pieces: readonly string[]): boolean {
  if (!text.startsWith('SELECT ')) return false;
  let [at, separator] = ['SELECT '.length, ''];
  for (const piece of pieces) {
    if (!text.startsWith(separator, at) || !text.startsWith(piece, at + separator.length)) continue;
    const end = at + separator.length + piece.length;
    // "AS port" is also the start of a longer name: the piece must end where a comma or the text ends.
    if (end !== text.length && !text.startsWith(', ', end)) continue;
    [at, separator] = [end, ', '];
  }
  return separator !== '' && at === text.length;
}

const serverPieces: Readonly<Record<Flavor, readonly string[]>> = {
  mariadb: allColumns.mariadb.map(pieceOf),
  mysql: allColumns.mysql.map(pieceOf),
};
