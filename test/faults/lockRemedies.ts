import type { RemedyStep } from './followRemedy';

const endHolder = (fault: string): readonly RemedyStep[] => [
  { says: /find who holds the lock/ },
  { says: /names? its holder|name their holder/ },
  {
    says: /KILL <id>/,
    fill: ({ holds }) => (holds.get(fault) ?? []).map(({ threadId }) => ({ '<id>': String(threadId) })),
  },
];

/** What the remedies of faultsLocks.ts say, carried out. */
export const lockRemedies: Readonly<Record<string, readonly RemedyStep[]>> = {
  'row-lock-wait': endHolder('row-lock-wait'),
  'metadata-lock-wait': endHolder('metadata-lock-wait'),
};
