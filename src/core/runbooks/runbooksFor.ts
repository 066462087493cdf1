import type { FleetView } from '../fleetView';
import type { Runbook } from './runbook';

export interface Choice {
  readonly runbook: Runbook;
  /** False: not needed, as far as is known. */
  readonly isOffered: boolean;
}

/** The runbooks that a target can have, in their order; none where the inventory has no such target. */
export function runbooksFor(runbooks: readonly Runbook[], view: FleetView, target: string): readonly Choice[] {
  const instance = view.instances[target];
  const mirror = view.mirrors.find(({ key }) => key === target);
  const service = view.services.find(({ key }) => key === target);
  return runbooks.flatMap((runbook): readonly Choice[] => {
    switch (runbook.on) {
      case 'instance':
        return instance === undefined ? [] : [{ runbook, isOffered: runbook.isOffered(view, instance) }];
      case 'mirror':
        return mirror === undefined ? [] : [{ runbook, isOffered: runbook.isOffered(view, mirror) }];
      case 'orchestrator':
        return service?.kind === 'orchestrator' ? [{ runbook, isOffered: runbook.isOffered(view, service) }] : [];
      case 'burrow':
        return service?.kind === 'burrow' ? [{ runbook, isOffered: runbook.isOffered(view, service) }] : [];
    }
  });
}
