import type { Flavor } from '../../core/replication/reading';

/** What a server says of itself before anything is asked. */
export interface Greeting {
  readonly flavor: Flavor;
  /** Without the `5.5.5-` that MariaDB before 11 puts in front for the sake of old replicas. */
  readonly version: string;
  readonly threadId: number;
  readonly offersTls: boolean;
  /** False where the server's global autocommit is off: our reads would then stay in one old snapshot. */
  readonly autocommit: boolean;
}

/** The first packet: not yet whole, the server's refusal (left to the driver), a greeting, or another protocol. */
export type FirstPacket =
  | { readonly kind: 'partial' }
  | { readonly kind: 'refusal' }
  | { readonly kind: 'greeting'; readonly greeting: Greeting }
  | { readonly kind: 'foreign' };

/** No greeting or refusal is longer: version text, plugin name and fixed fields. Other protocols' bytes are. */
const longestFirstPacket = 4096;
const clientMysql = 0x1;
const clientSsl = 0x800;
const autocommitStatus = 0x2;

/**
 * Reads the handshake packet, protocol 10.
 * https://mariadb.com/kb/en/connection/ , https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_connection_phase_packets_protocol_handshake_v10.html
 */
export function parseFirstPacket(bytes: Buffer): FirstPacket {
  if (bytes.length < 5) {
    return { kind: 'partial' };
  }
  const length = bytes.readUIntLE(0, 3);
  const [sequence, marker] = [bytes.readUInt8(3), bytes.readUInt8(4)];
  if (length === 0 || length > longestFirstPacket || sequence !== 0 || (marker !== 10 && marker !== 0xff)) {
    return { kind: 'foreign' };
  }
  if (bytes.length < 4 + length) {
    return { kind: 'partial' };
  }
  if (marker === 0xff) {
    return { kind: 'refusal' };
  }
  const versionEnd = bytes.indexOf(0, 5);
  // Thread id 4, scramble 8, filler 1, capabilities 2, charset 1, status 2, capabilities 2.
  if (versionEnd < 0 || versionEnd + 20 > 4 + length) {
    return { kind: 'foreign' };
  }
  const sent = bytes.toString('utf8', 5, versionEnd);
  const capabilities = bytes.readUInt16LE(versionEnd + 14);
  return {
    kind: 'greeting',
    greeting: {
      flavor: toFlavor(sent, capabilities),
      version: sent.replace(/^5\.5\.5-(?=\d)/, ''),
      threadId: bytes.readUInt32LE(versionEnd + 1),
      offersTls: (capabilities & clientSsl) !== 0,
      autocommit: (bytes.readUInt16LE(versionEnd + 17) & autocommitStatus) !== 0,
    },
  };
}

/** MariaDB also tells itself apart by leaving CLIENT_MYSQL unset, when its version text was changed. */
function toFlavor(version: string, capabilities: number): Flavor {
  return /mariadb/i.test(version) || version.startsWith('5.5.5-1') || (capabilities & clientMysql) === 0
    ? 'mariadb'
    : 'mysql';
}

/** [major, minor, patch] of a version text; what is missing counts as 0. */
export function versionNumber(version: string): readonly [number, number, number] {
  const match = /^(\d+)(?:\.(\d+))?(?:\.(\d+))?/.exec(version);
  return [Number(match?.[1] ?? 0), Number(match?.[2] ?? 0), Number(match?.[3] ?? 0)];
}

export function isAtLeast(version: string, wanted: readonly [number, number, number]): boolean {
  const own = versionNumber(version);
  for (const [index, part] of wanted.entries()) {
    const difference = (own[index] ?? 0) - part;
    if (difference !== 0) {
      return difference > 0;
    }
  }
  return true;
}
