import { tokenizeCode, tokenValue } from '../grants/tokenizer';
import { t } from '../l10n';

/** What is known about the server and the accounts that a text is about. */
export interface NeverContext {
  /** Whether the server has replicas of its own. Undefined, not known, counts as yes. */
  readonly hasReplicas: boolean | undefined;
  /** The position was proved safe: it comes from the backup that the data was loaded from. */
  readonly hasPositionProof?: boolean;
  /** Accounts that a grant template names, as `user@host`. */
  readonly templateAccounts?: readonly string[];
}

/**
 * The sentence about the first thing in an SQL text that is never offered, whoever asks for it and whatever reason is
 * typed; undefined: there is none. Comments, quotes and letter case hide nothing.
 */
export function findNever(sql: string, context: NeverContext): string | undefined {
  // Where a literal ends depends on the server's sql_mode, which may differ from what we think: both readings count.
  return judge(sql, false, context) ?? judge(sql, true, context);
}

function judge(sql: string, noBackslashEscapes: boolean, context: NeverContext): string | undefined {
  const options = { noBackslashEscapes };
  const words = tokenizeCode(sql, options).map((token) => ({
    word: token.kind === 'word' || token.kind === 'symbol' ? token.word : tokenValue(sql, token, options),
    isCode: token.kind === 'word' || token.kind === 'symbol',
  }));
  // A variable's name may stand in backticks; what may not is a keyword.
  const names = words.map(({ word }) => word.toUpperCase());
  const code = words.map(({ word, isCode }) => (isCode ? word : ''));
  const sets = (name: string) => names.some((each, at) => each === name && /^(?:=|:)$/.test(code[at + 1] ?? ''));
  const hasCode = (...sequence: readonly string[]) =>
    code.some((_, at) => sequence.every((word, offset) => code[at + offset] === word));

  if (sets('SQL_SLAVE_SKIP_COUNTER') || sets('SQL_REPLICA_SKIP_COUNTER')) {
    return t`Skipping events by a counter is never offered: it drops a transaction unseen, and the rows differ from then on.`;
  }
  const isLoose = (name: string) =>
    names.some((each, at) => {
      const value = code[at + 1] === ':' ? names[at + 3] : names[at + 2];
      return each === name && /^(?:=|:)$/.test(code[at + 1] ?? '') && value !== 'STRICT';
    });
  if (isLoose('SLAVE_EXEC_MODE') || isLoose('REPLICA_EXEC_MODE')) {
    return t`An exec mode other than STRICT is never offered: missing and duplicate rows are then passed over in silence.`;
  }
  if ((sets('GTID_SLAVE_POS') || sets('GTID_PURGED')) && context.hasPositionProof !== true) {
    return t`Moving the GTID position is offered only with the proof that the data is at that position: otherwise transactions are lost unseen.`;
  }
  // RESET takes a list: RESET QUERY CACHE, MASTER.
  const reset = code.indexOf('RESET');
  const resets = reset >= 0 && ['MASTER', 'BINARY'].some((word) => code.includes(word, reset));
  if (resets && context.hasReplicas !== false) {
    return t`Clearing the binary logs of a server with replicas is never offered: they could not go on from where they are.`;
  }
  if (hasCode('DROP', 'USER') || hasCode('DROP', 'ROLE') || code.includes('REVOKE')) {
    return foreignAccount(words, context.templateAccounts ?? []);
  }
  if (['PREPARE', 'EXECUTE'].some((word) => code.includes(word))) {
    return t`Statements that are put together at run time are never offered: what they do cannot be shown before they run.`;
  }
  return undefined;
}

interface Word {
  readonly word: string;
  readonly isCode: boolean;
}

/** Who loses something must be named by a template, each of them; who cannot be told is not. */
function foreignAccount(words: readonly Word[], templateAccounts: readonly string[]): string | undefined {
  const losers = statementsOf(words).flatMap((statement) => losersOf(statement));
  const foreign = losers.find((account) => !templateAccounts.includes(account));
  return foreign === undefined
    ? undefined
    : t`Taking privileges away from ${foreign} is never offered: no grant template names it, so nobody knows who needs it.`;
}

function statementsOf(words: readonly Word[]): readonly (readonly Word[])[] {
  const statements: Word[][] = [[]];
  for (const word of words) {
    if (word.isCode && word.word === ';') statements.push([]);
    else statements.at(-1)?.push(word);
  }
  return statements;
}

const unknownAccount = t`an account`;

/** `user@host` of each account that a statement drops or takes privileges from; a role without a host by its name. */
function losersOf(words: readonly Word[]): readonly string[] {
  const code = words.map(({ word, isCode }) => (isCode ? word : ''));
  const isAccount = (at: number): boolean => code[at + 1] === 'USER' || code[at + 1] === 'ROLE';
  const drops = code[0] === 'DROP' && isAccount(0);
  if (!drops && code[0] !== 'REVOKE') {
    const hides = code.some((word, at) => word === 'REVOKE' || (word === 'DROP' && isAccount(at)));
    return hides ? [unknownAccount] : [];
  }
  const start = drops ? (code[2] === 'IF' ? 4 : 2) : code.lastIndexOf('FROM') + 1;
  if (start === 0) return [unknownAccount];
  return readAccounts(words.slice(start), drops && code[1] === 'USER');
}

function readAccounts(words: readonly Word[], isUser: boolean): readonly string[] {
  const groups: Word[][] = [[]];
  for (const word of words) {
    if (word.isCode && word.word === ',') groups.push([]);
    else groups.at(-1)?.push(word);
  }
  return groups.map((group) => {
    const [user, at, host] = group;
    // What stands there without quotes may be spelled in any case, and is not known.
    if (user === undefined || user.isCode) return unknownAccount;
    if (group.length === 1) return isUser ? `${user.word}@%` : user.word;
    const isWhole = group.length === 3 && at?.isCode === true && at.word === '@' && host?.isCode === false;
    return isWhole ? `${user.word}@${host.word}` : unknownAccount;
  });
}
