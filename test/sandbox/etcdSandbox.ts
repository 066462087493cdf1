import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { get as httpGet } from 'node:http';
import { get as httpsGet } from 'node:https';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import type { CertificateFiles } from './certificates';
import { freePorts } from './freePorts';
import { type ProcessGroup, type ServerProcess, logTail } from './processGroup';
import type { EtcdBinaries } from './serverKinds';
import { waitFor } from './waitFor';
import type { MirrorAddress } from './workspace';

const run = promisify(execFile);

/** One etcd cluster of a single member that speaks v2 and v3, or a member of a larger one. */
export interface EtcdCluster {
  readonly name: string;
  readonly url: string;
  readonly process: ServerProcess;
}

export interface RunningMirror extends MirrorAddress {
  process: ServerProcess;
}

export interface MirrorStart {
  readonly reload?: boolean;
  readonly prefix?: string;
  /** After which it arms its watch again. */
  readonly readTimeoutSeconds?: number;
}

export interface EtcdSandbox {
  readonly source: EtcdCluster;
  readonly destination: EtcdCluster;
  readonly mirrors: readonly RunningMirror[];
  /** Starts the v2 mirror (again). Unless told otherwise it copies everything first, and mirrors the sample's prefix. */
  readonly startV2: (how?: MirrorStart) => ServerProcess;
  /** Starts make-mirror (again): it copies everything first. */
  readonly startV3: () => ServerProcess;
  /** A program like `etcd-mirror` itself, to be put on PATH. */
  readonly mirrorProgram: string;
}

/** Compiles the mirror as it runs; resolved here, for the mirror runs in the sandbox's folder. */
const tsxLoader = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
const startTimeoutMs = 30_000;

