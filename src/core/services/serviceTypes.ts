import { orchestratorType } from '../orchestrator/orchestratorType';
import { failed } from '../outcome';
import { prometheusType } from '../prometheus/prometheusType';
import type { ServiceKind, ServiceSpecs, ServiceType } from './model';

/** What each kind's answers mean. */
export const serviceTypes: { readonly [K in ServiceKind]: ServiceType<K> } = {
  orchestrator: orchestratorType,
  prometheus: prometheusType,
  backups: unreadType('backups', 'Backups', ({ instance, table }) => `${table} on ${instance}`),
  pipeline: unreadType('pipeline', 'Pipeline', ({ source, replica }) => `${source} → ${replica}`),
  burrow: unreadType('burrow', 'Burrow', ({ url }) => url),
};

/** Known from the inventory and read by nobody. */
function unreadType<K extends 'backups' | 'pipeline' | 'burrow'>(
  kind: K,
  word: string,
  place: (spec: ServiceSpecs[K]) => string,
): ServiceType<K> {
  return {
    kind,
    word,
    place,
    toFacts: () => failed({ failure: { reason: 'other', text: 'This version does not read it.' } }),
    picture: () => ({ short: '', lines: [], items: [] }),
    detail: () => undefined,
  };
}
