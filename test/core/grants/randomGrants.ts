import type { GrantServer } from '../../../src/core/grants/grantServer';

/** mulberry32: the same numbers for the same seed, on every machine. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export class Random {
  readonly #next: () => number;

  constructor(seed: number) {
    this.#next = seeded(seed);
  }

  below(limit: number): number {
    return Math.floor(this.#next() * limit);
  }

  chance(probability: number): boolean {
    return this.#next() < probability;
  }

  pick<T>(items: readonly T[]): T {
    const item = items[this.below(items.length)];
    if (item === undefined) throw new Error('Nothing to pick from.');
    return item;
  }

  some<T>(items: readonly T[], atMost: number): readonly T[] {
    const count = 1 + this.below(atMost);
    return [...new Set(Array.from({ length: count }, () => this.pick(items)))];
  }
}

const users = ['wikiuser', 'repl', 'nagios', "o'brien", 'back`tick', 'Mixed', 'über'];
const hosts = ['10.%', '10.64.%', 'localhost', '2620:0:861::1', '%'];
const roleNames = ['reader', 'writer', 'sub role'];
const databases = ['enwiki', '%wik%', 'heartbeat\\_p', 'a_b', 'ops'];
const tables = ['page', 'odd`name', 'user'];

/** Statements that a server of this flavor takes: roles, users, then grants, memberships and default roles. */
export function randomGrants(random: Random, server: GrantServer, size: number): readonly string[] {
  const mariadb = server.flavor === 'mariadb';
  const roles = roleNames.map((name) => (mariadb ? quote(name) : `${quote(name)}@\`%\``));
  const accounts = [
    ...new Set(Array.from({ length: size }, () => `${quote(random.pick(users))}@${quote(random.pick(hosts))}`)),
  ];
  const statements = roles.map((role) => `CREATE ROLE ${role}`);
  for (const account of accounts) statements.push(`CREATE USER ${account}${randomAttributes(random, mariadb)}`);
  for (const account of [...accounts, ...roles]) {
    for (let count = random.below(4); count > 0; count -= 1) statements.push(randomGrant(random, account, server));
  }
  for (const account of accounts) {
    if (random.chance(0.5)) continue;
    const role = random.pick(roles);
    statements.push(`GRANT ${role} TO ${account}${random.chance(0.3) ? ' WITH ADMIN OPTION' : ''}`);
    if (random.chance(0.6)) statements.push(`SET DEFAULT ROLE ${role} ${mariadb ? 'FOR' : 'TO'} ${account}`);
    if (random.chance(0.2)) statements.push(`GRANT PROXY ON ${random.pick(accounts)} TO ${account}`);
  }
  return statements;
}

function quote(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``;
}

export function randomAttributes(random: Random, mariadb: boolean): string {
  const socket = mariadb ? ' IDENTIFIED VIA unix_socket' : ' IDENTIFIED WITH auth_socket';
  const way = random.pick([" IDENTIFIED BY 'x'", " IDENTIFIED BY 'x'", socket, '']);
  const parts = [way];
  if (random.chance(0.2))
    parts.push(random.pick([' REQUIRE SSL', ' REQUIRE X509', " REQUIRE ISSUER '/CN=b' SUBJECT '/CN=a'"]));
  if (random.chance(0.2)) parts.push(` WITH MAX_USER_CONNECTIONS ${1 + random.below(9)}`);
  if (random.chance(0.1)) parts.push(' ACCOUNT LOCK');
  // MySQL refuses it for a login without a password.
  if (random.chance(0.1) && (mariadb || way !== socket)) parts.push(' PASSWORD EXPIRE INTERVAL 30 DAY');
  return parts.join('');
}

export function randomGrant(random: Random, account: string, server: GrantServer): string {
  const mariadb = server.flavor === 'mariadb';
  const option = random.chance(0.15) ? ' WITH GRANT OPTION' : '';
  const data = ['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'CREATE', 'DROP', 'INDEX'];
  const global = [
    ...data,
    ...(mariadb
      ? ['SUPER', 'PROCESS', 'REPLICATION SLAVE', 'REPLICATION CLIENT', 'SLAVE MONITOR', 'READ_ONLY ADMIN']
      : ['SUPER', 'PROCESS', 'REPLICATION SLAVE', 'REPLICATION CLIENT', 'BINLOG_ADMIN', 'CLONE_ADMIN']),
  ];
  const all = () => random.chance(0.1);
  switch (random.below(5)) {
    case 0:
      return `GRANT ${all() ? 'ALL PRIVILEGES' : random.some(global, 4).join(', ')} ON *.* TO ${account}${option}`;
    case 1:
      return `GRANT ${all() ? 'ALL' : random.some([...data, 'EXECUTE', 'EVENT'], 4).join(', ')} ON ${quote(random.pick(databases))}.* TO ${account}${option}`;
    case 2:
      return `GRANT ${all() ? 'ALL' : random.some(data, 3).join(', ')} ON \`enwiki\`.${quote(random.pick(tables))} TO ${account}${option}`;
    case 3:
      return `GRANT SELECT (\`id\`, \`t\`), UPDATE (\`id\`) ON \`enwiki\`.\`page\` TO ${account}`;
    default:
      return `GRANT EXECUTE ON PROCEDURE \`enwiki\`.\`pp\` TO ${account}${option}`;
  }
}
