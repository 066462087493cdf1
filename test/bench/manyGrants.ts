import { createConnection } from 'mysql2/promise';
import { showGrantsStatement, accountsStatement } from '../../src/adapters/mysql/grantQueries';
import { checkTemplate } from '../../src/core/grants/checkTemplate';
import { diffGrants } from '../../src/core/grants/diffGrants';
import { knownNames, toGrantModel } from '../../src/core/grants/fromServer';
import { parseTemplate } from '../../src/core/grants/template';
import { createTestReader, instance } from '../adapters/harness';
import { startPrivateServer, type PrivateServer } from '../adapters/privateServer';
import { median, rounded, type Figure } from './figure';

const accounts = 10_000;
const grantsPerAccount = 10;
const password = 'of the bench';

/**
 * 10,000 accounts with 100,000 grants, read, parsed and compared with their template, beside the rows of the same
 * statements fetched by bare mysql2; and one more check of a template in which somebody types.
 */
export async function manyGrants(): Promise<readonly Figure[]> {
  const server = await startPrivateServer();
  try {
    await fill(server);
    return [await readAll(server), recheck()];
  } finally {
    await server.stop();
  }
}

/** Through the tables: as many GRANT statements would take minutes. */
async function fill(server: PrivateServer): Promise<void> {
  const priv = JSON.stringify({
    ...{ access: 0, version_id: 101100, plugin: 'mysql_native_password', password_last_changed: 1_700_000_000 },
    authentication_string: '*2470C0C06DEE42FD1618BB99005ADCA2EC9D1E19',
  });
  const databases = grantsPerAccount - 1;
  await server.query([
    `CREATE USER monitor@'%' IDENTIFIED BY '${password}'`,
    'GRANT SELECT ON mysql.* TO monitor',
    'USE mysql',
    `INSERT INTO mysql.global_priv (Host, User, Priv) SELECT '10.%', CONCAT('user', seq), '${priv}' FROM seq_1_to_${accounts}`,
    'INSERT INTO mysql.db (Host, Db, User, Select_priv, Insert_priv) ' +
      "SELECT '10.%', CONCAT('app', d.seq), CONCAT('user', a.seq), 'Y', IF((a.seq + d.seq) % 2, 'Y', 'N') " +
      `FROM seq_1_to_${accounts} a, seq_1_to_${databases} d`,
    'FLUSH PRIVILEGES',
  ]);
}

function template(count: number): string {
  const lines: string[] = [];
  for (let account = 1; account <= count; account += 1) {
    const label = `'user${account}'@'10.%'`;
    lines.push(`CREATE USER ${label} IDENTIFIED BY '<%= @password %>';`);
    for (let database = 1; database < grantsPerAccount; database += 1) {
      const privileges = (account + database) % 2 === 1 ? 'SELECT, INSERT' : 'SELECT';
      lines.push(`GRANT ${privileges} ON app${database}.* TO ${label};`);
    }
  }
  return lines.join('\n');
}

async function readAll(server: PrivateServer): Promise<Figure> {
  const bare = await createConnection({ host: '127.0.0.1', port: server.port, user: 'monitor', password });
  const reader = createTestReader({ monitor: password });
  const text = template(accounts);
  try {
    const floorMs = await timed(async () => {
      const [rows] = await bare.query(accountsStatement('mariadb'));
      for (const { user, host, is_role } of rows as Record<'user' | 'host' | 'is_role', string | null>[]) {
        const name = { user: user ?? '', ...(is_role === null && { host: host ?? '' }) };
        await bare.query(showGrantsStatement(name)).catch(() => undefined);
      }
    });
    const spec = instance(server.port, {
      credentials: { name: 'monitor', user: 'monitor', password: { kind: 'secret', name: 'monitor' } },
      timeoutSeconds: 30,
    });
    const ours = await timed(async () => {
      const outcome = await reader.readGrants(spec, new AbortController().signal);
      if (outcome.kind === 'failed') throw new Error(`Not read: ${JSON.stringify(outcome.reason)}`);
      const read = toGrantModel(outcome.value);
      const wanted = parseTemplate(text, { server: read.model.server }).toModel(knownNames(read.model));
      const matching = diffGrants(wanted, read).accounts.filter(({ state }) => state === 'match').length;
      if (matching !== accounts) throw new Error(`${matching} of ${accounts} accounts match their template`);
    });
    return {
      name: 'grants 10k vs fetch',
      value: rounded(ours),
      unit: 'ms',
      floor: rounded(floorMs),
      ratio: rounded(ours / floorMs),
      limit: 3,
    };
  } finally {
    bare.destroy();
    await reader.dispose();
  }
}

/** What the editor does after each pause in typing: time of the processor, for others may use it meanwhile. */
function recheck(): Figure {
  const text = template(200);
  const server = { flavor: 'mariadb', versionId: 101100 } as const;
  const times: number[] = [];
  for (let round = 0; round < 60; round += 1) {
    const edited = `${text}\n-- ${round}`;
    const before = process.cpuUsage();
    const problems = checkTemplate(parseTemplate(edited, { server }));
    const { user, system } = process.cpuUsage(before);
    if (round >= 20) times.push((user + system) / 1000);
    if (problems.length > 0) throw new Error(`The template is wrong: ${JSON.stringify(problems[0])}`);
  }
  return { name: 'template of 2,000 lines, checked again', value: rounded(median(times)), unit: 'ms', limit: 30 };
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}
