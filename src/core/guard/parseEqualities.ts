import { tokenizeCode, tokenValue, type Token } from '../grants/tokenizer';
import { failed, ok, type Outcome } from '../outcome';
import { quoteIdentifier, quoteSqlString } from './quoteSql';
import { t } from '../l10n';

/** `id = 3` of what an operator typed, quoted anew. */
export interface Equality {
  readonly column: string;
  readonly value: string;
}

const refusal = t`Write it as \`column = value\`, several joined by AND: whole numbers, texts in single quotes, or NULL.`;

/**
 * `id = 3 AND name = 'x'` into its parts. Nothing else is understood, so that nothing else can come into a statement
 * that is built from it.
 */
export function parseEqualities(text: string): Outcome<readonly Equality[], string> {
  const tokens = tokenizeCode(text);
  const found: Equality[] = [];
  for (let at = 0; ; at += 1) {
    const isNegative = tokens[at + 2]?.word === '-';
    const value = literalOf(text, tokens[at + (isNegative ? 3 : 2)], isNegative);
    const column = columnOf(text, tokens[at]);
    if (column === undefined || tokens[at + 1]?.word !== '=' || value === undefined) return failed(refusal);
    found.push({ column, value });
    at += isNegative ? 4 : 3;
    if (tokens[at] === undefined) return ok(found);
    if (tokens[at]?.word !== 'AND') return failed(refusal);
  }
}

function columnOf(text: string, token: Token | undefined): string | undefined {
  return (token?.kind === 'word' || token?.kind === 'quoted') && token.unterminated !== true
    ? quoteIdentifier(tokenValue(text, token))
    : undefined;
}

function literalOf(text: string, token: Token | undefined, isNegative: boolean): string | undefined {
  if (token === undefined || token.unterminated === true) return undefined;
  if (token.kind === 'number') {
    const digits = text.slice(token.start, token.end);
    return /^\d+$/.test(digits) ? `${isNegative ? '-' : ''}${digits}` : undefined;
  }
  if (isNegative) return undefined;
  if (token.kind === 'string') return quoteSqlString(tokenValue(text, token));
  return token.word === 'NULL' ? 'NULL' : undefined;
}

/** As a condition: NULL equals nothing. */
export function renderCondition(equalities: readonly Equality[]): string {
  return equalities
    .map(({ column, value }) => (value === 'NULL' ? `${column} IS NULL` : `${column} = ${value}`))
    .join(' AND ');
}
