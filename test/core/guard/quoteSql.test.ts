import assert from 'node:assert/strict';
import { quoteAccount, quoteIdentifier, quoteSqlString, quoteTableName } from '../../../src/core/guard/quoteSql';

function check(quote: (text: string) => string, cases: readonly (readonly [string, string])[]): void {
  for (const [text, expected] of cases) assert.equal(quote(text), expected, `of ${JSON.stringify(text)}`);
}

describe('quoteSql', () => {
  it('quotes strings so that they end where they should, with and without NO_BACKSLASH_ESCAPES', () => {
    check(quoteSqlString, [
      ['', "''"],
      ['plain', "'plain'"],
      ["it's", "'it''s'"],
      ['\\', "'\\\\'"],
      ["\\'; DROP USER x; --", "'\\\\''; DROP USER x; --'"],
      ['a\nb\0c\r\x1a', "'a\\nb\\0c\\r\\Z'"],
    ]);
  });

  it('quotes identifiers', () => {
    check(quoteIdentifier, [
      ['t', '`t`'],
      ['a`b', '`a``b`'],
      ['a\0b', '`ab`'],
    ]);
    check(quoteTableName, [
      ['lab.t', 'lab.t'],
      ['my-db.t', '`my-db`.t'],
      ['lab.t; DROP TABLE x', 'lab.`t; DROP TABLE x`'],
    ]);
  });

  it('quotes accounts', () => {
    assert.equal(quoteAccount("o'neil", '10.%'), "'o''neil'@'10.%'");
  });
});
