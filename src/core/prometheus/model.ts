import type { HttpAnswer } from '../http/answer';
import type { PrometheusQuery } from './queries';

export type PrometheusAnswers = Readonly<Record<PrometheusQuery, HttpAnswer>>;

/** A replication connection as mysqld_exporter's last scrape had it. */
export interface ScrapedConnection {
  /** `''` is the default one. */
  readonly name: string;
  readonly sourceHost: string;
  readonly ioRunning?: boolean;
  readonly sqlRunning?: boolean;
  readonly secondsBehind?: number;
  readonly delaySeconds: number;
}

/** A server that Prometheus scrapes through its exporter. */
export interface ScrapedServer {
  /** Label `instance`: address of the exporter, as in `db1100:9104`. */
  readonly instance: string;
  readonly host: string;
  /** Port of the server itself, from its own variable, or by the port of its exporter. Undefined: not known. */
  readonly port?: number;
  /** mysql_up: whether the exporter reached the server. */
  readonly isUp: boolean;
  readonly version?: string;
  readonly serverId?: number;
  readonly readOnly?: boolean;
  readonly logBin?: boolean;
  readonly connections: readonly ScrapedConnection[];
  /** ISO 8601, UTC: the instant of the query; the scrape is at most one interval older. */
  readonly at: string;
}

/** What mysqld_exporter says of the servers that Prometheus scrapes. */
export interface PrometheusFacts {
  readonly servers: readonly ScrapedServer[];
  /** `GET https://…/api/v1/query?query=mysql_up` */
  readonly request: string;
}

/** Points of one connection's lag, oldest first. */
export interface LagPoints {
  readonly connection: string;
  readonly points: readonly { readonly atMs: number; readonly lagSeconds: number | undefined }[];
}
