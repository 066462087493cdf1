import assert from 'node:assert/strict';
import { diagnose } from '../../../src/core/findings/diagnose';
import { linkFleet } from '../../../src/core/linkFleet';
import type { Flavor, Row } from '../../../src/core/replication/reading';
import { toInstanceSnapshot } from '../../../src/core/toInstanceSnapshot';
import { buildInventory, buildSnapshot } from '../buildFleet';
import { listRecordings, readRecording, recordedExtras, toRows } from '../replication/recording';

/** Statuses of real servers, each alone: its sources are not in the inventory, and no rule may guess about them. */
const replica = '127.0.0.1:9999';
const healthy: readonly string[] = [];

const expected: Readonly<Record<string, readonly string[]>> = {
  'mysql-9.7/00': healthy,
  'mysql-9.7/01': ['replica.stoppedByOperator'],
  'mysql-9.7/02': healthy,
  'mysql-9.7/03': ['replica.stoppedByOperator'],
  'mysql-9.7/04': ['replica.ioStopped'],
  'mysql-9.7/05': ['replica.sqlStopped'],
  'mysql-9.7/06': ['replica.stoppedByOperator'],
  'mysql-9.7/10': ['replica.io.accessDenied'],
  'mysql-9.7/11': ['replica.io.unreachable'],
  'mysql-9.7/12': ['replica.io.unknownHost'],
  'mysql-9.7/13': ['replica.io.tlsRefused'],
  'mysql-9.7/14': ['replica.io.privilegeMissing'],
  'mysql-9.7/15': ['replica.io.accessDenied'],
  'mysql-9.7/16': ['replica.io.userMissing'],
  'mysql-9.7/17': ['replica.io.tlsRefused'],
  'mysql-9.7/18': ['replica.io.unreachable'],
  'mysql-9.7/20': healthy,
  'mysql-9.7/21': healthy,
  'mysql-9.7/22': ['replica.delayed'],
  'mysql-9.7/23': ['replica.untilReached'],
  'mysql-9.7/29': ['replica.sql.duplicateKey'],
  'mysql-9.7/30': ['replica.sql.duplicateKey'],
  'mysql-9.7/31': ['replica.sql.rowMissing'],
  'mysql-9.7/32': ['replica.sql.duplicateKey'],
  'mysql-9.7/33': ['replica.sql.tableMissing'],
  'mysql-9.7/34': ['replica.sql.accountExists'],
  'mysql-9.7/40': healthy,
  'mysql-9.7/52': healthy,
  'mysql-9.7/53': ['replica.stoppedByOperator'],
  'mysql-9.7/54': ['replica.sql.duplicateKey'],
  'mysql-9.7/55': ['replica.sql.duplicateKey'],
  'mysql-9.7/60': healthy,
  'mysql-9.7/61': ['replica.io.binlogPurged'],
  'mysql-9.7/62': ['replica.io.impossiblePosition'],
  'mysql-9.7/63': ['replica.io.positionInsideEvent'],
  'mysql-9.7/70': healthy,
  'mysql-9.7/71': ['replica.io.sameServerId'],
  'mysql-9.7/72': ['replica.io.gtidPurged'],
  'mysql-9.7/73': ['replica.io.gtidNotInSource'],
  'mariadb-11.8/00': healthy,
  'mariadb-11.8/01': ['replica.stoppedByOperator'],
  'mariadb-11.8/02': healthy,
  'mariadb-11.8/03': healthy,
  'mariadb-11.8/04': ['replica.stoppedByOperator'],
  'mariadb-11.8/05': ['replica.ioStopped'],
  'mariadb-11.8/06': ['replica.sqlStopped'],
  'mariadb-11.8/10': ['replica.io.accessDenied'],
  'mariadb-11.8/11': ['replica.io.unreachable'],
  'mariadb-11.8/12': ['replica.io.unknownHost'],
  'mariadb-11.8/13': ['replica.io.privilegeMissing'],
  'mariadb-11.8/14': ['replica.io.accessDenied'],
  'mariadb-11.8/15': healthy,
  'mariadb-11.8/15b': ['replica.io.tlsRefused'],
  'mariadb-11.8/15c': healthy,
  'mariadb-11.8/15d': healthy,
  'mariadb-11.8/16': healthy,
  'mariadb-11.8/17': ['replica.io.error'],
  'mariadb-11.8/18': healthy,
  'mariadb-11.8/19': healthy,
  'mariadb-11.8/20': ['replica.io.tlsRefused'],
  'mariadb-11.8/21': healthy,
  'mariadb-11.8/22': healthy,
  'mariadb-11.8/23': ['replica.delayed'],
  'mariadb-11.8/24': ['replica.sql.duplicateKey'],
  'mariadb-11.8/25': ['replica.sql.rowMissing'],
  'mariadb-11.8/26': healthy,
  'mariadb-11.8/50': healthy,
  'mariadb-11.8/51': ['replica.stoppedByOperator'],
  'mariadb-11.8/55': ['replica.sql.duplicateKey'],
  'mariadb-10.11/ms-00': healthy,
  'mariadb-10.11/ms-01': ['replica.filtered'],
  'mariadb-10.11/ms-02': ['replica.filtered', 'replica.stoppedByOperator'],
  'mariadb-10.11/ms-03': ['replica.filtered', 'replica.io.accessDenied'],
  'mariadb-10.11/ms-04': ['replica.filtered', 'replica.sql.duplicateKey'],
  'mariadb-10.11/ms-05': ['replica.filtered'],
  'mariadb-10.11/ms-06': ['replica.filtered'],
  'mariadb-10.11/ms-07': ['replica.delayed', 'replica.filtered'],
};

function found(file: string): readonly string[] {
  const recorded = readRecording(file);
  const version = (recorded['server'] as { version: string }).version;
  const flavor: Flavor = file.startsWith('mysql') ? 'mysql' : 'mariadb';
  const at = '2026-11-24T10:00:00.000Z';
  const server: Row = { server_id: '7', ...(flavor === 'mysql' ? recordedExtras(recorded) : {}) };
  const snapshot = toInstanceSnapshot({
    key: replica,
    startedAt: at,
    at,
    elapsedMs: 3,
    result: {
      kind: 'answered',
      flavor,
      version,
      server: { kind: 'rows', statement: 'SELECT @@server_id', at, rows: [server] },
      replication: { kind: 'rows', statement: 'SHOW', at, rows: toRows(recorded['rows'] ?? []) },
      heartbeat: { kind: 'notAsked' },
    },
  });
  const fleet = buildSnapshot(buildInventory({ lab: { instances: [replica] } }), {});
  return [...new Set(diagnose(linkFleet({ ...fleet, instances: { [replica]: snapshot } })).map(({ id }) => id))].sort();
}

describe('diagnose recorded servers', () => {
  for (const folder of ['mysql-9.7', 'mariadb-11.8', 'mariadb-10.11']) {
    for (const file of listRecordings(`${folder}/replica-status`)) {
      const [, number = ''] = /\/((?:ms-)?\d+[a-z]?)-[^/]*$/.exec(file) ?? [];
      it(file, () => {
        const wanted = expected[`${folder}/${number}`];
        assert.ok(wanted !== undefined, 'no expectation for this recording');
        assert.deepEqual(found(file), [...wanted].sort());
      });
    }
  }
});
