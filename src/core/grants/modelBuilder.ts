import { AccountBuilder } from './accountBuilder';
import { accountKey, type AccountName } from './accountName';
import { applyGrant, applyRevoke } from './applyPrivileges';
import type { GrantServer } from './grantServer';
import { allRoles, type Authentication, type NotCompared, type Sourced } from './model';
import { globalScope } from './scope';
import type { AccountNode, AccountStatement, AuthenticationNode, RoleListNode, UserNode } from './statements';
import type { Span } from './tokenizer';

export interface BuildOptions {
  /** Names without a host that are roles although the text does not create them. MariaDB. */
  readonly knownRoles?: readonly string[];
  /** Names without a host that are users. MariaDB. */
  readonly knownUsers?: readonly string[];
  /** What a server answered: keep privileges that this version is not known to have. */
  readonly fromServer?: boolean;
}

export type NamePosition = 'grantee' | 'role' | 'user';

/** Applies statements one by one, as a server would. */
export class ModelBuilder {
  readonly accounts = new Map<string, AccountBuilder>();
  readonly dropped = new Map<string, Sourced<AccountName>>();
  readonly refused: NotCompared[] = [];
  readonly server: GrantServer;
  readonly lenient: boolean;
  readonly #roles: Set<string>;
  readonly #users: Set<string>;
  #database: string | undefined;

  /** Looks through all statements first: whether a bare name is a role depends on what the text creates. */
  constructor(statements: readonly AccountStatement[], server: GrantServer, options: BuildOptions = {}) {
    this.server = server;
    this.lenient = options.fromServer ?? false;
    this.#roles = new Set(options.knownRoles);
    this.#users = new Set(options.knownUsers);
    for (const statement of statements) {
      if (statement.kind === 'createRole') for (const { user } of statement.roles) this.#roles.add(user);
      if (statement.kind !== 'createUser') continue;
      for (const { account } of statement.users) {
        if ((account.host ?? '%') === '%') this.#users.add(account.user);
      }
    }
  }

  get database(): string | undefined {
    return this.#database;
  }

  applyAll(statements: readonly AccountStatement[]): this {
    for (const statement of statements) this.apply(statement);
    return this;
  }

  /**
   * Without a host a name is a role on MariaDB, where the role wins over a user of the same name, and `user`@`%` on
   * MySQL and wherever only users can stand.
   */
  name({ user, host, special }: AccountNode, position: NamePosition): AccountName {
    if (host !== undefined) return { user, host: host.toLowerCase() };
    if (this.server.flavor === 'mysql' || position === 'user') return { user, host: '%' };
    if (special === 'public' || position === 'role' || this.#roles.has(user)) return { user };
    return this.#users.has(user) ? { user, host: '%' } : { user };
  }

  account(node: AccountNode, position: NamePosition): AccountBuilder {
    return this.ensure(this.name(node, position), node.special === 'public');
  }

  ensure(name: AccountName, isPublic = false): AccountBuilder {
    const key = accountKey(name);
    let account = this.accounts.get(key);
    if (!account) {
      const kind = name.host !== undefined ? 'user' : isPublic || name.user === 'PUBLIC' ? 'public' : 'role';
      this.accounts.set(key, (account = new AccountBuilder(key, name, kind)));
    }
    return account;
  }

  apply(statement: AccountStatement): void {
    switch (statement.kind) {
      case 'grant':
        applyGrant(this, statement);
        break;
      case 'revoke':
        applyRevoke(this, statement);
        break;
      case 'grantRoles':
      case 'revokeRoles':
        for (const account of this.grantees(statement.grantees)) this.#changeRoles(account, statement);
        break;
      case 'grantProxy':
        for (const account of this.grantees(statement.grantees)) this.#grantProxy(account, statement);
        break;
      case 'revokeProxy':
        for (const account of this.grantees(statement.grantees)) {
          account.proxies.delete(accountKey(this.name(statement.proxied, 'user')));
        }
        break;
      case 'revokeAll':
        for (const account of this.grantees(statement.grantees)) this.#revokeAll(account);
        break;
      case 'createUser':
        for (const user of statement.users) this.#createUser(user, statement);
        break;
      case 'alterUser':
        for (const user of statement.users) {
          const account = this.account(user.account, 'user');
          this.setAuthentication(account, user.authentication);
          account.applyOptions(statement.options);
          if (statement.options.defaultRoles) this.#setDefaultRoles(account, statement.options.defaultRoles);
        }
        break;
      case 'createRole':
        this.#createRole(statement);
        break;
      case 'dropUser':
      case 'dropRole':
        for (const node of statement.accounts) this.#drop(node, statement.kind === 'dropRole' ? 'role' : 'user');
        break;
      case 'renameUser':
        for (const { from, to } of statement.pairs) this.#rename(this.name(from, 'user'), this.name(to, 'user'), to);
        break;
      case 'setDefaultRole':
        for (const node of statement.accounts) this.#setDefaultRoles(this.account(node, 'user'), statement.list);
        break;
      case 'setPassword':
        if (statement.account) {
          this.setAuthentication(this.account(statement.account, 'user'), statement.authentication);
        }
        break;
      case 'other':
        this.#database = statement.database ?? this.#database;
        break;
      case 'unreadable':
        break;
    }
  }

  grantees(nodes: readonly UserNode[]): readonly AccountBuilder[] {
    return nodes
      .filter(({ account }) => account.special !== 'currentUser')
      .map((node) => {
        const account = this.account(node.account, 'grantee');
        this.setAuthentication(account, node.authentication);
        return account;
      });
  }

  setAuthentication(account: AccountBuilder, node: AuthenticationNode | undefined): void {
    if (!node) return;
    const before = account.authentication?.value.methods[0]?.plugin;
    const value: Authentication = {
      methods: node.methods.map(({ plugin, secret, form }) => {
        // IDENTIFIED BY: MariaDB always means mysql_native_password, MySQL the plugin that the account has.
        const own = plugin ?? (this.server.flavor === 'mariadb' ? 'mysql_native_password' : before);
        return {
          ...(own !== undefined && { plugin: own.toLowerCase() }),
          secret: form === 'via' && !own ? 'none' : secret,
        };
      }),
      joined: node.joined,
    };
    account.authentication = { value, origin: node };
  }

  /** MariaDB takes the roles too (measured), MySQL leaves them. */
  #revokeAll(account: AccountBuilder): void {
    account.scopes.clear();
    if (this.server.flavor === 'mysql') return;
    account.roles.clear();
    account.defaultRoles.clear();
  }

