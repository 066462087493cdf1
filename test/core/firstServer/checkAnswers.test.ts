import assert from 'node:assert/strict';
import { checkAddress, checkUser } from '../../../src/core/firstServer/checkAnswers';

describe('what is typed as the first server of an inventory', () => {
  const good: readonly (readonly [string, string, number])[] = [
    ['db1', 'db1', 3306],
    [' db1.example.org:3307 ', 'db1.example.org', 3307],
    ['10.64.0.12', '10.64.0.12', 3306],
    ['127.0.0.1:33060', '127.0.0.1', 33060],
    ['::1', '::1', 3306],
    ['[fd00::12]:3308', 'fd00::12', 3308],
  ];
  for (const [typed, host, port] of good) {
    it(`takes ${JSON.stringify(typed)}`, () => {
      assert.deepEqual(checkAddress(typed), { kind: 'ok', value: { host, port } });
    });
  }

  const bad: readonly (readonly [string, RegExp])[] = [
    ['', /Type the name/],
    ['mysql://root@db1/x', /without the scheme/],
    ['root@db1', /account is asked for next/],
    ['db1 db2', /one server/],
    ['db1:s1', /a number from 1 to 65535/],
    ['db1:0', /from 1 to 65535/],
    ['db1:', /Nothing stands after the colon/],
    ['-oProxyCommand=x', /Not a host name/],
    ['db1:3306:1', /Not an address/],
    ['[db1]:3306', /no IPv6 address/],
  ];
  for (const [typed, sentence] of bad) {
    it(`says what to type instead of ${JSON.stringify(typed)}`, () => {
      const checked = checkAddress(typed);
      assert.ok(checked.kind === 'failed');
      assert.match(checked.reason, sentence);
      // It stands under an input box, which shows no Markdown.
      assert.ok(!checked.reason.includes('`'));
    });
  }

  it('takes any name of an account that a server takes, and nothing that would break a line', () => {
    for (const name of ['replideck', "o'hara", 'user@server', 'Ünal']) {
      assert.deepEqual(checkUser(` ${name} `), { kind: 'ok', value: name });
    }
    for (const name of ['', '  ', 'a\nb', 'a\u0000', 'x'.repeat(129)]) assert.equal(checkUser(name).kind, 'failed');
  });
});
