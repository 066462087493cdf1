/**
 * What the sql adapter brings in: server answers as text, by column name, before anyone judges them.
 * Every value is text or SQL NULL as the server sent it, so that 64-bit numbers and GTIDs lose nothing.
 */

export type Row = Readonly<Record<string, string | null>>;

export type Flavor = 'mariadb' | 'mysql';

/** Why no answer came from an instance at all. `text` holds the server's or the system's own words. */
export interface ReachFailure {
  readonly reason:
    | 'refused'
    | 'noRoute'
    | 'unknownHost'
    /** No handshake within the deadline. */
    | 'timedOut'
    /** The connection opened or was open, and no answer came within the deadline. */
    | 'hung'
    /** The connection broke before or while a statement ran. */
    | 'lost'
    | 'accessDenied'
    | 'accountLocked'
    | 'passwordExpired'
    /** The server asked for an authentication plugin that we do not speak, or refused ours. */
    | 'authPlugin'
    | 'hostNotAllowed'
    | 'tooManyConnections'
    | 'tlsFailed'
    /** Our side: no such option file, no such variable, secret not given, unreadable key. */
    | 'credentialsMissing'
    | 'tunnelFailed'
    /** Something answers there that does not speak the MySQL protocol. */
    | 'notMysql'
    | 'cancelled'
    /** A workspace that is not trusted may not connect to hosts that only it names. */
    | 'untrusted'
    | 'other';
  readonly errno?: number;
  readonly sqlState?: string;
  /** Of `tlsFailed`: the server offers none. */
  readonly offersNoTls?: true;
  readonly text: string;
}

/** The answer to one statement: rows, or the server's refusal. */
export type Answer =
  | { readonly kind: 'rows'; readonly statement: string; readonly at: string; readonly rows: readonly Row[] }
  | {
      readonly kind: 'error';
      readonly statement: string;
      readonly at: string;
      /** The server's number. Never driver names: mysql2's `code` is wrong for several MariaDB numbers. */
      readonly errno: number;
      readonly sqlState?: string;
      readonly text: string;
    }
  /** The deadline passed for this statement although the server had answered others. */
  | { readonly kind: 'timedOut'; readonly statement: string; readonly at: string; readonly timeoutMs: number }
  /** Not asked: the inventory wants none, or the budget of the poll was spent. */
  | { readonly kind: 'notAsked' };

/** One poll of one instance. Times are ISO 8601 in UTC, of the machine that reads. */
export interface InstanceReading {
  readonly key: string;
  readonly startedAt: string;
  readonly at: string;
  readonly elapsedMs: number;
  readonly result:
    | { readonly kind: 'failed'; readonly failure: ReachFailure }
    | {
        readonly kind: 'answered';
        readonly flavor: Flavor;
        /** Version text of the handshake, without the `5.5.5-` prefix of older MariaDB. */
        readonly version: string;
        /** Cipher of our own connection; undefined: plain text. */
        readonly tlsCipher?: string;
        /** One row with the columns of `ServerColumn`. */
        readonly server: Answer;
        /** `SHOW ALL SLAVES STATUS` or `SHOW REPLICA STATUS`. */
        readonly replication: Answer;
        /**
         * Rows of the heartbeat table with whatever columns it has (`ts`, `server_id`, perhaps `shard` and
         * `datacenter`), newest first, and `age_seconds` by the server's UTC clock with fraction.
         */
        readonly heartbeat: Answer;
      };
}

/** What a server says that no inventory names yet. */
export interface ServerTrial {
  readonly reading: InstanceReading;
  /**
   * `SHOW SLAVE HOSTS` or `SHOW REPLICAS`: rows of `server_id`, `host` and `port` as the replicas registered, and nothing
   * else of them. `host` is empty where the replica has no `report_host`. Refused to accounts without REPLICATION SLAVE
   * (MariaDB: REPLICATION MASTER ADMIN).
   */
  readonly replicas: Answer;
}

/**
 * Columns of the one-row SELECT about the server, by the names that the adapter gives them. A column that this server
 * has no variable for is absent; booleans come as `0`/`1` or `ON`/`OFF`. The last five are JSON texts:
 * `dump_threads` `[{user, host, encrypted?, server_id?}]`, `worker_errors` `[{channel, errno, text, at}]`,
 * `applier_retries` `[{channel, count}]`, `applier_waits` `[{channel, transaction}]`, `lock_waits`
 * `[{channel?, state}]`; null where the account may not read them.
 */
export type ServerColumn =
  | 'server_id'
  | 'hostname'
  | 'port'
  | 'server_uuid'
  | 'version'
  | 'current_account'
  | 'report_host'
  | 'report_port'
  | 'read_only'
  | 'super_read_only'
  | 'log_bin'
  | 'binlog_format'
  | 'binlog_row_image'
  | 'binlog_expire_seconds'
  | 'log_replica_updates'
  | 'gtid_domain_id'
  | 'gtid_strict_mode'
  | 'gtid_slave_pos'
  | 'gtid_binlog_pos'
  | 'gtid_binlog_state'
  | 'gtid_current_pos'
  | 'gtid_mode'
  | 'gtid_executed'
  | 'gtid_purged'
  | 'uptime_seconds'
  | 'now_utc'
  | 'time_zone'
  | 'collation'
  | 'sql_mode'
  | 'lower_case_table_names'
  | 'tls_offered'
  | 'tls_accepts'
  | 'dump_threads'
  | 'worker_errors'
  | 'applier_retries'
  | 'applier_waits'
  | 'lock_waits';
