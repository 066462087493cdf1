const escapes: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  '"': '\\"',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};

/**
 * A value in an option file of MariaDB's and MySQL's clients, quoted so that they read exactly `text`: a number sign
 * would begin a comment, and blanks at the ends would go. https://mariadb.com/kb/en/configuring-mariadb-with-option-files/
 */
export function quoteOptionValue(text: string): string {
  return `"${text.replace(/[\\"\n\r\t]/g, (character) => escapes[character] ?? character)}"`;
}
