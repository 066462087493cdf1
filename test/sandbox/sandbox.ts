import { randomBytes } from 'node:crypto';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Connection } from 'mysql2/promise';
import { type CertificateFiles, type Certificates, makeCertificates } from './certificates';
import { copyData, giveToServer, initialiseData, serverArguments, sslFiles, writeSecretFile } from './databaseServer';
import { findFault } from './faults';
import { freePorts } from './freePorts';
import { HeartbeatWriter } from './heartbeatWriter';
import { ProcessGroup, logTail, signal } from './processGroup';
import { DatabaseInstance, type Row, type SandboxInstance } from './sandboxInstance';
import { type ServerKind, chosenServerKind, findEtcd } from './serverKinds';
import {
  type Secrets,
  gtidOn,
  initialStatements,
  replicationWords,
  statusStatement,
  text,
  grantDrift,
} from './statements';
import { type EtcdSandbox, requestV2, startEtcd } from './etcdSandbox';
import { type Neighbours, behindBastion, startNeighbours } from './neighbours';
import { topology } from './topology';
import { waitFor } from './waitFor';
import { writeWorkspace } from './workspace';

export { type ServerKind, chosenServerKind, listServerKinds } from './serverKinds';
export type { Row, SandboxInstance } from './sandboxInstance';

export interface SandboxOptions {
  /** Undefined: `chosenServerKind()`. */
  readonly server?: ServerKind;
  /** Two etcd clusters and two mirrors beside the database servers. Rejects where etcd is not installed. */
  readonly etcd?: boolean;
  /** What else knows a fleet, see `startNeighbours`; their window needs `neighbours.env`. */
  readonly neighbours?: boolean;
  /** Every server writes down each statement, for `assertReadsOnly`. */
  readonly generalLog?: boolean;
  /** A line per step, for people who wait. */
  readonly onProgress?: (text: string) => void;
  /** Aborting takes down what is up already, and `startSandbox` rejects. */
  readonly signal?: AbortSignal;
}

const generalLog = ({ folder }: { readonly folder: string }): string => path.join(folder, 'general.log');

/** How long a server may take to answer after its start. Seven start at once on two cores. */
const startTimeoutMs = 60_000;
/** Faults that are a matter of age take some ten seconds to be one. */
const faultTimeoutMs = 40_000;

/** As Promise.all, but fails only when all have ended: what still writes would hinder the clean-up. */
async function allEnded<T extends readonly unknown[]>(work: { [K in keyof T]: Promise<T[K]> }): Promise<T> {
  await Promise.allSettled(work);
  return Promise.all(work);
}

/** A fleet of real servers in a folder of its own. `stop()` leaves neither process nor file. */
export class Sandbox {
  readonly workspaceFolder: string;
  readonly monitorFile: string;
  /** The servers' temp folder: what a killed one left there goes with the rest. */
  readonly temporary: string;
  readonly instances: DatabaseInstance[] = [];
  readonly writers = new Map<string, HeartbeatWriter>();
  /** Connections that faults keep open, by fault. */
  readonly holds = new Map<string, Connection[]>();
  readonly activeFaults = new Set<string>();
  readonly secrets: Secrets;
  readonly kind: ServerKind;
  readonly folder: string;
  readonly processes: ProcessGroup;
  readonly hasGeneralLog: boolean;
  certificates!: Certificates;
  etcd: EtcdSandbox | undefined;
  neighbours: Neighbours | undefined;

  constructor(kind: ServerKind, folder: string, processes: ProcessGroup, hasGeneralLog: boolean) {
    this.kind = kind;
    this.hasGeneralLog = hasGeneralLog;
    this.folder = folder;
    this.processes = processes;
    this.workspaceFolder = path.join(folder, 'workspace');
    this.monitorFile = path.join(this.workspaceFolder, 'monitor.cnf');
    this.temporary = path.join(folder, 'tmp');
    const password = () => randomBytes(12).toString('hex');
    this.secrets = { root: password(), repl: password(), monitor: password(), app: password() };
  }

  /** Where the servers write down each statement. */
  get generalLogs(): string[] {
    return this.instances.map(generalLog);
  }

