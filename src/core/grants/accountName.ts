import { quoteAccount, quoteIdentifier } from '../guard/quoteSql';

export interface AccountName {
  readonly user: string;
  /** In lower case, as servers keep it. Undefined: a MariaDB role, or PUBLIC. */
  readonly host?: string;
}

/** User names are case sensitive, hosts are not; IPv6 text is compared as it is written, as servers do. */
export function accountKey({ user, host }: AccountName): string {
  return host === undefined ? `role\0${user}` : `user\0${user}\0${host.toLowerCase()}`;
}

/** `'user'@'host'`, `` `role` ``, `PUBLIC`: as SQL takes it. */
export function accountLabel(name: AccountName): string {
  if (name.host !== undefined) return quoteAccount(name.user, name.host);
  return name.user === 'PUBLIC' ? 'PUBLIC' : quoteIdentifier(name.user);
}

/** Roles by name, then users by name and host; PUBLIC last. */
export function compareAccounts(a: AccountName, b: AccountName): number {
  const rank = ({ user, host }: AccountName) => (host !== undefined ? 1 : user === 'PUBLIC' ? 2 : 0);
  return rank(a) - rank(b) || compareText(a.user, b.user) || compareText(a.host ?? '', b.host ?? '');
}

export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Accounts of the server's own, which no template makes. */
const reserved: ReadonlySet<string> = new Set(
  ['mariadb.sys', 'mysql.sys', 'mysql.session', 'mysql.infoschema'].map((user) =>
    accountKey({ user, host: 'localhost' }),
  ),
);

export function isReserved(name: AccountName): boolean {
  return reserved.has(accountKey(name));
}
