import type { GrantServer } from './grantServer';
import { mariadbPrivileges } from './privilegeData';

/**
 * What a MariaDB server reads from the `access` bits that another version stored in `mysql.global_priv`: privileges
 * were split, and rows keep the `version_id` of the server that wrote them until the next GRANT to that account.
 * Measured on 10.11.19 for version ids 100304 to 101119 (test/core/grants/versionId.test.ts).
 */

const bit = (name: string): bigint => 1n << BigInt(mariadbPrivileges.findIndex((privilege) => privilege.name === name));
const bits = (...names: readonly string[]): bigint => names.reduce((sum, name) => sum | bit(name), 0n);

/** All bits that a version knew: a row with others is refused as a whole. */
const knownUpTo = (name: string): bigint => (bit(name) << 1n) - 1n;

const masks: readonly (readonly [since: number, mask: bigint])[] = [
  [110300, knownUpTo('SHOW CREATE ROUTINE')],
  [100508, knownUpTo('SLAVE MONITOR')],
  [100502, knownUpTo('BINLOG REPLAY')],
  [0, knownUpTo('DELETE HISTORY')],
];

interface Rule {
  /** The row's version id is in [from, below). */
  readonly from: number;
  readonly below: number;
  /** One of these bits is enough. */
  readonly any: bigint;
  readonly all?: bigint;
  readonly add: bigint;
  /** Servers before this version know no such rule. */
  readonly server?: number;
}

/** In this order, each upon what the ones before it added. */
const rules: readonly Rule[] = [
  { from: 0, below: 101100, any: bits('SUPER'), add: bits('READ_ONLY ADMIN'), server: 101100 },
  { from: 100502, below: 100509, any: bits('REPLICATION SLAVE ADMIN'), add: bits('SLAVE MONITOR') },
  {
    from: 0,
    below: 100502,
    any: bits('SUPER'),
    all: bits('SUPER', 'REPLICATION SLAVE'),
    add: bits('REPLICATION MASTER ADMIN'),
  },
  {
    from: 0,
    below: 100502,
    any: bits('SUPER'),
    add: bits(
      'SET USER',
      'FEDERATED ADMIN',
      'CONNECTION ADMIN',
      'READ_ONLY ADMIN',
      'REPLICATION SLAVE ADMIN',
      'BINLOG ADMIN',
      'BINLOG REPLAY',
    ),
  },
  { from: 0, below: 100502, any: bits('BINLOG MONITOR', 'REPLICATION SLAVE'), add: bits('SLAVE MONITOR') },
];

const allBits = 0xffff_ffff_ffff_ffffn;

export interface EffectiveAccess {
  /** GRANT OPTION is one of them where its bit is set. */
  readonly privileges: readonly string[];
  /** The row holds bits that its own version did not have: the server takes it as no privilege at all. */
  readonly rejected: boolean;
}

/**
 * @param access the bits, from text: a number of JavaScript loses the upper ones.
 * @param versionId of the row; undefined: it has none.
 */
export function effectiveAccess(access: bigint, versionId: number | undefined, server: GrantServer): EffectiveAccess {
  const own = mariadbPrivileges.filter(({ since }) => server.versionId >= since);
  const toNames = (value: bigint) => own.filter(({ name }) => (value & bit(name)) !== 0n).map(({ name }) => name);
  // The installation writes all 64 bits for root.
  if (access === allBits) return { privileges: own.map(({ name }) => name), rejected: false };
  const version = versionId ?? 0;
  const none = { privileges: [], rejected: true };
  if (version < 0 || version > 999_999 || (version > 0 && version < 100_400)) return none;
  const mask = masks.find(([since]) => version >= since)?.[1] ?? 0n;
  if ((access & ~mask) !== 0n) return none;
  let effective = access;
  for (const { from, below, any, all, add, server: since = 0 } of rules) {
    const applies = server.versionId >= since && version >= from && version < below && (effective & any) !== 0n;
    if (applies && (all === undefined || (effective & all) === all)) effective |= add;
  }
  return { privileges: toNames(effective), rejected: false };
}