  /** The instance by the name of topology.ts, or by its `host:port`. */
  instance(name: string): DatabaseInstance {
    const found = this.instances.find((each) => each.name === name || each.key === name);
    if (found === undefined)
      throw new Error(`The sandbox has no ${name}; it has ${this.instances.map((each) => each.name).join(', ')}.`);
    return found;
  }

  /** As root over the socket, on a fresh connection; rows of the last statement. */
  query(instance: string | SandboxInstance, sql: string | readonly string[]): Promise<Row[]> {
    return this.instance(typeof instance === 'string' ? instance : instance.name).query(sql);
  }

  /** Replication statements for a connection in the words of this server kind. */
  words(connection = ''): ReturnType<typeof replicationWords> {
    return replicationWords(this.kind.flavor, connection);
  }

  /** Status rows of an instance, one per connection. */
  status(instance: string): Promise<Row[]> {
    return this.query(instance, statusStatement(this.kind.flavor));
  }

  /** Starts (again) the server of an instance and waits until it answers. */
  async startServer(name: string, initFile?: string, abort?: AbortSignal): Promise<void> {
    const instance = this.instance(name);
    const args = [
      ...serverArguments(this.kind, instance, instance, this.certificates, initFile),
      ...(this.hasGeneralLog ? ['--general-log=1', `--general-log-file=${generalLog(instance)}`] : []),
      ...instance.extraArguments,
    ];
    const server = this.processes.start(
      name,
      instance.otherServer ?? this.kind.server,
      args,
      instance.errorLog,
      instance.folder,
      {
        TMPDIR: this.temporary,
      },
    );
    instance.process = server;
    let failure: unknown;
    const up = await waitFor(async () => {
      abort?.throwIfAborted();
      if (server.hasEnded()) return 'ended' as const;
      return instance.query('SELECT 1', 5_000).then(
        () => 'up' as const,
        (error: unknown) => {
          failure = error;
          return undefined;
        },
      );
    }, startTimeoutMs);
    if (up === 'up') return;
    const why = up === 'ended' ? 'ended at once' : 'did not answer in time';
    throw new Error(`${this.kind.server} for ${name} ${why}. Its log ends:\n${logTail(instance.errorLog)}`, {
      cause: failure,
    });
  }

  /** SIGKILL, as a crash would. */
  async killServer(name: string): Promise<void> {
    const { process } = this.instance(name);
    if (process !== undefined) await this.processes.kill(process);
  }

  signalServer(name: string, signalName: NodeJS.Signals): void {
    const { process } = this.instance(name);
    if (process !== undefined) signal(process, signalName);
  }

  /** Puts a certificate in the place that the server reads it from. */
  installCertificate(name: string, files: CertificateFiles): void {
    const target = sslFiles(this.instance(name).folder);
    copyFileSync(files.cert, target.cert);
    copyFileSync(files.key, target.key);
    chmodSync(target.key, 0o600);
    giveToServer(target.cert, target.key);
  }

  /** CHANGE MASTER and START for one connection of an instance, as the sandbox builds it. */
  async connectReplica(name: string, connection: string): Promise<void> {
    const source = this.instance(this.instance(name).sources.find((each) => each.connection === connection)!.source);
    const words = this.words(connection);
    await this.query(name, [words.change({ ...this.sourceOptions(source), ...gtidOn(this.kind.flavor) }), words.start]);
  }

  /** Options of CHANGE MASTER towards a source, without its prefix and without the position. */
  sourceOptions(source: SandboxInstance): Record<string, string> {
    return {
      HOST: text(source.host),
      PORT: String(source.port),
      USER: text('repl'),
      PASSWORD: text(this.secrets.repl),
      SSL: '1',
      SSL_CA: text(this.certificates.ca),
      SSL_VERIFY_SERVER_CERT: '1',
      CONNECT_RETRY: '1',
      HEARTBEAT_PERIOD: '2',
      // MySQL gives up after ten tries, which is ten seconds here; MariaDB before 12 has no such option.
      ...(this.kind.flavor === 'mysql' ? { RETRY_COUNT: '86400' } : {}),
    };
  }

