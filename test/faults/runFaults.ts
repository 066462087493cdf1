// What faults.mjs starts once the dependencies are there.
import { onExit } from '../processes.mjs';
import { faults } from '../sandbox/faults';
import { openProductReader } from '../sandbox/productReader';
import { type Sandbox, type ServerKind, listServerKinds, startSandbox } from '../sandbox/sandbox';
import { findEtcd } from '../sandbox/serverKinds';
import { faultPairs } from './faultPairs';
import { healthyFleets } from './healthyFleets';
import { judgeFleet } from './judgeFleet';
import { type LabResult, judgeFaults } from './lab';
import { type KindResults, isPerfect, renderResults, totalsOf } from './labReport';

const args = process.argv.slice(2);
const valuesOf = (option: string) => args.filter((_, index) => args[index - 1] === option);
const progress = (text: string) => process.stderr.write(`${text}\n`);

/** One thing to try on a sandbox. */
interface Trial {
  readonly name: string;
  /** Why it cannot be tried on a kind of server. */
  readonly leftOut?: (kind: ServerKind) => Promise<string | undefined>;
  readonly judge: (sandbox: Sandbox) => Promise<LabResult>;
}

/** Known before the first trial. */
let hasEtcd = false;

const trialOfFaults = (names: readonly string[]): Trial => ({
  name: names.join(' + '),
  leftOut: async (kind) => {
    if (!hasEtcd && names.some((name) => faults[name]?.etcd === true)) return 'etcd is not installed';
    const only = names.flatMap((name) => faults[name]?.flavors ?? []);
    if (only.length > 0 && !only.includes(kind.flavor)) return `${only.join(', ')} only`;
    const lacking = await Promise.all(names.map(async (name) => faults[name]?.lacks?.(kind)));
    return lacking.find((reason) => reason !== undefined);
  },
  judge: async (sandbox) => {
    const product = await openProductReader(sandbox);
    try {
      await product.read();
      return await judgeFaults(sandbox, product, names);
    } finally {
      await product.dispose();
    }
  },
});

const trials: readonly Trial[] = [
  ...Object.keys(faults).map((name) => trialOfFaults([name])),
  ...faultPairs.map(({ names }) => trialOfFaults(names)),
  ...Object.entries(healthyFleets).map(([name, fleet]) => ({
    name,
    judge: (sandbox: Sandbox) => judgeFleet(sandbox, name, fleet),
  })),
];

let stopping: Promise<void> | undefined;
let stopCurrent: () => Promise<void> = () => Promise.resolve();
onExit(() => (stopping ??= stopCurrent()));

async function open(server: ServerKind): Promise<Sandbox> {
  const starting = new AbortController();
  const sandbox = startSandbox({ server, etcd: hasEtcd, signal: starting.signal, onProgress: progress });
  stopCurrent = async () => {
    starting.abort();
    await sandbox.then((started) => started.stop()).catch(() => undefined);
  };
  return sandbox;
}

async function runKind(server: ServerKind, chosen: readonly Trial[]): Promise<KindResults> {
  const results: LabResult[] = [];
  const failed: { name: string; reason: string }[] = [];
  const leftOut: { name: string; reason: string }[] = [];
  let sandbox: Sandbox | undefined;
  try {
    for (const { name, leftOut: why, judge } of chosen) {
      const reason = await why?.(server);
      if (reason !== undefined) {
        leftOut.push({ name, reason });
        continue;
      }
      sandbox ??= await open(server);
      try {
        results.push(await judge(sandbox));
        progress(`${server.name}: ${name}`);
      } catch (error) {
        if (stopping !== undefined) throw error;
        failed.push({ name, reason: error instanceof Error ? error.message : String(error) });
        progress(`${server.name}: ${name} could not be tried: ${failed.at(-1)!.reason}`);
        // What it left behind must not count against the next one.
        await sandbox.stop();
        sandbox = undefined;
      }
    }
  } finally {
    await sandbox?.stop();
  }
  return { server: { name: server.name, version: server.version }, results, failed, leftOut };
}

async function main(): Promise<number> {
  hasEtcd = (await findEtcd()) !== undefined;
  const only = valuesOf('--only');
  const unknown = only.filter((name) => !trials.some((trial) => trial.name === name));
  if (unknown.length > 0)
    throw new Error(`There is no ${unknown.join(', ')}. There are: ${trials.map(({ name }) => name).join(', ')}.`);
  const chosen = only.length === 0 ? trials : trials.filter(({ name }) => only.includes(name));
  const there = await listServerKinds();
  const wanted = valuesOf('--server');
  const kinds = wanted.length === 0 ? there : there.filter(({ name }) => wanted.includes(name));
  if (kinds.length === 0)
    throw new Error(`No such server here. There are: ${there.map(({ name }) => name).join(', ') || 'none'}.`);
  const all: KindResults[] = [];
  for (const kind of kinds) {
    all.push(await runKind(kind, chosen));
    if (!args.includes('--json')) process.stdout.write(`${renderResults(all.at(-1)!)}\n`);
  }
  if (args.includes('--json'))
    process.stdout.write(
      `${JSON.stringify(
        all.map((kind) => ({ ...kind, totals: totalsOf(kind) })),
        undefined,
        2,
      )}\n`,
    );
  return all.every(isPerfect) ? 0 : 1;
}

main().then(
  (code) => {
    if (stopping === undefined) process.exitCode = code;
  },
  (error: unknown) => {
    // What an interrupted step says is of no interest to who interrupted it.
    if (stopping === undefined) progress(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  },
);
