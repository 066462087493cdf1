import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { makeCertificates, type CertificateFiles, type Certificates } from '../sandbox/certificates';
import { giveToServer, initialiseData, serverArguments, sslFiles } from '../sandbox/databaseServer';
import { freePorts } from '../sandbox/freePorts';
import { logTail, ProcessGroup, signal, type ServerProcess } from '../sandbox/processGroup';
import { DatabaseInstance, type Row } from '../sandbox/sandboxInstance';
import { chosenServerKind, type ServerKind } from '../sandbox/serverKinds';
import { waitFor } from '../sandbox/waitFor';

/** One server of its own for a test, that the test may stop, hang and kill. */
export interface PrivateServer {
  readonly kind: ServerKind;
  readonly port: number;
  readonly socket: string;
  readonly folder: string;
  readonly certificates: Certificates;
  /** As root, on a connection of its own; the rows of the last statement. */
  query(sql: string | readonly string[]): Promise<Row[]>;
  connectAsRoot: DatabaseInstance['connect'];
  useCertificate(files: CertificateFiles): Promise<void>;
  signal(name: NodeJS.Signals): void;
  kill(): Promise<void>;
  start(): Promise<void>;
  stop(): Promise<void>;
}

const rootPassword = 'root of one test';

export async function startPrivateServer(extra: readonly string[] = []): Promise<PrivateServer> {
  const kind = await chosenServerKind();
  const folder = mkdtempSync(path.join(tmpdir(), 'rdk-'));
  const processes = new ProcessGroup(folder);
  const stop = async (): Promise<void> => {
    await processes.killAll();
    rmSync(folder, { recursive: true, force: true });
    await processes.end();
  };
  try {
    const [port = 0] = await freePorts(1);
    const planned = {
      ...({ name: 'private', cluster: 's1', role: 'primary', datacenter: 'eqiad' } as const),
      ...{ serverId: 77, gtidDomainId: 7, sources: [] },
    };
    const instance = new DatabaseInstance(planned, port, folder, rootPassword);
    const certificateFolder = path.join(folder, 'tls');
    mkdirSync(certificateFolder);
    const certificates = await makeCertificates(certificateFolder);
    const place = (files: CertificateFiles): void => {
      const own = sslFiles(folder);
      copyFileSync(files.cert, own.cert);
      copyFileSync(files.key, own.key);
    };
    place(certificates.server);
    giveToServer(folder);
    await initialiseData(kind, path.join(folder, 'data'), folder);
    const initFile = path.join(folder, 'init.sql');
    writeFileSync(initFile, `ALTER USER root@localhost IDENTIFIED BY '${rootPassword}';\n`);
    giveToServer(folder);

    let running: ServerProcess | undefined;
    const start = async (): Promise<void> => {
      const log = instance.errorLog;
      const args = [...serverArguments(kind, planned, instance, certificates, initFile), ...extra];
      const started = processes.start('private', kind.server, args, log, folder);
      running = started;
      const answer = await waitFor(
        () =>
          started.hasEnded()
            ? Promise.resolve(false)
            : instance.query('SELECT 1').then(
                () => true,
                () => undefined,
              ),
        40_000,
      );
      if (answer !== true) throw new Error(`${kind.name} did not start:\n${logTail(log)}`);
    };
    await start();
    return {
      kind,
      port,
      socket: instance.socket,
      folder,
      certificates,
      query: (sql) => instance.query(sql),
      connectAsRoot: () => instance.connect(),
      useCertificate: async (files) => {
        place(files);
        giveToServer(folder);
        await instance.query(kind.flavor === 'mariadb' ? 'FLUSH SSL' : 'ALTER INSTANCE RELOAD TLS');
      },
      signal: (name) => {
        if (running !== undefined) signal(running, name);
      },
      kill: async () => {
        if (running !== undefined) await processes.kill(running);
      },
      start,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
