import assert from 'node:assert/strict';
import { toGrantModel } from '../../../src/core/grants/fromServer';
import type { GrantServer } from '../../../src/core/grants/grantServer';
import type { ServerGrants } from '../../../src/core/grants/fromServer';
import { diffTexts, summarize } from './compare';
import { mariadb1011, mariadb118, mysql97 } from './serverRecordings';

const mariadb105: GrantServer = { flavor: 'mariadb', versionId: 100522 };
const mariadb104: GrantServer = { flavor: 'mariadb', versionId: 100434 };
const mysql80: GrantServer = { flavor: 'mysql', versionId: 80036 };

/** `template` against a server on which `actual` ran. */
function check(
  name: string,
  template: string,
  actual: string | ServerGrants,
  expected: readonly string[],
  server: GrantServer = mariadb1011,
) {
  it(name, () => {
    assert.deepEqual(summarize(diffTexts(template, actual, server)), expected);
  });
}

const u = "CREATE USER 'u'@'10.%' IDENTIFIED BY 'x';";
const r = "CREATE ROLE r; CREATE USER 'u'@'10.%' IDENTIFIED BY 'x';";

describe('comparison of grants: ALL PRIVILEGES', () => {
  const everyDatabasePrivilege =
    'SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, REFERENCES, INDEX, ALTER, CREATE TEMPORARY TABLES, LOCK TABLES, EXECUTE, CREATE VIEW, SHOW VIEW, CREATE ROUTINE, ALTER ROUTINE, EVENT, TRIGGER, DELETE HISTORY';
  check(
    'every privilege of a database is ALL',
    `${u} GRANT ALL ON d.* TO 'u'@'10.%'`,
    `${u} GRANT ${everyDatabasePrivilege} ON d.* TO 'u'@'10.%'`,
    ["'u'@'10.%' match"],
  );
  check(
    'and lacks SHOW CREATE ROUTINE from 11.3 on',
    `${u} GRANT ALL ON d.* TO 'u'@'10.%'`,
    `${u} GRANT ${everyDatabasePrivilege} ON d.* TO 'u'@'10.%'`,
    ["'u'@'10.%' differs; missing privilege: SHOW CREATE ROUTINE on `d`.*"],
    mariadb118,
  );
  check('missing as a whole is one item', `${u} GRANT ALL ON *.* TO 'u'@'10.%'`, u, [
    "'u'@'10.%' differs; missing privilege: ALL PRIVILEGES on *.*",
  ]);
  check(
    'is not GRANT OPTION',
    `${u} GRANT ALL ON *.* TO 'u'@'10.%'`,
    `${u} GRANT ALL ON *.* TO 'u'@'10.%' WITH GRANT OPTION`,
    ["'u'@'10.%' differs; extra grantOption: GRANT OPTION on *.*"],
  );
  check(
    'of a table is less than that of a database',
    `${u} GRANT ALL ON d.t TO 'u'@'10.%'`,
    `${u} GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, REFERENCES, INDEX, ALTER, CREATE VIEW, SHOW VIEW, TRIGGER, DELETE HISTORY ON d.t TO 'u'@'10.%'`,
    ["'u'@'10.%' match"],
  );
  check(
    'on MySQL 8.0 does not bring what later versions have',
    "CREATE USER 'u'@'10.%' IDENTIFIED BY 'x'; GRANT ALL ON *.* TO 'u'@'10.%'; REVOKE SET_USER_ID ON *.* FROM 'u'@'10.%'",
    "CREATE USER 'u'@'10.%' IDENTIFIED BY 'x'; GRANT ALL ON *.* TO 'u'@'10.%'",
    ["'u'@'10.%' differs; extra privilege: SET_USER_ID on *.*"],
    mysql80,
  );
});

