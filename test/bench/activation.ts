import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { makeTemporaryFolder } from '../vscode/temporaryFolder';
import { buildSuite, runBuiltSuite } from './benchSuite';
import { median, rounded, type Figure } from './figure';

/** A single start is at the mercy of whatever else the machine does. */
const starts = 5;

/**
 * How long the extension takes to load and activate at the start of a window with an inventory, beside VS Code's own
 * `git` in the same host, by VS Code's own measure: the middle of some starts.
 */
export async function activation(): Promise<readonly Figure[]> {
  const measured: Start[] = [];
  for (let start = 0; start < starts; start++) measured.push(await startOnce());
  const middle = (pick: (start: Start) => number): number => rounded(median(measured.map(pick)));
  const replideck = middle(({ replideckMs }) => replideckMs);
  const git = middle(({ gitMs }) => gitMs);
  return [
    { name: 'activate own time', value: middle(({ ownMs }) => ownMs), unit: 'ms', limit: 15 },
    {
      name: 'activate vs git extension',
      value: replideck,
      unit: 'ms',
      floor: git,
      ratio: rounded(replideck / git),
      limit: 0.3,
    },
  ];
}

interface Start {
  /** Inside `activate()`. */
  readonly ownMs: number;
  /** Loading the code, the call, and what it waits for. */
  readonly replideckMs: number;
  readonly gitMs: number;
}

/** The row of an extension: id, eager, load, call, finish, and why. */
function totalMs(report: string, id: string): number {
  const row = report.split('\n').find((line) => line.startsWith(`| ${id} `));
  const cells = row?.split('|').map((cell) => cell.trim()) ?? [];
  const times = cells.slice(3, 6).map(Number);
  if (times.length !== 3 || times.some(Number.isNaN)) throw new Error(`No times of ${id} in ${row ?? 'the report'}`);
  return times.reduce((sum, each) => sum + each, 0);
}

async function startOnce(): Promise<Start> {
  const workspace = makeTemporaryFolder();
  const output = makeTemporaryFolder();
  const resultFile = path.join(output.path, 'startup.md');
  writeFileSync(path.join(workspace.path, 'replideck.yaml'), 'version: 1\n');
  try {
    const suitePath = await buildSuite('activationSuite');
    const { extensionLog } = await runBuiltSuite({ suitePath, workspace: workspace.path, resultFile });
    const report = readFileSync(resultFile, 'utf8');
    const own = extensionLog.flatMap((line) => /Activated in ([\d.]+) ms/.exec(line)?.[1] ?? []);
    if (own[0] === undefined)
      throw new Error(`The extension did not say how long it took:\n${extensionLog.join('\n')}`);
    return {
      ownMs: Number(own[0]),
      replideckMs: totalMs(report, 'replideck.replideck'),
      gitMs: totalMs(report, 'vscode.git'),
    };
  } finally {
    workspace.remove();
    output.remove();
  }
}
