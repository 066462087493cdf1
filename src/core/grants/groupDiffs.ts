import { accountLabel, compareAccounts, type AccountName } from './accountName';
import type { AccountDiff, AccountState, DiffItem } from './diffItem';
import type { GrantDiff } from './diffGrants';
import { t } from '../l10n';
import { formatCount } from '../words';

/** What several instances say about one account. */
export interface AccountGroup {
  readonly key: string;
  readonly name: AccountName;
  /** Instances that agree are one group; the fewest instances first, as they are the outliers. */
  readonly groups: readonly {
    readonly instances: readonly string[];
    readonly state: AccountState;
    readonly items: readonly DiffItem[];
    /** Of the first instance. */
    readonly diff: AccountDiff;
  }[];
}

export interface GroupedDiffs {
  readonly accounts: readonly AccountGroup[];
  /** How many instances were compared: those of `groups` may be fewer where an account is extra on some only. */
  readonly instances: readonly string[];
}

/** Joins the diffs of one template against several instances. */
export function groupDiffs(diffs: readonly { readonly instance: string; readonly diff: GrantDiff }[]): GroupedDiffs {
  const accounts = new Map<
    string,
    { name: AccountName; groups: Map<string, { instances: string[]; diff: AccountDiff }> }
  >();
  for (const { instance, diff } of diffs) {
    for (const one of diff.accounts) {
      const account = accounts.get(one.key) ?? {
        name: one.name,
        groups: new Map<string, { instances: string[]; diff: AccountDiff }>(),
      };
      accounts.set(one.key, account);
      const fingerprint = fingerprintOf(one);
      const group = account.groups.get(fingerprint);
      if (group) group.instances.push(instance);
      else account.groups.set(fingerprint, { instances: [instance], diff: one });
    }
  }
  return {
    instances: diffs.map(({ instance }) => instance),
    accounts: [...accounts]
      .map(([key, { name, groups }]) => ({
        key,
        name,
        groups: [...groups.values()]
          .map(({ instances, diff }) => ({ instances, diff, state: diff.state, items: diff.items }))
          .sort((a, b) => a.instances.length - b.instances.length || rank(a.state) - rank(b.state)),
      }))
      .sort((a, b) => compareAccounts(a.name, b.name)),
  };
}

function rank(state: AccountState): number {
  return ['missing', 'differs', 'notCompared', 'extra', 'match'].indexOf(state);
}

/** Equal for the same differences. Not the order of what the server answered. */
function fingerprintOf({ state, items }: AccountDiff): string {
  const texts = items.map(({ target, verdict, expected, actual }) =>
    JSON.stringify([target, verdict, expected, actual]),
  );
  return JSON.stringify([state, texts.sort()]);
}

/** Instances on which the statement's account is as the template says; for a CodeLens. */
export function describeGroup({ name, groups }: AccountGroup, total: number): string {
  const matching = groups.filter(({ state }) => state === 'match').flatMap(({ instances }) => instances).length;
  if (matching === total) return t`✓ ${matching} of ${formatCount(total, 'instance')}`;
  const [worst] = groups.filter(({ state }) => state !== 'match');
  if (!worst) return t`${accountLabel(name)}: ${matching} of ${total}`;
  const words: Readonly<Record<AccountState, string>> = {
    missing: t`✗ missing on`,
    differs: t`✗ differs on`,
    notCompared: t`? not compared on`,
    extra: t`only on`,
    match: '✓',
  };
  const more = groups.filter(({ state }) => state !== 'match').flatMap(({ instances }) => instances).length - 1;
  return `${words[worst.state]} ${worst.instances[0] ?? ''}${more > 0 ? t` and ${more} more` : ''}`;
}
