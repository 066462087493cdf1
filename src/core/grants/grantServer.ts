import type { Flavor } from '../replication/reading';

/** What grants mean depends on this much of a server. */
export interface GrantServer {
  readonly flavor: Flavor;
  /** Major * 10000 + minor * 100 + patch: 101119 is 10.11.19, 90704 is 9.7.4. */
  readonly versionId: number;
  /** MySQL: dynamic privileges that it has registered, as SHOW PRIVILEGES lists them. Undefined: those of its version. */
  readonly dynamicPrivileges?: readonly string[];
  /** MySQL's partial_revokes: `_` and `%` in a database name then stand for themselves. */
  readonly partialRevokes?: boolean;
}

/** @param version [major, minor, patch] */
export function toVersionId([major, minor, patch]: readonly [number, number, number]): number {
  return major * 10_000 + minor * 100 + patch;
}

/** `MariaDB 10.11.19`. */
export function serverName({ flavor, versionId }: GrantServer): string {
  const numbers = [Math.floor(versionId / 10_000), Math.floor(versionId / 100) % 100, versionId % 100];
  return `${flavor === 'mariadb' ? 'MariaDB' : 'MySQL'} ${numbers.join('.')}`;
}
