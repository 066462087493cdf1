import { build } from 'esbuild';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { runSuite } from '../vscode/runSuite';
import { makeTemporaryFolder } from '../vscode/temporaryFolder';
import { rounded, type Figure } from './figure';

const root = path.resolve(__dirname, '../..');

/** Time to load and activate in a real extension host, beside VS Code's own git extension in the same host. */
export async function activation(): Promise<readonly Figure[]> {
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
    const { exitCode, extensionLog } = await runSuite({
      extensionPath: root,
      suitePath,
      workspace: workspace.path,
      env: { REPLIDECK_BENCH_RESULT: resultFile },
    });
    if (exitCode !== 0) throw new Error(`The activation suite ended with ${exitCode}:\n${extensionLog.join('\n')}`);
    const { replideckMs, gitMs } = JSON.parse(readFileSync(resultFile, 'utf8')) as {
      replideckMs: number;
      gitMs: number;
    };
    const own = extensionLog
      .map((line) => /Activated in ([\d.]+) ms/.exec(line)?.[1])
      .find((value) => value !== undefined);
    return [
      { name: 'activate own time', value: Number(own), unit: 'ms', limit: 15 },
      {
        name: 'activate vs git extension',
        value: rounded(replideckMs),
        unit: 'ms',
        floor: rounded(gitMs),
        ratio: rounded(replideckMs / gitMs),
        limit: 0.3,
      },
    ];
  } finally {
    workspace.remove();
    output.remove();
  }
}
