/** What the adapters of HTTP bring in: answers as text, before anyone judges them. */

/** Why there is no answer at all. `text` holds the system's own words. */
export interface HttpFailure {
  readonly reason:
    | 'refused'
    | 'noRoute'
    | 'unknownHost'
    /** No connection within the deadline. */
    | 'timedOut'
    /** Connected, and no whole answer within the deadline. */
    | 'hung'
    /** The connection broke, or the answer was shorter than it said. */
    | 'lost'
    | 'tlsFailed'
    /** More bytes than an answer to this question can have. */
    | 'tooLarge'
    /** What came is not HTTP. */
    | 'notHttp'
    /** No way through the bastion. */
    | 'tunnelFailed'
    /** Our side: secret not given, unreadable certificate, no such variable. */
    | 'credentialsMissing'
    | 'cancelled'
    /** A workspace that is not trusted may not connect to hosts that only it names. */
    | 'untrusted'
    | 'other';
  readonly text: string;
}

/** The answer to one request. `request` is what was asked, without any login: `GET https://conf1:4001/v2/keys/…`. */
export type HttpAnswer<Failure = HttpFailure> =
  | {
      readonly kind: 'answered';
      readonly request: string;
      /** ISO 8601, UTC: when the answer was there. */
      readonly at: string;
      readonly status: number;
      /** By lower-case name. */
      readonly headers: Readonly<Record<string, string>>;
      readonly body: string;
      /** False: a long poll that was given up, its headers are the answer. */
      readonly isWhole: boolean;
    }
  | { readonly kind: 'failed'; readonly request: string; readonly at: string; readonly failure: Failure }
  | { readonly kind: 'notAsked' };
