import type { FleetView } from '../../../src/core/fleetView';
import { error, matomo, multi, mysql, analytics, p, q, r, type Node } from '../findings/fleetBuilder';
import { from } from '../buildFleet';
import { viewOf, type PlanCase } from './fleet';

const uuid = '3e11fa47-71ca-11e1-9e33-c80aa9429562';
const leaf: Node['facts'] = { dumpThreads: [] };

const rowError = (errno: number, event: string, said: string) =>
  error(
    errno,
    `Could not execute ${event} event on table lab.t'x; ${said}, Error_code: ${errno}; the event's master log b.000004, end_log_pos 1229`,
  );
const broken = (errno: number, event: string, said: string): FleetView =>
  viewOf({ [r]: { connection: { sqlThread: 'stopped', sqlError: rowError(errno, event, said) } } });
const duplicate = (): FleetView => broken(1062, 'Write_rows_v1', "Duplicate entry '3' for key 'PRIMARY'");
const missing = (): FleetView => broken(1032, 'Update_rows_v1', "Can't find record in 't'");
const row = (title: string, view: () => FleetView, more: Partial<PlanCase>): PlanCase => ({
  ...{ id: 'replica.repairRow', target: r, title, view },
  ...more,
});
const table = "`lab`.`t'x`";
const show = `SHOW CREATE TABLE ${table}`;

