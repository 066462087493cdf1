/**
 * A small mirror of the etcd v2 API, faithful to etcd-mirror 0.0.12 in what an observer can see: where the index is
 * kept, the order of writes, which actions are applied and which are skipped, and when it gives up.
 *
 *   node --import tsx etcdMirror.ts [--reload] [--strip] [--src-prefix P] [--dst-prefix P]
 *     [--src-ignore-keys-regex R] [--port N] [--read-timeout SECONDS] SOURCE DESTINATION
 *
 * Exit codes: 1 and 2 are fatal errors, as its unit file says (RestartPreventExitStatus).
 */
import { createServer } from 'node:http';
import { parseArgs } from 'node:util';

interface EtcdNode {
  readonly key: string;
  readonly value?: string;
  readonly dir?: boolean;
  readonly nodes?: readonly EtcdNode[];
  readonly ttl?: number;
  readonly modifiedIndex: number;
}

interface EtcdAnswer {
  readonly action?: string;
  readonly node?: EtcdNode;
  readonly prevNode?: EtcdNode;
  readonly errorCode?: number;
  readonly message?: string;
  readonly cause?: string;
}

interface Answer {
  readonly body: EtcdAnswer;
  /** X-Etcd-Index: of the whole cluster, at the time the request was taken. */
  readonly index: number;
}

/** A v2 error answer: 100 key not found, 105 key exists, 401 outside the window, … */
class EtcdError extends Error {
  readonly code: number;
  constructor({ errorCode = 0, message = 'unknown', cause = '' }: EtcdAnswer) {
    super(`${message} : ${cause}`);
    this.code = errorCode;
  }
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    reload: { type: 'boolean', default: false },
    strip: { type: 'boolean', default: false },
    'src-prefix': { type: 'string', default: '/' },
    'dst-prefix': { type: 'string', default: '/replica' },
    'src-ignore-keys-regex': { type: 'string' },
    port: { type: 'string', default: '8000' },
    // Ours alone: the original's is fixed.
    'read-timeout': { type: 'string', default: '60' },
  },
});
const [source = '', destination = ''] = positionals;
/** How long one long-poll waits before it is armed again. */
const readTimeoutMs = Number(values['read-timeout']) * 1000;
const sourcePrefix = values['src-prefix'].replace(/\/$/, '') || '/';
const destinationPrefix = values['dst-prefix'].replace(/\/$/, '') || '/';
// The original matches the whole key.
const ignored =
  values['src-ignore-keys-regex'] === undefined ? undefined : new RegExp(`^(?:${values['src-ignore-keys-regex']})$`);
const indexKey = `/__replication${destinationPrefix === '/' ? '/__ROOT__' : destinationPrefix}`;

const metrics = { lag: 0, events: 0, writes: 0, writeSeconds: 0 };
const log = (level: string, text: string) => process.stderr.write(`[etcd-mirror] ${level}: ${text}\n`);

async function ask(
  base: string,
  key: string,
  query: Record<string, string>,
  method = 'GET',
  value?: Record<string, string>,
) {
  const url = `${base}/v2/keys${key === '/' ? '' : key}?${new URLSearchParams(query).toString()}`;
  const response = await fetch(url, {
    method,
    ...(value === undefined ? {} : { body: new URLSearchParams(value) }),
    signal: AbortSignal.timeout(readTimeoutMs),
  });
  const text = await response.text();
  // A long-poll that etcd itself ends has an empty body.
  const body = (text === '' ? {} : JSON.parse(text)) as EtcdAnswer;
  if (body.errorCode !== undefined) throw new EtcdError(body);
  return { body, index: Number(response.headers.get('x-etcd-index')) } satisfies Answer;
}

function destinationKey(key: string): string {
  const stripped = values.strip && sourcePrefix !== '/' ? key.slice(sourcePrefix.length) : key;
  return destinationPrefix === '/' ? stripped : `${destinationPrefix}${stripped}`;
}

const put = (key: string, query: Record<string, string>, node: EtcdNode) =>
  ask(destination, key, query, 'PUT', {
    ...(node.dir === true ? { dir: 'true' } : { value: node.value ?? '' }),
    ...(node.ttl === undefined ? {} : { ttl: String(node.ttl) }),
  });

async function applyEvent(action: string, node: EtcdNode, previous: EtcdNode | undefined): Promise<void> {
  const key = destinationKey(node.key);
  const recursive = { ...(previous?.dir === true ? { recursive: 'true', dir: 'true' } : {}) };
  switch (action) {
    case 'create':
      await put(key, { prevExist: 'false' }, node);
      return;
    case 'compareAndSwap':
      await put(key, { prevValue: previous?.value ?? '' }, node);
      return;
    case 'set':
      await put(key, {}, node);
      return;
    case 'delete':
      await ask(destination, key, recursive, 'DELETE');
      return;
    case 'expire':
      try {
        await ask(destination, key, recursive, 'DELETE');
      } catch (error) {
        if (!(error instanceof EtcdError && error.code === 100)) throw error;
        log('INFO', `Not deleting already expired key ${key}`);
      }
      return;
    default:
      // update and compareAndDelete, too: the copy diverges and nothing but this line tells.
      log('WARN', `Unrecognized action ${action}, skipping`);
  }
}

