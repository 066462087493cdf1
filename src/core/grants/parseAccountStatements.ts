import { parseAccount } from './parseNames';
import { parseGrant, parseRevoke } from './parseGrantStatements';
import {
  parseCreateRole,
  parseDrop,
  parseRename,
  parseSetDefaultRole,
  parseSetPassword,
  parseUserChange,
} from './parseUserStatements';
import type { AccountNode, AccountStatement, ParsedStatements, SourceProblem } from './statements';
import { TokenCursor } from './tokenCursor';
import { isTrivia, tokenizeCode, type Span, type Token, type TokenizeOptions } from './tokenizer';
import { t } from '../l10n';

/**
 * Account statements of both servers, in the order of the text. Everything else is kept as `other`; an account
 * statement that is not understood is `unreadable` and a problem at its place. Never throws; linear in the text.
 */
export function parseAccountStatements(text: string, options: TokenizeOptions = {}): ParsedStatements {
  const statements: AccountStatement[] = [];
  const problems: SourceProblem[] = [];
  const tokens: Token[] = [];
  let from = 0;
  const flush = () => {
    const source: Source = { text, tokens, to: tokens.length, options };
    while (from < source.to) from = parseOne(source, from, statements, problems);
  };
  for (const token of tokenizeCode(text, options)) {
    if (token.unterminated) {
      problems.push({
        severity: 'error',
        message: token.kind === 'comment' ? t`This comment is never closed.` : t`This quote is never closed.`,
        start: token.start,
        end: Math.min(token.end, token.start + 1),
      });
    }
    if (token.word === ';') flush();
    else if (!isTrivia(token)) tokens.push(token);
  }
  flush();
  return { statements, problems };
}

/** Tokens up to `to` belong to what stands before the next semicolon. */
interface Source {
  readonly text: string;
  readonly tokens: readonly Token[];
  readonly to: number;
  readonly options: TokenizeOptions;
}

/** Parses the statement that begins at the token `from`. Returns where the next one does: a `;` may be forgotten. */
function parseOne(source: Source, from: number, statements: AccountStatement[], problems: SourceProblem[]): number {
  const { text, tokens, to, options } = source;
  const first = tokens[from];
  if (!first) return to;
  const { start } = first;
  const keyword: Span = { start, end: first.end };
  const endBefore = (index: number) => tokens[index - 1]?.end ?? first.end;
  const client = clientCommand(source, from);
  if (client > from) {
    statements.push({ kind: 'other', word: 'CLIENT', keyword, start, end: endBefore(client) });
    return client;
  }
  const cursor = new TokenCursor(text, tokens, options, from, to);
  const statement = parseStatement(cursor, keyword);
  if (statement === 'other') {
    const next = nextStatement(source, from + 1);
    statements.push(toOther(cursor, first, keyword, endBefore(next)));
    return next;
  }
  const stopped = cursor.index;
  const sound = statement !== undefined && !cursor.failure;
  if (sound && cursor.atEnd) {
    statements.push(statement);
    return to;
  }
  if (sound && startsStatement(source, stopped)) {
    const end = endBefore(stopped);
    statements.push(statement);
    // `\G` ends a statement in the mysql client.
    if (tokens[stopped]?.word !== '\\') {
      problems.push({
        severity: 'error',
        message: t`A semicolon is missing after this statement.`,
        start: end - 1,
        end,
      });
    }
    return stopped;
  }
  const next = nextStatement(source, Math.max(stopped, from + 1));
  const end = endBefore(next);
  const failure = cursor.failure ?? notUnderstood(text, tokens[stopped] ?? first);
  const accounts = findAccounts(source, from, next);
  statements.push({ kind: 'unreadable', accounts, message: failure.message, keyword, start, end });
  problems.push({ severity: 'error', ...failure });
  return next;
}

function notUnderstood(text: string, { start, end }: Token): Span & { readonly message: string } {
  return { message: t`\`${text.slice(start, Math.min(end, start + 40))}\` is not understood here.`, start, end };
}

