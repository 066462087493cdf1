import type { HttpAnswer } from '../http/answer';

/** What the adapter brings in about consumer groups: the answer of each group's `lag`, in the order of the inventory. */
export interface BurrowAnswers {
  readonly groups: readonly { readonly group: string; readonly answer: HttpAnswer }[];
}

/** Burrow's own words; `UNKNOWN`: one that we do not know. */
export type ConsumerStatus = 'NOTFOUND' | 'OK' | 'WARN' | 'ERR' | 'STOP' | 'STALL' | 'REWIND' | 'UNKNOWN';

/** An offset that was committed: what had been read, when, and what was left then. */
export interface CommittedOffset {
  readonly offset?: number;
  /** ISO 8601, UTC. */
  readonly at?: string;
  readonly lag?: number;
}

export interface ConsumerPartition {
  readonly topic: string;
  readonly partition: number;
  readonly status: ConsumerStatus;
  readonly owner?: string;
  /** First and last commit of the window that Burrow keeps. */
  readonly start?: CommittedOffset;
  readonly end?: CommittedOffset;
  readonly currentLag?: number;
  /** False: the window is not full yet, so that its status says nothing. */
  readonly isComplete: boolean;
}

/** One consumer group. */
export type ConsumerGroup =
  | {
      readonly kind: 'read';
      readonly group: string;
      readonly status: ConsumerStatus;
      /** How much of its window Burrow has, 0 to 1; undefined: not told. */
      readonly complete?: number;
      /** The largest lag of a partition, and the sum of all. */
      readonly maxLag?: number;
      readonly totalLag?: number;
      readonly partitionCount?: number;
      /** Worst first. */
      readonly partitions: readonly ConsumerPartition[];
      readonly request: string;
      readonly at: string;
    }
  /** Burrow knows no such group, or no such cluster: it answers both alike. */
  | { readonly kind: 'unknown'; readonly group: string; readonly request: string; readonly at: string }
  | {
      readonly kind: 'failed';
      readonly group: string;
      readonly text: string;
      readonly request: string;
      readonly at: string;
    };

export interface BurrowFacts {
  readonly api: 'v3' | 'v2';
  readonly groups: readonly ConsumerGroup[];
}
