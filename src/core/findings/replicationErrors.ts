import type { ReplicationError } from '../replication/model';
import { innerErrno, sourceRefusal } from '../replication/replicationError';
import type { Evidence } from './finding';
import { fromStatus, plain, sourceOf } from './phrase';
import type { ConnectionContext, Draft } from './rule';
import { t } from '../l10n';

/**
 * The IO thread's error, unless it runs: then the error is over. A retry clears the number before it has succeeded;
 * until it has, the error of the reading before stands.
 */
export function ioErrorOf({ status, before }: ConnectionContext): ReplicationError | undefined {
  if (status.ioThread === 'running') return undefined;
  if (status.ioError !== undefined || status.ioThread !== 'connecting') return status.ioError;
  return before?.ioThread === 'running' ? undefined : before?.ioError;
}

/** The SQL thread's error. It counts also while the thread still reads Yes: MySQL's coordinator stops some ms later. */
export function sqlErrorOf({ status }: ConnectionContext): ReplicationError | undefined {
  return status.sqlError;
}

/** What the source said inside a 1236; otherwise the whole text. */
export function refusalOf(error: ReplicationError): string {
  return sourceRefusal(error) ?? error.text;
}

/** The number to judge by: the one inside a 1236 where there is one, else the cause's. */
export function errnoOf(error: ReplicationError): number {
  return (error.causeErrno === 1236 ? innerErrno(error) : undefined) ?? error.causeErrno;
}

/** The IO thread could not take in what the source sent; the status does not say why. */
export function isEventRefused(error: ReplicationError): boolean {
  return errnoOf(error) === 1595 && /could not queue event/i.test(error.text);
}

/** The text that tells the cause: MySQL's coordinator only points at its worker. */
export function textOf(error: ReplicationError): string {
  return error.workerText ?? error.text;
}

/** What keeps a replica from being written locally again: where it is read-only already, that alone does not. */
export function againstWrites({ facts, dialect }: Pick<ConnectionContext, 'facts' | 'dialect'>): string {
  if (facts?.readOnly !== true) return t`Set \`read_only\` on the replica, so that it does not happen again.`;
  return dialect.flavor === 'mariadb'
    ? t`It is read-only already: find who wrote all the same (\`SUPER\` and \`READ ONLY ADMIN\` may), or before that was set.`
    : t`It is read-only already: find who wrote all the same (\`SUPER\` and \`CONNECTION_ADMIN\` may, unless \`super_read_only\` is on), or before that was set.`;
}

export function errorEvidence(context: ConnectionContext, thread: 'IO' | 'SQL', error: ReplicationError): Evidence[] {
  const { ioThread, sqlThread } = context.status;
  return [
    fromStatus(
      context,
      t`${thread} thread ${thread === 'IO' ? ioThread : sqlThread}, error ${error.errno}: ${plain(error.text)}` +
        (error.at === undefined ? '' : t` (at ${error.at}, server time)`) +
        (error === context.before?.ioError ? t` (one reading earlier; it is trying again)` : ''),
    ),
    ...(error.workerText === undefined
      ? []
      : [
          {
            measured: plain(error.workerText),
            source: 'performance_schema.replication_applier_status_by_worker',
            at: sourceOf(context.instance.snapshot.server).at,
          },
        ]),
  ];
}

/** Words for one error: `[id, title, short, remedy, avoid]`. */
export type ErrorWords = readonly [id: string, title: string, short: string, remedy: string, avoid?: string];

export function errorDraft(
  context: ConnectionContext,
  thread: 'IO' | 'SQL',
  error: ReplicationError,
  words: ErrorWords,
  runbook?: string,
): Draft {
  const [id, title, short, remedy, avoid] = words;
  return {
    id,
    title,
    short,
    remedy,
    evidence: errorEvidence(context, thread, error),
    ...(avoid === undefined ? {} : { avoid }),
    ...(runbook === undefined ? {} : { runbook }),
  };
}
