import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import type { SandboxNeighbour } from '../sandbox/neighbours';

/** What is wrong in the demo: by the faults that were asked for, and with the neighbours, which is there in each. */
export function sayWhatToSee(neighbours: readonly SandboxNeighbour[], faults: readonly string[]): string {
  const troubled = neighbours.filter(({ findings }) => findings.length > 0);
  return [
    faults.length === 0 ? 'All servers and mirrors are well.' : `Broken by --fault: ${faults.join(', ')}.`,
    'The neighbours are in trouble in every demo, so that there is something to read:',
    ...troubled.map(({ kind, name, state, findings }) => `  ${kind} ${name}, ${state}: ${findings.join(', ')}`),
    'Orchestrator and Burrow answer as recorded elsewhere: db1.dc1.example and its group of consumers are not of this fleet.',
  ].join('\n');
}

/** The last line of a demo. */
export function sayWhatStays(vscodeFolder: string): string {
  const kept = existsSync(vscodeFolder)
    ? ` ${path.basename(vscodeFolder)} keeps VS Code for the next time, ${megabytesOf(vscodeFolder)} MB.`
    : '';
  return `The demo has ended, and all of its servers and files are removed.${kept}`;
}

function megabytesOf(folder: string): number {
  const bytes = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => statSync(path.join(entry.parentPath, entry.name), { throwIfNoEntry: false })?.size ?? 0);
  return Math.round(bytes.reduce((sum, size) => sum + size, 0) / 1e6);
}
