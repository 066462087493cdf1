import { fork } from 'node:child_process';
import path from 'node:path';
import { renderFaults } from './faults';
import type { SupervisorMessage } from './supervisor';
import { type SupervisorCommand, askSupervisor, readState, removeState } from './supervisorState';

const usage =
  'npm run sandbox -- up [--server NAME] [--no-etcd] [--yes] | down | status | fault NAME | heal NAME | --list-faults';

/** Standard output has what was asked for, standard error how far it is. */
const progress = (text: string) => process.stderr.write(`${text}\n`);

/** Starts the supervisor in a session of its own and returns when everything is up. */
async function up(args: readonly string[]): Promise<string> {
  const running = readState();
  if (running !== undefined) {
    const answered = await askSupervisor(running, { kind: 'status' }).catch(() => undefined);
    if (answered !== undefined) throw new Error(`A sandbox is up already, in ${running.folder}. "down" stops it.`);
    removeState();
  }
  const named = args.indexOf('--server');
  const supervisor = fork(path.join(import.meta.dirname, 'supervisor.ts'), {
    detached: true,
    // Its output has nowhere to go once we are gone.
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    execArgv: ['--import', 'tsx'],
    env: {
      ...process.env,
      ...(named === -1 ? {} : { REPLIDECK_SANDBOX_SERVER: args[named + 1] ?? '' }),
      ...(args.includes('--no-etcd') ? { REPLIDECK_SANDBOX_ETCD: 'off' } : {}),
    },
  });
  return new Promise((resolve, reject) => {
    supervisor.once('exit', (code) => {
      reject(new Error(`The sandbox ended with ${code ?? 'a signal'} while it was starting.`));
    });
    supervisor.on('message', (message: SupervisorMessage) => {
      switch (message.kind) {
        case 'progress':
          progress(message.text);
          return;
        case 'ready':
          supervisor.disconnect();
          supervisor.unref();
          resolve(message.text);
          return;
        case 'failed':
          reject(new Error(message.text));
      }
    });
  });
}

async function ask(command: SupervisorCommand): Promise<string> {
  const state = readState();
  if (state === undefined) throw new Error('No sandbox is up.');
  let answer;
  try {
    answer = await askSupervisor(state, command);
  } catch {
    // Its watchdog has cleaned up what it left; only this file remained.
    removeState();
    throw new Error('The sandbox is not up any more: its process is gone.');
  }
  if (!answer.ok) throw new Error(answer.text);
  return answer.text;
}

async function execute([verb, ...args]: readonly string[]): Promise<string> {
  switch (verb) {
    case 'up':
      return up(args);
    case 'down':
    case 'status':
      return ask({ kind: verb });
    case 'fault':
    case 'heal':
      if (args[0] === undefined) throw new Error(`Which one? ${verb} NAME; --list-faults names them.`);
      return ask({ kind: verb, name: args[0] });
    case '--list-faults':
      return renderFaults();
    default:
      throw new Error(usage);
  }
}

execute(process.argv.slice(2)).then(
  (text) => process.stdout.write(`${text}\n`),
  (error: unknown) => {
    progress(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  },
);
