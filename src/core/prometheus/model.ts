import type { HttpAnswer } from '../http/answer';

/** Answers to the instant queries of one poll, by the name of the query. */
export type PrometheusAnswers = Readonly<Record<string, HttpAnswer>>;

/** What mysqld_exporter says of the servers that Prometheus scrapes. */
export interface PrometheusFacts {
  readonly version?: string;
}
