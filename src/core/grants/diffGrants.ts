import { accountKey, compareAccounts, isReserved, type AccountName } from './accountName';
import { diffAttributes, diffRoles } from './diffAttributes';
import { stateOf, type AccountDiff, type DiffItem } from './diffItem';
import { diffPrivileges } from './diffPrivileges';
import type { ServerGrants } from './fromServer';
import type { GrantAccount, GrantModel, NotCompared } from './model';
import { matchesPattern, scopeKey } from './scope';
import { isSimilar, shadows } from './similarAccounts';
import { placeholderMark } from './tokenizer';
import { t } from '../l10n';

export interface GrantDiff {
  /** Accounts of the template in its order of roles and users, then what only the server has. */
  readonly accounts: readonly AccountDiff[];
  /** Statements of the template that were not evaluated. */
  readonly notCompared: readonly NotCompared[];
}

/** By meaning. What could not be evaluated on either side is `notCompared`, never a match and never missing. */
export function diffGrants(
  expected: GrantModel,
  { model: actual, listed }: Pick<ServerGrants, 'model' | 'listed'>,
): GrantDiff {
  const byUser = groupByUser(actual);
  const named = [...expected.accounts.values()].sort((a, b) => compareAccounts(a.name, b.name));
  const diffs = named.map((account) => diffAccount(account, expected, actual, listed, byUser));
  const extras = [...actual.accounts.values()]
    .filter(
      ({ key, name, kind }) =>
        !expected.accounts.has(key) && !isReserved(name) && !(kind === 'public' && isEmpty(actual, key)),
    )
    .sort((a, b) => compareAccounts(a.name, b.name))
    .map((account) => toExtra(account, expected));
  return { accounts: [...diffs, ...extras], notCompared: expected.notCompared };
}

function isEmpty({ accounts }: GrantModel, key: string): boolean {
  const account = accounts.get(key);
  return account === undefined || account.scopes.size + account.roles.size === 0;
}

/** Accounts that may stand in for one another share the user's name, or have none. */
function groupByUser({ accounts }: GrantModel): ReadonlyMap<string, readonly AccountName[]> {
  const groups = new Map<string, AccountName[]>();
  for (const { name } of accounts.values()) {
    const key = name.user.replaceAll('\\', '').toLowerCase();
    const group = groups.get(key);
    if (group) group.push(name);
    else groups.set(key, [name]);
  }
  return groups;
}

function diffAccount(
  expected: GrantAccount,
  template: GrantModel,
  actual: GrantModel,
  listed: ServerGrants['listed'],
  byUser: ReadonlyMap<string, readonly AccountName[]>,
): AccountDiff {
  const { key, name } = expected;
  const found = actual.accounts.get(key);
  const relatives = byUser.get(name.user.replaceAll('\\', '').toLowerCase()) ?? [];
  const base = { key, name, expected, ...(found && { actual: found }) };
  const uncertain = expected.uncertain.map(toUncertainItem);
  if (!found) {
    const similar = relatives.filter((other) => isSimilar(name, other) && !template.accounts.has(accountKey(other)));
    return { ...base, ...absent(expected, uncertain, listed), similar, shadowedBy: [] };
  }
  const shadowedBy = [...relatives, ...(byUser.get('') ?? [])].filter(
    (other) => shadows(other, name) && !template.accounts.has(accountKey(other)) && !isReserved(other),
  );
  const items = [
    ...kindItems(expected, found),
    ...diffAttributes(expected, found, actual.server),
    ...diffRoles(expected, found),
    ...privilegeItems(expected, found, actual),
  ].map((item) => doubt(item, template, key, name));
  const all = [...items, ...uncertain];
  return { ...base, state: stateOf(all), items: all, similar: [], shadowedBy };
}

function toUncertainItem({ origin, reason }: NotCompared): DiffItem {
  return { target: { kind: 'statement', name: 'statement' }, verdict: 'notCompared', expected: reason, origin };
}

/** One node for a missing account, not one per grant of it. */
function absent(
  expected: GrantAccount,
  uncertain: readonly DiffItem[],
  listed: ServerGrants['listed'],
): Pick<AccountDiff, 'state' | 'items'> {
  const origin = expected.created ?? firstOrigin(expected);
  if (listed === 'own') {
    const reason = t`The monitor may not list the accounts of the server.`;
    const item: DiffItem = {
      target: { kind: 'account' },
      verdict: 'notCompared',
      expected: reason,
      ...(origin && { origin }),
    };
    return { state: 'notCompared', items: [item, ...uncertain] };
  }
  // Named by statements alone that nobody evaluated: it may not be meant to exist.
  if (!origin) return { state: 'notCompared', items: uncertain };
  const item: DiffItem = { target: { kind: 'account' }, verdict: 'missing', expected: t`the account`, origin };
  return { state: 'missing', items: [item, ...uncertain] };
}

function firstOrigin({ scopes, roles, proxies, defaultRoles, authentication }: GrantAccount) {
  for (const grants of scopes.values()) {
    for (const { origin } of grants.privileges.values()) return origin;
    for (const columns of grants.columns.values()) for (const { origin } of columns.values()) return origin;
    if (grants.grantOption) return grants.grantOption;
  }
  for (const { origin } of [...roles.values(), ...proxies.values(), ...defaultRoles.values()]) return origin;
  return authentication?.origin;
}

