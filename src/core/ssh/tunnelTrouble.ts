/** Where a way through a bastion ended, as far as ssh's own words tell. */
export type TunnelTrouble =
  | 'hostKeyChanged'
  | 'hostKeyUnknown'
  | 'authentication'
  /** The bastion lets nobody through to anywhere. */
  | 'prohibited'
  /** The bastion was reached, and what stands behind it was not. */
  | 'behind'
  /** The bastion itself was not reached. */
  | 'bastion'
  /** There is no ssh on this machine. */
  | 'noSsh'
  | 'other';

/** In this order: the words about a key come with others that would fit as well. */
const signs: readonly (readonly [RegExp, TunnelTrouble])[] = [
  [/could not be started/, 'noSsh'],
  [/HOST IDENTIFICATION HAS CHANGED|host key for .* has changed/i, 'hostKeyChanged'],
  [/host key verification failed|no \S+ host key is known/i, 'hostKeyUnknown'],
  [/administratively prohibited/i, 'prohibited'],
  [/open failed/i, 'behind'],
  [/permission denied|too many authentication failures|no more authentication methods/i, 'authentication'],
  [
    /^ssh: (?:connect to host|could not resolve)|connection (?:refused|timed out|reset|closed)|kex_exchange/im,
    'bastion',
  ],
  [/no connection to the bastion/i, 'bastion'],
];

/** @param words what ssh said last, or our own sentence about it. */
export function tunnelTroubleOf(words: string): TunnelTrouble {
  return signs.find(([sign]) => sign.test(words))?.[1] ?? 'other';
}