export const repairCases: readonly PlanCase[] = [
  row('deletes one row, and only if it is one', duplicate, {
    inputs: { where: "id = -3 AND `a b` = 'it''s' AND c = NULL" },
    statements: [
      show,
      ...Array<string>(2).fill(
        `SELECT * FROM ${table} WHERE \`id\` = -3 AND \`a b\` = 'it''s' AND \`c\` IS NULL LIMIT 2`,
      ),
      'SET SESSION sql_log_bin = 0',
      `SELECT IF((SELECT COUNT(*) FROM ${table} WHERE \`id\` = -3 AND \`a b\` = 'it''s' AND \`c\` IS NULL) = 1, 'one row', (SELECT 1 UNION SELECT 2)) AS hit`,
      `DELETE FROM ${table} WHERE \`id\` = -3 AND \`a b\` = 'it''s' AND \`c\` IS NULL LIMIT 1`,
      'START SLAVE',
    ],
  }),
  row('shows the table first, so that its key can be named', duplicate, { statements: [show], blocks: ['row.named'] }),
  ...[
    'id = 3 OR 1',
    'id = 3; DROP TABLE t',
    'id = (SELECT 1)',
    "id = 'open",
    'id',
    'id = 3 AND',
    'id = 3 -- x AND y',
    'id > 3',
    '',
  ].map((where) =>
    row(`takes nothing but a key for a row: ${where}`, duplicate, {
      inputs: { where },
      ...(where === 'id = 3 -- x AND y' ? {} : { statements: [show], blocks: ['row.named'] }),
    }),
  ),
  row('fetches a row that the source still has', missing, {
    inputs: { where: 'id=3' },
    statements: [
      show,
      ...Array<string>(2).fill(`SELECT * FROM ${table} WHERE \`id\` = 3 LIMIT 2`),
      'SET SESSION sql_log_bin = 0',
      'USE `lab`',
    ],
  }),
  row(
    'has nothing to do about another error',
    () => viewOf({ [r]: { connection: { sqlThread: 'stopped', sqlError: error(1452, 'x') } } }),
    {
      inputs: { where: 'id=3' },
      statements: [],
      blocks: ['row.broken'],
    },
  ),
  {
    title: 'clears what a leaf wrote itself',
    id: 'replica.removeErrant',
    target: r,
    view: () => viewOf({ [r]: { facts: { ...leaf, gtidBinlogState: '0-201-101,0-101-100' } } }),
    statements: ['STOP SLAVE', 'RESET MASTER', 'START SLAVE'],
  },
  {
    title: 'keeps on MySQL what the source has too',
    id: 'replica.removeErrant',
    target: r,
    view: () =>
      viewOf({
        [p]: { facts: { ...mysql, uuid, gtidExecuted: `${uuid}:1-9`, gtidMode: 'ON' } },
        [r]: {
          connection: { gtid: 'autoPosition' },
          facts: {
            ...mysql,
            ...leaf,
            gtidMode: 'ON',
            uuid: uuid.replace('3e', '4e'),
            gtidExecuted: `${uuid}:1-9,${uuid.replace('3e', '4e')}:1-2`,
          },
        },
      }),
    statements: [
      'STOP REPLICA',
      `SELECT GTID_SUBTRACT(@@GLOBAL.gtid_executed, '${uuid.replace('3e', '4e')}:1-2') AS kept`,
      `SET @kept = GTID_SUBTRACT(@@GLOBAL.gtid_executed, '${uuid.replace('3e', '4e')}:1-2')`,
      'RESET BINARY LOGS AND GTIDS',
      'SET GLOBAL gtid_purged = @kept',
      'START REPLICA',
    ],
  },
  {
    title: 'clears nothing that others go on from',
    id: 'replica.removeErrant',
    target: r,
    view: () =>
      viewOf({
        [q]: { connections: [from(r)] },
        [r]: { facts: { gtidBinlogState: '0-201-101,0-101-100', dumpThreads: [{ user: 'repl' }] } },
      }),
    blocks: ['target.isLeaf', 'Clearing'],
  },
  {
    title: 'clears nothing where the position comes from the log',
    id: 'replica.removeErrant',
    target: r,
    view: () =>
      viewOf({
        [r]: { connection: { gtid: 'currentPos' }, facts: { ...leaf, gtidBinlogState: '0-201-101,0-101-100' } },
      }),
    blocks: ['replica.gtid'],
  },
  {
    title: 'forgets one of two sources, and only its domain',
    id: 'replica.rebuild',
    target: multi,
    inputs: { connection: 'matomo', databases: 'piwik' },
    view: () => viewOf({ [matomo]: {}, [multi]: { facts: leaf } }, analytics),
    statements: [
      "STOP SLAVE 'matomo'",
      "RESET SLAVE 'matomo' ALL",
      "STOP SLAVE 'analytics_meta'",
      'RESET MASTER',
      "SET GLOBAL gtid_slave_pos = TRIM(BOTH ',' FROM REGEXP_REPLACE(CONCAT(',', @@GLOBAL.gtid_slave_pos), ',(2)-[0-9]+-[0-9]+', ''))",
      "START SLAVE 'analytics_meta'",
      'SET SESSION sql_log_bin = 0',
      "CHANGE MASTER 'matomo' TO MASTER_USER='repl', MASTER_PASSWORD={{password}}, MASTER_SSL=1, MASTER_SSL_VERIFY_SERVER_CERT=1",
      'SET GLOBAL read_only = 1',
      "START SLAVE 'matomo'",
      'SHOW ALL SLAVES STATUS',
    ],
  },
  {
    title: 'empties nothing that others go on from',
    id: 'replica.rebuild',
    target: r,
    inputs: { databases: 'shop' },
    view: () => viewOf({ [r]: { facts: { dumpThreads: [{ user: 'repl' }] } } }),
    blocks: ['target.isLeaf', 'Clearing'],
  },
  {
    title: 'asks for the lines and the restart',
    id: 'source.enableBinlog',
    target: p,
    view: () => viewOf({ [p]: { facts: { logBin: false } } }),
    statements: [
      'SELECT @@server_id, @@log_bin, @@binlog_format, @@hostname, @@port, @@datadir',
      'SHOW FULL PROCESSLIST',
    ],
  },
  {
    title: 'has nothing to switch on where it is on',
    id: 'source.enableBinlog',
    target: p,
    inputs: { retentionDays: '0' },
    view: () => viewOf(),
    blocks: ['target.binlogOff', 'input.retentionDays'],
  },
];
