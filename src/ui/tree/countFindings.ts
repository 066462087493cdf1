import { clusterKeys } from '../../core/clusterKeys';
import type { FleetView } from '../../core/fleetView';

export interface FindingCounts {
  readonly critical: number;
  readonly warning: number;
  /** Of the critical ones those about a production cluster or an instance of one. */
  readonly productionCritical: number;
}

/** How many findings of each severity; for the badge and the status bar. */
export function countFindings(view: FleetView): FindingCounts {
  const critical = view.findings.filter(({ severity }) => severity === 'critical');
  const production = new Set(
    view.clusters
      .filter(({ spec }) => spec.production)
      .flatMap((cluster) => [`cluster:${cluster.spec.name}`, ...clusterKeys(cluster)]),
  );
  return {
    critical: critical.length,
    warning: view.findings.filter(({ severity }) => severity === 'warning').length,
    productionCritical: critical.filter(({ subject }) => production.has(subject)).length,
  };
}
