import { writeFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import * as vscode from 'vscode';
import type { ReplideckApi } from '../../src/api';
import type { LeakResult, Held } from './leaks';

const warmUp = 200;
const refreshes = 2000;
/** A panel is opened and closed once in so many refreshes. */
const perPanel = 20;

/** Refreshes the fleet again and again, with panels opened and closed, and writes what is held before and after. */
export async function run(): Promise<void> {
  const file = process.env['REPLIDECK_BENCH_RESULT'];
  if (file === undefined) throw new Error('No result file');
  const warnings: string[] = [];
  process.on('warning', ({ name, message }) => warnings.push(`${name}: ${message}`));
  const extension = vscode.extensions.getExtension<ReplideckApi>('replideck.replideck');
  const api = await extension?.activate();
  if (api === undefined) throw new Error('VS Code does not know replideck.replideck');
  const { clusters } = await api.refresh();
  const keys = clusters.flatMap(({ instances }) => instances.map(({ key }) => key));
  if (keys.length === 0) throw new Error('The fleet is empty');
  const repeat = async (count: number): Promise<void> => {
    for (let round = 0; round < count; round += 1) {
      const report = await api.refresh();
      if (report.clusters.length !== clusters.length) throw new Error('The report does not show the fleet');
      if (round % perPanel !== 0) continue;
      const key = keys[(round / perPanel) % keys.length] ?? '';
      await vscode.commands.executeCommand('replideck.instance.open', key);
      await until(() => panels() === 1, 'the panel is open');
      await vscode.commands.executeCommand('workbench.action.closeAllEditors');
      await until(() => panels() === 0, 'the panel is closed');
    }
  };
  await repeat(warmUp);
  const before = await held();
  await repeat(refreshes);
  const after = await held();
  writeFileSync(
    file,
    JSON.stringify({ refreshes, panels: refreshes / perPanel, before, after, warnings } satisfies LeakResult),
  );
}

function panels(): number {
  return vscode.window.tabGroups.all
    .flatMap(({ tabs }) => tabs)
    .filter(({ input }) => input instanceof vscode.TabInputWebview).length;
}

async function until(isSo: () => boolean, what: string): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (!isSo()) {
    if (Date.now() > deadline) throw new Error(`Still not so: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Once nothing is under way. */
async function held(): Promise<Held> {
  await new Promise((resolve) => setTimeout(resolve, 3000));
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  for (let round = 0; round < 4; round += 1) collect();
  const kinds = process.getActiveResourcesInfo();
  const count = (fits: (kind: string) => boolean): number => kinds.filter(fits).length;
  return {
    heapBytes: process.memoryUsage().heapUsed,
    sockets: count((kind) => kind.startsWith('TCP') || kind.startsWith('TLS')),
    timers: count((kind) => kind === 'Timeout' || kind === 'Immediate'),
  };
}
