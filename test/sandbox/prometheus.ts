import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { findCommand } from '../provision.mjs';
import { freePorts } from './freePorts';
import { logTail, ProcessGroup } from './processGroup';
import { waitFor } from './waitFor';

/** Where a real Prometheus and the real mysqld_exporter that it scrapes are. */
export interface PrometheusAddress {
  readonly url: string;
  readonly exporterAddress: string;
}

export interface RunningPrometheus extends PrometheusAddress {
  stop(): Promise<void>;
}

export interface WatchedServer {
  readonly port: number;
  readonly user: string;
  readonly password: string;
}

/** The programs; undefined: at least one of them is not installed. */
export function findPrometheus(): { readonly prometheus: string; readonly exporter: string } | undefined {
  const prometheus = findCommand('prometheus');
  const exporter = findCommand('prometheus-mysqld-exporter') ?? findCommand('mysqld_exporter');
  return prometheus === undefined || exporter === undefined ? undefined : { prometheus, exporter };
}

/** Both in a folder of their own, for a replica: waits until its replication is scraped. */
export async function startPrometheus(watched: WatchedServer): Promise<RunningPrometheus> {
  const folder = mkdtempSync(path.join(tmpdir(), 'rdp-'));
  const processes = new ProcessGroup(folder);
  const stop = async (): Promise<void> => {
    await processes.killAll();
    rmSync(folder, { recursive: true, force: true });
    await processes.end();
  };
  try {
    return { ...(await launchPrometheus(processes, folder, watched, 'mysql_slave_status_slave_io_running')), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Starts both on free ports of the loopback address, and waits until Prometheus has the metric. */
export async function launchPrometheus(
  processes: ProcessGroup,
  parent: string,
  { port, user, password }: WatchedServer,
  metric: string,
): Promise<PrometheusAddress> {
  const programs = findPrometheus();
  if (programs === undefined) throw new Error('prometheus or mysqld_exporter is missing');
  const folder = path.join(parent, 'prometheus');
  mkdirSync(path.join(folder, 'data'), { recursive: true });
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
  processes.start(
    'exporter',
    programs.exporter,
    [`--config.my-cnf=${optionFile}`, `--web.listen-address=${exporterAddress}`],
    path.join(folder, 'exporter.log'),
    folder,
  );
  const server = processes.start(
    'prometheus',
    programs.prometheus,
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
      const response = await fetch(`${url}/api/v1/query?query=${metric}`, { signal: AbortSignal.timeout(2_000) });
      const { data } = (await response.json()) as { data?: { result?: unknown[] } };
      return (data?.result?.length ?? 0) > 0 ? true : undefined;
    } catch {
      return undefined;
    }
  }, 60_000);
  if (scraped === undefined) throw new Error(`nothing was scraped:\n${logTail(path.join(folder, 'exporter.log'))}`);
  return { url, exporterAddress };
}
