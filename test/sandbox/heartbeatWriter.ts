import type { Connection } from 'mysql2/promise';
import type { DatabaseInstance } from './sandboxInstance';

/** Where a writer is not the one that the instance should have. */
export interface WriterOptions {
  /** It beats under another id, as a writer that was set up for another server does. */
  readonly serverId?: number;
  readonly shard?: string;
  /** It writes this much later than UTC, as one does that writes the local time of a host east of Greenwich. */
  readonly aheadSeconds?: number;
}

/**
 * Writes one row a second on a primary, as pt-heartbeat does with `--update --replace --shard --datacenter`.
 * A server that does not answer is tried again every second.
 */
export class HeartbeatWriter {
  #timer: NodeJS.Timeout | undefined;
  #connection: Connection | undefined;
  #busy: Promise<void> | undefined;
  readonly #instance: DatabaseInstance;
  readonly #options: WriterOptions;

  constructor(instance: DatabaseInstance, options: WriterOptions = {}) {
    this.#instance = instance;
    this.#options = options;
  }

  /** Writes the first row before it resolves. */
  async start(): Promise<void> {
    if (this.#timer !== undefined) return;
    this.#timer = setInterval(() => {
      if (this.#busy !== undefined) return;
      this.#busy = this.#beat().catch(() => {
        this.#connection?.destroy();
        this.#connection = undefined;
      });
      void this.#busy.then(() => (this.#busy = undefined));
    }, 1_000);
    await this.#beat();
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#timer = undefined;
    // Waiting for a write to a hung server would hang the stop.
    await Promise.race([this.#busy, new Promise((resolve) => setTimeout(resolve, 500))]);
    this.#connection?.destroy();
    this.#connection = undefined;
  }

  async #beat(): Promise<void> {
    if (this.#connection === undefined) {
      this.#connection = await this.#instance.connect();
      // A lost connection is noticed by the next write, which then opens another one.
      this.#connection.on('error', () => undefined);
    }
    const { serverId, shard, datacenter } = this.#instance;
    const { aheadSeconds = 0, ...other } = this.#options;
    await this.#connection.query({
      sql:
        'REPLACE INTO heartbeat.heartbeat (ts, server_id, file, position, shard, datacenter) ' +
        "VALUES (DATE_FORMAT(UTC_TIMESTAMP(6) + INTERVAL ? SECOND, '%Y-%m-%dT%H:%i:%s.%f'), ?, NULL, NULL, ?, ?)",
      values: [aheadSeconds, other.serverId ?? serverId, other.shard ?? shard ?? null, datacenter],
      timeout: 10_000,
    });
  }
}
