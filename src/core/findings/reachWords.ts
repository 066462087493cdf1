import { t } from '../l10n';

/** What is said of something that cannot be reached: a sentence's end, a few words, what to do. */
export type ReachWords = readonly [sentence: string, short: string, remedy: string];

/** Where what does not answer makes no difference. */
export const reachWords: Readonly<Record<'noRoute' | 'unknownHost' | 'timedOut', ReachWords>> = {
  noRoute: [
    t`cannot be reached: there is no route to it`,
    t`no route`,
    t`Check the network and the firewall from here.`,
  ],
  unknownHost: [
    t`has a host name that does not resolve`,
    t`unknown host`,
    t`Correct the name in the inventory, or DNS.`,
  ],
  timedOut: [
    t`does not answer the connection attempt`,
    t`no connection`,
    t`Check whether the host is up and whether a firewall drops the packets.`,
  ],
};
