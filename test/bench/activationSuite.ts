import { writeFileSync } from 'node:fs';
import * as vscode from 'vscode';

/** Activates both extensions, which nothing in an empty workspace has woken, and writes how long each took. */
export async function run(): Promise<void> {
  const file = process.env['REPLIDECK_BENCH_RESULT'];
  if (file === undefined) throw new Error('REPLIDECK_BENCH_RESULT is not set');
  const replideckMs = await activationMs('replideck.replideck');
  const gitMs = await activationMs('vscode.git');
  writeFileSync(file, JSON.stringify({ replideckMs, gitMs }));
}

async function activationMs(id: string): Promise<number> {
  const extension = vscode.extensions.getExtension(id);
  if (extension === undefined) throw new Error(`${id} is not installed`);
  if (extension.isActive) throw new Error(`${id} is active already`);
  const startedAt = performance.now();
  await extension.activate();
  return performance.now() - startedAt;
}
