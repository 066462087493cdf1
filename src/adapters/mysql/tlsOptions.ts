import { readFile } from 'node:fs/promises';
import { createSecureContext } from 'node:tls';
import { failed, ok, type Outcome } from '../../core/outcome';
import type { TlsMode, TlsSpec } from '../../core/inventory/model';
import type { ReachFailure } from '../../core/replication/reading';
import { t } from '../../core/l10n';
import { messageOf } from '../../core/messageOf';

/** mysql2's `ssl`, with files read. */
export interface TlsMaterial {
  readonly mode: TlsMode;
  /** Name that the certificate has to carry (verify-identity), and that is sent as SNI. */
  readonly name: string;
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

const order: readonly TlsMode[] = ['disabled', 'preferred', 'required', 'verify-ca', 'verify-identity'];

export function stricter(one: TlsMode, other: TlsMode | undefined): TlsMode {
  return other !== undefined && order.indexOf(other) > order.indexOf(one) ? other : one;
}

/**
 * Reads certificate and key. A file that is missing or unusable is said by its path, before anything connects.
 * @param resolvePath makes a path of the inventory absolute.
 */
export async function readTls(
  spec: TlsSpec,
  host: string,
  resolvePath: (path: string) => string,
): Promise<Outcome<TlsMaterial, ReachFailure>> {
  const material: { ca?: string; cert?: string; key?: string } = {};
  if (spec.mode !== 'disabled') {
    for (const part of ['ca', 'cert', 'key'] as const) {
      const written = spec[part];
      if (written !== undefined) {
        try {
          material[part] = await readFile(resolvePath(written), 'utf8');
        } catch (error) {
          return failed(missing(t`The file of tls.${part} cannot be read: ${messageOf(error)}`));
        }
      }
    }
    try {
      createSecureContext(material);
    } catch (error) {
      return failed(missing(t`The certificate or key for TLS is unusable: ${messageOf(error)}`));
    }
  }
  return ok({ mode: spec.mode, name: spec.serverName ?? host, ...material });
}

/** Undefined: plain text. */
export function driverTls({ mode, ca, cert, key }: TlsMaterial): DriverTls | undefined {
  if (mode === 'disabled') {
    return undefined;
  }
  return {
    rejectUnauthorized: mode === 'verify-ca' || mode === 'verify-identity',
    verifyIdentity: mode === 'verify-identity',
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    minVersion: 'TLSv1.2',
  };
}

export interface DriverTls {
  readonly rejectUnauthorized: boolean;
  readonly verifyIdentity: boolean;
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly minVersion: 'TLSv1.2';
}

function missing(text: string): ReachFailure {
  return { reason: 'credentialsMissing', text };
}
