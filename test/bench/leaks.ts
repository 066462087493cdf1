import { readFileSync } from 'node:fs';
import path from 'node:path';
import { startSandbox } from '../sandbox/sandbox';
import { makeTemporaryFolder } from '../vscode/temporaryFolder';
import { buildSuite, runBuiltSuite } from './benchSuite';
import { rounded, type Figure } from './figure';

/** What the extension host holds at one instant. */
export interface Held {
  readonly heapBytes: number;
  readonly sockets: number;
  readonly timers: number;
}

export interface LeakResult {
  readonly refreshes: number;
  readonly panels: number;
  readonly before: Held;
  readonly after: Held;
  /** Node's own, such as too many listeners. */
  readonly warnings: readonly string[];
}

/** What is left in a real extension host after thousands of refreshes of the sandbox fleet and a hundred panels. */
export async function leaks(): Promise<readonly Figure[]> {
  const output = makeTemporaryFolder();
  const sandbox = await startSandbox({ etcd: false });
  try {
    const suitePath = await buildSuite('leaksSuite');
    const resultFile = path.join(output.path, 'leaks.json');
    const workspace = sandbox.workspaceFolder;
    await runBuiltSuite({ suitePath, workspace, resultFile, timeoutMs: 900_000 });
    const { before, after, warnings } = JSON.parse(readFileSync(resultFile, 'utf8')) as LeakResult;
    if (warnings.length > 0) console.error(warnings.join('\n'));
    return [
      {
        name: 'leak of 2000 refreshes, heap',
        value: rounded((after.heapBytes - before.heapBytes) / 1e6),
        unit: 'MB',
        floor: rounded(before.heapBytes / 1e6),
        limit: 5,
      },
      { name: 'leak of 2000 refreshes, sockets', value: after.sockets - before.sockets, unit: '', limit: 0 },
      // One more poll may be due at that instant.
      { name: 'leak of 2000 refreshes, timers', value: after.timers - before.timers, unit: '', limit: 2 },
      { name: 'leak of 2000 refreshes, warnings', value: warnings.length, unit: '', limit: 0 },
    ];
  } finally {
    await sandbox.stop();
    output.remove();
  }
}
