import type { GrantAccount, ScopeGrants } from './model';
import { comparePatterns, globalScope, matchesPattern, scopeKey, type Scope } from './scope';
import type { GrantServer } from './grantServer';

const globalKey = scopeKey(globalScope);

/** Database rows of an account in the order in which the server looks: the first that fits counts alone. */
const sorted = new WeakMap<GrantAccount, readonly ScopeGrants[]>();

function databaseRows(account: GrantAccount): readonly ScopeGrants[] {
  let rows = sorted.get(account);
  if (!rows) {
    rows = [...account.scopes.values()]
      .filter(({ scope }) => scope.kind === 'database')
      .sort((a, b) => comparePatterns(patternOf(a.scope), patternOf(b.scope)));
    sorted.set(account, rows);
  }
  return rows;
}

function patternOf(scope: Scope): string {
  return scope.kind === 'database' ? scope.pattern : '';
}

/** The one database row that applies to a database. Rows do not add up: the most specific one hides the others. */
export function effectiveRow(account: GrantAccount, database: string): ScopeGrants | undefined {
  return databaseRows(account).find(({ scope }) => matchesPattern(patternOf(scope), database));
}

/**
 * The wider scope by which the account holds the privilege in `scope` anyway: global covers all, the database row that
 * applies covers its tables and routines, a table covers its columns. One database row never covers another one, which
 * would hide it. Undefined: it does not hold it.
 */
export function coveringScope(
  account: GrantAccount,
  scope: Scope,
  privilege: string,
  server: GrantServer,
  column?: string,
): Scope | undefined {
  return covering(
    account,
    scope,
    server,
    (grants) => grants.privileges.has(privilege),
    privilege,
    column !== undefined,
  );
}

/** The same for GRANT OPTION. */
export function coveringGrantOption(account: GrantAccount, scope: Scope, server: GrantServer): Scope | undefined {
  return covering(account, scope, server, ({ grantOption }) => grantOption !== undefined, 'GRANT OPTION', false);
}

function covering(
  account: GrantAccount,
  scope: Scope,
  server: GrantServer,
  holds: (grants: ScopeGrants) => boolean,
  privilege: string,
  isColumn: boolean,
): Scope | undefined {
  const own = isColumn ? account.scopes.get(scopeKey(scope, server)) : undefined;
  if (own && holds(own)) return scope;
  if (scope.kind === 'global') return undefined;
  const global = account.scopes.get(globalKey);
  if (global && holds(global) && !isRevokedIn(account, scope, privilege, server)) return globalScope;
  if (scope.kind === 'database') return undefined;
  const row = effectiveRow(account, scope.database);
  return row && holds(row) ? row.scope : undefined;
}

/** MySQL's partial revokes take the global privilege away in one database. */
function isRevokedIn(account: GrantAccount, scope: Scope, privilege: string, server: GrantServer): boolean {
  if (server.flavor === 'mariadb' || scope.kind === 'global') return false;
  const database = scope.kind === 'database' ? scope : ({ kind: 'database', pattern: scope.database } as const);
  return account.scopes.get(scopeKey(database, server))?.revoked.has(privilege) === true;
}
