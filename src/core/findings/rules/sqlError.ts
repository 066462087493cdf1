import { code, lines, plain } from '../phrase';
import { errorDraft, sqlErrorOf, textOf } from '../replicationErrors';
import type { ConnectionRule, Explained } from '../rule';
import { t } from '../../l10n';

/** Every other error of the SQL thread: the server's own code and words, and no invented remedy. */
export const sqlError: ConnectionRule = {
  scope: 'connection',
  ids: { 'replica.sql.error': 'critical' },
  yieldsTo: ['replica.sql.'],
  check(context) {
    const error = sqlErrorOf(context);
    if (error === undefined) return [];
    return [
      errorDraft(context, 'SQL', error, [
        'replica.sql.error',
        t`${context.here} cannot apply what comes from ${context.there}: error ${error.errno}, ${code(plain(textOf(error), 160))}.`,
        t`error ${error.errno} · SQL ${context.status.sqlThread}`,
        lines(
          t`No remedy is known for this error.`,
          error.workerText === undefined && context.dialect.flavor === 'mysql'
            ? t`\`SELECT * FROM performance_schema.replication_applier_status_by_worker\` on the replica may name the cause; our account could not read it.`
            : t`The error log of ${context.here} at that time may say more; its position is kept meanwhile.`,
        ),
        t`Do not skip the event before you know what it is.`,
      ]),
    ];
  },
};

export const sqlErrorExplained: Explained = {
  'replica.sql.error': {
    means: 'The SQL thread has an error that has no id of its own.',
    when: 'Any other Last_SQL_Errno.',
    why: 'Not established: the server’s number and text are shown as they are.',
  },
};
