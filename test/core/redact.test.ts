import assert from 'node:assert/strict';
import { redact } from '../../src/core/redact';

describe('redact', () => {
  const check = (text: string, expected: string) => {
    it(text.slice(0, 60), () => {
      assert.equal(redact(text), expected);
    });
  };
  check("CREATE USER u IDENTIFIED BY 'geheim'", 'CREATE USER u IDENTIFIED BY <secret>');
  check("IDENTIFIED BY PASSWORD '*2470C0C06DEE42FD1618BB99005ADCA2EC9D1E19'", 'IDENTIFIED BY PASSWORD <secret>');
  check(
    "IDENTIFIED VIA ed25519 USING 'ZIgUREUg5PVgQ6LskhXmO+eZLS0nC8be6HPjYWR4YJY'",
    'IDENTIFIED VIA ed25519 USING <secret>',
  );
  check("IDENTIFIED WITH 'caching_sha2_password' AS 0x244124", "IDENTIFIED WITH 'caching_sha2_password' AS <secret>");
  check(
    "CHANGE MASTER TO MASTER_PASSWORD='it''s \\' x', MASTER_PORT=1",
    'CHANGE MASTER TO MASTER_PASSWORD=<secret>, MASTER_PORT=1',
  );
  check("SET PASSWORD = PASSWORD('a')", 'SET PASSWORD = PASSWORD(<secret>)');
  check('password = hunter2', 'password = <secret>');
  check('mysql --password=hunter2 -h db1', 'mysql --password=<secret> -h db1');
  check('hash *2470C0C06DEE42FD1618BB99005ADCA2EC9D1E19 seen', 'hash <secret> seen');
  check(
    "Access denied for user 'repl'@'10.0.0.1' (using password: YES)",
    "Access denied for user 'repl'@'10.0.0.1' (using password: YES)",
  );
  check('GRANT SELECT ON *.* TO `a`@`b`', 'GRANT SELECT ON *.* TO `a`@`b`');
});
