import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { createConnection, type Connection } from 'mysql2/promise';
import { createMysqlReader } from '../../src/adapters/mysql/mysqlReader';
import { systemClock } from '../../src/adapters/systemClock';
import { Fleet } from '../../src/app/fleet';
import { fleetLogic } from '../../src/core/fleetLogic';
import type { InstanceReading } from '../../src/core/replication/reading';
import type { SqlReader } from '../../src/ports';
import { connectionsHeld, startFiftyServers, type FiftyServers } from './fiftyServers';
import { median, rounded, type Figure } from './figure';

const rounds = 60;
const warmUp = 10;
const loops = 5;
const quiet = () => undefined;
const log = { debug: quiet, info: quiet, warn: quiet, error: quiet };

/**
 * A refresh of fifty real servers, from the call to the finished report, beside the same statements sent by bare mysql2
 * on kept connections, and by the loop over `mariadb` that one would write in a shell. Rounds alternate, so that all
 * see the same machine.
 */
export async function refreshFifty(): Promise<readonly Figure[]> {
  const servers = await startFiftyServers();
  const bare: Connection[] = [];
  const last = new Map<string, InstanceReading>();
  const reader = createMysqlReader({
    secrets: { get: () => Promise.resolve(undefined) },
    clock: systemClock,
    log,
    inventoryFolder: () => servers.folder,
    environment: {},
  });
  const listening: SqlReader = {
    read: async (spec, signal) => {
      const reading = await reader.read(spec, signal);
      last.set(spec.key, reading);
      return reading;
    },
    retain: (keys) => {
      reader.retain(keys);
    },
    dispose: () => reader.dispose(),
  };
  const fleet = new Fleet({
    logic: () => Promise.resolve(fleetLogic),
    reader: () => Promise.resolve(listening),
    mirrorReader: () => Promise.reject(new Error('The bench has no mirrors.')),
    serviceReaders: {},
    mayConnect: () => true,
    clock: systemClock,
    log,
  });
  try {
    const { inventory } = fleetLogic.parseInventory(servers.inventory);
    await fleet.setInventory(inventory);
    await fleet.readNow();
    const statements = inventory.instances.map(({ key }) => statementsOf(last.get(key)));
    for (const { host, port } of inventory.instances) {
      const ssl = { ca: readFileSync(servers.ca) };
      bare.push(await createConnection({ host, port, user: 'replideck', password: servers.password, ssl }));
    }
    const floorOnce = () =>
      Promise.all(
        bare.map(async (connection, index) => {
          for (const statement of statements[index] ?? []) await connection.query(statement);
        }),
      );
    const ours: number[] = [];
    const floor: number[] = [];
    for (let round = 0; round < rounds + warmUp; round++) {
      const floorMs = await timed(floorOnce);
      const oursMs = await timed(async () => {
        await fleet.readNow();
        if (fleet.report()?.clusters.length !== 5) throw new Error('The report does not show the fleet');
      });
      if (round < warmUp) continue;
      floor.push(floorMs);
      ours.push(oursMs);
    }
    const perPoll = await statementsPerPoll(bare, () => fleet.readNow());
    const held = (await connectionsHeld(servers)) - bare.length;
    const loop = shellLoop(servers, statements);
    const shell: number[] = [];
    for (let round = 0; round < loops; round++) shell.push(await timed(loop));
    const value = median(ours);
    const compared = (name: string, floorValue: number, limit: number): Figure => ({
      ...{
        name,
        value: rounded(value),
        unit: 'ms',
        floor: rounded(floorValue),
        ratio: rounded(value / floorValue),
        limit,
      },
    });
    return [
      compared('refresh 50 vs floor', median(floor), 1.2),
      compared('refresh 50 vs shell loop', median(shell), 0.2),
      {
        name: 'statements per poll and instance',
        value: rounded(perPoll),
        unit: '',
        limit: 3,
      },
      { name: 'connections per instance', value: rounded(held / servers.ports.length), unit: '', limit: 1 },
    ];
  } finally {
    fleet.dispose();
    await reader.dispose();
    for (const connection of bare) connection.destroy();
    await servers.stop();
  }
}

/** By the servers' own count: the most that any of them was asked with each poll. */
async function statementsPerPoll(connections: readonly Connection[], poll: () => Promise<void>): Promise<number> {
  const polls = 5;
  const asked = (): Promise<number[]> =>
    Promise.all(
      connections.map(async (connection) => {
        const [rows] = await connection.query("SHOW GLOBAL STATUS LIKE 'Questions'");
        return Number((rows as { Value: string }[])[0]?.Value);
      }),
    );
  const before = await asked();
  for (let round = 0; round < polls; round++) await poll();
  const after = await asked();
  // The second question counts itself.
  return Math.max(...after.map((count, index) => count - 1 - (before[index] ?? Number.NaN))) / polls;
}

/** One client for each server, one after the other, with the same statements. */
function shellLoop(servers: FiftyServers, statements: readonly (readonly string[])[]): () => Promise<unknown> {
  const file = path.join(servers.folder, 'statements');
  servers.ports.forEach((port, index) => {
    writeFileSync(`${file}-${port}.sql`, (statements[index] ?? []).map((statement) => `${statement};\n`).join(''));
  });
  const client = `mariadb --defaults-extra-file=${servers.optionFile} --host=127.0.0.1 --batch`;
  const script = `set -e; for port in ${servers.ports.join(' ')}; do ${client} --port=$port < ${file}-$port.sql; done`;
  const run = promisify(execFile);
  return () => run('bash', ['-c', script], { maxBuffer: 64 << 20 });
}

function statementsOf(reading: InstanceReading | undefined): string[] {
  if (reading?.result.kind !== 'answered') throw new Error(`Not read: ${JSON.stringify(reading)}`);
  const { server, replication, heartbeat } = reading.result;
  return [server, replication, heartbeat].flatMap((answer) => (answer.kind === 'notAsked' ? [] : [answer.statement]));
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}
