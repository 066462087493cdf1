import { code, lines, plain } from '../phrase';
import { errorDraft, ioErrorOf, isEventRefused } from '../replicationErrors';
import type { ConnectionContext, ConnectionRule, Explained } from '../rule';
import { t } from '../../l10n';

/** Every other error of the IO thread: the server's own code and words, and no invented remedy. */
export const ioError: ConnectionRule = {
  scope: 'connection',
  ids: { 'replica.io.error': 'critical' },
  yieldsTo: ['replica.io.', 'replica.sql.diskFull'],
  check(context) {
    const error = ioErrorOf(context);
    if (error === undefined) return [];
    return [
      errorDraft(context, 'IO', error, [
        'replica.io.error',
        t`${context.here} does not fetch from ${context.there}: error ${error.errno}, ${code(plain(error.text, 160))}.`,
        t`error ${error.errno} · IO ${context.status.ioThread}`,
        isEventRefused(error)
          ? refusedEvent(context)
          : lines(
              t`No remedy is known for this error.`,
              t`The error logs of ${context.here} and ${context.there} at that time may say more; its position is kept meanwhile.`,
            ),
      ]),
    ];
  },
};

/** One number for a damaged event, a wrong place and a disk: the error log has the line before it. */
function refusedEvent({ here, there, status, dialect }: ConnectionContext): string {
  const place =
    status.readPosition === undefined
      ? t`its position`
      : code(`${status.readPosition.file}:${status.readPosition.position}`);
  return lines(
    t`The error log of ${here} says just before it what was wrong with the event at ${place}.`,
    status.gtid === 'no' &&
      t`A checksum, after the position was given by hand: that may not be the start of an event. Look where the transactions begin, and give it again.`,
    t`A checksum otherwise: damaged on the way, and right when it is fetched again: ${code(dialect.restart(status.name))}; or damaged in the source’s log: check that on ${there} with \`mysqlbinlog --verify-binlog-checksum\`.`,
    t`Damaged there too, set ${here} up again from a backup of the source.`,
    t`Anything about writing: the room, quota and rights of the relay log directory.`,
  );
}

export const ioErrorExplained: Explained = {
  'replica.io.error': {
    means: 'The IO thread has an error that has no id of its own.',
    when: 'Any other Last_IO_Errno while the thread does not run; 1595 (MySQL 13122) "could not queue event" among them, which is given for a damaged event and for a relay log that cannot be written.',
    why: 'Not established: the server’s number and text are shown as they are.',
  },
};
