import assert from 'node:assert/strict';
import { parseLine } from '../../../src/adapters/files/optionFile';
import { quoteOptionValue } from '../../../src/core/guard/quoteOption';

describe('quoteOptionValue', () => {
  it('writes what an option file gives back letter by letter', () => {
    for (const text of [
      '',
      'plain',
      ' blanks ',
      '#no comment',
      'a"b\'c',
      '\\',
      'ends\\',
      '\\n',
      'a\nb\tc',
      'naïve 🦭',
    ]) {
      assert.deepEqual(parseLine(`password = ${quoteOptionValue(text)}`), {
        kind: 'option',
        key: 'password',
        value: text,
      });
    }
  });
});
