import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { createEtcdReader } from '../../src/adapters/etcd/etcdReader';
import { prefixRange } from '../../src/adapters/etcd/contentsV3';
import { systemClock } from '../../src/adapters/systemClock';
import { compareMirror } from '../../src/app/compareMirror';
import { fleetLogic } from '../../src/core/fleetLogic';
import type { EtcdMirrorSpec } from '../../src/core/inventory/model';
import { postV3, startCluster } from '../sandbox/etcdSandbox';
import { ProcessGroup } from '../sandbox/processGroup';
import { findEtcd } from '../sandbox/serverKinds';
import { median, rounded, type Figure } from './figure';

const keys = 100_000;
const rounds = 3;
const never = new AbortController().signal;
const value = (key: number): string => JSON.stringify({ pooled: key % 3 === 0 ? 'no' : 'yes', weight: key % 100 });
const base64 = (text: string): string => Buffer.from(text).toString('base64');

/**
 * The contents of both sides of a mirror compared, 100,000 keys each, beside fetching the same answers and parsing them
 * as JSON. One server stands for both sides: what is compared is
 * the same, and all of it has to be looked at.
 */
export async function mirrorDrift(): Promise<readonly Figure[]> {
  const binaries = await findEtcd();
  if (binaries === undefined) throw new Error('etcd is not installed');
  const folder = mkdtempSync(path.join(realpathSync(tmpdir()), 'rd-drift-'));
  const processes = new ProcessGroup(folder);
  try {
    const { url } = await startCluster('bench', binaries, processes, folder);
    await fillV3(url);
    const v2 = await serveV2();
    const first = await measure(v2.url, 'v2', () => fetchV2(v2.url));
    await v2.stop();
    return [first, await measure(url, 'v3', () => fetchV3(url))];
  } finally {
    await processes.killAll();
    await processes.end();
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * What etcd answers to a recursive listing, from a thread of its own: to write as many keys through the v2 API, one
 * request each, would take minutes.
 */
function serveV2(): Promise<{ readonly url: string; readonly stop: () => Promise<number> }> {
  const directories = Array.from({ length: 100 }, (_, at) => ({
    ...{ key: `/conf/${at}`, dir: true, modifiedIndex: at + 1, createdIndex: at + 1 },
    nodes: Array.from({ length: keys / 100 }, (__, each) => {
      const key = each * 100 + at;
      return { key: `/conf/${at}/${key}`, value: value(key), modifiedIndex: key + 200, createdIndex: key + 200 };
    }),
  }));
  const body = JSON.stringify({ action: 'get', node: { key: '/conf', dir: true, nodes: directories } });
  const worker = new Worker(
    `const { createServer } = require('node:http');
     const { parentPort, workerData } = require('node:worker_threads');
     const headers = { 'content-type': 'application/json', 'x-etcd-index': '200000', 'x-etcd-cluster-id': 'b' };
     const body = Buffer.from(workerData);
     const missing = JSON.stringify({ errorCode: 100, message: 'Key not found' });
     const server = createServer(({ url }, response) => {
       if (url.includes('recursive')) response.writeHead(200, headers).end(body);
       else response.writeHead(404, headers).end(missing);
     });
     server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));`,
    { eval: true, workerData: body },
  );
  return new Promise((resolve, reject) => {
    worker.on('error', reject);
    worker.on('message', (port: number) => {
      resolve({ url: `http://127.0.0.1:${port}`, stop: () => worker.terminate() });
    });
  });
}

async function fillV3(url: string): Promise<void> {
  for (let first = 0; first < keys; first += 100) {
    const success = Array.from({ length: 100 }, (_, at) => ({
      requestPut: { key: base64(`/conf/${(first + at) % 100}/${first + at}`), value: base64(value(first + at)) },
    }));
    await postV3(url, 'txn', { success });
  }
}

/** The floor: what nobody who compares can do without. */
async function fetchV2(url: string): Promise<void> {
  await Promise.all([0, 1].map(async () => parse(await fetch(`${url}/v2/keys/conf?recursive=true`))));
}

async function fetchV3(url: string): Promise<void> {
  const body = JSON.stringify(prefixRange('/conf/'));
  await Promise.all([0, 1].map(async () => parse(await fetch(`${url}/v3/kv/range`, { method: 'POST', body }))));
}

async function parse(response: Response): Promise<void> {
  if (JSON.parse(await response.text()) === null) throw new Error('nothing was read');
}

async function measure(url: string, api: 'v2' | 'v3', fetchBoth: () => Promise<void>): Promise<Figure> {
  const spec: EtcdMirrorSpec = {
    ...{ name: 'bench', api, source: url, destination: url, sourcePrefix: '/conf/', destinationPrefix: '/conf/' },
    ...{ tls: { mode: 'preferred' }, pollSeconds: 5, timeoutSeconds: 30 },
  };
  const reader = createEtcdReader({
    secrets: { get: () => Promise.resolve(undefined) },
    clock: systemClock,
    inventoryFolder: () => '/',
    environment: {},
  });
  const compare = async (): Promise<void> => {
    const limits = { maxBytes: 400_000_000, deadlineMs: 60_000 };
    const { mirror: logic } = fleetLogic;
    const outcome = await compareMirror({ spec, reader, logic, clock: systemClock, ...limits }, never);
    if (outcome.kind === 'failed' || outcome.value.compared !== keys)
      throw new Error(JSON.stringify(outcome).slice(0, 300));
  };
  try {
    const [ours, floors]: [number[], number[]] = [[], []];
    // Once each for what only the first time takes; then in turn, since the machine is not alone.
    await fetchBoth();
    await compare();
    for (let round = 0; round < rounds; round += 1) {
      floors.push(await timed(fetchBoth));
      ours.push(await timed(compare));
    }
    const [taken, floor] = [median(ours), median(floors)];
    return {
      name: `mirror drift vs fetch and parse, ${api}`,
      ...{ value: rounded(taken), unit: 'ms', floor: rounded(floor), ratio: rounded(taken / floor), limit: 1.5 },
    };
  } finally {
    await reader.dispose();
  }
}

async function timed(work: () => Promise<void>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}
