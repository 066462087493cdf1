import type { AccountNode, NameNode, ObjectNode, PrivilegeNode, RoleListNode, RoutineKind } from './statements';
import { isOpen, type TokenCursor } from './tokenCursor';
import { t } from '../l10n';

/** `'user'@'host'`, `role`, PUBLIC, CURRENT_USER(). */
export function parseAccount(cursor: TokenCursor): AccountNode | undefined {
  const start = cursor.offset;
  const bare = cursor.peek()?.kind === 'word';
  const first = cursor.name(t`An account or a role`);
  if (!first) return undefined;
  const word = bare ? first.value.toUpperCase() : '';
  if (word === 'CURRENT_USER' || word === 'CURRENT_ROLE') {
    if (cursor.take('(')) cursor.expect(')');
    return { user: '', special: 'currentUser', start, end: cursor.lastEnd };
  }
  if (!cursor.take('@')) {
    if (word === 'PUBLIC') return { user: 'PUBLIC', special: 'public', start, end: first.end };
    return { user: first.value, start, end: first.end };
  }
  const host = parseHost(cursor);
  return host && { user: first.value, host: host.value, start, end: host.end };
}

/** Bare host names have dots, and may begin with a digit: `localhost`, `10.64.0.1`, `db1.example`. */
function parseHost(cursor: TokenCursor): NameNode | undefined {
  const first = cursor.peek();
  if (first?.kind === 'string' || first?.kind === 'quoted') return cursor.name('A host');
  let value = '';
  let { end } = first ?? { end: cursor.lastEnd };
  const start = cursor.offset;
  for (let token = first; token && (token === first || token.start === end); token = cursor.peek()) {
    if (token.kind !== 'word' && token.kind !== 'number' && token.kind !== 'placeholder' && token.word !== '.') break;
    value += cursor.value(token);
    end = token.end;
    cursor.next();
  }
  return value === ''
    ? cursor.fail(t`A host is expected after @. One with % in it stands in quotes.`)
    : { value, start, end };
}

/** Reads `item, item, …`; stops at the first failure. */
export function parseList<T>(cursor: TokenCursor, item: (cursor: TokenCursor) => T | undefined): readonly T[] {
  const items: T[] = [];
  do {
    const one = item(cursor);
    if (one !== undefined) items.push(one);
  } while (cursor.take(','));
  return items;
}

/** What stands before ON, TO or FROM: privileges, or roles. Which of them it is shows at the word that follows. */
export type GrantedItem =
  | { readonly kind: 'privilege'; readonly privilege: PrivilegeNode }
  | { readonly kind: 'role'; readonly role: AccountNode };

export function parseGrantedItem(cursor: TokenCursor): GrantedItem | undefined {
  const token = cursor.peek();
  if (token?.kind === 'string' || token?.kind === 'quoted' || cursor.peek(1)?.word === '@') {
    const role = parseAccount(cursor);
    return role && { kind: 'role', role };
  }
  const start = cursor.offset;
  let name = '';
  let open = false;
  for (let word = token; word; word = cursor.peek()) {
    if (word.kind === 'placeholder') open = true;
    else if (word.kind !== 'word' || word.word === 'ON' || word.word === 'TO' || word.word === 'FROM') break;
    const one = word.kind === 'word' ? word.word : cursor.value(word);
    name = name === '' ? one : `${name} ${one}`;
    cursor.next();
  }
  if (name === '') return cursor.fail(t`A privilege or a role is expected here.`);
  if (name === 'ALL PRIVILEGES') name = 'ALL';
  const end = cursor.lastEnd;
  if (!open && !cursor.is('(')) return { kind: 'privilege', privilege: { name, start, end } };
  const columns = cursor.take('(') ? parseColumns(cursor) : undefined;
  const privilege = {
    name,
    ...(columns && { columns }),
    ...(open && { open: true as const }),
    start,
    end: cursor.lastEnd,
  };
  return { kind: 'privilege', privilege };
}

function parseColumns(cursor: TokenCursor): readonly NameNode[] {
  const columns = parseList(cursor, () => cursor.identifier('A column'));
  cursor.expect(')');
  return columns;
}

/** Words that no role can bear without quotes. */
const reserved: ReadonlySet<string> = new Set(
  'ALL ALTER CREATE DELETE DROP GRANT INDEX INSERT LOCK REFERENCES SELECT SHOW TRIGGER UPDATE'.split(' '),
);

/** A privilege item as a role: one word, as it is written. */
export function toRole(cursor: TokenCursor, item: GrantedItem): AccountNode | undefined {
  if (item.kind === 'role') return item.role;
  const { privilege } = item;
  const written = cursor.text.slice(privilege.start, privilege.end);
  const single = privilege.columns === undefined && !/\s/.test(written) && !reserved.has(privilege.name);
  if (!single) return cursor.fail('ON and an object are expected after privileges.');
  return { user: written, start: privilege.start, end: privilege.end };
}

export function toPrivilege(cursor: TokenCursor, item: GrantedItem): PrivilegeNode | undefined {
  if (item.kind === 'privilege') return item.privilege;
  return cursor.fail(t`\`${item.role.user}\` is no privilege: it stands in quotes.`);
}

const routines: readonly RoutineKind[] = ['FUNCTION', 'PROCEDURE', 'PACKAGE', 'LIBRARY'];

/** What follows ON. */
export function parseObject(cursor: TokenCursor): ObjectNode | undefined {
  const start = cursor.offset;
  const follows = cursor.peek(1);
  // `ON function.*` would be a database of that name.
  const keyword = follows && follows.word !== '.' && follows.word !== 'TO' && follows.word !== 'FROM';
  if (keyword && cursor.take('TABLE')) return parseTable(cursor, start);
  const routine = keyword ? cursor.takeOneOf(routines) : undefined;
  if (routine === undefined) return parseTable(cursor, start);
  const body = routine === 'PACKAGE' && cursor.take('BODY') !== undefined;
  const first = cursor.identifier('A routine');
  const second = first && cursor.take('.') ? cursor.identifier('A routine') : undefined;
  const name = second ?? first;
  if (!name || !first) return undefined;
  return {
    kind: 'routine',
    routine: body ? 'PACKAGE BODY' : routine,
    ...(second && { database: first }),
    name,
    start,
    end: cursor.lastEnd,
  };
}

function parseTable(cursor: TokenCursor, start: number): ObjectNode | undefined {
  const end = () => cursor.lastEnd;
  if (cursor.take('*')) {
    if (!cursor.take('.')) return { kind: 'database', start, end: end() };
    return cursor.expect('*') && { kind: 'global', start, end: end() };
  }
  const first = cursor.identifier(t`A database or a table`);
  if (!first) return undefined;
  if (!cursor.take('.')) return { kind: 'table', table: first, start, end: end() };
  if (cursor.take('*')) return { kind: 'database', database: first, start, end: end() };
  const table = cursor.identifier('A table');
  return table && { kind: 'table', database: first, table, start, end: end() };
}

/** NONE, ALL, or a list of roles. */
export function parseRoleList(cursor: TokenCursor): RoleListNode {
  const start = cursor.offset;
  const word = cursor.takeOneOf(['NONE', 'ALL'] as const);
  const roles = word === undefined ? parseList(cursor, parseAccount) : [];
  const kind = word === 'NONE' ? 'none' : word === 'ALL' ? 'all' : 'listed';
  return { kind, roles, start, end: cursor.lastEnd };
}

/** Some name in the account is left open by the template. */
export function isOpenAccount({ user, host }: Pick<AccountNode, 'user' | 'host'>): boolean {
  return isOpen(user) || (host !== undefined && isOpen(host));
}
