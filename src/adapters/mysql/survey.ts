import type { InstanceSpec } from '../../core/inventory/model';
import { failed, ok, type Outcome } from '../../core/outcome';
import type { Answer, Flavor, ReachFailure } from '../../core/replication/reading';
import type { ServiceFailure } from '../../core/services/model';
import { cancelledFailure, openSession, type PollSettings } from './poll';
import { bounded } from './queries';
import { toAnswer } from './session';
import { t } from '../../core/l10n';

/** One connection that is asked several things by one deadline, and closed afterwards. */
export interface Survey {
  readonly flavor: Flavor;
  /** `notAsked`: the time is over. Fails when the connection is lost, or nobody waits any more. */
  readonly ask: (statement: string | undefined) => Promise<Outcome<Answer, ReachFailure>>;
}

/** Below this an answer cannot be expected. */
const leastMs = 30;
/** How much earlier than our own deadline the server should give up, so that its word still arrives. */
const serverHeadStart = 0.9;

/** Asks one server by one deadline. Never rejects. */
export async function survey<T>(
  spec: InstanceSpec,
  settings: PollSettings,
  timeoutMs: number,
  cancelled: AbortSignal,
  work: (survey: Survey) => Promise<Outcome<T, ReachFailure>>,
): Promise<Outcome<T, ReachFailure>> {
  const { clock } = settings;
  const deadlineMs = clock.now() + timeoutMs;
  const remainingMs = (): number => Math.max(0, deadlineMs - clock.now());
  const stop = new AbortController();
  const end = (): void => {
    stop.abort();
  };
  const isCancelled = (): boolean => cancelled.aborted;
  const cancelDeadline = clock.after(timeoutMs, end);
  cancelled.addEventListener('abort', end, { once: true });
  if (isCancelled()) end();
  try {
    const opened = await openSession(spec, settings, { stop: stop.signal, cancelled, remainingMs });
    if (opened.kind === 'failed') return isCancelled() ? failed(cancelledFailure) : opened;
    const { link } = opened.value;
    const { flavor } = link.greeting;
    const outcome = await work({
      flavor,
      ask: async (statement) => {
        const limitMs = remainingMs() * serverHeadStart;
        if (isCancelled()) return failed(cancelledFailure);
        if (statement === undefined || !link.isOpen() || limitMs < leastMs) return ok({ kind: 'notAsked' });
        const asked = await link.ask(bounded(statement, flavor, limitMs), stop.signal);
        if (isCancelled()) return failed(cancelledFailure);
        if (asked.kind === 'lost') return failed(asked.failure);
        return ok(toAnswer(asked, statement, new Date(clock.now()).toISOString(), limitMs));
      },
    });
    await link.quit();
    return outcome;
  } catch (error) {
    settings.log.error(`Asking ${spec.key} failed in an unforeseen way.`, error);
    return failed({ reason: 'other', text: t`Replideck failed in an unforeseen way; its log says where.` });
  } finally {
    cancelDeadline();
    cancelled.removeEventListener('abort', end);
  }
}

/** What it means for a neighbour that its server cannot be asked. */
export function toServiceFailure({ reason, text }: ReachFailure): ServiceFailure {
  switch (reason) {
    case 'accessDenied':
    case 'accountLocked':
    case 'passwordExpired':
    case 'authPlugin':
    case 'hostNotAllowed':
      return { reason: 'denied', text };
    case 'tooManyConnections':
    case 'notMysql':
      return { reason: 'other', text };
    default:
      return { reason, text };
  }
}
