import type { Writable } from 'node:stream';
import type { Connection } from 'mysql2';
import { packet } from './fakeServer';
import type { PrivateServer } from './privateServer';

/** Of every account here: what quoting, option files and character sets may trip over. */
export const password = `p"a'ss #w;ö\\rd`;
const literal = `'${password.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;

/** A heartbeat table, `full` with the least privileges that read everything, `bare` with none. */
export async function prepareAccounts(server: PrivateServer): Promise<void> {
  const full =
    server.kind.flavor === 'mariadb'
      ? ['GRANT PROCESS, SLAVE MONITOR, BINLOG MONITOR ON *.* TO full@`%`', 'GRANT SELECT ON heartbeat.* TO full@`%`']
      : [
          'GRANT PROCESS, REPLICATION CLIENT ON *.* TO full@`%`',
          'GRANT SELECT ON performance_schema.* TO full@`%`',
          'GRANT SELECT ON heartbeat.* TO full@`%`',
        ];
  await server.query([
    'CREATE DATABASE heartbeat',
    'CREATE TABLE heartbeat.heartbeat (ts varbinary(26) NOT NULL, server_id int unsigned NOT NULL PRIMARY KEY, ' +
      'position bigint unsigned, shard varbinary(10), datacenter binary(8))',
    "INSERT INTO heartbeat.heartbeat VALUES (DATE_FORMAT(UTC_TIMESTAMP(6), '%Y-%m-%dT%H:%i:%s.%f'), 4294967295, " +
      "18446744073709551615, 's1', 'eqiad'), ('2026-01-01T00:00:00.000000', 1, NULL, 's1', 'codfw')",
    `CREATE USER full@'%' IDENTIFIED BY ${literal}`,
    `CREATE USER bare@'%' IDENTIFIED BY ${literal}`,
    ...full,
  ]);
}

/** Accounts by the plugins that this server brings along: client_ed25519, parsec, caching_sha2_password, native. */
export async function makePluginAccounts(server: PrivateServer): Promise<readonly string[]> {
  if (server.kind.flavor === 'mysql') {
    await server.query([
      `CREATE USER sha2@'%' IDENTIFIED WITH caching_sha2_password BY ${literal}`,
      'FLUSH PRIVILEGES',
    ]);
    return ['sha2'];
  }
  const made = ['native'];
  await server.query(`CREATE USER native@'%' IDENTIFIED VIA mysql_native_password USING PASSWORD(${literal})`);
  const plugins = [
    ['ed25519', 'auth_ed25519', [10, 4]],
    ['parsec', 'auth_parsec', [11, 6]],
  ] as const;
  const [major = 0, minor = 0] = server.kind.version.split('.').map(Number);
  for (const [plugin, library, [sinceMajor, sinceMinor]] of plugins) {
    if (major > sinceMajor || (major === sinceMajor && minor >= sinceMinor)) {
      await server.query([
        `INSTALL SONAME '${library}'`,
        `CREATE USER ${plugin}@'%' IDENTIFIED VIA ${plugin} USING PASSWORD(${literal})`,
      ]);
      made.push(plugin);
    }
  }
  return made;
}

/** Makes a plain connection one of a replica (COM_BINLOG_DUMP); what comes then is not looked at. */
export async function askForEvents(connection: Connection): Promise<void> {
  // Without these the server refuses a replica that seems too old for its events.
  await connection
    .promise()
    .query("SET @master_binlog_checksum = 'NONE', @source_binlog_checksum = 'NONE', @mariadb_slave_capability = 4");
  const raw = connection as unknown as { stream: Writable; handlePacket: () => void };
  raw.handlePacket = () => undefined;
  const head = Buffer.alloc(11);
  head.writeUInt8(0x12, 0);
  head.writeUInt32LE(4, 1);
  head.writeUInt32LE(99, 7);
  raw.stream.write(packet(0, Buffer.concat([head, Buffer.from('binlog.000001')])));
}
