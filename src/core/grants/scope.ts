import { quoteIdentifier } from '../guard/quoteSql';
import { compareText } from './accountName';
import type { GrantServer } from './grantServer';
import type { PrivilegeLevel } from './privilegeData';
import type { RoutineKind } from './statements';

/** Where privileges apply. */
export type Scope =
  | { readonly kind: 'global' }
  /** `_` and `%` are wild in the pattern unless a backslash stands before them. */
  | { readonly kind: 'database'; readonly pattern: string }
  | { readonly kind: 'table'; readonly database: string; readonly table: string }
  | { readonly kind: 'routine'; readonly routine: RoutineKind; readonly database: string; readonly name: string };

export const globalScope: Scope = { kind: 'global' };

/** Equal for scopes that mean the same. */
export function scopeKey(scope: Scope, server?: Pick<GrantServer, 'partialRevokes'>): string {
  switch (scope.kind) {
    case 'global':
      return '*.*';
    case 'database':
      return `db ${server?.partialRevokes ? scope.pattern : canonicalPattern(scope.pattern)}`;
    case 'table':
      return `table\0${scope.database}\0${scope.table}`;
    case 'routine':
      // Routine names are not case sensitive, database names are on most servers.
      return `${scope.routine}\0${scope.database}\0${scope.name.toLowerCase()}`;
  }
}

/** `*.*`, `` `wiki`.* ``, `` PROCEDURE `wiki`.`p` ``: as it stands after ON. */
export function scopeLabel(scope: Scope): string {
  switch (scope.kind) {
    case 'global':
      return '*.*';
    case 'database':
      return `${quoteIdentifier(scope.pattern)}.*`;
    case 'table':
      return `${quoteIdentifier(scope.database)}.${quoteIdentifier(scope.table)}`;
    case 'routine':
      return `${scope.routine} ${quoteIdentifier(scope.database)}.${quoteIdentifier(scope.name)}`;
  }
}

export function scopeLevel(scope: Scope): PrivilegeLevel {
  return ({ global: 'G', database: 'D', table: 'T', routine: 'R' } as const)[scope.kind];
}

/** The order of SHOW GRANTS: global, databases, tables, routines. */
export function compareScopes(a: Scope, b: Scope): number {
  const order = { global: 0, database: 1, table: 2, routine: 3 };
  return order[a.kind] - order[b.kind] || compareText(scopeLabel(a), scopeLabel(b));
}

/** A backslash that escapes neither `_`, `%` nor itself means the character after it. */
function canonicalPattern(pattern: string): string {
  if (!/\\[^_%\\]/.test(pattern)) return pattern;
  return pattern.replace(/\\([\s\S])/g, (escaped, character: string) =>
    character === '_' || character === '%' || character === '\\' ? escaped : character,
  );
}

/** Without escapes, where no wild character is in it: the one database that the pattern names. */
export function literalDatabase(pattern: string): string | undefined {
  return isWild(pattern) ? undefined : pattern.replace(/\\([\s\S])/g, '$1');
}

export function isWild(pattern: string): boolean {
  return /[_%]/.test(pattern.replace(/\\[\s\S]/g, ''));
}

/** Whether a database of this name is meant. Linear for one `%`, and bounded for several by the backtracking of one star. */
export function matchesPattern(pattern: string, database: string): boolean {
  let at = 0;
  let p = 0;
  let star = -1;
  let resume = 0;
  while (at < database.length) {
    const escaped = pattern[p] === '\\' && p + 1 < pattern.length;
    const wanted = escaped ? pattern[p + 1] : pattern[p];
    if (!escaped && wanted === '%') {
      star = p;
      resume = at;
      p += 1;
    } else if (wanted !== undefined && ((!escaped && wanted === '_') || wanted === database[at])) {
      p += escaped ? 2 : 1;
      at += 1;
    } else if (star >= 0) {
      resume += 1;
      at = resume;
      p = star + 1;
    } else {
      return false;
    }
  }
  while (pattern[p] === '%') p += 1;
  return p >= pattern.length;
}

/** Servers take the first row that fits: exact names first, then by how much stands before the first wild character. */
export function comparePatterns(a: string, b: string): number {
  return specificity(b) - specificity(a) || b.length - a.length || compareText(a, b);
}

function specificity(pattern: string): number {
  let count = 0;
  for (let at = 0; at < pattern.length; at += 1) {
    if (pattern[at] === '\\') at += 1;
    else if (pattern[at] === '%' || pattern[at] === '_') return count;
    count += 1;
  }
  return Number.MAX_SAFE_INTEGER;
}
