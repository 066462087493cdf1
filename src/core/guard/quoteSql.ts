/**
 * Names and texts inside SQL that an operator will run. What a server or an inventory says is never trusted: a host
 * name or an error text may hold quotes.
 */

const escapes: Readonly<Record<string, string>> = {
  "'": "''",
  '\\': '\\\\',
  '\0': '\\0',
  '\n': '\\n',
  '\r': '\\r',
  '\x1a': '\\Z',
};

/**
 * A string literal: `'it''s'`. The quote is doubled, not escaped by a backslash, so that the literal also ends where
 * it should under NO_BACKSLASH_ESCAPES; single quotes are strings under ANSI_QUOTES too.
 */
export function quoteSqlString(text: string): string {
  return `'${text.replace(/['\\\0\n\r\x1a]/g, (character) => escapes[character] ?? character)}'`;
}

/** An identifier in backticks. NUL, which no identifier may hold, is left out. */
export function quoteIdentifier(name: string): string {
  return `\`${name.replaceAll('\0', '').replaceAll('`', '``')}\``;
}

/** `schema.table`, quoted only where a part is more than letters, digits and underscores. */
export function quoteTableName(name: string): string {
  return name
    .split('.')
    .map((part) => (/^[A-Za-z_][A-Za-z0-9_]*$/.test(part) ? part : quoteIdentifier(part)))
    .join('.');
}

/** `'user'@'host'`. */
export function quoteAccount(user: string, host: string): string {
  return `${quoteSqlString(user)}@${quoteSqlString(host)}`;
}
