import assert from 'node:assert/strict';
import { codeSpans, withoutCode } from '../../src/core/codeSpans';

describe('codeSpans', () => {
  /** Code stands between angle brackets in what is expected. */
  const check = (sentence: string, expected: string) => {
    it(sentence, () => {
      const shown = codeSpans(sentence).map(({ text, isCode }) => (isCode ? `<${text}>` : text));
      assert.equal(shown.join(''), expected);
    });
  };
  check('plain words', 'plain words');
  check('Run `STOP SLAVE`, then `START SLAVE`', 'Run <STOP SLAVE>, then <START SLAVE>');
  check('``SELECT * FROM `a`.`b` ``', '<SELECT * FROM `a`.`b`>');
  check('``DROP TABLE `t` `` on `db1`', '<DROP TABLE `t`> on <db1>');
  check('a lone ` backtick', 'a lone ` backtick');

  it('gives plain text', () => {
    assert.equal(withoutCode('`db1` lacks ``a`b``.'), 'db1 lacks a`b.');
  });
});
