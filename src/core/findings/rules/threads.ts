import { code, lines, threadsEvidence } from '../phrase';
import type { ConnectionRule, Explained } from '../rule';
import { t } from '../../l10n';

/** Threads that stand still without an error code. */
export const threads: ConnectionRule = {
  scope: 'connection',
  ids: {
    'replica.untilReached': 'warning',
    'replica.stoppedByOperator': 'warning',
    'replica.ioStopped': 'critical',
    'replica.sqlStopped': 'critical',
  },
  yieldsTo: ['replica.io.', 'replica.sql.'],
  check(context) {
    const { status, dialect, here, there } = context;
    const { ioThread, sqlThread, until, name } = status;
    const evidence = [threadsEvidence(context)];
    if (sqlThread === 'stopped' && until !== undefined) {
      const target = until.file === undefined ? '' : ` ${until.file}:${until.position ?? '?'}`;
      return [
        {
          id: 'replica.untilReached',
          title: t`${here} stopped applying from ${there} at an UNTIL condition (${until.condition}${target}).`,
          short: t`stopped by UNTIL`,
          runbook: 'replica.start',
          evidence,
          remedy: lines(
            t`It was started to stop there: ask who planned it.`,
            t`When the work is done: ${code(dialect.start(name))}`,
          ),
          avoid: t`Do not start it before the planned work at this position is done: the position cannot be had back.`,
        },
      ];
    }
    if (ioThread === 'stopped' && sqlThread === 'stopped') {
      return [
        {
          id: 'replica.stoppedByOperator',
          title: t`Replication of ${here} from ${there} is stopped: both threads, without an error.`,
          short: t`stopped, no error`,
          runbook: 'replica.start',
          evidence,
          remedy: lines(
            t`Somebody stopped it, or it was never started since the server or the connection was set up: ask, and read the admin log.`,
            t`Then: ${code(dialect.start(name))}`,
          ),
          avoid: t`Do not start it blindly: it may be held for a backup, a repair or a switchover.`,
        },
      ];
    }
    if (ioThread === 'stopped') {
      return [
        {
          id: 'replica.ioStopped',
          title: t`${here} fetches nothing from ${there}: the IO thread is stopped, without an error.`,
          short: t`IO stopped, no error`,
          runbook: 'replica.start',
          evidence,
          remedy: lines(
            t`Only this thread was stopped: by an operator, or by the server after a connection that was killed.`,
            code(dialect.start(name)),
          ),
          avoid: t`Do not point the replica anew: its position is intact.`,
        },
      ];
    }
    if (sqlThread === 'stopped') {
      return [
        {
          id: 'replica.sqlStopped',
          title: t`${here} fetches from ${there} and applies nothing: the SQL thread is stopped, without an error.`,
          short: t`SQL stopped, no error`,
          runbook: 'replica.start',
          evidence,
          remedy: lines(
            t`Only this thread was stopped, as backups and manual repairs do: ask who holds it.`,
            t`Then: ${code(dialect.start(name))}`,
          ),
          avoid: t`Do not start it blindly; and do not let it stand: relay logs fill the disk meanwhile.`,
        },
      ];
    }
    return [];
  },
};

export const threadsExplained: Explained = {
  'replica.untilReached': {
    means: 'The SQL thread stopped where START … UNTIL told it to.',
    when: 'The SQL thread is stopped, no error, and Until_Condition is set.',
    why: 'Planned work: a switchover step, a point-in-time recovery, a delayed replica that is wound forward.',
  },
  'replica.stoppedByOperator': {
    means: 'Both threads are stopped and there is no error.',
    when: 'IO and SQL thread No, both error numbers 0, no UNTIL condition.',
    why: 'STOP REPLICA, a start with skip-replica-start, or a connection that was configured and never started.',
  },
  'replica.ioStopped': {
    means: 'The replica applies what it has and fetches nothing new.',
    when: 'IO thread No, SQL thread not stopped, no error number.',
    why: 'STOP REPLICA IO_THREAD.',
  },
  'replica.sqlStopped': {
    means: 'The replica fetches and does not apply.',
    when: 'SQL thread No, IO thread not stopped, no error number.',
    why: 'STOP REPLICA SQL_THREAD, often by a backup tool that died before it started it again.',
  },
};
