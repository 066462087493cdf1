import { okPayload, packet, startFakeServer, type FakeServer } from '../adapters/fakeServer';

// A process of its own that plays the servers of a large fleet, so that their work is not measured with ours.

type Row = Readonly<Record<string, string | null>>;

/** What each simulated instance answers: the rows of a real replica. */
export interface SimulatedRows {
  readonly version: string;
  readonly server: Row;
  readonly replication: Row;
  readonly heartbeat: readonly Row[];
}

export interface SimulatedOrder {
  readonly clusters: number;
  readonly instancesPerCluster: number;
  readonly rows: SimulatedRows;
}

/**
 * `start` is answered with `{ ports }` by cluster. `silence` closes all connections, and these ports are silent from
 * then on: one half answers no login, the other no statement.
 */
export type SimulatedMessage = { readonly start: SimulatedOrder } | { readonly silence: readonly number[] };

const servers: FakeServer[] = [];
const silent = new Set<number>();

/** The first instance of each cluster is the primary, the others replicate from it. */
async function startAll({ clusters, instancesPerCluster, rows }: SimulatedOrder): Promise<number[][]> {
  const ports: number[][] = [];
  for (let cluster = 0; cluster < clusters; cluster += 1) {
    const own: number[] = [];
    for (let index = 0; index < instancesPerCluster; index += 1) {
      own.push(await startOne(rows, cluster * instancesPerCluster + index + 1, own[0]));
    }
    ports.push(own);
  }
  return ports;
}

async function startOne(rows: SimulatedRows, serverId: number, primaryPort: number | undefined): Promise<number> {
  let port = 0;
  const replication =
    primaryPort === undefined
      ? []
      : [{ ...rows.replication, Master_Host: '127.0.0.1', Master_Port: String(primaryPort) }];
  const server = await startFakeServer({
    version: rows.version,
    onLogin: (socket) => {
      if (!silent.has(port) || port % 2 === 0) socket.write(packet(2, okPayload));
    },
    reply: (statement) => {
      if (silent.has(port)) return 'silence';
      if (statement.includes('SLAVES STATUS')) return { rows: replication };
      if (statement.includes('heartbeat')) return { rows: rows.heartbeat };
      const own = { server_id: String(serverId), port: String(port), report_port: String(port) };
      const now = new Date().toISOString().replace('T', ' ').replace('Z', '000');
      return { rows: [{ ...rows.server, ...own, read_only: primaryPort === undefined ? '0' : '1', now_utc: now }] };
    },
  });
  port = server.port;
  servers.push(server);
  return port;
}

process.on('message', (message: SimulatedMessage) => {
  if ('start' in message) {
    void startAll(message.start).then((ports) => process.send?.({ ports }));
    return;
  }
  silent.clear();
  message.silence.forEach((each) => silent.add(each));
  servers.forEach((server) => {
    server.dropAll();
  });
  process.send?.({ silenced: message.silence.length });
});
process.on('disconnect', () => process.exit(0));