describe('comparison of grants: names', () => {
  for (const [written, printed] of [
    ['REPLICATION CLIENT', 'BINLOG MONITOR'],
    ['REPLICA MONITOR', 'SLAVE MONITOR'],
    ['REPLICATION REPLICA', 'REPLICATION SLAVE'],
    ['REPLICATION REPLICA ADMIN', 'REPLICATION SLAVE ADMIN'],
    ['READ ONLY ADMIN', 'READ_ONLY ADMIN'],
  ] as const) {
    check(
      `${written} is ${printed}`,
      `${u} GRANT ${written} ON *.* TO 'u'@'10.%'`,
      `${u} GRANT ${printed} ON *.* TO 'u'@'10.%'`,
      ["'u'@'10.%' match"],
    );
  }
  check(
    '10.4 prints REPLICATION CLIENT',
    `${u} GRANT REPLICATION CLIENT ON *.* TO 'u'@'10.%'`,
    u,
    ["'u'@'10.%' differs; missing privilege: REPLICATION CLIENT on *.*"],
    mariadb104,
  );
  check(
    'DELETE VERSIONING ROWS is refused, and so not compared',
    `${u} GRANT DELETE VERSIONING ROWS ON d.* TO 'u'@'10.%'`,
    `${u} GRANT DELETE HISTORY ON d.* TO 'u'@'10.%'`,
    ["'u'@'10.%' differs; extra privilege: DELETE HISTORY on `d`.*; notCompared statement"],
  );
  check(
    'SHOW CREATE ROUTINE is refused by 10.11',
    `${u} GRANT SELECT, SHOW CREATE ROUTINE ON d.* TO 'u'@'10.%'`,
    `${u} GRANT SELECT ON d.* TO 'u'@'10.%'`,
    ["'u'@'10.%' notCompared; notCompared statement"],
  );
  check(
    'SLAVE MONITOR is not implied by BINLOG MONITOR',
    `${u} GRANT BINLOG MONITOR, SLAVE MONITOR ON *.* TO 'u'@'10.%'`,
    `${u} GRANT REPLICATION CLIENT ON *.* TO 'u'@'10.%'`,
    ["'u'@'10.%' differs; missing privilege: SLAVE MONITOR on *.*"],
  );
  check(
    'READ_ONLY ADMIN is not in SUPER from 10.11 on, as SHOW GRANTS says',
    `${u} GRANT SUPER ON *.* TO 'u'@'10.%'`,
    `${u} GRANT SUPER, READ_ONLY ADMIN ON *.* TO 'u'@'10.%'`,
    ["'u'@'10.%' differs; extra privilege: READ_ONLY ADMIN on *.*"],
    mariadb105,
  );
});

describe('comparison of grants: USAGE and authentication', () => {
  check('USAGE is the empty set', `${u} GRANT USAGE ON *.* TO 'u'@'10.%'`, u, ["'u'@'10.%' match"]);
  check('a placeholder fits any secret', "CREATE USER 'u'@'10.%' IDENTIFIED BY '<%= @pw %>'", u, ["'u'@'10.%' match"]);
  check('and none that is empty', "CREATE USER 'u'@'10.%' IDENTIFIED BY '<%= @pw %>'", "CREATE USER 'u'@'10.%'", [
    "'u'@'10.%' differs; different authentication: mysql_native_password with a secret / mysql_native_password without a password",
  ]);
  check(
    'a hash and a password are both a secret',
    "CREATE USER 'u'@'10.%' IDENTIFIED BY PASSWORD '*7B9EBEED26AA52ED10C0F549FA863F13C39E0209'",
    u,
    ["'u'@'10.%' match"],
  );
  check("IDENTIFIED BY '' is no clause at all", "CREATE USER 'u'@'10.%' IDENTIFIED BY ''", "CREATE USER 'u'@'10.%'", [
    "'u'@'10.%' match",
  ]);
  check(
    'alternatives are an ordered list',
    "CREATE USER 'u'@'%' IDENTIFIED VIA unix_socket OR mysql_native_password USING PASSWORD('x')",
    "CREATE USER 'u'@'%' IDENTIFIED VIA mysql_native_password USING '*AB' OR unix_socket",
    [
      "'u'@'%' differs; different authentication: unix_socket or mysql_native_password with a secret / mysql_native_password with a secret or unix_socket",
    ],
  );
  check(
    'IDENTIFIED in a GRANT makes the account on MariaDB',
    "GRANT SELECT ON d.* TO 'u'@'10.%' IDENTIFIED BY '<%= @pw %>'",
    "CREATE USER 'u'@'10.%' IDENTIFIED BY 'x'; GRANT SELECT ON d.* TO 'u'@'10.%'",
    ["'u'@'10.%' match"],
  );
  check(
    'a GRANT without it says nothing about it',
    "GRANT SELECT ON d.* TO 'u'@'10.%'",
    `${u} GRANT SELECT ON d.* TO 'u'@'10.%'`,
    ["'u'@'10.%' match"],
  );
  check(
    'MySQL: IDENTIFIED BY is whatever password plugin the server defaults to',
    "CREATE USER 'u'@'10.%' IDENTIFIED BY '<%= @pw %>'",
    "CREATE USER 'u'@'10.%' IDENTIFIED WITH 'caching_sha2_password' AS '$A$'",
    ["'u'@'10.%' match"],
    mysql97,
  );
  check(
    'MySQL: a second factor is part of it',
    "CREATE USER 'u'@'10.%' IDENTIFIED BY 'x'",
    "CREATE USER 'u'@'10.%' IDENTIFIED BY 'x' AND IDENTIFIED WITH auth_socket",
    [
      "'u'@'10.%' differs; different authentication: the default plugin with a secret / the default plugin with a secret and auth_socket",
    ],
    mysql97,
  );
});

