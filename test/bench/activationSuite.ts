import { writeFileSync } from 'node:fs';
import * as vscode from 'vscode';

/** Activates the extension, which nothing in an empty workspace has woken, and writes how long that took. */
export async function run(): Promise<void> {
  const file = process.env['REPLIDECK_BENCH_RESULT'];
  const extension = vscode.extensions.getExtension('replideck.replideck');
  if (file === undefined || extension === undefined) throw new Error('No result file, or the extension is missing');
  if (extension.isActive) throw new Error('The extension is active already, so its activation cannot be timed');
  const startedAt = performance.now();
  await extension.activate();
  const withLoadingMs = performance.now() - startedAt;
  writeFileSync(file, JSON.stringify({ withLoadingMs }));
  // The time inside activate() stands in the log, which is written a moment later.
  await new Promise((resolve) => setTimeout(resolve, 2000));
}