/** MySQL: a role that somebody can log in to, or a user who is none. */
function kindItems(expected: GrantAccount, actual: GrantAccount): readonly DiffItem[] {
  if (!expected.created || expected.kind === actual.kind || actual.unknown.has('lock')) return [];
  const { kind, created: origin } = expected;
  return [
    { target: { kind: 'account' }, verdict: 'different', expected: `a ${kind}`, actual: `a ${actual.kind}`, origin },
  ];
}

function privilegeItems(expected: GrantAccount, actual: GrantAccount, { server }: GrantModel): readonly DiffItem[] {
  const reason = actual.unknown.get('privileges');
  if (reason === undefined) return diffPrivileges(expected, actual, server);
  if (expected.scopes.size === 0) return [];
  return [{ target: { kind: 'part', name: 'privileges' }, verdict: 'notCompared', expected: reason }];
}

/** What a statement that was not evaluated may have brought, or changed, is no difference that can be told. */
function doubt(item: DiffItem, template: GrantModel, key: string, name: AccountName): DiffItem {
  if (item.verdict !== 'extra' && item.verdict !== 'different' && item.verdict !== 'missing') return item;
  const reason = isDoubtful(item, template, key, name);
  if (reason === undefined) return item;
  return { ...item, verdict: 'notCompared', expected: reason };
}

function isDoubtful(item: DiffItem, template: GrantModel, key: string, name: AccountName): string | undefined {
  const reason = t`A statement of the template that is not evaluated may be about it.`;
  if (template.openAccounts.some(({ value }) => fitsOpen(value, name)) && item.verdict === 'extra') return reason;
  const certain = template.accounts.get(key);
  const possible = template.possible.get(key);
  if (!certain || !possible) return undefined;
  const { target } = item;
  const open = certain.uncertain.some(({ cause }) => cause !== undefined);
  switch (target.kind) {
    case 'privilege': {
      const held = possible.scopes.get(scopeKey(target.scope, template.server));
      const names = target.names ?? [target.privilege];
      const has = (privilege: string) =>
        target.column === undefined
          ? held?.privileges.has(privilege)
          : held?.columns.get(privilege)?.has(target.column);
      const all = names.every((privilege) => has(privilege) === true);
      if (item.verdict === 'extra') return all || open ? reason : undefined;
      return names.some((privilege) => has(privilege) !== true) ? reason : undefined;
    }
    case 'grantOption': {
      const held = possible.scopes.get(scopeKey(target.scope, template.server))?.grantOption !== undefined;
      return (item.verdict === 'extra') === held || (open && item.verdict === 'extra') ? reason : undefined;
    }
    case 'role':
      return (item.verdict === 'extra') === possible.roles.has(accountKey(target.role)) ||
        (open && item.verdict === 'extra')
        ? reason
        : undefined;
    case 'proxy':
      return (item.verdict === 'extra') === possible.proxies.has(accountKey(target.proxied)) ? reason : undefined;
    case 'defaultRole':
      return [...possible.defaultRoles.keys()].join() !== [...certain.defaultRoles.keys()].join() ? reason : undefined;
    case 'authentication':
      return differs(possible.authentication, certain.authentication) ? reason : undefined;
    case 'require':
      return differs(possible.require, certain.require) ? reason : undefined;
    case 'lock':
      return differs(possible.locked, certain.locked) ? reason : undefined;
    case 'expiry':
      return differs(possible.expiry, certain.expiry) ? reason : undefined;
    case 'limit':
      return differs(possible.limits.get(target.name), certain.limits.get(target.name)) ? reason : undefined;
    case 'option':
      return differs(possible.options.get(target.name), certain.options.get(target.name)) ? reason : undefined;
    case 'account':
    case 'dynamicGrantOption':
    case 'partialRevoke':
    case 'adminOption':
    case 'proxyGrantOption':
      return open ? reason : undefined;
    case 'statement':
    case 'part':
      return undefined;
  }
}

function differs(a: { readonly value: unknown } | undefined, b: { readonly value: unknown } | undefined): boolean {
  return JSON.stringify(a?.value) !== JSON.stringify(b?.value);
}

/** An account that only the server has: shown apart, and never dropped unless the template itself drops it. */
function toExtra(account: GrantAccount, template: GrantModel): AccountDiff {
  const { key, name } = account;
  const base = { key, name, actual: account, similar: [], shadowedBy: [] };
  const target = { kind: 'account' } as const;
  const dropped = template.dropped.get(key);
  if (dropped) {
    const item = {
      target,
      verdict: 'extra',
      expected: 'dropped',
      actual: t`the account`,
      origin: dropped.origin,
    } as const;
    return { ...base, state: 'extra', items: [item] };
  }
  const open = template.openAccounts.find(({ value }) => fitsOpen(value, name));
  if (open) {
    const expected = t`The template leaves the name of an account open that may be this one.`;
    return {
      ...base,
      state: 'notCompared',
      items: [{ target, verdict: 'notCompared', expected, origin: open.origin }],
    };
  }
  return { ...base, state: 'extra', items: [] };
}

/** An open value in a name may be any text. */
function fitsOpen(open: AccountName, name: AccountName): boolean {
  const fits = (pattern: string, text: string) => {
    const parts = pattern.split(new RegExp(`${placeholderMark.open}\\d*${placeholderMark.close}`));
    const escaped = parts.map((part) => part.replace(/[\\%_]/g, '\\$&'));
    return matchesPattern(escaped.join('%'), text);
  };
  if ((open.host === undefined) !== (name.host === undefined)) return false;
  return fits(open.user, name.user) && fits((open.host ?? '').toLowerCase(), name.host ?? '');
}