describe('comparison of grants: database names', () => {
  check(
    '`_` is wild, `\\_` is not',
    `${u} GRANT SELECT ON \`a\\_b\`.* TO 'u'@'10.%'`,
    `${u} GRANT SELECT ON a_b.* TO 'u'@'10.%'`,
    ["'u'@'10.%' differs; missing privilege: SELECT on `a\\_b`.*; extra privilege: SELECT on `a_b`.*"],
  );
  check(
    'bare and quoted are the same',
    `${u} GRANT SELECT ON \`a_b\`.* TO 'u'@'10.%'`,
    `${u} GRANT SELECT ON a_b.* TO 'u'@'10.%'`,
    ["'u'@'10.%' match"],
  );
  check(
    'in table position `_` is literal',
    `${u} GRANT SELECT ON \`a\\_b\`.t TO 'u'@'10.%'`,
    `${u} GRANT SELECT ON a_b.t TO 'u'@'10.%'`,
    ["'u'@'10.%' differs; missing privilege: SELECT on `a\\_b`.`t`; extra privilege: SELECT on `a_b`.`t`"],
  );
  check(
    'two backslashes in back-ticks are two',
    `${u} GRANT SELECT ON \`%\\\\_p\`.* TO 'u'@'10.%'`,
    `${u} GRANT SELECT ON \`%\\_p\`.* TO 'u'@'10.%'`,
    ["'u'@'10.%' differs; missing privilege: SELECT on `%\\\\_p`.*; extra privilege: SELECT on `%\\_p`.*"],
  );
});

