/**
 * What one poll asks of mysqld_exporter's metrics, by our name. `slave_` and `replica_`: MariaDB's columns and those of
 * MySQL from 8.0.22; exporters print the columns of the server in lower case.
 */
export const prometheusQueries = {
  up: 'mysql_up',
  version: 'mysql_version_info',
  // A server that is down has no variables any more, and must still be known by its address.
  port: 'max_over_time(mysql_global_variables_port[1h])',
  serverId: 'mysql_global_variables_server_id',
  readOnly: 'mysql_global_variables_read_only',
  logBin: 'mysql_global_variables_log_bin',
  ioRunning: '{__name__=~"mysql_slave_status_(slave|replica)_io_running"}',
  sqlRunning: '{__name__=~"mysql_slave_status_(slave|replica)_sql_running"}',
  secondsBehind: '{__name__=~"mysql_slave_status_seconds_behind_(master|source)"}',
  delay: 'mysql_slave_status_sql_delay',
} as const;

export type PrometheusQuery = keyof typeof prometheusQueries;

export const queryNames = Object.keys(prometheusQueries) as PrometheusQuery[];

export function instantPath(query: string): string {
  return `/api/v1/query?query=${encodeURIComponent(query)}`;
}

/** @param fromMs and `toMs` milliseconds since the epoch @param stepSeconds between two points */
export function rangePath(query: string, fromMs: number, toMs: number, stepSeconds: number): string {
  const seconds = (ms: number): string => (ms / 1000).toFixed(3);
  return `/api/v1/query_range?query=${encodeURIComponent(query)}&start=${seconds(fromMs)}&end=${seconds(toMs)}&step=${stepSeconds}`;
}

/** The lag of all connections of one scraped server. */
export function lagQuery(scraped: string): string {
  return `{__name__=~"mysql_slave_status_seconds_behind_(master|source)",instance="${scraped.replace(/["\\\n]/g, (each) => (each === '\n' ? '\\n' : `\\${each}`))}"}`;
}
