import { accountKey, accountLabel, type AccountName } from './accountName';
import { describeItem } from './describeItem';
import type { GrantDiff } from './diffGrants';
import { stateOf, type AccountDiff, type AccountState, type DiffItem, type Verdict } from './diffItem';
import type { AccountPart, GrantAccount } from './model';
import { scopeKey } from './scope';
import type { AccountStatement } from './statements';
import type { GrantTemplate } from './template';
import type { Span } from './tokenizer';

/** A statement of the expanded text, and the accounts that it changes. */
export interface PlacedStatement {
  readonly statement: AccountStatement;
  readonly names: readonly AccountName[];
}

/** One difference at its place in the file. */
export interface PlacedNote extends Span {
  readonly account: string;
  readonly verdict: Verdict;
  /** To stand after the account's name. */
  readonly text: string;
  readonly expected?: string;
  readonly actual?: string;
  /** Of `notCompared`: why, a sentence. */
  readonly reason?: string;
}

export interface PlacedState {
  readonly placed: PlacedStatement;
  readonly state: Exclude<AccountState, 'extra'>;
  readonly notes: readonly PlacedNote[];
}

/**
 * What each statement comes to on one server. Differences stand at the statement that asks for what is missing, or that
 * grants on the same scope as what is too much; the rest at the first statement about the account.
 */
export function placeItems(
  statements: readonly PlacedStatement[],
  diff: GrantDiff,
  template: GrantTemplate,
): readonly PlacedState[] {
  const byAccount = new Map<string, PlacedStatement[]>();
  for (const placed of statements) {
    for (const name of placed.names) {
      const key = accountKey(name);
      const group = byAccount.get(key);
      if (group) group.push(placed);
      else byAccount.set(key, [placed]);
    }
  }
  const found = new Map(statements.map((placed) => [placed, { items: [] as DiffItem[], notes: [] as PlacedNote[] }]));
  const missing = new Set<PlacedStatement>();
  const put = (placed: PlacedStatement, account: string, item: DiffItem): void => {
    const { verdict, expected, actual } = item;
    const span = item.origin !== undefined && holds(placed, item.origin) ? item.origin : placed.statement;
    const entry = found.get(placed);
    entry?.items.push(item);
    entry?.notes.push({
      ...template.toSource(span),
      ...{ account, verdict, text: describeItem(item) },
      ...(expected !== undefined && (verdict === 'notCompared' ? { reason: expected } : { expected })),
      ...(actual !== undefined && { actual }),
    });
  };
  for (const one of diff.accounts) {
    const own = byAccount.get(one.key) ?? [];
    if (one.state === 'missing') for (const placed of own) missing.add(placed);
    for (const item of one.items) {
      for (const placed of placesOf(item, one, own, template)) put(placed, accountLabel(one.name), item);
    }
  }
  // Also what names no account that could be told, and privileges that this version refuses.
  for (const { origin, reason } of diff.notCompared) {
    const placed = statements.find((each) => holds(each, origin));
    const known = placed && found.get(placed);
    if (!placed || known?.items.some(({ verdict }) => verdict === 'notCompared')) continue;
    const item = {
      target: { kind: 'statement', name: 'statement' },
      verdict: 'notCompared',
      expected: reason,
    } as const;
    put(placed, placed.names.map(accountLabel).join(', '), item);
  }
  return statements.map((placed) => {
    const { items = [], notes = [] } = found.get(placed) ?? {};
    const state = stateOf(items);
    return { placed, state: missing.has(placed) && state !== 'notCompared' ? 'missing' : state, notes };
  });
}

function holds({ statement }: PlacedStatement, { start }: Span): boolean {
  return statement.start <= start && start < Math.max(statement.end, statement.start + 1);
}

function placesOf(
  item: DiffItem,
  { expected, actual }: AccountDiff,
  own: readonly PlacedStatement[],
  { server }: GrantTemplate,
): readonly PlacedStatement[] {
  const { origin, target, verdict } = item;
  const [first] = own;
  // A whole account that nobody could look at leaves every statement about it open.
  if (target.kind === 'account' && verdict === 'notCompared' && actual === undefined) return own;
  if (target.kind === 'part') {
    const concerned = own.filter(({ statement }) => concerns(statement, target.name as AccountPart));
    return concerned.length > 0 ? concerned : own;
  }
  if (origin !== undefined) {
    const at = own.find((placed) => holds(placed, origin));
    return at ? [at] : first ? [first] : [];
  }
  const near = 'scope' in target && expected ? originIn(expected, scopeKey(target.scope, server)) : undefined;
  const wanted =
    near !== undefined
      ? own.find((placed) => holds(placed, near))
      : target.kind === 'role' || target.kind === 'adminOption'
        ? own.find(({ statement }) => statement.kind === 'grantRoles')
        : undefined;
  const placed = wanted ?? first;
  return placed ? [placed] : [];
}

function originIn({ scopes }: GrantAccount, key: string): Span | undefined {
  const grants = scopes.get(key);
  if (!grants) return undefined;
  for (const { origin } of grants.privileges.values()) return origin;
  for (const held of grants.columns.values()) for (const { origin } of held.values()) return origin;
  return grants.grantOption;
}

/** Whether the statement asks for something of that part. */
function concerns({ kind }: AccountStatement, part: AccountPart): boolean {
  switch (part) {
    case 'privileges':
      return kind === 'grant' || kind === 'revoke' || kind === 'revokeAll';
    case 'roles':
      return kind === 'grantRoles' || kind === 'revokeRoles';
    case 'proxies':
      return kind === 'grantProxy' || kind === 'revokeProxy';
    case 'defaultRoles':
      return kind === 'setDefaultRole' || kind === 'grantRoles';
    case 'authentication':
    case 'require':
    case 'limits':
    case 'lock':
    case 'expiry':
    case 'options':
      return kind === 'createUser' || kind === 'alterUser' || kind === 'setPassword';
  }
}
