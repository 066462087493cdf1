import { known, numberOf, wordOf } from '../replication/columns';
import type { Row } from '../replication/reading';
import type { HeartbeatRow } from './model';

/** Rows of a pt-heartbeat table, stock or with `shard` and `datacenter`. A row without `ts` says nothing: left out. */
export function parseHeartbeat(rows: readonly Row[]): readonly HeartbeatRow[] {
  return rows.flatMap((row) => {
    const ts = wordOf(row, 'ts');
    if (ts === undefined) {
      return [];
    }
    return [
      {
        ts,
        ...known({
          ageSeconds: numberOf(row, 'age_seconds'),
          serverId: numberOf(row, 'server_id'),
          shard: padded(row, 'shard'),
          datacenter: padded(row, 'datacenter'),
        }),
      },
    ];
  });
}

/** BINARY columns are filled up with NUL bytes: `binary(5)` holds `dc1` as `dc1\0\0`. */
function padded(row: Row, column: string): string | undefined {
  const value = row[column]?.split('\0', 1)[0]?.trim();
  return value === undefined || value === '' ? undefined : value;
}
