import type { Fleet } from '../../app/fleet';
import type { Clock, Log } from '../../ports';
import { toLagHistory } from './replication/history';
import { subjectKeys } from './replication/subjectKeys';
import type { PanelHost, PanelModel } from './replicationPanels';

/** What panels show and ask for, from the fleet. */
export function fleetPanelHost(fleet: Fleet, model: () => Promise<PanelModel>, clock: Clock, log: Log): PanelHost {
  return {
    view: () => fleet.view,
    isReading: (key) => fleet.isReading(key),
    refresh: (subject) => fleet.readNow(subjectKeys(fleet.view, subject)),
    history: (view, subject, rangeSeconds) =>
      toLagHistory(view, subject, rangeSeconds, fleet.store.history, clock.now()),
    model,
    reportError: (what, error) => {
      log.error(what, error);
    },
  };
}
