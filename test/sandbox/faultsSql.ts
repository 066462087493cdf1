import type { Fault, Faults } from './fault';
import { heartbeatAge, hold, jumpToSource, provenBy, resumeSql, unlogged, waitForRow } from './faultSteps';

const primary = 's1-primary';
const replica = 's1-replica';

interface Divergence {
  readonly title: string;
  readonly finding: string;
  readonly errnos: readonly number[];
  /** On the primary, replicated; the replica is waited for where `row` is given. */
  readonly prepare?: { readonly statements: readonly string[]; readonly table: string; readonly id: number };
  /** On the replica, not logged: makes it differ. */
  readonly onReplica: readonly string[];
  /** On the primary: what the replica then cannot apply. */
  readonly onPrimary: readonly string[];
  /** On the replica, not logged: makes it equal again. */
  readonly repair: readonly string[];
  /** On the replica, not logged: what the fault needed and may still be there. */
  readonly tidy?: readonly string[];
  /** On the primary, replicated: takes the fault's own rows away. */
  readonly clean: readonly string[];
}

/** A replica that differs from its source, so that the next change cannot be applied. */
const divergence = (given: Divergence): Fault => {
  const proof = provenBy(replica, ({ sql, sqlErrno }) => sql === 'No' && given.errnos.includes(sqlErrno));
  return {
    title: given.title,
    subject: replica,
    connection: '',
    findings: [given.finding],
    inject: async (sandbox) => {
      if (given.prepare !== undefined) {
        await sandbox.query(primary, given.prepare.statements);
        await waitForRow(sandbox, replica, given.prepare.table, given.prepare.id);
      }
      await sandbox.query(replica, unlogged(...given.onReplica));
      await sandbox.query(primary, given.onPrimary);
    },
    heal: async (sandbox) => {
      // Equal already where it was mended: then the repair would make it differ again.
      if ((await proof(sandbox)) !== undefined) {
        await sandbox.query(replica, unlogged(...given.repair));
        await resumeSql(sandbox, replica);
      }
      await sandbox.query(replica, unlogged(...(given.tidy ?? [])));
      await sandbox.query(primary, given.clean);
    },
    proof,
  };
};

const account = "'fault'@'127.0.0.1'";

