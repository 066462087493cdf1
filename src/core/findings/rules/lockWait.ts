import { formatSeconds } from '../../words';
import { code, lines, fromStatus, plain, sourceOf } from '../phrase';
import type { ConnectionStatus } from '../../replication/model';
import type { ConnectionRule, Explained } from '../rule';
import { t } from '../../l10n';

/**
 * Retries come seconds apart, and two readings may fall between them. The thread then sleeps in this state while a
 * backlog waits; the state alone, without an earlier retry and an unmoved position, would say nothing.
 */
function isBetweenRetries({ sqlState, readPosition, executedPosition }: ConnectionStatus): boolean {
  const hasBacklog =
    readPosition !== undefined &&
    (readPosition.file !== executedPosition?.file || readPosition.position !== executedPosition.position);
  return hasBacklog && /^After apply log event|waiting for .*lock/i.test(sqlState ?? '');
}

/** MySQL names the transaction that has met a lock for as long as it is not applied. */
function isSameRetried({ retryingTransaction }: ConnectionStatus, before: ConnectionStatus): boolean {
  return retryingTransaction !== undefined && retryingTransaction === before.retryingTransaction;
}

/** It retries, or sleeps between two retries. */
function isRetrying(status: ConnectionStatus, before: ConnectionStatus): boolean {
  const now = status.retriedTransactions;
  const then = before.retriedTransactions;
  if (now === undefined || then === undefined || now === 0 || now < then) return false;
  return now > then || isBetweenRetries(status) || isSameRetried(status, before);
}

/** In one long wait nothing is retried, and only the list of threads and transactions shows it. */
function isWaiting({ lockWaits = [] }: ConnectionStatus, before: ConnectionStatus): boolean {
  return lockWaits.length > 0 && (before.lockWaits ?? []).length > 0;
}

/** Only two readings together show it: the status of one says that all is well. */
export const lockWait: ConnectionRule = {
  scope: 'connection',
  ids: { 'replica.sql.lockWait': 'warning' },
  check(context) {
    const { status, before, here, there, connection, instance, dialect } = context;
    if (before?.sqlThread !== 'running' || status.sqlThread !== 'running') return [];
    // Not the GTID position: it is one for all channels of a MySQL replica.
    const [at, was] = [status.executedPosition, before.executedPosition];
    if (at === undefined || at.file !== was?.file || at.position !== was.position) return [];
    const isLong = isWaiting(status, before);
    if (!isLong && !isRetrying(status, before)) return [];
    const lag = connection.lagSeconds;
    const isLate = lag !== undefined && lag > instance.spec.thresholds.lagCritSeconds;
    return [
      {
        id: 'replica.sql.lockWait',
        // Nothing is said about lag beside it.
        ...(isLate ? { severity: 'critical' as const } : {}),
        title: t`${here} waits for a lock and cannot apply what comes from ${there}: ${isLong ? t`it stands at the same place` : t`it retries at the same place`}${isLate ? t`, ${formatSeconds(lag)} behind` : ''}.`,
        short: isLong ? t`SQL waits for a lock` : t`SQL retries behind a lock`,
        evidence: [
          fromStatus(
            context,
            t`executed position unchanged at ${at.file}:${at.position}, retried transactions ${before.retriedTransactions ?? '?'} → ${status.retriedTransactions ?? '?'}` +
              (status.retryingTransaction === undefined
                ? ''
                : t`, retrying ${plain(status.retryingTransaction, 100)}`) +
              (status.sqlState === undefined ? '' : `, state "${status.sqlState}"`),
          ),
          ...(isLong
            ? [
                {
                  measured: t`threads that apply and wait for a lock, in two readings: ${plain((status.lockWaits ?? []).join(', '), 200)}`,
                  source: dialect.flavor === 'mariadb' ? 'PROCESSLIST and INNODB_TRX' : t`threads and INNODB_TRX`,
                  at: sourceOf(instance.snapshot.server).at,
                },
              ]
            : []),
        ],
        remedy: lines(
          t`On ${here}, find who holds the lock: \`SHOW ENGINE INNODB STATUS\`, \`SELECT * FROM information_schema.INNODB_TRX ORDER BY trx_started\`.`,
          dialect.flavor === 'mariadb'
            ? t`A row lock names its holder: ${code('SELECT b.trx_mysql_thread_id, b.trx_started FROM information_schema.INNODB_LOCK_WAITS w JOIN information_schema.INNODB_TRX b ON b.trx_id = w.blocking_trx_id')}; before a metadata lock stands the session with the oldest transaction, often asleep.`
            : t`Both kinds of lock name their holder: ${code('SELECT blocking_pid, locked_table, wait_age FROM sys.innodb_lock_waits')}, ${code('SELECT object_schema, object_name, blocking_pid FROM sys.schema_table_lock_waits')}.`,
          t`End that session with ${code('KILL <id>')} once you know whose it is; the SQL thread goes on by itself.`,
        ),
        avoid: t`Do not restart the server: the lock is one client’s transaction.`,
      },
    ];
  },
};

export const lockWaitExplained: Explained = {
  'replica.sql.lockWait': {
    means: 'The SQL thread waits behind a lock, or retries a transaction behind one.',
    when: 'Between two readings the executed position did not move while the thread says Yes, and a thread that applies waits for a row, table or metadata lock in both, the retries rose, the thread sleeps between two retries before a backlog, or MySQL names the same transaction as retried. Critical above `lagCritSeconds`.',
    why: 'A client on the replica holds row or metadata locks. With a high `slave_transaction_retries` it can last for ever, without an error.',
  },
};
