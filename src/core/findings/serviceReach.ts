import type { ServiceFailure } from '../services/model';
import { reachWords, type ReachWords } from './reachWords';
import { tunnelWords } from './tunnelWords';
import { t } from '../l10n';

/** What is said of a neighbour that gives nothing to go by, whichever it is. */
const words: Partial<Record<ServiceFailure['reason'], ReachWords>> = {
  ...reachWords,
  refused: [
    t`refuses connections: nothing listens on that port`,
    t`connection refused`,
    t`See whether it runs, and on which port it listens.`,
  ],
  hung: [
    t`takes the connection and does not answer within the deadline`,
    t`no answer`,
    t`Look at its load, or give it more time by \`timeoutSeconds\`.`,
  ],
  lost: [
    t`closed the connection before its answer was whole`,
    t`connection lost`,
    t`See its log, and that of a proxy in front.`,
  ],
  tlsFailed: [
    t`cannot be trusted: TLS failed`,
    t`TLS failed`,
    t`Name the authority of its certificate under \`tls: { ca: … }\`, and check its name and its dates.`,
  ],
  tooLarge: [t`sends more than an answer can be`, t`answer too large`, t`See what answers at this address.`],
  notHttp: [
    t`answers, but not over HTTP`,
    t`not HTTP`,
    t`Correct the port in the inventory; another service listens there.`,
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
  credentialsMissing: [
    t`has no usable credentials here`,
    t`credentials missing`,
    t`Give what the inventory names under \`credentials\`: the secret, the variable or the file.`,
  ],
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
    t`answers with something else than expected`,
    t`unknown answer`,
    t`See which version and which service answers on that address.`,
  ],
  notFound: [
    t`has no such path`,
    t`path not found`,
    t`Correct the prefix in the address: what the server puts before \`/api\` belongs to the \`url\`.`,
  ],
  serverError: [
    t`answers with an error of its own, or a proxy in front does`,
    t`server error`,
    t`Read the text and its log; a proxy in front may speak for it.`,
  ],
  queryFailed: [
    t`does not answer the query`,
    t`query failed`,
    t`Read the server’s text: the table, its columns or the statement’s time limit.`,
  ],
};

const otherwise: ReachWords = [
  t`could not be read`,
  t`not readable`,
  t`No remedy is known for this error; the text is the system’s own.`,
];

export function serviceReachWords({ reason, text }: ServiceFailure): ReachWords {
  return reason === 'tunnelFailed' ? tunnelWords(text) : (words[reason] ?? otherwise);
}

/** In a few words, for the tree. */
export function serviceFailureShort(failure: ServiceFailure): string {
  return failure.reason === 'untrusted' ? t`not read: workspace not trusted` : serviceReachWords(failure)[1];
}
