import assert from 'node:assert/strict';
import { type Inventory } from '../../../src/core/inventory/model';
import { check } from './check';

type Row = readonly [name: string, document: string, said: readonly string[], read: (inventory: Inventory) => unknown];

const mirror = (rest: string): string => `etcdMirrors: { m: { ${rest} } }`;
const whole = 'api: v3, source: http://a, destination: http://b';
const mirrors = (it: Inventory): unknown => it.etcdMirrors.map(({ name }) => name);

describe('parseInventory reads services', () => {
  const rows: readonly Row[] = [
    ['a mirror', mirror(whole), [], mirrors],
    ['a mirror over IPv6', mirror("api: v2, source: 'https://[::1]:4001/x', destination: http://b"), [], mirrors],
    ['an unknown api', mirror('api: «v4», source: http://a, destination: http://b'), ['one of `v2`, `v3`'], () => []],
    [
      'a mirror without ends',
      'etcdMirrors: { «««m»»»: {} }',
      ['needs `api`', 'needs a `destination`', 'needs a `source`'],
      mirrors,
    ],
    ['no address', mirror('api: v2, source: «conf1», destination: http://b'), ['begins with `http://`'], mirrors],
    ['no host', mirror("api: v2, source: «'http://'», destination: http://b"), ['no valid host name'], mirrors],
    ['a blank', mirror("api: v2, source: «'http://a b'», destination: http://b"), ['blanks'], mirrors],
    ['a bad port', mirror("api: v2, source: «'http://a:99999'», destination: http://b"), ['1 to 65535'], mirrors],
    ['a login', mirror("api: v2, source: «'http://u:p@a'», destination: http://b"), ['holds no login'], mirrors],
    [
      'members of both sides',
      mirror('api: v2, source: [http://a, http://b, http://c], destination: [http://d]'),
      [],
      (it) => it.etcdMirrors.map((each) => [each.source, each.otherSources, each.destination, each.otherDestinations]),
    ],
    [
      'members of which some are no addresses: the others are asked',
      mirror("api: v2, source: [«a», http://b, «http://b», «'http://u:p@c'», «5»], destination: http://d"),
      ['begins with `http://`', 'in `source` twice', 'holds no login', 'needs text, not a number'],
      (it) => it.etcdMirrors.map(({ source, otherSources }) => [source, otherSources]),
    ],
    ['no members', mirror('api: v2, source: «[]», destination: http://d'), ['`source` is empty'], mirrors],
    ['bad metrics', mirror(`${whole}, metrics: «ftp://x»`), ['begins with `http://`'], () => ['m']],
    [
      'a bad expression',
      mirror(`${whole}, ignoreKeys: «'(a'»`),
      ['no regular expression: unterminated group.'],
      mirrors,
    ],
    ['unknown credentials', mirror(`${whole}, credentials: «etcd»`), ['Unknown credentials `etcd`.'], () => ['m']],
    ['an option file', mirror(`${whole}, credentials: «file»`), ['`file` has no `user`'], () => ['m']],
    [
      'an orchestrator',
      'orchestrators: { o: { url: http://o, discover: «1» }, p: «http://p» }',
      ['needs `true` or `false`', '`p` needs a mapping'],
      (it) => it.orchestrators.map(({ name, discover }) => `${name} ${discover}`),
    ],
    [
      'a prometheus',
      'prometheus: { «a»: {}, b: { url: http://b, credentials: web } }',
      ['`a` needs a `url`.'],
      (it) => it.prometheus.map(({ name, credentials }) => `${name} ${credentials?.user ?? ''}`),
    ],
    [
      'backups',
      `backups:
  b:
    instance: DB1
    table: a.b
    expect:
      - { section: s1, type: dump, warnChangePercent: «20», critChangePercent: 15 }
      - { section: «s2», type: dump, maxAgeDays: 1.5, minBytes: «0.5» }
      - «{ type: dump }»
      - «dump»`,
      [
        'is above',
        'warning: Section `s2` is not under `sections`. Did you mean `s1`?',
        'a whole number',
        'needs its `section`',
        'not text',
      ],
      (it) => it.backups,
    ],
    [
      'backups of nowhere',
      "backups: { b: { instance: «'db:nope'», table: «b» } }",
      ['Unknown section', 'a schema and a table'],
      (it) => it.backups,
    ],
    [
      'a pipeline outside of the clusters, with its defaults',
      'pipelines: { p: { source: far, replica: db1:s1, tables: x.*, timeColumn: t, timeFormat: epoch } }',
      [],
      (it) => it.pipelines,
    ],
    [
      'a pipeline onto itself',
      'pipelines: { p: { source: db1, replica: «DB1:3306», tables: x.*, timeColumn: t, timeFormat: epoch, bucket: «week» } }',
      ['one and the same', 'one of `minute`'],
      (it) => it.pipelines,
    ],
    [
      'a pipeline of tables and times that cannot be asked for',
      'pipelines: { p: { source: db1, replica: db2, tables: «log», timeColumn: t, timeFormat: «seconds» } }',
      ['a schema, a dot', 'one of `yyyymmddhhmmss`'],
      (it) => it.pipelines,
    ],
    [
      'a burrow',
      'burrow: { b: { url: http://x, cluster: c, groups: [a, «1»], maxLag: «-1» } }',
      ['in quotes', 'a whole number of 0 or more'],
      (it) => it.burrow,
    ],
    [
      'its own pace and its own certificates',
      'orchestrators: { o: { url: https://x, discover: true, tls: { mode: verify-ca, ca: /ca }, pollSeconds: 30, timeoutSeconds: 2 } }',
      [],
      (it) => it.orchestrators,
    ],
    [
      'a token',
      'prometheus: { p: { url: http://p, credentials: token } }',
      [],
      (it) => it.prometheus.map(({ credentials }) => credentials?.http),
    ],
    [
      'a cookie and a header',
      'orchestrators: { o: { url: http://o, credentials: cookie }, p: { url: http://p, credentials: header } }',
      [],
      (it) => it.orchestrators.map(({ credentials }) => credentials?.http),
    ],
    ['a token for etcd', mirror(`${whole}, credentials: «token»`), ['etcd knows no other login'], mirrors],
    ['a burrow without groups', 'burrow: { b: { url: http://x, cluster: c, groups: «[]» } }', ['is empty'], () => []],
  ];
  const expected: Readonly<Record<string, unknown>> = {
    'a mirror': ['m'],
    'a mirror over IPv6': ['m'],
    'members of both sides': [['http://a', ['http://b', 'http://c'], 'http://d', undefined]],
    'members of which some are no addresses: the others are asked': [['http://b', undefined]],
    'bad metrics': ['m'],
    'unknown credentials': ['m'],
    'an option file': ['m'],
    'an orchestrator': ['o false'],
    'a prometheus': ['b replideck'],
    backups: [
      {
        name: 'b',
        instance: 'db1:3306',
        table: 'a.b',
        pollSeconds: 300,
        timeoutSeconds: 5,
        expect: [
          { section: 's1', type: 'dump', critChangePercent: 15 },
          { section: 's2', type: 'dump', maxAgeDays: 1.5 },
        ],
      },
    ],
    'a pipeline outside of the clusters, with its defaults': [
      {
        name: 'p',
        source: 'far:3306',
        replica: 'db1:3311',
        tables: 'x.*',
        timeColumn: 't',
        timeFormat: 'epoch',
        bucket: 'hour',
        maxLagSeconds: 3600,
        pollSeconds: 60,
        timeoutSeconds: 5,
      },
    ],
    'a burrow': [
      {
        ...{ name: 'b', url: 'http://x', cluster: 'c', groups: ['a'], tls: { mode: 'preferred' } },
        ...{ pollSeconds: 10, timeoutSeconds: 5 },
      },
    ],
    'its own pace and its own certificates': [
      {
        ...{ name: 'o', url: 'https://x', discover: true, tls: { mode: 'verify-ca', ca: '/ca' } },
        ...{ pollSeconds: 30, timeoutSeconds: 2 },
      },
    ],
    'a token': [{ kind: 'bearer', value: { kind: 'secret', name: 't' } }],
    'a cookie and a header': [
      { kind: 'cookie', name: 'access-token', value: { kind: 'env', variable: 'T' } },
      { kind: 'header', name: 'X-Cas-Uid', value: { kind: 'secret', name: 'uid' } },
    ],
    'a token for etcd': ['m'],
  };
  for (const [name, document, said, read] of rows) {
    it(name, () => {
      check(`${document}\n${tail}`, said, (inventory) => {
        assert.deepEqual(read(inventory), expected[name] ?? []);
      });
    });
  }
});

