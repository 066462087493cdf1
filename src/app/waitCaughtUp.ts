import type { FleetLogic } from '../core/fleetLogic';
import type { FleetView, InstanceView } from '../core/fleetView';
import type { WaitEnd } from '../core/replication/waitPosition';
import type { Clock, PositionReader } from '../ports';
import { t } from '../core/l10n';

export interface WaitOptions {
  readonly replicaKey: string;
  /** Which of several connections; undefined: there is only one. */
  readonly connection?: string;
  readonly limitSeconds: number;
  readonly positions: PositionReader;
  readonly logic: FleetLogic['wait'];
  readonly clock: Clock;
  /** Reads these instances now; the view then knows them. */
  readonly read: (keys: readonly string[], signal: AbortSignal) => Promise<void>;
  readonly view: () => FleetView | undefined;
  readonly onProgress: (progress: WaitProgress) => void;
}

export interface WaitProgress {
  readonly elapsedSeconds: number;
  /** Lag by the method that the views believe; undefined: unknown. */
  readonly lagSeconds?: number;
  readonly transactionsLeft?: bigint;
}

const sliceSeconds = 2;

/**
 * Waits until the replica has applied what its primary had written when this began. Ends by `limitSeconds` and one
 * answer's time; never rejects for what a server does.
 */
export async function waitCaughtUp(options: WaitOptions, signal: AbortSignal): Promise<WaitEnd> {
  const { replicaKey, limitSeconds, positions, logic, clock } = options;
  const startedMs = clock.now();
  const elapsedSeconds = (): number => (clock.now() - startedMs) / 1000;
  const isCancelled = (): boolean => signal.aborted;
  const cancelled = (): WaitEnd => ({ kind: 'cancelled', afterSeconds: elapsedSeconds() });
  const present = (): InstanceView | undefined => options.view()?.instances[replicaKey];

  await options.read([replicaKey], signal);
  if (isCancelled()) return cancelled();
  const view = options.view();
  if (view === undefined) return { kind: 'cannot', why: t`The inventory was closed meanwhile.` };
  const plan = logic.planWait(view, replicaKey, options.connection);
  if (plan.kind === 'cannot') return plan;
  const source = view.instances[plan.sourceKey];
  const replica = view.instances[replicaKey];
  const status = replica?.connections.find(({ status: { name } }) => name === plan.connection)?.status;
  if (source === undefined || replica === undefined || status === undefined) {
    return { kind: 'cannot', why: t`${replicaKey} left the inventory meanwhile.` };
  }

  const read = await positions.readPosition(source.spec, signal);
  if (isCancelled()) return cancelled();
  if (read.kind === 'failed') return { kind: 'failed', key: plan.sourceKey, text: read.reason.text };
  const chosen = logic.choosePosition(plan, read.value, status);
  if (chosen.kind === 'cannot') return chosen;
  const { position } = chosen;

  const opened = await positions.openWait(replica.spec, plan.flavor, signal);
  if (isCancelled()) {
    if (opened.kind === 'ok') await opened.value.close();
    return cancelled();
  }
  if (opened.kind === 'failed') return { kind: 'failed', key: replicaKey, text: opened.reason.text };
  const wait = opened.value;
  try {
    let leftBefore: bigint | undefined;
    for (let round = 0; ; round += 1) {
      // The first slice also where the limit is spent: whatever has been applied by now is to be said.
      const seconds = Math.max(1, Math.min(sliceSeconds, Math.floor(limitSeconds - elapsedSeconds())));
      const slice = await wait.slice(position, seconds, signal);
      if (isCancelled()) return cancelled();
      if (slice.kind === 'failed') return { kind: 'failed', key: replicaKey, text: slice.reason.text };
      if (slice.value === 'reached') return { kind: 'caughtUp', afterSeconds: elapsedSeconds(), position };
      if (slice.value === 'unknown') {
        return { kind: 'failed', key: replicaKey, text: t`The server did not say whether it got there (NULL).` };
      }

      await options.read([replicaKey], signal);
      if (isCancelled()) return cancelled();
      const now = present();
      const connection = now?.connections.find((one) => one.status.name === plan.connection);
      const left = now === undefined ? undefined : logic.transactionsLeft(plan.flavor, position, now);
      const known = left === undefined ? {} : { transactionsLeft: left };
      const threads = connection === undefined ? undefined : logic.stoppedThreads(connection.status);
      // Behind a stopped IO thread the relay log may still hold all that is needed: then only standing still ends it.
      const standsStill = connection?.status.sqlThread === 'stopped' || (round > 0 && left === leftBefore);
      if (threads !== undefined && standsStill && left !== 0n) {
        return { kind: 'stopped', afterSeconds: elapsedSeconds(), threads, ...known };
      }
      leftBefore = left;
      const lag = connection?.lagSeconds;
      options.onProgress({
        elapsedSeconds: elapsedSeconds(),
        ...(lag === undefined ? {} : { lagSeconds: lag }),
        ...known,
      });
      if (elapsedSeconds() >= limitSeconds) return { kind: 'tooLate', limitSeconds, ...known };
    }
  } finally {
    await wait.close();
  }
}
