import type { Fleet } from '../../app/fleet';
import type { Clock, Log } from '../../ports';
import { mostPoints, toLagHistory } from './replication/history';
import { subjectKeys } from './replication/subjectKeys';
import type { PanelHost, PanelModel } from './replicationPanels';

/** What panels show and ask for, from the fleet. */
export function fleetPanelHost(fleet: Fleet, model: () => Promise<PanelModel>, clock: Clock, log: Log): PanelHost {
  /** By instance, the longest time span that was asked for. */
  const loadedSeconds = new Map<string, number>();
  return {
    view: () => fleet.view,
    isReading: (key) => fleet.isReading(key),
    refresh: (subject) => fleet.readNow(subjectKeys(fleet.view, subject)),
    history: (view, subject, rangeSeconds) => {
      // What Prometheus remembers comes with one of the next states; asked for once for each time span.
      for (const key of subjectKeys(view, subject)) {
        if ((loadedSeconds.get(key) ?? 0) >= rangeSeconds) continue;
        loadedSeconds.set(key, rangeSeconds);
        void fleet.loadHistory(key, rangeSeconds, Math.max(1, Math.ceil(rangeSeconds / mostPoints)));
      }
      return toLagHistory(view, subject, rangeSeconds, fleet.store.history, clock.now());
    },
    model,
    reportError: (what, error) => {
      log.error(what, error);
    },
  };
}
