import { setTimeout as sleep } from 'node:timers/promises';

/** Looks every tenth of a second until `look` gives something; undefined when the time is over. */
export async function waitFor<T>(look: () => Promise<T | undefined>, timeoutMs: number): Promise<T | undefined> {
  const end = Date.now() + timeoutMs;
  for (;;) {
    const found = await look();
    if (found !== undefined || Date.now() > end) return found;
    await sleep(100);
  }
}
