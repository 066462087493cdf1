import { fleetLogic } from '../../src/core/fleetLogic';
import type { Inventory } from '../../src/core/inventory/model';
import type { InstanceReading, ReachFailure, Row } from '../../src/core/replication/reading';

/** A small fleet from its own inventory text, so that the tests go the whole way. */
export function inventoryOf(text: string): Inventory {
  const { inventory, problems } = fleetLogic.parseInventory(text);
  if (problems.length > 0) throw new Error(problems.map(({ message }) => message).join('\n'));
  return inventory;
}

export const s1 = `
version: 1
defaults: { pollSeconds: 10, thresholds: { lagWarnSeconds: 15, lagCritSeconds: 300 } }
clusters:
  s1:
    production: true
    primary: db1.eqiad.example:3311
    instances:
      - { host: db1.eqiad.example, port: 3311, datacenter: eqiad }
      - { host: db2.eqiad.example, port: 3311, datacenter: eqiad }
      - { host: db3.codfw.example, port: 3311, datacenter: codfw }
`;

export interface SampleReading {
  readonly key: string;
  readonly at: string;
  readonly serverId?: number;
  readonly readOnly?: boolean;
  readonly replication?: readonly Row[];
  readonly uptimeSeconds?: number;
}

/** An answer as a MariaDB 10.11 would give it. */
export function answered({
  key,
  at,
  serverId = 1,
  readOnly = false,
  replication = [],
  uptimeSeconds = 86400,
}: SampleReading): InstanceReading {
  const port = key.slice(key.lastIndexOf(':') + 1);
  return {
    key,
    startedAt: at,
    at,
    elapsedMs: 3,
    result: {
      kind: 'answered',
      flavor: 'mariadb',
      version: '10.11.19-MariaDB',
      server: {
        kind: 'rows',
        statement: 'SELECT @@server_id',
        at,
        rows: [
          {
            server_id: String(serverId),
            hostname: key.slice(0, key.indexOf('.')),
            port,
            version: '10.11.19-MariaDB',
            read_only: readOnly ? '1' : '0',
            log_bin: '1',
            binlog_format: 'ROW',
            uptime_seconds: String(uptimeSeconds),
          },
        ],
      },
      replication: { kind: 'rows', statement: 'SHOW ALL SLAVES STATUS', at, rows: replication },
      heartbeat: { kind: 'notAsked' },
    },
  };
}

export function unanswered(key: string, at: string, failure: ReachFailure): InstanceReading {
  return { key, startedAt: at, at, elapsedMs: 3, result: { kind: 'failed', failure } };
}

/** A row of SHOW ALL SLAVES STATUS with what the tests look at. */
export function slaveRow(source: string, serverId: number, changes: Row = {}): Row {
  const colon = source.lastIndexOf(':');
  return {
    Connection_name: '',
    Slave_IO_Running: 'Yes',
    Slave_SQL_Running: 'Yes',
    Master_Host: source.slice(0, colon),
    Master_Port: source.slice(colon + 1),
    Master_User: 'repl',
    Master_Server_Id: String(serverId),
    Seconds_Behind_Master: '0',
    Last_IO_Errno: '0',
    Last_IO_Error: '',
    Last_SQL_Errno: '0',
    Last_SQL_Error: '',
    Using_Gtid: 'Slave_Pos',
    Gtid_IO_Pos: '0-1-100',
    SQL_Delay: '0',
    Until_Condition: 'None',
    Master_SSL_Allowed: 'No',
    ...changes,
  };
}
