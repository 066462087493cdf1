import { dropMonitorConnections, unlogged } from '../sandbox/faultSteps';
import type { Sandbox } from '../sandbox/sandbox';
import { monitorAccount, text } from '../sandbox/statements';
import { writeMonitorFile } from '../sandbox/workspace';
import { rebuild, restoreBackup, takeBackup } from './backup';
import type { RemedyStep } from './followRemedy';
import { lockRemedies } from './lockRemedies';
import { mirrorRemedies } from './mirrorRemedies';
import { positionRemedies } from './positionRemedies';
import { copyParentRow, copyTable, matchColumns } from './repairs';
import { stateRemedies } from './stateRemedies';
import { transferRemedies } from './transferRemedies';

const primary = 's1-primary';
const replica = 's1-replica';
const leaf = 's1-codfw-leaf';

/** Statements only, on the line that matches. */
const run = (says: RegExp, fill?: RemedyStep['fill']): RemedyStep => ({
  says,
  ...(fill === undefined ? {} : { fill }),
});

const password = ({ secrets }: Sandbox) => ({ "'…'": text(secrets.repl) });
const startBoth = run(/`START (?:SLAVE|REPLICA)`/);
const startSql = run(/START (?:SLAVE|REPLICA) SQL_THREAD/);
const ends = (fault: string) => (sandbox: Sandbox) =>
  (sandbox.holds.get(fault) ?? []).map(({ threadId }) => ({ '<id>': String(threadId) }));

const start = (name: string): RemedyStep => ({
  says: /start it where it does not run/,
  carryOut: (sandbox) => sandbox.startServer(name),
});

const correctPassword: RemedyStep = {
  says: /^(?:Correct the password where the inventory takes it from|Give what the inventory names .*the option file)/,
  carryOut: (sandbox) => {
    writeMonitorFile(sandbox.monitorFile, sandbox.secrets.monitor);
    return Promise.resolve();
  },
};

/** As every other instance has them, not logged. */
async function copyGrants(sandbox: Sandbox): Promise<void> {
  const rows = await sandbox.query(primary, `SHOW GRANTS FOR ${monitorAccount}`);
  await sandbox.query(leaf, unlogged(...rows.map((row) => String(Object.values(row)[0]))));
}

const rebuildReplica = (says: RegExp): RemedyStep => ({
  says,
  carryOut: (sandbox) => rebuild(sandbox, replica),
});

