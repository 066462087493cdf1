import type { Fleet } from '../../app/fleet';
import type { Clock, Log } from '../../ports';
import type { Runbooks } from '../runbooks/runbooks';
import { mostPoints, toLagHistory } from './replication/history';
import { subjectKeys } from './replication/subjectKeys';
import type { PanelHost, PanelModel } from './replicationPanels';

/** Where Prometheus was down, it is asked again after so long, as long as somebody looks. */
const askAgainMs = 60_000;

type PanelFleet = Pick<Fleet, 'view' | 'isReading' | 'readNow' | 'loadHistory'> & {
  readonly store: { readonly history: Fleet['store']['history'] };
};

/** What panels show and ask for, from the fleet. */
export function fleetPanelHost(
  fleet: PanelFleet,
  runbooks: Pick<Runbooks, 'titleOf'>,
  model: () => Promise<PanelModel>,
  clock: Clock,
  log: Log,
): PanelHost {
  /** By instance, the longest time span that was asked for, and when it may be asked for again. */
  const loaded = new Map<string, { readonly seconds: number; againMs: number }>();
  return {
    view: () => fleet.view,
    isReading: (key) => fleet.isReading(key),
    refresh: (subject) => fleet.readNow(subjectKeys(fleet.view, subject)),
    history: (view, subject, rangeSeconds) => {
      // What Prometheus remembers comes with one of the next states; asked for until it has told each time span.
      for (const key of subjectKeys(view, subject)) {
        const before = loaded.get(key);
        if (before !== undefined && before.seconds >= rangeSeconds && clock.now() < before.againMs) continue;
        const seconds = Math.max(rangeSeconds, before?.seconds ?? 0);
        const asked = { seconds, againMs: clock.now() + askAgainMs };
        loaded.set(key, asked);
        void fleet.loadHistory(key, seconds, Math.max(1, Math.ceil(seconds / mostPoints))).then((isKnown) => {
          if (isKnown) asked.againMs = Infinity;
        });
      }
      return toLagHistory(view, subject, rangeSeconds, fleet.store.history, clock.now());
    },
    runbookTitle: (id) => runbooks.titleOf(id),
    model,
    reportError: (what, error) => {
      log.error(what, error);
    },
  };
}
