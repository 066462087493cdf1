import assert from 'node:assert/strict';
import { fillIn, statementsOf } from './followRemedy';

describe('the statements of a remedy', () => {
  const check = (line: string, statements: readonly string[]) => {
    it(line, () => {
      assert.deepEqual(statementsOf(line), statements);
    });
  };
  check('Ask who stopped it, and read the admin log.', []);
  check('Then: `START SLAVE`', ['START SLAVE']);
  check('Stop it: `STOP SLAVE`, `CHANGE MASTER TO MASTER_DELAY=0`, `START SLAVE`', [
    ...['STOP SLAVE', 'CHANGE MASTER TO MASTER_DELAY=0', 'START SLAVE'],
  ]);
  check('Unlogged: ``SET SESSION sql_log_bin = 0; DELETE FROM `a b`.t LIMIT 1``, then `START SLAVE SQL_THREAD`', [
    ...['SET SESSION sql_log_bin = 0', 'DELETE FROM `a b`.t LIMIT 1', 'START SLAVE SQL_THREAD'],
  ]);
  // Names, options and programs are no statements.
  check('Set `read_only` on `db1:3306` with `sql_log_bin = 0`; see `mysqlbinlog`.', []);
});

describe('a statement with placeholders', () => {
  const given = { '<key>': 'id', '<value>': '1', "'…'": "'it?'" };

  it('is filled', () => {
    assert.equal(fillIn("SET x = '…' WHERE <key> = <value>", given), "SET x = 'it?' WHERE id = 1");
  });

  for (const statement of ['KILL <id>', 'INSERT INTO t VALUES (…)', 'DELETE FROM t WHERE <key> = <number of it>'])
    it(`is refused where one is left: ${statement}`, () => {
      assert.throws(() => fillIn(statement, given), /has a placeholder that nothing was given for/);
    });

  it('is refused where a quoted one is left', () => {
    assert.throws(() => fillIn("CHANGE MASTER TO MASTER_PASSWORD='…'", {}), /placeholder/);
    assert.throws(() => fillIn("CHANGE MASTER TO MASTER_HOST='<source>'", {}), /placeholder/);
  });
});
