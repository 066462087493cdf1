import type { LinkedService } from '../services/model';
import type { Draft, ServiceContext } from './rule';
import { code, lines, plain } from './phrase';
import { serviceReachWords } from './serviceReach';
import { tunnelAvoid } from './tunnelWords';
import { t } from '../l10n';

/** Undefined: it was read, or nobody asked it. */
export function serviceUnread({ service, here, fleet }: ServiceContext, id: string, noun: string): Draft | undefined {
  const { reach, at } = service.snapshot;
  if (reach.kind !== 'failed') return undefined;
  const { failure, request } = reach;
  if (failure.reason === 'cancelled' || failure.reason === 'untrusted') return undefined;
  const [sentence, short, remedy] = serviceReachWords(failure);
  const avoid = failure.reason === 'tunnelFailed' ? tunnelAvoid(failure.text) : undefined;
  return {
    id,
    title: `${noun} ${here} ${sentence}.`,
    short,
    evidence: [
      {
        measured: plain(failure.text) || failure.reason,
        source: plain(request ?? placeOf(service), 200),
        at: at ?? fleet.snapshot.takenAt,
      },
    ],
    remedy: lines(remedy, lastSeen(service)),
    ...(avoid === undefined ? {} : { avoid }),
  };
}

function placeOf(service: LinkedService): string {
  switch (service.kind) {
    case 'backups':
      return t`${service.spec.table} on ${service.spec.instance}`;
    case 'pipeline':
      return `${service.spec.source} → ${service.spec.replica}`;
    default:
      return service.spec.url;
  }
}

/** What it said before still helps; how old that is has to be said. */
function lastSeen({ snapshot: { last } }: LinkedService): string | undefined {
  return last === undefined
    ? undefined
    : t`It was last read at ${code(last.at.slice(0, 19).replace('T', ' '))} UTC; what happened since is not known.`;
}
