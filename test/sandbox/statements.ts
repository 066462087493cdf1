import type { ServerKind } from './serverKinds';

/** SQL that differs between the flavors, and the accounts of the sandbox. */
export interface Secrets {
  readonly root: string;
  readonly repl: string;
  readonly monitor: string;
  readonly app: string;
}

/** A quoted SQL string. The sandbox's own values hold neither quotes nor backslashes; paths might. */
export const text = (value: string): string => `'${value.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;

export const monitorAccount = "'replideck'@'127.0.0.1'";
export const replAccount = "'repl'@'127.0.0.1'";
export const appAccount = "'app'@'127.0.0.1'";

export function monitorGrants(flavor: ServerKind['flavor']): string[] {
  const status = flavor === 'mariadb' ? 'SLAVE MONITOR, BINLOG MONITOR, PROCESS' : 'REPLICATION CLIENT, PROCESS';
  return [
    `GRANT ${status} ON *.* TO ${monitorAccount}`,
    `GRANT SELECT ON heartbeat.* TO ${monitorAccount}`,
    // To compare the grants of all accounts with templates.
    `GRANT SELECT ON mysql.* TO ${monitorAccount}`,
    ...(flavor === 'mysql' ? [`GRANT SELECT ON performance_schema.* TO ${monitorAccount}`] : []),
  ];
}

export function accountStatements(flavor: ServerKind['flavor'], secrets: Secrets): string[] {
  return [
    `CREATE USER ${replAccount} IDENTIFIED BY ${text(secrets.repl)} REQUIRE SSL`,
    `GRANT REPLICATION SLAVE ON *.* TO ${replAccount}`,
    `CREATE USER ${monitorAccount} IDENTIFIED BY ${text(secrets.monitor)}`,
    ...monitorGrants(flavor),
    `CREATE USER ${appAccount} IDENTIFIED BY ${text(secrets.app)}`,
    `GRANT SELECT, INSERT, UPDATE, DELETE ON shop.* TO ${appAccount}`,
  ];
}

/** One server on which an account has less than everywhere else: what a template of grants is there to show. */
export const grantDrift = { name: 's1-codfw-leaf', statement: `REVOKE DELETE ON shop.* FROM ${appAccount}` } as const;

/**
 * Run by every server at its first start, before it listens (`--init-file`: one statement per line), and not
 * logged: all seven begin with the same accounts and data, and with empty binary logs.
 */
export function initialStatements(flavor: ServerKind['flavor'], secrets: Secrets): string[] {
  return [
    'SET SESSION sql_log_bin = 0',
    `ALTER USER 'root'@'localhost' IDENTIFIED BY ${text(secrets.root)}`,
    ...(flavor === 'mariadb' ? ["DELETE FROM mysql.global_priv WHERE User = 'root' AND Host <> 'localhost'"] : []),
    'FLUSH PRIVILEGES',
    'CREATE DATABASE heartbeat',
    'CREATE TABLE heartbeat.heartbeat (ts varbinary(26) NOT NULL, server_id int unsigned NOT NULL PRIMARY KEY, ' +
      'file varbinary(255) DEFAULT NULL, position bigint unsigned DEFAULT NULL, ' +
      'relay_master_log_file varbinary(255) DEFAULT NULL, exec_master_log_pos bigint unsigned DEFAULT NULL, ' +
      'shard varbinary(10) DEFAULT NULL, datacenter binary(5) DEFAULT NULL)',
    'CREATE DATABASE shop',
    'CREATE TABLE shop.customers (id int NOT NULL PRIMARY KEY, name varchar(40) NOT NULL)',
    'CREATE TABLE shop.orders (id int NOT NULL PRIMARY KEY, customer int NOT NULL, amount decimal(8,2) NOT NULL, ' +
      'CONSTRAINT orders_customer FOREIGN KEY (customer) REFERENCES shop.customers (id))',
    "INSERT INTO shop.customers VALUES (1, 'Ada'), (2, 'Grace'), (3, 'Edith')",
    'INSERT INTO shop.orders VALUES (1, 1, 10.50), (2, 2, 20.00), (3, 3, 7.25)',
    ...accountStatements(flavor, secrets),
  ];
}

/** Replication statements in the flavor's own words; `connection` `''` is the default one. */
export function replicationWords(flavor: ServerKind['flavor'], connection: string) {
  const mariadb = flavor === 'mariadb';
  const name = mariadb && connection !== '' ? ` ${text(connection)}` : '';
  const channel = !mariadb && connection !== '' ? ` FOR CHANNEL ${text(connection)}` : '';
  const noun = mariadb ? 'SLAVE' : 'REPLICA';
  const prefix = mariadb ? 'MASTER' : 'SOURCE';
  return {
    start: `START ${noun}${name}${channel}`,
    stop: `STOP ${noun}${name}${channel}`,
    startThread: (thread: 'IO' | 'SQL') =>
      mariadb ? `START SLAVE${name} ${thread}_THREAD` : `START REPLICA ${thread}_THREAD${channel}`,
    stopThread: (thread: 'IO' | 'SQL') =>
      mariadb ? `STOP SLAVE${name} ${thread}_THREAD` : `STOP REPLICA ${thread}_THREAD${channel}`,
    resetAll: `RESET ${noun}${name} ALL${channel}`,
    /** `set('PASSWORD', "'x'")` sets MASTER_PASSWORD or SOURCE_PASSWORD; several are given as pairs. */
    change: (options: Readonly<Record<string, string>>) =>
      (mariadb ? `CHANGE MASTER${name} TO ` : 'CHANGE REPLICATION SOURCE TO ') +
      Object.entries(options)
        .map(([option, value]) => `${option === 'RELAY_LOG_FILE' ? '' : `${prefix}_`}${option}=${value}`)
        .join(', ') +
      channel,
  };
}

export const gtidOn = (flavor: ServerKind['flavor']): Record<string, string> =>
  flavor === 'mariadb' ? { USE_GTID: 'slave_pos' } : { AUTO_POSITION: '1' };

/** Status of every connection of a server, in words that do not depend on the flavor. */
export const statusStatement = (flavor: ServerKind['flavor']): string =>
  flavor === 'mariadb' ? 'SHOW ALL SLAVES STATUS' : 'SHOW REPLICA STATUS';
