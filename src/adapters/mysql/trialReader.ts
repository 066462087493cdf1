import type { InstanceSpec } from '../../core/inventory/model';
import type { Answer, Row, ServerTrial } from '../../core/replication/reading';
import type { TrialReader } from '../../ports';
import { cancelledFailure, type Keeper, type PollSettings } from './poll';
import { bounded, registeredStatement } from './queries';
import { failedReading, readOnce } from './readOnce';
import { toAnswer, type Session } from './session';

type Closing = TrialReader & { readonly dispose: () => Promise<void> };

/** How much earlier than our own deadline the server should give up, so that its word still arrives. */
const serverHeadStart = 0.9;

/** A connection per trial, closed afterwards: nobody knows yet whether the server will be looked at again. */
export function createTrialReader(settings: PollSettings): Closing {
  const disposed = new AbortController();
  const running = new Set<Promise<unknown>>();

  const tryServer = async (spec: InstanceSpec, signal: AbortSignal): Promise<ServerTrial> => {
    const cancelled = AbortSignal.any([signal, disposed.signal]);
    if (cancelled.aborted) {
      return { reading: failedReading(spec.key, settings.clock, cancelledFailure), replicas: { kind: 'notAsked' } };
    }
    const keeper: Keeper = { session: undefined };
    const reading = await readOnce(spec, keeper, settings, cancelled);
    const { session } = keeper;
    if (session === undefined) return { reading, replicas: { kind: 'notAsked' } };
    try {
      return { reading, replicas: await askRegistered(spec, session, settings, cancelled) };
    } finally {
      await session.link.quit();
    }
  };

  return {
    tryServer: (spec, signal) => {
      const trial = tryServer(spec, signal).finally(() => running.delete(trial));
      running.add(trial);
      return trial;
    },
    dispose: async () => {
      disposed.abort();
      await Promise.all(running);
    },
  };
}

async function askRegistered(
  spec: InstanceSpec,
  { link }: Session,
  settings: PollSettings,
  cancelled: AbortSignal,
): Promise<Answer> {
  if (cancelled.aborted || !link.isOpen()) return { kind: 'notAsked' };
  const { flavor, version } = link.greeting;
  const timeoutMs = spec.timeoutSeconds * 1000;
  const statement = registeredStatement(flavor, version);
  const deadline = new AbortController();
  const cancelDeadline = settings.clock.after(timeoutMs, () => {
    deadline.abort();
  });
  try {
    const limitMs = timeoutMs * serverHeadStart;
    const stop = AbortSignal.any([cancelled, deadline.signal]);
    const asked = await link.ask(bounded(statement, flavor, limitMs), stop);
    // The reading stands, whatever became of the list.
    if (asked.kind === 'lost') return { kind: 'notAsked' };
    const answer = toAnswer(asked, statement, new Date(settings.clock.now()).toISOString(), limitMs);
    return answer.kind === 'rows' ? { ...answer, rows: answer.rows.map(withoutLogin) } : answer;
  } finally {
    cancelDeadline();
  }
}

/** A server with `show-slave-auth-info` lists users and passwords too: they end here. */
function withoutLogin(row: Row): Row {
  const byName = new Map(Object.entries(row).map(([name, value]) => [name.toLowerCase(), value]));
  const wanted = ['server_id', 'host', 'port'];
  return Object.fromEntries(wanted.map((name) => [name, byName.get(name) ?? null]));
}
