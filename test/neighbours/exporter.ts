import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { findCommand } from '../provision.mjs';
import { freePorts } from '../sandbox/freePorts';
import { logTail, ProcessGroup } from '../sandbox/processGroup';
import { waitFor } from '../sandbox/waitFor';

/** A real Prometheus that scrapes a real mysqld_exporter. */
export interface RunningPrometheus {
  readonly url: string;
  readonly exporterAddress: string;
  stop(): Promise<void>;
}

export interface WatchedServer {
  readonly port: number;
  readonly user: string;
  readonly password: string;
}

/** Starts both on free ports of the loopback address, and waits for the first scrape. */
export async function startPrometheus({ port, user, password }: WatchedServer): Promise<RunningPrometheus> {
  const prometheus = findCommand('prometheus');
  const exporter = findCommand('prometheus-mysqld-exporter') ?? findCommand('mysqld_exporter');
  if (prometheus === undefined || exporter === undefined) throw new Error('prometheus or mysqld_exporter is missing');
  const folder = mkdtempSync(path.join(tmpdir(), 'rdp-'));
  const processes = new ProcessGroup(folder);
  const stop = async (): Promise<void> => {
    await processes.killAll();
    rmSync(folder, { recursive: true, force: true });
    await processes.end();
  };
  try {
    const [exporterPort = 0, webPort = 0] = await freePorts(2);
    const exporterAddress = `127.0.0.1:${exporterPort}`;
    const optionFile = path.join(folder, 'exporter.cnf');
    const client = `[client]\nuser=${user}\npassword=${password}\nhost=127.0.0.1\nport=${port}\n`;
    writeFileSync(optionFile, client, { mode: 0o600 });
    const config = path.join(folder, 'prometheus.yml');
    writeFileSync(
      config,
      `global: { scrape_interval: 1s, scrape_timeout: 1s }\nscrape_configs:\n  - job_name: mysql\n    static_configs: [{ targets: ['${exporterAddress}'] }]\n`,
    );
    mkdirSync(path.join(folder, 'data'));
    processes.start(
      'exporter',
      exporter,
      [`--config.my-cnf=${optionFile}`, `--web.listen-address=${exporterAddress}`],
      path.join(folder, 'exporter.log'),
      folder,
    );
    const server = processes.start(
      'prometheus',
      prometheus,
      [
        `--config.file=${config}`,
        `--storage.tsdb.path=${path.join(folder, 'data')}`,
        `--web.listen-address=127.0.0.1:${webPort}`,
      ],
      path.join(folder, 'prometheus.log'),
      folder,
    );
    const url = `http://127.0.0.1:${webPort}`;
    const scraped = await waitFor(async () => {
      if (server.hasEnded()) throw new Error(`prometheus ended: ${logTail(server.logFile)}`);
      try {
        const response = await fetch(`${url}/api/v1/query?query=mysql_slave_status_slave_io_running`, {
          signal: AbortSignal.timeout(2_000),
        });
        const { data } = (await response.json()) as { data?: { result?: unknown[] } };
        return (data?.result?.length ?? 0) > 0 ? true : undefined;
      } catch {
        return undefined;
      }
    }, 60_000);
    if (scraped === undefined) throw new Error(`nothing was scraped:\n${logTail(path.join(folder, 'exporter.log'))}`);
    return { url, exporterAddress, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
