/**
 * The process behind `npm run sandbox -- up`: keeps a sandbox until it is told to end, and takes commands on a socket
 * in the sandbox's folder. Tells its starter by IPC how far it is, and then lives on without it.
 */
import { createServer } from 'node:net';
import path from 'node:path';
import { renderWays } from './renderWays';
import { type Sandbox, listServerKinds, startSandbox } from './sandbox';
import { type SupervisorAnswer, type SupervisorCommand, removeState, writeState } from './supervisorState';

export type SupervisorMessage =
  | { readonly kind: 'progress'; readonly text: string }
  | { readonly kind: 'ready'; readonly text: string }
  | { readonly kind: 'failed'; readonly text: string };

const tell = (message: SupervisorMessage) => {
  if (process.connected) process.send?.(message);
};

async function answer(sandbox: Sandbox, command: SupervisorCommand): Promise<string> {
  switch (command.kind) {
    case 'status':
      return renderWays(sandbox);
    case 'fault':
      return `${command.name}: ${await sandbox.fault(command.name)}`;
    case 'heal':
      await sandbox.heal(command.name);
      return `${command.name} is healed; everything replicates.`;
    case 'down':
      await sandbox.stop();
      return 'The sandbox is down.';
  }
}

function listen(sandbox: Sandbox, control: string, end: () => void): void {
  createServer({ allowHalfOpen: true }, (socket) => {
    let request = '';
    socket.on('data', (data) => (request += data.toString()));
    socket.on('error', () => undefined);
    socket.once('end', () => {
      const command = JSON.parse(request) as SupervisorCommand;
      const reply = (result: SupervisorAnswer) => {
        socket.end(JSON.stringify(result), () => {
          if (command.kind === 'down') end();
        });
      };
      answer(sandbox, command).then(
        (text) => {
          reply({ ok: true, text });
        },
        (error: unknown) => {
          reply({ ok: false, text: error instanceof Error ? error.message : String(error) });
        },
      );
    });
  }).listen(control);
}

async function main(): Promise<void> {
  const name = process.env['REPLIDECK_SANDBOX_SERVER'];
  const kinds = await listServerKinds();
  const server = kinds.find((kind) => kind.name === name);
  if (name !== undefined && server === undefined)
    throw new Error(`There is no server ${name}; there are: ${kinds.map((kind) => kind.name).join(', ')}.`);
  // The starter is interrupted before all is up: nobody would know of the sandbox.
  const abort = new AbortController();
  process.once('disconnect', () => {
    abort.abort();
  });
  const sandbox = await startSandbox({
    ...(server === undefined ? {} : { server }),
    etcd: process.env['REPLIDECK_SANDBOX_ETCD'] !== 'off',
    signal: abort.signal,
    onProgress: (text) => {
      tell({ kind: 'progress', text });
    },
  });
  const end = (): never => {
    removeState();
    process.exit(0);
  };
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const)
    process.on(signal, () => {
      void sandbox.stop().finally(end);
    });
  const control = path.join(sandbox.folder, 'control');
  try {
    listen(sandbox, control, end);
    writeState({ pid: process.pid, folder: sandbox.folder, control });
  } catch (error) {
    await sandbox.stop();
    throw error;
  }
  process.removeAllListeners('disconnect');
  tell({ kind: 'ready', text: renderWays(sandbox) });
}

main().catch((error: unknown) => {
  tell({ kind: 'failed', text: error instanceof Error ? error.message : String(error) });
  process.exit(1);
});