/** Faults of the thread that applies. */
export const sqlFaults: Faults = {
  'sql-stopped': {
    title: 'the SQL thread was stopped, the IO thread runs',
    subject: replica,
    connection: '',
    findings: ['replica.sqlStopped'],
    inject: async (sandbox) => {
      await sandbox.query(replica, sandbox.words().stopThread('SQL'));
    },
    heal: async (sandbox) => {
      await sandbox.query(replica, sandbox.words().startThread('SQL'));
    },
    proof: provenBy(replica, ({ io, sql, sqlErrno }) => io === 'Yes' && sql === 'No' && sqlErrno === 0),
  },
  'sql-error': divergence({
    title: 'a row is on the replica already (1062)',
    finding: 'replica.sql.duplicateKey',
    errnos: [1062],
    onReplica: ['INSERT INTO shop.orders VALUES (1001, 1, 1.00)'],
    onPrimary: ['INSERT INTO shop.orders VALUES (1001, 1, 2.00)'],
    repair: ['DELETE FROM shop.orders WHERE id = 1001'],
    clean: ['DELETE FROM shop.orders WHERE id = 1001'],
  }),
  'row-missing': divergence({
    title: 'a row that changes is not on the replica (1032)',
    finding: 'replica.sql.rowMissing',
    errnos: [1032],
    prepare: { statements: ['INSERT INTO shop.orders VALUES (1002, 1, 1.00)'], table: 'shop.orders', id: 1002 },
    onReplica: ['DELETE FROM shop.orders WHERE id = 1002'],
    onPrimary: ['UPDATE shop.orders SET amount = 2.00 WHERE id = 1002'],
    repair: ['INSERT INTO shop.orders VALUES (1002, 1, 1.00)'],
    clean: ['DELETE FROM shop.orders WHERE id = 1002'],
  }),
  'table-missing': divergence({
    title: 'a table is not on the replica (1146)',
    finding: 'replica.sql.tableMissing',
    errnos: [1146],
    // Out of its schema: there the name of its foreign key would be in the way of a new one.
    onReplica: ['CREATE DATABASE away', 'RENAME TABLE shop.orders TO away.orders'],
    onPrimary: ['INSERT INTO shop.orders VALUES (1003, 1, 1.00)'],
    repair: ['RENAME TABLE away.orders TO shop.orders'],
    tidy: ['DROP DATABASE IF EXISTS away'],
    clean: ['DELETE FROM shop.orders WHERE id = 1003'],
  }),
  'column-mismatch': divergence({
    title: 'a column has another type on the replica (1677)',
    finding: 'replica.sql.columnMismatch',
    errnos: [1677, 13146],
    onReplica: ['ALTER TABLE shop.customers MODIFY name text NOT NULL'],
    onPrimary: ["INSERT INTO shop.customers VALUES (1004, 'Radia')"],
    repair: ['ALTER TABLE shop.customers MODIFY name varchar(40) NOT NULL'],
    clean: ['DELETE FROM shop.customers WHERE id = 1004'],
  }),
  'foreign-key': divergence({
    title: 'the row that a foreign key wants is not on the replica (1452)',
    finding: 'replica.sql.foreignKey',
    errnos: [1452],
    prepare: {
      statements: ["INSERT INTO shop.customers VALUES (1005, 'Barbara')"],
      ...{ table: 'shop.customers', id: 1005 },
    },
    onReplica: ['DELETE FROM shop.customers WHERE id = 1005'],
    onPrimary: ['INSERT INTO shop.orders VALUES (1005, 1005, 1.00)'],
    repair: ["INSERT INTO shop.customers VALUES (1005, 'Barbara')"],
    clean: ['DELETE FROM shop.orders WHERE id = 1005', 'DELETE FROM shop.customers WHERE id = 1005'],
  }),
  'account-exists': divergence({
    title: 'an account is on the replica already (1396)',
    finding: 'replica.sql.accountExists',
    errnos: [1396],
    onReplica: [`CREATE USER ${account}`],
    onPrimary: [`CREATE USER ${account}`],
    repair: [`DROP USER ${account}`],
    clean: [`DROP USER ${account}`],
  }),
  'gtid-out-of-order': {
    title: 'the replica wrote in the domain of its source, in strict mode (1950)',
    subject: replica,
    connection: '',
    findings: ['replica.sql.gtidOutOfOrder'],
    flavors: ['mariadb'],
    inject: async (sandbox) => {
      await sandbox.query(replica, [
        sandbox.words().stopThread('SQL'),
        "INSERT INTO shop.customers VALUES (1006, 'Jean')",
        'SET GLOBAL gtid_strict_mode = 1',
        sandbox.words().startThread('SQL'),
      ]);
    },
    heal: async (sandbox) => {
      await sandbox.query(replica, [
        'SET GLOBAL gtid_strict_mode = 0',
        ...unlogged('DELETE FROM shop.customers WHERE id = 1006'),
      ]);
      await jumpToSource(sandbox, replica);
    },
    proof: provenBy(replica, ({ sqlErrno }) => sqlErrno === 1950),
  },
  lag: {
    title: 'both threads run and the replica falls behind, held up by a table lock',
    subject: replica,
    connection: '',
    // Of one reading. In a second one what holds it up is seen too, and told instead: `row-lock-wait`.
    findings: ['replica.lag'],
    inject: (sandbox) => hold(sandbox, replica, 'lag', ['LOCK TABLES heartbeat.heartbeat READ']),
    heal: (sandbox) => {
      sandbox.release('lag');
      return Promise.resolve();
    },
    proof: async (sandbox) => {
      const threads = await provenBy(replica, ({ io, sql }) => io === 'Yes' && sql === 'Yes')(sandbox);
      const age = await heartbeatAge(sandbox, replica, 101);
      // Past the warning of the sandbox's inventory, which is 5 s.
      return threads !== undefined && age !== undefined && age > 8
        ? `${threads}, heartbeat ${age.toFixed(1)} s old`
        : undefined;
    },
  },
  'lock-wait': {
    title: 'the SQL thread retries behind a row lock',
    subject: replica,
    connection: '',
    findings: ['replica.sql.lockWait'],
    readings: 2,
    inject: async (sandbox) => {
      const { stop, start } = sandbox.words();
      const retries = sandbox.kind.flavor === 'mariadb' ? 'slave_transaction_retries' : 'replica_transaction_retries';
      await sandbox.query(replica, [
        stop,
        'SET GLOBAL innodb_lock_wait_timeout = 1',
        `SET GLOBAL ${retries} = 1000000`,
        start,
      ]);
      await hold(sandbox, replica, 'lock-wait', [
        'BEGIN',
        'SELECT * FROM heartbeat.heartbeat WHERE server_id = 101 FOR UPDATE',
      ]);
    },
    heal: async (sandbox) => {
      sandbox.release('lock-wait');
      await sandbox.query(replica, 'SET GLOBAL innodb_lock_wait_timeout = 50');
      await resumeSql(sandbox, replica);
    },
    proof: async (sandbox) => {
      const age = await heartbeatAge(sandbox, replica, 101);
      const line = await provenBy(replica, ({ sql }) => sql === 'Yes')(sandbox);
      return age !== undefined && age > 4 && line !== undefined
        ? `${line}, heartbeat ${age.toFixed(1)} s old`
        : undefined;
    },
  },
};
