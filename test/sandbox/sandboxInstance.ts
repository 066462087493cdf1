import path from 'node:path';
import { createConnection, type Connection } from 'mysql2/promise';
import type { ServerProcess } from './processGroup';
import type { PlannedInstance } from './topology';
import { waitFor } from './waitFor';

const tooManyConnections = 1040;

export type Row = Record<string, unknown>;

/** One server of the sandbox. `pid` changes when a fault killed it and healing started it again. */
export interface SandboxInstance extends PlannedInstance {
  readonly host: '127.0.0.1';
  readonly port: number;
  /** `127.0.0.1:PORT`: its key in the inventory. */
  readonly key: string;
  readonly socket: string;
  readonly folder: string;
  readonly errorLog: string;
  readonly pid: number;
}

/** The running server behind an instance. */
export class DatabaseInstance implements SandboxInstance {
  readonly host = '127.0.0.1';
  readonly name: string;
  readonly cluster: PlannedInstance['cluster'];
  readonly role: PlannedInstance['role'];
  readonly datacenter: PlannedInstance['datacenter'];
  readonly serverId: number;
  readonly gtidDomainId: number;
  readonly sources: PlannedInstance['sources'];
  readonly shard?: string;
  readonly section?: string;
  readonly port: number;
  readonly folder: string;
  readonly socket: string;
  readonly key: string;
  readonly errorLog: string;
  readonly #rootPassword: string;
  process: ServerProcess | undefined;
  /** Options that a fault gives the server at its next start; the last one of a name counts. */
  extraArguments: readonly string[] = [];
  /** Binary of another version that a fault starts in its place. */
  otherServer: string | undefined;

  constructor(planned: PlannedInstance, port: number, folder: string, rootPassword: string) {
    this.name = planned.name;
    this.cluster = planned.cluster;
    this.role = planned.role;
    this.datacenter = planned.datacenter;
    this.serverId = planned.serverId;
    this.gtidDomainId = planned.gtidDomainId;
    this.sources = planned.sources;
    if (planned.shard !== undefined) this.shard = planned.shard;
    if (planned.section !== undefined) this.section = planned.section;
    this.port = port;
    this.folder = folder;
    // A socket's path has room for some 100 characters only.
    this.socket = path.join(folder, 's');
    this.key = `${this.host}:${port}`;
    this.errorLog = path.join(folder, 'error.log');
    this.#rootPassword = rootPassword;
  }

  get pid(): number {
    return this.process?.pid ?? 0;
  }

  /**
   * A connection as root over the socket; the caller ends it. A full server keeps one place for its administrator, and
   * a login that is just being refused holds that place for a moment: then it is tried again, for five seconds.
   */
  async connect(): Promise<Connection> {
    let refusal: unknown;
    const connection = await waitFor(async () => {
      try {
        return await createConnection({
          socketPath: this.socket,
          user: 'root',
          password: this.#rootPassword,
          dateStrings: true,
          supportBigNumbers: true,
          connectTimeout: 5_000,
        });
      } catch (error) {
        if ((error as { errno?: number }).errno !== tooManyConnections) throw error;
        refusal = error;
        return undefined;
      }
    }, 5_000);
    if (connection === undefined) throw refusal;
    return connection;
  }

  /**
   * Runs statements one after another on a fresh connection as root, and returns the rows of the last one.
   * Rejects with the server's error, or after `timeoutMs` per statement.
   */
  async query(sql: string | readonly string[], timeoutMs = 20_000): Promise<Row[]> {
    const connection = await this.connect();
    // A killed server breaks the connection after its last answer; the query has told of what matters.
    connection.on('error', () => undefined);
    try {
      let rows: unknown = [];
      for (const statement of typeof sql === 'string' ? [sql] : sql)
        [rows] = await connection.query({ sql: statement, timeout: timeoutMs });
      return Array.isArray(rows) ? (rows as Row[]) : [];
    } finally {
      connection.destroy();
    }
  }
}
