import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { failed, ok, type Outcome } from '../../core/outcome';
import { t } from '../../core/l10n';

/** What a MySQL option file gives for a connection. Host and port are the inventory's and are not read. */
export interface OptionFileValues {
  readonly user?: string;
  readonly password?: string;
  readonly socket?: string;
  readonly sslCa?: string;
  readonly sslCert?: string;
  readonly sslKey?: string;
  readonly sslVerifyServerCert?: boolean;
  /** As written, in upper case: DISABLED, PREFERRED, REQUIRED, VERIFY_CA, VERIFY_IDENTITY. */
  readonly sslMode?: string;
}

export interface ReadOptionFile {
  readonly values: OptionFileValues;
  /** Things to tell an operator that are no failure; they name paths, never values. */
  readonly warnings: readonly string[];
}

interface Request {
  readonly file: string;
  /** Later groups do not win over earlier ones: the later *line* wins, as in the clients. */
  readonly groups: readonly string[];
  /** For `~`. */
  readonly homeFolder: string;
}

const deepest = 10;

/**
 * Reads `file` with what it includes, as MariaDB's and MySQL's clients do.
 * https://mariadb.com/kb/en/configuring-mariadb-with-option-files/
 * @returns a sentence that says what to do, when a file cannot be read. A value never stands in it.
 */
export async function readOptionFile(request: Request): Promise<Outcome<ReadOptionFile, string>> {
  const found = new Map<string, string>();
  const warnings: string[] = [];
  const trouble = await readInto(request, request.file, found, warnings, []);
  return trouble === undefined ? ok({ values: toValues(found, request.homeFolder), warnings }) : failed(trouble);
}

async function readInto(
  request: Request,
  file: string,
  found: Map<string, string>,
  warnings: string[],
  parents: readonly string[],
): Promise<string | undefined> {
  if (parents.includes(file) || parents.length >= deepest) {
    warnings.push(t`${file} includes itself; the second time was left out.`);
    return undefined;
  }
  let text: string;
  let mode: number;
  try {
    [text, { mode }] = await Promise.all([readFile(file, 'utf8'), stat(file)]);
  } catch (error) {
    return cannotRead(file, error);
  }
  let wanted = false;
  let holdsPassword = false;
  for (const line of text.split(/\r?\n/)) {
    const parsed = parseLine(line);
    if (parsed.kind === 'group') {
      wanted = request.groups.includes(parsed.name);
    } else if (parsed.kind === 'include') {
      // Includes are followed wherever they stand: the groups are those of the included file.
      const target = path.resolve(path.dirname(file), expandHome(parsed.target, request.homeFolder));
      for (const included of parsed.folder ? await listFolder(target, warnings) : [target]) {
        const trouble = await readInto(request, included, found, warnings, [...parents, file]);
        if (trouble !== undefined) {
          return trouble;
        }
      }
    } else if (parsed.kind === 'option' && wanted) {
      holdsPassword ||= parsed.key === 'password' && parsed.value !== '';
      found.set(parsed.key, isPath(parsed.key) ? fromFolderOf(file, parsed.value, request.homeFolder) : parsed.value);
    }
  }
  if (holdsPassword && process.platform !== 'win32' && (mode & 0o077) !== 0) {
    warnings.push(t`${file} holds a password and others may read it; chmod 600 makes it private.`);
  }
  return undefined;
}

export type OptionLine =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'group'; readonly name: string }
  | { readonly kind: 'include'; readonly folder: boolean; readonly target: string }
  | { readonly kind: 'option'; readonly key: string; readonly value: string };

export function parseLine(line: string): OptionLine {
  const text = line.trim();
  if (text === '' || text.startsWith('#') || text.startsWith(';')) {
    return { kind: 'nothing' };
  }
  const group = /^\[([^\]]*)\]/.exec(text);
  if (group !== null) {
    return { kind: 'group', name: (group[1] ?? '').trim() };
  }
  const include = /^!include(dir)?\s+(.+)$/.exec(text);
  if (include !== null) {
    return { kind: 'include', folder: include[1] !== undefined, target: (include[2] ?? '').trim() };
  }
  const separator = text.indexOf('=');
  const written = separator < 0 ? withoutComment(text) : text.slice(0, separator).trim();
  const key = written
    .toLowerCase()
    .replaceAll('_', '-')
    .replace(/^loose-/, '');
  // An option without a value is a flag: on.
  return { kind: 'option', key, value: separator < 0 ? '1' : parseValue(text.slice(separator + 1).trim()) };
}

