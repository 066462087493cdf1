import type { AccountName } from './accountName';
import type { GrantAccount } from './model';
import type { Scope } from './scope';
import type { LimitName } from './statements';
import type { Span } from './tokenizer';

export type Verdict = 'missing' | 'extra' | 'different' | 'redundant' | 'notCompared';

/** What an item is about, as data: words for it are made at the edge, and fix SQL from it. */
export type DiffTarget =
  | { readonly kind: 'account' }
  /** `privilege` is ALL where every privilege of the scope is meant; `names` has them then. */
  | {
      readonly kind: 'privilege';
      readonly scope: Scope;
      readonly privilege: string;
      readonly names?: readonly string[];
      readonly column?: string;
    }
  | { readonly kind: 'grantOption'; readonly scope: Scope }
  /** GRANT OPTION of one dynamic privilege of MySQL. */
  | { readonly kind: 'dynamicGrantOption'; readonly privilege: string }
  | { readonly kind: 'partialRevoke'; readonly scope: Scope; readonly privilege: string }
  | { readonly kind: 'role' | 'adminOption'; readonly role: AccountName }
  | { readonly kind: 'defaultRole' }
  | { readonly kind: 'proxy' | 'proxyGrantOption'; readonly proxied: AccountName }
  | { readonly kind: 'authentication' | 'require' | 'lock' | 'expiry' }
  | { readonly kind: 'limit'; readonly name: LimitName }
  | { readonly kind: 'option'; readonly name: string }
  /** A statement or a part that was not evaluated. */
  | { readonly kind: 'statement' | 'part'; readonly name: string };

export interface DiffItem {
  readonly target: DiffTarget;
  readonly verdict: Verdict;
  /** What the template has; undefined: nothing. Of `notCompared`: the reason. */
  readonly expected?: string;
  /** What the server has; undefined: nothing. */
  readonly actual?: string;
  /** In the template's expanded text. */
  readonly origin?: Span;
}

export type AccountState = 'match' | 'differs' | 'missing' | 'extra' | 'notCompared';

export interface AccountDiff {
  readonly key: string;
  readonly name: AccountName;
  readonly state: AccountState;
  readonly items: readonly DiffItem[];
  readonly expected?: GrantAccount;
  readonly actual?: GrantAccount;
  /** Accounts of the server alone that some clients get instead of this one: a more specific host, or no user name. */
  readonly shadowedBy: readonly AccountName[];
  /** Accounts of the server that were perhaps meant by a missing one: other spelling of the host, case, a backslash. */
  readonly similar: readonly AccountName[];
}

/** A difference that counts first, then what is left open; redundant items change nothing. */
export function stateOf(items: readonly DiffItem[]): 'match' | 'differs' | 'notCompared' {
  const has = (...verdicts: readonly Verdict[]) => items.some(({ verdict }) => verdicts.includes(verdict));
  if (has('missing', 'extra', 'different')) return 'differs';
  return has('notCompared') ? 'notCompared' : 'match';
}
