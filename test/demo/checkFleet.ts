import { build } from 'esbuild';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { FleetReport } from '../../src/core/report';
import { type Fault } from '../sandbox/fault';
import type { Sandbox } from '../sandbox/sandbox';
import { describeHost } from '../vscode/chooseHost';
import { runSuite } from '../vscode/runSuite';
import { compareReport } from './compareReport';
import { toExpectedFault, toExpectedFleet } from './expectedFleet';

const root = path.dirname(path.dirname(import.meta.dirname));

/** Reads the sandbox once inside a real VS Code. Gives the report, and one line for each thing that it has wrong. */
export async function checkFleet(
  sandbox: Sandbox,
  faults: readonly (readonly [string, Fault])[],
  onProgress: (text: string) => void,
): Promise<{ report: FleetReport; problems: string[] }> {
  const suitePath = path.join(root, 'dist/test/demo/checkSuite.js');
  await build({
    absWorkingDir: root,
    entryPoints: [path.join(import.meta.dirname, 'checkSuite.ts')],
    outfile: suitePath,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node22',
    external: ['vscode'],
    logLevel: 'warning',
  });
  const reportFile = path.join(sandbox.folder, 'report.json');
  rmSync(reportFile, { force: true });
  onProgress('Reading the fleet inside VS Code');
  const result = await runSuite({
    extensionPath: root,
    suitePath,
    workspace: sandbox.workspaceFolder,
    timeoutMs: 180_000,
    env: {
      ...sandbox.neighbours?.env,
      REPLIDECK_CHECK_REPORT: reportFile,
      REPLIDECK_CHECK_READINGS: String(Math.max(1, ...faults.map(([, { readings = 1 }]) => readings))),
    },
  });
  onProgress(describeHost(result.host, result.version));
  if (result.exitCode !== 0 || !existsSync(reportFile)) {
    const words = [...result.log.slice(-30), ...result.extensionLog.slice(-30)].join('\n');
    throw new Error(`The extension gave no report (exit code ${result.exitCode}). Last words:\n${words}`);
  }
  const report = JSON.parse(readFileSync(reportFile, 'utf8')) as FleetReport;
  const expectedFaults = faults.map(([name, fault]) => toExpectedFault(sandbox, name, fault));
  return { report, problems: compareReport(report, toExpectedFleet(sandbox), expectedFaults) };
}
