import { execFile, spawn } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { positionOf, standAt, unlogged } from '../sandbox/faultSteps';
import type { Sandbox } from '../sandbox/sandbox';
import { findExecutable } from '../sandbox/serverKinds';

const run = promisify(execFile);

/** Undefined: there are no tools here to make a backup with. */
export const backupTools = (): { readonly dump: string; readonly client: string } | undefined => {
  const [dump, client] = [findExecutable('mariadb-dump'), findExecutable('mariadb')];
  return dump === undefined || client === undefined ? undefined : { dump, client };
};

export interface Backup {
  readonly sql: string;
  /** GTID position of the source that it belongs to. */
  readonly position: string;
}

const login = (sandbox: Sandbox, name: string) => [
  `--defaults-extra-file=${path.join(sandbox.folder, 'root.cnf')}`,
  `--socket=${sandbox.instance(name).socket}`,
];

/** A dump of the fleet's own schemas with the position that it belongs to, taken while the source's writes wait. */
export async function takeBackup(sandbox: Sandbox, source: string): Promise<Backup> {
  const tools = backupTools();
  if (tools === undefined) throw new Error('mariadb-dump is not installed.');
  const connection = await sandbox.instance(source).connect();
  try {
    // What --master-data does too; but of the MySQL servers that took SHOW MASTER STATUS away this tool cannot ask it.
    await connection.query('FLUSH TABLES WITH READ LOCK');
    const position = await positionOf(sandbox, source);
    const dumped = await run(
      tools.dump,
      [...login(sandbox, source), '--single-transaction', '--skip-lock-tables', '--databases', 'heartbeat', 'shop'],
      { maxBuffer: 64 << 20 },
    );
    return { sql: dumped.stdout, position };
  } finally {
    connection.destroy();
  }
}

/** Loads a dump without logging it, and puts a stopped replica to the dump's position. */
export async function restoreBackup(sandbox: Sandbox, name: string, { sql, position }: Backup): Promise<void> {
  const { client = '' } = backupTools() ?? {};
  const child = spawn(client, login(sandbox, name), { stdio: ['pipe', 'ignore', 'pipe'] });
  let complaint = '';
  child.stderr.on('data', (data) => (complaint += String(data)));
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  child.stdin.end(`${unlogged(sql).join(';\n')}\n`);
  if ((await ended) !== 0) throw new Error(`The backup could not be loaded into ${name}: ${complaint.trim()}`);
  await sandbox.query(name, standAt(sandbox, position));
}

/** Sets a replica up again from a backup of its source, and starts it from the backup's position. */
export async function rebuild(sandbox: Sandbox, name: string): Promise<void> {
  const { stop, start } = sandbox.words();
  const backup = await takeBackup(sandbox, sandbox.instance(name).sources[0]!.source);
  await sandbox.query(name, stop);
  await restoreBackup(sandbox, name, backup);
  await sandbox.query(name, start);
}
