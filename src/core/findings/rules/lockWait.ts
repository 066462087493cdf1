import { code, lines, fromStatus, plain } from '../phrase';
import type { ConnectionStatus } from '../../replication/model';
import type { ConnectionRule, Explained } from '../rule';

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

/** Only two readings together show it: the status of one says that all is well. */
export const lockWait: ConnectionRule = {
  scope: 'connection',
  ids: { 'replica.sql.lockWait': 'warning' },
  check(context) {
    const { status, before, here, there } = context;
    if (before?.sqlThread !== 'running' || status.sqlThread !== 'running') return [];
    const now = status.retriedTransactions;
    const then = before.retriedTransactions;
    if (now === undefined || then === undefined || now === 0 || now < then) return [];
    const [at, was] = [status.executedPosition, before.executedPosition];
    // Not the GTID position: it is one for all channels of a MySQL replica.
    if (at === undefined || at.file !== was?.file || at.position !== was.position) return [];
    if (now === then && !isBetweenRetries(status) && !isSameRetried(status, before)) return [];
    return [
      {
        id: 'replica.sql.lockWait',
        title: `${here} waits for a lock and cannot apply what comes from ${there}: it retries at the same place.`,
        short: 'SQL retries behind a lock',
        evidence: [
          fromStatus(
            context,
            `retried transactions ${then} → ${now}, executed position unchanged at ${at.file}:${at.position}` +
              (status.retryingTransaction === undefined ? '' : `, retrying ${plain(status.retryingTransaction, 100)}`) +
              (status.sqlState === undefined ? '' : `, state "${status.sqlState}"`),
          ),
        ],
        remedy: lines(
          `On ${here}, find who holds the lock: \`SHOW ENGINE INNODB STATUS\`, \`SELECT * FROM information_schema.INNODB_TRX ORDER BY trx_started\`.`,
          `End that session with ${code('KILL <id>')} once you know whose it is; the SQL thread goes on by itself.`,
        ),
        avoid: 'Do not restart the server: the lock is one client’s transaction.',
      },
    ];
  },
};

export const lockWaitExplained: Explained = {
  'replica.sql.lockWait': {
    means: 'The SQL thread retries a transaction behind a lock.',
    when: 'Between two readings the executed position did not move while the thread says Yes, and the retries rose, the thread sleeps between two retries before a backlog, or MySQL names the same transaction as retried.',
    why: 'A client on the replica holds row or metadata locks. With a high `slave_transaction_retries` it can last for ever, without an error.',
  },
};
