/** What is said of something that cannot be reached: a sentence's end, a few words, what to do. */
export type ReachWords = readonly [sentence: string, short: string, remedy: string];

/** Where what does not answer makes no difference. */
export const reachWords: Readonly<Record<'noRoute' | 'unknownHost' | 'timedOut', ReachWords>> = {
  noRoute: ['cannot be reached: there is no route to it', 'no route', 'Check the network and the firewall from here.'],
  unknownHost: ['has a host name that does not resolve', 'unknown host', 'Correct the name in the inventory, or DNS.'],
  timedOut: [
    'does not answer the connection attempt',
    'no connection',
    'Check whether the host is up and whether a firewall drops the packets.',
  ],
};