  #createUser(user: UserNode, statement: Extract<AccountStatement, { kind: 'createUser' | 'alterUser' }>): void {
    const account = this.account(user.account, 'user');
    if (account.created && !statement.replace) return;
    if (statement.replace) account.reset();
    this.dropped.delete(account.key);
    account.created = user;
    const plugin = this.server.flavor === 'mariadb' ? { plugin: 'mysql_native_password' } : {};
    account.authentication = {
      value: { methods: [{ ...plugin, secret: 'none' }], joined: 'or' },
      origin: user,
    };
    this.setAuthentication(account, user.authentication);
    account.applyOptions(statement.options);
    if (statement.options.defaultRoles) this.#setDefaultRoles(account, statement.options.defaultRoles);
  }

  #createRole(statement: Extract<AccountStatement, { kind: 'createRole' }>): void {
    for (const node of statement.roles) {
      const account = this.account(node, 'role');
      if (account.created && statement.replace) account.reset();
      this.dropped.delete(account.key);
      account.kind = 'role';
      account.created = node;
      if (!statement.admin || statement.admin.special === 'currentUser') continue;
      const admin = this.account(statement.admin, 'grantee');
      admin.roles.set(account.key, { role: account.name, admin: true, origin: statement.admin });
    }
  }

  #drop(node: AccountNode, position: NamePosition): void {
    const name = this.name(node, position);
    const key = accountKey(name);
    this.accounts.delete(key);
    this.dropped.set(key, { value: name, origin: node });
    for (const account of this.accounts.values()) {
      account.roles.delete(key);
      account.defaultRoles.delete(key);
    }
  }

  #rename(from: AccountName, to: AccountName, origin: Span): void {
    const old = this.accounts.get(accountKey(from));
    if (!old) return;
    this.accounts.delete(old.key);
    this.dropped.set(old.key, { value: from, origin });
    old.key = accountKey(to);
    old.name = to;
    this.accounts.set(old.key, old);
  }

  #changeRoles(
    account: AccountBuilder,
    statement: Extract<AccountStatement, { kind: 'grantRoles' | 'revokeRoles' }>,
  ): void {
    for (const node of statement.roles) {
      const role = this.name(node, 'role');
      const key = accountKey(role);
      const before = account.roles.get(key);
      if (statement.kind === 'grantRoles') {
        // MySQL takes ADMIN OPTION away when the role is granted again without it (measured); MariaDB keeps it.
        const kept = before?.admin === true && this.server.flavor === 'mariadb';
        const admin = statement.adminOption !== undefined || kept;
        account.roles.set(key, { role, admin, origin: node });
      } else if (statement.adminOption) {
        if (before) account.roles.set(key, { ...before, admin: false });
      } else {
        account.roles.delete(key);
        account.defaultRoles.delete(key);
      }
    }
  }

  #grantProxy(
    account: AccountBuilder,
    statement: Extract<AccountStatement, { kind: 'grantProxy' | 'revokeProxy' }>,
  ): void {
    const proxied = this.name(statement.proxied, 'user');
    const key = accountKey(proxied);
    // Granted again without it, PROXY loses its GRANT OPTION on both servers (measured).
    const grantOption = statement.grantOption !== undefined;
    account.proxies.set(key, { proxied, grantOption, origin: statement.proxied });
    // Both servers then write GRANT OPTION into the account's global row too (measured: account multi).
    if (statement.grantOption) account.scopeOf(globalScope, this.server).grantOption ??= statement.grantOption;
  }

  #setDefaultRoles(account: AccountBuilder, list: RoleListNode): void {
    account.defaultRoles.clear();
    if (list.kind === 'all') {
      account.defaultRoles.set(allRoles, { value: { user: 'ALL' }, origin: list });
    }
    for (const node of list.roles) {
      const role = this.name(node, 'role');
      account.defaultRoles.set(accountKey(role), { value: role, origin: node });
    }
  }

  /** The same sentence for every place that leaves a privilege out. */
  refuse(reason: string, origin: Span, account: AccountBuilder): void {
    const item = { reason, origin };
    account.uncertain.push(item);
    if (!this.refused.some((known) => known.origin.start === origin.start && known.reason === reason)) {
      this.refused.push(item);
    }
  }
}
