import { parseAccountOptions, parseSecret, parseUser } from './parseAccountOptions';
import { parseAccount, parseList, parseRoleList } from './parseNames';
import type { AccountStatement } from './statements';
import type { TokenCursor } from './tokenCursor';
import type { Span } from './tokenizer';
import { t } from '../l10n';

/** After CREATE [OR REPLACE] USER or ALTER USER. */
export function parseUserChange(
  cursor: TokenCursor,
  keyword: Span,
  kind: 'createUser' | 'alterUser',
  replace?: Span,
): AccountStatement | undefined {
  const ifExists = takeIfExists(cursor);
  const users = parseList(cursor, parseUser);
  const { grantOption, ...options } = parseAccountOptions(cursor);
  if (grantOption) return cursor.fail('WITH GRANT OPTION belongs to GRANT.');
  return {
    kind,
    users,
    options,
    ...(replace && { replace }),
    ...(ifExists && { ifExists }),
    keyword,
    start: keyword.start,
    end: cursor.lastEnd,
  };
}

/** After CREATE [OR REPLACE] ROLE. */
export function parseCreateRole(cursor: TokenCursor, keyword: Span, replace?: Span): AccountStatement | undefined {
  const ifExists = takeIfExists(cursor);
  const roles = parseList(cursor, parseAccount);
  const admin = cursor.take('WITH', 'ADMIN') ? parseAccount(cursor) : undefined;
  return {
    kind: 'createRole',
    roles,
    ...(admin && { admin }),
    ...(replace && { replace }),
    ...(ifExists && { ifExists }),
    keyword,
    start: keyword.start,
    end: cursor.lastEnd,
  };
}

/** After DROP USER or DROP ROLE. */
export function parseDrop(cursor: TokenCursor, keyword: Span, kind: 'dropUser' | 'dropRole'): AccountStatement {
  takeIfExists(cursor);
  const accounts = parseList(cursor, parseAccount);
  return { kind, accounts, keyword, start: keyword.start, end: cursor.lastEnd };
}

/** After RENAME USER. */
export function parseRename(cursor: TokenCursor, keyword: Span): AccountStatement {
  const pairs = parseList(cursor, () => {
    const from = parseAccount(cursor);
    cursor.expect('TO');
    const to = parseAccount(cursor);
    return from && to && { from, to };
  });
  return { kind: 'renameUser', pairs, keyword, start: keyword.start, end: cursor.lastEnd };
}

/** After SET DEFAULT ROLE. */
export function parseSetDefaultRole(cursor: TokenCursor, keyword: Span): AccountStatement {
  const list = parseRoleList(cursor);
  const preposition = cursor.takeOneOf(['FOR', 'TO'] as const);
  const accounts = preposition === undefined ? [] : parseList(cursor, parseAccount);
  return {
    kind: 'setDefaultRole',
    list,
    ...(preposition !== undefined && { preposition }),
    accounts,
    keyword,
    start: keyword.start,
    end: cursor.lastEnd,
  };
}

/** After SET PASSWORD. */
export function parseSetPassword(cursor: TokenCursor, keyword: Span): AccountStatement | undefined {
  const account = cursor.take('FOR') ? parseAccount(cursor) : undefined;
  const start = cursor.offset;
  const random = cursor.take('TO', 'RANDOM');
  if (!random) cursor.expect('=');
  const secret = random ? { secret: 'present' as const } : parseSecret(cursor);
  if (cursor.take('REPLACE')) cursor.string(t`The present password`);
  cursor.take('RETAIN', 'CURRENT', 'PASSWORD');
  const span = { start, end: cursor.lastEnd };
  return (
    secret && {
      kind: 'setPassword',
      ...(account && { account }),
      authentication: { methods: [{ ...secret, form: 'by', ...span }], joined: 'or', ...span },
      keyword,
      start: keyword.start,
      end: cursor.lastEnd,
    }
  );
}

function takeIfExists(cursor: TokenCursor): Span | undefined {
  return cursor.take('IF', 'NOT', 'EXISTS') ?? cursor.take('IF', 'EXISTS');
}
