/** What the etcd adapter brings in: answers as text, before anyone judges them. */

/** Why there is no usable answer. `text` holds the server's or the system's own words. */
export interface EtcdFailure {
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
    /** Not followed: whoever sends us elsewhere would get our login. */
    | 'redirected'
    /** 401, 403 or etcd's own 110. */
    | 'authRequired'
    /** An etcd without this API: v2 switched off or gone (3.6), or a gateway that is not there. */
    | 'apiDisabled'
    /** Something answers that is no etcd: a login page, a proxy, another service. */
    | 'notEtcd'
    /** etcd's own error: no leader, and what has no name here. */
    | 'serverError'
    /** Our side: secret not given, unreadable certificate, no such variable. */
    | 'credentialsMissing'
    | 'cancelled'
    /** A workspace that is not trusted may not connect to hosts that only it names. */
    | 'untrusted'
    | 'other';
  readonly text: string;
}

/** The answer to one request. `request` is what was asked, without any login: `GET https://conf1:4001/v2/keys/…`. */
export type HttpAnswer =
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
  | { readonly kind: 'failed'; readonly request: string; readonly at: string; readonly failure: EtcdFailure }
  | { readonly kind: 'notAsked' };

/** One poll of one mirror: at most three requests in one flight. Times are ISO 8601 in UTC, of the machine that reads. */
export interface MirrorReading {
  /** `mirror:conf-codfw` */
  readonly key: string;
  readonly startedAt: string;
  readonly at: string;
  readonly elapsedMs: number;
  readonly result:
    | { readonly kind: 'failed'; readonly failure: EtcdFailure }
    | {
        readonly kind: 'answered';
        readonly source: HttpAnswer;
        readonly destination: HttpAnswer;
        /** Of the mirror process, where the inventory names it. */
        readonly metrics: HttpAnswer;
        /** The source was asked for the first event under the prefix from this index on. */
        readonly waitIndex?: number;
      };
}