/** One v2 request; rejects with the server's own words where it refuses. */
export async function requestV2(
  url: string,
  key: string,
  method: 'GET' | 'PUT' | 'POST' | 'DELETE' = 'GET',
  form: Record<string, string> = {},
): Promise<{ index: number; body: { action: string; node: { key: string; value?: string; modifiedIndex: number } } }> {
  const response = await fetch(`${url}/v2/keys${key}`, {
    method,
    ...(method === 'GET' ? {} : { body: new URLSearchParams(form) }),
    signal: AbortSignal.timeout(10_000),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${key}: HTTP ${response.status} ${text.trim()}`);
  return { index: Number(response.headers.get('x-etcd-index')), body: JSON.parse(text) as never };
}

const base64 = (value: string) => Buffer.from(value).toString('base64');

/** A method of the KV service, through the gateway. */
export async function postV3(url: string, method: string, body: object): Promise<unknown> {
  const response = await fetch(`${url}/v3/kv/${method}`, {
    method: 'POST',
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(10_000),
  });
  if (!response.ok) throw new Error(`${method}: HTTP ${response.status} ${await response.text()}`);
  return response.json();
}

export const putV3 = (url: string, key: string, value: string): Promise<unknown> =>
  postV3(url, 'put', { key: base64(key), value: base64(value) });

/** The value of a v3 key; undefined: there is none. */
export async function getV3(url: string, key: string): Promise<string | undefined> {
  const { kvs } = (await postV3(url, 'range', { key: base64(key) })) as { kvs?: { value?: string }[] };
  return kvs?.[0] === undefined ? undefined : Buffer.from(kvs[0].value ?? '', 'base64').toString();
}

export interface ClusterOptions {
  /** False: as it comes, that is, with the v2 API switched off. */
  readonly speaksV2?: boolean;
  /** Serves https instead of http. */
  readonly tls?: CertificateFiles;
  /** Of the clients; a free one unless given. */
  readonly port?: number;
  /** More of its command line. */
  readonly flags?: readonly string[];
  /** Of a cluster with several: its own port for the others, and what all are told. */
  readonly member?: { readonly peerPort: number; readonly initialCluster: string; readonly token: string };
}

export async function startCluster(
  name: string,
  binaries: EtcdBinaries,
  processes: ProcessGroup,
  folder: string,
  { speaksV2 = true, tls, port, flags = [], member }: ClusterOptions = {},
): Promise<EtcdCluster> {
  const help = await run(binaries.etcd, ['--help']).then(({ stdout, stderr }) => stdout + stderr);
  const [free = 0, peer = 0] = await freePorts(2);
  const client = port ?? free;
  const peerUrl = peerUrlOf(member?.peerPort ?? peer);
  const url = `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${client}`;
  const place = path.join(folder, name);
  // There already: it is started again, with what it held.
  mkdirSync(place, { recursive: true });
  const logFile = path.join(place, 'etcd.log');
  const server = processes.start(
    name,
    binaries.etcd,
    [
      `--name=${name}`,
      `--data-dir=${path.join(place, 'data')}`,
      `--listen-client-urls=${url}`,
      `--advertise-client-urls=${url}`,
      `--listen-peer-urls=${peerUrl}`,
      `--initial-advertise-peer-urls=${peerUrl}`,
      `--initial-cluster=${member?.initialCluster ?? `${name}=${peerUrl}`}`,
      `--initial-cluster-token=${path.basename(folder)}-${member?.token ?? name}`,
      ...(speaksV2 && help.includes('--enable-v2') ? ['--enable-v2=true'] : []),
      ...(help.includes('--unsafe-no-fsync') ? ['--unsafe-no-fsync'] : []),
      ...(tls === undefined ? [] : [`--cert-file=${tls.cert}`, `--key-file=${tls.key}`]),
      ...flags,
    ],
    logFile,
    place,
  );
  const healthy = await waitFor(async () => {
    if (server.hasEnded()) return false;
    return (await isHealthy(url)) ? true : undefined;
  }, startTimeoutMs);
  if (healthy !== true) throw new Error(`${binaries.etcd} did not start. Its log ends:\n${logTail(logFile)}`);
  return { name, url, process: server };
}

export interface EtcdMember extends EtcdCluster {
  /** Starts it where it was, with what it held, once its process has ended. */
  readonly restart: () => Promise<EtcdMember>;
}

/** One cluster of three members: it works as long as two of them do. */
export async function startMembers(
  name: string,
  binaries: EtcdBinaries,
  processes: ProcessGroup,
  folder: string,
): Promise<readonly [EtcdMember, EtcdMember, EtcdMember]> {
  const ports = await freePorts(6);
  const places = [0, 1, 2].map((at) => ({
    name: `${name}-${at + 1}`,
    port: ports[at] ?? 0,
    peerPort: ports[at + 3] ?? 0,
  }));
  const initialCluster = places.map((each) => `${each.name}=${peerUrlOf(each.peerPort)}`).join(',');
  const start = async ({ name: own, port, peerPort }: (typeof places)[number]): Promise<EtcdMember> => {
    const member = { peerPort, initialCluster, token: name };
    const started = await startCluster(own, binaries, processes, folder, { port, member });
    return { ...started, restart: () => start({ name: own, port, peerPort }) };
  };
  return (await Promise.all(places.map(start))) as [EtcdMember, EtcdMember, EtcdMember];
}

const peerUrlOf = (port: number): string => `http://127.0.0.1:${port}`;

/** Whether it answers and knows a leader. Whoever has the certificate: it is our own server. */
export function isHealthy(url: string): Promise<boolean> {
  return new Promise((resolve) => {
    const options = { timeout: 2_000, rejectUnauthorized: false };
    const ask = (url.startsWith('https:') ? httpsGet : httpGet)(`${url}/health`, options, (answer) => {
      answer.resume().on('end', () => {
        resolve(answer.statusCode === 200);
      });
    });
    ask.on('timeout', () => ask.destroy());
    ask.on('error', () => {
      resolve(false);
    });
  });
}

const sampleV2 = {
  '/conftool/v1/pools/eqiad/appserver/apache2/mw1261.eqiad.wmnet': '{"pooled": "yes", "weight": 10}',
  '/conftool/v1/pools/eqiad/appserver/apache2/mw1262.eqiad.wmnet': '{"pooled": "no", "weight": 10}',
  '/conftool/v1/mediawiki-config/eqiad/dbconfig': '{"val": {"readOnlyBySection": {}}}',
  '/conftool/v1/discovery/api-ro/eqiad': '{"pooled": true, "references": [], "ttl": 300}',
};
const sampleV3 = { '/config/feature/read-only': 'false', '/config/feature/motd': 'hello' };

/**
 * Two clusters, `/conftool` of the first mirrored to the second through the v2 API by our own small mirror, `/config/`
 * through the v3 API by etcdctl make-mirror. Resolves when both have copied the sample keys.
 */
export async function startEtcd(binaries: EtcdBinaries, processes: ProcessGroup, folder: string): Promise<EtcdSandbox> {
  const [source, destination] = await Promise.all([
    startCluster('conf-eqiad', binaries, processes, folder),
    startCluster('conf-codfw', binaries, processes, folder),
  ]);
  for (const [key, value] of Object.entries(sampleV2)) await requestV2(source.url, key, 'PUT', { value });
  for (const [key, value] of Object.entries(sampleV3)) await putV3(source.url, key, value);

  const [metricsPort = 0] = await freePorts(1);
  const v2Prefix = '/conftool';
  const script = path.join(import.meta.dirname, 'etcdMirror.ts');
  const mirrorProgram = path.join(folder, 'etcd-mirror');
  writeFileSync(
    mirrorProgram,
    `#!/bin/sh\nexec '${process.execPath}' --import '${tsxLoader}' '${script}' --port ${metricsPort} "$@"\n`,
    { mode: 0o755 },
  );
  const startV2: EtcdSandbox['startV2'] = ({ reload = true, prefix = v2Prefix, readTimeoutSeconds = 60 } = {}) =>
    processes.start(
      'etcd-mirror',
      process.execPath,
      [
        ...['--import', tsxLoader, script, ...(reload ? ['--reload'] : [])],
        ...['--strip', '--src-prefix', prefix, '--dst-prefix', prefix],
        ...['--port', String(metricsPort), '--read-timeout', String(readTimeoutSeconds)],
        ...[source.url, destination.url],
      ],
      path.join(folder, 'etcd-mirror.log'),
      folder,
    );
  const v2 = startV2();
  const v3Prefix = '/config/';
  const startV3 = (): ServerProcess =>
    processes.start(
      'make-mirror',
      binaries.etcdctl,
      [`--endpoints=${source.url}`, 'make-mirror', `--prefix=${v3Prefix}`, destination.url.replace('http://', '')],
      path.join(folder, 'make-mirror.log'),
      folder,
      { ETCDCTL_API: '3' },
    );
  const v3 = startV3();
  const copied = await waitFor(async () => {
    if (v2.hasEnded() || v3.hasEnded()) return false;
    const [index, value] = await Promise.all([
      requestV2(destination.url, `/__replication${v2Prefix}`).catch(() => undefined),
      getV3(destination.url, '/config/feature/motd'),
    ]);
    return index !== undefined && value !== undefined ? true : undefined;
  }, startTimeoutMs);
  if (copied !== true) throw new Error(`An etcd mirror did not start:\n${logTail(v2.logFile)}\n${logTail(v3.logFile)}`);
  const between = { source: source.url, destination: destination.url };
  return {
    source,
    destination,
    startV2,
    startV3,
    mirrorProgram,
    mirrors: [
      {
        ...{ name: 'conf-codfw', api: 'v2', ...between, sourcePrefix: v2Prefix, destinationPrefix: v2Prefix },
        ...{ metrics: `http://127.0.0.1:${metricsPort}/metrics`, process: v2 },
      },
      { name: 'config', api: 'v3', ...between, sourcePrefix: v3Prefix, destinationPrefix: v3Prefix, process: v3 },
    ],
  };
}
