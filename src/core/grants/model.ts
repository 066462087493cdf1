import type { AccountName } from './accountName';
import type { GrantServer } from './grantServer';
import type { Scope } from './scope';
import type { Expiry, LimitName, RequireKind, Secret } from './statements';
import type { Span } from './tokenizer';

/**
 * The normal form of a set of accounts: one meaning for a template and for what a server answers. Every item keeps the
 * range of the text that it came from. No secret and no hash is in it.
 */

export interface Sourced<T> {
  readonly value: T;
  readonly origin: Span;
}

export interface Held {
  readonly origin: Span;
  /** MySQL's dynamic privileges only: they have a GRANT OPTION each. */
  readonly grantable?: boolean;
}

export interface ScopeGrants {
  readonly scope: Scope;
  /** By the name that this flavor compares by. ALL is expanded; GRANT OPTION and USAGE are none. */
  readonly privileges: ReadonlyMap<string, Held>;
  /** Privilege to columns in lower case. */
  readonly columns: ReadonlyMap<string, ReadonlyMap<string, Held>>;
  readonly grantOption?: Span;
  /** MySQL's partial revokes: held globally, not here. */
  readonly revoked: ReadonlyMap<string, Held>;
}

export interface RoleEdge {
  readonly role: AccountName;
  readonly admin: boolean;
  readonly origin: Span;
}

export interface ProxyGrant {
  readonly proxied: AccountName;
  readonly grantOption: boolean;
  readonly origin: Span;
}

export interface AuthMethod {
  /** Lower case. Undefined: the server's default for passwords (MySQL; MariaDB always has the same). */
  readonly plugin?: string;
  readonly secret: Secret;
}

export interface Authentication {
  /** Alternatives in the order in which they are tried, or factors. */
  readonly methods: readonly AuthMethod[];
  readonly joined: 'or' | 'and';
}

export interface Require {
  readonly kind: RequireKind;
  readonly issuer?: string;
  readonly subject?: string;
  readonly cipher?: string;
}

/** What a server may leave untold, or a template open. */
export type AccountPart =
  | 'privileges'
  | 'roles'
  | 'defaultRoles'
  | 'proxies'
  | 'authentication'
  | 'require'
  | 'limits'
  | 'lock'
  | 'expiry'
  | 'options';

/** Something that the comparison leaves out, with the reason as a sentence. */
export interface NotCompared {
  readonly origin: Span;
  /** What it says is not known: it holds an open value, or is not understood, which is a problem of its own already. */
  readonly cause?: 'open' | 'unreadable';
  readonly reason: string;
}

export type AccountKind = 'user' | 'role' | 'public';

/** A part that is undefined was not said. For an account that is `created`, it then has the server's default. */
export interface GrantAccount {
  readonly key: string;
  readonly name: AccountName;
  readonly kind: AccountKind;
  /** Where it is created. Undefined: the text only grants to it. On a server: where it is listed. */
  readonly created?: Span;
  readonly scopes: ReadonlyMap<string, ScopeGrants>;
  readonly roles: ReadonlyMap<string, RoleEdge>;
  /** By role key; `all` stands for all roles that are granted. */
  readonly defaultRoles: ReadonlyMap<string, Sourced<AccountName>>;
  readonly proxies: ReadonlyMap<string, ProxyGrant>;
  readonly authentication?: Sourced<Authentication>;
  readonly require?: Sourced<Require>;
  /** Absent: 0, no limit, where the account is created. */
  readonly limits: ReadonlyMap<LimitName, Sourced<number>>;
  readonly locked?: Sourced<boolean>;
  readonly expiry?: Sourced<Expiry>;
  /** MySQL's further options that are not the default. */
  readonly options: ReadonlyMap<string, Sourced<string>>;
  /** Parts that the server did not tell, with the reason. */
  readonly unknown: ReadonlyMap<AccountPart, string>;
  /** Statements about this account that could not be evaluated. */
  readonly uncertain: readonly NotCompared[];
}

export interface GrantModel {
  readonly server: GrantServer;
  readonly accounts: ReadonlyMap<string, GrantAccount>;
  /** What the accounts would be if every statement that was not compared took effect. Empty: all were. */
  readonly possible: ReadonlyMap<string, GrantAccount>;
  /** Accounts that the text drops. */
  readonly dropped: ReadonlyMap<string, Sourced<AccountName>>;
  /** Everything that was not evaluated, in the order of the text, also where no account could be told. */
  readonly notCompared: readonly NotCompared[];
  /** Accounts with a name that the template leaves open: any account that fits may be meant. */
  readonly openAccounts: readonly Sourced<AccountName>[];
}

/** Key of `defaultRoles` for SET DEFAULT ROLE ALL. */
export const allRoles = 'all';
