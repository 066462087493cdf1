import { accountLabel, type AccountName } from './accountName';
import type { CheckContext } from './checkContext';
import { isPasswordless } from './compareAttributes';
import { coveringGrantOption, coveringScope } from './coverage';
import type { GrantAccount, GrantModel } from './model';
import { renderAccount } from './renderGrants';
import { scopeLabel, type Scope } from './scope';
import { normalIpv6 } from './similarAccounts';
import { t } from '../l10n';

/** Faults that show in the accounts as a whole. */
export function checkAccounts({ report }: CheckContext, model: GrantModel): void {
  const accounts = [...model.accounts.values()];
  for (const account of accounts) {
    const { authentication, locked, created, name, kind } = account;
    if (created && kind === 'user' && authentication && isPasswordless(authentication.value) && !locked?.value) {
      report('warning', created, t`${accountLabel(name)} has no password: whoever reaches the server gets in.`);
    }
    checkRedundant(account, model, report);
  }
  for (const [v4, v6] of findTwins(accounts)) {
    const [first, second] = [bodyOf(v4, model), bodyOf(v6, model)];
    if (first === second) continue;
    const origin = v6.created ?? firstOrigin(v6);
    if (origin) {
      report(
        'warning',
        origin,
        t`${accountLabel(v6.name)} differs from its IPv4 twin ${accountLabel(v4.name)}: what a client may do depends on its network.`,
      );
    }
  }
}

function firstOrigin({ scopes }: GrantAccount) {
  for (const { privileges, grantOption } of scopes.values()) {
    for (const { origin } of privileges.values()) return origin;
    if (grantOption) return grantOption;
  }
  return undefined;
}

/** One fault per scope whose every grant does nothing, else one per privilege. */
function checkRedundant(account: GrantAccount, { server }: GrantModel, report: CheckContext['report']): void {
  const kinds = new Set([...account.scopes.values()].map(({ scope }) => scope.kind));
  // Nothing wider than anything else: the usual account with a few databases.
  const nested = kinds.has('global') || (kinds.has('database') && kinds.size > 1);
  if (!nested && ![...account.scopes.values()].some(({ columns }) => columns.size > 0)) return;
  for (const { scope, privileges, columns, grantOption } of account.scopes.values()) {
    if (scope.kind === 'global') continue;
    const found = new Map<string, { names: string[]; by: Scope; start: number; end: number }>();
    const add = (name: string, by: Scope | undefined, { start, end }: { start: number; end: number }) => {
      if (!by) return;
      const key = `${start} ${scopeLabel(by)}`;
      const entry = found.get(key) ?? { names: [], by, start, end };
      entry.names.push(name);
      found.set(key, entry);
    };
    for (const [name, { origin }] of privileges) add(name, coveringScope(account, scope, name, server), origin);
    for (const [name, held] of columns) {
      for (const [column, { origin }] of held)
        add(`${name} (${column})`, coveringScope(account, scope, name, server, column), origin);
    }
    if (grantOption) add('GRANT OPTION', coveringGrantOption(account, scope, server), grantOption);
    for (const { names, by, start, end } of found.values()) {
      const what = names.length > 3 ? t`These ${names.length} privileges` : names.join(', ');
      report(
        'warning',
        { start, end },
        t`${what} on ${scopeLabel(scope)} change nothing: ${accountLabel(account.name)} has it on ${scopeLabel(by)}.`,
      );
    }
  }
}

/** Accounts of one user for the IPv4 and the IPv6 address of one machine. */
function findTwins(accounts: readonly GrantAccount[]): readonly (readonly [GrantAccount, GrantAccount])[] {
  const groups = new Map<string, { v4: GrantAccount[]; v6: GrantAccount[] }>();
  for (const account of accounts) {
    const { user, host = '' } = account.name;
    const group = groups.get(user) ?? { v4: [], v6: [] };
    groups.set(user, group);
    if (/^\d+\.\d+\.\d+\.\d+$/.test(host)) group.v4.push(account);
    else if (normalIpv6(host) !== undefined) group.v6.push(account);
  }
  return [...groups.values()].flatMap(({ v4, v6 }) =>
    v6.flatMap((six): (readonly [GrantAccount, GrantAccount])[] => {
      const mapped = v4.find((four) => isMapped(four.name, six.name));
      // One of each is a pair too, whatever the numbers.
      const four = mapped ?? (v4.length === 1 && v6.length === 1 ? v4[0] : undefined);
      return four ? [[four, six]] : [];
    }),
  );
}

/** `10.64.0.95` and `2620:0:861:101:10:64:0:95`: the address written into the last four groups. */
function isMapped({ host: v4 = '' }: AccountName, { host: v6 = '' }: AccountName): boolean {
  return normalIpv6(v6)?.split(':').slice(4).join('.') === v4.split('.').map(Number).join('.');
}

/** What the account may do and how it logs in, without its own name. */
function bodyOf(account: GrantAccount, { server }: GrantModel): string {
  const name = { user: 'twin', host: 'twin' };
  return renderAccount({ ...account, name }, server).join('\n');
}
