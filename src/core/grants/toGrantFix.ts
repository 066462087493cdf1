import { accountLabel, type AccountName } from './accountName';
import type { AccountDiff, DiffItem } from './diffItem';
import type { SecretText } from './fixAttributes';
import { fixParts, isDropped, type FixParts } from './fixSql';
import type { GrantFix, GrantSecret } from './grantFix';
import type { GrantServer } from './grantServer';
import type { compareTemplate } from './reviewTemplate';
import { t } from '../l10n';

type Compared = Pick<ReturnType<typeof compareTemplate>, 'template' | 'diff' | 'problems'>;

/** @throws with a sentence when the file is no template for this server */
export function toGrantFix(
  { template, diff, problems }: Compared,
  { server, path, readAt }: { readonly server: GrantServer; readonly path: string; readonly readAt: string },
): GrantFix {
  if (template.refused !== undefined) throw new Error(template.refused);
  const secrets: GrantSecret[] = [];
  const secret: SecretText = ({ name }) => {
    const at = secrets.length + 1;
    secrets.push({ name: `password${at}`, label: t`password of ${accountLabel(name)}` });
    return `<password${at}>`;
  };
  const parts = fixParts(diff.accounts, { server, secret });
  const lines = [...parts.roles, ...parts.users, ...parts.grants, ...parts.defaultRoles];
  const undo = diff.accounts.map((account) => undoOf(account, server));
  const strange = [...statementsIn(lines), ...statementsIn(parts.extras)].filter(hasFalseMark);
  return {
    ...{ template: path, readAt, secrets },
    adds: statementsIn(lines).map(mark),
    takes: statementsIn(parts.extras).map(mark),
    undoAdds: undo.flatMap(({ adds }) => adds).join('\n'),
    undoTakes: undo.flatMap(({ takes }) => takes).join('\n'),
    byHand: [
      ...diff.accounts.flatMap(decidedByHand),
      ...strange.map(() => t`A name in it looks like the mark of a password: run that statement by hand.`),
    ],
    errors: problems.flatMap(({ severity, message }) => (severity === 'error' ? [message] : [])),
    notCompared:
      diff.notCompared.length +
      diff.accounts.flatMap(({ expected, items }) =>
        expected === undefined ? [] : items.filter(({ verdict }) => verdict === 'notCompared'),
      ).length,
    changed: diff.accounts.flatMap(({ name, state }) =>
      state === 'missing' || state === 'differs' ? [accountLabel(name)] : [],
    ),
    accounts: diff.accounts.flatMap((account) =>
      account.expected !== undefined || isDropped(account) ? [named(account.name)] : [],
    ),
  };
}

function statementsIn(lines: readonly string[]): readonly string[] {
  return lines.filter((line) => !line.startsWith('--')).map((line) => line.replace(/;$/, ''));
}

function mark(statement: string): string {
  return statement.replace(/<(password\d+)>/g, '{{$1}}');
}

/** A name inside quotes that would be taken for the place of a secret. */
function hasFalseMark(statement: string): boolean {
  const quoted = statement.match(/'(?:[^']|'')*'|`(?:[^`]|``)*`/g) ?? [];
  return quoted.some((text) => /<password\d+>|\{\{\w+\}\}/.test(text));
}

function named({ user, host }: AccountName): string {
  return host === undefined ? user : `${user}@${host}`;
}

function decidedByHand({ state, name, expected, items }: AccountDiff): readonly string[] {
  const label = accountLabel(name);
  if (state === 'missing' && expected?.created === undefined && expected?.kind !== 'public') {
    return [t`The template grants to ${label} and never creates it: add CREATE USER to the template.`];
  }
  return items.flatMap(({ target, verdict, actual, expected: wanted }) =>
    target.kind === 'account' && verdict === 'different'
      ? [t`${label} is ${actual ?? t`something else`} here and ${wanted ?? t`another`} in the template.`]
      : [],
  );
}

interface Undo {
  readonly adds: readonly string[];
  readonly takes: readonly string[];
}

/** The same comparison the other way round: what the server had is then what is wanted. */
function undoOf(diff: AccountDiff, server: GrantServer): Undo {
  const { state, name, expected, actual } = diff;
  const label = accountLabel(name);
  if (state === 'missing') {
    if (expected?.created === undefined) return { adds: [], takes: [] };
    // Nobody logs in with a locked account, and nothing of it is lost.
    return {
      adds: [expected.kind === 'role' ? `DROP ROLE ${label};` : `ALTER USER ${label} ACCOUNT LOCK;`],
      takes: [],
    };
  }
  if (isDropped(diff) && actual !== undefined) {
    const again = fixParts([{ ...diff, state: 'missing', expected: actual, items: [] }], { server });
    return { adds: [], takes: withoutComments(again.roles, again.users, again.grants, again.defaultRoles) };
  }
  if (expected === undefined || actual === undefined) return { adds: [], takes: [] };
  const back = fixParts([{ ...diff, expected: actual, actual: expected, items: diff.items.map(turned) }], { server });
  const hadRoles = fixParts([diff], { server }).defaultRoles.length > 0;
  return {
    adds: withoutComments(back.users, back.extras, hadRoles ? back.defaultRoles : []),
    takes: withoutComments(back.roles, back.grants, hadRoles ? [] : back.defaultRoles),
  };
}

function withoutComments(...parts: readonly FixParts['roles'][]): readonly string[] {
  return parts.flat().filter((line) => !line.startsWith('--'));
}

function turned({ target, verdict, expected, actual, origin }: DiffItem): DiffItem {
  const verdicts = { missing: 'extra', extra: 'missing' } as const;
  const now = verdict === 'missing' || verdict === 'extra' ? verdicts[verdict] : verdict;
  const isRedundantHere = verdict === 'redundant' && origin === undefined;
  return {
    ...{ target, verdict: now },
    ...(actual === undefined ? {} : { expected: actual }),
    ...(expected === undefined ? {} : { actual: expected }),
    // Of a redundant item it says on which side it stands.
    ...(isRedundantHere ? { origin: { start: 0, end: 0 } } : {}),
  };
}
