import assert from 'node:assert/strict';
import { parseAccountStatements } from '../../../src/core/grants/parseAccountStatements';
import { mariadb1011, mysql97 } from './serverRecordings';

describe('account statements', () => {
  /** `kind@offset` of every statement, and the problems as `offset: message`. */
  const check = (text: string, expected: readonly string[], problems: readonly string[] = []) => {
    it(text.slice(0, 90).replace(/\n/g, ' ⏎ ') || '(nothing)', () => {
      const parsed = parseAccountStatements(text);
      assert.deepEqual(
        parsed.statements.map(({ kind, start }) => `${kind}@${start}`),
        expected,
      );
      assert.deepEqual(
        parsed.problems.map(({ start, message }) => `${start}: ${message}`),
        problems,
      );
    });
  };
  const good = (kind: string, ...texts: readonly string[]) => {
    for (const text of texts) check(text, [`${kind}@0`]);
  };
  good(
    'grant',
    "GRANT SELECT ON d.* TO 'u'@'h'",
    "grant select, insert (a, `b`), references(c) on table d.t to u@localhost, 'v'@'%' with grant option",
    "GRANT ALL PRIVILEGES ON *.* TO u@10.64.0.1 IDENTIFIED BY 'x' REQUIRE SSL WITH GRANT OPTION MAX_USER_CONNECTIONS 48",
    "GRANT USAGE ON *.* TO u IDENTIFIED BY PASSWORD '*AB'",
    'GRANT USAGE ON * TO u',
    'GRANT EXECUTE ON PROCEDURE d.p TO u',
    'GRANT EXECUTE ON FUNCTION `d`.`f` TO u',
    'GRANT EXECUTE ON PACKAGE BODY d.p TO u',
    'GRANT SELECT ON function.t TO u',
    'GRANT SELECT ON t TO u',
    "GRANT SELECT ON `%wik%`.* TO `u`@`10.%` IDENTIFIED VIA unix_socket OR mysql_native_password USING '*AB' OR ed25519 USING PASSWORD('x')",
    'GRANT SELECT ON d.* TO PUBLIC',
    'GRANT SELECT ON d.* TO CURRENT_USER()',
    "GRANT SELECT ON *.* TO u AS root@localhost WITH ROLE ALL EXCEPT 'r'",
    'GRANT BINLOG_ADMIN,CLONE_ADMIN ON *.* TO `u`@`%`',
  );
  good(
    'revoke',
    "REVOKE SELECT, INSERT (a) ON d.t FROM 'u'@'h', v",
    'REVOKE IF EXISTS SELECT ON d.* FROM u IGNORE UNKNOWN USER',
    'REVOKE GRANT OPTION ON *.* FROM u',
  );
  good('revokeAll', 'REVOKE ALL PRIVILEGES, GRANT OPTION FROM u, v', 'REVOKE ALL, GRANT OPTION FROM u');
  good('grantRoles', 'GRANT r TO u', "GRANT 'r'@'%', s TO u, v WITH ADMIN OPTION", 'GRANT `r` TO `s`');
  good('revokeRoles', 'REVOKE r FROM u', 'REVOKE ADMIN OPTION FOR r FROM u');
  good('grantProxy', "GRANT PROXY ON ''@'%' TO u@h WITH GRANT OPTION", 'GRANT PROXY ON a TO b');
  good('revokeProxy', "REVOKE PROXY ON ''@'%' FROM u@h");
  good(
    'createUser',
    'CREATE USER u',
    "CREATE OR REPLACE USER 'u'@'h' IDENTIFIED BY 'x', v IDENTIFIED VIA unix_socket ACCOUNT LOCK PASSWORD EXPIRE INTERVAL 30 DAY",
    "CREATE USER IF NOT EXISTS u IDENTIFIED WITH caching_sha2_password BY 'x' DEFAULT ROLE r, s REQUIRE X509 PASSWORD HISTORY DEFAULT PASSWORD REUSE INTERVAL 10 DAY PASSWORD REQUIRE CURRENT OPTIONAL FAILED_LOGIN_ATTEMPTS 3 PASSWORD_LOCK_TIME UNBOUNDED ATTRIBUTE '{}'",
    "CREATE USER u IDENTIFIED BY RANDOM PASSWORD COMMENT 'x'",
    "CREATE USER u IDENTIFIED WITH 'p' AS 0xAB AND IDENTIFIED WITH 'q' REQUIRE SUBJECT 'a' AND ISSUER 'b' CIPHER 'c' WITH MAX_STATEMENT_TIME 1.5",
    'CREATE USER u IDENTIFIED BY <password>',
  );
  good(
    'alterUser',
    "ALTER USER u IDENTIFIED BY 'x' REPLACE 'y' RETAIN CURRENT PASSWORD",
    'ALTER USER IF EXISTS u DISCARD OLD PASSWORD',
    'ALTER USER u PASSWORD EXPIRE NEVER ACCOUNT UNLOCK',
    'ALTER USER u DEFAULT ROLE ALL',
  );
  good(
    'createRole',
    'CREATE ROLE r, s',
    'CREATE OR REPLACE ROLE r WITH ADMIN CURRENT_USER',
    'CREATE ROLE IF NOT EXISTS r WITH ADMIN u@h',
  );
  good('dropUser', "DROP USER IF EXISTS u, 'v'@'h'");
  good('dropRole', 'DROP ROLE r');
  good('renameUser', 'RENAME USER a TO b, c@d TO e@f');
  good('setDefaultRole', "SET DEFAULT ROLE r for 'u'@'h'", 'SET DEFAULT ROLE NONE', 'SET DEFAULT ROLE ALL TO u, v');
  good('setPassword', "SET PASSWORD FOR u = PASSWORD('x')", "SET PASSWORD = 'x'", 'SET PASSWORD FOR u TO RANDOM');
  good(
    'other',
    'FLUSH PRIVILEGES',
    'SET SESSION sql_log_bin=0',
    'SELECT 1',
    'USE mysql',
    'CREATE DATABASE d',
    'DROP TABLE t',
    'SET @a = 1',
  );

  check('/*M!100100 GRANT SELECT ON d.* TO u */', ['grant@11']);
  check('', []);
  check(' ;; -- nothing\n;', []);
  check("GRANT SELECT ON d.* TO u; FLUSH PRIVILEGES;\nSET PASSWORD FOR u = '';", [
    'grant@0',
    'other@26',
    'setPassword@44',
  ]);
  check(
    'GRANT SELECT ON d.* TO u\nGRANT INSERT ON d.* TO v',
    ['grant@0', 'grant@25'],
    ['23: A semicolon is missing after this statement.'],
  );
  check('GRANT SELECT ON ON d.* TO u; GRANT r TO u', ['unreadable@0', 'grantRoles@29'], ['19: TO is expected here.']);
  check('GRANT SELECT d.* TO u\nREVOKE r FROM u', ['unreadable@0', 'revokeRoles@22'], ['14: ON is expected here.']);
  check('GRANT SELECT TO u', ['unreadable@0'], ['16: ON and an object are expected after privileges.']);
  check(
    "GRANT SELECT ON 'd'.* TO u",
    ['unreadable@0'],
    ['16: A database or a table stands in back-ticks or bare, not in quotes of a string.'],
  );
  check('GRANT SELECT ON d.* TO u FROBNICATE', ['unreadable@0'], ['25: `FROBNICATE` is not understood here.']);
  check('CREATE USER u IDENTIFIED BY secret', ['unreadable@0'], ['28: A password is expected here, in quotes.']);
  check('DENY SELECT ON d.* TO u', ['unreadable@0'], ['5: DENY is not understood yet.']);
  check("GRANT SELECT ON d.* TO 'u", ['grant@0'], ['23: This quote is never closed.']);
  check('GRANT SELECT ON d.* TO u\\G\nGRANT r TO u;', ['grant@0', 'other@24', 'grantRoles@27']);

  it('names the accounts of what it could not read', () => {
    const [statement] = parseAccountStatements("GRANT SELECT ON ON d.* TO 'u'@'10.%', v@localhost").statements;
    assert.ok(statement?.kind === 'unreadable');
    assert.deepEqual(
      statement.accounts.map(({ user, host }) => `${user}@${host ?? ''}`),
      ['u@10.%', 'v@localhost'],
    );
  });

  it('keeps the range of every node', () => {
    const text = "GRANT SELECT, INSERT (`a`) ON `d`.* TO 'u'@'10.%' WITH GRANT OPTION";
    const [statement] = parseAccountStatements(text, mariadb1011).statements;
    assert.ok(statement?.kind === 'grant');
    const at = ({ start, end }: { start: number; end: number }) => text.slice(start, end);
    assert.deepEqual(statement.privileges.map(at), ['SELECT', 'INSERT (`a`)']);
    assert.deepEqual(statement.grantees.map(at), ["'u'@'10.%'"]);
    assert.equal(at(statement.object), '`d`.*');
    assert.equal(statement.grantOption && at(statement.grantOption), 'GRANT OPTION');
    assert.equal(at(statement), text);
  });

  it('takes names as the sql_mode does', () => {
    const text = 'GRANT SELECT ON "d".* TO "u"@"%"';
    assert.equal(parseAccountStatements(text, { ...mysql97, ansiQuotes: true }).problems.length, 0);
    assert.equal(parseAccountStatements(text, mysql97).problems.length, 1);
  });
});
