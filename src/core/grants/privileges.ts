import { serverName, type GrantServer } from './grantServer';
import {
  mariadbAliases,
  mariadbPrivileges,
  mysqlDynamicPrivileges,
  mysqlPluginPrivileges,
  mysqlPrivileges,
  type PrivilegeLevel,
} from './privilegeData';
import { t } from '../l10n';

/** A privilege under the one name that this server's flavor compares by. */
export interface KnownPrivilege {
  readonly kind: 'known';
  readonly name: string;
  readonly dynamic: boolean;
}

/** A server of this version refuses the statement; `reason` is a sentence. */
export interface RefusedPrivilege {
  readonly kind: 'refused';
  readonly reason: string;
}

const levelWords: Readonly<Record<PrivilegeLevel, string>> = {
  G: 'globally',
  D: 'on a database',
  T: 'on a table',
  C: t`on columns`,
  R: 'on a routine',
};

const byName = {
  mariadb: new Map(mariadbPrivileges.map((privilege) => [privilege.name, privilege])),
  mysql: new Map(mysqlPrivileges.map((privilege) => [privilege.name, privilege])),
};
const dynamicByName = new Map(mysqlDynamicPrivileges.map((privilege) => [privilege[0], privilege]));

/** @param name upper case, as written in GRANT; not ALL, USAGE or GRANT OPTION. */
export function resolvePrivilege(
  name: string,
  level: PrivilegeLevel,
  server: GrantServer,
): KnownPrivilege | RefusedPrivilege {
  const alias = server.flavor === 'mariadb' ? mariadbAliases[name] : undefined;
  // BINLOG MONITOR has been the name since 10.5.2; before, REPLICATION CLIENT was.
  const tooEarly = name === 'BINLOG MONITOR' && server.versionId < 100502;
  const found = alias && server.versionId < alias.since ? undefined : byName[server.flavor].get(alias?.name ?? name);
  if (found && found.levels !== '' && server.versionId >= found.since && !tooEarly) {
    if (found.levels.includes(level)) return { kind: 'known', name: found.name, dynamic: false };
    return refused(t`${name} cannot be granted ${levelWords[level]}.`);
  }
  if (server.flavor === 'mysql' && isDynamic(name, server)) {
    if (level === 'G') return { kind: 'known', name, dynamic: true };
    return refused(t`${name} can be granted on *.* only.`);
  }
  return refused(t`${serverName(server)} does not know the privilege ${name}.`);
}

function refused(reason: string): RefusedPrivilege {
  return { kind: 'refused', reason };
}

function isDynamic(name: string, server: GrantServer): boolean {
  if (server.dynamicPrivileges) return server.dynamicPrivileges.includes(name);
  const known = dynamicByName.get(name);
  return known ? isAvailable(known, server.versionId) : mysqlPluginPrivileges.includes(name);
}

function isAvailable([, since, until]: (typeof mysqlDynamicPrivileges)[number], versionId: number): boolean {
  return versionId >= since && (until === undefined || versionId < until);
}

const expansions = new Map<string, readonly string[]>();

/** What ALL PRIVILEGES means there, in the order in which the server prints it. Without GRANT OPTION. */
export function expandAll(level: PrivilegeLevel, server: GrantServer): readonly string[] {
  const key = `${level} ${server.flavor} ${server.versionId} ${server.dynamicPrivileges?.join() ?? ''}`;
  let names = expansions.get(key);
  if (!names) {
    names = [...staticNames(level, server), ...(level === 'G' ? dynamicNames(server) : [])];
    expansions.set(key, names);
  }
  return names;
}

function staticNames(level: PrivilegeLevel, { flavor, versionId }: GrantServer): readonly string[] {
  return [...byName[flavor].values()]
    .filter(({ levels, since }) => levels.includes(level) && versionId >= since)
    .map(({ name }) => name);
}

/** Undefined on MariaDB, which has none. */
export function dynamicNames(server: GrantServer): readonly string[] {
  if (server.flavor === 'mariadb') return [];
  return (
    server.dynamicPrivileges ??
    mysqlDynamicPrivileges.filter((privilege) => isAvailable(privilege, server.versionId)).map(([name]) => name)
  );
}

/** Dynamic privileges have a GRANT OPTION each. */
export function isDynamicName(name: string, { flavor }: Pick<GrantServer, 'flavor'>): boolean {
  return flavor === 'mysql' && !byName.mysql.has(name);
}

/** The name by which this very version prints and takes it. */
export function printedName(name: string, { flavor, versionId }: GrantServer): string {
  return flavor === 'mariadb' && versionId < 100502 && name === 'BINLOG MONITOR' ? 'REPLICATION CLIENT' : name;
}

const orders = {
  mariadb: new Map(mariadbPrivileges.map(({ name }, index) => [name, index])),
  mysql: new Map(mysqlPrivileges.map(({ name }, index) => [name, index])),
};

/** The server's order; names that it does not know follow in alphabetical order. */
export function comparePrivileges({ flavor }: Pick<GrantServer, 'flavor'>): (a: string, b: string) => number {
  const order = orders[flavor];
  return (a, b) => (order.get(a) ?? 1000) - (order.get(b) ?? 1000) || (a < b ? -1 : a > b ? 1 : 0);
}
