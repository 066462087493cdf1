import { quoteIdentifier, quoteSqlString } from '../guard/quoteSql';
import { accountLabel, compareAccounts, compareText, isReserved, type AccountName } from './accountName';
import { describeExpiry, describeRequire } from './compareAttributes';
import type { GrantServer } from './grantServer';
import {
  allRoles,
  type Authentication,
  type AuthMethod,
  type GrantAccount,
  type GrantModel,
  type ScopeGrants,
} from './model';
import { comparePrivileges, expandAll, isDynamicName, printedName } from './privileges';
import { compareScopes, scopeLabel, scopeLevel } from './scope';
import { limitNames, type Expiry } from './statements';
import { t } from '../l10n';

export interface RenderOptions {
  /** What stands for a secret. The default parses as a secret that is present. */
  readonly secret?: (account: GrantAccount, method: AuthMethod, index: number) => string;
  /** Leaves out accounts that are the server's own. */
  readonly withoutReserved?: boolean;
}

/** Statements of one account, grouped as they have to be executed. */
export interface AccountStatements {
  readonly create: readonly string[];
  readonly grants: readonly string[];
  readonly defaultRoles: readonly string[];
}

/** Canonical text of a model: roles first, one list of privileges per scope, no secrets. Parses to the same model. */
export function renderGrants({ accounts, server }: GrantModel, options: RenderOptions = {}): string {
  return [...accounts.values()]
    .filter(({ name }) => !options.withoutReserved || !isReserved(name))
    .sort((a, b) => compareAccounts(a.name, b.name))
    .map((account) => `${renderAccount(account, server, options).join('\n')}\n`)
    .join('\n');
}

export function renderAccount(
  account: GrantAccount,
  server: GrantServer,
  options: RenderOptions = {},
): readonly string[] {
  const { create, grants, defaultRoles } = renderStatements(account, server, options);
  const lines = [...create, ...grants, ...defaultRoles];
  return lines.length > 0 ? lines : [t`-- ${accountLabel(account.name).replace(/[\r\n]+/g, ' ')}: nothing`];
}

export function renderStatements(
  account: GrantAccount,
  server: GrantServer,
  options: RenderOptions = {},
): AccountStatements {
  const label = accountLabel(account.name);
  const roles = [...account.roles.values()].sort((a, b) => compareAccounts(a.role, b.role));
  const proxies = [...account.proxies.values()].sort((a, b) => compareAccounts(a.proxied, b.proxied));
  const scopes = [...account.scopes.values()].sort((a, b) => compareScopes(a.scope, b.scope));
  return {
    create: renderCreate(account, server, options),
    grants: [
      ...roles.map(({ role, admin }) => `GRANT ${accountLabel(role)} TO ${label}${admin ? ' WITH ADMIN OPTION' : ''};`),
      ...scopes.flatMap((grants) => renderScope(grants, label, server)),
      ...scopes.flatMap((grants) => renderRevoked(grants, label, server)),
      ...proxies.map(
        ({ proxied, grantOption }) =>
          `GRANT PROXY ON ${accountLabel(proxied)} TO ${label}${grantOption ? ' WITH GRANT OPTION' : ''};`,
      ),
    ],
    defaultRoles: renderDefaultRoles(account, server),
  };
}

function renderCreate(account: GrantAccount, server: GrantServer, options: RenderOptions): readonly string[] {
  const label = accountLabel(account.name);
  if (account.kind === 'role') return account.created ? [`CREATE ROLE ${label};`] : [];
  if (account.kind === 'public') return [];
  const attributes = renderAttributes(account, server, options);
  if (!account.created && attributes === '') return [];
  return [`${account.created ? 'CREATE' : 'ALTER'} USER ${label}${attributes};`];
}

/** With a leading space; '' where everything is the default. */
export function renderAttributes(account: GrantAccount, server: GrantServer, options: RenderOptions = {}): string {
  const { authentication, require, locked, expiry } = account;
  const limits = limitNames.flatMap((name) => {
    const value = account.limits.get(name)?.value ?? 0;
    return value === 0 && account.created ? [] : account.limits.has(name) ? [`${name} ${value}`] : [];
  });
  const others = [...account.options]
    .sort(([a], [b]) => compareText(a, b))
    .map(([name, { value }]) => renderOption(name, value));
  const created = account.created !== undefined;
  return [
    authentication ? renderAuthentication(authentication.value, account, server, options) : '',
    require && !(created && require.value.kind === 'none') ? `REQUIRE ${describeRequire(require.value)}` : '',
    limits.length > 0 ? `WITH ${limits.join(' ')}` : '',
    locked && (locked.value || !created) ? `ACCOUNT ${locked.value ? 'LOCK' : 'UNLOCK'}` : '',
    expiry && !(created && expiry.value.kind === 'default') ? renderExpiry(expiry.value) : '',
    ...others,
  ]
    .filter((part) => part !== '')
    .map((part) => ` ${part}`)
    .join('');
}

export function renderExpiry(expiry: Expiry): string {
  return expiry.kind === 'now' ? 'PASSWORD EXPIRE' : `PASSWORD EXPIRE ${describeExpiry(expiry)}`;
}

export function renderOption(name: string, value: string): string {
  if (name === 'ATTRIBUTE') return `ATTRIBUTE ${quoteSqlString(value)}`;
  if (name === 'PASSWORD REQUIRE CURRENT') return value === 'ON' ? name : `${name} ${value}`;
  return name === 'PASSWORD REUSE INTERVAL' && value !== 'DEFAULT' ? `${name} ${value} DAY` : `${name} ${value}`;
}

