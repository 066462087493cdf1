import type { Fault, Faults } from './fault';
import { heartbeatAge, hold, provenBy } from './faultSteps';

const primary = 's1-primary';
const replica = 's1-replica';

/** A client on the replica holds what the next change needs: one long wait, in which nothing is retried. */
const locked = (given: {
  readonly key: string;
  readonly title: string;
  readonly holds: readonly string[];
  /** On the primary, replicated: what meets the lock; undefined: the heartbeat does. */
  readonly change?: string;
  /** Gives a row while something waits for the lock. */
  readonly waits: string;
}): Fault => ({
  title: given.title,
  subject: replica,
  connection: '',
  findings: ['replica.sql.lockWait'],
  readings: 2,
  inject: async (sandbox) => {
    await hold(sandbox, replica, given.key, given.holds);
    if (given.change !== undefined) await sandbox.query(primary, given.change);
  },
  heal: (sandbox) => {
    sandbox.release(given.key);
    return Promise.resolve();
  },
  proof: async (sandbox) => {
    const rows = await sandbox.query(replica, given.waits);
    const line = await provenBy(replica, ({ sql, sqlErrno }) => sql === 'Yes' && sqlErrno === 0)(sandbox);
    const age = await heartbeatAge(sandbox, replica, 101);
    // MySQL tells some tenths of a second later only how far it came before it met the lock.
    return rows.length > 0 && line !== undefined && age !== undefined && age > 2.5
      ? `${line}, heartbeat ${age.toFixed(1)} s old, ${JSON.stringify(rows[0])}`
      : undefined;
  },
});

/** Faults of locks that the thread that applies waits for, without a word in the status. */
export const lockFaults: Faults = {
  'row-lock-wait': locked({
    key: 'row-lock-wait',
    title: 'the SQL thread is in one long wait for a row lock, with no retry yet',
    holds: ['BEGIN', 'SELECT * FROM heartbeat.heartbeat WHERE server_id = 101 FOR UPDATE'],
    waits: "SELECT trx_state, trx_wait_started FROM information_schema.INNODB_TRX WHERE trx_state = 'LOCK WAIT'",
  }),
  'metadata-lock-wait': locked({
    key: 'metadata-lock-wait',
    title: 'an ALTER from the source waits on the replica for a transaction that has only read the table',
    holds: ['BEGIN', 'SELECT * FROM shop.orders'],
    change: 'ALTER TABLE shop.orders ALTER COLUMN amount SET DEFAULT 0',
    waits:
      "SELECT state FROM information_schema.PROCESSLIST WHERE user = 'system user' AND state LIKE '%metadata lock'",
  }),
};
