import type { ReachFailure } from '../replication/reading';

/** What one side holds of one table. */
export type TableSide =
  | {
      readonly kind: 'read';
      /** Milliseconds since the epoch; undefined: the table is empty. */
      readonly newestMs?: number;
      readonly statement: string;
      readonly at: string;
    }
  /** The other side has it. */
  | { readonly kind: 'missing' }
  /** Not asked, and why. */
  | { readonly kind: 'skipped'; readonly why: string }
  | {
      readonly kind: 'failed';
      readonly statement: string;
      readonly at: string;
      /** Undefined: the deadline passed, or the answer is no time. */
      readonly errno?: number;
      readonly text: string;
    };

/** One step of time. A bucket that no row came for is 0; undefined: not counted. */
export interface BucketPair {
  /** Milliseconds since the epoch. */
  readonly startMs: number;
  readonly source: number | undefined;
  readonly replica: number | undefined;
  /** False: rows may still be on their way, so that a difference says nothing. */
  readonly isSettled: boolean;
}

export interface PipelineTable {
  /** With its schema. */
  readonly name: string;
  readonly source: TableSide;
  readonly replica: TableSide;
  /** Newest at the source less newest at the replica; undefined: one of them is not known. */
  readonly lagSeconds?: number;
  /** Since the newest row at the source, by the source's clock. */
  readonly silentSeconds?: number;
  /** What would be news by the table's own rhythm; undefined: too few rows to know it. */
  readonly silenceLimitSeconds?: number;
  /** Silent for so long that nobody expects a row any more, as a version of a schema that was replaced. */
  readonly isAtRest: boolean;
  /** Oldest first, empty ones filled in; empty: not counted on both sides. */
  readonly buckets: readonly BucketPair[];
  /** Settled buckets of which the replica has fewer rows, and of which it has more. */
  readonly fewer: readonly BucketPair[];
  readonly more: readonly BucketPair[];
  readonly missingRows: number;
  /** The statements that counted, for evidence and to be run again by hand. */
  readonly counted?: { readonly source: string; readonly replica: string; readonly at: string };
}

export type PipelineSide =
  | { readonly kind: 'answered' }
  | { readonly kind: 'failed'; readonly failure: ReachFailure }
  /** The list of its tables could not be read. */
  | {
      readonly kind: 'unlisted';
      readonly statement: string;
      readonly at: string;
      readonly errno?: number;
      readonly text: string;
    };

/** Everything that one poll of a pipeline tells. */
export interface PipelineFacts {
  readonly source: PipelineSide;
  readonly replica: PipelineSide;
  /** By name. */
  readonly tables: readonly PipelineTable[];
  readonly leftOut: number;
}
