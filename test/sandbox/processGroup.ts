import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** A child of the sandbox. `ended` resolves when it is gone; it never rejects. */
export interface ServerProcess {
  readonly name: string;
  readonly pid: number;
  readonly logFile: string;
  readonly ended: Promise<void>;
  hasEnded(): boolean;
}

/** What the watchdog compares before it kills: a pid alone may be another process by then. */
export function processStartedAt(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    if (process.platform === 'linux') return undefined;
    try {
      return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim();
    } catch {
      return undefined;
    }
  }
}

/**
 * The processes of one sandbox and the watchdog over them. Every child has a process group of its own, so that
 * Ctrl-C in the terminal reaches the starter only, which then stops them in order.
 */
export class ProcessGroup {
  readonly #watchdog: ChildProcess;
  readonly #running = new Map<number, ServerProcess>();

  /** @param folder what the watchdog removes when this process dies without `end()`. */
  constructor(folder: string) {
    this.#watchdog = spawn(process.execPath, [path.join(import.meta.dirname, 'watchdog.mjs')], {
      stdio: ['pipe', 'ignore', 'ignore'],
      detached: true,
      cwd: '/',
    });
    this.#watchdog.unref();
    // A watchdog that is gone cannot be told anything; the sandbox goes on without it.
    this.#watchdog.stdin?.on('error', () => undefined);
    this.#tell({ folder });
  }

  #tell(message: object): void {
    this.#watchdog.stdin?.write(`${JSON.stringify(message)}\n`);
  }

  get pids(): number[] {
    return [...this.#running.keys()];
  }

  /** Starts a program whose output goes to `logFile`. */
  start(
    name: string,
    binary: string,
    args: readonly string[],
    logFile: string,
    cwd: string,
    env: Readonly<Record<string, string>> = {},
  ): ServerProcess {
    const log = openSync(logFile, 'a');
    const options = { detached: true, cwd, env: { ...process.env, ...env } };
    const child = spawn(binary, args, { ...options, stdio: ['ignore', log, log] });
    closeSync(log);
    // A failed spawn is seen by whoever waits for the server: `ended` resolves, the pid is missing.
    const ended = new Promise<void>((resolve) => {
      child.once('exit', () => {
        resolve();
      });
      child.once('error', () => {
        resolve();
      });
    });
    const pid = child.pid;
    if (pid === undefined) throw new Error(`${binary} could not be started.`);
    let gone = false;
    const server: ServerProcess = { name, pid, logFile, ended, hasEnded: () => gone };
    this.#running.set(pid, server);
    this.#tell({ pid, startedAt: processStartedAt(pid) });
    void ended.then(() => {
      gone = true;
      this.#running.delete(pid);
      this.#tell({ ended: pid });
    });
    return server;
  }

  async kill(server: ServerProcess): Promise<void> {
    signal(server, 'SIGKILL');
    await server.ended;
  }

  /** Kills all that run: their data goes with the folder, so there is nothing to shut down in order. */
  async killAll(): Promise<void> {
    await Promise.all([...this.#running.values()].map((server) => this.kill(server)));
  }

  /** Dismisses the watchdog. Comes last: until then it would clean up after us. */
  async end(): Promise<void> {
    this.#tell({ done: true });
    const gone = this.#watchdog.exitCode === null ? once(this.#watchdog, 'exit') : undefined;
    this.#watchdog.ref();
    this.#watchdog.stdin?.end();
    await gone;
  }
}

export function signal(server: ServerProcess, name: NodeJS.Signals): void {
  if (server.hasEnded()) return;
  try {
    process.kill(server.pid, name);
  } catch {
    // It ended between the look and the signal.
  }
}

/** The last lines of a log, for the message of a server that did not start. */
export function logTail(logFile: string, lines = 15): string {
  try {
    return readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-lines).join('\n');
  } catch {
    return '(no log)';
  }
}
