import { failed } from '../outcome';
import type { ServiceType } from '../services/model';

export const orchestratorType: ServiceType<'orchestrator'> = {
  kind: 'orchestrator',
  word: 'Orchestrator',
  place: ({ url }) => url,
  toFacts: () => failed({ failure: { reason: 'other', text: 'This version does not read it.' } }),
  picture: () => ({ short: '', lines: [], items: [] }),
  detail: (facts) => facts,
};
