import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { createSecureContext } from 'node:tls';
import type { HttpFailure } from '../../core/http/answer';
import type { CredentialSpec, PasswordSource, TlsSpec } from '../../core/inventory/model';
import { failed, ok, type Outcome } from '../../core/outcome';
import type { Secrets } from '../../ports';
import { expandHome } from '../files/optionFile';
import type { TlsMaterial } from './httpClient';
import { t } from '../../core/l10n';
import { messageOf } from '../../core/messageOf';

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

type Missing = Outcome<never, HttpFailure>;

/** What a login belongs to: `the mirror conf-codfw`. */
export interface LoginOwner {
  readonly what: string;
  readonly credentials?: CredentialSpec;
}

/** User and password; undefined: none is needed. The words of a failure hold no password. */
export async function readLogin(
  { what, credentials }: LoginOwner,
  sources: LoginSources,
  signal: AbortSignal,
): Promise<Outcome<Login | undefined, HttpFailure>> {
  if (credentials === undefined) return ok(undefined);
  const { user, password } = credentials;
  if (user === undefined) return missing(t`The credentials "${credentials.name}" of ${what} name no user.`);
  if (password === undefined) return ok({ user, password: '' });
  const value = await readSecret(password, what, sources, signal);
  return value.kind === 'ok' ? ok({ user, password: value.value }) : value;
}

/** The headers that log in: Basic, Bearer, a cookie, or the header that a proxy in front believes. */
export async function readLoginHeaders(
  owner: LoginOwner,
  sources: LoginSources,
  signal: AbortSignal,
): Promise<Outcome<Readonly<Record<string, string>>, HttpFailure>> {
  const { what, credentials } = owner;
  const http = credentials?.http;
  if (http === undefined) {
    const login = await readLogin(owner, sources, signal);
    if (login.kind === 'failed' || login.value === undefined) return login.kind === 'failed' ? login : ok({});
    const { user, password } = login.value;
    return ok({ authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` });
  }
  const value = await readSecret(http.value, what, sources, signal);
  if (value.kind === 'failed') return value;
  // It goes into a header: nothing that could end one, and of a cookie nothing that could begin another.
  const allowed =
    http.kind === 'cookie' ? /^[\u0021-\u003a\u003c-\u007e]+$/ : /^[\u0021-\u007e](?:[ -~]*[\u0021-\u007e])?$/;
  if (!allowed.test(value.value)) {
    return missing(t`The secret of "${credentials?.name ?? ''}" for ${what} cannot stand in a header of HTTP.`);
  }
  switch (http.kind) {
    case 'bearer':
      return ok({ authorization: `Bearer ${value.value}` });
    case 'cookie':
      return ok({ cookie: `${http.name}=${value.value}` });
    case 'header':
      return ok({ [http.name.toLowerCase()]: value.value });
  }
}

async function readSecret(
  source: PasswordSource,
  what: string,
  { secrets, environment }: LoginSources,
  signal: AbortSignal,
): Promise<Outcome<string, HttpFailure>> {
  if (source.kind === 'env') {
    const value = environment[source.variable];
    return value === undefined
      ? missing(t`The environment variable ${source.variable} is not set. ${capital(what)} needs it.`)
      : ok(value);
  }
  try {
    const value = await secrets.get(source.name, signal);
    return value === undefined
      ? missing(t`No password was given for "${source.name}". Refresh to be asked again.`)
      : ok(value);
  } catch {
    // The error of a secret store may quote what it was asked to keep.
    return missing(t`The secret storage could not be read for "${source.name}".`);
  }
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** The files that the inventory names for `https`, read; also checked before anything connects. */
export async function readTlsMaterial(
  { tls }: { readonly tls: TlsSpec },
  { inventoryFolder, homeFolder }: LoginSources,
): Promise<Outcome<TlsMaterial, HttpFailure>> {
  const files: { ca?: string; cert?: string; key?: string } = {};
  for (const part of ['ca', 'cert', 'key'] as const) {
    const written = tls[part];
    if (written === undefined) continue;
    try {
      files[part] = await readFile(path.resolve(inventoryFolder(), expandHome(written, homeFolder)), 'utf8');
    } catch (error) {
      return missing(t`The file of tls.${part} cannot be read: ${messageOf(error)}`);
    }
  }
  try {
    createSecureContext(files);
  } catch (error) {
    return missing(t`The certificate or key for TLS is unusable: ${messageOf(error)}`);
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
