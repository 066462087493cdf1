import type { Connection } from 'mysql2/promise';

/** Where servers keep accounts and grants, with the columns that name the holder. */
const tables = {
  mariadb: {
    global_priv: ['User', 'Host'],
    db: ['User', 'Host'],
    tables_priv: ['User', 'Host'],
    columns_priv: ['User', 'Host'],
    procs_priv: ['User', 'Host'],
    proxies_priv: ['User', 'Host'],
    roles_mapping: ['User', 'Host'],
  },
  mysql: {
    user: ['User', 'Host'],
    db: ['User', 'Host'],
    tables_priv: ['User', 'Host'],
    columns_priv: ['User', 'Host'],
    procs_priv: ['User', 'Host'],
    proxies_priv: ['User', 'Host'],
    global_grants: ['USER', 'HOST'],
    role_edges: ['TO_USER', 'TO_HOST'],
    default_roles: ['USER', 'HOST'],
  },
} as const;

/** When and by whom: no part of what was granted. */
const circumstances = new Set(['Timestamp', 'Grantor', 'password_last_changed']);

/** Everything that the privilege tables hold, by `user@host` (a role of MariaDB: `user@`), one text per row. */
export async function dumpGrantTables(
  connection: Connection,
  flavor: keyof typeof tables,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const dump = new Map<string, string[]>();
  for (const [table, [user, host]] of Object.entries(tables[flavor])) {
    const [rows] = await connection.query(`SELECT * FROM mysql.${table}`);
    for (const row of rows as Readonly<Record<string, unknown>>[]) {
      const holder = `${String(row[user])}@${String(row[host])}`;
      const text = `${table} ${JSON.stringify(Object.entries(row).flatMap(([name, value]) => normal(name, value)))}`;
      dump.set(holder, [...(dump.get(holder) ?? []), text]);
    }
  }
  for (const lines of dump.values()) lines.sort();
  return dump;
}

function normal(name: string, value: unknown): readonly (readonly [string, unknown])[] {
  if (circumstances.has(name)) return [];
  // Salted: the same password is kept otherwise each time.
  if (name === 'authentication_string') return [[name, String(value) === '' ? 'none' : 'some']];
  if (name === 'Priv') return [[name, normalPriv(typeof value === 'string' ? JSON.parse(value) : value)]];
  return [[name, Buffer.isBuffer(value) ? value.toString('latin1') : value]];
}

/** What is at its default may be written or not. */
function normalPriv(priv: unknown): unknown {
  return Object.entries(priv as Readonly<Record<string, unknown>>)
    .filter(([name, value]) => {
      if (name === 'password_last_changed') return value === 0;
      return value !== 0 && value !== false && value !== '' && !(name === 'password_lifetime' && value === -1);
    })
    .sort(([a], [b]) => (a < b ? -1 : 1));
}
