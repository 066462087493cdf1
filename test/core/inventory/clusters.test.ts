import assert from 'node:assert/strict';
import { type Inventory } from '../../../src/core/inventory/model';
import { parseInventory } from '../../../src/core/inventory/parseInventory';
import { check, cluster, instance, keysOf } from './check';
import { fixture } from './fixture';

const withCredentials = (entry: string): string => `version: 1\ncredentials: { a: ${entry} }\nclusters:
  s1: { credentials: a, instances: [db1] }`;

describe('parseInventory', () => {
  describe('credentials', () => {
    const cases: readonly (readonly [string, string, readonly string[]])[] = [
      [
        'a password in clear',
        '{ user: u, password: «hunter2» }',
        ['holds no password in clear. Write `{ secret: NAME }`'],
      ],
      ['a password of digits', '{ user: u, password: «12345» }', ['holds no password in clear']],
      ['no password yet', '{ user: u, «password»: }', ['`password` has no value. Write `{ secret: NAME }`']],
      [
        'a password in a mapping',
        '{ user: u, «password»: { «value»: hunter2 } }',
        ['does not say where', 'Unknown key `value`'],
      ],
      ['two sources', '{ user: u, password: { secret: x, «env»: Y } }', ['both `secret` and `env`']],
      ['a bad variable', '{ user: u, password: { env: «1x» } }', ['Not the name of an environment variable']],
      ['a group without a file', '{ user: u, «group»: x }', ['name the file under `optionFile`']],
      ['a misspelt password', '{ user: u, «passwd»: hunter2 }', ['Did you mean `password`?']],
    ];
    for (const [name, entry, said] of cases) {
      it(`${name}, and never the password itself`, () => {
        check(withCredentials(entry), said);
        for (const { message } of parseInventory(fixture(withCredentials(entry)).text).problems) {
          assert.doesNotMatch(message, /hunter2|12345/);
        }
      });
    }
    it('for HTTP are none for a server', () => {
      check(
        'version: 1\ncredentials: { a: { bearer: { secret: t } } }\ndefaults: { credentials: «a» }\nclusters: { s1: { instances: [db1] } }',
        ['is a login for HTTP'],
      );
    });
    it('name an account', () => {
      check('version: 1\ncredentials: { «a»: { socket: /run/x } }', ['It needs `user` or `optionFile`, or `bearer`']);
    });
    it('that are unknown give none, rather than the inherited ones', () => {
      check(
        `
        version: 1
        credentials: { monitor: { user: m }, bastion: { optionFile: ~/.my.cnf } }
        defaults: { credentials: monitor }
        clusters:
          s1: { instances: [db1, { host: db2, credentials: «bastoin» }, { host: db3, credentials: bastion }] }
        `,
        ['Unknown credentials `bastoin`. Did you mean `bastion`?'],
        (it) => {
          assert.equal(instance(it, 'db1:3306').credentials?.name, 'monitor');
          assert.equal(instance(it, 'db2:3306').credentials, undefined);
          assert.deepEqual(instance(it, 'db3:3306').credentials, {
            name: 'bastion',
            optionFile: '~/.my.cnf',
            group: 'client',
          });
        },
      );
    });
    it('that are broken are one problem, however often they are used', () => {
      check(withCredentials('{ user: u, password: «x» }'), ['in clear'], (it) => {
        assert.equal(instance(it, 'db1:3306').credentials, undefined);
      });
    });
  });

  describe('the cascade', () => {
    it('goes from built-in over defaults and cluster to instance, tls and thresholds key by key', () => {
      check(
        `
        version: 1
        defaults: { tls: { mode: verify-ca, ca: ca.pem }, thresholds: { lagCritSeconds: 200 }, heartbeat: { table: a.b } }
        clusters:
          s1:
            tls: verify-identity
            pollSeconds: 30
            thresholds: { lagWarnSeconds: 20 }
            instances:
              - db1
              - { host: db2, tls: { serverName: x }, heartbeat: false, pollSeconds: 2.5, thresholds: { lagWarnSeconds: 0 } }
        `,
        [],
        (it) => {
          const { tls, thresholds, heartbeatTable, pollSeconds, timeoutSeconds } = instance(it, 'db1:3306');
          assert.deepEqual(tls, { mode: 'verify-identity', ca: 'ca.pem' });
          assert.deepEqual(thresholds, { lagWarnSeconds: 20, lagCritSeconds: 200 });
          assert.deepEqual([heartbeatTable, pollSeconds, timeoutSeconds], ['a.b', 30, 5]);
          const other = instance(it, 'db2:3306');
          assert.deepEqual(other.tls, { mode: 'verify-identity', ca: 'ca.pem', serverName: 'x' });
          assert.deepEqual(other.thresholds, { lagWarnSeconds: 0, lagCritSeconds: 200 });
          assert.deepEqual([other.heartbeatTable, other.pollSeconds], [undefined, 2.5]);
        },
      );
    });
    it('begins with preferred TLS, no heartbeat and no credentials', () => {
      check(cluster('db1'), [], (it) => {
        assert.deepEqual(instance(it, 'db1:3306'), {
          key: 'db1:3306',
          host: 'db1',
          port: 3306,
          clusters: ['s1'],
          tls: { mode: 'preferred' },
          thresholds: { lagWarnSeconds: 15, lagCritSeconds: 300 },
          pollSeconds: 10,
          timeoutSeconds: 5,
        });
      });
    });
    it('never weakens TLS by a slip', () => {
      const document =
        'version: 1\ndefaults: { tls: disabled }\nclusters: { s1: { tls: «requird», instances: [db1] } }';
      check(document, ['Did you mean `required`? Until then `verify-identity` applies.'], (it) => {
        assert.equal(instance(it, 'db1:3306').tls.mode, 'verify-identity');
      });
    });
  });

  describe('instances', () => {
    const cases: readonly (readonly [string, readonly string[], readonly string[]])[] = [
      ['db1, db2:3307, 10.0.0.1, 10.0.0.2:3308', [], ['db1:3306', 'db2:3307', '10.0.0.1:3306', '10.0.0.2:3308']],
      [
        '::1, "[::2]:3307", fe80::1%eth0, "[::3]"',
        [],
        ['[::1]:3306', '[::2]:3307', '[fe80::1%eth0]:3306', '[::3]:3306'],
      ],
      ['{ host: "::1" }, { host: "[::2]", port: 3307 }', [], ['[::1]:3306', '[::2]:3307']],
      ['::1, «"[0:0::0:1]:3306"»', ['`[0:0::0:1]:3306` is in this cluster twice.'], ['[::1]:3306']],
      ['db1, «DB1.:3306»', ['twice'], ['db1:3306']],
      [
        '«db1:0», «db2:65536», «"db3:"», «db4:-1», db5',
        ['1 to 65535', '1 to 65535', 'Nothing stands after', '1 to 65535'],
        ['db5:3306'],
      ],
      [
        '«-db1», «"db 2"», «db3:1:2», «""», «db..4», «a/b»',
        ['Not a host', 'Not a host', 'Not an address', 'is empty', 'Not a host', 'Not a host'],
        [],
      ],
      [
        '«42», «null», «[db1]», «{}», «true»',
        ['in quotes', 'no value', 'not a list', 'needs a `host`', 'not `true`'],
        [],
      ],
      ['{ host: «db1:3306» }', ['`host` is the host alone'], []],
      ['{ host: db1, port: «0» }, { host: db1, port: «"3306"» }', ['1 to 65535', 'without quotes'], []],
      ['{ host: db1, «prot»: 1 }', ['Did you mean `port`?'], ['db1:3306']],
      [
        '{ host: db1, delaySeconds: «-1» }, { host: db2, delaySeconds: «1.5» }',
        ['a whole number of 0 or more', 'a whole number'],
        ['db1:3306', 'db2:3306'],
      ],
      ['{ host: db1, via: «bastion» }, { host: db2, via: "ssh://u@b:22" }', ['Not an ssh address'], ['db2:3306']],
      ['{ host: db1, via: «"ssh://u:p@b"» }', ['holds no password. ssh logs in by key'], []],
      ['{ host: db1, via: «"ssh://-oProxyCommand=x"» }', ['no valid host name'], []],
      ['{ host: db1, via: «"ssh://b:99999"» }', ['Ports go from 1'], []],
      ['«db1:s1»', ['Unknown section `s1`. Give its port under `sections`.'], []],
    ];
    for (const [items, said, keys] of cases) {
      it(items, () => {
        check(cluster(items), said, (inventory) => {
          assert.deepEqual(keysOf(inventory), keys);
          assert.deepEqual(inventory.clusters[0]!.instances, keys);
        });
      });
    }
    it('take their port from a section', () => {
      check(
        `
        version: 1
        sections: { s1: 3311, matomo: 3351, broken: «0» }
        clusters:
          s1:
            instances: [db1:s1, db2:«matmo», db3:broken, { host: db4, section: s1 }, { host: db5, section: s1, port: 3399 }]
        `.replace('db2:«matmo»', '«db2:matmo»'),
        ['1 to 65535', 'Unknown section `matmo`. Did you mean `matomo`?'],
        (it) => {
          assert.deepEqual(
            it.instances.map(({ key, section }) => `${key} ${section ?? ''}`),
            ['db1:3311 s1', 'db4:3311 s1', 'db5:3399 s1'],
          );
        },
      );
    });
    it('are in the data centre that they say, or that their host tells', () => {
      check(
        `
        version: 1
        datacenters: { eqiad: '*.eqiad.wmnet', codfw: '*.CODFW.*', rest: '*' }
        clusters:
          s1:
            instances: [a.eqiad.wmnet, b.codfw.wmnet, c, { host: d.eqiad.wmnet, datacenter: codfw }, { host: e, datacenter: «eqaid» }]
        `,
        ['warning: Data centre `eqaid` is not named under `datacenters`. Did you mean `eqiad`?'],
        (it) => {
          assert.deepEqual(
            it.instances.map(({ datacenter }) => datacenter),
            ['eqiad', 'codfw', 'rest', 'codfw', 'eqaid'],
          );
        },
      );
    });
    it('of several clusters are one, where it first stands', () => {
      check(
        `
        version: 1
        credentials: { x: { user: x }, y: { user: y } }
        clusters:
          a: { instances: [{ host: m, delaySeconds: 60, credentials: x }], pollSeconds: 60 }
          b: { instances: [{ host: M., delaySeconds: «30», credentials: «y» }], timeoutSeconds: 5 }
          c: { instances: [«m»], pollSeconds: 10, credentials: y }
          d: { instances: [m] }
        `,
        [
          'warning: `M.:3306` has another `delaySeconds` in cluster `a`, which stands first and counts.',
          'another `credentials`',
          'another `pollSeconds`',
        ],
        (it) => {
          const { clusters, delaySeconds, credentials, pollSeconds } = instance(it, 'm:3306');
          assert.deepEqual(clusters, ['a', 'b', 'c', 'd']);
          assert.deepEqual([delaySeconds, credentials?.name, pollSeconds], [60, 'x', 60]);
          assert.deepEqual(it.clusters[1]!.instances, ['m:3306']);
          assert.deepEqual(it.locations['m:3306']?.start, { line: 3, character: 27 });
        },
      );
    });
    it('are what a cluster is made of', () => {
      check(
        'version: 1\nclusters: { a: { instances: «[]» }, «b»: { production: true } }',
        ['Cluster `a` has no instances. List at least one.', 'Cluster `b` has no instances. List them'],
        (it) => {
          assert.deepEqual(it.clusters, [
            { name: 'a', production: false, instances: [] },
            { name: 'b', production: true, instances: [] },
          ]);
        },
      );
    });
  });

  describe('primary', () => {
    const cases: readonly (readonly [string, readonly string[], Inventory['clusters'][number]['primary']])[] = [
      ['instances: [db1, db2], primary: DB1:3306', [], { kind: 'single', key: 'db1:3306' }],
      ['instances: [db1:s1], primary: db1:s1', [], { kind: 'single', key: 'db1:3311' }],
      [
        'instances: [db1100, db1101], primary: «db1010»',
        ['`db1010` is not among the instances of this cluster. Did you mean `db1100`?'],
        undefined,
      ],
      ['instances: [«db1:99999»], primary: «db1:99999»', ['1 to 65535', '1 to 65535'], undefined],
      ['instances: [«db1:99999»], primary: db1', ['1 to 65535'], undefined],
      [
        'instances: [db1], primary: «[db1]»',
        ['needs text, or a mapping from data centre to instance, not a list'],
        undefined,
      ],
      ['instances: [db1], primary: «{}»', ['names no instance'], undefined],
      ['instances: [db1], «primary»: ', ['has no value'], undefined],
      [
        'instances: [a.eqiad, b.codfw], primary: { eqiad: a.eqiad, codfw: b.codfw }',
        [],
        { kind: 'perDatacenter', keys: { eqiad: 'a.eqiad:3306', codfw: 'b.codfw:3306' } },
      ],
      [
        'instances: [a.eqiad, b.codfw], primary: { eqiad: a.eqiad, codfw: «c.codfw» }',
        ['Did you mean `b.codfw`?'],
        { kind: 'perDatacenter', keys: { eqiad: 'a.eqiad:3306' } },
      ],
      [
        'instances: [a.eqiad, b.codfw], primary: { eqiad: «b.codfw», codfw: «b.codfw», «eqaid»: «a.eqiad» }',
        [
          'warning: `b.codfw:3306` is in data centre `codfw`, not in `eqiad`.',
          'two servers',
          'Did you mean `eqiad`?',
          'not in `eqaid`',
        ],
        { kind: 'perDatacenter', keys: { eqiad: 'b.codfw:3306', eqaid: 'a.eqiad:3306' } },
      ],
    ];
    for (const [body, said, primary] of cases) {
      it(body, () => {
        const head = "version: 1\nsections: { s1: 3311 }\ndatacenters: { eqiad: '*.eqiad', codfw: '*.codfw' }\n";
        check(`${head}clusters: { s1: { ${body} } }`, said, (inventory) => {
          assert.deepEqual(inventory.clusters[0]!.primary, primary);
        });
      });
    }
  });
});
