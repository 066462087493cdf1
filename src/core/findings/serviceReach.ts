import type { ServiceFailure } from '../services/model';
import { reachWords, type ReachWords } from './reachWords';
import { t } from '../l10n';

/** What is said of a neighbour that gives nothing to go by, whichever it is. */
const words: Partial<Record<ServiceFailure['reason'], ReachWords>> = {
  refused: [
    t`refuses connections: nothing listens on that port`,
    t`connection refused`,
    t`See on its host whether it runs.`,
  ],
  ...reachWords,
  hung: [
    t`takes the connection and does not answer within the deadline`,
    t`no answer`,
    t`Look at its load, or give it more time by \`timeoutSeconds\`.`,
  ],
  lost: [t`breaks the connection off`, t`connection lost`, t`See its log, and that of a proxy in front.`],
  tlsFailed: [
    t`cannot be trusted: TLS failed`,
    'TLS failed',
    t`Name the authority of its certificate under \`tls: { ca: … }\`, or correct the address.`,
  ],
  tunnelFailed: [t`cannot be reached through the bastion`, t`bastion failed`, t`Try the same \`ssh\` by hand.`],
  tooLarge: [t`sends more than an answer can be`, t`answer too large`, t`See what answers at this address.`],
  notJson: [
    t`does not answer with JSON: a login page or a proxy stands in front, or it is another service`,
    t`no JSON: login page or proxy`,
    t`Open the address in a browser to see who answers. Behind a single sign-on, use an address or a login that gets past it.`,
  ],
  redirected: [
    t`sends us elsewhere, mostly to a login page; that is not followed, for whoever answers there would get our login`,
    t`redirected, to a login page?`,
    t`Name the address that answers itself, or \`credentials\` that need no login page.`,
  ],
  wrongShape: [
    t`answers with JSON that is not its own`,
    'unexpected JSON',
    t`See what answers at this address, and in which version.`,
  ],
  notFound: [
    t`has no such path`,
    t`path not found`,
    t`Correct the prefix in the address: what the server puts before \`/api\` belongs to the \`url\`.`,
  ],
  serverError: [t`answers with an error of its own, or a proxy in front does`, t`server error`, t`See its log.`],
  queryFailed: [t`refuses the query`, t`query failed`, t`See the evidence for its words.`],
};

const otherwise: ReachWords = [t`cannot be read`, t`not read`, t`See the evidence for the words of the system.`];

export function serviceReachWords(reason: ServiceFailure['reason']): ReachWords {
  return words[reason] ?? otherwise;
}

/** In a few words, for the tree. */
export function serviceFailureShort(reason: ServiceFailure['reason']): string {
  switch (reason) {
    case 'untrusted':
      return t`not read: workspace not trusted`;
    case 'credentialsMissing':
      return t`credentials missing`;
    case 'unauthorized':
    case 'denied':
      return t`login refused`;
    default:
      return serviceReachWords(reason)[1];
  }
}
