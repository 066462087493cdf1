import type { LinkedService, ServiceFailure } from '../services/model';
import type { Draft, ServiceContext } from './rule';
import { code, lines, plain } from './phrase';
import { reachWords, type ReachWords } from './reachWords';
import { tunnelAvoid, tunnelWords } from './tunnelWords';
import { t } from '../l10n';

/** Why a neighbour gives nothing to go by. */
const words: Partial<Record<ServiceFailure['reason'], ReachWords>> = {
  ...reachWords,
  refused: [t`refuses connections`, t`connection refused`, t`See whether it runs, and on which port it listens.`],
  hung: [
    t`does not answer within the deadline`,
    t`no answer`,
    t`Look at its load, and at that of what it asks itself.`,
  ],
  lost: [
    t`closed the connection before its answer was whole`,
    t`connection lost`,
    t`Look in its log. The next reading tries again.`,
  ],
  tlsFailed: [
    t`cannot be trusted: the TLS connection failed`,
    'TLS failed',
    t`Name the authority of its certificate under \`tls: { ca: … }\`, and check its name and its dates.`,
  ],
  tooLarge: [t`answers with more than any answer can be`, t`answer too large`, t`See what listens on that address.`],
  notHttp: [
    t`answers, but not over HTTP`,
    'not HTTP',
    t`Correct the port in the inventory; another service listens there.`,
  ],
  redirected: [
    t`sends us elsewhere instead of answering`,
    'redirected',
    t`Put the address that answers by itself into the inventory: a redirect is not followed, for it would get our login.`,
  ],
  unauthorized: [
    t`refuses our login`,
    t`login refused`,
    t`Check what the inventory names under \`credentials\` for it; a proxy in front may ask for a login of its own.`,
  ],
  denied: [
    t`refuses our account`,
    t`access denied`,
    t`Give the account \`SELECT\` on what is read: the evidence names it.`,
  ],
  notJson: [
    t`does not answer as itself: a page came`,
    t`a page answers`,
    t`See what listens on that address: a login page, a proxy or another service.`,
  ],
  wrongShape: [
    t`answers with something else than expected`,
    t`unknown answer`,
    t`See which version and which service answers on that address.`,
  ],
  notFound: [
    t`does not know the path that was asked for`,
    t`path not found`,
    t`See which version runs there, and whether the address in the inventory has the right prefix.`,
  ],
  serverError: [
    t`answers with an error`,
    t`server error`,
    t`Read the text and its log; a proxy in front may speak for it.`,
  ],
  queryFailed: [
    t`does not answer the query`,
    t`query failed`,
    t`Read the server’s text: the table, its columns or the statement’s time limit.`,
  ],
  credentialsMissing: [
    t`has no usable credentials here`,
    t`credentials missing`,
    t`Give what the inventory names under \`credentials\`: the secret, the variable or the file.`,
  ],
};

/** Undefined: it was read, or nobody asked it. */
export function serviceUnread({ service, here, fleet }: ServiceContext, id: string, noun: string): Draft | undefined {
  const { reach, at } = service.snapshot;
  if (reach.kind !== 'failed') return undefined;
  const { failure, request } = reach;
  if (failure.reason === 'cancelled' || failure.reason === 'untrusted') return undefined;
  const [sentence, short, remedy] =
    failure.reason === 'tunnelFailed'
      ? tunnelWords(failure.text)
      : (words[failure.reason] ?? [
          t`could not be read`,
          t`not readable`,
          t`No remedy is known for this error; the text is the system’s own.`,
        ]);
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
