import assert from 'node:assert/strict';
import { checkTemplate } from '../../../src/core/grants/checkTemplate';
import type { GrantServer } from '../../../src/core/grants/grantServer';
import { parseTemplate } from '../../../src/core/grants/template';
import { mariadb1011, mariadb118, mysql97 } from './serverRecordings';

/** Faults as `severity: message start`. */
function check(name: string, source: string, expected: readonly string[], server: GrantServer = mariadb1011) {
  it(name, () => {
    const template = parseTemplate(source, { server });
    const found = checkTemplate(template).map(
      ({ severity, start, message }) => `${template.sourceLine(start)} ${severity}: ${message}`,
    );
    assert.equal(found.length, expected.length, found.join('\n'));
    for (const [index, start] of expected.entries())
      assert.ok(found[index]?.startsWith(start), `${found[index]} is not ${start}`);
  });
}

const u = "CREATE USER 'u'@'10.%' IDENTIFIED BY '<%= @pw %>';\n";

describe('faults of grant templates, as found in the field', () => {
  check('1: a backslash in a user name', "CREATE USER `orchestrator\\_srv`@'10.%' IDENTIFIED BY 'x';", [
    '1 warning: A backslash is part of a user name: this is another account than `orchestrator_srv`.',
  ]);
  check('2: two backslashes in a database name', `${u}GRANT SELECT ON \`%\\\\_p\`.* TO 'u'@'10.%';`, [
    '2 warning: Two backslashes',
  ]);
  check('3: a table of MySQL', `${u}GRANT SELECT ON mysql.slave_master_info TO 'u'@'10.%';`, [
    '2 error: MariaDB 10.11.19: mysql.slave_master_info is a table of MySQL: 1146.',
  ]);
  check('and on MySQL it is none', `${u}GRANT SELECT ON mysql.slave_master_info TO 'u'@'10.%';`, [], mysql97);
  check(
    '4: a role for an account that is never created',
    `${u}CREATE ROLE r;\nGRANT SELECT ON d.* TO 'u'@'10.%';\nGRANT r TO 'u'@'%';`,
    ["4 warning: 'u'@'%' is granted to and never created: with NO_AUTO_CREATE_USER the server refuses it (1133)."],
  );
  check('5: a password without quotes', "CREATE USER 'u'@'10.%' IDENTIFIED BY <%= @research_pass %>;", [
    '1 warning: MariaDB 10.11.19: No quotes stand around this password',
  ]);
  check(
    '6: IPv4 and IPv6 twins that differ',
    "CREATE USER dump@'10.64.0.95' IDENTIFIED BY 'x';\nCREATE USER dump@'2620:0:861:101:10:64:0:95' IDENTIFIED BY 'x';\nGRANT SELECT ON *.* TO dump@'10.64.0.95';",
    ["2 warning: 'dump'@'2620:0:861:101:10:64:0:95' differs from its IPv4 twin 'dump'@'10.64.0.95'"],
  );
  check(
    'and twins that do not',
    "CREATE USER dump@'10.64.0.95' IDENTIFIED BY 'x';\nCREATE USER dump@'2620:0:861:101:10:64:0:95' IDENTIFIED BY 'x';\nGRANT SELECT ON *.* TO dump@'10.64.0.95', dump@'2620:0:861:101:10:64:0:95';",
    [],
  );
  check('9: GRANT without CREATE USER', "GRANT SELECT ON d.* TO 'u'@'10.%';", [
    "1 warning: 'u'@'10.%' is granted to and never created",
  ]);
  check('unless the GRANT says how it logs in', "GRANT SELECT ON d.* TO 'u'@'10.%' IDENTIFIED BY 'x';", []);
  check('10: a role before it is created', `${u}GRANT labsdbuser TO 'u'@'10.%';\nCREATE ROLE labsdbuser;`, [
    '2 error: The role `labsdbuser` is used here before it is created: order matters.',
  ]);
  check('11: no password', "CREATE USER 'u'@'10.%';", ["1 warning: 'u'@'10.%' has no password"]);
  check('11: an empty password', "CREATE USER 'u'@'10.%' IDENTIFIED BY '';", ["1 warning: 'u'@'10.%' has no password"]);
  check(
    'a socket is no password, and a locked account needs none',
    "CREATE USER 'u'@'localhost' IDENTIFIED VIA unix_socket; CREATE USER v@'%' ACCOUNT LOCK;",
    [],
  );
  check(
    '12: grants that wider ones make redundant',
    `${u}GRANT SELECT, INSERT ON *.* TO 'u'@'10.%';\nGRANT SELECT ON d.* TO 'u'@'10.%';\nGRANT UPDATE ON d.t TO 'u'@'10.%';`,
    ["3 warning: SELECT on `d`.* change nothing: 'u'@'10.%' has it on *.*."],
  );
});

