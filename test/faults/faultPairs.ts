/** Faults that are there at the same time: each is to be named on its own subject. */
export const faultPairs: readonly { readonly title: string; readonly names: readonly [string, string] }[] = [
  { title: 'on two connections of one replica', names: ['named-io-error', 'one-connection-stopped'] },
  { title: 'on two instances of one cluster', names: ['sql-error', 'same-server-id'] },
  { title: 'on a replica and below another', names: ['stale-heartbeat-row', 'unreachable'] },
];