describe('comparison of grants: what covers what', () => {
  check(
    'global covers database',
    `${u} GRANT SELECT ON *.* TO 'u'@'10.%'; GRANT SELECT ON d.* TO 'u'@'10.%'`,
    `${u} GRANT SELECT ON *.* TO 'u'@'10.%'`,
    ["'u'@'10.%' match; redundant privilege: SELECT on `d`.* / SELECT on `d`.* by *.*"],
  );
  check(
    'database covers table, and a table its columns',
    `${u} GRANT SELECT ON d.* TO 'u'@'10.%'; GRANT SELECT ON d.t TO 'u'@'10.%'; GRANT UPDATE ON d.s TO 'u'@'10.%'; GRANT UPDATE (c) ON d.s TO 'u'@'10.%'`,
    `${u} GRANT SELECT ON d.* TO 'u'@'10.%'; GRANT UPDATE ON d.s TO 'u'@'10.%'`,
    [
      "'u'@'10.%' match; redundant privilege: UPDATE (`c`) on `d`.`s` / UPDATE (`c`) on `d`.`s` by `d`.`s`; redundant privilege: SELECT on `d`.`t` / SELECT on `d`.`t` by `d`.*",
    ],
  );
  check(
    'only the most specific database row applies: a wider one covers no table of it',
    `${u} GRANT SELECT ON d.t TO 'u'@'10.%'; GRANT SELECT ON \`%\`.* TO 'u'@'10.%'; GRANT INSERT ON d.* TO 'u'@'10.%'`,
    `${u} GRANT SELECT ON \`%\`.* TO 'u'@'10.%'; GRANT INSERT ON d.* TO 'u'@'10.%'`,
    ["'u'@'10.%' differs; missing privilege: SELECT on `d`.`t`"],
  );
  check(
    'a narrower row that hides a wider one is no redundant one',
    `${u} GRANT SELECT, INSERT ON \`%\`.* TO 'u'@'10.%'`,
    `${u} GRANT SELECT, INSERT ON \`%\`.* TO 'u'@'10.%'; GRANT INSERT ON d.* TO 'u'@'10.%'`,
    ["'u'@'10.%' differs; extra privilege: INSERT on `d`.*"],
  );
  check(
    'GRANT OPTION of one privilege is that of its scope',
    `${u} GRANT SELECT, INSERT ON d.* TO 'u'@'10.%'`,
    `${u} GRANT SELECT ON d.* TO 'u'@'10.%' WITH GRANT OPTION; GRANT INSERT ON d.* TO 'u'@'10.%'`,
    ["'u'@'10.%' differs; extra grantOption: GRANT OPTION on `d`.*"],
  );
  check(
    'MySQL: a partial revoke is no absence of a grant',
    `${u} GRANT SELECT ON *.* TO 'u'@'10.%'`,
    `${u} GRANT SELECT ON *.* TO 'u'@'10.%'; REVOKE SELECT ON d.* FROM 'u'@'10.%'`,
    ["'u'@'10.%' differs; extra partialRevoke: SELECT revoked on `d`.*"],
    mysql97,
  );
  check(
    'MySQL: GRANT OPTION of dynamic privileges is one for each',
    `${u} GRANT BINLOG_ADMIN, RELOAD ON *.* TO 'u'@'10.%'; GRANT CLONE_ADMIN ON *.* TO 'u'@'10.%' WITH GRANT OPTION`,
    `${u} GRANT BINLOG_ADMIN ON *.* TO 'u'@'10.%' WITH GRANT OPTION; GRANT RELOAD, CLONE_ADMIN ON *.* TO 'u'@'10.%'`,
    [
      "'u'@'10.%' differs; extra dynamicGrantOption: GRANT OPTION for BINLOG_ADMIN; missing dynamicGrantOption: GRANT OPTION for CLONE_ADMIN",
    ],
    mysql97,
  );
});

describe('comparison of grants: accounts', () => {
  check('a missing account is one item', `${u} GRANT SELECT, INSERT ON *.* TO 'u'@'10.%'`, '', [
    "'u'@'10.%' missing; missing account: the account",
  ]);
  check('an extra account is shown apart, without its grants', '', `${u} GRANT SELECT ON *.* TO 'u'@'10.%'`, [
    "'u'@'10.%' extra",
  ]);
  check('accounts of the server itself are not', '', "CREATE USER 'mariadb.sys'@'localhost' ACCOUNT LOCK", []);
  check(
    'hosts are not case sensitive, users are',
    "CREATE USER 'A'@'DB1.example' IDENTIFIED BY 'x'",
    "CREATE USER 'A'@'db1.EXAMPLE' IDENTIFIED BY 'x'; CREATE USER 'a'@'db1.example' IDENTIFIED BY 'x'",
    ["'A'@'db1.example' match", "'a'@'db1.example' extra"],
  );
  check(
    'IPv6 text is compared as written',
    "CREATE USER 'u'@'::1' IDENTIFIED BY 'x'",
    "CREATE USER 'u'@'0:0:0:0:0:0:0:1' IDENTIFIED BY 'x'",
    ["'u'@'::1' missing; missing account: the account", "'u'@'0:0:0:0:0:0:0:1' extra"],
  );
  check(
    'a backslash in a user name is part of it',
    "CREATE USER `o\\_srv`@'%' IDENTIFIED BY 'x'",
    "CREATE USER o_srv@'%' IDENTIFIED BY 'x'",
    ["'o\\\\_srv'@'%' missing; missing account: the account", "'o_srv'@'%' extra"],
  );
  check('a dropped account that is there is extra', "DROP USER 'u'@'10.%'", u, [
    "'u'@'10.%' extra; extra account: dropped / the account",
  ]);

  it('names the account that was perhaps meant', () => {
    const similar = (template: string, actual: string) =>
      diffTexts(template, actual).accounts[0]?.similar.map(({ user, host }) => `${user}@${host ?? ''}`);
    assert.deepEqual(similar("CREATE USER u@'10.64.%'", "CREATE USER u@'10.64.0.0/255.255.0.0'"), [
      'u@10.64.0.0/255.255.0.0',
    ]);
    assert.deepEqual(similar("CREATE USER u@'::1'", "CREATE USER u@'0:0:0:0:0:0:0:1'"), ['u@0:0:0:0:0:0:0:1']);
    assert.deepEqual(similar("CREATE USER `o\\_srv`@'%'", "CREATE USER o_srv@'%'"), ['o_srv@%']);
    assert.deepEqual(similar("CREATE USER u@'10.64.%'", "CREATE USER u@'10.65.%'"), []);
  });

  it('names who shadows it: the most specific host first, and accounts without a name', () => {
    const shadowing = (template: string, actual: string) =>
      diffTexts(template, actual).accounts[0]?.shadowedBy.map(({ user, host }) => `${user}@${host ?? ''}`);
    assert.deepEqual(
      shadowing(
        "CREATE USER u@'%'",
        "CREATE USER u@'%'; CREATE USER ''@'localhost'; CREATE USER u@'10.%'; CREATE USER v@'10.%'",
      ),
      ['u@10.%', '@localhost'],
    );
    assert.deepEqual(
      shadowing("CREATE USER u@'10.%'", "CREATE USER u@'10.%'; CREATE USER u@'%'; CREATE USER u@'10.64.0.0/16'"),
      ['u@10.64.0.0/16'],
    );
  });
});

