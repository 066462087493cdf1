import type { InstanceSpec } from '../../core/inventory/model';
import { failed, ok, type Outcome } from '../../core/outcome';
import type { Answer, InstanceReading, ReachFailure } from '../../core/replication/reading';
import type { Clock } from '../../ports';
import { resolveLogin, type CredentialSources, type Login } from './credentials';
import { openLink } from './link';
import { autocommitStatement, bounded, heartbeatStatement, killStatement, replicationStatement } from './queries';
import { askServer, createSession, toAnswer, type Session } from './session';
import { toReachFailure } from './toReachFailure';
import { openTransport, type TransportSettings } from './transport';
import { t } from '../../core/l10n';

export interface PollSettings extends CredentialSources, TransportSettings {
  readonly clock: Clock;
}

/** The time of one read and who may end it before. */
export interface Budget {
  /** Aborted at the deadline, and when nobody waits any more. */
  readonly stop: AbortSignal;
  /** Aborted only when nobody waits any more. */
  readonly cancelled: AbortSignal;
  readonly remainingMs: () => number;
}

/** Where the session of an instance is kept between polls. */
export interface Keeper {
  session: Session | undefined;
}

type Result = InstanceReading['result'];

/** Below this an answer cannot be expected, and asking would cost the connection. */
const leastMs = 30;
/** How much earlier than our own deadline the server should give up, so that its word still arrives. */
const serverHeadStart = 0.9;
/** The share of the time that the first statement may take: a slow process list must not hide the replicas. */
const serverFactsShare = 0.5;
const killMs = 1000;

export async function poll(
  spec: InstanceSpec,
  keeper: Keeper,
  settings: PollSettings,
  budget: Budget,
): Promise<Result> {
  const kept = keeper.session?.link.isOpen() === true;
  const first = await pollOnce(spec, keeper, settings, budget);
  // A kept connection may have died unnoticed since the last poll. That is no news about the server: it is asked
  // again on a new one.
  const stale = kept && first.kind === 'failed' && first.failure.reason === 'lost' && !budget.stop.aborted;
  return stale ? pollOnce(spec, keeper, settings, budget) : first;
}

async function pollOnce(spec: InstanceSpec, keeper: Keeper, settings: PollSettings, budget: Budget): Promise<Result> {
  if (keeper.session?.link.isOpen() !== true) {
    const opened = await openSession(spec, settings, budget);
    if (opened.kind === 'failed') {
      return opened.reason.reason === 'cancelled' || !budget.cancelled.aborted
        ? { kind: 'failed', failure: opened.reason }
        : { kind: 'failed', failure: cancelledFailure };
    }
    keeper.session = opened.value;
  }
  return readSession(spec, keeper.session, settings, budget);
}

/** Opens and logs in; the last step of setting up is done by the first SELECT about the server. */
export async function openSession(
  spec: InstanceSpec,
  settings: PollSettings,
  { stop, cancelled, remainingMs }: Budget,
): Promise<Outcome<Session, ReachFailure>> {
  const login = await untilStopped(resolveLogin(spec, settings, cancelled), stop, {
    reason: 'credentialsMissing',
    text: t`The password of "${spec.credentials?.name ?? spec.key}" has not been given yet.`,
  });
  return login.kind === 'failed' ? login : connectSession(spec, login.value, settings, stop, remainingMs());
}

async function connectSession(
  spec: InstanceSpec,
  login: Login,
  settings: PollSettings,
  stop: AbortSignal,
  timeoutMs: number,
): Promise<Outcome<Session, ReachFailure>> {
  const way = await openTransport(spec, login, timeoutMs, settings, stop);
  if (way.kind === 'failed') {
    return way;
  }
  const { transport, isConnected, explain } = way.value;
  const { host, port } = spec;
  const opened = await openLink({ host, port, login, transport, isConnected }, stop);
  if (opened.kind === 'failed') {
    return failed(await explain(opened.reason));
  }
  const link = opened.value;
  if (!link.greeting.autocommit) {
    const asked = await link.ask(autocommitStatement, stop);
    if (asked.kind === 'lost') {
      return failed(asked.failure);
    }
  }
  return ok(createSession(link, login, settings.clock.now()));
}

