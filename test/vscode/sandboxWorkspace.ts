// For F5: a sandbox whose workspace is always found in the same place. Ends with its task.
//   node --import tsx test/vscode/sandboxWorkspace.ts
import { mkdirSync, rmSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { onExit } from '../processes.mjs';
import { startSandbox } from '../sandbox/sandbox';

const link = path.join(path.dirname(path.dirname(__dirname)), '.vscode-test/sandbox-workspace');

async function main(): Promise<void> {
  const starting = new AbortController();
  const sandbox = startSandbox({
    signal: starting.signal,
    onProgress: (text) => {
      // Said below, once the link is there: VS Code opens the folder at these words.
      if (text !== 'The sandbox is up') console.log(text);
    },
  });
  onExit(async () => {
    rmSync(link, { force: true });
    starting.abort();
    await (await sandbox).stop();
  });
  const { workspaceFolder } = await sandbox;
  rmSync(link, { force: true });
  mkdirSync(path.dirname(link), { recursive: true });
  symlinkSync(workspaceFolder, link);
  console.log(`The sandbox is up: ${workspaceFolder}. Ctrl-C stops it.`);
  setInterval(() => undefined, 60_000);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
