import { code, lines, plain } from '../phrase';
import { errorDraft, ioErrorOf } from '../replicationErrors';
import type { ConnectionRule, Explained } from '../rule';

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
        `${context.here} does not fetch from ${context.there}: error ${error.errno}, ${code(plain(error.text, 160))}.`,
        `IO ${context.status.ioThread} · error ${error.errno}`,
        lines(
          'No remedy is known for this error.',
          `The error logs of ${context.here} and ${context.there} at that time may say more; its position is kept meanwhile.`,
        ),
      ]),
    ];
  },
};

export const ioErrorExplained: Explained = {
  'replica.io.error': {
    means: 'The IO thread has an error that has no id of its own.',
    when: 'Any other Last_IO_Errno while the thread does not run.',
    why: 'Not established: the server’s number and text are shown as they are.',
  },
};
