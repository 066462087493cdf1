import type { FleetView } from '../../core/fleetView';

/** How many findings of each severity; for the badge and the status bar. */
export function countFindings(view: FleetView): { critical: number; warning: number } {
  return {
    critical: view.findings.filter(({ severity }) => severity === 'critical').length,
    warning: view.findings.filter(({ severity }) => severity === 'warning').length,
  };
}
