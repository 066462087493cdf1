/** One row of the pt-heartbeat table, with its age on the clock of the server that holds it. */
export interface HeartbeatRow {
  /** As stored: UTC text, `2026-11-22T02:48:51.930910`. */
  readonly ts: string;
  /** Age by that server's own UTC clock, seconds with fraction; negative when the row is from the future. */
  readonly ageSeconds?: number;
  readonly serverId?: number;
  readonly shard?: string;
  readonly datacenter?: string;
}