const saveIndex = (index: number) => ask(destination, indexKey, { prevExist: 'true' }, 'PUT', { value: String(index) });

async function reload(): Promise<number> {
  log('INFO', 'Re-loading the etcd data from the source cluster');
  const { body, index } = await ask(source, sourcePrefix, { recursive: 'true' });
  log('INFO', 'Removing old data from the destination cluster');
  await ask(destination, indexKey, {}, 'DELETE').catch(() =>
    log('INFO', `Could not find ${indexKey}, assuming new replica`),
  );
  if (destinationPrefix !== '/')
    await ask(destination, destinationPrefix, { recursive: 'true' }, 'DELETE').catch(() =>
      log('INFO', `Key ${destinationPrefix} not found, not cleaning up`),
    );
  log('INFO', 'Now copying over the initial data');
  const copy = async (node: EtcdNode): Promise<void> => {
    if (ignored?.test(node.key) === true) return;
    if (node.dir !== true) await put(destinationKey(node.key), {}, node);
    for (const child of node.nodes ?? []) await copy(child);
  };
  if (body.node !== undefined) await copy(body.node);
  await ask(destination, indexKey, {}, 'PUT', { value: String(index) });
  return index;
}

async function currentIndex(): Promise<number> {
  log('INFO', `Replication index will be tracked in: ${indexKey}`);
  if (values.reload) return reload();
  try {
    const { body } = await ask(destination, indexKey, {});
    log('INFO', `Current index read from ${indexKey}`);
    return Number(body.node?.value);
  } catch (error) {
    if (error instanceof EtcdError && error.code === 100)
      log('ERROR', 'The replication key could not be found. Restart with --reload!');
    throw error;
  }
}

async function follow(start: number): Promise<never> {
  let applied = start;
  log('INFO', `Starting replication at ${applied}`);
  for (;;) {
    let answer: Answer;
    try {
      answer = await ask(source, sourcePrefix, { wait: 'true', recursive: 'true', waitIndex: String(applied + 1) });
    } catch (error) {
      if (error instanceof EtcdError && error.code === 401) {
        log('CRITICAL', 'The current replication index is not available anymore in the etcd source cluster.');
        log('INFO', 'Restart the process with --reload instead.');
        process.exit(1);
      }
      // Armed again with the same index, as after every quiet minute.
      if ((error as Error).name === 'TimeoutError') continue;
      throw error;
    }
    const { action, node, prevNode } = answer.body;
    if (action === undefined || node === undefined) continue;
    const began = performance.now();
    if (ignored?.test(node.key) !== true) {
      log('INFO', `Replicating key ${node.key} at index ${node.modifiedIndex}`);
      try {
        await applyEvent(action, node, prevNode);
      } catch (error) {
        log('ERROR', `Action ${action} failed on ${node.key}: ${(error as Error).message}`);
        // The number that it names is the index it waited for.
        log('CRITICAL', `Stopping the process. Last valid index: ${applied + 1}`);
        process.exit(2);
      }
    }
    await saveIndex(node.modifiedIndex);
    applied = node.modifiedIndex;
    metrics.lag = answer.index - applied;
    metrics.events += 1;
    metrics.writes += 1;
    metrics.writeSeconds += (performance.now() - began) / 1000;
  }
}

function renderMetrics(): string {
  const labels = `{prefix="${sourcePrefix}",url="${source}"}`;
  return [
    '# TYPE etcdmirror_lag gauge',
    `etcdmirror_lag${labels} ${metrics.lag.toFixed(1)}`,
    '# TYPE etcdmirror_replicated_events_total counter',
    `etcdmirror_replicated_events_total ${metrics.events.toFixed(1)}`,
    '# TYPE etcdmirror_write_latency summary',
    `etcdmirror_write_latency_count${labels} ${metrics.writes.toFixed(1)}`,
    `etcdmirror_write_latency_sum${labels} ${metrics.writeSeconds}`,
    '',
  ].join('\n');
}

createServer((request, response) => {
  response.setHeader('content-type', 'text/plain; version=0.0.4; charset=utf-8');
  if (request.url === '/metrics') response.end(renderMetrics());
  else if (request.url === '/lag') response.end(`${metrics.lag}\n`);
  else response.end('etcd-mirror\n');
}).listen(Number(values.port), '127.0.0.1');

currentIndex()
  .then(follow)
  .catch((error: unknown) => {
    log('CRITICAL', `Generic error: ${error instanceof Error ? error.message : String(error)}`);
    process.exit(1);
  });
