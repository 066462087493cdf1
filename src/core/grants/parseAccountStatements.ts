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
import { isTrivia, tokenize, type Span, type Token, type TokenizeOptions } from './tokenizer';

/**
 * Account statements of both servers, in the order of the text. Everything else is kept as `other`; an account
 * statement that is not understood is `unreadable` and a problem at its place. Never throws; linear in the text.
 */
export function parseAccountStatements(text: string, options: TokenizeOptions = {}): ParsedStatements {
  const statements: AccountStatement[] = [];
  const problems: SourceProblem[] = [];
  let pending: Token[] = [];
  const flush = () => {
    let rest: readonly Token[] = pending;
    while (rest.length > 0) rest = parseOne(text, rest, options, statements, problems);
    pending = [];
  };
  for (const token of tokenize(text, options)) {
    if (token.unterminated) {
      problems.push({
        severity: 'error',
        message: token.kind === 'comment' ? 'This comment is never closed.' : 'This quote is never closed.',
        start: token.start,
        end: Math.min(token.end, token.start + 1),
      });
    }
    if (token.word === ';') flush();
    else if (!isTrivia(token)) pending.push(token);
  }
  flush();
  return { statements, problems };
}

/** Parses the statement at the head of `tokens`. What it returns is still to parse: a `;` was forgotten before it. */
function parseOne(
  text: string,
  tokens: readonly Token[],
  options: TokenizeOptions,
  statements: AccountStatement[],
  problems: SourceProblem[],
): readonly Token[] {
  const first = tokens[0];
  const last = tokens.at(-1);
  if (!first || !last) return [];
  const keyword: Span = { start: first.start, end: first.end };
  const client = clientCommand(text, tokens);
  if (client > 0) {
    statements.push({
      kind: 'other',
      word: 'CLIENT',
      keyword,
      start: first.start,
      end: tokens[client - 1]?.end ?? first.end,
    });
    return tokens.slice(client);
  }
  const cursor = new TokenCursor(text, tokens, options);
  const statement = parseStatement(cursor, keyword);
  if (statement === 'other') {
    const at = nextStatement(text, tokens, 1);
    const end = tokens[at - 1]?.end ?? last.end;
    statements.push(toOther(cursor, first, keyword, end));
    return tokens.slice(at);
  }
  if (statement && !cursor.failure && cursor.atEnd) {
    statements.push(statement);
    return [];
  }
  const stopped = cursor.index;
  if (statement && !cursor.failure && startsStatement(text, tokens, stopped)) {
    const end = tokens[stopped - 1]?.end ?? first.end;
    statements.push(statement);
    problems.push({ severity: 'error', message: 'A semicolon is missing after this statement.', start: end - 1, end });
    return tokens.slice(stopped);
  }
  const at = nextStatement(text, tokens, Math.max(stopped, 1));
  const end = tokens[at - 1]?.end ?? last.end;
  const failure = cursor.failure ?? {
    message: `\`${text.slice(tokens[stopped]?.start ?? end, tokens[stopped]?.end ?? end).slice(0, 40)}\` is not understood here.`,
    start: tokens[stopped]?.start ?? first.start,
    end: tokens[stopped]?.end ?? end,
  };
  statements.push({
    kind: 'unreadable',
    accounts: findAccounts(text, tokens.slice(0, at), options),
    message: failure.message,
    keyword,
    start: first.start,
    end,
  });
  problems.push({ severity: 'error', ...failure });
  return tokens.slice(at);
}

/** Undefined: it failed. */
function parseStatement(cursor: TokenCursor, keyword: Span): AccountStatement | 'other' | undefined {
  if (cursor.take('GRANT')) return parseGrant(cursor, keyword);
  if (cursor.take('REVOKE')) return parseRevoke(cursor, keyword);
  if (cursor.take('DENY')) return cursor.fail('DENY is not understood yet.');
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

/** How many tokens make a command of the mysql client that ends with its line; 0: none. */
function clientCommand(text: string, tokens: readonly Token[]): number {
  const [first, second] = tokens;
  const command =
    first?.word === 'DELIMITER' || first?.word === 'SOURCE' || first?.word === 'WARNINGS' || first?.word === '\\';
  if (!first || !command) return 0;
  // `\G` and `\g` end a statement in the client, with or without a line break after them.
  if (first.word === '\\') return second?.start === first.end ? 2 : 1;
  let count = 1;
  while (count < tokens.length && !breaksLine(text, tokens, count)) count += 1;
  return count;
}

function breaksLine(text: string, tokens: readonly Token[], index: number): boolean {
  const before = tokens[index - 1];
  const token = tokens[index];
  return before !== undefined && token !== undefined && /[\r\n]/.test(text.slice(before.end, token.start));
}

const starters = ['GRANT', 'REVOKE', 'CREATE', 'ALTER', 'DROP', 'SET', 'RENAME', 'FLUSH', 'USE', 'DENY'];

/** A word that begins a statement stands first on its line. */
function startsStatement(text: string, tokens: readonly Token[], index: number): boolean {
  const token = tokens[index];
  if (token === undefined) return false;
  if (token.word === '\\') return true;
  return starters.includes(token.word) && breaksLine(text, tokens, index);
}

/** Index of the token where recovery goes on; the number of tokens when there is no such place. */
function nextStatement(text: string, tokens: readonly Token[], from: number): number {
  let index = from;
  while (index < tokens.length && !startsStatement(text, tokens, index)) index += 1;
  return index;
}

/** Every `name@host` of a statement that could not be read, so that its accounts are not taken as compared. */
function findAccounts(text: string, tokens: readonly Token[], options: TokenizeOptions): readonly AccountNode[] {
  const accounts: AccountNode[] = [];
  for (const [index, token] of tokens.entries()) {
    const begins = token.word === '@' ? index - 1 : token.word === 'TO' || token.word === 'FROM' ? index + 1 : -1;
    if (begins < 0 || (token.word !== '@' && tokens[begins + 1]?.word === '@')) continue;
    // Four tokens and a bare host are enough for one account.
    const account = parseAccount(new TokenCursor(text, tokens.slice(begins, begins + 16), options));
    if (account) accounts.push(account);
  }
  return accounts;
}
