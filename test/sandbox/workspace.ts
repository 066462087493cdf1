import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { writeSecretFile } from './databaseServer';
import type { SandboxInstance } from './sandboxInstance';
import type { ServerKind } from './serverKinds';

/** Where the sandbox's etcd clusters and mirrors are, as the inventory names them. */
export interface MirrorAddress {
  readonly name: string;
  readonly api: 'v2' | 'v3';
  readonly source: string;
  readonly destination: string;
  readonly sourcePrefix: string;
  readonly destinationPrefix: string;
  /** URL of the v2 mirror's own metrics. */
  readonly metrics?: string;
}

/** The neighbours as the inventory names them, and the instance that stands behind their bastion. */
export interface NeighbourChapters {
  readonly known: readonly { readonly yaml: readonly string[] }[];
  readonly via?: string;
  readonly behindBastion: string;
}

/** The replideck.yaml of the sandbox: everything in it is named, nothing else is. */
export function renderInventory(
  instances: readonly SandboxInstance[],
  ca: string,
  mirrors: readonly MirrorAddress[],
  neighbours?: NeighbourChapters,
): string {
  const quoted = (value: string) => JSON.stringify(value);
  const listed = (cluster: string) =>
    instances
      .filter((instance) => instance.cluster === cluster)
      .map(({ name, host, port, section, datacenter }) => {
        const place = section === undefined ? `port: ${port}` : `section: ${section}`;
        const via =
          neighbours?.via !== undefined && name === neighbours.behindBastion ? `, via: ${quoted(neighbours.via)}` : '';
        return `      - { host: ${host}, ${place}, datacenter: ${datacenter}${via} } # ${name}`;
      });
  const sections = instances.filter(({ section }) => section !== undefined);
  const primary = instances.find(({ cluster, role }) => cluster === 's1' && role === 'primary');
  return [
    '# The fleet of the sandbox: real servers on this machine, gone when the sandbox stops.',
    'version: 1',
    'defaults:',
    '  credentials: monitor',
    `  tls: { mode: verify-identity, ca: ${quoted(ca)} }`,
    '  heartbeat: { table: heartbeat.heartbeat }',
    '  thresholds: { lagWarnSeconds: 5, lagCritSeconds: 60 }',
    '  pollSeconds: 5',
    '  timeoutSeconds: 5',
    'credentials:',
    '  monitor: { optionFile: monitor.cnf, group: client }',
    'sections:',
    ...sections.map(({ section, port }) => `  ${section ?? ''}: ${port}`),
    ...(neighbours === undefined ? [] : [`  s1: ${primary?.port ?? 0}`]),
    'clusters:',
    '  s1:',
    '    production: true',
    `    primary: ${primary?.key ?? ''}`,
    '    instances:',
    ...listed('s1'),
    '  analytics:',
    '    instances:',
    ...listed('analytics'),
    'grantTemplates:',
    '  - files: grants/*.sql.erb',
    '    clusters: [s1]',
    '    on: all',
    '    variables: { app_user: app, network: 127.0.0.1, monitor_hosts: [127.0.0.1] }',
    ...(mirrors.length === 0 ? [] : [renderMirrors(mirrors)]),
    ...(neighbours?.known ?? []).flatMap(({ yaml }) => yaml),
    '',
  ].join('\n');
}

/** The mirrors as the inventory names them. */
export function renderMirrors(mirrors: readonly MirrorAddress[]): string {
  return [
    'etcdMirrors:',
    ...mirrors.flatMap(({ name, api, source, destination, sourcePrefix, destinationPrefix, metrics }) => [
      `  ${name}:`,
      `    api: ${api}`,
      `    source: ${source}`,
      `    destination: ${destination}`,
      `    sourcePrefix: ${sourcePrefix}`,
      `    destinationPrefix: ${destinationPrefix}`,
      ...(metrics === undefined ? [] : [`    metrics: ${metrics}`]),
    ]),
  ].join('\n');
}

/** What the servers of s1 should grant; see `grantDrift` for the one that does not. */
export function renderGrantTemplate(flavor: ServerKind['flavor']): string {
  const status = flavor === 'mariadb' ? 'PROCESS, BINLOG MONITOR, SLAVE MONITOR' : 'PROCESS, REPLICATION CLIENT';
  const monitor = "'replideck'@'<%= host %>'";
  return [
    '<%# Accounts of cluster s1. A password variable fits any password. -%>',
    '-- Replication',
    "CREATE USER 'repl'@'<%= @network %>' IDENTIFIED BY '<%= @repl_password %>' REQUIRE SSL;",
    "GRANT REPLICATION SLAVE ON *.* TO 'repl'@'<%= @network %>';",
    '',
    '-- The shop',
    "CREATE USER '<%= @app_user %>'@'<%= @network %>' IDENTIFIED BY '<%= @app_password %>';",
    'GRANT SELECT, INSERT, UPDATE, DELETE ON shop.*',
    "  TO '<%= @app_user %>'@'<%= @network %>';",
    '',
    '-- Replideck itself',
    '<% @monitor_hosts.each do |host| -%>',
    `CREATE USER ${monitor} IDENTIFIED BY '<%= @monitor_password %>';`,
    `GRANT ${status} ON *.* TO ${monitor};`,
    `GRANT SELECT ON heartbeat.* TO ${monitor};`,
    ...(flavor === 'mysql' ? [`GRANT SELECT ON performance_schema.* TO ${monitor};`] : []),
    `GRANT SELECT ON mysql.* TO ${monitor};`,
    '<% end -%>',
    '',
  ].join('\n');
}

/** The option file that the inventory's credentials name: mode 0600. */
export function writeMonitorFile(file: string, password: string): void {
  writeSecretFile(file, `[client]\nuser = replideck\npassword = ${password}\n`);
}

/** Writes the workspace that the demo opens. */
export function writeWorkspace(
  folder: string,
  instances: readonly SandboxInstance[],
  ca: string,
  monitorPassword: string,
  mirrors: readonly MirrorAddress[],
  flavor: ServerKind['flavor'],
  neighbours?: NeighbourChapters,
): void {
  mkdirSync(path.join(folder, 'grants'), { recursive: true });
  writeFileSync(path.join(folder, 'grants', 'shop.sql.erb'), renderGrantTemplate(flavor));
  writeFileSync(path.join(folder, 'replideck.yaml'), renderInventory(instances, ca, mirrors, neighbours));
  writeMonitorFile(path.join(folder, 'monitor.cnf'), monitorPassword);
}
