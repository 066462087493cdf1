import { quoteSqlString } from '../guard/quoteSql';
import type { GrantServer } from './grantServer';
import type { Authentication, AuthMethod, GrantAccount, Require } from './model';
import { limitNames, type Expiry, type LimitName } from './statements';
import { t } from '../l10n';

/** Plugins that a password without a named plugin may be kept by. */
const passwordPlugins: ReadonlySet<string> = new Set([
  'mysql_native_password',
  'caching_sha2_password',
  'sha256_password',
]);

/** Order counts: servers offer the first method first. A placeholder fits any secret that is not empty. */
export function sameAuthentication(expected: Authentication, actual: Authentication): boolean {
  const count = expected.methods.length;
  if (count !== actual.methods.length || (count > 1 && expected.joined !== actual.joined)) return false;
  return expected.methods.every((method, index) => {
    const other = actual.methods[index];
    return other !== undefined && samePlugin(method, other) && (method.secret === 'none') === (other.secret === 'none');
  });
}

function samePlugin({ plugin: a }: AuthMethod, { plugin: b }: AuthMethod): boolean {
  if (a === b) return true;
  if (a !== undefined && b !== undefined) return false;
  return passwordPlugins.has(a ?? b ?? '');
}

/** No secret at all: whoever knows the name gets in. Not so with plugins that look at something else. */
export function isPasswordless({ methods }: Authentication): boolean {
  return methods.some(
    ({ plugin, secret }) => secret === 'none' && (plugin === undefined || passwordPlugins.has(plugin)),
  );
}

export function describeAuthentication({ methods, joined }: Authentication): string {
  return methods
    .map(({ plugin, secret }) => {
      const name = plugin ?? t`the default plugin`;
      return passwordPlugins.has(plugin ?? 'caching_sha2_password') || secret !== 'none'
        ? `${name} ${secret === 'none' ? 'without a password' : 'with a secret'}`
        : name;
    })
    .join(joined === 'or' ? ' or ' : ' and ');
}

export function describeRequire({ kind, issuer, subject, cipher }: Require): string {
  if (kind !== 'specified') return kind.toUpperCase();
  const parts = [
    ['ISSUER', issuer],
    ['SUBJECT', subject],
    ['CIPHER', cipher],
  ] as const;
  return parts.flatMap(([word, text]) => (text === undefined ? [] : [`${word} ${quoteSqlString(text)}`])).join(' ');
}

export function describeExpiry(expiry: Expiry): string {
  return expiry.kind === 'interval' ? `INTERVAL ${expiry.days} DAY` : expiry.kind.toUpperCase();
}

export const noRequire: Require = { kind: 'none' };
export const defaultExpiry: Expiry = { kind: 'default' };

/** Limits to compare: all that the server has where the account is created, else those that are named. */
export function comparedLimits(expected: GrantAccount, { flavor }: GrantServer): readonly LimitName[] {
  return limitNames.filter(
    (name) =>
      expected.limits.has(name) ||
      (expected.created !== undefined && (flavor === 'mariadb' || name !== 'MAX_STATEMENT_TIME')),
  );
}
