import { quoteSqlString } from '../guard/quoteSql';
import type { Flavor } from '../replication/reading';

export type ThreadName = 'IO' | 'SQL';

/** Statements in the words of one server's flavor and version. Connection `''` is the default one. */
export interface Dialect {
  readonly flavor: Flavor;
  start(connection: string, thread?: ThreadName): string;
  stop(connection: string, thread?: ThreadName): string;
  /** `STOP …; START …` of both threads. */
  restart(connection: string): string;
  /** `{ HOST: "'db1'" }` sets MASTER_HOST or SOURCE_HOST; values are SQL already. `USE_GTID` has no prefix on MySQL. */
  change(connection: string, options: Readonly<Record<string, string>>): string;
  resetAll(connection: string): string;
  /** Makes the connection follow GTIDs. */
  useGtid(connection: string): string;
  status(connection: string): string;
  readonly binaryLogStatus: string;
}

/** @param version [major, minor, patch] */
export function dialectOf(flavor: Flavor, version: readonly [number, number, number]): Dialect {
  const mariadb = flavor === 'mariadb';
  // MySQL has REPLICA since 8.0.22 and CHANGE REPLICATION SOURCE since 8.0.23; 8.4 took the old words away.
  const modern = !mariadb && atLeast(version, [8, 0, 23]);
  const noun = modern ? 'REPLICA' : 'SLAVE';
  const prefix = modern ? 'SOURCE_' : 'MASTER_';
  const named = (connection: string) => (mariadb && connection !== '' ? ` ${quoteSqlString(connection)}` : '');
  const channel = (connection: string) =>
    mariadb || connection === '' ? '' : ` FOR CHANNEL ${quoteSqlString(connection)}`;
  const threads = (thread?: ThreadName) => (thread === undefined ? '' : ` ${thread}_THREAD`);
  const verb = (word: string) => (connection: string, thread?: ThreadName) =>
    `${word} ${noun}${named(connection)}${threads(thread)}${channel(connection)}`;
  const start = verb('START');
  const stop = verb('STOP');
  const change = (connection: string, options: Readonly<Record<string, string>>) =>
    `CHANGE ${modern ? 'REPLICATION SOURCE' : `MASTER${named(connection)}`} TO ` +
    `${Object.entries(options)
      .map(([name, value]) => `${prefix}${name}=${value}`)
      .join(', ')}${channel(connection)}`;
  return {
    flavor,
    start,
    stop,
    restart: (connection) => `${stop(connection)}; ${start(connection)}`,
    change,
    resetAll: (connection) => `RESET ${noun}${named(connection)} ALL${channel(connection)}`,
    useGtid: (connection) => change(connection, mariadb ? { USE_GTID: 'slave_pos' } : { AUTO_POSITION: '1' }),
    status: (connection) =>
      mariadb
        ? connection === ''
          ? 'SHOW SLAVE STATUS'
          : `SHOW SLAVE${named(connection)} STATUS`
        : `SHOW ${noun} STATUS${channel(connection)}`,
    binaryLogStatus: !mariadb && atLeast(version, [8, 2, 0]) ? 'SHOW BINARY LOG STATUS' : 'SHOW MASTER STATUS',
  };
}

export function atLeast(version: readonly number[], wanted: readonly number[]): boolean {
  for (const [index, part] of wanted.entries()) {
    const own = version[index] ?? 0;
    if (own !== part) return own > part;
  }
  return true;
}
