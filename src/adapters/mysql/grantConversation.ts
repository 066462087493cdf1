import type { InstanceSpec } from '../../core/inventory/model';
import { failed, ok, type Outcome } from '../../core/outcome';
import type { ReachFailure } from '../../core/replication/reading';
import type { Greeting } from './greeting';
import type { Asked } from './link';
import { cancelledFailure, killAbandoned, openSession, type PollSettings } from './poll';
import { bounded } from './queries';
import { toReachFailure } from './toReachFailure';
import { t } from '../../core/l10n';

/** What a server says to one statement that it heard. */
export type Answered = Extract<Asked, { readonly kind: 'rows' | 'refused' }>;

/** One connection that is asked many things, one after the other. */
export interface Conversation {
  readonly greeting: Greeting;
  /** Fails when the server stays silent, when the connection is lost, and when nobody waits any more. */
  ask(statement: string): Promise<Outcome<Answered, ReachFailure>>;
  close(): Promise<void>;
}

/** How much earlier than our own deadline the server should give up, so that its word still arrives. */
const serverHeadStart = 0.9;

/** Opens a connection whose deadline is about silence: each statement may take `timeoutSeconds`, all of them hours. */
export async function grantConversation(
  spec: InstanceSpec,
  settings: PollSettings,
  cancelled: AbortSignal,
): Promise<Outcome<Conversation, ReachFailure>> {
  const timeoutMs = spec.timeoutSeconds * 1000;
  const isCancelled = (): boolean => cancelled.aborted;

  /** Runs one step under the deadline. */
  const within = async <T>(work: (stop: AbortSignal) => Promise<T>): Promise<T> => {
    const step = new AbortController();
    const end = (): void => {
      step.abort();
    };
    const cancelDeadline = settings.clock.after(timeoutMs, end);
    cancelled.addEventListener('abort', end, { once: true });
    if (isCancelled()) end();
    try {
      return await work(step.signal);
    } finally {
      cancelDeadline();
      cancelled.removeEventListener('abort', end);
    }
  };

  const opened = await within((stop) => openSession(spec, settings, { stop, cancelled, remainingMs: () => timeoutMs }));
  if (opened.kind === 'failed') return isCancelled() ? failed(cancelledFailure) : opened;
  const session = opened.value;
  const { link } = session;
  return ok({
    greeting: link.greeting,
    ask: async (statement) => {
      const { flavor } = link.greeting;
      const text = bounded(statement, flavor, timeoutMs * serverHeadStart);
      const asked = await within((stop) => link.ask(text, stop));
      switch (asked.kind) {
        case 'rows':
          return ok(asked);
        case 'refused': {
          const failure = toReachFailure(asked, 'open');
          const ended = failure.reason === 'passwordExpired' || failure.reason === 'lost';
          return ended ? failed({ ...failure, text: asked.text }) : ok(asked);
        }
        case 'unanswered':
          // MySQL goes on with a SHOW whose client is gone.
          if (flavor === 'mysql') void killAbandoned(spec, session, settings);
          return failed(
            isCancelled()
              ? cancelledFailure
              : { reason: 'hung', text: t`The statement was not answered before the deadline.` },
          );
        case 'lost':
          return failed(isCancelled() ? cancelledFailure : asked.failure);
      }
    },
    close: () => link.quit(),
  });
}