const tail = `version: 1
credentials:
  web: { user: replideck, password: { env: P } }
  file: { optionFile: ~/.my.cnf }
  token: { bearer: { secret: t } }
  cookie: { cookie: { name: access-token, env: T } }
  header: { header: { name: X-Cas-Uid, secret: uid } }
sections: { s1: 3311 }
clusters: { s1: { instances: [db1] } }`;

describe('parseInventory reads grant templates', () => {
  const templates = (items: string, more = ''): string => `${tail}\n${more}grantTemplates:\n${items}`;
  it('for clusters that there are', () => {
    check(
      templates('  - { files: a, clusters: [s1, «s2»], on: «replica» }\n  - { files: b, clusters: «s1» }\n  - «x»'),
      ['Unknown cluster `s2`. Did you mean `s1`?', 'one of `primary`, `all`', 'needs a list', 'not text'],
      (it) => {
        assert.deepEqual(it.grantTemplates, [{ files: 'a', clusters: ['s1'], on: 'primary', variables: {} }]);
      },
    );
  });
  it('that an orchestrator may bring', () => {
    check(
      templates('  - { files: a, clusters: [«zz»] }', 'orchestrators: { o: { url: http://o, discover: true } }\n'),
      ['warning: Cluster `zz` is not named here; an orchestrator may bring it.'],
      (it) => {
        assert.deepEqual(it.grantTemplates[0]!.clusters, ['zz']);
      },
    );
  });
  it('with variables, but no passwords', () => {
    check(
      templates(
        '  - { files: a, clusters: [s1], variables: { a: 010, b: [x, 2, «null»], repl_pass: «hunter2», c: «true», «__proto__»: x } }',
      ),
      ['text or a number', 'without a value it fits any password', 'not `true`', 'cannot be used as a name'],
      (it) => {
        assert.deepEqual(it.grantTemplates[0]!.variables, { a: '010', b: ['x', '2'] });
      },
    );
  });
});
