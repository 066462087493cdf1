import type { HttpAnswer as AnyHttpAnswer, HttpFailure } from '../http/answer';

/** Why there is no usable answer. `text` holds the server's or the system's own words. */
export interface EtcdFailure {
  readonly reason:
    | Exclude<HttpFailure['reason'], 'notHttp'>
    /** Not followed: whoever sends us elsewhere would get our login. */
    | 'redirected'
    /** 401, 403 or etcd's own 110. */
    | 'authRequired'
    /** A proxy that lets reads through only, and takes this one for none: those of v3 are POSTs. */
    | 'readOnly'
    /** An etcd without this API: v2 switched off or gone (3.6), or a gateway that is not there. */
    | 'apiDisabled'
    /** Something answers that is no etcd: a login page, a proxy, another service. */
    | 'notEtcd'
    /** etcd's own error: no leader, and what has no name here. */
    | 'serverError';
  readonly text: string;
}

/** A member of a side with several that gave no answer when it was last asked: at ISO 8601 in UTC. */
export interface MemberDown {
  readonly side: 'source' | 'destination';
  readonly url: string;
  readonly failure: EtcdFailure;
  readonly at: string;
}

export type HttpAnswer = AnyHttpAnswer<EtcdFailure>;

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
        readonly membersDown?: readonly MemberDown[];
      };
}
