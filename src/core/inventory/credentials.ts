import type { CredentialSpec, HttpLoginSpec, PasswordSource } from './model';
import { type Problems } from './problems';
import { Mapping, type Read } from './yamlReader';
import { nearestFix } from './fixes';
import { didYouMean } from './nearest';
import { t } from '../l10n';

/** By name; undefined where the entry is there but could not be read: using it is no second problem. */
export type Credentials = ReadonlyMap<string, CredentialSpec | undefined>;

export const credentialKeys = [
  'user',
  'password',
  'optionFile',
  'group',
  'socket',
  'bearer',
  'cookie',
  'header',
] as const;

const httpKinds = ['bearer', 'cookie', 'header'] as const;

const instead = t`Write \`{ secret: NAME }\` to keep it in the secret storage of VS Code, or \`{ env: VARIABLE }\` to take it from the environment.`;

export function readCredentials(root: Mapping, problems: Problems): Credentials {
  const credentials = new Map<string, CredentialSpec | undefined>();
  for (const { name, keyRange, value } of root.mapping('credentials')?.named() ?? []) {
    const mapping = Mapping.from(value, `\`${name}\``, problems, keyRange);
    credentials.set(name, mapping && readCredential(name, mapping, problems));
  }
  return credentials;
}

/** The entry that `read` names; undefined, and reported where it is new, if there is none to be used. */
export function findCredentials(
  read: Read<string>,
  credentials: Credentials,
  problems: Problems,
): CredentialSpec | undefined {
  if (!credentials.has(read.value)) {
    const hint = didYouMean(read.value, credentials.keys()) || t` They are named under \`credentials\`.`;
    problems.error(
      read.range,
      t`Unknown credentials \`${read.value}\`.${hint}`,
      nearestFix(read.range, read.value, credentials.keys()),
    );
  }
  return credentials.get(read.value);
}

function readCredential(name: string, mapping: Mapping, problems: Problems): CredentialSpec | undefined {
  mapping.only(credentialKeys);
  const httpKind = httpKinds.find((kind) => mapping.has(kind));
  if (httpKind !== undefined) return readHttpCredential(name, httpKind, mapping, problems);
  const user = mapping.text('user')?.value;
  const optionFile = mapping.text('optionFile')?.value;
  const group = mapping.text('group')?.value;
  const socket = mapping.text('socket')?.value;
  const password = readPassword(mapping, 'password', problems);
  const groupKey = mapping.get('group')?.keyRange;
  if (groupKey && !mapping.has('optionFile')) {
    problems.error(groupKey, t`\`group\` is a group of an option file: name the file under \`optionFile\`.`);
  }
  if (!mapping.has('user') && !mapping.has('optionFile')) {
    problems.error(
      mapping.place,
      t`\`${name}\` names no account. It needs \`user\` or \`optionFile\`, or \`bearer\`, \`cookie\` or \`header\` for HTTP.`,
    );
    return undefined;
  }
  // Half an account would log in as somebody else: by the option file alone, or without the password that was meant.
  const unread = (['user', 'optionFile', 'group', 'socket'] as const).some(
    (key) => mapping.has(key) && { user, optionFile, group, socket }[key] === undefined,
  );
  if (unread || (mapping.has('password') && password === undefined)) return undefined;
  return {
    name,
    ...(user !== undefined && { user }),
    ...(password && { password }),
    ...(optionFile !== undefined && { optionFile, group: group ?? 'client' }),
    ...(socket !== undefined && { socket }),
  };
}

/** `bearer: { secret: NAME }`, `cookie: { name: access-token, secret: NAME }`, `header: { name: X-Cas-Uid, env: VARIABLE }`. */
function readHttpCredential(
  name: string,
  kind: HttpLoginSpec['kind'],
  mapping: Mapping,
  problems: Problems,
): CredentialSpec | undefined {
  const other = mapping.entries.find(
    (entry) => entry.name !== kind && (credentialKeys as readonly string[]).includes(entry.name),
  );
  if (other) {
    problems.error(other.keyRange, t`\`${kind}\` is a login of its own: \`${other.name}\` has no place beside it.`);
    return undefined;
  }
  const value = readPassword(mapping, kind, problems, kind === 'bearer' ? [] : ['name']);
  if (kind === 'bearer') return value && { name, http: { kind, value } };
  const source = mapping.get(kind)?.value.kind === 'mapping' ? mapping.mapping(kind) : undefined;
  if (!source?.need('name', t`\`${kind}\` needs the \`name\` of the ${kind}.`)) return undefined;
  const header = source.text('name');
  if (!header || !value) return undefined;
  // A token of RFC 9110, and none of those that the connection itself lives by.
  if (!/^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$/.test(header.value) || (kind === 'header' && reserved.test(header.value))) {
    problems.error(header.range, t`Not a name that a ${kind} of a login can have.`);
    return undefined;
  }
  return { name, http: { kind, name: header.value, value } };
}

const reserved =
  /^(?:host|connection|content-length|content-type|transfer-encoding|upgrade|te|trailer|expect|keep-alive)$/i;

/** @param key `password`, or the kind of a login for HTTP @param more keys that may stand beside `secret` and `env` */
function readPassword(
  mapping: Mapping,
  key: 'password' | HttpLoginSpec['kind'],
  problems: Problems,
  more: readonly string[] = [],
): PasswordSource | undefined {
  const entry = mapping.get(key);
  if (!entry) return undefined;
  const { value, keyRange } = entry;
  if (value.kind === 'scalar') {
    const isEmpty = value.value === null || value.value === '';
    problems.error(
      value.source === '' ? keyRange : value.range,
      isEmpty ? t`\`${key}\` has no value. ${instead}` : t`The inventory holds no password in clear. ${instead}`,
    );
    return undefined;
  }
  const source = Mapping.from(value, `\`${key}\``, problems, keyRange);
  if (!source) return undefined;
  source.only(['secret', 'env', ...more]);
  const secret = source.text('secret');
  const variable = source.text('env');
  if (!source.has('secret') && !source.has('env')) {
    problems.error(
      keyRange,
      t`\`${key}\` does not say where ${key === 'password' ? t`the password` : t`its secret`} is kept. ${instead}`,
    );
    return undefined;
  }
  const envKey = source.get('env')?.keyRange;
  if (envKey && source.has('secret')) {
    problems.error(envKey, t`\`${key}\` has both \`secret\` and \`env\`. Keep one.`);
    return undefined;
  }
  if (secret) return { kind: 'secret', name: secret.value };
  if (!variable) return undefined;
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(variable.value)) {
    problems.error(
      variable.range,
      t`Not the name of an environment variable: letters, digits and \`_\`, no digit first.`,
    );
    return undefined;
  }
  return { kind: 'env', variable: variable.value };
}
