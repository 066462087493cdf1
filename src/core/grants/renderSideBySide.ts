import { accountLabel } from './accountName';
import { sameAuthentication } from './compareAttributes';
import type { AccountDiff } from './diffItem';
import type { GrantDiff } from './diffGrants';
import type { GrantServer } from './grantServer';
import type { AccountPart, GrantAccount } from './model';
import { renderAccount } from './renderGrants';
import { t } from '../l10n';

export interface SideBySide {
  readonly template: string;
  readonly server: string;
}

/**
 * Two canonical documents for a diff editor: the same accounts in the same order, and a line differs only where the
 * meaning does. Parts that were not compared are left out on both sides, with a comment on both.
 */
export function renderSideBySide({ accounts }: GrantDiff, server: GrantServer): SideBySide {
  const left: string[] = [];
  const right: string[] = [];
  for (const diff of accounts.filter(({ expected }) => expected !== undefined)) {
    const pair = alignPair(diff, server);
    left.push(...pair.left, '');
    right.push(...pair.right, '');
  }
  const extras = accounts.filter(({ expected }) => expected === undefined);
  if (extras.length > 0) {
    // Names alone, and on both sides: the template says nothing of them, so nothing of them is a difference.
    const lines = [
      t`-- Accounts that only the server has:`,
      ...extras.map(({ name }) => `-- ${comment(accountLabel(name))}`),
    ];
    left.push(...lines);
    right.push(...lines);
  }
  return { template: toText(left), server: toText(right) };
}

function toText(lines: readonly string[]): string {
  return `${lines.join('\n').trimEnd()}\n`;
}

function comment(text: string): string {
  return text.replace(/[\r\n]+/g, ' ');
}

function alignPair(
  { expected, actual, name, items }: AccountDiff,
  server: GrantServer,
): { left: readonly string[]; right: readonly string[] } {
  const label = accountLabel(name);
  if (!expected) return { left: [], right: [] };
  const reasons = [...new Set(items.flatMap((item) => (item.verdict === 'notCompared' ? [item.expected ?? ''] : [])))];
  const head = [`-- ${comment(label)}`, ...reasons.map((reason) => t`-- Not compared: ${comment(reason)}`)];
  if (!actual) return { left: [...head, ...renderAccount(expected, server)], right: [head[0] ?? ''] };
  const said = withoutUnsaid(expected, actual);
  return {
    left: [...head, ...renderAccount(withSameSecrets(said.expected, said.actual), server)],
    right: [...head, ...renderAccount(said.actual, server)],
  };
}

/** Of what the template does not say, or the server did not tell, neither side shows anything. */
function withoutUnsaid(expected: GrantAccount, actual: GrantAccount): { expected: GrantAccount; actual: GrantAccount } {
  const unknown = (part: AccountPart) => actual.unknown.has(part);
  const silent = (part: AccountPart, said: boolean) => unknown(part) || (!expected.created && !said);
  const parts = {
    authentication: silent('authentication', expected.authentication !== undefined),
    require: silent('require', expected.require !== undefined),
    locked: silent('lock', expected.locked !== undefined),
    expiry: silent('expiry', expected.expiry !== undefined),
  };
  const empty = new Map<never, never>();
  const strip = (account: GrantAccount): GrantAccount => {
    const { authentication, require, locked, expiry, created, ...rest } = account;
    const limits = unknown('limits')
      ? []
      : [...account.limits].filter(([name]) => expected.created ?? expected.limits.has(name));
    return {
      ...rest,
      // Whether the template creates it is no difference to a server that has it.
      ...(created && expected.created && { created }),
      ...(authentication && !parts.authentication && { authentication }),
      ...(require && !parts.require && { require }),
      ...(locked && !parts.locked && { locked }),
      ...(expiry && !parts.expiry && { expiry }),
      limits: new Map(limits),
      options: silent('options', expected.options.size > 0) ? empty : account.options,
      scopes: unknown('privileges') ? empty : account.scopes,
      roles: unknown('roles') ? empty : account.roles,
      proxies: unknown('proxies') ? empty : account.proxies,
      defaultRoles: unknown('defaultRoles') ? empty : account.defaultRoles,
    };
  };
  return { expected: strip(expected), actual: strip(actual) };
}

/** A placeholder and a secret that is there are the same, and so are a plugin and the default that stands for it. */
function withSameSecrets(expected: GrantAccount, actual: GrantAccount): GrantAccount {
  const wanted = expected.authentication;
  const found = actual.authentication;
  return wanted && found && sameAuthentication(wanted.value, found.value)
    ? { ...expected, authentication: found }
    : expected;
}
