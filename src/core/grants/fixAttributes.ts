import { accountLabel } from './accountName';
import { quoteIdentifier } from '../guard/quoteSql';
import { defaultExpiry, describeRequire, isPasswordless, noRequire } from './compareAttributes';
import type { DiffItem } from './diffItem';
import type { GrantServer } from './grantServer';
import type { AuthMethod, GrantAccount } from './model';
import { renderAuthentication, renderExpiry, renderOption } from './renderGrants';
import { t } from '../l10n';

export type SecretText = (account: GrantAccount, method: AuthMethod, index: number) => string;

/** One ALTER USER with what differs, after a comment that says what it is now. */
export function fixAttributes(
  items: readonly DiffItem[],
  expected: GrantAccount,
  server: GrantServer,
  secret: SecretText,
): readonly string[] {
  if (items.length === 0) return [];
  const label = accountLabel(expected.name);
  const clauses: string[] = [];
  const limits: string[] = [];
  for (const { target } of items) {
    switch (target.kind) {
      case 'authentication':
        clauses.unshift(authenticationClause(expected, server, secret));
        break;
      case 'require':
        clauses.push(`REQUIRE ${describeRequire(expected.require?.value ?? noRequire)}`);
        break;
      case 'limit':
        limits.push(`${target.name} ${expected.limits.get(target.name)?.value ?? 0}`);
        break;
      case 'lock':
        clauses.push(`ACCOUNT ${expected.locked?.value ? 'LOCK' : 'UNLOCK'}`);
        break;
      case 'expiry':
        clauses.push(renderExpiry(expected.expiry?.value ?? defaultExpiry));
        break;
      case 'option':
        clauses.push(optionClause(target.name, expected));
        break;
      default:
        break;
    }
  }
  // Servers want REQUIRE, then WITH, then lock and expiry.
  const order = (clause: string) => ['IDENTIFIED', 'REQUIRE', 'WITH'].findIndex((word) => clause.startsWith(word));
  const all = [...clauses, ...(limits.length > 0 ? [`WITH ${limits.join(' ')}`] : [])];
  const rank = (clause: string) => (order(clause) < 0 ? 9 : order(clause));
  const why = items.map(
    ({ actual, expected: wanted }) => t`${actual ?? t`nothing`} here, ${wanted ?? t`nothing`} in the template`,
  );
  return [
    `-- ${`${label}: ${why.join('; ')}.`.replace(/[\r\n]+/g, ' ')}`,
    ...(server.flavor === 'mysql' && items.some(isIntervalToDefault)
      ? [
          t`-- MySQL would go on with the interval until its next start: from NEVER, DEFAULT counts at once.`,
          `ALTER USER ${label} PASSWORD EXPIRE NEVER;`,
        ]
      : []),
    `ALTER USER ${label} ${all.sort((a, b) => rank(a) - rank(b)).join(' ')};`,
  ];
}

/** Measured on 9.7.4: DEFAULT reaches `mysql.user`, and not what the server has in memory. */
function isIntervalToDefault({ target, expected, actual }: DiffItem): boolean {
  return target.kind === 'expiry' && expected === 'DEFAULT' && actual?.startsWith('INTERVAL') === true;
}

function authenticationClause(expected: GrantAccount, server: GrantServer, secret: SecretText): string {
  const said = expected.authentication?.value;
  const wanted = said && server.flavor === 'mysql' ? { ...said, methods: said.methods.map(withPlugin) } : said;
  const only = wanted?.methods.length === 1 ? wanted.methods[0] : undefined;
  if (server.flavor === 'mysql' && only?.plugin !== undefined && wanted && isPasswordless(wanted)) {
    // Without BY, MySQL would expire the password (measured).
    return `IDENTIFIED WITH ${quoteIdentifier(only.plugin)} BY ''`;
  }
  const clause = wanted ? renderAuthentication(wanted, expected, server, { secret }) : '';
  // No clause would leave the present secret as it is.
  return clause === '' ? "IDENTIFIED BY ''" : clause;
}

/** MySQL: an ALTER USER that names no plugin would keep the one that the account has. */
function withPlugin(method: AuthMethod): AuthMethod {
  return { plugin: 'caching_sha2_password', ...method };
}

function optionClause(name: string, { options }: GrantAccount): string {
  const value = options.get(name)?.value;
  if (value !== undefined) return renderOption(name, value);
  if (name === 'ATTRIBUTE') return "ATTRIBUTE '{}'";
  return name.startsWith('PASSWORD ') ? `${name} DEFAULT` : `${name} 0`;
}
