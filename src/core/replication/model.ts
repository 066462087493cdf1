import type { Flavor, Row } from './reading';

/** Our words for a replication thread. `connecting` covers MariaDB's Preparing. */
export type Thread = 'running' | 'connecting' | 'stopped' | 'unknown';

export type GtidUse = 'no' | 'slavePos' | 'currentPos' | 'autoPosition';

export interface ReplicationError {
  /** The number as the server gave it; MySQL wraps some (13114 for 1236), see `causeErrno`. */
  readonly errno: number;
  /** The number inside the text where it names another one ("Got fatal error 1236"), else the same. */
  readonly causeErrno: number;
  readonly text: string;
  /** MySQL: ISO time of the error. */
  readonly at?: string;
  /** MySQL: the failing worker's own text, where it could be read. */
  readonly workerText?: string;
}

export interface ReplicationFilter {
  /** The column in lower case, mostly the option too: `replicate_do_db`, `replicate_ignore_domain_ids`. */
  readonly kind: string;
  readonly value: string;
}

/** One replication connection (MariaDB) or channel (MySQL). `''` is the default one. */
export interface ConnectionStatus {
  readonly name: string;
  readonly sourceHost: string;
  readonly sourcePort: number;
  readonly sourceUser?: string;
  readonly sourceServerId?: number;
  readonly sourceUuid?: string;
  readonly ioThread: Thread;
  readonly sqlThread: Thread;
  /** State texts of the server, for display only. */
  readonly ioState?: string;
  readonly sqlState?: string;
  readonly ioError?: ReplicationError;
  readonly sqlError?: ReplicationError;
  /** Seconds_Behind_Master/Source exactly as it came; undefined for NULL. Not yet a lag: see lag.ts. */
  readonly secondsBehind?: number;
  readonly delaySeconds: number;
  readonly remainingDelaySeconds?: number;
  readonly gtid: GtidUse;
  /** MariaDB Gtid_IO_Pos; MySQL Retrieved_Gtid_Set. */
  readonly receivedGtid?: string;
  /** MariaDB Gtid_Slave_Pos of the status (really gtid_current_pos); MySQL Executed_Gtid_Set. */
  readonly appliedGtid?: string;
  /** Source log file and position that the IO thread reads, and that the SQL thread has executed. */
  readonly readPosition?: { readonly file: string; readonly position: number };
  readonly executedPosition?: { readonly file: string; readonly position: number };
  readonly relayLogBytes?: number;
  readonly tls: {
    /** TLS is asked for. It says nothing about what travels: see the source's dump thread. */
    readonly asked?: boolean;
    readonly verify?: boolean;
  };
  readonly filters: readonly ReplicationFilter[];
  /** UNTIL condition with its target, where one is set. */
  readonly until?: { readonly condition: string; readonly file?: string; readonly position?: number };
  /** Transactions retried since start; rises behind a lock. */
  readonly retriedTransactions?: number;
  /** MySQL: the transaction that is being applied and has met a lock already. */
  readonly retryingTransaction?: string;
  /**
   * Of the threads that apply and wait for a row, table or metadata lock now: their states. Undefined: not known, or not
   * for this one of several connections.
   */
  readonly lockWaits?: readonly string[];
  readonly retryCount?: number;
  /** Not read directly but said by a neighbour, lag and all; undefined: read from the server itself. */
  readonly observed?: {
    readonly by: 'orchestrator' | 'prometheus';
    /** After subtracting the configured delay; undefined: unknown. */
    readonly lagSeconds?: number;
    readonly how: string;
  };
  /** The whole row as it came, for the raw status table. Contains no secret. */
  readonly raw: Row;
}

/** A dump thread of a replica, as the source sees it. */
export interface DumpThread {
  readonly user?: string;
  /** Client host without its port. */
  readonly host?: string;
  readonly serverId?: number;
  /** Undefined: this server does not tell. */
  readonly encrypted?: boolean;
}

/** The server's own account of itself, from one SELECT. Undefined: this version has no such variable. */
export interface ServerFacts {
  readonly flavor: Flavor;
  readonly version: string;
  /** [major, minor, patch]. */
  readonly versionNumber: readonly [number, number, number];
  /** The account that we are to this server: CURRENT_USER(). */
  readonly account?: { readonly user: string; readonly host: string };
  readonly serverId?: number;
  readonly hostname?: string;
  readonly port?: number;
  /** MySQL server_uuid; MariaDB 10.11 has none. */
  readonly uuid?: string;
  readonly reportHost?: string;
  readonly reportPort?: number;
  readonly readOnly?: boolean;
  readonly superReadOnly?: boolean;
  readonly logBin?: boolean;
  readonly binlogFormat?: string;
  readonly binlogRowImage?: string;
  readonly binlogExpireSeconds?: number;
  readonly logReplicaUpdates?: boolean;
  readonly gtidDomainId?: number;
  readonly gtidStrictMode?: boolean;
  readonly gtidSlavePos?: string;
  readonly gtidBinlogPos?: string;
  readonly gtidBinlogState?: string;
  readonly gtidCurrentPos?: string;
  /** MySQL gtid_mode. */
  readonly gtidMode?: string;
  readonly gtidExecuted?: string;
  readonly gtidPurged?: string;
  readonly uptimeSeconds?: number;
  /** The server's UTC clock, ISO 8601 with microseconds. */
  readonly now?: string;
  readonly timeZone?: string;
  /** Of the server: what a database without one of its own gets. */
  readonly collation?: string;
  readonly sqlMode?: string;
  /** 0, 1 or 2: whether names of tables keep their case. */
  readonly lowerCaseTableNames?: number;
  /** Undefined: could not be read. */
  readonly dumpThreads?: readonly DumpThread[];
  /** Offers TLS to clients. */
  readonly tlsOffered?: boolean;
  /** Ssl_accepts / Ssl_finished_accepts since start. */
  readonly tlsAccepts?: number;
  /** The row as it came. */
  readonly raw: Row;
}