/** By fault: the lines of its finding's remedy that apply, in the order of the steps. */
export const remedies: Readonly<Record<string, readonly RemedyStep[]>> = {
  ...lockRemedies,
  ...mirrorRemedies,
  ...positionRemedies,
  ...stateRemedies,
  ...transferRemedies,
  unreachable: [start(leaf)],
  'primary-down': [start(primary)],
  hung: [
    {
      says: /stopped \(state T\) goes on after `kill -CONT`/,
      carryOut: (sandbox) => {
        sandbox.signalServer(leaf, 'SIGCONT');
        return Promise.resolve();
      },
    },
  ],
  'wrong-password': [correctPassword],
  'option-file-missing': [correctPassword],
  'too-many-connections': [run(/see who holds the connections/), run(/KILL <id>/, ends('too-many-connections'))],
  'host-not-allowed': [
    run(/CREATE USER/, ({ secrets }) => ({ '<user>': "'replideck'", "'…'": text(secrets.monitor) })),
    {
      says: /what it has on the other instances.*SHOW GRANTS/,
      on: primary,
      fill: () => ({ '<user>': "'replideck'" }),
      carryOut: copyGrants,
    },
  ],
  'tls-other-name': [
    {
      says: /put the right certificate in its place on the server/,
      runs: { mariadb: /^FLUSH/, mysql: /^ALTER INSTANCE/ },
      carryOut: (sandbox) => {
        sandbox.installCertificate(leaf, sandbox.certificates.server);
        return Promise.resolve();
      },
    },
  ],
  denied: [
    run(/GRANT/),
    {
      says: /counts from the next login, which Replideck makes within half a minute/,
      // Instead of waiting for it.
      carryOut: async (sandbox) => {
        await dropMonitorConnections(sandbox, replica);
      },
    },
  ],
  'io-stopped': [startBoth],
  'io-error': [run(/which account could match/), run(/If the password is wrong/, password)],
  'named-io-error': [run(/which account could match/), run(/If the password is wrong/, password)],
  'io-refused': [
    run(/is not where the source is/, (sandbox) => ({
      "'<name of the source>'": text(sandbox.instance(primary).host),
      '<port>': String(sandbox.instance(primary).port),
    })),
  ],
  'io-unknown-host': [
    run(/If the name is wrong/, (sandbox) => ({ "'<name of the source>'": text(sandbox.instance(primary).host) })),
  ],
  'io-tls-refused': [
    run(/Name the right authority/, ({ certificates }) => ({ "'<file on the replica>'": text(certificates.ca) })),
  ],
  'io-no-user': [run(/_USER=/, (sandbox) => ({ "'<user>'": text('repl'), ...password(sandbox) }))],
  'binlog-missing': [run(/SHOW BINARY LOGS/), run(/is verified and still in the source’s logs/)],
  'binlog-purged': [rebuildReplica(/up again from a backup that is younger than the source’s oldest log/)],
  'io-privilege': [run(/GRANT REPLICATION SLAVE/)],
  'same-server-id': [run(/SET GLOBAL server_id/, () => ({ '<free number>': '202' }))],
  'not-configured': [
    run(/The GTID position is/),
    run(/set the connection up again/, (sandbox) => ({ "'<user>'": text('repl'), ...password(sandbox) })),
  ],

  'sql-stopped': [startBoth],
  'sql-error': [
    run(/Read that row on both/, () => ({ '<key>': 'id', '<value>': '1001' })),
    run(/If the replica’s row was written locally, delete it/, () => ({ '<key>': 'id', '<value>': '1001' })),
  ],
  'row-missing': [run(/Insert it on the replica as it was before the event/, () => ({ '…': '1002, 1, 1.00' }))],
  'table-missing': [
    {
      says: /create it on the replica with `sql_log_bin = 0` and load its rows as of the replica’s position/,
      // The row that the replica stopped at is not among them.
      carryOut: (sandbox) => copyTable(sandbox, 'shop.orders', 'id <> 1003'),
    },
    startSql,
  ],
  'column-mismatch': [
    {
      says: /bring the replica’s table to the source’s form, with `sql_log_bin = 0`/,
      carryOut: (sandbox) => matchColumns(sandbox, 'shop.customers'),
    },
    startSql,
  ],
  'foreign-key': [
    {
      says: /Insert the missing parent row on the replica as the source has it, with `sql_log_bin = 0`/,
      carryOut: (sandbox) => copyParentRow(sandbox, 'shop.customers', 1005),
    },
  ],
  'account-exists': [run(/DROP USER/), startSql],
  'gtid-out-of-order': [
    {
      says: /Undo its rows on the replica with `sql_log_bin = 0`/,
      carryOut: async (sandbox) => {
        await sandbox.query(replica, unlogged('DELETE FROM shop.customers WHERE id = 1006'));
      },
    },
    rebuildReplica(/set up again from a backup, which also clears that log/),
  ],
  lag: [run(/SHOW PROCESSLIST/), run(/KILL <id>/, ends('lag'))],
  'lock-wait': [run(/find who holds the lock/), run(/KILL <id>/, ends('lock-wait'))],

  'replica-stopped': [run(/START (?:SLAVE|REPLICA)/)],
  'one-connection-stopped': [run(/START (?:SLAVE|REPLICA)/)],
  'until-reached': [run(/When the work is done/)],
  delayed: [run(/If the delay is meant, write `delaySeconds: 3600` into the inventory; else/)],
  'gtid-off': [{ ...run(/Verify first/), flavor: 'mariadb' }, run(/^Then /)],
  filtered: [run(/If it was forgotten/)],
  'wrong-source': [
    {
      says: /stop it, build it again from a backup of its own cluster, and point it there/,
      fill: (sandbox) => ({
        "'<source>'": text(sandbox.instance(primary).host),
        '<port>': String(sandbox.instance(primary).port),
      }),
      carryOut: async (sandbox) => {
        await sandbox.query(replica, sandbox.words().stop);
        await restoreBackup(sandbox, replica, await takeBackup(sandbox, primary));
      },
    },
  ],
  'replica-writable': [run(/SET GLOBAL (?:super_)?read_only = 1/)],
  'primary-read-only': [run(/SET GLOBAL read_only = 0/)],
  'errant-transaction': [
    {
      says: /Undo or repair the rows there with `sql_log_bin = 0`/,
      carryOut: async (sandbox) => {
        await sandbox.query(replica, unlogged('DELETE FROM shop.customers WHERE id = 1007'));
      },
    },
    { ...rebuildReplica(/leaf replica that is set up again from a backup is rid of them/), flavor: 'mariadb' },
    {
      says: /an empty transaction on the primary for each of these GTIDs/,
      flavor: 'mysql',
      on: primary,
      fill: ownTransactions,
    },
  ],
  'duplicate-server-id': [run(/SET GLOBAL server_id/, () => ({ '<free number>': '201' }))],
  'gtid-domain-clash': [
    { says: /on one of .* and in its configuration/, on: 'analytics-meta', fill: () => ({ '<free number>': '3' }) },
  ],
  'format-statement': [run(/SET GLOBAL binlog_format = 'ROW'/)],
  'heartbeat-stopped': [
    {
      says: /Start pt-heartbeat for this primary again/,
      carryOut: (sandbox) => sandbox.writers.get(primary)!.start(),
    },
  ],
  'stale-heartbeat-row': [run(/DELETE FROM heartbeat\.heartbeat/)],
};

/** MySQL: every GTID that the replica has written itself. */
async function ownTransactions(sandbox: Sandbox): Promise<Record<string, string>[]> {
  const [row] = await sandbox.query(replica, 'SELECT @@gtid_executed AS executed, @@server_uuid AS uuid');
  const own = String(row?.['executed'])
    .split(/,\s*/)
    .find((set) => set.startsWith(String(row?.['uuid'])));
  return (own ?? '')
    .split(':')
    .slice(1)
    .flatMap((range) => {
      const [first = 0, last = first] = range.split('-').map(Number);
      return Array.from({ length: last - first + 1 }, (_, index) => ({
        "'<one of them>'": text(`${String(row?.['uuid'])}:${first + index}`),
      }));
    });
}
