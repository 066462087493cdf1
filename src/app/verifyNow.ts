import type { FleetView } from '../core/fleetView';
import type { ServerAnswers } from '../core/grants/fromServer';
import type { RunbookLogic } from '../core/runbookLogic';
import type { PlanStep, StepCall } from '../core/runbooks/plan';
import type { Verification } from '../core/runbooks/verifyStep';
import type { Clock } from '../ports';
import { t } from '../core/l10n';
import { pause } from './pause';

export interface VerifyOptions {
  readonly logic: RunbookLogic;
  readonly clock: Clock;
  /** Reads these instances now; the view then knows them. */
  readonly read: (keys: readonly string[]) => Promise<void>;
  readonly view: () => FleetView | undefined;
  /** The accounts of an instance, with the account that the call uses; undefined: they could not be read. */
  readonly accountsOf: (key: string, call: StepCall, signal: AbortSignal) => Promise<ServerAnswers | undefined>;
  /** The last characters of a file on this machine, by its path in the plan; undefined: there is none. */
  readonly endOf: (path: string) => Promise<string | undefined>;
}

const pauseMs = 1000;

/**
 * Whether a step is done, by readings made after `endedMs`; asks again while it is not, for at most `patienceMs`.
 * @returns the last answer; after an abort what was known until then
 */
export async function verifyNow(
  options: VerifyOptions,
  step: PlanStep,
  endedMs: number,
  patienceMs: number,
  signal: AbortSignal,
): Promise<Verification> {
  const { logic, clock, read, view, accountsOf, endOf } = options;
  const { expectation, call } = step;
  for (;;) {
    await read([expectation.key]);
    const accounts = expectation.kind === 'account' ? await accountsOf(expectation.key, call, signal) : undefined;
    const end = expectation.kind === 'dumpFile' ? await endOf(expectation.path) : undefined;
    const fileEnds =
      expectation.kind === 'dumpFile' && end !== undefined ? new Map([[expectation.path, end]]) : undefined;
    const present = view();
    const verification: Verification =
      present === undefined
        ? { kind: 'unknown', why: t`The inventory was closed meanwhile.` }
        : logic.verifyStep(step, {
            ...{ view: present, endedMs },
            ...(accounts === undefined ? {} : { accounts }),
            ...(fileEnds === undefined ? {} : { fileEnds }),
          });
    if (verification.kind === 'done' || signal.aborted || clock.now() - endedMs >= patienceMs) return verification;
    await pause(clock, pauseMs, signal);
  }
}
