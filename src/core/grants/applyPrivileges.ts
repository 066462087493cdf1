import type { AccountBuilder, ScopeBuilder } from './accountBuilder';
import type { ModelBuilder } from './modelBuilder';
import { expandAll, isDynamicName, resolvePrivilege } from './privileges';
import { globalScope, literalDatabase, scopeKey, scopeLevel, type Scope } from './scope';
import type { GrantStatement, ObjectNode, PrivilegeNode, RevokeStatement } from './statements';
import { t } from '../l10n';

export function applyGrant(builder: ModelBuilder, statement: GrantStatement): void {
  const scope = toScope(builder, statement.object);
  for (const account of builder.grantees(statement.grantees)) {
    account.applyOptions(statement.options);
    if (!scope) {
      builder.refuse(
        t`The current database is not known: write the database before the table.`,
        statement.object,
        account,
      );
      continue;
    }
    const grants = account.scopeOf(scope, builder.server);
    for (const privilege of statement.privileges) grantOne(builder, account, grants, privilege, statement);
    if (statement.grantOption && takesStaticOption(builder, statement)) grants.grantOption ??= statement.grantOption;
    // Beside ALL of a table, SHOW GRANTS prints no columns (measured): they change nothing and cannot be seen.
    if (scope.kind === 'table' && holdsAll(grants, builder)) grants.columns.clear();
    account.tidy(grants);
  }
}

function holdsAll({ privileges, scope }: ScopeBuilder, { server }: ModelBuilder): boolean {
  const all = expandAll(scopeLevel(scope), server);
  return privileges.size >= all.length && all.every((name) => privileges.has(name));
}

export function applyRevoke(builder: ModelBuilder, statement: RevokeStatement): void {
  const scope = toScope(builder, statement.object);
  for (const account of builder.grantees(statement.grantees)) {
    if (!scope) {
      builder.refuse(
        t`The current database is not known: write the database before the table.`,
        statement.object,
        account,
      );
      continue;
    }
    const grants = account.scopeOf(scope, builder.server);
    for (const privilege of statement.privileges) revokeOne(builder, account, grants, privilege);
    account.tidy(grants);
  }
}

/** Undefined: it is in the current database, and no USE named one. */
function toScope(builder: ModelBuilder, object: ObjectNode): Scope | undefined {
  if (object.kind === 'global') return globalScope;
  const database = object.database?.value ?? builder.database;
  if (database === undefined) return undefined;
  switch (object.kind) {
    case 'database':
      return { kind: 'database', pattern: database };
    case 'table':
      return { kind: 'table', database, table: object.table.value };
    case 'routine':
      return { kind: 'routine', routine: object.routine, database, name: object.name.value };
  }
}

/** MySQL: with dynamic privileges alone, GRANT OPTION is theirs. */
function takesStaticOption({ server }: ModelBuilder, { object, privileges }: GrantStatement): boolean {
  return (
    object.kind !== 'global' ||
    !privileges.every(({ name }) => name !== 'USAGE' && isDynamicName(name, server) && name !== 'ALL')
  );
}

function grantOne(
  builder: ModelBuilder,
  account: AccountBuilder,
  grants: ScopeBuilder,
  node: PrivilegeNode,
  { grantOption }: GrantStatement,
): void {
  if (node.name === 'USAGE') return;
  if (node.name === 'GRANT OPTION') {
    grants.grantOption ??= node;
    return;
  }
  const { server } = builder;
  for (const name of namesOf(builder, account, grants.scope, node)) {
    if (node.columns) {
      grants.addColumns(
        name,
        node.columns.map(({ value }) => value),
        node,
      );
      continue;
    }
    const before = grants.privileges.get(name);
    const origin = before?.origin ?? node;
    if (isDynamicName(name, server)) {
      grants.privileges.set(name, { origin, grantable: grantOption !== undefined || before?.grantable === true });
    } else {
      grants.privileges.set(name, { origin });
    }
    grants.revoked.delete(name);
  }
}

function revokeOne(builder: ModelBuilder, account: AccountBuilder, grants: ScopeBuilder, node: PrivilegeNode): void {
  if (node.name === 'USAGE') return;
  if (node.name === 'GRANT OPTION') {
    delete grants.grantOption;
    return;
  }
  if (node.name === 'ALL' && grants.scope.kind === 'table') grants.columns.clear();
  const global = account.scopes.get(scopeKey(globalScope));
  for (const name of namesOf(builder, account, grants.scope, node)) {
    if (node.columns) {
      grants.removeColumns(
        name,
        node.columns.map(({ value }) => value),
      );
      continue;
    }
    const held = grants.privileges.delete(name);
    grants.columns.delete(name);
    // MySQL's partial revoke: taken away in one database while it stays held globally.
    const partial = builder.server.flavor === 'mysql' && grants.scope.kind === 'database' && !held;
    if (partial && global?.privileges.has(name) && isOneDatabase(builder, grants.scope)) {
      grants.revoked.set(name, { origin: node });
    }
  }
}

function isOneDatabase({ server }: ModelBuilder, scope: Scope): boolean {
  return scope.kind === 'database' && (server.partialRevokes === true || literalDatabase(scope.pattern) !== undefined);
}

/** The names to compare by; what this version refuses is noted and left out. */
function namesOf(builder: ModelBuilder, account: AccountBuilder, scope: Scope, node: PrivilegeNode): readonly string[] {
  const level = node.columns ? 'C' : scopeLevel(scope);
  if (node.name === 'ALL') return expandAll(level, builder.server);
  const resolved = resolvePrivilege(node.name, level, builder.server);
  if (resolved.kind === 'known') return [resolved.name];
  // A server that prints a name knows it.
  if (builder.lenient) return [node.name];
  builder.refuse(resolved.reason, node, account);
  return [];
}
