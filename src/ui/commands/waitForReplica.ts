import * as vscode from 'vscode';
import { waitCaughtUp, type WaitProgress } from '../../app/waitCaughtUp';
import type { FleetLogic } from '../../core/fleetLogic';
import type { FleetView } from '../../core/fleetView';
import { formatSeconds } from '../../core/words';
import type { Clock, PositionReader } from '../../ports';
import { t } from '../../core/l10n';
import { showInformation, showWarning } from '../messages';
import { withProgress } from '../withProgress';

export interface WaitContext {
  readonly view: () => FleetView | undefined;
  readonly read: (keys: readonly string[], signal: AbortSignal) => Promise<void>;
  /** Undefined: the workspace is not trusted, so nothing may be connected to. */
  readonly positions: () => Promise<PositionReader | undefined>;
  readonly logic: () => Promise<FleetLogic['wait']>;
  readonly clock: Clock;
}

const defaultLimitSeconds = 60;
const longestLimitSeconds = 24 * 3600;

/** Asks for what is open, waits under a notification that can be cancelled, and says how it ended. */
export async function waitForReplica(context: WaitContext, replicaKey: string): Promise<void> {
  const positions = await context.positions();
  if (positions === undefined) {
    await showWarning(t`The workspace that names this host is not trusted, so nothing connects to it.`);
    return;
  }
  const chosen = await chooseConnection(context.view(), replicaKey);
  if (chosen === undefined) return;
  const limitSeconds = await chooseLimit(replicaKey);
  if (limitSeconds === undefined) return;
  const logic = await context.logic();

  const end = await withProgress(t`Waiting for ${replicaKey} to catch up`, async (signal, report) => {
    let latest: WaitProgress = { elapsedSeconds: 0 };
    let told = 0;
    const startedMs = context.clock.now();
    const tell = (): void => {
      const elapsedSeconds = Math.floor((context.clock.now() - startedMs) / 1000);
      const share = Math.min(100, (elapsedSeconds / limitSeconds) * 100);
      report({
        message: progressText(latest, elapsedSeconds, limitSeconds, logic.leftInWords),
        increment: share - told,
      });
      told = share;
    };
    let cancelTick: () => void = () => undefined;
    const tick = (): void => {
      tell();
      cancelTick = context.clock.after(1000, tick);
    };
    tick();
    try {
      return await waitCaughtUp(
        {
          ...{ replicaKey, limitSeconds, positions, logic },
          ...chosen,
          ...{ clock: context.clock, read: context.read, view: context.view },
          onProgress: (step) => {
            latest = step;
          },
        },
        signal,
      );
    } finally {
      cancelTick();
    }
  });
  // Who cancelled knows that it ended.
  if (end.kind === 'cancelled') return;
  const { ok, text } = logic.describeWaitEnd(replicaKey, end);
  // Not awaited: the command is over, whether or not the message is closed.
  void (ok ? showInformation(text) : showWarning(text));
}

/** `12 s of 1 min, lag 3 s, still 5 transactions behind` */
function progressText(
  { lagSeconds, transactionsLeft }: WaitProgress,
  elapsedSeconds: number,
  limitSeconds: number,
  leftInWords: FleetLogic['wait']['leftInWords'],
): string {
  return [
    t`${formatSeconds(elapsedSeconds)} of ${formatSeconds(limitSeconds)}`,
    lagSeconds === undefined ? t`lag unknown` : t`lag ${formatSeconds(lagSeconds)}`,
    ...(transactionsLeft === undefined ? [] : [leftInWords(transactionsLeft)]),
  ].join(', ');
}

/** Empty where there is nothing to choose; undefined: the choice was dismissed. */
async function chooseConnection(
  view: FleetView | undefined,
  replicaKey: string,
): Promise<{ readonly connection?: string } | undefined> {
  const connections = view?.instances[replicaKey]?.connections ?? [];
  if (connections.length < 2) return {};
  const items = connections.map(({ status, source }) => ({
    label: status.name === '' ? t`(default connection)` : status.name,
    description: t`from ${source}`,
    connection: status.name,
  }));
  const title = t`Wait for which connection of ${replicaKey}?`;
  const picked = await vscode.window.showQuickPick(items, { title });
  return picked === undefined ? undefined : { connection: picked.connection };
}

async function chooseLimit(replicaKey: string): Promise<number | undefined> {
  const text = await vscode.window.showInputBox({
    title: t`Wait for ${replicaKey} to catch up`,
    prompt: t`Give up after how many seconds?`,
    value: String(defaultLimitSeconds),
    validateInput: (value) =>
      toLimit(value) === undefined ? t`A whole number of seconds, from 1 to ${longestLimitSeconds}.` : undefined,
  });
  return text === undefined ? undefined : toLimit(text);
}

function toLimit(text: string): number | undefined {
  const seconds = /^\s*\d{1,6}\s*$/.test(text) ? Number(text) : Number.NaN;
  return seconds >= 1 && seconds <= longestLimitSeconds ? seconds : undefined;
}
