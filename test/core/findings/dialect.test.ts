import assert from 'node:assert/strict';
import { dialectOf } from '../../../src/core/findings/dialect';
import type { Flavor } from '../../../src/core/replication/reading';

function check(flavor: Flavor, version: readonly [number, number, number], name: string, expected: readonly string[]) {
  const dialect = dialectOf(flavor, version);
  assert.deepEqual(
    [
      dialect.stop(name, 'IO'),
      dialect.restart(name),
      dialect.change(name, { LOG_FILE: "'b.1'", LOG_POS: '4' }),
      dialect.useGtid(name),
      dialect.resetAll(name),
      dialect.status(name),
    ],
    expected,
  );
}

describe('dialectOf', () => {
  it("speaks MariaDB's words, with the connection's name", () => {
    check('mariadb', [10, 11, 19], "a'b", [
      "STOP SLAVE 'a''b' IO_THREAD",
      "STOP SLAVE 'a''b'; START SLAVE 'a''b'",
      "CHANGE MASTER 'a''b' TO MASTER_LOG_FILE='b.1', MASTER_LOG_POS=4",
      "CHANGE MASTER 'a''b' TO MASTER_USE_GTID=slave_pos",
      "RESET SLAVE 'a''b' ALL",
      "SHOW SLAVE 'a''b' STATUS",
    ]);
    check('mariadb', [11, 8, 9], '', [
      'STOP SLAVE IO_THREAD',
      'STOP SLAVE; START SLAVE',
      "CHANGE MASTER TO MASTER_LOG_FILE='b.1', MASTER_LOG_POS=4",
      'CHANGE MASTER TO MASTER_USE_GTID=slave_pos',
      'RESET SLAVE ALL',
      'SHOW SLAVE STATUS',
    ]);
  });

  it("speaks MySQL's words, with the channel", () => {
    check('mysql', [9, 7, 4], 'ch', [
      "STOP REPLICA IO_THREAD FOR CHANNEL 'ch'",
      "STOP REPLICA FOR CHANNEL 'ch'; START REPLICA FOR CHANNEL 'ch'",
      "CHANGE REPLICATION SOURCE TO SOURCE_LOG_FILE='b.1', SOURCE_LOG_POS=4 FOR CHANNEL 'ch'",
      "CHANGE REPLICATION SOURCE TO SOURCE_AUTO_POSITION=1 FOR CHANNEL 'ch'",
      "RESET REPLICA ALL FOR CHANNEL 'ch'",
      "SHOW REPLICA STATUS FOR CHANNEL 'ch'",
    ]);
    check('mysql', [8, 0, 20], '', [
      'STOP SLAVE IO_THREAD',
      'STOP SLAVE; START SLAVE',
      "CHANGE MASTER TO MASTER_LOG_FILE='b.1', MASTER_LOG_POS=4",
      'CHANGE MASTER TO MASTER_AUTO_POSITION=1',
      'RESET SLAVE ALL',
      'SHOW SLAVE STATUS',
    ]);
  });
});