  /** Undefined until every connection of every replica runs and brings each source's heartbeat. */
  async replicates(): Promise<true | undefined> {
    for (const { name, sources } of this.instances) {
      const rows = await this.status(name);
      if (rows.length !== sources.length) return undefined;
      const prefix = this.kind.flavor === 'mariadb' ? 'Slave' : 'Replica';
      if (!rows.every((row) => row[`${prefix}_IO_Running`] === 'Yes' && row[`${prefix}_SQL_Running`] === 'Yes'))
        return undefined;
      const fresh = 'TIMESTAMPDIFF(MICROSECOND, CAST(ts AS CHAR), UTC_TIMESTAMP(6)) < 3000000';
      const beats = await this.query(name, `SELECT server_id FROM heartbeat.heartbeat WHERE ${fresh}`);
      if (beats.length < Math.max(1, sources.length)) return undefined;
    }
    return true;
  }

  /** Injects a fault and waits until its own proof shows it; resolves with what was measured. */
  async fault(name: string): Promise<string> {
    const fault = findFault(name);
    if (fault.flavors?.includes(this.kind.flavor) === false)
      throw new Error(`${name} is a fault of ${fault.flavors.join(', ')}; this sandbox runs ${this.kind.name}.`);
    const lacking = await fault.lacks?.(this.kind);
    if (lacking !== undefined) throw new Error(`${name} cannot be had: ${lacking}`);
    await fault.inject(this);
    this.activeFaults.add(name);
    const measured = await waitFor(() => fault.proof(this), faultTimeoutMs);
    if (measured === undefined) throw new Error(`${name} was injected, and its proof did not show it.`);
    return measured;
  }

  /** Takes a fault back and waits until all replicates again. */
  async heal(name: string): Promise<void> {
    const fault = findFault(name);
    await fault.heal(this);
    this.activeFaults.delete(name);
    if (this.activeFaults.size > 0) return;
    if ((await waitFor(() => this.replicates().catch(() => undefined), startTimeoutMs)) === undefined)
      throw new Error(`${name} was healed, and not everything replicates again.`);
  }

  /** Ends the connections that a fault holds. */
  release(key: string): void {
    this.holds.get(key)?.forEach((connection) => {
      connection.destroy();
    });
    this.holds.delete(key);
  }

  /** Stops the v2 mirror where it still runs, starts it, and waits until it has copied everything. */
  async restartMirror(): Promise<void> {
    const mirror = this.etcd?.mirrors.find(({ api }) => api === 'v2');
    if (this.etcd === undefined || mirror === undefined) return;
    await this.processes.kill(mirror.process);
    const { destination } = this.etcd;
    const key = `/__replication${mirror.destinationPrefix}`;
    await requestV2(destination.url, key, 'DELETE').catch(() => undefined);
    mirror.process = this.etcd.startV2();
    const copied = await waitFor(() => requestV2(destination.url, key).catch(() => undefined), startTimeoutMs);
    if (copied === undefined) throw new Error(`The mirror did not copy:\n${logTail(mirror.process.logFile)}`);
  }

  /** Kills all processes and removes the folder. */
  async stop(): Promise<void> {
    for (const key of [...this.holds.keys()]) this.release(key);
    await Promise.all([...this.writers.values()].map((writer) => writer.stop()));
    await this.neighbours?.stop();
    await this.processes.killAll();
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    await this.processes.end();
  }
}

