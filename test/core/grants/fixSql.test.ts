import assert from 'node:assert/strict';
import { buildModel } from '../../../src/core/grants/buildModel';
import { diffGrants } from '../../../src/core/grants/diffGrants';
import { fixSql } from '../../../src/core/grants/fixSql';
import { parseAccountStatements } from '../../../src/core/grants/parseAccountStatements';
import type { GrantServer } from '../../../src/core/grants/grantServer';
import { renderGrants } from '../../../src/core/grants/renderGrants';
import { diffTexts, serverAfter, summarize } from './compare';
import { changedGrants } from './changedGrants';
import { Random, randomGrants } from './randomGrants';
import { mariadb1011, mariadb118, mysql97, withoutOrigins } from './serverRecordings';

describe('SQL that closes the gap', () => {
  const check = (
    name: string,
    template: string,
    actual: string,
    expected: readonly string[],
    { server = mariadb1011, isReplica = false }: { server?: GrantServer; isReplica?: boolean } = {},
  ) => {
    it(name, () => {
      const sql = fixSql(diffTexts(template, actual, server), { server, isReplica });
      const lines = sql.split('\n').filter((line) => line !== '' && !line.startsWith('--'));
      assert.deepEqual(lines, expected, sql);
    });
  };
  const u = "CREATE USER 'u'@'10.%' IDENTIFIED BY 'x';";
  check('nothing to do is no text', u, u, []);
  check(
    'roles, users, grants, default roles, in that order',
    `${u} CREATE ROLE r; GRANT SELECT ON d.* TO r; GRANT r TO 'u'@'10.%'; SET DEFAULT ROLE r FOR 'u'@'10.%'; GRANT SELECT (b, a) ON d.t TO 'u'@'10.%'`,
    '',
    [
      'CREATE ROLE `r`;',
      "CREATE USER 'u'@'10.%' IDENTIFIED BY <password>;",
      'GRANT SELECT ON `d`.* TO `r`;',
      "GRANT `r` TO 'u'@'10.%';",
      "GRANT SELECT (`a`, `b`) ON `d`.`t` TO 'u'@'10.%';",
      "SET DEFAULT ROLE `r` FOR 'u'@'10.%';",
    ],
  );
  check(
    'a replica does not log it',
    u,
    '',
    ['SET SESSION sql_log_bin=0;', "CREATE USER 'u'@'10.%' IDENTIFIED BY <password>;", 'SET SESSION sql_log_bin=1;'],
    {
      isReplica: true,
    },
  );
  check('other accounts are left alone', u, `${u} CREATE USER v@'%' IDENTIFIED BY 'x'; GRANT ALL ON *.* TO v@'%'`, []);
  check(
    'what is extra is revoked last',
    `${u} GRANT SELECT, INSERT ON d.* TO 'u'@'10.%'`,
    `${u} GRANT SELECT, UPDATE ON d.* TO 'u'@'10.%' WITH GRANT OPTION`,
    [
      "GRANT INSERT ON `d`.* TO 'u'@'10.%';",
      "REVOKE UPDATE ON `d`.* FROM 'u'@'10.%';",
      "REVOKE GRANT OPTION ON `d`.* FROM 'u'@'10.%';",
    ],
  );
  check(
    'attributes in one ALTER USER, in the order that servers want',
    "CREATE USER 'u'@'10.%' IDENTIFIED VIA unix_socket OR mysql_native_password USING PASSWORD('<%= @pw %>') REQUIRE SSL WITH MAX_USER_CONNECTIONS 5 ACCOUNT LOCK",
    u,
    [
      "ALTER USER 'u'@'10.%' IDENTIFIED VIA unix_socket OR mysql_native_password USING PASSWORD(<password>) REQUIRE SSL WITH MAX_USER_CONNECTIONS 5 ACCOUNT LOCK;",
    ],
  );
  check('a password that should not be', "CREATE USER 'u'@'10.%'", u, ["ALTER USER 'u'@'10.%' IDENTIFIED BY '';"]);
  check(
    'and on MySQL, where a plugin alone would expire it',
    "CREATE USER 'u'@'10.%'",
    u,
    ["ALTER USER 'u'@'10.%' IDENTIFIED WITH `caching_sha2_password` BY '';"],
    { server: mysql97 },
  );
  check(
    'an interval that MySQL would keep in memory',
    u,
    "CREATE USER 'u'@'10.%' IDENTIFIED BY 'x' PASSWORD EXPIRE INTERVAL 7 DAY",
    ["ALTER USER 'u'@'10.%' PASSWORD EXPIRE NEVER;", "ALTER USER 'u'@'10.%' PASSWORD EXPIRE DEFAULT;"],
    { server: mysql97 },
  );
  check(
    'ADMIN OPTION on MariaDB',
    `${u} CREATE ROLE r; GRANT r TO 'u'@'10.%'`,
    `${u} CREATE ROLE r; GRANT r TO 'u'@'10.%' WITH ADMIN OPTION`,
    ["REVOKE ADMIN OPTION FOR `r` FROM 'u'@'10.%';"],
  );
  check(
    'ADMIN OPTION on MySQL goes with the role, which then comes back',
    `${u} CREATE ROLE r; GRANT r TO 'u'@'10.%'; SET DEFAULT ROLE r TO 'u'@'10.%'`,
    `${u} CREATE ROLE r; GRANT r TO 'u'@'10.%' WITH ADMIN OPTION; SET DEFAULT ROLE r TO 'u'@'10.%'`,
    ["REVOKE 'r'@'%' FROM 'u'@'10.%';", "GRANT 'r'@'%' TO 'u'@'10.%';", "SET DEFAULT ROLE 'r'@'%' TO 'u'@'10.%';"],
    { server: mysql97 },
  );
  check('an account that the template never creates is not created', "GRANT SELECT ON d.* TO 'u'@'10.%'", '', []);
  check('an account that the template drops', "DROP USER 'u'@'10.%'", u, ["DROP USER 'u'@'10.%';"]);
  check(
    'what was not compared is not touched',
    `${u} <% if @a %>GRANT SELECT ON d.* TO 'u'@'10.%';<% end %>`,
    `${u} GRANT SELECT ON d.* TO 'u'@'10.%'`,
    [],
  );
  check('names cannot break out', "CREATE USER 'a''b\\'\\n-- '@'%' IDENTIFIED BY 'x'", '', [
    "CREATE USER 'a''b''\\n-- '@'%' IDENTIFIED BY <password>;",
  ]);

  check(
    'nor can certificates',
    `CREATE USER 'u'@'10.%' IDENTIFIED BY 'x' REQUIRE SUBJECT "/CN=a'; DROP USER b; -- "`,
    u,
    ["ALTER USER 'u'@'10.%' REQUIRE SUBJECT '/CN=a''; DROP USER b; -- ';"],
  );

  it('says what it is, and does not parse without the passwords', () => {
    const diff = diffTexts(u, '');
    const sql = fixSql(diff, { server: mariadb1011, isReplica: true, title: ['Makes db1:3306 match\ngrants.sql'] });
    assert.match(sql, /^-- Makes db1:3306 match grants\.sql\n-- Read it before you run it\./);
    assert.match(sql, /-- Replace each <password>/);
    assert.deepEqual(parseAccountStatements(sql).problems, []);
  });
});

