import { quoteIdentifier } from '../guard/quoteSql';
import { accountLabel } from './accountName';
import type { AccountDiff, DiffItem } from './diffItem';
import type { GrantServer } from './grantServer';
import type { ScopeGrants } from './model';
import { comparePrivileges, isDynamicName, printedName } from './privileges';
import { compareScopes, scopeKey, scopeLabel, type Scope } from './scope';
import { t } from '../l10n';

/** What adds, and what takes away. */
export interface FixLines {
  readonly grants: string[];
  readonly extras: string[];
}

interface ScopeChange {
  readonly scope: Scope;
  readonly add: DiffItem[];
  readonly remove: DiffItem[];
}

/** One statement per scope and direction. Redundant items are written too: the rows are then equal, not only their effect. */
export function fixScopes(
  items: readonly DiffItem[],
  { name, expected }: AccountDiff,
  server: GrantServer,
  parts: FixLines,
): void {
  const label = accountLabel(name);
  const changes = new Map<string, ScopeChange>();
  for (const item of items) {
    const { target } = item;
    const scope = 'scope' in target ? target.scope : ({ kind: 'global' } as const);
    const key = scopeKey(scope, server);
    const change = changes.get(key) ?? { scope, add: [], remove: [] };
    changes.set(key, change);
    const templates = item.verdict === 'missing' || (item.verdict === 'redundant' && item.origin !== undefined);
    (templates ? change.add : change.remove).push(item);
  }
  for (const [key, { scope, add, remove }] of [...changes].sort(([, a], [, b]) => compareScopes(a.scope, b.scope))) {
    addPrivileges(scope, add, label, server, parts, expected?.scopes.get(key));
    removePrivileges(scope, remove, label, server, parts);
    parts.extras.push(...restoreColumns(remove, scope, label, expected?.scopes.get(key)));
  }
}

function addPrivileges(
  scope: Scope,
  items: readonly DiffItem[],
  label: string,
  server: GrantServer,
  parts: FixLines,
  expected: ScopeGrants | undefined,
): void {
  const to = `ON ${scopeLabel(scope)} TO ${label}`;
  const option = items.some(({ target }) => target.kind === 'grantOption');
  const lines =
    server.flavor === 'mysql' && scope.kind === 'global'
      ? mysqlGlobal(items, server, option, expected)
      : [[privilegeList(items, server), option] as const];
  for (const [list, withOption] of lines) {
    if (list === '' && !withOption) continue;
    const grant = `GRANT ${list === '' ? 'USAGE' : list} ${to}${withOption ? ' WITH GRANT OPTION' : ''};`;
    parts.grants.push(...because(items), grant);
  }
  for (const { target } of items) {
    if (target.kind === 'dynamicGrantOption') parts.grants.push(`GRANT ${target.privilege} ${to} WITH GRANT OPTION;`);
    // A partial revoke takes away, although the template asks for it.
    if (target.kind === 'partialRevoke') {
      parts.extras.push(`REVOKE ${target.privilege} ON ${scopeLabel(scope)} FROM ${label};`);
    }
  }
}

/** Lists with and without GRANT OPTION: on `*.*` of MySQL one such clause goes to every dynamic privilege beside it. */
function mysqlGlobal(
  items: readonly DiffItem[],
  server: GrantServer,
  option: boolean,
  expected: ScopeGrants | undefined,
): readonly (readonly [list: string, withOption: boolean])[] {
  const names = items.flatMap(({ target }) =>
    target.kind === 'privilege' ? (target.names ?? [target.privilege]) : [],
  );
  const all = items.some(({ target }) => target.kind === 'privilege' && target.privilege === 'ALL');
  const passes = (name: string) => expected?.privileges.get(name)?.grantable === true;
  const grantable = names.filter(passes);
  const plain = names.filter((name) => !passes(name));
  const dynamic = names.filter((name) => isDynamicName(name, server));
  if (all && (grantable.length === 0 || (option && grantable.length === dynamic.length))) {
    return grantable.length === 0
      ? [
          ['ALL PRIVILEGES', false],
          ['', option],
        ]
      : [['ALL PRIVILEGES', true]];
  }
  return [
    [nameList(plain, server), false],
    [nameList(grantable, server), grantable.length > 0],
    ['', option],
  ];
}

function removePrivileges(
  scope: Scope,
  items: readonly DiffItem[],
  label: string,
  server: GrantServer,
  parts: FixLines,
): void {
  const from = `ON ${scopeLabel(scope)} FROM ${label}`;
  const list = privilegeList(items, server);
  if (list !== '') parts.extras.push(...because(items), `REVOKE ${list} ${from};`);
  if (items.some(({ target }) => target.kind === 'grantOption')) parts.extras.push(`REVOKE GRANT OPTION ${from};`);
  for (const { target } of items) {
    if (target.kind === 'dynamicGrantOption') {
      const { privilege } = target;
      parts.extras.push(`REVOKE ${privilege} ${from};`, `GRANT ${privilege} ON ${scopeLabel(scope)} TO ${label};`);
    }
    // Granted in the database again, a partial revoke is gone.
    if (target.kind === 'partialRevoke')
      parts.grants.push(`GRANT ${target.privilege} ON ${scopeLabel(scope)} TO ${label};`);
  }
}

/** A REVOKE for a table takes the privilege from its columns too (measured): what the template has there comes back. */
function restoreColumns(
  removed: readonly DiffItem[],
  scope: Scope,
  label: string,
  expected: ScopeGrants | undefined,
): readonly string[] {
  const lists = [...(expected?.columns ?? [])].filter(([privilege]) =>
    removed.some(
      ({ target }) =>
        target.kind === 'privilege' &&
        target.column === undefined &&
        (target.names ?? [target.privilege]).includes(privilege),
    ),
  );
  if (lists.length === 0) return [];
  const list = lists.map(([privilege, columns]) => `${privilege} (${columnList([...columns.keys()])})`).join(', ');
  return [`GRANT ${list} ON ${scopeLabel(scope)} TO ${label};`];
}

function columnList(columns: readonly string[]): string {
  return [...columns].sort().map(quoteIdentifier).join(', ');
}

function because(items: readonly DiffItem[]): readonly string[] {
  const redundant = items.every(({ verdict }) => verdict === 'redundant');
  return redundant ? [t`-- Changes nothing today: a wider grant covers it.`] : [];
}

/** Columns of one privilege together: `SELECT (`a`, `b`), INSERT`. */
function privilegeList(items: readonly DiffItem[], server: GrantServer): string {
  const columns = new Map<string, string[]>();
  const names: string[] = [];
  for (const { target } of items) {
    if (target.kind !== 'privilege') continue;
    if (target.column === undefined) names.push(target.privilege);
    else columns.set(target.privilege, [...(columns.get(target.privilege) ?? []), target.column]);
  }
  const compare = comparePrivileges(server);
  const withColumns = [...columns]
    .sort(([a], [b]) => compare(a, b))
    .map(([name, list]) => `${name} (${columnList(list)})`);
  return [nameList(names, server), ...withColumns].filter((text) => text !== '').join(', ');
}

/** Static privileges in the server's order, then dynamic ones. */
function nameList(names: readonly string[], server: GrantServer): string {
  const compare = comparePrivileges(server);
  return [...names]
    .sort((a, b) => Number(isDynamicName(a, server)) - Number(isDynamicName(b, server)) || compare(a, b))
    .map((name) => (name === 'ALL' ? 'ALL PRIVILEGES' : printedName(name, server)))
    .join(', ');
}
