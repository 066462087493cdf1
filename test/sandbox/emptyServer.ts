import type { Row, Sandbox } from './sandbox';

/** Of a status row; `''` is the default one. */
export function connectionName(row: Row): string {
  const name = row['Connection_name'] ?? row['Channel_Name'];
  return typeof name === 'string' ? name : '';
}

/** Leaves a server as if it had just been installed: no data, connection, position or binary log. Accounts stay. */
export async function emptyServer(sandbox: Sandbox, name: string): Promise<void> {
  const isMariadb = sandbox.kind.flavor === 'mariadb';
  const connections = (await sandbox.status(name)).map(connectionName);
  const databases = await sandbox.query(
    name,
    "SELECT SCHEMA_NAME AS name FROM information_schema.SCHEMATA WHERE SCHEMA_NAME NOT IN ('mysql', 'information_schema', 'performance_schema', 'sys')",
  );
  await sandbox.query(name, [
    ...connections.flatMap((each) => [sandbox.words(each).stop, sandbox.words(each).resetAll]),
    ...(isMariadb ? [] : ['SET GLOBAL super_read_only = 0']),
    'SET GLOBAL read_only = 0',
    'SET SESSION sql_log_bin = 0',
    ...databases.map((row) => `DROP DATABASE \`${String(row['name'])}\``),
    ...(isMariadb ? ['RESET MASTER', "SET GLOBAL gtid_slave_pos = ''"] : ['RESET BINARY LOGS AND GTIDS']),
  ]);
}
