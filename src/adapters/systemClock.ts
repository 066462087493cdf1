import { performance } from 'node:perf_hooks';
import type { Clock } from '../ports';

export const systemClock: Clock = {
  now: () => Date.now(),
  after: (delayMs, action) => {
    if (delayMs === 0) {
      // A timer would wait a millisecond at least; this comes after what is there to be read.
      const immediate = setImmediate(action);
      return () => {
        clearImmediate(immediate);
      };
    }
    const timer = setTimeout(action, delayMs);
    return () => {
      clearTimeout(timer);
    };
  },
  random: () => Math.random(),
  idleMs: () => performance.eventLoopUtilization().idle,
};