describe('random changes of a server', () => {
  const runs = 250;
  for (const server of [mariadb1011, mariadb118, mysql97]) {
    it(`${server.flavor} ${server.versionId}: ${runs} servers equal their template after the fix`, () => {
      let differing = 0;
      for (let seed = 1; seed <= runs; seed += 1) {
        const random = new Random(seed);
        const template = randomGrants(random, server, 1 + random.below(8));
        const ran = changedGrants(random, template, server);
        const outsider = "CREATE USER outsider@'%' IDENTIFIED BY 'x'; GRANT ALL ON *.* TO outsider@'%'";
        const before = serverAfter([...ran, outsider].join(';'), server);
        const diff = diffTexts(template.join(';\n'), before, server);
        const sql = fixSql(diff, { server, isReplica: seed % 2 === 0 });
        if (sql === '') continue;
        differing += 1;
        // The canonical text of the server, then the fix as it is: what the server would be.
        const filled = sql.replaceAll('<password>', "'x'");
        const { statements, problems } = parseAccountStatements(`${renderGrants(before.model)};\n${filled}`, server);
        assert.deepEqual(problems, [], `seed ${seed}: ${sql}`);
        const model = buildModel(statements, server, { fromServer: true });
        const after = diffGrants(buildModel(parseAccountStatements(template.join(';\n'), server).statements, server), {
          model,
          listed: 'all',
        });
        assert.deepEqual(
          after.accounts
            .filter(({ state, items }) => state !== 'match' || items.length > 0)
            .map(({ name, state, items }) => [name.user, state, items]),
          [['outsider', 'extra', []]],
          `seed ${seed}\n${sql}`,
        );
        const key = 'user\0outsider\0%';
        assert.deepEqual(withoutOrigins(model.accounts.get(key)), withoutOrigins(before.model.accounts.get(key)));
      }
      assert.ok(differing > runs / 2, `only ${differing} of ${runs} differed`);
    });
  }

  it('one change is named, and nothing else', () => {
    const base = [
      "CREATE USER `a`@`%` IDENTIFIED BY 'x'",
      "CREATE USER `b`@`%` IDENTIFIED BY 'x'",
      'GRANT SELECT, INSERT ON `d`.* TO `a`@`%`',
    ];
    const changed = [...base, 'GRANT UPDATE ON `e`.* TO `b`@`%`', 'REVOKE INSERT ON `d`.* FROM `a`@`%`'];
    assert.deepEqual(summarize(diffTexts(base.join(';'), changed.join(';'))), [
      "'a'@'%' differs; missing privilege: INSERT on `d`.*",
      "'b'@'%' differs; extra privilege: UPDATE on `e`.*",
    ]);
  });
});
