import { strict as assert } from 'node:assert';
import type { AccountName } from '../../src/core/grants/accountName';
import {
  accountsStatement,
  hexHashesStatement,
  isGrantRead,
  ownAccountStatement,
  partialRevokesStatement,
  plainQuotingStatement,
  privilegesStatement,
  showCreateUserStatement,
  showGrantsStatement,
} from '../../src/adapters/mysql/grantQueries';
import { assertRead, bounded, isAllowed } from '../../src/adapters/mysql/queries';
import { Random } from '../core/grants/randomGrants';

const flavors = ['mariadb', 'mysql'] as const;
const fixed = [
  ...flavors.map(accountsStatement),
  plainQuotingStatement,
  hexHashesStatement,
  ownAccountStatement,
  privilegesStatement,
  ...flavors.flatMap((flavor) => partialRevokesStatement(flavor, '9.7.4') ?? []),
];
const pieces = [
  '`',
  "'",
  '"',
  '\\',
  ';',
  '--',
  '#',
  '/*',
  '*/',
  '@',
  ' ',
  '\n',
  '%',
  '_',
  'ü',
  'a',
  'FOR',
  'USING',
  '?',
];
const randomName = (random: Random): string =>
  Array.from({ length: random.below(6) }, () => random.pick(pieces)).join('');
const randomAccount = (random: Random): AccountName => ({
  user: randomName(random),
  ...(random.chance(0.7) && { host: randomName(random) }),
});

/** The names of a statement, read by the rule that only a backtick ends what stands in backticks. */
function namesIn(statement: string, head: string): readonly string[] | undefined {
  if (!statement.startsWith(head)) return undefined;
  const quoted = [...statement.slice(head.length).matchAll(/`((?:[^`]|``)*)`/g)];
  const whole = quoted.map(([text]) => text).join('@');
  return whole === statement.slice(head.length) ? quoted.map(([, name = '']) => name.replaceAll('``', '`')) : undefined;
}

describe('the statements that read grants', () => {
  it('are let through, with and without their limit', () => {
    for (const statement of fixed) {
      assert.ok(isAllowed(statement), statement);
      for (const flavor of flavors) assertRead(bounded(statement, flavor, 1234.5));
    }
    assertRead(bounded(showGrantsStatement({ user: 'PUBLIC' }), 'mariadb', 1000));
  });

  it('take no hash from the tables', () => {
    for (const statement of fixed) assert.doesNotMatch(statement, /authentication|\*|auth_or|plugin/i);
  });

  it('hold any name as that name', () => {
    const random = new Random(11);
    for (let round = 0; round < 3000; round += 1) {
      const account = randomAccount(random);
      const names = account.host === undefined ? [account.user] : [account.user, account.host];
      const grants = showGrantsStatement(account);
      assertRead(grants);
      assert.deepEqual(namesIn(grants, 'SHOW GRANTS FOR '), names);
      if (account.host === undefined) continue;
      const create = showCreateUserStatement(account);
      assertRead(create);
      assert.deepEqual(namesIn(create, 'SHOW CREATE USER '), names);
    }
  });

  it('are refused with anything put into them, unless it is one more letter of a name', () => {
    const random = new Random(12);
    for (let round = 0; round < 6000; round += 1) {
      const account = { host: 'h', ...randomAccount(random) };
      const text = random.pick([showGrantsStatement(account), showCreateUserStatement(account), ...fixed]);
      const at = random.below(text.length + 1);
      const spoilt = text.slice(0, at) + random.pick([...pieces, '\0']) + text.slice(at);
      const head = /^SHOW (?:GRANTS FOR|CREATE USER) /.exec(spoilt)?.[0] ?? 'none';
      const names = namesIn(spoilt, head);
      const least = head.startsWith('SHOW CREATE') ? 2 : 1;
      const isName = names !== undefined && names.length >= least && names.length <= 2 && !spoilt.includes('\0');
      assert.equal(isGrantRead(spoilt), isName, JSON.stringify(spoilt));
    }
  });

  const refused = [
    'SHOW GRANTS',
    "SHOW GRANTS FOR 'a'@'b'",
    'SHOW GRANTS FOR `a`@`b` USING `r`',
    'SHOW GRANTS FOR `a`@`b`; DROP USER a',
    'SHOW GRANTS FOR public',
    'SHOW CREATE USER `a`',
    'SHOW CREATE USER PUBLIC',
    'SHOW CREATE TABLE `mysql`@`user`',
    'SELECT * FROM mysql.user',
    'SELECT User AS user, Host AS host, authentication_string FROM mysql.user',
    "SET SESSION sql_mode = ''",
    "SET GLOBAL sql_mode = '', sql_quote_show_create = 1",
    'SET SESSION print_identified_with_as_hex = 0',
    'SET SESSION sql_log_bin = 0',
    'GRANT SELECT ON *.* TO `a`@`b`',
  ];
  for (const text of refused) {
    it(`refuses ${text}`, () => {
      assert.throws(() => {
        assertRead(text);
      }, /allow-list/);
    });
  }
});
