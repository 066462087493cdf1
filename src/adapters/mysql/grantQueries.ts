import type { AccountName } from '../../core/grants/accountName';
import { quoteIdentifier } from '../../core/guard/quoteSql';
import type { Flavor } from '../../core/replication/reading';
import { isAtLeast } from './greeting';

/**
 * The part of the closed list that reads grants. Names stand in backticks, inside which nothing but a backtick means
 * anything: the same name is asked for under every sql_mode.
 */

/** Answers in the usual quoting, whatever the server's own modes are. Concerns this connection only. */
export const plainQuotingStatement = "SET SESSION sql_mode = '', sql_quote_show_create = 1";
/** MySQL from 8.0.17: hashes as digits. As they are, they hold bytes that are no text. */
export const hexHashesStatement = 'SET SESSION print_identified_with_as_hex = 1';

/**
 * Everyone, by `user` and `host`. Of what MariaDB keeps about an account only these fields are taken, so that no hash
 * leaves the server; numbers come as they are written, for one of 64 bits would lose its lower ones.
 */
const accountsStatements: Readonly<Record<Flavor, string>> = {
  mariadb:
    'SELECT User AS user, Host AS host, ' +
    ['access', 'version_id', 'is_role', 'account_locked', 'password_lifetime', 'password_last_changed']
      .map((field) => `JSON_EXTRACT(Priv, '$.${field}') AS ${field}`)
      .join(', ') +
    ' FROM mysql.global_priv',
  mysql: 'SELECT User AS user, Host AS host FROM mysql.user',
};

export function accountsStatement(flavor: Flavor): string {
  return accountsStatements[flavor];
}

/** As whom we are logged in: the account, which is seldom the name that was given. */
export const ownAccountStatement = 'SELECT CURRENT_USER() AS account';
/** MySQL: among others the dynamic privileges that plugins have registered. */
export const privilegesStatement = 'SHOW PRIVILEGES';

/** Whether `_` and `%` in database names are wild; undefined: this version always takes them so. */
export function partialRevokesStatement(flavor: Flavor, version: string): string | undefined {
  return flavor === 'mysql' && isAtLeast(version, [8, 0, 16]) ? partialRevokes : undefined;
}

const partialRevokes = 'SELECT @@global.partial_revokes AS partial_revokes';

export function showGrantsStatement(name: AccountName): string {
  return `SHOW GRANTS FOR ${quoteName(name)}`;
}

export function showCreateUserStatement(name: AccountName): string {
  return `SHOW CREATE USER ${quoteName(name)}`;
}

/** PUBLIC is a word of MariaDB's grammar, and in backticks a name that nobody has. */
function quoteName({ user, host }: AccountName): string {
  if (host !== undefined) return `${quoteIdentifier(user)}@${quoteIdentifier(host)}`;
  return user === 'PUBLIC' ? user : quoteIdentifier(user);
}

const fixed: ReadonlySet<string> = new Set([
  plainQuotingStatement,
  hexHashesStatement,
  ...Object.values(accountsStatements),
  ownAccountStatement,
  privilegesStatement,
  partialRevokes,
]);
const quoted = '`(?:[^`\\0]|``){0,512}`';
const shapes = [
  new RegExp(`^SHOW GRANTS FOR (?:${quoted}(?:@${quoted})?|PUBLIC)$`),
  new RegExp(`^SHOW CREATE USER ${quoted}@${quoted}$`),
];

export function isGrantRead(text: string): boolean {
  return fixed.has(text) || shapes.some((shape) => shape.test(text));
}
