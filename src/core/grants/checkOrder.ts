import { accountKey, accountLabel, type AccountName } from './accountName';
import type { CheckContext } from './checkContext';
import { ModelBuilder } from './modelBuilder';
import type { AccountNode, AccountStatement, UserNode } from './statements';
import { t } from '../l10n';

/** What is used before it is created, or never is. */
export function checkOrder({ statements, template, options, report }: CheckContext): void {
  const builder = new ModelBuilder(template.statements, template.server, options);
  const mariadb = template.server.flavor === 'mariadb';
  const later = createdBy(template.statements, builder);
  const known = new Set<string>((options.knownRoles ?? []).map((user) => accountKey({ user })));
  const reported = new Set<string>();
  const use = (name: AccountName, node: AccountNode, isRole: boolean) => {
    const key = accountKey(name);
    if (known.has(key) || name.user === 'PUBLIC' || node.special || reported.has(key)) return;
    reported.add(key);
    const label = accountLabel(name);
    const what = isRole || name.host === undefined ? t`The role ${label}` : label;
    if (later.has(key)) report('error', node, t`${what} is used here before it is created: order matters.`);
    else if (name.host === undefined) report('warning', node, t`${what} is never created in this template.`);
    else
      report(
        'warning',
        node,
        t`${what} is granted to and never created: with NO_AUTO_CREATE_USER the server refuses it (${mariadb ? 1133 : 1410}).`,
      );
  };
  const useGrantees = (grantees: readonly UserNode[]) => {
    for (const { account, authentication } of grantees) {
      const name = builder.name(account, 'grantee');
      // MariaDB creates an account in a GRANT that says how it logs in.
      if (authentication && mariadb) known.add(accountKey(name));
      else use(name, account, false);
    }
  };
  for (const statement of statements) {
    switch (statement.kind) {
      case 'createUser':
        for (const { account } of statement.users) known.add(accountKey(builder.name(account, 'user')));
        break;
      case 'createRole':
        for (const role of statement.roles) known.add(accountKey(builder.name(role, 'role')));
        break;
      case 'renameUser':
        for (const { to } of statement.pairs) known.add(accountKey(builder.name(to, 'user')));
        break;
      case 'grant':
      case 'grantProxy':
        useGrantees(statement.grantees);
        break;
      case 'grantRoles':
        for (const role of statement.roles) use(builder.name(role, 'role'), role, true);
        useGrantees(statement.grantees);
        break;
      case 'setDefaultRole':
        checkDefaultRole(statement, statements, builder, report);
        break;
      default:
        break;
    }
  }
}

function createdBy(statements: readonly AccountStatement[], builder: ModelBuilder): ReadonlySet<string> {
  const keys = new Set<string>();
  for (const statement of statements) {
    if (statement.kind === 'createUser') {
      for (const { account } of statement.users) keys.add(accountKey(builder.name(account, 'user')));
    } else if (statement.kind === 'createRole') {
      for (const role of statement.roles) keys.add(accountKey(builder.name(role, 'role')));
    }
  }
  return keys;
}

/** A default role has to be granted first. */
function checkDefaultRole(
  statement: Extract<AccountStatement, { kind: 'setDefaultRole' }>,
  statements: readonly AccountStatement[],
  builder: ModelBuilder,
  report: CheckContext['report'],
): void {
  for (const role of statement.list.roles) {
    for (const account of statement.accounts) {
      const [roleKey, accountName] = [
        accountKey(builder.name(role, 'role')),
        accountKey(builder.name(account, 'user')),
      ];
      const grant = statements.find(
        (other) =>
          other.kind === 'grantRoles' &&
          other.roles.some((one) => accountKey(builder.name(one, 'role')) === roleKey) &&
          other.grantees.some((grantee) => accountKey(builder.name(grantee.account, 'grantee')) === accountName),
      );
      if (grant && grant.start < statement.start) continue;
      const label = accountLabel(builder.name(role, 'role'));
      report(
        'error',
        role,
        grant
          ? t`${label} is made the default role before it is granted: order matters.`
          : t`${label} is made the default role and never granted.`,
      );
    }
  }
}
