// Starts a sandbox, tells where it is on standard output, and waits to be killed. For the tests of the watchdog.
import { findEtcd } from './serverKinds';
import { startSandbox } from './sandbox';

async function main(): Promise<void> {
  const early = process.argv.includes('--die-while-starting');
  const sandbox = await startSandbox({
    etcd: !early && (await findEtcd()) !== undefined,
    onProgress: (text) => {
      if (early) process.stdout.write(`${text}\n`);
    },
  });
  process.stdout.write(`${JSON.stringify({ folder: sandbox.folder, pids: sandbox.processes.pids })}\n`);
  setInterval(() => undefined, 60_000);
}

void main();
