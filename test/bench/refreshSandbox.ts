import { readFileSync } from 'node:fs';
import path from 'node:path';
import { createConnection, type Connection } from 'mysql2/promise';
import { createMysqlReader } from '../../src/adapters/mysql/mysqlReader';
import { systemClock } from '../../src/adapters/systemClock';
import { Fleet } from '../../src/app/fleet';
import { fleetLogic } from '../../src/core/fleetLogic';
import type { InstanceReading } from '../../src/core/replication/reading';
import type { SqlReader } from '../../src/ports';
import { startSandbox } from '../sandbox/sandbox';
import { median, rounded, type Figure } from './figure';

const rounds = 200;
const warmUp = 20;
const quiet = () => undefined;
const log = { debug: quiet, info: quiet, warn: quiet, error: quiet };

/**
 * A refresh of the sandbox's seven instances, from the call to the finished report, beside the same statements sent
 * by bare mysql2 on kept connections. Rounds alternate, so that both see the same machine.
 */
export async function refreshSandbox(): Promise<readonly Figure[]> {
  const sandbox = await startSandbox({ etcd: false });
  const bare: Connection[] = [];
  const last = new Map<string, InstanceReading>();
  const reader = createMysqlReader({
    secrets: { get: () => Promise.resolve(undefined) },
    clock: systemClock,
    log,
    inventoryFolder: () => sandbox.workspaceFolder,
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
    const text = readFileSync(path.join(sandbox.workspaceFolder, 'replideck.yaml'), 'utf8');
    const { inventory } = fleetLogic.parseInventory(text);
    await fleet.setInventory(inventory);
    await fleet.readNow();
    const password = /password = (\S+)/.exec(readFileSync(sandbox.monitorFile, 'utf8'))?.[1] ?? '';
    const statements = inventory.instances.map(({ key }) => statementsOf(last.get(key)));
    for (const { host, port } of inventory.instances) {
      const ssl = { ca: readFileSync(sandbox.certificates.ca) };
      bare.push(await createConnection({ host, port, user: 'replideck', password, ssl }));
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
        if (fleet.report()?.clusters.length !== 2) throw new Error('The report does not show the sandbox');
      });
      if (round < warmUp) continue;
      floor.push(floorMs);
      ours.push(oursMs);
    }
    const value = median(ours);
    const floorValue = median(floor);
    return [
      {
        name: 'refresh sandbox vs floor',
        value: rounded(value),
        unit: 'ms',
        floor: rounded(floorValue),
        ratio: rounded(value / floorValue),
        limit: 1.3,
      },
      {
        name: 'statements per poll and instance',
        value: Math.max(...statements.map(({ length }) => length)),
        unit: '',
        limit: 3,
      },
    ];
  } finally {
    fleet.dispose();
    await reader.dispose();
    for (const connection of bare) connection.destroy();
    await sandbox.stop();
  }
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
