import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** How long a server may take to go down by itself before it is killed. */
const graceMs = 5_000;

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
  start(name: string, binary: string, args: readonly string[], logFile: string, cwd: string): ServerProcess {
    const log = openSync(logFile, 'a');
    const child = spawn(binary, args, { stdio: ['ignore', log, log], detached: true, cwd });
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

  /** SIGTERM, then SIGKILL for what is left after five seconds. A stopped (SIGSTOP) one is woken up first. */
  async stop(servers: readonly ServerProcess[]): Promise<void> {
    await Promise.all(
      servers.map(async (server) => {
        if (server.hasEnded()) return;
        signal(server, 'SIGCONT');
        signal(server, 'SIGTERM');
        const timer = new AbortController();
        const grace = sleep(graceMs, 'late', { signal: timer.signal }).catch(() => 'cancelled');
        if ((await Promise.race([server.ended, grace])) === 'late') {
          signal(server, 'SIGKILL');
          await server.ended;
        }
        timer.abort();
      }),
    );
  }

  async kill(server: ServerProcess): Promise<void> {
    signal(server, 'SIGKILL');
    await server.ended;
  }

  /** Stops what is left and dismisses the watchdog. The folder is the caller's to remove, before this. */
  async end(): Promise<void> {
    await this.stop([...this.#running.values()]);
    this.#tell({ done: true });
    const gone = this.#watchdog.exitCode === null ? once(this.#watchdog, 'exit') : undefined;
    this.#watchdog.ref();
    this.#watchdog.stdin?.end();
    await gone;
  }

  async stopAll(): Promise<void> {
    await this.stop([...this.#running.values()]);
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
