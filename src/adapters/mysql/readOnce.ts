import type { InstanceSpec } from '../../core/inventory/model';
import type { InstanceReading, ReachFailure } from '../../core/replication/reading';
import type { Clock } from '../../ports';
import { poll, type Keeper, type PollSettings } from './poll';
import { t } from '../../core/l10n';

/** One poll by the instance's own deadline. Never rejects: a defect of ours is a failed reading too. */
export async function readOnce(
  spec: InstanceSpec,
  keeper: Keeper,
  settings: PollSettings,
  cancelled: AbortSignal,
): Promise<InstanceReading> {
  const { clock, log } = settings;
  const startedMs = clock.now();
  const timeoutMs = spec.timeoutSeconds * 1000;
  const stop = new AbortController();
  const end = (): void => {
    stop.abort();
  };
  const cancelDeadline = clock.after(timeoutMs, end);
  cancelled.addEventListener('abort', end, { once: true });
  try {
    const remainingMs = (): number => Math.max(0, startedMs + timeoutMs - clock.now());
    const result = await poll(spec, keeper, settings, { stop: stop.signal, cancelled, remainingMs });
    return toReading(spec.key, clock, startedMs, result);
  } catch (error) {
    // A defect of ours; the fleet reads on.
    keeper.session?.link.destroy();
    log.error(`Reading ${spec.key} failed in an unforeseen way.`, error);
    const text = t`Replideck failed in an unforeseen way; its log says where.`;
    return toReading(spec.key, clock, startedMs, { kind: 'failed', failure: { reason: 'other', text } });
  } finally {
    cancelDeadline();
    cancelled.removeEventListener('abort', end);
    if (keeper.session?.link.isOpen() === false) {
      keeper.session = undefined;
    }
  }
}

export function failedReading(key: string, clock: Clock, failure: ReachFailure): InstanceReading {
  return toReading(key, clock, clock.now(), { kind: 'failed', failure });
}

function toReading(key: string, clock: Clock, startedMs: number, result: InstanceReading['result']): InstanceReading {
  const now = clock.now();
  return {
    key,
    startedAt: new Date(startedMs).toISOString(),
    at: new Date(now).toISOString(),
    elapsedMs: now - startedMs,
    result,
  };
}
