import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { cleanEnvironment, isAlive, onExit, processTree, stopTree } from '../processes.mjs';
import { ensureServerHost } from '../provision.mjs';
import { freePorts } from '../sandbox/freePorts';

export interface ServerHostOptions {
  /** Holds the user settings and the window's state; short, for a socket path may have 107 characters only. */
  readonly userDataDir: string;
  readonly extensionsDir: string;
  readonly settings: Readonly<Record<string, unknown>>;
  /** What the extension host finds in its environment besides ours; an empty string hides one of ours. */
  readonly env?: Readonly<Record<string, string>>;
  /** The server's own output, line by line. */
  readonly log?: (line: string) => void;
  /**
   * A suite runs in it: the window takes the payload of its address. It takes the driver of VS Code's own smoke tests
   * for that, under which no notification pops up, so a window that a person looks at goes without.
   */
  readonly forSuite?: boolean;
  /** Where to listen (loopback only); a free port otherwise. */
  readonly port?: number;
}

export interface ServerHost {
  /** VS Code's version. */
  readonly version: string;
  readonly authority: string;
  /** The address that shows `folder`; `payload` is what VS Code's own tests pass to a window. */
  url(folder: string, payload?: readonly (readonly [string, string])[]): string;
  stop(): Promise<void>;
}

const startTimeoutMs = 60_000;

/** Starts the VS Code server on loopback; the page it serves is shown by a browser, its extension host runs here. */
export async function startServerHost(options: ServerHostOptions): Promise<ServerHost> {
  const { userDataDir, extensionsDir, settings, env = {}, log = () => undefined } = options;
  const installed = await ensureServerHost();
  const [free = 0] = await freePorts(1);
  const port = options.port ?? free;
  mkdirSync(path.join(userDataDir, 'User'), { recursive: true });
  mkdirSync(extensionsDir, { recursive: true });
  writeFileSync(path.join(userDataDir, 'User/settings.json'), JSON.stringify(settings, undefined, 2));

  const child = spawn(
    installed.node,
    [
      installed.main,
      ...['--host', '127.0.0.1', '--port', String(port)],
      ...['--without-connection-token', '--accept-server-license-terms', '--disable-telemetry'],
      ...(options.forSuite === true ? ['--enable-smoke-test-driver'] : []),
      ...['--user-data-dir', userDataDir, '--server-data-dir', userDataDir, '--extensions-dir', extensionsDir],
    ],
    { env: cleanEnvironment(env), stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const forget = onExit(() => {
    stopTree(child.pid, 'SIGKILL');
  });
  const ended = once(child, 'close');

  let started = false;
  let said = '';
  await new Promise<void>((resolve, reject) => {
    const fail = (why: string) => {
      forget();
      stopTree(child.pid, 'SIGKILL');
      reject(new Error(`The VS Code server ${why}:\n${said}`));
    };
    const timer = setTimeout(() => {
      fail(`was not ready after ${startTimeoutMs / 1000} s`);
    }, startTimeoutMs);
    const listen = (data: Buffer) => {
      for (const line of data.toString().split('\n')) if (line.trim() !== '') log(line);
      if (started) return;
      said += data.toString();
      if (!said.includes('Extension host agent listening on')) return;
      started = true;
      clearTimeout(timer);
      resolve();
    };
    child.stdout.on('data', listen);
    child.stderr.on('data', listen);
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      clearTimeout(timer);
      if (!started) fail(`ended (${String(code ?? signal)})`);
    });
  });

  const authority = `127.0.0.1:${port}`;
  return {
    version: installed.version,
    authority,
    url(folder, payload) {
      const query = payload === undefined ? '' : `&payload=${encodeURIComponent(JSON.stringify(payload))}`;
      return `http://${authority}/?folder=${encodeURIComponent(folder)}${query}`;
    },
    async stop() {
      // Extension hosts are children of the server and would live on for a while without it.
      const tree = child.pid === undefined ? [] : processTree(child.pid);
      stopTree(child.pid);
      const killed = setTimeout(() => {
        for (const pid of tree.filter(isAlive)) stopTree(pid, 'SIGKILL');
      }, 3000);
      await ended;
      clearTimeout(killed);
      await gone(tree.slice(1));
      forget();
    },
  };
}

/** Waits until the processes have ended, and ends them by force when they have not after three seconds. */
async function gone(pids: readonly number[]): Promise<void> {
  const patience = Date.now() + 3000;
  while (pids.some(isAlive)) {
    if (Date.now() > patience) {
      for (const pid of pids) stopTree(pid, 'SIGKILL');
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
