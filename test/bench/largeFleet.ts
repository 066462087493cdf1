import { fork, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Answer, InstanceReading, Row } from '../../src/core/replication/reading';
import { createMysqlReader } from '../../src/adapters/mysql/mysqlReader';
import { systemClock } from '../../src/adapters/systemClock';
import { fleetLogic } from '../../src/core/fleetLogic';
import { startSandbox } from '../sandbox/sandbox';
import { ensureServerHost } from '../provision.mjs';
import { builtFile } from './builtFile';
import { median, rounded, type Figure } from './figure';
import type { LargeFleetOrder, LargeFleetResult } from './largeFleetRun';
import type { SimulatedMessage, SimulatedRows } from './simulatedServers';

const clusters = 100;
const instancesPerCluster = 20;
const silentShare = 5;
const timeoutSeconds = 5;
const rounds = 6;

/**
 * 2,000 simulated instances that answer what a real replica did: what is kept of them beside the heap of as many bare
 * connections, and how a refresh fares when every fifth of them is silent.
 */
export async function largeFleet(): Promise<readonly Figure[]> {
  const { rows, statements } = await readReplica();
  const servers = child('simulatedServers');
  try {
    const ports = await ask<{ ports: number[][] }>(servers, { start: { clusters, instancesPerCluster, rows } });
    const all = ports.ports.flat();
    const silent = all.filter((_, index) => index % silentShare === silentShare - 1);
    const silence = (these: readonly number[]) => ask(servers, { silence: these } satisfies SimulatedMessage);
    const inventory = inventoryOf(ports.ports);
    const key = (port: number) => `127.0.0.1:${port}`;
    const healthyKeys = all.filter((port) => !silent.includes(port)).map(key);
    const refresh = (healthy: readonly string[]) => measure({ kind: 'fleet', inventory, rounds, healthy });

    const bare = await measure({ kind: 'bare', ports: all, statements });
    await silence([]);
    const quick = await refresh(healthyKeys);
    await silence(silent);
    const slow = await refresh(healthyKeys);

    const late = (result: LargeFleetResult) => median(result.answeredMs.slice(1));
    const deadlineMs = timeoutSeconds * 1000;
    return [
      {
        name: 'heap 2000 instances',
        value: rounded((quick.heapBytes - bare.heapBytes) / 1e6),
        unit: 'MB',
        floor: rounded(bare.heapBytes / 1e6),
        limit: 10,
      },
      {
        name: 'slow fleet vs healthy fleet',
        value: rounded(late(slow)),
        unit: 'ms',
        floor: rounded(late(quick)),
        ratio: rounded(late(slow) / late(quick)),
        limit: 1.2,
      },
      {
        name: 'slow fleet, end of the refresh',
        value: rounded(median(slow.totalMs)),
        unit: 'ms',
        floor: deadlineMs,
        ratio: rounded(median(slow.totalMs) / deadlineMs),
        limit: 1.2,
      },
      {
        name: 'processor per instance and refresh',
        value: rounded(median(quick.cpuMs.slice(1)) / all.length),
        unit: 'ms',
      },
      {
        name: 'longest block of the event loop',
        value: rounded(Math.max(quick.longestBlockMs, slow.longestBlockMs)),
        unit: 'ms',
        limit: 20,
      },
    ];
  } finally {
    servers.disconnect();
  }
}

/** What a real replica answers, and to which statements. */
async function readReplica(): Promise<{ rows: SimulatedRows; statements: string[] }> {
  const sandbox = await startSandbox({ etcd: false });
  const reader = createMysqlReader({
    secrets: { get: () => Promise.resolve(undefined) },
    clock: systemClock,
    log: { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined },
    inventoryFolder: () => sandbox.workspaceFolder,
    environment: {},
  });
  try {
    const text = readFileSync(path.join(sandbox.workspaceFolder, 'replideck.yaml'), 'utf8');
    const { inventory } = fleetLogic.parseInventory(text);
    for (const spec of inventory.instances) {
      const found = answersOf(await reader.read(spec, new AbortController().signal));
      if (found !== undefined) return found;
    }
    throw new Error('The sandbox has no replica');
  } finally {
    await reader.dispose();
    await sandbox.stop();
  }
}

function answersOf({ result }: InstanceReading): { rows: SimulatedRows; statements: string[] } | undefined {
  if (result.kind !== 'answered') throw new Error(`Not read: ${JSON.stringify(result)}`);
  const rowsOf = (answer: Answer): readonly Row[] => (answer.kind === 'rows' ? answer.rows : []);
  const [server, replication, heartbeat] = [result.server, result.replication, result.heartbeat].map(rowsOf);
  if (server?.[0] === undefined || replication?.[0] === undefined) return undefined;
  const answers = [result.server, result.replication, result.heartbeat];
  return {
    rows: {
      version: `5.5.5-${result.version}`,
      ...{ server: text(server[0]), replication: text(replication[0]), heartbeat: (heartbeat ?? []).map(text) },
    },
    statements: answers.flatMap((answer) => (answer.kind === 'notAsked' ? [] : [answer.statement])),
  };
}

/** Without keys that are undefined, so that it survives the way to the other process. */
const text = (row: Row): Record<string, string | null> =>
  Object.fromEntries(Object.entries(row).map(([name, value]) => [name, value ?? null]));

function inventoryOf(ports: readonly (readonly number[])[]): string {
  const list = (own: readonly number[]) => own.map((port) => `      - 127.0.0.1:${port}`).join('\n');
  return [
    'version: 1',
    `defaults: { credentials: u, tls: disabled, timeoutSeconds: ${timeoutSeconds}, heartbeat: { table: heartbeat.heartbeat } }`,
    'credentials: { u: { user: u } }',
    'clusters:',
    ...ports.map((own, index) => `  c${index}:\n    primary: 127.0.0.1:${own[0] ?? 0}\n    instances:\n${list(own)}`),
  ].join('\n');
}

const child = (name: string, execPath = process.execPath): ChildProcess =>
  fork(builtFile(name), { execPath, execArgv: ['--expose-gc'], stdio: ['ignore', 2, 2, 'ipc'] });

/** By the Node of VS Code's own server, whose engine lays out objects otherwise than older ones. */
async function measure(order: LargeFleetOrder): Promise<LargeFleetResult> {
  const { node } = await ensureServerHost();
  return ask<LargeFleetResult>(child('largeFleetRun', node), order);
}

function ask<T>(process: ChildProcess, message: LargeFleetOrder | SimulatedMessage): Promise<T> {
  return new Promise((resolve, reject) => {
    process.once('message', (answer) => {
      resolve(answer as T);
    });
    process.once('exit', (code) => {
      reject(new Error(`It ended with ${String(code)} before it answered`));
    });
    process.send(message);
  });
}