/**
 * Starts seven servers of one kind, replicating as topology.ts says, with a workspace that names them. Needs no root
 * and touches nothing outside its own temp folder. A watchdog takes all of it down should this process die.
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const kind = options.server ?? (await chosenServerKind());
  const { onProgress = () => undefined, signal: abort } = options;
  // The real path, for servers compare paths; a short one, for the sockets in it.
  const folder = mkdtempSync(path.join(realpathSync(tmpdir()), 'replideck-'));
  const sandbox = new Sandbox(kind, folder, new ProcessGroup(folder), options.generalLog ?? false);
  try {
    // As root the servers run under another account that must reach its own folders in here.
    chmodSync(folder, process.getuid?.() === 0 ? 0o711 : 0o700);
    await build(
      sandbox,
      (step) => {
        abort?.throwIfAborted();
        onProgress(step);
      },
      options,
      abort,
    );
    return sandbox;
  } catch (error) {
    await sandbox.stop();
    throw error;
  }
}

async function build(
  sandbox: Sandbox,
  step: (text: string) => void,
  { etcd: withEtcd = false, neighbours: withNeighbours = false }: SandboxOptions,
  abort?: AbortSignal,
): Promise<void> {
  const { kind, folder, secrets } = sandbox;
  step(`Making a data folder for ${kind.name} (${kind.version})`);
  const base = path.join(folder, 'base');
  const tls = path.join(folder, 'tls');
  mkdirSync(tls);
  mkdirSync(sandbox.temporary);
  giveToServer(sandbox.temporary);
  const [certificates, ports] = await allEnded([
    makeCertificates(tls),
    freePorts(topology.length),
    initialiseData(kind, base, sandbox.temporary, abort),
  ]);
  sandbox.certificates = certificates;

  step('Starting 7 servers');
  const initFile = path.join(folder, 'init.sql');
  writeSecretFile(
    initFile,
    initialStatements(kind.flavor, secrets)
      .map((sql) => `${sql};\n`)
      .join(''),
  );
  giveToServer(initFile);
  for (const [index, planned] of topology.entries()) {
    const place = path.join(folder, planned.name);
    mkdirSync(place);
    const instance = new DatabaseInstance(planned, ports[index]!, place, secrets.root);
    sandbox.instances.push(instance);
    sandbox.installCertificate(planned.name, certificates.server);
    giveToServer(place);
  }
  await allEnded(
    sandbox.instances.map(async ({ name, folder: place }) => {
      await copyData(base, path.join(place, 'data'));
      abort?.throwIfAborted();
      await sandbox.startServer(name, initFile, abort);
    }),
  );
  rmSync(base, { recursive: true });
  rmSync(initFile);

  if (withEtcd) {
    step('Starting two etcd clusters and their mirrors');
    const binaries = await findEtcd();
    if (binaries === undefined) throw new Error('etcd is not installed; the sandbox was asked for it.');
    sandbox.etcd = await startEtcd(binaries, sandbox.processes, folder);
  }

  step('Connecting replicas and heartbeats');
  for (const instance of sandbox.instances.filter(({ shard }) => shard !== undefined)) {
    const writer = new HeartbeatWriter(instance);
    sandbox.writers.set(instance.name, writer);
    await writer.start();
  }
  await Promise.all(
    sandbox.instances.flatMap(({ name, sources }) =>
      sources.map(({ connection }) => sandbox.connectReplica(name, connection)),
    ),
  );
  if ((await waitFor(() => sandbox.replicates(), startTimeoutMs)) !== true) {
    const rows = (await Promise.all(sandbox.instances.map(({ name }) => sandbox.status(name)))).flat();
    throw new Error(`Replication did not start: ${JSON.stringify(rows)}`);
  }
  if (withNeighbours) {
    step('Starting the neighbours: Orchestrator, Prometheus, backups, pipelines, Burrow, a bastion');
    sandbox.neighbours = await startNeighbours(sandbox);
  }
  await sandbox.query(grantDrift.name, ['SET SESSION sql_log_bin = 0', grantDrift.statement]);
  writeWorkspace(
    sandbox.workspaceFolder,
    sandbox.instances,
    certificates.ca,
    secrets.monitor,
    sandbox.etcd?.mirrors ?? [],
    sandbox.kind.flavor,
    sandbox.neighbours && { ...sandbox.neighbours, behindBastion },
  );
  writeSecretFile(path.join(folder, 'root.cnf'), `[client]\nuser = root\npassword = ${secrets.root}\n`);
  writeFileSync(
    path.join(folder, 'instances.json'),
    JSON.stringify(
      sandbox.instances.map(({ name, key, socket, pid }) => ({ name, key, socket, pid })),
      null,
      2,
    ),
  );
  step('The sandbox is up');
}
