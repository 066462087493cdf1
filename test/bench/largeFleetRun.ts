import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { createConnection, type Connection } from 'mysql2/promise';
import { createMysqlReader } from '../../src/adapters/mysql/mysqlReader';
import { systemClock } from '../../src/adapters/systemClock';
import { Fleet } from '../../src/app/fleet';
import { fleetLogic } from '../../src/core/fleetLogic';

// One measurement of a large fleet in a process of its own, whose heap nothing else has touched.

export type LargeFleetOrder =
  | { readonly kind: 'bare'; readonly ports: readonly number[]; readonly statements: readonly string[] }
  | {
      readonly kind: 'fleet';
      readonly inventory: string;
      readonly rounds: number;
      /** Keys whose answers are waited for by `answeredMs`. */
      readonly healthy: readonly string[];
    };

export interface LargeFleetResult {
  /** Bytes that stay after the collection of garbage. */
  readonly heapBytes: number;
  /** Of each round: from the call to the end of the refresh. */
  readonly totalMs: readonly number[];
  /** Of each round: from the call to the last healthy answer. */
  readonly answeredMs: readonly number[];
  /** Of each round: the time of the processor of this process. */
  readonly cpuMs: readonly number[];
  /** The longest time that the event loop was held up, over all rounds but the first. */
  readonly longestBlockMs: number;
}

const quiet = () => undefined;
const log = { debug: quiet, info: quiet, warn: quiet, error: quiet };

function heapBytes(): number {
  for (let round = 0; round < 4; round += 1) globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}

async function bare(ports: readonly number[], statements: readonly string[]): Promise<LargeFleetResult> {
  const before = heapBytes();
  const connections: Connection[] = [];
  const startedAt = performance.now();
  for (let from = 0; from < ports.length; from += 256) {
    const opened = ports.slice(from, from + 256).map(async (port) => {
      // Without room for prepared statements, as ours: else the floor would hold half a megabyte more of each.
      const connection = await createConnection({
        ...{ host: '127.0.0.1', port, user: 'u', charset: 'UTF8MB4_UNICODE_CI', maxPreparedStatements: 1 },
      });
      for (const statement of statements) await connection.query(statement);
      return connection;
    });
    connections.push(...(await Promise.all(opened)));
  }
  const totalMs = performance.now() - startedAt;
  const heap = heapBytes() - before;
  connections.forEach((connection) => {
    connection.destroy();
  });
  return { heapBytes: heap, totalMs: [totalMs], answeredMs: [totalMs], cpuMs: [], longestBlockMs: 0 };
}

async function fleetRun(inventoryText: string, rounds: number, healthy: readonly string[]): Promise<LargeFleetResult> {
  const { inventory } = fleetLogic.parseInventory(inventoryText);
  const before = heapBytes();
  const reader = createMysqlReader({
    secrets: { get: () => Promise.resolve(undefined) },
    clock: systemClock,
    log,
    inventoryFolder: () => '/',
    environment: {},
  });
  const waited = new Set(healthy);
  let left = 0;
  let lastAnswer = 0;
  const fleet = new Fleet({
    logic: () => Promise.resolve(fleetLogic),
    reader: () =>
      Promise.resolve({
        read: async (spec, signal) => {
          const reading = await reader.read(spec, signal);
          if (waited.has(spec.key)) {
            if (reading.result.kind !== 'answered') throw new Error(`${spec.key}: ${JSON.stringify(reading.result)}`);
            left -= 1;
            lastAnswer = performance.now();
          }
          return reading;
        },
        retain: (keys) => {
          reader.retain(keys);
        },
        dispose: () => reader.dispose(),
      }),
    mirrorReader: () => Promise.reject(new Error('The bench has no mirrors.')),
    serviceReaders: {},
    mayConnect: () => true,
    clock: systemClock,
    log,
  });
  await fleet.setInventory(inventory);
  const totalMs: number[] = [];
  const answeredMs: number[] = [];
  const cpuMs: number[] = [];
  const delay = monitorEventLoopDelay({ resolution: 1 });
  for (let round = 0; round < rounds; round += 1) {
    // The first round loads code and fills caches, as the first look at a fleet does, and is not what repeats.
    if (round === 1) delay.enable();
    left = waited.size;
    const cpu = process.cpuUsage();
    const startedAt = performance.now();
    await fleet.readNow();
    totalMs.push(performance.now() - startedAt);
    answeredMs.push(lastAnswer - startedAt);
    const { user, system } = process.cpuUsage(cpu);
    cpuMs.push((user + system) / 1000);
    if (left !== 0) throw new Error(`${left} healthy instances have not answered`);
    if (fleet.report() === undefined) throw new Error('There is no report');
  }
  delay.disable();
  const heap = heapBytes() - before;
  fleet.dispose();
  await reader.dispose();
  return { heapBytes: heap, totalMs, answeredMs, cpuMs, longestBlockMs: delay.max / 1e6 };
}

process.once('message', (order: LargeFleetOrder) => {
  const result =
    order.kind === 'bare'
      ? bare(order.ports, order.statements)
      : fleetRun(order.inventory, order.rounds, order.healthy);
  void result.then((each) => process.send?.(each, () => process.exit(0)));
});
