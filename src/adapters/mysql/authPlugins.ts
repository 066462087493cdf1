import { ed25519 } from '@noble/curves/ed25519';
import { createHash, createPrivateKey, pbkdf2, randomBytes, sign } from 'node:crypto';
import { promisify } from 'node:util';
import type { AuthPlugin } from 'mysql2';
import { ownError } from './meteredStream';
import { t } from '../../core/l10n';

/** What mysql2 hands to a plugin, as far as we use it. Its own typings name less. */
interface Context {
  readonly connection: {
    readonly config: { readonly password?: string; readonly ssl?: unknown; readonly socketPath?: string };
    writePacket(packet: unknown): void;
  };
  readonly command: Command;
}
interface Command {
  next: (packet: Packet, connection: Context['connection']) => unknown;
  emit(event: string, error: Error): void;
}
interface Packet {
  readonly buffer: Buffer;
  readonly offset: number;
  readonly end: number;
  peekByte(): number;
}
type Plugin = (context: Context) => (data: Buffer) => Buffer | Promise<Buffer>;

const scrambleBytes = 32;
const sha512 = (...parts: readonly Uint8Array[]): Buffer => {
  const hash = createHash('sha512');
  parts.forEach((part) => hash.update(part));
  return hash.digest();
};
const littleEndian = (bytes: Uint8Array): bigint => BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`);
const toScalar = (bytes: Uint8Array): bigint => littleEndian(bytes) % order;
const order = ed25519.Point.Fn.ORDER;

/**
 * MariaDB's `ed25519`: the signature of RFC 8032, but with SHA-512 of the password itself where the standard has that
 * of a 32-byte seed; node:crypto takes only such seeds.
 * https://mariadb.com/kb/en/authentication-plugin-ed25519/
 */
export function signEd25519(password: string, scramble: Buffer): Buffer {
  const expanded = sha512(Buffer.from(password));
  const secret = Buffer.from(expanded.subarray(0, 32));
  secret.writeUInt8(secret.readUInt8(0) & 0xf8, 0);
  secret.writeUInt8((secret.readUInt8(31) & 0x3f) | 0x40, 31);
  const scalar = toScalar(secret);
  const base = ed25519.Point.BASE;
  const publicKey = base.multiply(scalar).toBytes();
  const nonce = toScalar(sha512(expanded.subarray(32), scramble));
  const commitment = base.multiply(nonce).toBytes();
  const challenge = toScalar(sha512(commitment, publicKey, scramble));
  const response = (nonce + challenge * scalar) % order;
  const bytes = Buffer.from(response.toString(16).padStart(64, '0'), 'hex').reverse();
  return Buffer.concat([commitment, bytes]);
}

const clientEd25519: Plugin = ({ connection }) => {
  return (data) => signEd25519(connection.config.password ?? '', data.subarray(0, scrambleBytes));
};

/** MariaDB's own client takes no more either: the server chooses the work, and 8192 rounds are its highest. */
const highestFactor = 3;
const derive = promisify(pbkdf2);

/**
 * MariaDB's `parsec` (11.6 and later): PBKDF2 of the password, and the key made of that signs both scrambles.
 * @param extendedSalt `P`, the factor, then the salt.
 * @throws when the server asks for something else than that.
 */
export async function signParsec(
  password: string,
  scramble: Buffer,
  extendedSalt: Buffer,
  ownScramble: Buffer = randomBytes(scrambleBytes),
): Promise<Buffer> {
  const factor = extendedSalt.length < 3 || extendedSalt.readUInt8(0) !== 0x50 ? undefined : extendedSalt.readUInt8(1);
  if (factor === undefined || factor > highestFactor) {
    throw new Error(t`The server asks for a parsec key in a way that no MariaDB is known to do.`);
  }
  const seed = await derive(password, extendedSalt.subarray(2), 1024 << factor, 32, 'sha512');
  // PKCS#8 head of an Ed25519 private key (RFC 8410), then its 32 bytes.
  const der = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]);
  const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  return Buffer.concat([ownScramble, sign(null, Buffer.concat([scramble, ownScramble]), key)]);
}

const parsec: Plugin = ({ connection, command }) => {
  let scramble: Buffer | undefined;
  const answer = (salt: Buffer): Promise<Buffer> =>
    signParsec(connection.config.password ?? '', scramble ?? Buffer.alloc(0), salt);
  return async (data) => {
    if (scramble !== undefined) {
      return answer(data);
    }
    scramble = Buffer.from(data.subarray(0, scrambleBytes));
    await Promise.resolve();
    expectBareSalt(connection, command, answer);
    // The empty answer asks for the salt.
    return Buffer.alloc(0);
  };
};

/**
 * MariaDB sends the salt without the marker byte that mysql2 waits for, and the driver has no hook for that: the next
 * packet of the login is looked at here, and all that follow go their usual way.
 */
function expectBareSalt(
  connection: Context['connection'],
  command: Command,
  answer: (salt: Buffer) => Promise<Buffer>,
): void {
  const usual = command.next;
  command.next = (packet, receiver) => {
    if (packet.peekByte() !== 0x50) {
      return usual.call(command, packet, receiver);
    }
    const salt = Buffer.from(packet.buffer.subarray(packet.offset, packet.end));
    answer(salt).then(
      (reply) => {
        connection.writePacket(toPacket(reply));
      },
      (error: unknown) => {
        const failure = error instanceof Error ? error : new Error(String(error));
        command.emit('error', Object.assign(failure, { code: 'AUTH_SWITCH_PLUGIN_ERROR', fatal: true }));
      },
    );
    return usual;
  };
}

/** The part of the driver's packet class that `writePacket` uses. */
function toPacket(payload: Buffer): unknown {
  const buffer = Buffer.concat([Buffer.alloc(4), payload]);
  return {
    buffer,
    length: () => buffer.length,
    writeHeader: (sequence: number) => {
      buffer.writeUIntLE(payload.length, 0, 3);
      buffer.writeUInt8(sequence, 3);
    },
  };
}

/** The password itself, for LDAP and PAM: only where nobody on the way can read it. */
const clearPassword: Plugin = ({ connection }) => {
  const { ssl, socketPath, password } = connection.config;
  return () => {
    if ((ssl === undefined || ssl === false) && socketPath === undefined) {
      throw ownError(
        'REPLIDECK_CLEAR_PASSWORD',
        t`The server asks for the password in clear text, and this connection has neither TLS nor a socket.`,
      );
    }
    return Buffer.from(`${password ?? ''}\0`);
  };
};

/** By the names that servers use. The driver's typings know neither `config` nor the state of a command. */
export const authPlugins = {
  client_ed25519: clientEd25519,
  parsec,
  mysql_clear_password: clearPassword,
} as unknown as Readonly<Record<string, AuthPlugin>>;
