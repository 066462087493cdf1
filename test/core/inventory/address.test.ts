import assert from 'node:assert/strict';
import { addressIdentity, isIpv6, matchesHostPattern, parseAddress } from '../../../src/core/inventory/address';
import { nearest } from '../../../src/core/inventory/nearest';
import { httpUrlProblem, sshUrlProblem } from '../../../src/core/inventory/urls';

function check<A, B>(what: string, evaluate: (input: A) => B, cases: readonly (readonly [A, B])[]): void {
  describe(what, () => {
    for (const [input, expected] of cases) {
      it(JSON.stringify(input), () => {
        assert.deepEqual(evaluate(input), expected);
      });
    }
  });
}

check(
  'parseAddress',
  (text: string) => {
    const result = parseAddress(text);
    return result.kind === 'ok' ? result.address : 'bad';
  },
  [
    ['db1', { host: 'db1' }],
    ['db1.example.', { host: 'db1.example.' }],
    ['db1:3306', { host: 'db1', port: 3306 }],
    ['db1:analytics_meta', { host: 'db1', section: 'analytics_meta' }],
    ['db1:1a', { host: 'db1', section: '1a' }],
    ['::1', { host: '::1' }],
    ['[2620:0:861::5]:s1', { host: '2620:0:861::5', section: 's1' }],
    ['[::ffff:10.0.0.1]:3307', { host: '::ffff:10.0.0.1', port: 3307 }],
    ['[::1]3306', 'bad'],
    ['[::1', 'bad'],
    ['[db1]:3306', 'bad'],
    ['1:2:3', 'bad'],
    ['db1:00', 'bad'],
    ['db1:s 1', 'bad'],
    ['db1\n:3306', 'bad'],
    ['db1:3306\n', 'bad'],
    ['', 'bad'],
    [`${'a.'.repeat(200)}a`, 'bad'],
  ],
);

check('isIpv6', isIpv6, [
  ['::', true],
  ['1:2:3:4:5:6:7:8', true],
  ['1:2:3:4:5:6:7::', true],
  ['1:2:3:4:5:6:7', false],
  ['1::2::3', false],
  ['1:2:3:4:5:6:7:8:9', false],
  ['12345::', false],
  ['1.2.3.4::', false],
  ['::1.2.3.256', false],
  ['::1%eth0', true],
  ['::1%', false],
  ['10.0.0.1', false],
]);

check(
  'addressIdentity is the same for',
  ([a, b]: readonly [string, string]) => addressIdentity(a, 1) === addressIdentity(b, 1),
  [
    [['DB1.example.', 'db1.example'], true],
    [['::1', '0:0:0:0:0:0:0:1'], true],
    [['2001:DB8::A', '2001:db8:0::000a'], true],
    [['::ffff:10.0.0.1', '::ffff:a00:1'], true],
    [['fe80::1%eth0', 'fe80::1%eth1'], false],
    [['db1', 'db2'], false],
  ],
);

check('matchesHostPattern', ([pattern, host]: readonly [string, string]) => matchesHostPattern(pattern, host), [
  [['*.eqiad.wmnet', 'db1.EQIAD.wmnet'], true],
  [['*.eqiad.wmnet', 'eqiad.wmnet'], false],
  [['db?', 'db1'], false],
  [['db.*', 'dbx1'], false],
  [['*', ''], true],
  [['**a*', 'bab'], true],
  [['a*b*c', 'a-b-b-c'], true],
  [['a*b*c', 'a-b-b-cd'], false],
  [[`${'*a'.repeat(50)}b`, 'a'.repeat(2000)], false],
]);

check('nearest', ([written, ...known]: readonly string[]) => nearest(written!, known), [
  [['instnces', 'instances', 'production'], 'instances'],
  [['clutsers', 'clusters'], 'clusters'],
  [['TLS', 'tls'], 'tls'],
  [['s2', 's1'], 's1'],
  [['x', 'instances'], undefined],
  [['defualt', 'datacenters', 'defaults'], 'defaults'],
  [['a'.repeat(200), 'a'.repeat(200)], undefined],
]);

check('httpUrlProblem finds nothing in', (url: string) => httpUrlProblem(url) === undefined, [
  ['http://a', true],
  ['https://a.b:8080/c?d=e#f', true],
  ['https://[::1]:4001', true],
  ['http://a:', false],
  ['http://a:0', false],
  ['http:/a', false],
  ['http:\\\\a', false],
  ['http://a\\b', false],
  ['http://u@a', false],
  ['javascript:alert(1)', false],
  ['http://[::1', false],
]);

check('sshUrlProblem finds nothing in', (url: string) => sshUrlProblem(url) === undefined, [
  ['ssh://bastion.example', true],
  ['ssh://dba@bastion:2222/', true],
  ['ssh://[::1]:22', true],
  ['ssh://', false],
  ['ssh://-oProxyCommand=id', false],
  ['ssh://-l@host', false],
  ['ssh://a b', false],
  ['ssh://host/path', false],
  ['ssh://u:p@host', false],
  ['ssh://host;id', false],
  ['http://host', false],
]);
