import { accountLabel, type AccountName } from './accountName';
import type { AccountDiff, DiffItem, DiffTarget } from './diffItem';
import type { GrantDiff } from './diffGrants';
import { fixAttributes, type SecretText } from './fixAttributes';
import type { GrantServer } from './grantServer';
import { fixScopes, type FixLines } from './fixScopes';
import { allRoles, type GrantAccount } from './model';
import { renderSetDefaultRole, renderStatements } from './renderGrants';
import { t } from '../l10n';

export interface FixOptions {
  readonly server: GrantServer;
  /** The statements must not enter this server's binary log: they would be errant there. */
  readonly isReplica: boolean;
  /** First lines, without comment marks: what this is for. */
  readonly title?: readonly string[];
  /** Only the account with this key. */
  readonly account?: string;
}

export interface FixPartsOptions extends Pick<FixOptions, 'server' | 'account'> {
  /** What stands for a secret that nobody but a person knows. */
  readonly secret?: SecretText;
}

/** What a person has to fill in. Without quotes: the server refuses the statement until then. */
const askFor: SecretText = () => '<password>';

/** Lines of SQL, each a statement with its semicolon or a comment, in the order in which they are run. */
export interface FixParts extends FixLines {
  readonly roles: string[];
  readonly users: string[];
  readonly defaultRoles: string[];
}

/**
 * SQL that makes the accounts of the template equal on this server, for a person to read and run. Roles, users, grants,
 * default roles; last and apart, what is taken away. Accounts that the template does not name are left alone. '' when
 * there is nothing to do.
 */
export function fixSql({ accounts }: GrantDiff, options: FixOptions): string {
  return assemble(fixParts(accounts, options), options);
}

/** The lines of `fixSql`: `extras` take away, all others add or change. */
export function fixParts(
  accounts: readonly AccountDiff[],
  { server, account, secret = askFor }: FixPartsOptions,
): FixParts {
  const parts: FixParts = { roles: [], users: [], grants: [], defaultRoles: [], extras: [] };
  for (const diff of accounts) {
    if (account !== undefined && diff.key !== account) continue;
    if (diff.state === 'missing') createAccount(diff, server, parts, secret);
    else if (diff.expected && diff.actual) changeAccount(diff, diff.expected, server, parts, secret);
    else if (isDropped(diff)) drop(diff, parts);
  }
  return parts;
}

/** The template drops this account, and the server has it. */
export function isDropped({ state, items }: AccountDiff): boolean {
  return state === 'extra' && items.some(({ expected }) => expected === 'dropped');
}

function assemble(
  { roles, users, grants, defaultRoles, extras }: FixParts,
  { isReplica, title = [] }: FixOptions,
): string {
  const sections = [
    [t`Roles`, roles],
    [t`Users and how they log in`, users],
    [t`Grants`, grants],
    [t`Default roles`, defaultRoles],
  ] as const;
  const filled = sections.filter(([, lines]) => lines.length > 0);
  if (filled.length === 0 && extras.length === 0) return '';
  const lines = [
    ...title.map((line) => `-- ${oneLine(line)}`),
    t`-- Read it before you run it. Nothing here has been executed.`,
  ];
  if ([...users, ...roles].some((line) => line.includes('<password>'))) {
    lines.push(t`-- Replace each <password> by the secret: the server refuses the statement until then.`);
  }
  if (isReplica) {
    lines.push(
      '',
      t`-- This server is a replica: without this, the statements would become transactions that its source does not have.`,
      'SET SESSION sql_log_bin=0;',
    );
  }
  for (const [heading, section] of filled) lines.push('', `-- ${heading}`, ...section);
  if (extras.length > 0) {
    lines.push(
      '',
      '-- ------------------------------------------------------------------------------------------------',
      t`-- What accounts of the template have beyond it. Everything above adds; this part TAKES AWAY.`,
      t`-- Leave it out while somebody may still need these privileges.`,
      '-- ------------------------------------------------------------------------------------------------',
      ...extras,
    );
  }
  if (isReplica) lines.push('', 'SET SESSION sql_log_bin=1;');
  return `${lines.join('\n')}\n`;
}

function oneLine(text: string): string {
  return text.replace(/[\r\n]+/g, ' ');
}

