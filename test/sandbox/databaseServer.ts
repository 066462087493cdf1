import { execFile, execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Certificates } from './certificates';
import type { ServerKind } from './serverKinds';
import type { PlannedInstance } from './topology';

const run = promisify(execFile);

/** The account that the servers run as: mysqld refuses root unless told; undefined: we are not root. */
export function serverUser(): string | undefined {
  if (process.getuid?.() !== 0) return undefined;
  try {
    execFileSync('id', ['-u', 'mysql'], { stdio: 'ignore' });
    return 'mysql';
  } catch {
    return 'root';
  }
}

/** Gives a file or folder to the account that the servers run as. */
export function giveToServer(...files: readonly string[]): void {
  const user = serverUser();
  if (user !== undefined) execFileSync('chown', ['-R', user, ...files]);
}

// Seven servers on two cores: the least memory that works, and no waiting for the disk. What a crash of the machine
// would lose is thrown away anyway; what a kill of the server would lose is not, for faults do that.
const smallCommon = [
  '--innodb-buffer-pool-size=16M',
  '--innodb-flush-log-at-trx-commit=2',
  '--sync-binlog=0',
  '--max-connections=60',
  '--table-open-cache=200',
  '--skip-name-resolve',
];
const small = {
  mariadb: [...smallCommon, '--innodb-log-file-size=8M', '--performance-schema=OFF', '--key-buffer-size=1M'],
  mysql: [
    ...smallCommon,
    '--innodb-redo-log-capacity=8M',
    '--innodb-doublewrite=OFF',
    '--innodb-use-fdatasync=ON',
    '--mysqlx=OFF',
    '--secure-file-priv=NULL',
    '--performance-schema-digests-size=200',
    '--performance-schema-max-table-instances=200',
  ],
};

const asUser = (): string[] => {
  const user = serverUser();
  return user === undefined ? [] : [`--user=${user}`];
};

/** Makes an empty data folder whose root@localhost has no password yet. `temporary`: for files of the moment. */
export async function initialiseData(
  kind: ServerKind,
  data: string,
  temporary: string,
  signal?: AbortSignal,
): Promise<void> {
  mkdirSync(data, { recursive: true });
  chmodSync(data, 0o750);
  giveToServer(data);
  const options = {
    maxBuffer: 16 << 20,
    cwd: path.dirname(data),
    env: { ...process.env, TMPDIR: temporary },
    ...(signal === undefined ? {} : { signal }),
  };
  const [program, args] =
    kind.flavor === 'mariadb'
      ? ([
          kind.installer ?? 'mariadb-install-db',
          ['--no-defaults', '--auth-root-authentication-method=normal', '--skip-test-db', '--innodb-log-file-size=8M'],
        ] as const)
      : ([
          kind.server,
          ['--no-defaults', '--initialize-insecure', ...small.mysql, '--innodb-flush-method=nosync'],
        ] as const);
  try {
    await run(program, [...args, `--datadir=${data}`, ...asUser()], options);
  } catch (error) {
    const output = (error as { stdout?: string; stderr?: string }).stderr ?? '';
    throw new Error(`${program} could not make a data folder: ${output.trim().split('\n').slice(-8).join('\n')}`, {
      cause: error,
    });
  }
  // Every MySQL server makes a uuid of its own.
  rmSync(path.join(data, 'auto.cnf'), { force: true });
}

/** A copy of a data folder, owner included. */
export async function copyData(from: string, to: string): Promise<void> {
  await run('cp', ['-Rp', from, to]);
}

export interface ServerPlace {
  readonly folder: string;
  readonly socket: string;
  readonly port: number;
}

export const sslFiles = (folder: string) => ({
  cert: path.join(folder, 'server.pem'),
  key: path.join(folder, 'server-key.pem'),
});

/** Command line of one instance. `initFile` is run once, before it listens. */
export function serverArguments(
  kind: ServerKind,
  planned: PlannedInstance,
  { folder, socket, port }: ServerPlace,
  certificates: Certificates,
  initFile?: string,
): string[] {
  const ssl = sslFiles(folder);
  const replica = planned.role === 'replica';
  return [
    '--no-defaults',
    `--datadir=${path.join(folder, 'data')}`,
    `--socket=${socket}`,
    `--port=${port}`,
    '--bind-address=127.0.0.1',
    `--pid-file=${path.join(folder, 'server.pid')}`,
    `--server-id=${planned.serverId}`,
    '--log-bin=binlog',
    '--binlog-format=ROW',
    kind.flavor === 'mariadb' ? '--log-slave-updates=ON' : '--log-replica-updates=ON',
    '--relay-log=relay',
    '--relay-log-recovery=ON',
    kind.flavor === 'mariadb' ? '--slave-net-timeout=10' : '--replica-net-timeout=10',
    '--report-host=127.0.0.1',
    `--report-port=${port}`,
    `--read-only=${replica ? 'ON' : 'OFF'}`,
    `--ssl-ca=${certificates.ca}`,
    `--ssl-cert=${ssl.cert}`,
    `--ssl-key=${ssl.key}`,
    ...(kind.flavor === 'mariadb'
      ? [`--gtid-domain-id=${planned.gtidDomainId}`]
      : ['--gtid-mode=ON', '--enforce-gtid-consistency=ON']),
    ...small[kind.flavor],
    ...(initFile === undefined ? [] : [`--init-file=${initFile}`]),
    ...asUser(),
  ];
}

/** A file that holds a secret, readable by its owner only. */
export function writeSecretFile(file: string, content: string): void {
  writeFileSync(file, content, { mode: 0o600 });
}
