import type { Answer, ReachFailure } from '../replication/reading';

/** What the mysql adapter brings in about a pipeline: answers of both sides as text, before anyone judges them. */

/** What one side says about one table. */
export interface PipelineTableAnswers {
  /** `newest` as the column is written, `now_utc` by the server's clock. */
  readonly newest: Answer;
  /** `bucket` and `row_count`, oldest first. A bucket without rows has no row. */
  readonly buckets: Answer;
}

export interface PipelineSideAnswers {
  /** `table_name` of what has the time column and fits the pattern. */
  readonly columns: Answer;
  /** `table_name` and `row_estimate` of the tables of the schema. */
  readonly sizes: Answer;
  /** `table_name` where an index begins with the time column. */
  readonly indexes: Answer;
  /** By table name without its schema. */
  readonly tables: Readonly<Record<string, PipelineTableAnswers>>;
}

export type PipelineSideReading =
  { readonly kind: 'failed'; readonly failure: ReachFailure } | ({ readonly kind: 'answered' } & PipelineSideAnswers);

/** What one poll of both sides brought. */
export interface PipelineAnswers {
  readonly source: PipelineSideReading;
  readonly replica: PipelineSideReading;
  /** Tables that fit the pattern and were left out, since there are more than one reading may ask for. */
  readonly leftOut: number;
}
