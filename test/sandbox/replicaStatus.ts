import type { Row } from './sandboxInstance';
import type { ServerKind } from './serverKinds';

/** One connection's status in words that do not depend on the flavor. */
export interface ReplicaStatus {
  readonly connection: string;
  readonly io: string;
  readonly sql: string;
  readonly ioErrno: number;
  readonly ioError: string;
  readonly sqlErrno: number;
  readonly sqlError: string;
  readonly delaySeconds: number;
  readonly usesGtid: boolean;
  readonly sourcePort: number;
  readonly row: Row;
}

export function toReplicaStatus(flavor: ServerKind['flavor'], row: Row): ReplicaStatus {
  const mariadb = flavor === 'mariadb';
  const [replica, source] = mariadb ? ['Slave', 'Master'] : ['Replica', 'Source'];
  return {
    connection: String(row[mariadb ? 'Connection_name' : 'Channel_Name']),
    io: String(row[`${replica}_IO_Running`]),
    sql: String(row[`${replica}_SQL_Running`]),
    ioErrno: Number(row['Last_IO_Errno']),
    ioError: String(row['Last_IO_Error']),
    sqlErrno: Number(row['Last_SQL_Errno']),
    sqlError: String(row['Last_SQL_Error']),
    delaySeconds: Number(row['SQL_Delay']),
    usesGtid: mariadb ? row['Using_Gtid'] !== 'No' : Number(row['Auto_Position']) === 1,
    sourcePort: Number(row[`${source}_Port`]),
    row,
  };
}

/** One line for a proof. */
export const renderStatus = ({ io, sql, ioErrno, ioError, sqlErrno, sqlError }: ReplicaStatus): string =>
  `IO ${io}, SQL ${sql}` +
  (ioErrno === 0 ? '' : `, IO error ${ioErrno}: ${ioError}`) +
  (sqlErrno === 0 ? '' : `, SQL error ${sqlErrno}: ${sqlError}`);