/** Undefined: it failed. */
function parseStatement(cursor: TokenCursor, keyword: Span): AccountStatement | 'other' | undefined {
  if (cursor.take('GRANT')) return parseGrant(cursor, keyword);
  if (cursor.take('REVOKE')) return parseRevoke(cursor, keyword);
  if (cursor.take('DENY')) return cursor.fail(t`DENY is not understood yet.`);
  if (cursor.take('SET', 'DEFAULT', 'ROLE')) return parseSetDefaultRole(cursor, keyword);
  // `SET password = 1` of a stored program reads the same; in a grant file it is the statement.
  if (cursor.take('SET', 'PASSWORD')) return parseSetPassword(cursor, keyword);
  if (cursor.take('RENAME', 'USER')) return parseRename(cursor, keyword);
  if (cursor.take('DROP', 'USER')) return parseDrop(cursor, keyword, 'dropUser');
  if (cursor.take('DROP', 'ROLE')) return parseDrop(cursor, keyword, 'dropRole');
  if (cursor.take('ALTER', 'USER')) return parseUserChange(cursor, keyword, 'alterUser');
  if (cursor.take('CREATE', 'USER')) return parseUserChange(cursor, keyword, 'createUser');
  if (cursor.take('CREATE', 'ROLE')) return parseCreateRole(cursor, keyword);
  if (cursor.is('CREATE', 'OR', 'REPLACE', 'USER') || cursor.is('CREATE', 'OR', 'REPLACE', 'ROLE')) {
    cursor.take('CREATE');
    const replace = cursor.take('OR', 'REPLACE');
    if (cursor.take('USER')) return parseUserChange(cursor, keyword, 'createUser', replace);
    cursor.take('ROLE');
    return parseCreateRole(cursor, keyword, replace);
  }
  if (cursor.is('ALTER', 'ROLE')) return cursor.fail('ALTER ROLE is a statement of other products.');
  return 'other';
}

function toOther(cursor: TokenCursor, first: Token, keyword: Span, end: number): AccountStatement {
  const base = { kind: 'other' as const, word: first.word, keyword, start: first.start, end };
  const second = first.word === 'USE' ? cursor.peek(1) : undefined;
  return second ? { ...base, database: cursor.value(second) } : base;
}

/** Where a command of the mysql client ends, which is with its line; `from`: it is none. */
function clientCommand(source: Source, from: number): number {
  const { tokens, to } = source;
  const first = tokens[from];
  // `\G` and `\g` end a statement in the client, with or without a line break after them.
  if (first?.word === '\\') return Math.min(to, tokens[from + 1]?.start === first.end ? from + 2 : from + 1);
  if (first?.word !== 'DELIMITER' && first?.word !== 'SOURCE' && first?.word !== 'WARNINGS') return from;
  let next = from + 1;
  while (next < to && !breaksLine(source, next)) next += 1;
  return next;
}

function breaksLine({ text, tokens }: Source, index: number): boolean {
  const before = tokens[index - 1];
  const token = tokens[index];
  return before !== undefined && token !== undefined && /[\r\n]/.test(text.slice(before.end, token.start));
}

const starters: ReadonlySet<string> = new Set('GRANT REVOKE CREATE ALTER DROP SET RENAME FLUSH USE DENY'.split(' '));

/** A word that begins a statement stands first on its line. */
function startsStatement(source: Source, index: number): boolean {
  const token = index < source.to ? source.tokens[index] : undefined;
  if (token === undefined) return false;
  return token.word === '\\' || (starters.has(token.word) && breaksLine(source, index));
}

/** Index of the token where recovery goes on. */
function nextStatement(source: Source, from: number): number {
  let index = from;
  while (index < source.to && !startsStatement(source, index)) index += 1;
  return index;
}

/** Every `name@host` of a statement that could not be read, so that its accounts are not taken as compared. */
function findAccounts({ text, tokens, options }: Source, from: number, to: number): readonly AccountNode[] {
  const accounts: AccountNode[] = [];
  for (let index = from; index < to; index += 1) {
    const word = tokens[index]?.word;
    const begins = word === '@' ? index - 1 : word === 'TO' || word === 'FROM' ? index + 1 : -1;
    if (begins < from || (word !== '@' && tokens[begins + 1]?.word === '@')) continue;
    const account = parseAccount(new TokenCursor(text, tokens, options, begins, to));
    if (account) accounts.push(account);
  }
  return accounts;
}
