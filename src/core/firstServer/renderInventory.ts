import { formatKey } from '../inventory/address';
import { plainOrQuoted } from '../inventory/plainOrQuoted';
import type { Flavor } from '../replication/reading';
import type { ServerAddress } from './checkAnswers';

/** What was answered for a new inventory: its first server, and the account. */
export interface InventoryDraft extends ServerAddress {
  readonly user: string;
  /** Name of the password in the secret storage. */
  readonly secret: string;
}

/** One more server of it. */
export interface ListedServer extends ServerAddress {
  readonly isPortGuessed: boolean;
}

/** The name under which the password is kept; names are the same for all workspaces. */
export function secretName(user: string, host: string): string {
  return `${user}@${host}`;
}

/** What the account needs to be able to read all that is shown. */
const grants: Readonly<Record<Flavor, readonly string[]>> = {
  mariadb: ['GRANT SLAVE MONITOR, BINLOG MONITOR, PROCESS ON *.* TO <account>'],
  mysql: ['GRANT REPLICATION CLIENT, PROCESS ON *.* TO <account>', 'GRANT SELECT ON performance_schema.* TO <account>'],
};

/**
 * The text of a new `replideck.yaml`, with what may be added as comments. It holds the name of a secret, never a secret.
 * @param more what was found beside the first server
 * @param flavor of the first server; undefined: it was not asked
 */
export function renderInventory(
  { host, port, user, secret }: InventoryDraft,
  more: readonly ListedServer[] = [],
  flavor?: Flavor,
): string {
  const first = formatKey(host, port);
  const account = `'${user}'@'...'`;
  const needed = (of: Flavor): string[] => grants[of].map((line) => `  #   ${line.replace('<account>', account)}`);
  const needs =
    flavor === undefined
      ? [`  # What it needs on MariaDB:`, ...needed('mariadb'), `  # and on MySQL:`, ...needed('mysql')]
      : [`  # What it needs:`, ...needed(flavor)];
  return [
    `# The fleet that Replideck shows. Problems are marked while you type; what is saved is read.`,
    `# No password stands here: secret storage, option files and environment variables keep those.`,
    'version: 1',
    'defaults:',
    `  credentials: monitor`,
    `  tls: preferred          # disabled | preferred | required | verify-ca | verify-identity`,
    '  # pollSeconds: 10',
    '  # thresholds: { lagWarnSeconds: 15, lagCritSeconds: 300 }',
    `  # heartbeat: { table: heartbeat.heartbeat }    # of pt-heartbeat: the most exact lag`,
    'credentials:',
    ...needs,
    `  monitor: { user: ${plainOrQuoted(user)}, password: { secret: ${plainOrQuoted(secret)} } }`,
    'clusters:',
    `  main:                   # any name`,
    `    production: true      # a write asks for the name of the instance`,
    `    # primary: ${plainOrQuoted(first)}    # the expected one; any other is a finding`,
    '    instances:',
    `      - ${plainOrQuoted(first)}`,
    ...more.map(
      (each) =>
        `      - ${plainOrQuoted(formatKey(each.host, each.port))}${each.isPortGuessed ? `    # the port is a guess` : ''}`,
    ),
    '',
  ].join('\n');
}
