import { accountKey, accountLabel, compareAccounts, type AccountName } from './accountName';
import {
  comparedLimits,
  defaultExpiry,
  describeAuthentication,
  describeExpiry,
  describeRequire,
  noRequire,
  sameAuthentication,
} from './compareAttributes';
import type { DiffItem, DiffTarget } from './diffItem';
import type { GrantServer } from './grantServer';
import { allRoles, type AccountPart, type GrantAccount, type Sourced } from './model';
import type { Span } from './tokenizer';
import { t } from '../l10n';

/** Authentication, REQUIRE, limits, lock, expiry: what the template says of them against what the server told. */
export function diffAttributes(expected: GrantAccount, actual: GrantAccount, server: GrantServer): readonly DiffItem[] {
  if (expected.kind !== 'user') return [];
  const items: DiffItem[] = [];
  const created = expected.created;
  const compare = (part: AccountPart, target: DiffTarget, said: Span | undefined, wanted: string, found: string) => {
    const origin = said ?? created;
    if (!origin) return;
    const reason = actual.unknown.get(part);
    if (reason !== undefined) items.push({ target, verdict: 'notCompared', expected: reason, origin });
    else if (wanted !== found) items.push({ target, verdict: 'different', expected: wanted, actual: found, origin });
  };
  items.push(...diffAuthentication(expected, actual));
  const requireOf = ({ require }: GrantAccount) => describeRequire(require?.value ?? noRequire);
  compare('require', { kind: 'require' }, expected.require?.origin, requireOf(expected), requireOf(actual));
  for (const name of comparedLimits(expected, server)) {
    const limitOf = ({ limits }: GrantAccount) => String(limits.get(name)?.value ?? 0);
    compare('limits', { kind: 'limit', name }, expected.limits.get(name)?.origin, limitOf(expected), limitOf(actual));
  }
  const lockOf = ({ locked }: GrantAccount) => (locked?.value ? 'locked' : t`not locked`);
  compare('lock', { kind: 'lock' }, expected.locked?.origin, lockOf(expected), lockOf(actual));
  const expiryOf = ({ expiry }: GrantAccount) => describeExpiry(expiry?.value ?? defaultExpiry);
  compare('expiry', { kind: 'expiry' }, expected.expiry?.origin, expiryOf(expected), expiryOf(actual));
  const names = new Set([...expected.options.keys(), ...(created ? actual.options.keys() : [])]);
  for (const name of names) {
    const optionOf = ({ options }: GrantAccount) => options.get(name)?.value ?? 'DEFAULT';
    compare(
      'options',
      { kind: 'option', name },
      expected.options.get(name)?.origin,
      optionOf(expected),
      optionOf(actual),
    );
  }
  return mergeUnknown(items);
}

function diffAuthentication(expected: GrantAccount, actual: GrantAccount): readonly DiffItem[] {
  const wanted = expected.authentication;
  // Only granted to: the template does not say how the account logs in.
  if (!wanted) return [];
  const target = { kind: 'authentication' } as const;
  const { origin } = wanted;
  const reason = actual.unknown.get('authentication');
  const found = actual.authentication?.value;
  if (reason !== undefined || !found) {
    return [{ target, verdict: 'notCompared', expected: reason ?? t`The server did not tell it.`, origin }];
  }
  if (sameAuthentication(wanted.value, found)) return [];
  const expectedText = describeAuthentication(wanted.value);
  return [{ target, verdict: 'different', expected: expectedText, actual: describeAuthentication(found), origin }];
}

/** Each part that is unknown once, not once per limit. */
function mergeUnknown(items: readonly DiffItem[]): readonly DiffItem[] {
  const seen = new Set<string>();
  return items.filter(({ target, verdict }) => {
    if (verdict !== 'notCompared') return true;
    const fresh = !seen.has(target.kind);
    seen.add(target.kind);
    return fresh;
  });
}