/** As the clients do it: the comment goes first, then a pair of quotes around the whole, then the escapes. */
function parseValue(text: string): string {
  const bare = withoutComment(text);
  const quoted = bare.length >= 2 && /^["']/.test(bare) && bare.at(-1) === bare[0];
  return unescape(quoted ? bare.slice(1, -1) : bare);
}

/** `#` outside quotes ends the value; a backslash keeps the quote after it from counting. */
function withoutComment(text: string): string {
  let quote: string | undefined;
  let escaped = false;
  for (let index = 0; index < text.length; index += 1) {
    const character = text.charAt(index);
    if ((character === '"' || character === "'") && !escaped) {
      quote = quote === undefined ? character : quote === character ? undefined : quote;
    }
    if (quote === undefined && character === '#') {
      return text.slice(0, index).trimEnd();
    }
    escaped = quote !== undefined && character === '\\' && !escaped;
  }
  return text.trimEnd();
}

const escapes: Readonly<Record<string, string>> = { b: '\b', t: '\t', n: '\n', r: '\r', s: ' ', '\\': '\\' };

/** A backslash before another character stays, so that `C:\data` is not spoilt; before a quote it goes. */
function unescape(text: string): string {
  return text.replace(/\\(.)/g, (whole, letter: string) => escapes[letter] ?? (/["']/.test(letter) ? letter : whole));
}

function toValues(found: ReadonlyMap<string, string>, homeFolder: string): OptionFileValues {
  const word = <K extends keyof OptionFileValues>(name: K, key: string): Partial<Record<K, string>> => {
    const value = found.get(key);
    return value === undefined || value === '' ? {} : ({ [name]: value } as Record<K, string>);
  };
  const socket = found.get('socket');
  const verify = found.get('ssl-verify-server-cert') ?? negated(found.get('skip-ssl-verify-server-cert'));
  return {
    ...word('user', 'user'),
    ...word('password', 'password'),
    ...(socket === undefined || socket === '' ? {} : { socket: expandHome(socket, homeFolder) }),
    ...word('sslCa', 'ssl-ca'),
    ...word('sslCert', 'ssl-cert'),
    ...word('sslKey', 'ssl-key'),
    ...(verify === undefined ? {} : { sslVerifyServerCert: isOn(verify) }),
    ...(found.has('ssl-mode') ? { sslMode: (found.get('ssl-mode') ?? '').toUpperCase().replaceAll('-', '_') } : {}),
  };
}

function negated(value: string | undefined): string | undefined {
  return value === undefined ? undefined : isOn(value) ? '0' : '1';
}

function isOn(value: string): boolean {
  return !['0', 'off', 'false', 'no'].includes(value.toLowerCase());
}

function isPath(key: string): boolean {
  return key === 'ssl-ca' || key === 'ssl-cert' || key === 'ssl-key';
}

function fromFolderOf(file: string, value: string, homeFolder: string): string {
  return value === '' ? value : path.resolve(path.dirname(file), expandHome(value, homeFolder));
}

export function expandHome(written: string, homeFolder: string): string {
  return written === '~' || written.startsWith('~/') ? path.join(homeFolder, written.slice(1)) : written;
}

/** Only `*.cnf`, in the order of their names. */
async function listFolder(folder: string, warnings: string[]): Promise<readonly string[]> {
  try {
    const names = await readdir(folder);
    return names
      .filter((name) => name.endsWith('.cnf'))
      .sort()
      .map((name) => path.join(folder, name));
  } catch (error) {
    warnings.push(t`The folder ${folder} of an !includedir cannot be read (${codeOf(error)}).`);
    return [];
  }
}

function cannotRead(file: string, error: unknown): string {
  switch (codeOf(error)) {
    case 'ENOENT':
      return t`The option file ${file} does not exist. Create it, or name another one under credentials.`;
    case 'EACCES':
      return t`The option file ${file} may not be read by this user. Change its owner or mode, or name another one.`;
    default:
      return t`The option file ${file} cannot be read (${codeOf(error)}).`;
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : t`unknown error`;
}
