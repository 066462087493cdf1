import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { ServiceKind } from '../../src/core/services/model';
import type { State } from '../../src/core/report';
import { type PrivateSshd, startPrivateSshd } from '../adapters/privateSshd';
import { backupRows, eventRow, eventRows, eventTable, metadataTable } from './neighbourTables';
import { findPrometheus, launchPrometheus, type PrometheusAddress } from './prometheus';
import type { Sandbox } from './sandbox';
import { burrowGroups, serveBurrow, serveOrchestrator } from './servedRecordings';
import { findExecutable } from './serverKinds';
import { monitorAccount, text } from './statements';

/** One neighbour, as the inventory names it and as it is to be found. */
export interface SandboxNeighbour {
  readonly kind: ServiceKind;
  readonly name: string;
  /** Its chapter of the inventory, with this one in it. */
  readonly yaml: readonly string[];
  readonly state: State;
  /** Ids of the findings on it. */
  readonly findings: readonly string[];
}

export interface Neighbours {
  readonly known: readonly SandboxNeighbour[];
  /** What is not there, and why. */
  readonly leftOut: readonly string[];
  /** The way to the instance that stands behind the bastion; undefined: there is no bastion. */
  readonly via?: string;
  /** How often somebody has logged in at the bastion. */
  readonly logins: () => number;
  /** For whatever reads the fleet: where the `ssh` is that knows the bastion's key. */
  readonly env: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/** The instance that is reached by the bastion, and whose replication Prometheus sees. */
export const behindBastion = 'analytics-replica';
const backupsHome = 'matomo';
const copySource = 'matomo';
const copyReplica = 'analytics-meta';
const holeHoursAgo = 9;
/** Often enough that nobody sees a silence. */
const eventEveryMs = 20_000;

/**
 * The neighbours of the sandbox's fleet: an Orchestrator and a Burrow that answer as recorded, a real Prometheus with
 * mysqld_exporter, backups and a pipeline in tables of the sandbox's servers, and a bastion. What needs a program that is
 * not installed is left out.
 */
export async function startNeighbours(sandbox: Sandbox): Promise<Neighbours> {
  const leftOut: string[] = [];
  const stops: (() => unknown)[] = [];
  const stop = async (): Promise<void> => {
    for (const each of stops.splice(0).reverse()) await each();
  };
  try {
    const [orchestrator, burrow] = await Promise.all([serveOrchestrator(() => 'ghost-cluster'), serveBurrow()]);
    stops.push(
      () => orchestrator.stop(),
      () => burrow.stop(),
    );
    const [prometheus, sshd] = await Promise.all([
      startMetrics(sandbox, leftOut),
      startBastion(sandbox, leftOut),
      makeBackups(sandbox),
      makeCopies(sandbox).then((end) => stops.push(end)),
    ]);
    if (sshd !== undefined)
      stops.push(() => {
        sshd.stop();
      });
    const keyOf = (name: string): string => sandbox.instance(name).key;
    const known: readonly SandboxNeighbour[] = [
      {
        ...{ kind: 'orchestrator', name: 'main', state: 'warning' },
        yaml: ['orchestrators:', `  main: { url: ${orchestrator.url} }`],
        findings: ['orchestrator.aliasMissing', 'orchestrator.ghostCluster', 'orchestrator.staleCheck'],
      },
      ...(prometheus === undefined
        ? []
        : [
            {
              ...({ kind: 'prometheus', name: 'main', state: 'ok', findings: [] } as const),
              yaml: ['prometheus:', `  main: { url: ${prometheus.url} }`],
            },
          ]),
      {
        ...{ kind: 'backups', name: 'main', state: 'critical', findings: ['backup.missing', 'backup.sizeJump'] },
        yaml: [
          'backups:',
          '  main:',
          `    instance: ${keyOf(backupsHome)}`,
          '    table: dbbackups.backups',
          '    expect:',
          ...['analytics_meta', 'matomo', 's1'].map(
            (section) => `      - { section: ${section}, type: dump, maxAgeDays: 9, minBytes: 50000 }`,
          ),
        ],
      },
      {
        ...{ kind: 'pipeline', name: 'eventlogging', state: 'critical', findings: ['pipeline.gap'] },
        yaml: [
          'pipelines:',
          '  eventlogging:',
          `    source: ${keyOf(copySource)}`,
          `    replica: ${keyOf(copyReplica)}`,
          '    tables: log.*',
          '    timeColumn: timestamp',
          '    timeFormat: yyyymmddhhmmss',
          '    bucket: hour',
          '    maxLagSeconds: 3600',
        ],
      },
      {
        ...{ kind: 'burrow', name: 'kafka', state: 'critical', findings: ['consumer.stalled'] },
        yaml: [
          'burrow:',
          '  kafka:',
          `    url: ${burrow.url}`,
          '    cluster: eqiad',
          `    groups: [${Object.keys(burrowGroups).join(', ')}]`,
          '    maxLag: 1000',
          ...(sshd === undefined ? [] : [`    via: ${sshd.via}`]),
        ],
      },
    ];
    return {
      ...{ known, leftOut, stop },
      ...(sshd === undefined ? {} : { via: sshd.via }),
      logins: () => sshd?.logins() ?? 0,
      // As a VS Code that was started from a shell: it does not ask a login shell for another PATH.
      env: sshd === undefined ? {} : { PATH: folderOfSsh(sandbox.folder, sshd), VSCODE_CLI: '1' },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The exporter logs in as somebody of its own: what the extension sends is told apart from what it sends. */
async function startMetrics(sandbox: Sandbox, leftOut: string[]): Promise<PrometheusAddress | undefined> {
  if (findPrometheus() === undefined) {
    leftOut.push('Prometheus: prometheus or mysqld_exporter is not installed');
    return undefined;
  }
  const watched = sandbox.instance(behindBastion);
  const password = randomBytes(12).toString('hex');
  const account = "'exporter'@'127.0.0.1'";
  const slave = sandbox.kind.flavor === 'mariadb' ? ', SLAVE MONITOR' : '';
  await watched.query([
    ...['SET SESSION sql_log_bin = 0', `CREATE USER ${account} IDENTIFIED BY ${text(password)}`],
    `GRANT PROCESS, REPLICATION CLIENT, SELECT${slave} ON *.* TO ${account}`,
  ]);
  const { processes, folder } = sandbox;
  return launchPrometheus(processes, folder, { port: watched.port, user: 'exporter', password }, 'mysql_up == 1');
}

async function startBastion(sandbox: Sandbox, leftOut: string[]): Promise<PrivateSshd | undefined> {
  const missing = ['sshd', 'ssh', 'ssh-keygen'].filter((name) => findExecutable(name) === undefined);
  if (missing.length === 0 && process.platform !== 'win32') return startPrivateSshd('local', sandbox);
  leftOut.push(`The bastion: ${missing.join(', ') || 'sshd'} is not installed`);
  return undefined;
}

/** A PATH whose `ssh` has the bastion's key and knows its host key; nothing of the user's own ssh is read or changed. */
function folderOfSsh(parent: string, sshd: PrivateSshd): string {
  const folder = path.join(parent, 'bin');
  mkdirSync(folder);
  const command = [findExecutable('ssh') ?? 'ssh', ...sshd.command('user').slice(1)];
  const file = path.join(folder, 'ssh');
  writeFileSync(file, `#!/bin/sh\nexec ${command.map((word) => `'${word}'`).join(' ')} "$@"\n`);
  chmodSync(file, 0o755);
  return `${folder}${path.delimiter}${process.env['PATH'] ?? ''}`;
}

/** Statements of one session that stay on this server. */
const here = (statements: readonly string[]): readonly string[] => [
  ...['SET SESSION sql_log_bin = 0', "SET SESSION time_zone = '+00:00'"],
  ...statements,
];

async function makeBackups(sandbox: Sandbox): Promise<void> {
  const grant = `GRANT SELECT ON dbbackups.* TO ${monitorAccount}`;
  const statements = ['CREATE DATABASE dbbackups', metadataTable, backupRows(Date.now()), grant];
  await sandbox.query(backupsHome, here(statements));
}

/** Both sides of the pipeline, the copy with an hour in it that is empty. Rows come in on both until the returned stop. */
async function makeCopies(sandbox: Sandbox): Promise<() => Promise<void>> {
  const startMs = Date.now();
  await Promise.all(
    [copySource, copyReplica].map((name) =>
      sandbox.query(
        name,
        here([
          ...['CREATE DATABASE log', eventTable],
          eventRows(startMs, name === copyReplica ? holeHoursAgo : undefined),
          `GRANT SELECT ON log.* TO ${monitorAccount}`,
        ]),
      ),
    ),
  );
  let under: Promise<unknown> = Promise.resolve();
  const timer = setInterval(() => {
    const statements = here([eventRow(Date.now())]);
    // A fault may have taken the server down; its side is then as far behind as it is.
    under = Promise.allSettled([copySource, copyReplica].map((name) => sandbox.query(name, statements)));
  }, eventEveryMs);
  timer.unref();
  return async () => {
    clearInterval(timer);
    await under;
  };
}
