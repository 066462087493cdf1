import type { LinkedService, ServiceFailure } from '../services/model';
import type { Draft, ServiceContext } from './rule';
import { code, lines, plain } from './phrase';
import { tunnelAvoid, tunnelWords } from './tunnelWords';

/** Why a neighbour gives nothing to go by: a sentence's end, a few words, what to do. */
const words: Partial<Record<ServiceFailure['reason'], readonly [sentence: string, short: string, remedy: string]>> = {
  refused: ['refuses connections', 'connection refused', 'See whether it runs, and on which port it listens.'],
  noRoute: ['cannot be reached: there is no route to it', 'no route', 'Check the network and the firewall from here.'],
  unknownHost: ['has a host name that does not resolve', 'unknown host', 'Correct the name in the inventory, or DNS.'],
  timedOut: [
    'does not answer the connection attempt',
    'no connection',
    'Check whether its host is up and whether a firewall drops the packets.',
  ],
  hung: ['does not answer within the deadline', 'no answer', 'Look at its load, and at that of what it asks itself.'],
  lost: [
    'closed the connection before its answer was whole',
    'connection lost',
    'Look in its log. The next reading tries again.',
  ],
  tlsFailed: [
    'cannot be trusted: the TLS connection failed',
    'TLS failed',
    'Name the authority of its certificate under `tls: { ca: … }`, and check its name and its dates.',
  ],
  tooLarge: ['answers with more than any answer can be', 'answer too large', 'See what listens on that address.'],
  notHttp: [
    'answers, but not over HTTP',
    'not HTTP',
    'Correct the port in the inventory; another service listens there.',
  ],
  redirected: [
    'sends us elsewhere instead of answering',
    'redirected',
    'Put the address that answers by itself into the inventory: a redirect is not followed, for it would get our login.',
  ],
  unauthorized: [
    'refuses our login',
    'login refused',
    'Check what the inventory names under `credentials` for it; a proxy in front may ask for a login of its own.',
  ],
  denied: ['refuses our account', 'access denied', 'Give the account `SELECT` on what is read: the evidence names it.'],
  notJson: [
    'does not answer as itself: a page came',
    'a page answers',
    'See what listens on that address: a login page, a proxy or another service.',
  ],
  wrongShape: [
    'answers with something else than expected',
    'unknown answer',
    'See which version and which service answers on that address.',
  ],
  notFound: [
    'does not know the path that was asked for',
    'path not found',
    'See which version runs there, and whether the address in the inventory has the right prefix.',
  ],
  serverError: [
    'answers with an error',
    'server error',
    'Read the text and its log; a proxy in front may speak for it.',
  ],
  queryFailed: [
    'does not answer the query',
    'query failed',
    'Read the server’s text: the table, its columns or the statement’s time limit.',
  ],
  credentialsMissing: [
    'has no usable credentials here',
    'credentials missing',
    'Give what the inventory names under `credentials`: the secret, the variable or the file.',
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
          'could not be read',
          'not readable',
          'No remedy is known for this error; the text is the system’s own.',
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
      return `${service.spec.table} on ${service.spec.instance}`;
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
    : `It was last read at ${code(last.at.slice(0, 19).replace('T', ' '))} UTC; what happened since is not known.`;
}