/** Role edges with ADMIN OPTION, default roles, PROXY. */
export function diffRoles(expected: GrantAccount, actual: GrantAccount): readonly DiffItem[] {
  const items: DiffItem[] = [];
  const unknownPart = (part: AccountPart, has: boolean): boolean => {
    const reason = actual.unknown.get(part);
    if (reason !== undefined && has) {
      items.push({ target: { kind: 'part', name: part }, verdict: 'notCompared', expected: reason });
    }
    return reason !== undefined;
  };
  if (!unknownPart('roles', expected.roles.size > 0)) items.push(...diffRoleEdges(expected, actual));
  if (!unknownPart('proxies', expected.proxies.size > 0)) items.push(...diffProxies(expected, actual));
  if (!unknownPart('defaultRoles', expected.defaultRoles.size > 0 || expected.roles.size > 0)) {
    items.push(...diffDefaultRoles(expected, actual));
  }
  return items;
}

function diffRoleEdges(expected: GrantAccount, actual: GrantAccount): readonly DiffItem[] {
  const items: DiffItem[] = [];
  for (const [key, { role, admin, origin }] of expected.roles) {
    const found = actual.roles.get(key);
    const text = t`role ${accountLabel(role)}`;
    const adminText = t`ADMIN OPTION for ${text}`;
    const target = { kind: 'adminOption', role } as const;
    if (!found) {
      const withAdmin = admin ? t`${text} with ADMIN OPTION` : text;
      items.push({ target: { kind: 'role', role }, verdict: 'missing', expected: withAdmin, origin });
    } else if (admin && !found.admin) items.push({ target, verdict: 'missing', expected: adminText, origin });
    else if (!admin && found.admin) items.push({ target, verdict: 'extra', actual: adminText, origin });
  }
  for (const [key, { role }] of actual.roles) {
    if (expected.roles.has(key)) continue;
    items.push({ target: { kind: 'role', role }, verdict: 'extra', actual: t`role ${accountLabel(role)}` });
  }
  return items;
}

function diffProxies(expected: GrantAccount, actual: GrantAccount): readonly DiffItem[] {
  const items: DiffItem[] = [];
  for (const [key, { proxied, grantOption, origin }] of expected.proxies) {
    const found = actual.proxies.get(key);
    const text = t`PROXY for ${accountLabel(proxied)}`;
    const target = { kind: 'proxyGrantOption', proxied } as const;
    if (!found) items.push({ target: { kind: 'proxy', proxied }, verdict: 'missing', expected: text, origin });
    else if (grantOption && !found.grantOption) {
      items.push({ target, verdict: 'missing', expected: `GRANT OPTION of ${text}`, origin });
    } else if (!grantOption && found.grantOption) {
      items.push({ target, verdict: 'extra', actual: `GRANT OPTION of ${text}`, origin });
    }
  }
  for (const [key, { proxied }] of actual.proxies) {
    if (expected.proxies.has(key)) continue;
    items.push({ target: { kind: 'proxy', proxied }, verdict: 'extra', actual: t`PROXY for ${accountLabel(proxied)}` });
  }
  return items;
}

/** Granted and not default means no privilege at login: part of the meaning. */
function diffDefaultRoles(expected: GrantAccount, actual: GrantAccount): readonly DiffItem[] {
  if (expected.kind !== 'user') return [];
  const [wanted, found] = [defaultRolesOf(expected), defaultRolesOf(actual)].map(describeRoles);
  if (wanted === undefined || found === undefined || wanted === found) return [];
  const origin = firstOrigin(expected.defaultRoles.values()) ?? expected.created;
  const target = { kind: 'defaultRole' } as const;
  return [{ target, verdict: 'different', expected: wanted, actual: found, ...(origin && { origin }) }];
}

function defaultRolesOf({ defaultRoles, roles }: GrantAccount): readonly AccountName[] {
  return defaultRoles.has(allRoles)
    ? [...roles.values()].map(({ role }) => role)
    : [...defaultRoles.values()].map(({ value }) => value);
}

function describeRoles(roles: readonly AccountName[]): string {
  const unique = new Map(roles.map((role) => [accountKey(role), role]));
  const sorted = [...unique.values()].sort(compareAccounts);
  return sorted.length === 0 ? t`no default role` : t`default role ${sorted.map(accountLabel).join(', ')}`;
}

function firstOrigin(items: Iterable<Sourced<AccountName>>): Span | undefined {
  for (const { origin } of items) return origin;
  return undefined;
}
