import path from 'node:path';
import { failed, ok, type Outcome } from '../../core/outcome';
import type { CredentialSpec, InstanceSpec, TlsMode } from '../../core/inventory/model';
import type { ReachFailure } from '../../core/replication/reading';
import type { Log, Secrets } from '../../ports';
import { expandHome, readOptionFile, type OptionFileValues } from '../files/optionFile';
import { readTls, stricter, type TlsMaterial } from './tlsOptions';
import { t } from '../../core/l10n';

/** What a login needs, with every file read and every secret fetched. */
export interface Login {
  readonly user: string;
  readonly password?: string;
  readonly socket?: string;
  readonly tls: TlsMaterial;
}

export interface CredentialSources {
  readonly secrets: Secrets;
  readonly log: Log;
  readonly inventoryFolder: () => string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly homeFolder: string;
}

/**
 * The groups that MariaDB's clients read; MySQL's read only the first. Which server answers is not known before the
 * login, and the two others exist on MariaDB hosts only.
 */
const usualGroups = ['client', 'client-server', 'client-mariadb'];

const sslModes: Readonly<Record<string, TlsMode>> = {
  DISABLED: 'disabled',
  PREFERRED: 'preferred',
  REQUIRED: 'required',
  VERIFY_CA: 'verify-ca',
  VERIFY_IDENTITY: 'verify-identity',
};

/** @returns `credentialsMissing` with a sentence that says what to do. Neither it nor the log ever holds a password. */
export async function resolveLogin(
  spec: InstanceSpec,
  sources: CredentialSources,
  signal: AbortSignal,
): Promise<Outcome<Login, ReachFailure>> {
  const { credentials } = spec;
  if (credentials === undefined) {
    return missing(t`No credentials are named for ${spec.key}. Name some under defaults, its cluster or itself.`);
  }
  const file = await readFileOf(credentials, sources);
  if (file.kind === 'failed') {
    return file;
  }
  const password = await readPassword(credentials, sources, signal);
  if (password.kind === 'failed') {
    return password;
  }
  const user = credentials.user ?? file.value.user ?? sources.environment['USER'] ?? sources.environment['USERNAME'];
  if (user === undefined || user === '') {
    return missing(t`The credentials "${credentials.name}" name no user. Add one to the inventory or the option file.`);
  }
  const tls = await readTls(mergeTls(spec, file.value), spec.host, (written) => resolvePath(written, sources));
  if (tls.kind === 'failed') {
    return tls;
  }
  const secret = password.value ?? file.value.password;
  const socket = credentials.socket ?? file.value.socket;
  return ok({
    user,
    tls: tls.value,
    ...(secret === undefined ? {} : { password: secret }),
    // A socket of this machine leads nowhere through a tunnel.
    ...(socket === undefined || spec.via !== undefined ? {} : { socket: resolvePath(socket, sources) }),
  });
}

async function readFileOf(
  { optionFile, group }: CredentialSpec,
  sources: CredentialSources,
): Promise<Outcome<OptionFileValues, ReachFailure>> {
  if (optionFile === undefined) {
    return ok({});
  }
  const read = await readOptionFile({
    file: resolvePath(optionFile, sources),
    groups: group === undefined ? usualGroups : [group],
    homeFolder: sources.homeFolder,
  });
  if (read.kind === 'failed') {
    return missing(read.reason);
  }
  read.value.warnings.forEach((warning) => {
    sources.log.warn(warning);
  });
  return ok(read.value.values);
}

async function readPassword(
  { name, password }: CredentialSpec,
  { secrets, environment }: CredentialSources,
  signal: AbortSignal,
): Promise<Outcome<string | undefined, ReachFailure>> {
  switch (password?.kind) {
    case undefined:
      return ok(undefined);
    case 'env': {
      const value = environment[password.variable];
      return value === undefined
        ? missing(t`The environment variable ${password.variable} is not set. The credentials "${name}" need it.`)
        : ok(value);
    }
    case 'secret': {
      try {
        const value = await secrets.get(password.name, signal);
        return value === undefined
          ? missing(t`No password was given for "${password.name}". Refresh to be asked again.`)
          : ok(value);
      } catch {
        // The error of a secret store may quote what it was asked to keep.
        return missing(t`The secret storage could not be read for "${password.name}".`);
      }
    }
  }
}

/** The option file may demand more than the inventory, never less, and fills in files that it does not name. */
function mergeTls({ tls }: InstanceSpec, file: OptionFileValues): InstanceSpec['tls'] {
  const fromFile = file.sslVerifyServerCert === true ? 'verify-identity' : sslModes[file.sslMode ?? ''];
  const ca = tls.ca ?? file.sslCa;
  const cert = tls.cert ?? file.sslCert;
  const key = tls.key ?? file.sslKey;
  return {
    mode: stricter(tls.mode, fromFile),
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    ...(tls.serverName === undefined ? {} : { serverName: tls.serverName }),
  };
}

function resolvePath(written: string, { inventoryFolder, homeFolder }: CredentialSources): string {
  return path.resolve(inventoryFolder(), expandHome(written, homeFolder));
}

function missing(text: string): { readonly kind: 'failed'; readonly reason: ReachFailure } {
  return failed({ reason: 'credentialsMissing', text });
}
