import { performance } from 'node:perf_hooks';
import type { Clock } from '../ports';

export const systemClock: Clock = {
  now: () => Date.now(),
  after: (delayMs, action) => {
    const timer = setTimeout(action, delayMs);
    return () => {
      clearTimeout(timer);
    };
  },
  random: () => Math.random(),
  idleMs: () => performance.eventLoopUtilization().idle,
};
