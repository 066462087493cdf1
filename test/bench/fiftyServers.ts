import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createConnection } from 'mysql2/promise';
import { makeCertificates } from '../sandbox/certificates';
import {
  copyData,
  giveToServer,
  initialiseData,
  serverArguments,
  sslFiles,
  writeSecretFile,
} from '../sandbox/databaseServer';
import { freePorts } from '../sandbox/freePorts';
import { logTail, ProcessGroup } from '../sandbox/processGroup';
import { DatabaseInstance } from '../sandbox/sandboxInstance';
import { chosenServerKind } from '../sandbox/serverKinds';
import { initialStatements } from '../sandbox/statements';
import { waitFor } from '../sandbox/waitFor';

const count = 50;
const clusters = 5;
/** Servers that are started at the same time: more would only wait for each other. */
const atOnce = 5;
const secrets = { root: 'root of the bench', repl: 'repl of the bench', monitor: 'monitor of the bench', app: 'app' };

export interface FiftyServers {
  /** With an inventory, an option file, and an account that may read status only. */
  readonly folder: string;
  readonly inventory: string;
  readonly optionFile: string;
  readonly ca: string;
  readonly ports: readonly number[];
  readonly password: string;
  stop(): Promise<void>;
}

/** Fifty real MariaDB servers with small pools, in five clusters of a primary and nine replicas. */
export async function startFiftyServers(): Promise<FiftyServers> {
  const kind = await chosenServerKind();
  if (kind.flavor !== 'mariadb') throw new Error(`The bench wants MariaDB, not ${kind.name}`);
  const folder = mkdtempSync(path.join(tmpdir(), 'rdk-bench-'));
  const processes = new ProcessGroup(folder);
  const stop = async (): Promise<void> => {
    await processes.killAll();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    await processes.end();
  };
  try {
    const ports = await freePorts(count);
    const tls = path.join(folder, 'tls');
    mkdirSync(tls);
    giveToServer(folder);
    const certificates = await makeCertificates(tls);
    const base = path.join(folder, 'base');
    await initialiseData(kind, base, folder);
    const initFile = path.join(folder, 'init.sql');
    writeSecretFile(
      initFile,
      initialStatements('mariadb', secrets)
        .map((sql) => `${sql};\n`)
        .join(''),
    );
    giveToServer(folder);

    const start = async (port: number, index: number): Promise<void> => {
      const own = path.join(folder, String(index));
      mkdirSync(own);
      const planned = {
        ...({ name: `db${index}`, cluster: 's1', datacenter: 'eqiad', sources: [] } as const),
        role: index < clusters ? ('primary' as const) : ('replica' as const),
        ...{ serverId: index + 1, gtidDomainId: (index % clusters) + 1 },
      };
      const instance = new DatabaseInstance(planned, port, own, secrets.root);
      copyFileSync(certificates.server.cert, sslFiles(own).cert);
      copyFileSync(certificates.server.key, sslFiles(own).key);
      await copyData(base, path.join(own, 'data'));
      giveToServer(own);
      const args = serverArguments(kind, planned, instance, certificates, initFile);
      const server = processes.start(planned.name, kind.server, args, instance.errorLog, own);
      const up = await waitFor(
        () =>
          instance.query('SELECT 1').then(
            () => true as const,
            () => (server.hasEnded() ? false : undefined),
          ),
        60_000,
      );
      if (up !== true) throw new Error(`Server ${index} did not start:\n${logTail(instance.errorLog)}`);
      if (index < clusters) return;
      await instance.query([
        `CHANGE MASTER TO MASTER_HOST='127.0.0.1', MASTER_PORT=${ports[index % clusters] ?? 0}, MASTER_USER='repl', ` +
          `MASTER_PASSWORD='${secrets.repl}', MASTER_SSL=1, MASTER_SSL_CA='${certificates.ca}', MASTER_USE_GTID=slave_pos`,
        'START SLAVE',
      ]);
    };
    for (let from = 0; from < count; from += atOnce) {
      await Promise.all(ports.slice(from, from + atOnce).map((port, index) => start(port, from + index)));
    }
    const optionFile = path.join(folder, 'monitor.cnf');
    writeSecretFile(
      optionFile,
      `[client]\nuser = replideck\npassword = ${secrets.monitor}\nssl-ca = ${certificates.ca}\n`,
    );
    const inventory = inventoryOf(ports, certificates.ca);
    writeFileSync(path.join(folder, 'replideck.yaml'), inventory);
    return { folder, inventory, optionFile, ca: certificates.ca, ports, password: secrets.monitor, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function inventoryOf(ports: readonly number[], ca: string): string {
  const members = (cluster: number): string =>
    ports.flatMap((port, index) => (index % clusters === cluster ? [`      - 127.0.0.1:${port}`] : [])).join('\n');
  return [
    'version: 1',
    `defaults: { credentials: monitor, tls: { mode: verify-identity, ca: ${JSON.stringify(ca)} }, heartbeat: { table: heartbeat.heartbeat } }`,
    'credentials: { monitor: { optionFile: monitor.cnf, group: client } }',
    'clusters:',
    ...Array.from({ length: clusters }, (_, cluster) => `  c${cluster}:\n    instances:\n${members(cluster)}`),
    '',
  ].join('\n');
}

/** Connections that servers have now, besides the one that asks and those of replicas. */
export async function connectionsHeld({ ports, password, ca }: FiftyServers): Promise<number> {
  let held = 0;
  for (const port of ports) {
    const ssl = { ca: readFileSync(ca) };
    const connection = await createConnection({ host: '127.0.0.1', port, user: 'replideck', password, ssl });
    const [rows] = await connection.query(
      "SELECT COUNT(*) - 1 AS held FROM information_schema.PROCESSLIST WHERE USER = 'replideck'",
    );
    held += Number((rows as { held: number }[])[0]?.held);
    connection.destroy();
  }
  return held;
}
