import type { AccountName } from './accountName';
import { compareText } from './accountName';
import type {
  AccountKind,
  AccountPart,
  Authentication,
  GrantAccount,
  Held,
  NotCompared,
  ProxyGrant,
  Require,
  RoleEdge,
  ScopeGrants,
  Sourced,
} from './model';
import { scopeKey, type Scope } from './scope';
import type { AccountOptionsNode, Expiry, LimitName } from './statements';
import type { GrantServer } from './grantServer';
import type { Span } from './tokenizer';

/** `ScopeGrants` while it is filled. */
export class ScopeBuilder implements ScopeGrants {
  readonly scope: Scope;
  readonly key: string;
  readonly privileges = new Map<string, Held>();
  readonly columns = new Map<string, Map<string, Held>>();
  readonly revoked = new Map<string, Held>();
  declare grantOption?: Span;

  constructor(scope: Scope, key: string) {
    this.scope = scope;
    this.key = key;
  }

  get isEmpty(): boolean {
    const held = this.privileges.size + this.columns.size + this.revoked.size;
    return held === 0 && this.grantOption === undefined;
  }

  addColumns(privilege: string, columns: readonly string[], origin: Span): void {
    const held = this.columns.get(privilege) ?? new Map<string, Held>();
    for (const column of columns) held.set(column.toLowerCase(), { origin });
    this.columns.set(privilege, held);
  }

  removeColumns(privilege: string, columns: readonly string[]): void {
    const held = this.columns.get(privilege);
    for (const column of columns) held?.delete(column.toLowerCase());
    if (held?.size === 0) this.columns.delete(privilege);
  }
}

/** `GrantAccount` while statements are applied to it. */
export class AccountBuilder implements GrantAccount {
  key: string;
  name: AccountName;
  kind: AccountKind;
  readonly scopes = new Map<string, ScopeBuilder>();
  readonly roles = new Map<string, RoleEdge>();
  readonly defaultRoles = new Map<string, Sourced<AccountName>>();
  readonly proxies = new Map<string, ProxyGrant>();
  readonly limits = new Map<LimitName, Sourced<number>>();
  readonly options = new Map<string, Sourced<string>>();
  readonly unknown = new Map<AccountPart, string>();
  readonly uncertain: NotCompared[] = [];
  declare created?: Span;
  declare authentication?: Sourced<Authentication>;
  declare require?: Sourced<Require>;
  declare locked?: Sourced<boolean>;
  declare expiry?: Sourced<Expiry>;

  constructor(key: string, name: AccountName, kind: AccountKind) {
    this.key = key;
    this.name = name;
    this.kind = kind;
  }

  scopeOf(scope: Scope, server: GrantServer): ScopeBuilder {
    const key = scopeKey(scope, server);
    let grants = this.scopes.get(key);
    if (!grants) this.scopes.set(key, (grants = new ScopeBuilder(scope, key)));
    return grants;
  }

  /** Forgets the scope when nothing is left in it. */
  tidy(grants: ScopeBuilder): void {
    if (grants.isEmpty) this.scopes.delete(grants.key);
  }

  /** What the options name; the rest stays as it is. */
  applyOptions({ require, limits, locked, expiry, others }: AccountOptionsNode): void {
    if (require) {
      const { kind, issuer, subject, cipher } = require;
      const value = {
        kind,
        ...(issuer !== undefined && issuer !== '' && { issuer }),
        ...(subject !== undefined && subject !== '' && { subject }),
        ...(cipher !== undefined && cipher !== '' && { cipher }),
      };
      this.require = { value, origin: require };
    }
    for (const limit of limits) this.limits.set(limit.name, { value: limit.value, origin: limit });
    if (locked) this.locked = { value: locked.value, origin: locked };
    if (expiry) this.expiry = { value: expiry.value, origin: expiry };
    if (this.created) this.#dropDefaults();
    for (const option of others) {
      const value = option.name === 'ATTRIBUTE' ? sortedJson(option.value) : option.value;
      // 0 is FAILED_LOGIN_ATTEMPTS' and PASSWORD_LOCK_TIME's way to say that they do not apply.
      const isDefault = value === 'DEFAULT' || (value === '0' && !option.name.startsWith('PASSWORD H'));
      if (isDefault) this.options.delete(option.name);
      else this.options.set(option.name, { value, origin: option });
    }
  }

  /** What is created has the defaults anyway: the normal form does not name them. */
  #dropDefaults(): void {
    if (this.require?.value.kind === 'none') delete this.require;
    if (this.locked?.value === false) delete this.locked;
    if (this.expiry?.value.kind === 'default') delete this.expiry;
    for (const [name, { value }] of this.limits) if (value === 0) this.limits.delete(name);
  }

  /** MySQL keeps roles as accounts that nobody can log in to; how they are kept means nothing. */
  becomeRole(): void {
    this.kind = 'role';
    this.limits.clear();
    this.options.clear();
    for (const part of ['authentication', 'require', 'locked', 'expiry'] as const) {
      // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- a closed list of own properties.
      delete this[part];
    }
  }

  /** Everything gone but the name, as after DROP and CREATE. */
  reset(): void {
    for (const map of [this.scopes, this.roles, this.defaultRoles, this.proxies, this.limits, this.options])
      map.clear();
    for (const part of ['created', 'authentication', 'require', 'locked', 'expiry'] as const) {
      // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- a closed list of own properties.
      delete this[part];
    }
  }
}

/** The same object reads the same, in whatever order its keys were written. */
function sortedJson(text: string): string {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return text;
    return JSON.stringify(Object.fromEntries(Object.entries(value).sort(([a], [b]) => compareText(a, b))));
  } catch {
    return text;
  }
}
