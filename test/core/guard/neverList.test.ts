import assert from 'node:assert/strict';
import { effectOf, type Effect } from '../../../src/core/guard/effect';
import { findNever, type NeverContext } from '../../../src/core/guard/neverList';

const leaf: NeverContext = { hasReplicas: false };

function check(sql: string, expected: RegExp | undefined, context: NeverContext = leaf): void {
  const found = findNever(sql, context);
  if (expected === undefined) assert.equal(found, undefined, sql);
  else assert.match(found ?? `nothing about ${sql}`, expected);
}

describe('never list', () => {
  it('knows a skipped event in every spelling', () => {
    for (const sql of [
      'SET GLOBAL SQL_SLAVE_SKIP_COUNTER = 1',
      'set global sql_slave_skip_counter=1',
      'SET @@global.sql_slave_skip_counter := 1',
      'SET GLOBAL `sql_slave_skip_counter` = 1',
      'SET GLOBAL/**/sql_slave_skip_counter/* x */= 1',
      'STOP SLAVE; SET GLOBAL sql_replica_skip_counter = 1; START SLAVE',
      '/*!50000 SET GLOBAL sql_slave_skip_counter = 1 */',
      "SELECT 'a\\'; SET GLOBAL sql_slave_skip_counter = 1; -- '",
    ]) {
      check(sql, /^Skipping events/);
    }
    check("SELECT 'SET GLOBAL sql_slave_skip_counter'", undefined);
  });

  it('allows no exec mode but STRICT', () => {
    check("SET GLOBAL slave_exec_mode = 'IDEMPOTENT'", /^An exec mode/);
    check('SET GLOBAL slave_exec_mode = 1', /^An exec mode/);
    check("SET GLOBAL replica_exec_mode := 'idempotent', GLOBAL time_zone = 'STRICT'", /^An exec mode/);
    check("SET GLOBAL slave_exec_mode = 'STRICT'", undefined);
  });

  it('moves a position only with a proof', () => {
    check("SET GLOBAL gtid_slave_pos = '0-1-5'", /^Moving the GTID position/);
    check("SET GLOBAL gtid_purged = '+uuid:1-5'", /^Moving the GTID position/);
    check("SET GLOBAL gtid_slave_pos = '0-1-5'", undefined, { ...leaf, hasPositionProof: true });
    check('CHANGE MASTER TO MASTER_USE_GTID = slave_pos', undefined);
    check('SELECT @@gtid_slave_pos', undefined);
  });

  it('clears binary logs only where nobody reads them', () => {
    for (const sql of [
      'RESET MASTER',
      'RESET BINARY LOGS AND GTIDS',
      'RESET QUERY CACHE, MASTER',
      'reset /* */ master',
    ]) {
      check(sql, /^Clearing the binary logs/, { hasReplicas: true });
      check(sql, /^Clearing the binary logs/, { hasReplicas: undefined });
      check(sql, undefined);
    }
    check("RESET SLAVE 'x' ALL", undefined, { hasReplicas: true });
  });

  it('takes nothing away from accounts that no template names', () => {
    const context = { ...leaf, templateAccounts: ['app@10.%'] };
    check("DROP USER 'app'@'10.%'", undefined, context);
    check("DROP USER 'app'@'10.%', 'other'@'%'", /from other@%/, context);
    check("REVOKE ALL PRIVILEGES ON *.* FROM 'other'@'%'", /from other@%/, context);
    check('REVOKE SELECT ON *.* FROM app', /from an account/, context);
    check("GRANT SELECT ON a.* TO 'x'@'%'", undefined, context);
    check("DROP USER 'other', 'app'@'10.%'", /from other@%/, context);
    check("REVOKE SELECT ON a.* FROM 'app'@'10.%', `role`", /from role/, context);
    check("REVOKE SELECT ON a.* FROM 'app'@'10.%'; REVOKE `r`@`%` FROM 'app'@'10.%'", undefined, context);
    check("BEGIN NOT ATOMIC REVOKE SELECT ON a.* FROM 'app'@'10.%'; END", /from an account/, context);
  });

  it('refuses statements that are put together at run time', () => {
    check("PREPARE s FROM CONCAT('RESET ', 'MASTER')", /at run time/);
    check("EXECUTE IMMEDIATE 'RESET MASTER'", /at run time/);
  });
});

describe('effect of a statement', () => {
  it('counts doubt as destructive', () => {
    const cases: readonly (readonly [string, Effect])[] = [
      ['SHOW SLAVE STATUS', 'read'],
      ['SELECT 1; SELECT 2;', 'read'],
      ["SELECT 1 INTO OUTFILE '/tmp/x'", 'destructive'],
      ["STOP SLAVE 'a'", 'write'],
      ['SELECT 1; START SLAVE', 'write'],
      ['SET GLOBAL read_only = 1', 'write'],
      ['CREATE OR REPLACE USER x', 'destructive'],
      ['SET SESSION sql_log_bin = 0; DELETE FROM heartbeat.heartbeat WHERE server_id = 1', 'destructive'],
      ['RESET SLAVE ALL', 'destructive'],
      ['frobnicate', 'destructive'],
      ["SELECT 'never closed", 'destructive'],
      ['/*!50000 DROP TABLE t */', 'destructive'],
      ['-- DROP TABLE t', 'read'],
    ];
    for (const [sql, expected] of cases) assert.equal(effectOf(sql), expected, sql);
  });
});
