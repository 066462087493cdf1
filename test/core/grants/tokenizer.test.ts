import assert from 'node:assert/strict';
import {
  isTrivia,
  placeholderMark,
  tokenize,
  tokenValue,
  type TokenizeOptions,
} from '../../../src/core/grants/tokenizer';

describe('tokenizer', () => {
  /** Tokens without white space and comments, as `kind:value`. */
  const check = (text: string, expected: readonly string[], options: TokenizeOptions = {}) => {
    it(JSON.stringify(text).slice(0, 70), () => {
      const tokens = tokenize(text, options);
      assert.equal(tokens.map(({ start, end }) => text.slice(start, end)).join(''), text);
      const shown = tokens
        .filter((token) => !isTrivia(token))
        .map((token) => `${token.kind}:${tokenValue(text, token, options)}${token.unterminated ? '…' : ''}`);
      assert.deepEqual(shown, expected);
    });
  };
  check('GRANT a_b.*', ['word:GRANT', 'word:a_b', 'symbol:.', 'symbol:*']);
  check(`'it''s' "x" \`a\`\`b\``, ["string:it's", 'string:x', 'quoted:a`b']);
  check(`"a""b"`, ['quoted:a"b'], { ansiQuotes: true });
  check(`'a\\'b' 'c\\\\'`, ["string:a'b", 'string:c\\']);
  check(`'\\0\\n\\Z\\q'`, ['string:\0\n\x1aq']);
  check(`'o\\_srv\\%'`, ['string:o\\_srv\\%']);
  check(`\`o\\_srv\``, ['quoted:o\\_srv']);
  check(`'a\\' b`, ['string:a\\', 'word:b'], { noBackslashEscapes: true });
  check('a -- b\nc', ['word:a', 'word:c']);
  check('a --b', ['word:a', 'symbol:-', 'symbol:-', 'word:b']);
  check('a --', ['word:a']);
  check('a # b\r\nc', ['word:a', 'word:c']);
  check('a /* b */ c', ['word:a', 'word:c']);
  check('a /* b', ['word:a']);
  check("a 'b", ['word:a', 'string:b…']);
  check('/*!40101 a */ b', ['word:a', 'word:b']);
  check('/*!99999 a */ b', ['word:b'], { versionId: 90704 });
  check('/*!50701 a */ b', ['word:b'], { flavor: 'mariadb', versionId: 101119 });
  check('/*!50701 a */ b', ['word:a', 'word:b'], { flavor: 'mysql', versionId: 90704 });
  check('/*M!100100 a */ b', ['word:a', 'word:b'], { flavor: 'mariadb', versionId: 101119 });
  check('/*M! a */ b', ['word:b'], { flavor: 'mysql' });
  check('/*M!110000 a */ b', ['word:b'], { flavor: 'mariadb', versionId: 101119 });
  check('30.000000 10.64.0.1', ['number:30.000000', 'number:10.64', 'symbol:.', 'number:0.1']);
  check('0xAB 1a', ['word:0xAB', 'word:1a']);
  check('a \\\n b', ['word:a', 'word:b']);
  check('größe', ['word:größe']);
  check(`a${placeholderMark.open}7${placeholderMark.close}b`, [
    'word:a',
    `placeholder:${placeholderMark.open}7${placeholderMark.close}`,
    'word:b',
  ]);
  check('', []);
});