describe('comparison of grants: roles', () => {
  check(
    'granted and not default is no privilege at login',
    `${r} GRANT r TO 'u'@'10.%'; SET DEFAULT ROLE r FOR 'u'@'10.%'`,
    `${r} GRANT r TO 'u'@'10.%'`,
    ['`r` match', "'u'@'10.%' differs; different defaultRole: default role `r` / no default role"],
  );
  check(
    'ADMIN OPTION is an item of its own',
    `${r} GRANT r TO 'u'@'10.%'`,
    `${r} GRANT r TO 'u'@'10.%' WITH ADMIN OPTION`,
    ['`r` match', "'u'@'10.%' differs; extra adminOption: ADMIN OPTION for role `r`"],
  );
  check(
    'a grantee without host is a role on MariaDB, and the role wins over a user of that name',
    "CREATE ROLE both; CREATE USER both@'%' IDENTIFIED BY 'x'; GRANT SELECT ON d.* TO both",
    "CREATE ROLE both; CREATE USER both@'%' IDENTIFIED BY 'x'; GRANT SELECT ON d.* TO both@'%'",
    ['`both` differs; missing privilege: SELECT on `d`.*', "'both'@'%' differs; extra privilege: SELECT on `d`.*"],
  );
  check(
    'and user@% on MySQL',
    "CREATE USER both IDENTIFIED BY 'x'; GRANT SELECT ON d.* TO both",
    "CREATE USER both@'%' IDENTIFIED BY 'x'; GRANT SELECT ON d.* TO both@'%'",
    ["'both'@'%' match"],
    mysql97,
  );
  check(
    'a bare grantee is the user where the server has that and no role',
    'GRANT SELECT ON d.* TO u',
    "CREATE USER u@'%' IDENTIFIED BY 'x'; GRANT SELECT ON d.* TO u@'%'",
    ["'u'@'%' match"],
  );
  check('PUBLIC is compared', 'GRANT SELECT ON d.t TO PUBLIC', 'GRANT INSERT ON d.t TO PUBLIC', [
    'PUBLIC differs; missing privilege: SELECT on `d`.`t`; extra privilege: INSERT on `d`.`t`',
  ]);
  check(
    'MySQL: roles have hosts',
    "CREATE ROLE r@'10.%'; CREATE USER u@'%' IDENTIFIED BY 'x' DEFAULT ROLE r@'10.%'; GRANT r@'10.%' TO u@'%'",
    "CREATE ROLE r@'10.%', r; CREATE USER u@'%' IDENTIFIED BY 'x' DEFAULT ROLE r; GRANT r TO u@'%'",
    [
      "'r'@'10.%' match",
      "'u'@'%' differs; missing role: role 'r'@'10.%'; extra role: role 'r'@'%'; different defaultRole: default role 'r'@'10.%' / default role 'r'@'%'",
      "'r'@'%' extra",
    ],
    mysql97,
  );
  check(
    'PROXY WITH GRANT OPTION gives GRANT OPTION globally too, on the server and here',
    `${u} GRANT PROXY ON ''@'%' TO 'u'@'10.%' WITH GRANT OPTION`,
    `${u} GRANT USAGE ON *.* TO 'u'@'10.%' WITH GRANT OPTION; GRANT PROXY ON ''@'%' TO 'u'@'10.%' WITH GRANT OPTION`,
    ["'u'@'10.%' match"],
  );
});

