import assert from 'node:assert/strict';
import { effectiveRow } from '../../../src/core/grants/coverage';
import { comparePatterns, isWild, literalDatabase, matchesPattern, scopeKey } from '../../../src/core/grants/scope';
import { hostPattern, isSimilar, normalIpv6, shadows } from '../../../src/core/grants/similarAccounts';
import { serverAfter } from './compare';

describe('database patterns', () => {
  const fits: readonly (readonly [pattern: string, database: string, fits: boolean])[] = [
    ['enwiki', 'enwiki', true],
    ['enwiki', 'enwik', false],
    ['%wik%', 'enwiki', true],
    ['%wik%', 'wik', true],
    ['a_b', 'axb', true],
    ['a\\_b', 'axb', false],
    ['a\\_b', 'a_b', true],
    ['%\\\\_p', 'x\\yp', true],
    ['%\\\\_p', 'x_p', false],
    ['%a%a%a%a%b', 'a'.repeat(200), false],
    ['%', '', true],
    ['_', '', false],
  ];
  for (const [pattern, database, expected] of fits) {
    it(`${pattern} ${expected ? 'fits' : 'does not fit'} ${database.slice(0, 20)}`, () => {
      assert.equal(matchesPattern(pattern, database), expected);
    });
  }

  it('are wild unless escaped', () => {
    assert.deepEqual(['a_b', 'a\\_b', '%', '\\%', '\\\\_'].map(isWild), [true, false, true, false, true]);
    assert.equal(literalDatabase('a\\_b'), 'a_b');
    assert.equal(literalDatabase('a_b'), undefined);
  });

  it('the more specific one first: by what stands before the first wild character', () => {
    const sorted = ['%', 'a%', 'ab%', 'a\\_\\_c%', 'ab', '_b'].sort(comparePatterns);
    assert.deepEqual(sorted, ['ab', 'a\\_\\_c%', 'ab%', 'a%', '_b', '%']);
  });

  it('one row applies to a database', () => {
    const { model } = serverAfter(
      "CREATE USER u@'%'; GRANT SELECT ON `%`.* TO u@'%'; GRANT INSERT ON `en%`.* TO u@'%'; GRANT UPDATE ON enwiki.* TO u@'%'",
    );
    const account = model.accounts.get('user\0u\0%');
    assert.ok(account);
    const names = (database: string) => [...(effectiveRow(account, database)?.privileges.keys() ?? [])];
    assert.deepEqual([names('enwiki'), names('enwikt'), names('dewiki')], [['UPDATE'], ['INSERT'], ['SELECT']]);
  });

  it('with partial_revokes nothing is wild', () => {
    const scope = { kind: 'database', pattern: 'a\\xb' } as const;
    assert.equal(scopeKey(scope), 'db axb');
    assert.equal(scopeKey(scope, { partialRevokes: true }), 'db a\\xb');
  });
});

describe('accounts that read alike', () => {
  it('netmasks of whole octets are patterns', () => {
    const hosts = [
      '10.64.0.0/255.255.0.0',
      '10.64.0.0/16',
      '10.0.0.0/255.0.0.0',
      '10.64.1.2/32',
      '10.64.0.0/255.255.240.0',
      '10.64.0.0/20',
      'x',
    ];
    assert.deepEqual(hosts.map(hostPattern), [
      '10.64.%',
      '10.64.%',
      '10.%',
      '10.64.1.2',
      '10.64.0.0/255.255.240.0',
      '10.64.0.0/20',
      'x',
    ]);
  });
  it('IPv6 in full', () => {
    assert.equal(normalIpv6('::1'), '0:0:0:0:0:0:0:1');
    assert.equal(normalIpv6('2620:0:861:101:10:64:00:95'), '2620:0:861:101:10:64:0:95');
    assert.deepEqual(['1:2', 'localhost', '1::2::3', '10.0.0.1'].map(normalIpv6), [
      undefined,
      undefined,
      '1:0:0:0:0:0:0:2',
      undefined,
    ]);
  });
  it('shadow only where the host is narrower', () => {
    const u = { user: 'u', host: '10.%' };
    assert.equal(shadows({ user: 'u', host: '10.64.%' }, u), true);
    assert.equal(shadows({ user: '', host: '10.64.%' }, u), true);
    assert.equal(shadows({ user: '', host: '10.%' }, u), false);
    assert.equal(shadows({ user: 'u', host: '%' }, u), false);
    assert.equal(shadows({ user: 'v', host: '10.64.%' }, u), false);
    assert.equal(shadows({ user: 'r' }, u), false);
  });
  it('are no accounts that are equal, and no role and user', () => {
    assert.equal(isSimilar({ user: 'u', host: 'H' }, { user: 'u', host: 'h' }), false);
    assert.equal(isSimilar({ user: 'U', host: 'h' }, { user: 'u', host: 'h' }), true);
    assert.equal(isSimilar({ user: 'u' }, { user: 'u', host: '%' }), false);
  });
});
