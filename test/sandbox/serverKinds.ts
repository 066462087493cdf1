import { execFile } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A server that the sandbox can run, told by asking the binary itself. */
export interface ServerKind {
  /** As named in `REPLIDECK_TEST_SERVERS`, or `mariadb-10.11` for the one on PATH. */
  readonly name: string;
  readonly flavor: 'mariadb' | 'mysql';
  /** `10.11.19`. */
  readonly version: string;
  /** Absolute path of the server binary or a wrapper around it. */
  readonly server: string;
  /** MariaDB only: absolute path of mariadb-install-db. */
  readonly installer?: string;
}

export interface EtcdBinaries {
  readonly version: string;
  readonly etcd: string;
  readonly etcdctl: string;
}

// Debian keeps servers where the PATH of a plain user does not look; Homebrew has two homes.
const extraFolders = ['/usr/local/sbin', '/usr/sbin', '/opt/homebrew/bin', '/usr/local/bin', '/usr/bin'];

/** Absolute path of an executable on PATH or in the usual places of servers; undefined: not installed. */
export function findExecutable(name: string, env: NodeJS.ProcessEnv = process.env): string | undefined {
  for (const folder of [...(env['PATH'] ?? '').split(path.delimiter), ...extraFolders]) {
    if (folder === '') continue;
    const file = path.resolve(folder, name);
    try {
      accessSync(file, constants.X_OK);
      return file;
    } catch {
      // Not in this folder.
    }
  }
  return undefined;
}

/** `name=path` pairs of REPLIDECK_TEST_SERVERS, separated by commas or white space. */
export function parseServerList(list: string): { name: string; path: string }[] {
  return list
    .split(/[\s,]+/)
    .filter((item) => item !== '')
    .map((item) => {
      const equals = item.indexOf('=');
      if (equals < 1)
        throw new Error(
          `REPLIDECK_TEST_SERVERS has "${item}", which is not name=path: write mysql-9.7=/path/to/mysqld.`,
        );
      return { name: item.slice(0, equals), path: path.resolve(item.slice(equals + 1)) };
    });
}

async function versionText(binary: string, args: readonly string[]): Promise<string> {
  const { stdout } = await run(binary, args, { timeout: 20_000 });
  return stdout;
}

async function toServerKind(named: { name?: string; path: string }): Promise<ServerKind | undefined> {
  const text = await versionText(named.path, ['--no-defaults', '--version']);
  const version = /(\d+\.\d+\.\d+)/.exec(text.replace(/^.*?Ver /s, ''))?.[1];
  if (version === undefined) throw new Error(`${named.path} --version does not name a version: ${text.trim()}`);
  const flavor = /mariadb/i.test(text) ? 'mariadb' : 'mysql';
  const name = named.name ?? `${flavor}-${version.replace(/\.\d+$/, '')}`;
  if (flavor === 'mysql') return { name, flavor, version, server: named.path };
  const installerName = path.basename(named.path).replace(/mariadbd|mysqld/, 'mariadb-install-db');
  const sibling = path.join(path.dirname(named.path), installerName);
  const installer =
    findExecutable(installerName, { PATH: path.dirname(named.path) }) ?? findExecutable('mariadb-install-db');
  if (installer === undefined) throw new Error(`${named.path} needs its installer, looked for as ${sibling}.`);
  return { name, flavor, version, server: named.path, installer };
}

/** Every kind of server at hand: mariadbd on PATH first, then those that REPLIDECK_TEST_SERVERS names. */
export async function listServerKinds(env: NodeJS.ProcessEnv = process.env): Promise<ServerKind[]> {
  const onPath = findExecutable('mariadbd', env);
  const named = parseServerList(env['REPLIDECK_TEST_SERVERS'] ?? '').filter(({ name }) => !name.startsWith('etcd'));
  const candidates = [...(onPath === undefined ? [] : [{ path: onPath }]), ...named];
  const kinds = await Promise.all(candidates.map(toServerKind));
  return kinds.filter((kind) => kind !== undefined);
}

/**
 * The kind to run where nobody chose one: REPLIDECK_SERVER_KIND (a name of the list, or `path` for the first), else the
 * first of the list. Rejects with what to do where there is none.
 */
export async function chosenServerKind(env: NodeJS.ProcessEnv = process.env): Promise<ServerKind> {
  const kinds = await listServerKinds(env);
  const wanted = env['REPLIDECK_SERVER_KIND'] ?? 'path';
  const kind = wanted === 'path' ? kinds[0] : kinds.find(({ name }) => name === wanted);
  if (kind !== undefined) return kind;
  throw new Error(
    wanted === 'path'
      ? 'No server to run: install mariadbd, or name one in REPLIDECK_TEST_SERVERS (name=/path/to/mysqld).'
      : `REPLIDECK_SERVER_KIND names ${wanted}; there are: ${kinds.map(({ name }) => name).join(', ')}.`,
  );
}

/** etcd and etcdctl that still speak the v2 API, from PATH or from an `etcd…=path` of REPLIDECK_TEST_SERVERS. */
export async function findEtcd(env: NodeJS.ProcessEnv = process.env): Promise<EtcdBinaries | undefined> {
  const named = parseServerList(env['REPLIDECK_TEST_SERVERS'] ?? '').filter(({ name }) => name.startsWith('etcd'));
  const etcd = findExecutable('etcd', env) ?? named[0]?.path;
  if (etcd === undefined) return undefined;
  const sibling = path.basename(etcd).replace(/^etcd/, 'etcdctl');
  const etcdctl = findExecutable(sibling, { PATH: path.dirname(etcd) }) ?? findExecutable('etcdctl', env);
  if (etcdctl === undefined) throw new Error(`${etcd} is here but ${sibling} is not; the sandbox needs both.`);
  const version = /etcd Version: (\S+)/.exec(await versionText(etcd, ['--version']))?.[1] ?? 'unknown';
  return { version, etcd, etcdctl };
}