describe('faults of grant templates', () => {
  check(
    'an unescaped `_`',
    `${u}GRANT SELECT ON heartbeat_p.* TO 'u'@'10.%';\nGRANT SELECT ON \`heartbeat\\_p\`.* TO 'u'@'10.%';`,
    ['2 warning: `_` fits any one character in a database name: write `heartbeat\\_p` for this one.'],
  );
  check('not in a table', `${u}GRANT SELECT ON a_b.c_d TO 'u'@'10.%';`, []);
  check(
    'default role before its grant',
    `${u}CREATE ROLE r;\nSET DEFAULT ROLE r FOR 'u'@'10.%';\nGRANT r TO 'u'@'10.%';`,
    ['3 error: `r` is made the default role before it is granted: order matters.'],
  );
  check('default role never granted', `${u}CREATE ROLE r;\nSET DEFAULT ROLE r FOR 'u'@'10.%';`, [
    '3 error: `r` is made the default role and never granted.',
  ]);
  check('user@host in one pair of quotes', "CREATE USER 'u@10.%' IDENTIFIED BY 'x';", [
    '1 warning: One pair of quotes',
  ]);
  check(
    'logic is not compared, and says so',
    `${u}<% if @shard == 's7' %>\nGRANT SELECT ON d.* TO 'u'@'10.%';\n<% end %>`,
    ['3 warning: Not compared. `if` is logic of the template'],
  );
  check('an open name is not compared, and says so', "GRANT SELECT ON d.* TO '<%= @x %>'@'10.%';", [
    '1 warning: Not compared. A value in it is not known',
  ]);
  check('a privilege that this version does not know', `${u}GRANT SHOW CREATE ROUTINE ON d.* TO 'u'@'10.%';`, [
    '2 warning: Not compared. MariaDB 10.11.19 does not know the privilege SHOW CREATE ROUTINE.',
  ]);
  check('and one that does', `${u}GRANT SHOW CREATE ROUTINE ON d.* TO 'u'@'10.%';`, [], mariadb118);
  check('a global privilege on a database', `${u}GRANT RELOAD ON d.* TO 'u'@'10.%';`, [
    '2 warning: Not compared. RELOAD cannot be granted on a database.',
  ]);
  check('SUPER means less from 10.11 on', `${u}GRANT SUPER ON *.* TO 'u'@'10.%';`, [
    '2 warning: MariaDB 10.11.19: SUPER no longer brings READ_ONLY ADMIN.',
  ]);
  check(
    'and less still from 11.0.1 on',
    `${u}GRANT SUPER ON *.* TO 'u'@'10.%';`,
    ['2 warning: MariaDB 11.8.9: SUPER no longer brings what was split out of it'],
    mariadb118,
  );
  check(
    'MySQL words on MariaDB',
    "CREATE USER u@'%' IDENTIFIED WITH caching_sha2_password BY 'x' DEFAULT ROLE r COMMENT 'x';\nCREATE ROLE r@'%';\nGRANT r TO u@'%';\nSET DEFAULT ROLE r TO u@'%';",
    [
      '1 error: MariaDB 10.11.19: IDENTIFIED WITH',
      '1 error: MariaDB 10.11.19: DEFAULT ROLE',
      '1 error: MariaDB 10.11.19: ATTRIBUTE',
      '2 error: MariaDB 10.11.19: A role has no host.',
      '3 warning: The role `r` is never created in this template.',
      '4 error: MariaDB 10.11.19: SET DEFAULT ROLE … TO is MySQL.',
    ],
  );
  check(
    'MariaDB words on MySQL',
    "CREATE OR REPLACE USER u@'%' IDENTIFIED VIA unix_socket;\nGRANT SELECT ON d.* TO u@'%' IDENTIFIED BY 'x';\nCREATE ROLE r;\nGRANT r TO u@'%';\nSET DEFAULT ROLE r FOR u@'%';\nGRANT SELECT ON d.* TO PUBLIC;",
    [
      '1 error: MySQL 9.7.4: OR REPLACE',
      '1 error: MySQL 9.7.4: IDENTIFIED VIA',
      '1 error: MySQL 9.7.4: unix_socket',
      '2 error: MySQL 9.7.4: GRANT cannot say how an account logs in.',
      '5 error: MySQL 9.7.4: SET DEFAULT ROLE … FOR is MariaDB.',
      '6 error: MySQL 9.7.4: PUBLIC is MariaDB',
    ],
    mysql97,
  );
  check(
    'a sound template has none',
    `${u}CREATE ROLE r;\nGRANT SELECT ON \`%wik%\`.* TO r;\nGRANT r TO 'u'@'10.%';\nSET DEFAULT ROLE r FOR 'u'@'10.%';`,
    [],
  );
});
