import type { InstanceSpec } from '../../core/inventory/model';
import { failed, ok, type Outcome } from '../../core/outcome';
import type { Flavor, ReachFailure, Row } from '../../core/replication/reading';
import { readSlice } from '../../core/replication/waitPosition';
import type { PositionReader, PositionWait } from '../../ports';
import { cancelledFailure, openSession, type PollSettings } from './poll';
import { bounded, positionStatement, waitStatement } from './queries';
import type { Session } from './session';
import { t } from '../../core/l10n';

/** What the server gets beyond its slice before it is stopped, and the network beyond that. */
const serverGraceMs = 1000;
const networkGraceMs = 2000;

type Closing = PositionReader & { readonly dispose: () => Promise<void> };

/** Connections of their own: a poll must not stand behind a wait, and a wait not behind a poll. */
export function createPositionReader(settings: PollSettings): Closing {
  const disposed = new AbortController();
  const open = new Set<Session>();

  /** Runs `work` under a deadline of ours, ended before it by the caller or by the end of the extension. */
  const within = async <T>(
    timeoutMs: number,
    signal: AbortSignal,
    work: (stop: AbortSignal, cancelled: AbortSignal) => Promise<Outcome<T, ReachFailure>>,
  ): Promise<Outcome<T, ReachFailure>> => {
    const cancelled = AbortSignal.any([signal, disposed.signal]);
    const isCancelled = (): boolean => cancelled.aborted;
    if (isCancelled()) return failed(cancelledFailure);
    const deadline = new AbortController();
    const cancelDeadline = settings.clock.after(timeoutMs, () => {
      deadline.abort();
    });
    try {
      const outcome = await work(AbortSignal.any([cancelled, deadline.signal]), cancelled);
      return outcome.kind === 'failed' && isCancelled() ? failed(cancelledFailure) : outcome;
    } catch (error) {
      settings.log.error('Asking for a position failed in an unforeseen way.', error);
      return failed({ reason: 'other', text: t`Replideck failed in an unforeseen way; its log says where.` });
    } finally {
      cancelDeadline();
    }
  };

  const connect = async (
    spec: InstanceSpec,
    stop: AbortSignal,
    cancelled: AbortSignal,
  ): Promise<Outcome<Session, ReachFailure>> => {
    const timeoutMs = spec.timeoutSeconds * 1000;
    const opened = await openSession(spec, settings, { stop, cancelled, remainingMs: () => timeoutMs });
    if (opened.kind === 'ok') open.add(opened.value);
    return opened;
  };

  const close = async (session: Session): Promise<void> => {
    open.delete(session);
    await session.link.quit();
  };

  return {
    readPosition: (spec, signal) =>
      within(spec.timeoutSeconds * 1000, signal, async (stop, cancelled) => {
        const opened = await connect(spec, stop, cancelled);
        if (opened.kind === 'failed') return opened;
        const session = opened.value;
        try {
          const { flavor } = session.link.greeting;
          const row = await askRow(session, positionStatement(flavor), flavor, spec.timeoutSeconds * 1000, stop);
          if (row.kind === 'failed') return row;
          const { gtid_binlog_pos: binlogPos, gtid_executed: executed, gtid_mode: mode } = row.value;
          return ok({
            ...(typeof binlogPos === 'string' ? { gtidBinlogPos: binlogPos } : {}),
            ...(typeof executed === 'string' ? { gtidExecuted: executed } : {}),
            ...(typeof mode === 'string' ? { gtidMode: mode } : {}),
          });
        } finally {
          await close(session);
        }
      }),
    openWait: (spec, flavor, signal) =>
      within<PositionWait>(spec.timeoutSeconds * 1000, signal, async (stop, cancelled) => {
        const opened = await connect(spec, stop, cancelled);
        if (opened.kind === 'failed') return opened;
        const session = opened.value;
        return ok({
          slice: (position, seconds, sliceSignal) => {
            const serverMs = seconds * 1000 + serverGraceMs;
            return within(serverMs + networkGraceMs, sliceSignal, async (sliceStop) => {
              const statement = waitStatement(flavor, position, seconds);
              const row = await askRow(session, statement, flavor, serverMs, sliceStop);
              return row.kind === 'failed' ? row : ok(readSlice(flavor, row.value['waited']));
            });
          },
          close: () => close(session),
        });
      }),
    dispose: async () => {
      disposed.abort();
      await Promise.all([...open].map(close));
    },
  };
}

async function askRow(
  { link }: Session,
  statement: string,
  flavor: Flavor,
  limitMs: number,
  stop: AbortSignal,
): Promise<Outcome<Row, ReachFailure>> {
  const asked = await link.ask(bounded(statement, flavor, limitMs), stop);
  switch (asked.kind) {
    case 'rows':
      return ok(asked.rows[0] ?? {});
    case 'lost':
      return failed(asked.failure);
    case 'unanswered':
      return failed({ reason: 'hung', text: t`The statement was not answered before the deadline.` });
    case 'refused': {
      const { errno, sqlState, text } = asked;
      return failed({ reason: 'other', errno, ...(sqlState === undefined ? {} : { sqlState }), text });
    }
  }
}