function createAccount(
  { expected, name, similar }: AccountDiff,
  server: GrantServer,
  parts: FixParts,
  secret: SecretText,
): void {
  if (!expected) return;
  const label = accountLabel(name);
  if (!expected.created && expected.kind !== 'public') {
    // A GRANT alone would fail (1133, 1410), or make an account without a password on an old server.
    parts.users.push(
      t`-- ${oneLine(label)}: the template grants to it and never creates it. Add CREATE USER to the template first.`,
    );
    return;
  }
  const { create, grants, defaultRoles } = renderStatements(expected, server, { secret });
  const target = expected.kind === 'role' ? parts.roles : parts.users;
  target.push(t`-- ${oneLine(label)} does not exist here.`);
  for (const other of similar) target.push(t`-- ${oneLine(accountLabel(other))} does, which is another account.`);
  target.push(...create);
  parts.grants.push(...grants);
  parts.defaultRoles.push(...defaultRoles);
}

function drop({ name, actual }: AccountDiff, parts: FixParts): void {
  parts.extras.push(
    t`-- The template drops this account.`,
    `DROP ${actual?.kind === 'role' ? 'ROLE' : 'USER'} ${accountLabel(name)};`,
  );
}

function changeAccount(
  diff: AccountDiff,
  expected: GrantAccount,
  server: GrantServer,
  parts: FixParts,
  secret: SecretText,
): void {
  const label = accountLabel(diff.name);
  const of = (...kinds: readonly DiffTarget['kind'][]) =>
    diff.items.filter(({ target, verdict }) => kinds.includes(target.kind) && verdict !== 'notCompared');
  parts.users.push(
    ...fixAttributes(of('authentication', 'require', 'limit', 'lock', 'expiry', 'option'), expected, server, secret),
  );
  for (const { target, expected: wanted, actual: found, verdict } of of('account')) {
    if (target.kind !== 'account' || verdict !== 'different') continue;
    parts.users.push(
      t`-- ${oneLine(label)} is ${found ?? t`something else`} here and ${wanted ?? t`another`} in the template: decide by hand.`,
    );
  }
  for (const item of of('role', 'adminOption', 'proxy', 'proxyGrantOption'))
    fixMembership(item, diff.name, expected, server, parts);
  fixScopes(of('privilege', 'grantOption', 'dynamicGrantOption', 'partialRevoke'), diff, server, parts);
  if (of('defaultRole').length > 0) {
    const roles = defaultRolesOf(expected);
    const line = renderSetDefaultRole(roles, diff.name, server);
    if (roles.length === 0) parts.extras.push(line);
    else parts.defaultRoles.push(line);
  }
}

function defaultRolesOf({ defaultRoles }: GrantAccount): 'ALL' | readonly AccountName[] {
  return defaultRoles.has(allRoles) ? 'ALL' : [...defaultRoles.values()].map(({ value }) => value);
}

/**
 * MySQL, granted the role again without ADMIN OPTION, takes it away in memory and leaves it in `mysql.role_edges`: the
 * next start would bring it back (measured on 9.7.4).
 */
function withoutAdmin(role: string, name: AccountName, expected: GrantAccount, server: GrantServer): readonly string[] {
  const label = accountLabel(name);
  const roles = defaultRolesOf(expected);
  return [
    t`-- MySQL has no statement that takes ADMIN OPTION alone away for good.`,
    `REVOKE ${role} FROM ${label};`,
    `GRANT ${role} TO ${label};`,
    ...(roles.length > 0 ? [renderSetDefaultRole(roles, name, server)] : []),
  ];
}

function fixMembership(
  { target, verdict }: DiffItem,
  name: AccountName,
  expected: GrantAccount,
  server: GrantServer,
  parts: FixParts,
): void {
  const { flavor } = server;
  const label = accountLabel(name);
  const adds = verdict === 'missing';
  if (target.kind === 'role' || target.kind === 'adminOption') {
    const role = accountLabel(target.role);
    const admin = [...expected.roles.values()].some((edge) => edge.admin && accountLabel(edge.role) === role);
    if (adds) parts.grants.push(`GRANT ${role} TO ${label}${admin ? ' WITH ADMIN OPTION' : ''};`);
    else if (target.kind === 'role') parts.extras.push(`REVOKE ${role} FROM ${label};`);
    else if (flavor === 'mariadb') parts.extras.push(`REVOKE ADMIN OPTION FOR ${role} FROM ${label};`);
    else parts.extras.push(...withoutAdmin(role, name, expected, server));
  } else if (target.kind === 'proxy' || target.kind === 'proxyGrantOption') {
    const proxied = accountLabel(target.proxied);
    const option = [...expected.proxies.values()].some(
      (edge) => edge.grantOption && accountLabel(edge.proxied) === proxied,
    );
    const grant = `GRANT PROXY ON ${proxied} TO ${label}${option ? ' WITH GRANT OPTION' : ''};`;
    if (adds) parts.grants.push(grant);
    else parts.extras.push(target.kind === 'proxy' ? `REVOKE PROXY ON ${proxied} FROM ${label};` : grant);
  }
}
