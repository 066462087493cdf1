import { coveringGrantOption, coveringScope } from './coverage';
import type { DiffItem, DiffTarget, Verdict } from './diffItem';
import type { GrantServer } from './grantServer';
import type { GrantAccount, Held, ScopeGrants } from './model';
import { comparePrivileges, expandAll, printedName } from './privileges';
import { compareScopes, scopeLabel, scopeLevel, type Scope } from './scope';
import type { Span } from './tokenizer';
import { t } from '../l10n';

interface Side {
  readonly own: GrantAccount;
  readonly other: GrantAccount;
  readonly absent: 'missing' | 'extra';
}

/** Privileges, columns, GRANT OPTION and partial revokes of one account, scope by scope. */
export function diffPrivileges(expected: GrantAccount, actual: GrantAccount, server: GrantServer): readonly DiffItem[] {
  const scopes = new Map<string, Scope>();
  for (const { scopes: held } of [expected, actual]) for (const [key, { scope }] of held) scopes.set(key, scope);
  const items: DiffItem[] = [];
  for (const [key, scope] of [...scopes].sort(([, a], [, b]) => compareScopes(a, b))) {
    const wanted = expected.scopes.get(key);
    const found = actual.scopes.get(key);
    items.push(
      ...collapse(oneSided(wanted, found, { own: expected, other: actual, absent: 'missing' }, server), scope, server),
      ...collapse(oneSided(found, wanted, { own: actual, other: expected, absent: 'extra' }, server), scope, server),
      ...dynamicOptions(wanted, found),
      ...partialRevokes(scope, wanted, found),
    );
  }
  return items;
}

/** What `own` has and `other` has not. */
function oneSided(
  own: ScopeGrants | undefined,
  other: ScopeGrants | undefined,
  side: Side,
  server: GrantServer,
): readonly DiffItem[] {
  if (!own) return [];
  const { scope } = own;
  const label = scopeLabel(scope);
  const items: DiffItem[] = [];
  const add = (target: DiffTarget, covered: Scope | undefined, origin: Span, text: string) => {
    const where = covered && t`${text} by ${scopeLabel(covered)}`;
    const verdict: Verdict = covered ? 'redundant' : side.absent;
    items.push(
      side.absent === 'missing'
        ? { target, verdict, expected: text, ...(where !== undefined && { actual: where }), origin }
        : { target, verdict, actual: text, ...(where !== undefined && { expected: where }) },
    );
  };
  for (const privilege of [...own.privileges.keys()].sort(comparePrivileges(server))) {
    if (other?.privileges.has(privilege)) continue;
    const origin = own.privileges.get(privilege)?.origin ?? { start: 0, end: 0 };
    const covered = coveringScope(side.other, scope, privilege, server);
    add({ kind: 'privilege', scope, privilege }, covered, origin, t`${printedName(privilege, server)} on ${label}`);
  }
  for (const [privilege, columns] of own.columns) {
    for (const [column, { origin }] of columns) {
      if (other?.columns.get(privilege)?.has(column)) continue;
      const covered = coveringScope(side.other, scope, privilege, server, column);
      add({ kind: 'privilege', scope, privilege, column }, covered, origin, `${privilege} (\`${column}\`) on ${label}`);
    }
  }
  if (own.grantOption && !other?.grantOption) {
    const covered = coveringGrantOption(side.other, scope, server);
    add({ kind: 'grantOption', scope }, covered, own.grantOption, `GRANT OPTION on ${label}`);
  }
  return items;
}

/** One item for ALL where every privilege of the scope has the same verdict: not forty of them. */
function collapse(items: readonly DiffItem[], scope: Scope, server: GrantServer): readonly DiffItem[] {
  const all = expandAll(scopeLevel(scope), server);
  const verdict = items[0]?.verdict;
  const whole = items.filter(
    (item) =>
      item.verdict === verdict &&
      item.target.kind === 'privilege' &&
      item.target.column === undefined &&
      all.includes(item.target.privilege),
  );
  const [example] = whole;
  if (!example || all.length < 2 || whole.length < all.length) return items;
  const text = `ALL PRIVILEGES on ${scopeLabel(scope)}`;
  const collapsed: DiffItem = {
    ...example,
    target: { kind: 'privilege', scope, privilege: 'ALL', names: all },
    ...(example.expected !== undefined && { expected: example.verdict === 'extra' ? example.expected : text }),
    ...(example.actual !== undefined && { actual: example.verdict === 'extra' ? text : example.actual }),
  };
  return [collapsed, ...items.filter((item) => !whole.includes(item))];
}

/** MySQL: both hold a dynamic privilege, and may not pass it on alike. */
function dynamicOptions(wanted: ScopeGrants | undefined, found: ScopeGrants | undefined): readonly DiffItem[] {
  const items: DiffItem[] = [];
  for (const [privilege, { grantable, origin }] of wanted?.privileges ?? []) {
    const other = found?.privileges.get(privilege);
    if (!other || other.grantable === grantable) continue;
    const text = `GRANT OPTION for ${privilege}`;
    const target = { kind: 'dynamicGrantOption', privilege } as const;
    items.push(
      grantable
        ? { target, verdict: 'missing', expected: text, origin }
        : { target, verdict: 'extra', actual: text, origin },
    );
  }
  return items;
}

function partialRevokes(
  scope: Scope,
  wanted: ScopeGrants | undefined,
  found: ScopeGrants | undefined,
): readonly DiffItem[] {
  const only = (own: ScopeGrants | undefined, other: ScopeGrants | undefined): readonly (readonly [string, Held])[] =>
    [...(own?.revoked ?? [])].filter(([privilege]) => !other?.revoked.has(privilege));
  const text = (privilege: string) => t`${privilege} revoked on ${scopeLabel(scope)}`;
  return [
    ...only(wanted, found).map(([privilege, { origin }]): DiffItem => ({
      target: { kind: 'partialRevoke', scope, privilege },
      verdict: 'missing',
      expected: text(privilege),
      origin,
    })),
    ...only(found, wanted).map(([privilege]): DiffItem => ({
      target: { kind: 'partialRevoke', scope, privilege },
      verdict: 'extra',
      actual: text(privilege),
    })),
  ];
}