describe('comparison of grants: REQUIRE, limits, lock, expiry', () => {
  check(
    'REQUIRE, also in another order',
    `CREATE USER 'u'@'%' IDENTIFIED BY 'x' REQUIRE SUBJECT 'a' AND ISSUER 'b'`,
    `CREATE USER 'u'@'%' IDENTIFIED BY 'x' REQUIRE ISSUER 'b' SUBJECT 'a'`,
    ["'u'@'%' match"],
  );
  check(
    'each is an item',
    `CREATE USER 'u'@'%' IDENTIFIED BY 'x' REQUIRE SSL WITH MAX_USER_CONNECTIONS 5 ACCOUNT LOCK PASSWORD EXPIRE NEVER`,
    `CREATE USER 'u'@'%' IDENTIFIED BY 'x'`,
    [
      "'u'@'%' differs; different require: SSL / NONE; different limit: 5 / 0; different lock: locked / not locked; different expiry: NEVER / DEFAULT",
    ],
  );
  check(
    'MAX_STATEMENT_TIME is a number',
    `CREATE USER 'u'@'%' IDENTIFIED BY 'x' WITH MAX_STATEMENT_TIME 30`,
    `CREATE USER 'u'@'%' IDENTIFIED BY 'x' WITH MAX_STATEMENT_TIME 30.000000`,
    ["'u'@'%' match"],
  );
  check(
    'limits in a GRANT count, the others are not said',
    `GRANT USAGE ON *.* TO 'u'@'%' WITH MAX_USER_CONNECTIONS 5`,
    `CREATE USER 'u'@'%' IDENTIFIED BY 'x' REQUIRE SSL WITH MAX_USER_CONNECTIONS 6 MAX_QUERIES_PER_HOUR 1`,
    ["'u'@'%' differs; different limit: 5 / 6"],
  );
});

