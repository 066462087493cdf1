import path from 'node:path';
import type { Sandbox } from './sandbox';

/** Where everything is, for a person: the workspace, each server, how to log in, which faults are in. */
export function renderWays(sandbox: Sandbox): string {
  const rows = sandbox.instances.map(({ name, cluster, key, datacenter, role, pid }) => [
    ...[cluster, name, key, datacenter, role],
    `pid ${pid}`,
  ]);
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const table = rows.map((row) => `  ${row.map((cell, column) => cell.padEnd(widths[column]!)).join('  ')}`.trimEnd());
  const client = sandbox.kind.flavor === 'mariadb' ? 'mariadb' : 'mysql';
  const etcd = sandbox.etcd;
  return [
    `${sandbox.kind.name} (${sandbox.kind.version})`,
    ...table,
    ...(etcd === undefined
      ? []
      : [`  etcd  ${etcd.source.name} ${etcd.source.url}, ${etcd.destination.name} ${etcd.destination.url}`]),
    `Faults: ${sandbox.activeFaults.size === 0 ? 'none' : [...sandbox.activeFaults].join(', ')}`,
    `Log in: ${client} --defaults-extra-file=${path.join(sandbox.folder, 'root.cnf')} -S ${sandbox.instances[0]!.socket}`,
    `Workspace: ${sandbox.workspaceFolder}`,
  ].join('\n');
}
