import { quoteCommand, quoteShell, type Shell } from '../guard/quoteShell';
import type { ServerIdentity } from '../guard/identity';
import { quoteSqlString } from '../guard/quoteSql';
import { failed, ok, type Outcome } from '../outcome';
import type { ClientCall, StepCall } from './plan';
import { renderProgramCall } from './programCall';

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

/**
 * The command line of a call, whole: what is shown is what runs. No secret is in it; host and port stand in it, since
 * an option file of the operator would win over ours.
 * @returns the line, or a sentence that says why it cannot be written safely for this shell
 */
export function renderCall(call: StepCall, files: CallFiles): Outcome<string, string> {
  return call.kind === 'client' ? renderClientCall(call, files) : renderProgramCall(call, files);
}

function renderClientCall(call: ClientCall, files: CallFiles): Outcome<string, string> {
  const { client, server, socket } = call;
  const { identity } = server;
  if (identity === undefined) return failed(`${server.key} does not say who it is, so nothing may run on it.`);
  const host = server.host.replace(/^\[(.*)\]$/, '$1');
  const optionFile =
    call.account.kind === 'optionFile'
      ? [`--defaults-extra-file=${files.resolve(call.account.path)}`]
      : call.account.kind === 'written'
        ? [`--defaults-extra-file=${files.optionFile(server.key)}`]
        : [];
  const where =
    socket === undefined
      ? [`--host=${host}`, `--port=${server.port}`, '--protocol=TCP']
      : [`--socket=${files.resolve(socket)}`, '--protocol=SOCKET'];
  const line = quoteCommand(
    [
      client,
      // Has to be the first.
      ...optionFile,
      ...where,
      ...tlsOptions(call, files),
      '--connect-timeout=10',
      '--default-character-set=utf8mb4',
      '--batch',
      ...(call.secrets.length > 0 ? [] : [`--execute=${renderSql(call, identity)}`]),
    ],
    files.shell,
  );
  return line.kind === 'failed' || call.secrets.length === 0 ? line : readFrom(line.value, files);
}

/** MySQL 9's client no longer knows `source` by itself, so the file is its standard input. */
function readFrom(line: string, { shell, sqlFile }: CallFiles): Outcome<string, string> {
  if (shell === 'powershell') {
    return failed('PowerShell cannot give a file to a program unchanged. Run this step from another shell.');
  }
  const file = quoteShell(sqlFile, shell);
  return file.kind === 'failed' ? file : ok(`${line} < ${file.value}`);
}

/** The statements of a call as one text, the proof of identity first. */
export function renderSql({ statements }: ClientCall, identity: ServerIdentity): string {
  return `${[identityStatement(identity), ...statements].join('; ')};`;
}

/**
 * The SQL file of a call that carries secrets. Never shown and never kept.
 * @param secrets by name
 * @throws when a secret that the statements name is not given: a defect of the caller
 */
export function renderSqlFile(
  call: ClientCall,
  identity: ServerIdentity,
  secrets: ReadonlyMap<string, string>,
): string {
  const filled = call.statements.map((statement) =>
    statement.replace(/\{\{(\w+)\}\}/g, (_, name: string) => {
      const secret = secrets.get(name);
      if (secret === undefined) throw new Error(`The secret ${name} was not given.`);
      return quoteSqlString(secret);
    }),
  );
  return [
    identityStatement(identity),
    // A backslash in a password is one character whatever the server's sql_mode says.
    "SET SESSION sql_mode = REPLACE(@@SESSION.sql_mode, 'NO_BACKSLASH_ESCAPES', '')",
    ...filled,
    '',
  ].join(';\n');
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

function tlsOptions({ client, tls, socket }: ClientCall, { resolve }: CallFiles): readonly string[] {
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
