import { build } from 'esbuild';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { runSuite } from '../vscode/runSuite';
import { makeTemporaryFolder } from '../vscode/temporaryFolder';
import { median, rounded, type Figure } from './figure';

const root = path.resolve(__dirname, '../..');

/** A single start is at the mercy of whatever else the machine does. */
const starts = 3;

/** Time inside `activate()`, and with loading the main bundle around it, in a real extension host: the middle start. */
export async function activation(): Promise<readonly Figure[]> {
  const own: number[] = [];
  const withLoading: number[] = [];
  for (let start = 0; start < starts; start++) {
    const { ownMs, withLoadingMs } = await startOnce();
    own.push(ownMs);
    withLoading.push(withLoadingMs);
  }
  return [
    { name: 'activate own time', value: rounded(median(own)), unit: 'ms', limit: 15 },
    { name: 'activate with loading', value: rounded(median(withLoading)), unit: 'ms' },
  ];
}

async function startOnce(): Promise<{ ownMs: number; withLoadingMs: number }> {
  const workspace = makeTemporaryFolder();
  const output = makeTemporaryFolder();
  const suitePath = path.join(root, 'dist/test/bench/activationSuite.js');
  const resultFile = path.join(output.path, 'result.json');
  try {
    await build({
      absWorkingDir: root,
      entryPoints: ['test/bench/activationSuite.ts'],
      outfile: suitePath,
      bundle: true,
      platform: 'node',
      format: 'cjs',
      target: 'node22',
      external: ['vscode'],
      logLevel: 'warning',
    });
    const { exitCode, extensionLog, log } = await runSuite({
      extensionPath: root,
      suitePath,
      workspace: workspace.path,
      env: { REPLIDECK_BENCH_RESULT: resultFile },
    });
    if (exitCode !== 0)
      throw new Error(`The activation suite ended with ${exitCode}:\n${[...log, ...extensionLog].join('\n')}`);
    const { withLoadingMs } = JSON.parse(readFileSync(resultFile, 'utf8')) as { withLoadingMs: number };
    const own = extensionLog.flatMap((line) => /Activated in ([\d.]+) ms/.exec(line)?.[1] ?? []);
    if (own[0] === undefined)
      throw new Error(`The extension did not say how long it took:\n${extensionLog.join('\n')}`);
    return { ownMs: Number(own[0]), withLoadingMs };
  } finally {
    workspace.remove();
    output.remove();
  }
}
