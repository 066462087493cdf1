import type { Answer, Row } from '../../core/replication/reading';
import type { Login } from './credentials';
import type { Asked, Link } from './link';
import { bounded, serverStatement } from './queries';
import { columnsFor, type ColumnSource } from './serverColumns';
import { shared, shareTexts } from './sharedTexts';

/** A connection with what was learnt on it: which columns this server has and this account may read. */
export interface Session {
  readonly link: Link;
  readonly login: Login;
  /** Milliseconds since the epoch. */
  readonly openedMs: number;
  columns: readonly ColumnSource[];
  /** Columns that the account may not read: they are NULL in the row. */
  readonly denied: Set<string>;
}

export function createSession(link: Link, login: Login, openedMs: number): Session {
  return { link, login, openedMs, columns: columnsFor(link.greeting.flavor, link.greeting.version), denied: new Set() };
}

/** Refusals that name something this server does not have, and those that name a missing privilege. */
const unknownHere = new Set([1054, 1109, 1146, 1193, 1238, 1305]);
export const notAllowed: ReadonlySet<number> = new Set([1044, 1142, 1143, 1227, 1370, 1419]);
/** MariaDB's max_statement_time and MySQL's MAX_EXECUTION_TIME. */
const stoppedByServer = new Set([1969, 3024]);

/**
 * The widest SELECT about the server that this connection gets an answer to. Each refusal takes out what it names and
 * is remembered, so that this happens once per connection, or when a privilege was revoked meanwhile.
 */
export async function askServer(
  session: Session,
  limitMs: () => number,
  stop: AbortSignal,
): Promise<{ readonly statement: string; readonly asked: Asked; readonly limitMs: number }> {
  for (;;) {
    const statement = serverStatement(session.columns);
    const limit = limitMs();
    const asked = await session.link.ask(bounded(statement, session.link.greeting.flavor, limit), stop);
    if (asked.kind === 'rows') {
      return { statement, asked: { ...asked, rows: asked.rows.map((row) => complete(row, session)) }, limitMs: limit };
    }
    if (asked.kind !== 'refused' || !narrow(session, asked.errno, asked.text)) {
      return { statement, asked, limitMs: limit };
    }
  }
}

/** @returns false when the refusal is about nothing that could be left out. */
function narrow(session: Session, errno: number, text: string): boolean {
  const denied = notAllowed.has(errno);
  if (!denied && !unknownHere.has(errno)) {
    return false;
  }
  const optional = session.columns.filter(({ depends }) => depends !== undefined);
  const named = optional.filter(({ depends }) => new RegExp(`\\b${depends ?? ''}\\b`).test(text));
  const privileged = optional.filter((source) => source.privileged);
  // A text that names none of ours: first what needs privileges, then everything that some server may lack.
  const dropped = [named, denied ? privileged : [], optional].find((list) => list.length > 0);
  if (dropped === undefined) {
    return false;
  }
  if (denied) {
    dropped.filter((source) => source.privileged).forEach(({ column }) => session.denied.add(column));
  }
  session.columns = session.columns.filter((source) => !dropped.includes(source));
  return true;
}

/** Columns that may not be read as NULL, and the offer of TLS from the greeting where no statement tells it. */
function complete(row: Row, { denied, link }: Session): Row {
  if (denied.size === 0 && typeof row['tls_offered'] === 'string') return row;
  const offered = row['tls_offered'] ?? (link.greeting.offersTls ? '1' : '0');
  return { ...row, ...Object.fromEntries([...denied].map((column) => [column, null])), tls_offered: offered };
}

export function toAnswer(
  asked: Exclude<Asked, { readonly kind: 'lost' }>,
  statement: string,
  at: string,
  limitMs: number,
): Answer {
  switch (asked.kind) {
    case 'rows':
      return { kind: 'rows', statement: shared(statement), at, rows: shareTexts(asked.rows) };
    case 'unanswered':
      return { kind: 'timedOut', statement, at, timeoutMs: Math.round(limitMs) };
    case 'refused':
      return stoppedByServer.has(asked.errno)
        ? { kind: 'timedOut', statement, at, timeoutMs: Math.round(limitMs) }
        : {
            kind: 'error',
            statement,
            at,
            errno: asked.errno,
            ...(asked.sqlState === undefined ? {} : { sqlState: asked.sqlState }),
            text: asked.text,
          };
  }
}