const maskedSecret = "'<secret>'";

export function renderAuthentication(
  { methods, joined }: Authentication,
  account: GrantAccount,
  server: GrantServer,
  { secret = () => maskedSecret }: RenderOptions,
): string {
  const texts = methods.map((method, index) => ({
    method,
    text: method.secret === 'none' ? '' : secret(account, method, index),
  }));
  const [only] = texts;
  const native = 'mysql_native_password';
  if (server.flavor === 'mariadb') {
    if (texts.length === 1 && only?.method.plugin === native)
      return only.text === '' ? '' : `IDENTIFIED BY ${only.text}`;
    const listed = texts.map(({ method, text }) => {
      const plugin = method.plugin ?? native;
      // A hash is expected after USING; PASSWORD() makes one of what a person fills in.
      const given = text.startsWith('<') || text.startsWith("'<%") ? `PASSWORD(${text})` : text;
      return text === '' ? bare(plugin) : `${bare(plugin)} USING ${given}`;
    });
    return `IDENTIFIED VIA ${listed.join(' OR ')}`;
  }
  const clauses = texts.flatMap(({ method: { plugin }, text }) => {
    if (plugin === undefined) return text === '' ? [] : [`BY ${text}`];
    const word = text === maskedSecret ? 'AS' : 'BY';
    return [`WITH ${quoteIdentifier(plugin)}${text === '' ? '' : ` ${word} ${text}`}`];
  });
  if (clauses.length === 0) return '';
  // OR is what MySQL would refuse; it is written as it was read.
  const listed =
    joined === 'and' ? clauses.join(' AND IDENTIFIED ') : clauses.join(' OR ').replaceAll(' OR WITH ', ' OR ');
  return `IDENTIFIED ${listed}`;
}

function bare(plugin: string): string {
  return /^\w+$/.test(plugin) ? plugin : quoteIdentifier(plugin);
}

function renderScope(grants: ScopeGrants, label: string, server: GrantServer): readonly string[] {
  const to = `ON ${scopeLabel(grants.scope)} TO ${label}`;
  const names = [...grants.privileges.keys()];
  const fixed = names.filter((name) => !isDynamicName(name, server));
  const dynamic = [false, true].map((grantable) =>
    names.filter(
      (name) => isDynamicName(name, server) && (grants.privileges.get(name)?.grantable ?? false) === grantable,
    ),
  );
  const columns = [...grants.columns].map(
    ([name, held]) => [name, `(${[...held.keys()].sort(compareText).map(quoteIdentifier).join(', ')})`] as const,
  );
  const option = (wanted: boolean) => (wanted ? ' WITH GRANT OPTION' : '');
  const lines: string[] = [];
  const list = renderPrivileges(fixed, columns, grants, server);
  if (list !== '' || grants.grantOption)
    lines.push(`GRANT ${list === '' ? 'USAGE' : list} ${to}${option(grants.grantOption !== undefined)};`);
  for (const [index, group] of dynamic.entries()) {
    if (group.length > 0) lines.push(`GRANT ${group.sort(compareText).join(', ')} ${to}${option(index === 1)};`);
  }
  return lines;
}

function renderPrivileges(
  names: readonly string[],
  columns: readonly (readonly [string, string])[],
  { scope }: ScopeGrants,
  server: GrantServer,
): string {
  const all = expandAll(scopeLevel(scope), server);
  // MySQL prints every name of *.*: which dynamic ones ALL brings depends on what is installed.
  const whole =
    !(server.flavor === 'mysql' && scope.kind === 'global') &&
    names.length >= all.length &&
    all.every((name) => names.includes(name));
  const listed = whole ? names.filter((name) => !all.includes(name)) : names;
  const items = [...listed.map((name) => [name, ''] as const), ...columns].sort(
    ([a, x], [b, y]) => comparePrivileges(server)(a, b) || compareText(x, y),
  );
  return [
    ...(whole ? ['ALL PRIVILEGES'] : []),
    ...items.map(([name, list]) => `${printedName(name, server)}${list === '' ? '' : ` ${list}`}`),
  ].join(', ');
}

function renderRevoked(grants: ScopeGrants, label: string, server: GrantServer): readonly string[] {
  const names = [...grants.revoked.keys()].sort(comparePrivileges(server));
  return names.length === 0 ? [] : [`REVOKE ${names.join(', ')} ON ${scopeLabel(grants.scope)} FROM ${label};`];
}

function renderDefaultRoles(account: GrantAccount, server: GrantServer): readonly string[] {
  if (account.defaultRoles.size === 0) return [];
  const roles: readonly AccountName[] = [...account.defaultRoles.values()]
    .map(({ value }) => value)
    .sort(compareAccounts);
  return [renderSetDefaultRole(account.defaultRoles.has(allRoles) ? 'ALL' : roles, account.name, server)];
}

/** @param roles none: NONE. */
export function renderSetDefaultRole(
  roles: 'ALL' | readonly AccountName[],
  name: AccountName,
  { flavor }: GrantServer,
): string {
  const list = roles === 'ALL' ? roles : roles.length === 0 ? 'NONE' : roles.map(accountLabel).join(', ');
  return `SET DEFAULT ROLE ${list} ${flavor === 'mariadb' ? 'FOR' : 'TO'} ${accountLabel(name)};`;
}
