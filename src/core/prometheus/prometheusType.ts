import { failed } from '../outcome';
import type { ServiceType } from '../services/model';

export const prometheusType: ServiceType<'prometheus'> = {
  kind: 'prometheus',
  word: 'Prometheus',
  place: ({ url }) => url,
  toFacts: () => failed({ failure: { reason: 'other', text: 'This version does not read it.' } }),
  picture: () => ({ short: '', lines: [], items: [] }),
  detail: (facts) => facts,
};
