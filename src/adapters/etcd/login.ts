import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { createSecureContext } from 'node:tls';
import type { EtcdMirrorSpec } from '../../core/inventory/model';
import type { EtcdFailure } from '../../core/mirror/reading';
import { failed, ok, type Outcome } from '../../core/outcome';
import type { Secrets } from '../../ports';
import { expandHome } from '../files/optionFile';
import type { TlsMaterial } from './httpClient';

export interface Login {
  readonly user: string;
  readonly password: string;
}

export interface LoginSources {
  readonly secrets: Secrets;
  readonly inventoryFolder: () => string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly homeFolder: string;
}

type Missing = Outcome<never, EtcdFailure>;

/** Undefined: the mirror needs no login. The words of a failure hold no password. */
export async function readLogin(
  { name, credentials }: EtcdMirrorSpec,
  { secrets, environment }: LoginSources,
  signal: AbortSignal,
): Promise<Outcome<Login | undefined, EtcdFailure>> {
  if (credentials === undefined) return ok(undefined);
  const { user, password } = credentials;
  if (user === undefined) return missing(`The credentials "${credentials.name}" of the mirror ${name} name no user.`);
  switch (password?.kind) {
    case undefined:
      return ok({ user, password: '' });
    case 'env': {
      const value = environment[password.variable];
      return value === undefined
        ? missing(`The environment variable ${password.variable} is not set. The mirror ${name} needs it.`)
        : ok({ user, password: value });
    }
    case 'secret':
      try {
        const value = await secrets.get(password.name, signal);
        return value === undefined
          ? missing(`No password was given for "${password.name}". Refresh to be asked again.`)
          : ok({ user, password: value });
      } catch {
        // The error of a secret store may quote what it was asked to keep.
        return missing(`The secret storage could not be read for "${password.name}".`);
      }
  }
}

/** The files that the inventory names for `https`, read; also checked before anything connects. */
export async function readTlsMaterial(
  { tls }: EtcdMirrorSpec,
  { inventoryFolder, homeFolder }: LoginSources,
): Promise<Outcome<TlsMaterial, EtcdFailure>> {
  const files: { ca?: string; cert?: string; key?: string } = {};
  for (const part of ['ca', 'cert', 'key'] as const) {
    const written = tls[part];
    if (written === undefined) continue;
    try {
      files[part] = await readFile(path.resolve(inventoryFolder(), expandHome(written, homeFolder)), 'utf8');
    } catch (error) {
      return missing(`The file of tls.${part} cannot be read: ${messageOf(error)}`);
    }
  }
  try {
    createSecureContext(files);
  } catch (error) {
    return missing(`The certificate or key for TLS is unusable: ${messageOf(error)}`);
  }
  return ok({
    ...files,
    ...(tls.serverName === undefined ? {} : { serverName: tls.serverName }),
    verifies: tls.mode !== 'required',
    verifiesName: tls.mode !== 'required' && tls.mode !== 'verify-ca',
  });
}

function missing(text: string): Missing {
  return failed({ reason: 'credentialsMissing', text });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
