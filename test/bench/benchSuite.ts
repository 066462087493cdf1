import { build } from 'esbuild';
import path from 'node:path';
import { runSuite, type SuiteResult } from '../vscode/runSuite';

const root = path.resolve(__dirname, '../..');

/** A suite for the extension host, by its name in this folder; gives the built file. */
export async function buildSuite(name: string): Promise<string> {
  const outfile = path.join(root, `dist/test/bench/${name}.js`);
  await build({
    absWorkingDir: root,
    entryPoints: [`test/bench/${name}.ts`],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node22',
    external: ['vscode'],
    logLevel: 'warning',
  });
  return outfile;
}

/** Runs it in a real VS Code; it writes to `resultFile`, which its environment names. Rejects when it fails. */
export async function runBuiltSuite(options: {
  readonly suitePath: string;
  readonly workspace: string;
  readonly resultFile: string;
  readonly timeoutMs?: number;
}): Promise<SuiteResult> {
  const { resultFile, ...rest } = options;
  const result = await runSuite({ ...rest, extensionPath: root, env: { REPLIDECK_BENCH_RESULT: resultFile } });
  const { exitCode, extensionLog, log } = result;
  if (exitCode !== 0) {
    const said = [...log, ...extensionLog].join('\n');
    throw new Error(`${path.basename(options.suitePath)} ended with ${exitCode}:\n${said}`);
  }
  return result;
}
