import type { GrantServer } from './grantServer';
import type { GrantModel, NotCompared, Sourced } from './model';
import { ModelBuilder, type BuildOptions } from './modelBuilder';
import { isOpenAccount } from './parseNames';
import type { AccountName } from './accountName';
import type { AccountNode, AccountStatement, ObjectNode, PrivilegeNode } from './statements';
import { isOpen } from './tokenCursor';
import { t } from '../l10n';

/**
 * Applies statements in their order. A statement for which `uncertain` gives a reason, or that holds an open value, is
 * left out of `accounts` and counted in `possible`.
 */
export function buildModel(
  statements: readonly AccountStatement[],
  server: GrantServer,
  options: BuildOptions & { readonly uncertain?: (statement: AccountStatement) => string | undefined } = {},
): GrantModel {
  const builder = new ModelBuilder(statements, server, options);
  const notCompared: NotCompared[] = [];
  const openAccounts: Sourced<AccountName>[] = [];
  const leftOut: { readonly statement: AccountStatement; readonly item: NotCompared }[] = [];
  for (const statement of statements) {
    if (statement.kind === 'other' && statement.word !== 'USE') continue;
    const uncertain = options.uncertain?.(statement);
    const why = uncertain === undefined ? whyNotCompared(statement) : { reason: uncertain };
    if (why === undefined) {
      builder.apply(statement);
    } else {
      const item = { origin: statement, ...why };
      notCompared.push(item);
      leftOut.push({ statement, item });
    }
  }
  for (const { statement, item } of leftOut) {
    for (const node of accountsOf(statement)) {
      if (isOpenAccount(node)) openAccounts.push({ value: node, origin: node });
      else builder.account(node, 'grantee').uncertain.push(item);
    }
  }
  // Privileges that this version refuses are left out one by one.
  notCompared.push(...builder.refused);
  notCompared.sort((a, b) => a.origin.start - b.origin.start);
  const possible =
    leftOut.length === 0
      ? new Map<string, never>()
      : new ModelBuilder(statements, server, options).applyAll(statements).accounts;
  return { server, accounts: builder.accounts, possible, dropped: builder.dropped, notCompared, openAccounts };
}

/** Accounts that the statement changes. */
export function accountsOf(statement: AccountStatement): readonly AccountNode[] {
  switch (statement.kind) {
    case 'grant':
    case 'revoke':
    case 'grantRoles':
    case 'revokeRoles':
    case 'grantProxy':
    case 'revokeProxy':
    case 'revokeAll':
      return statement.grantees.map(({ account }) => account);
    case 'createUser':
    case 'alterUser':
      return statement.users.map(({ account }) => account);
    case 'createRole':
      return statement.roles;
    case 'dropUser':
    case 'dropRole':
    case 'setDefaultRole':
    case 'unreadable':
      return statement.accounts;
    case 'renameUser':
      return statement.pairs.flatMap(({ from, to }) => [from, to]);
    case 'setPassword':
      return statement.account ? [statement.account] : [];
    case 'other':
      return [];
  }
}

const openReason = t`A value in it is not known: the inventory gives the variable no value.`;

/** Why the statement cannot be evaluated, by itself. Undefined: it can. */
export function whyNotCompared(statement: AccountStatement): Omit<NotCompared, 'origin'> | undefined {
  if (statement.kind === 'unreadable')
    return { cause: 'unreadable', reason: t`It is not understood: ${statement.message}` };
  return holdsOpenName(statement) ? { cause: 'open', reason: openReason } : undefined;
}

function isOpenPrivilege({ open, columns }: PrivilegeNode): boolean {
  return open === true || (columns?.some(({ value }) => isOpen(value)) ?? false);
}

function isOpenObject(object: ObjectNode): boolean {
  if (object.kind === 'global') return false;
  if (object.database && isOpen(object.database.value)) return true;
  return object.kind === 'table' ? isOpen(object.table.value) : object.kind === 'routine' && isOpen(object.name.value);
}

/** An open value anywhere but in the place of a password. */
function holdsOpenName(statement: AccountStatement): boolean {
  if (accountsOf(statement).some(isOpenAccount)) return true;
  switch (statement.kind) {
    case 'grant':
    case 'revoke':
      return statement.privileges.some(isOpenPrivilege) || isOpenObject(statement.object);
    case 'grantRoles':
    case 'revokeRoles':
      return statement.roles.some(isOpenAccount);
    case 'grantProxy':
    case 'revokeProxy':
      return isOpenAccount(statement.proxied);
    case 'setDefaultRole':
      return statement.list.roles.some(isOpenAccount);
    case 'createUser':
    case 'alterUser': {
      const { require, others, defaultRoles } = statement.options;
      const texts = [require?.issuer, require?.subject, require?.cipher, ...others.map(({ value }) => value)];
      const plugins = statement.users.flatMap((user) => user.authentication?.methods.map(({ plugin }) => plugin) ?? []);
      return (
        [...texts, ...plugins].some((text) => text !== undefined && isOpen(text)) ||
        (defaultRoles?.roles.some(isOpenAccount) ?? false)
      );
    }
    case 'createRole':
    case 'dropUser':
    case 'dropRole':
    case 'renameUser':
    case 'revokeAll':
    case 'setPassword':
    case 'other':
    case 'unreadable':
      return false;
  }
}