async function readSession(
  spec: InstanceSpec,
  session: Session,
  settings: PollSettings,
  budget: Budget,
): Promise<Result> {
  const { link } = session;
  const { flavor, version } = link.greeting;
  const { stop, cancelled, remainingMs } = budget;
  const at = (): string => new Date(settings.clock.now()).toISOString();
  const abandon = (): void => {
    link.destroy();
    if (flavor === 'mysql') {
      // MySQL goes on with a SHOW whose client is gone, and there is no limit to give it beforehand.
      void killAbandoned(spec, session, settings);
    }
  };

  const server = await askServer(session, () => remainingMs() * serverFactsShare, stop);
  if (server.asked.kind === 'lost') {
    return { kind: 'failed', failure: cancelled.aborted ? cancelledFailure : server.asked.failure };
  }
  if (server.asked.kind === 'unanswered') {
    abandon();
    const text = t`The connection is open, and no statement was answered before the deadline.`;
    return { kind: 'failed', failure: cancelled.aborted ? cancelledFailure : { reason: 'hung', text } };
  }
  if (server.asked.kind === 'refused') {
    // MariaDB lets an account with an expired password in, and then answers nothing else than this.
    const failure = toReachFailure(server.asked, 'open');
    if (failure.reason === 'passwordExpired' || failure.reason === 'lost') {
      link.destroy();
      return { kind: 'failed', failure: { ...failure, text: server.asked.text } };
    }
  }
  if (server.asked.kind === 'rows' && server.asked.rows.length === 0) {
    // It always has one. What came answers something else, and every later answer would be taken for the wrong statement.
    link.destroy();
    const text = t`The first answer is not to what was asked: the answers on this connection are out of step.`;
    return { kind: 'failed', failure: { reason: 'lost', text } };
  }

  const answers: Answer[] = [toAnswer(server.asked, server.statement, at(), server.limitMs)];
  const heartbeat = spec.heartbeatTable === undefined ? undefined : heartbeatStatement(spec.heartbeatTable);
  if (spec.heartbeatTable !== undefined && heartbeat === undefined) {
    settings.log.warn(`The heartbeat table of ${spec.key} has a name that cannot be asked for; it was left out.`);
  }
  for (const statement of [replicationStatement(flavor, version), heartbeat]) {
    const limit = remainingMs() * serverHeadStart;
    if (statement === undefined || !link.isOpen() || limit < leastMs) {
      answers.push({ kind: 'notAsked' });
      continue;
    }
    const asked = await link.ask(bounded(statement, flavor, limit), stop);
    if (cancelled.aborted) {
      abandon();
      return { kind: 'failed', failure: cancelledFailure };
    }
    if (asked.kind === 'lost') {
      return { kind: 'failed', failure: asked.failure };
    }
    if (asked.kind === 'unanswered') {
      abandon();
    }
    answers.push(toAnswer(asked, statement, at(), limit));
  }
  const [facts, replication, beats] = answers;
  return {
    kind: 'answered',
    flavor,
    version,
    ...(link.tlsCipher === undefined ? {} : { tlsCipher: link.tlsCipher }),
    server: facts ?? { kind: 'notAsked' },
    replication: replication ?? { kind: 'notAsked' },
    heartbeat: beats ?? { kind: 'notAsked' },
  };
}

/** The one second connection there ever is: it ends the statement that was left running, and itself. */
export async function killAbandoned(
  spec: InstanceSpec,
  { link, login }: Session,
  settings: PollSettings,
): Promise<void> {
  const stop = new AbortController();
  const cancel = settings.clock.after(killMs, () => {
    stop.abort();
  });
  try {
    const opened = await connectSession(spec, login, settings, stop.signal, killMs);
    if (opened.kind === 'ok') {
      await opened.value.link.ask(killStatement(link.greeting.threadId), stop.signal);
      await opened.value.link.quit();
    }
  } catch (error) {
    settings.log.debug(`A statement on ${spec.key} may still be running: ${String(error)}`);
  } finally {
    cancel();
  }
}

export const cancelledFailure: ReachFailure = { reason: 'cancelled', text: t`The read was cancelled.` };

/** A secret may wait for the operator to type it: the poll does not. */
async function untilStopped<T>(
  work: Promise<Outcome<T, ReachFailure>>,
  stop: AbortSignal,
  failure: ReachFailure,
): Promise<Outcome<T, ReachFailure>> {
  return new Promise((resolve, reject) => {
    const onStop = (): void => {
      resolve(failed(failure));
    };
    if (stop.aborted) {
      onStop();
    }
    stop.addEventListener('abort', onStop, { once: true });
    work.then(resolve, reject).finally(() => {
      stop.removeEventListener('abort', onStop);
    });
  });
}
