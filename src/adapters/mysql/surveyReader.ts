import type { ReachFailure } from '../../core/replication/reading';
import type { Outcome } from '../../core/outcome';
import type { ServiceAnswers, ServiceReading, ServiceTarget } from '../../core/services/model';
import type { ServiceReader } from '../../ports';
import { cancelledFailure, type PollSettings } from './poll';
import { toServiceFailure } from './survey';

/** The neighbours that are tables on servers. */
export type SqlServiceKind = 'backups' | 'pipeline';

export type AskService<K extends SqlServiceKind> = (
  target: ServiceTarget<K>,
  settings: PollSettings,
  cancelled: AbortSignal,
) => Promise<Outcome<ServiceAnswers[K], ReachFailure>>;

/** Reads neighbours of one kind, each reading over connections of its own: minutes lie between two of them. */
export function createSurveyReader<K extends SqlServiceKind>(
  kind: K,
  ask: AskService<K>,
  settings: PollSettings,
): ServiceReader<K> {
  const { clock } = settings;
  const disposed = new AbortController();
  const running = new Set<Promise<unknown>>();

  const read = async (target: ServiceTarget<K>, signal: AbortSignal): Promise<ServiceReading<K>> => {
    const startedMs = clock.now();
    const cancelled = AbortSignal.any([signal, disposed.signal]);
    const outcome: Outcome<ServiceAnswers[K], ReachFailure> = cancelled.aborted
      ? { kind: 'failed', reason: cancelledFailure }
      : await ask(target, settings, cancelled);
    const now = clock.now();
    return {
      ...{ kind, key: target.key, startedAt: new Date(startedMs).toISOString(), at: new Date(now).toISOString() },
      elapsedMs: now - startedMs,
      result:
        outcome.kind === 'ok'
          ? { kind: 'answered', answers: outcome.value }
          : { kind: 'failed', failure: toServiceFailure(outcome.reason) },
    };
  };

  return {
    read: (target, signal) => {
      const reading = read(target, signal).finally(() => running.delete(reading));
      running.add(reading);
      return reading;
    },
    // No connection outlives its reading.
    retain: () => undefined,
    dispose: async () => {
      disposed.abort();
      await Promise.all(running);
    },
  };
}