describe('comparison of grants: what cannot be told', () => {
  const denied = { kind: 'error', errno: 1142, text: 'SELECT command denied' } as const;
  const readable = { kind: 'rows', texts: ["GRANT SELECT ON *.* TO `u`@`10.%` IDENTIFIED BY PASSWORD '*AB'"] } as const;
  const server = (grants: typeof denied | typeof readable, createUser: typeof denied, listed: 'all' | 'own' = 'all') =>
    toGrantModel({ server: mariadb1011, listed, accounts: [{ user: 'u', host: '10.%', grants, createUser }] });

  check(
    'a denied SHOW GRANTS is not compared, never missing',
    `${u} GRANT SELECT ON *.* TO 'u'@'10.%'`,
    server(denied, denied),
    [
      "'u'@'10.%' notCompared; notCompared authentication; notCompared require; notCompared limit; notCompared lock; notCompared expiry; notCompared part",
    ],
  );
  check(
    'without SHOW CREATE USER, lock and expiry are not known',
    `${u} GRANT SELECT ON *.* TO 'u'@'10.%'`,
    server(readable, denied),
    ["'u'@'10.%' notCompared; notCompared lock; notCompared expiry"],
  );
  check('a real difference still is one', `${u} GRANT INSERT ON *.* TO 'u'@'10.%'`, server(readable, denied), [
    "'u'@'10.%' differs; notCompared lock; notCompared expiry; missing privilege: INSERT on *.*; extra privilege: SELECT on *.*",
  ]);
  check(
    'when only the own account is listed, no other is missing',
    "CREATE USER v@'%' IDENTIFIED BY 'x'",
    server(readable, denied, 'own'),
    ["'v'@'%' notCompared; notCompared account", "'u'@'10.%' extra"],
  );
  check(
    'a statement under `if` is not compared',
    `${u} <% if @shard == 's7' %>GRANT SELECT ON *.* TO 'u'@'10.%';<% end %>`,
    u,
    ["'u'@'10.%' notCompared; notCompared statement"],
  );
  check(
    'and what it may have granted is not extra',
    `${u} <% if @a %>GRANT SELECT ON *.* TO 'u'@'10.%';<% end %>`,
    `${u} GRANT SELECT, INSERT ON *.* TO 'u'@'10.%'`,
    ["'u'@'10.%' differs; notCompared privilege; extra privilege: INSERT on *.*; notCompared statement"],
  );
  check(
    'an account that only such a statement names is not missing',
    `<% if @a %>CREATE USER 'u'@'10.%' IDENTIFIED BY 'x';<% end %>`,
    '',
    ["'u'@'10.%' notCompared; notCompared statement"],
  );
  check(
    'privileges left open are not compared',
    `${u} GRANT <%= @privs %> ON d.* TO 'u'@'10.%'`,
    `${u} GRANT SELECT ON d.* TO 'u'@'10.%'`,
    ["'u'@'10.%' notCompared; notCompared privilege; notCompared statement"],
  );
  check(
    'a name left open may be any account that fits',
    "CREATE USER '<%= @name %>'@'10.%' IDENTIFIED BY 'x'",
    `${u} CREATE USER v@'%' IDENTIFIED BY 'x'`,
    ["'u'@'10.%' notCompared; notCompared account", "'v'@'%' extra"],
  );
  check(
    'an unreadable statement makes its account not compared',
    `${u} GRANT SELECT ON ON d.* TO 'u'@'10.%'; GRANT INSERT ON d.* TO 'u'@'10.%'`,
    `${u} GRANT INSERT ON d.* TO 'u'@'10.%'`,
    ["'u'@'10.%' notCompared; notCompared statement"],
  );

  check(
    'an empty or foreign answer is no empty account',
    `${u} GRANT SELECT ON *.* TO 'u'@'10.%'`,
    toGrantModel({
      server: mariadb1011,
      listed: 'all',
      accounts: [
        {
          user: 'u',
          host: '10.%',
          grants: { kind: 'rows', texts: [] },
          createUser: { kind: 'rows', texts: ["CREATE USER `u`@`10.%` IDENTIFIED BY PASSWORD '*AB'"] },
        },
      ],
    }),
    ["'u'@'10.%' notCompared; notCompared part"],
  );

  it('says which parts, and why', () => {
    const skipped = { kind: 'error', errno: 1141, text: 'There is no such grant' } as const;
    const { unknown } = toGrantModel({
      server: mariadb1011,
      listed: 'all',
      accounts: [{ user: 'u', host: 'db1.example', grants: skipped, createUser: skipped }],
    });
    assert.match(unknown.join('\n'), /'u'@'db1\.example': privileges\. .*skip_name_resolve/);
  });
});

describe('rows that an older MariaDB stored', () => {
  const text = { kind: 'rows', texts: ['GRANT SUPER, READ_ONLY ADMIN ON *.* TO `u`@`%`'] } as const;
  const stored = (globalPriv: string) =>
    toGrantModel({
      server: mariadb1011,
      listed: 'all',
      accounts: [{ user: 'u', host: '%', grants: text, createUser: { kind: 'notAsked' }, globalPriv }],
    });

  it('are named where this server reads other privileges from them', () => {
    assert.deepEqual(stored('{"access":32768,"version_id":100508}').storedByOlder, [
      { account: { user: 'u', host: '%' }, versionId: 100508, rejected: false },
    ]);
    assert.deepEqual(stored('{"access":274878431232}').storedByOlder, [
      { account: { user: 'u', host: '%' }, versionId: undefined, rejected: true },
    ]);
    assert.deepEqual(stored('{"access":32768,"version_id":101119}').storedByOlder, []);
    assert.deepEqual(stored('{"access":18446744073709551615}').storedByOlder, []);
  });

  it('tell lock and expiry where SHOW CREATE USER is denied', () => {
    const account = stored(
      '{"access":0,"version_id":101119,"account_locked":true,"password_lifetime":30,"password_last_changed":5}',
    ).model.accounts.get('user\0u\0%');
    assert.ok(account);
    assert.equal(account.locked?.value, true);
    assert.deepEqual(account.expiry?.value, { kind: 'interval', days: 30 });
    assert.equal(account.unknown.has('lock'), false);
  });
});
