import { parseAccountOptions, parseUser } from './parseAccountOptions';
import {
  parseAccount,
  parseGrantedItem,
  parseList,
  parseObject,
  parseRoleList,
  toPrivilege,
  toRole,
} from './parseNames';
import type { AccountStatement } from './statements';
import type { TokenCursor } from './tokenCursor';
import type { Span } from './tokenizer';

/** After GRANT. Undefined: the cursor failed. */
export function parseGrant(cursor: TokenCursor, keyword: Span): AccountStatement | undefined {
  const { start } = keyword;
  if (cursor.take('PROXY', 'ON')) {
    const proxied = parseAccount(cursor);
    cursor.expect('TO');
    const grantees = parseList(cursor, parseUser);
    const grantOption = takeWith(cursor, 'GRANT');
    return (
      proxied && {
        kind: 'grantProxy',
        proxied,
        grantees,
        ...(grantOption && { grantOption }),
        keyword,
        start,
        end: cursor.lastEnd,
      }
    );
  }
  const items = parseList(cursor, parseGrantedItem);
  if (cursor.take('TO')) {
    const roles = items.map((item) => toRole(cursor, item)).filter((role) => role !== undefined);
    const grantees = parseList(cursor, parseUser);
    const adminOption = takeWith(cursor, 'ADMIN');
    return {
      kind: 'grantRoles',
      roles,
      grantees,
      ...(adminOption && { adminOption }),
      keyword,
      start,
      end: cursor.lastEnd,
    };
  }
  if (!cursor.expect('ON')) return undefined;
  const privileges = items.map((item) => toPrivilege(cursor, item)).filter((one) => one !== undefined);
  const object = parseObject(cursor);
  cursor.expect('TO');
  const grantees = parseList(cursor, parseUser);
  const { grantOption, ...options } = parseAccountOptions(cursor);
  if (cursor.take('AS')) {
    // MySQL: whose restrictions apply while this grant is made. The result shows in what the server answers.
    parseAccount(cursor);
    if (cursor.take('WITH', 'ROLE')) {
      cursor.take('ALL', 'EXCEPT');
      if (!cursor.take('DEFAULT')) parseRoleList(cursor);
    }
  }
  if (!object) return undefined;
  const end = cursor.lastEnd;
  const base = { kind: 'grant' as const, privileges, object, grantees, options, keyword, start, end };
  return grantOption ? { ...base, grantOption } : base;
}

function takeWith(cursor: TokenCursor, word: 'GRANT' | 'ADMIN'): Span | undefined {
  return cursor.take('WITH', word, 'OPTION');
}

/** After REVOKE. */
export function parseRevoke(cursor: TokenCursor, keyword: Span): AccountStatement | undefined {
  const { start } = keyword;
  cursor.take('IF', 'EXISTS');
  const finish = () => {
    cursor.take('IGNORE', 'UNKNOWN', 'USER');
    return { keyword, start, end: cursor.lastEnd };
  };
  if (cursor.take('PROXY', 'ON')) {
    const proxied = parseAccount(cursor);
    cursor.expect('FROM');
    const grantees = parseList(cursor, parseUser);
    return proxied && { kind: 'revokeProxy', proxied, grantees, ...finish() };
  }
  if (
    cursor.take('ALL', ',', 'GRANT', 'OPTION', 'FROM') ??
    cursor.take('ALL', 'PRIVILEGES', ',', 'GRANT', 'OPTION', 'FROM')
  ) {
    return { kind: 'revokeAll', grantees: parseList(cursor, parseUser), ...finish() };
  }
  const adminOption = cursor.take('ADMIN', 'OPTION', 'FOR');
  const items = parseList(cursor, parseGrantedItem);
  if (adminOption ? cursor.expect('FROM') : cursor.take('FROM')) {
    const roles = items.map((item) => toRole(cursor, item)).filter((role) => role !== undefined);
    const grantees = parseList(cursor, parseUser);
    return { kind: 'revokeRoles', roles, grantees, ...(adminOption && { adminOption }), ...finish() };
  }
  if (!cursor.expect('ON')) return undefined;
  const privileges = items.map((item) => toPrivilege(cursor, item)).filter((one) => one !== undefined);
  const object = parseObject(cursor);
  cursor.expect('FROM');
  const grantees = parseList(cursor, parseUser);
  return object && { kind: 'revoke', privileges, object, grantees, ...finish() };
}
