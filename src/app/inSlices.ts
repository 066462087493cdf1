import type { Steps } from '../core/steps';
import type { Clock } from '../ports';

/** Whatever else this process has to do waits no longer than about this, and half of what would be felt. */
const sliceMs = 5;

/**
 * Works in slices, the first at once: short work is done when this returns.
 * @param onDone gets the result, and the milliseconds that the work took without the pauses
 * @returns ends it without a result
 */
export function inSlices<Result>(
  clock: Clock,
  steps: Steps<Result>,
  onDone: (result: Result, spentMs: number) => void,
): () => void {
  let spentMs = 0;
  let cancel = (): void => undefined;
  const goOn = (): void => {
    const startedMs = clock.now();
    let step = steps.next();
    while (step.done !== true && clock.now() - startedMs < sliceMs) step = steps.next();
    spentMs += clock.now() - startedMs;
    if (step.done === true) onDone(step.value, spentMs);
    else cancel = clock.after(0, goOn);
  };
  goOn();
  return () => {
    cancel();
  };
}
