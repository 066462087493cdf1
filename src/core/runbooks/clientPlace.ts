import type { ServerIdentity } from '../guard/identity';
import type { Shell } from '../guard/quoteShell';
import { quoteSqlString } from '../guard/quoteSql';
import type { ClientPlace } from './plan';

/** Where a call finds its files on the machine that it runs on. */
export interface CallFiles {
  readonly shell: Shell;
  /** The file of an account of kind `written`, by the key of what it is for: an option file, or one for `curl --config`. */
  readonly optionFile: (key: string) => string;
  /** The file that holds the statements, where they carry a secret. */
  readonly sqlFile: string;
  /** Makes a path of the inventory or of an input absolute. */
  readonly resolve: (path: string) => string;
}

/** A program with the options that bring it to a server, and nothing of what it does there. */
export function placeWords(program: string, place: ClientPlace, files: CallFiles): readonly string[] {
  const { account, server, socket } = place;
  const host = server.host.replace(/^\[(.*)\]$/, '$1');
  return [
    program,
    // Has to be the first.
    ...(account.kind === 'optionFile'
      ? [`--defaults-extra-file=${files.resolve(account.path)}`]
      : account.kind === 'written'
        ? [`--defaults-extra-file=${files.optionFile(server.key)}`]
        : []),
    ...(socket === undefined
      ? [`--host=${host}`, `--port=${server.port}`, '--protocol=TCP']
      : [`--socket=${files.resolve(socket)}`, '--protocol=SOCKET']),
    ...tlsOptions(place, files),
  ];
}

/** The database client, which stops at the first error and asks nothing. */
export function clientWords(place: ClientPlace, files: CallFiles): readonly string[] {
  return [
    ...placeWords(place.client, place, files),
    ...['--connect-timeout=10', '--default-character-set=utf8mb4', '--batch'],
  ];
}

/**
 * Fails on any other server than the planned one, and with it the client, before the next statement is sent. It is the
 * last of the checks of identity: the only one that is made on the connection that writes.
 */
export function identityStatement({ serverId, hostname, port, uuid }: ServerIdentity): string {
  const same = [
    `@@server_id = ${serverId}`,
    `@@hostname = ${quoteSqlString(hostname)}`,
    `@@port = ${port}`,
    ...(uuid === undefined ? [] : [`@@server_uuid = ${quoteSqlString(uuid)}`]),
  ].join(' AND ');
  // A subquery of two rows is an error where it is evaluated.
  return `SELECT IF(${same}, 'the planned server', (SELECT 1 UNION SELECT 2)) AS target`;
}

function tlsOptions({ client, tls, socket }: ClientPlace, { resolve }: CallFiles): readonly string[] {
  if (socket !== undefined) return [];
  const material = (['ca', 'cert', 'key'] as const).flatMap((name) => {
    const path = tls[name];
    return path === undefined || tls.mode === 'disabled' ? [] : [`--ssl-${name}=${resolve(path)}`];
  });
  if (client === 'mysql') return [`--ssl-mode=${tls.mode.toUpperCase().replace('-', '_')}`, ...material];
  switch (tls.mode) {
    case 'disabled':
      return ['--skip-ssl'];
    case 'preferred':
      return material;
    case 'required':
      return ['--ssl', ...material];
    case 'verify-ca':
    case 'verify-identity':
      return ['--ssl', '--ssl-verify-server-cert', ...material];
  }
}
