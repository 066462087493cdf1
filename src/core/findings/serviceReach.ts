import type { ServiceFailure } from '../services/model';
import { reachWords, type ReachWords } from './reachWords';

/** What is said of a neighbour that gives nothing to go by, whichever it is. */
const words: Partial<Record<ServiceFailure['reason'], ReachWords>> = {
  refused: [
    'refuses connections: nothing listens on that port',
    'connection refused',
    'See on its host whether it runs.',
  ],
  ...reachWords,
  hung: [
    'takes the connection and does not answer within the deadline',
    'no answer',
    'Look at its load, or give it more time by `timeoutSeconds`.',
  ],
  lost: ['breaks the connection off', 'connection lost', 'See its log, and that of a proxy in front.'],
  tlsFailed: [
    'cannot be trusted: TLS failed',
    'TLS failed',
    'Name the authority of its certificate under `tls: { ca: … }`, or correct the address.',
  ],
  tunnelFailed: ['cannot be reached through the bastion', 'bastion failed', 'Try the same `ssh` by hand.'],
  tooLarge: ['sends more than an answer can be', 'answer too large', 'See what answers at this address.'],
  notJson: [
    'does not answer with JSON: a login page or a proxy stands in front, or it is another service',
    'no JSON: login page or proxy',
    'Open the address in a browser to see who answers. Behind a single sign-on, use an address or a login that gets past it.',
  ],
  redirected: [
    'sends us elsewhere, mostly to a login page; that is not followed, for whoever answers there would get our login',
    'redirected, to a login page?',
    'Name the address that answers itself, or `credentials` that need no login page.',
  ],
  wrongShape: [
    'answers with JSON that is not its own',
    'unexpected JSON',
    'See what answers at this address, and in which version.',
  ],
  notFound: [
    'has no such path',
    'path not found',
    'Correct the prefix in the address: what the server puts before `/api` belongs to the `url`.',
  ],
  serverError: ['answers with an error of its own, or a proxy in front does', 'server error', 'See its log.'],
  queryFailed: ['refuses the query', 'query failed', 'See the evidence for its words.'],
};

const otherwise: ReachWords = ['cannot be read', 'not read', 'See the evidence for the words of the system.'];

export function serviceReachWords(reason: ServiceFailure['reason']): ReachWords {
  return words[reason] ?? otherwise;
}

/** In a few words, for the tree. */
export function serviceFailureShort(reason: ServiceFailure['reason']): string {
  switch (reason) {
    case 'untrusted':
      return 'not read: workspace not trusted';
    case 'credentialsMissing':
      return 'credentials missing';
    case 'unauthorized':
    case 'denied':
      return 'login refused';
    default:
      return serviceReachWords(reason)[1];
  }
}
