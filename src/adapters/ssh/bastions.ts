import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { failed, ok, type Outcome } from '../../core/outcome';
import { openSshTunnel, parseVia, sshOptions, type SshRequest, type SshTunnel } from './sshTunnel';
import { t } from '../../core/l10n';

/**
 * Ways through bastions: one connection to each, that is logged in once and carries every tunnel. Many instances stand
 * behind one bastion, and a login of its own for each would look like an attack there.
 */
export interface Bastions {
  /**
   * @param stop aborted when the time is over; the tunnel itself lives on until it is destroyed.
   * @returns the pipes, or ssh's own words about why the bastion let nobody through.
   */
  open(request: TunnelRequest, stop: AbortSignal): Promise<Outcome<SshTunnel, string>>;
  /** Ends every connection. */
  dispose(): Promise<void>;
}

export type TunnelRequest = Pick<SshRequest, 'via' | 'host' | 'port' | 'connectTimeoutSeconds'>;
export type BastionSettings = Pick<SshRequest, 'command' | 'environment'>;

/** How long the connection to a bastion is kept that nobody uses. */
const lingerMs = 60_000;
const lookMs = 25;
/** ssh appends 17 characters for a moment, and the address of a socket has at most 104 on some systems. */
const longestSocketPath = 80;
const keptLines = 200;
/** A shell's own number for a program that is not there. */
const notFound = 127;

/**
 * Ends ssh when our end of its pipe closes, be it that we were killed: ssh itself would stay, since a connection that
 * only carries others reads no input.
 */
const guardian =
  'exec 3<&0; "$@" </dev/null 3<&- & s=$!; { read -r _ <&3; kill "$s"; } 2>/dev/null & w=$!; exec 3<&-; ' +
  `wait "$s"; r=$?; kill "$w" 2>/dev/null; exit "$r"`;

interface Control {
  readonly socket: string;
  readonly child: ChildProcess;
  /** ssh's words, each with its place in the order of all that it said. */
  readonly lines: { readonly at: number; readonly text: string }[];
  said: number;
  /** Settles when others may use it, or when it has ended. */
  readonly ready: Promise<Outcome<undefined, string>>;
  readonly ended: Promise<void>;
  users: number;
  linger: NodeJS.Timeout | undefined;
}

export function createBastions(settings: BastionSettings): Bastions {
  const controls = new Map<string, Control>();
  const running = new Set<Control>();
  let folder: string | undefined;
  let count = 0;
  let disposed = false;

  const end = (key: string, control: Control): void => {
    clearTimeout(control.linger);
    if (controls.get(key) === control) controls.delete(key);
    control.child.stdin?.destroy();
  };

  const start = (key: string, request: TunnelRequest): Control | undefined => {
    // Windows' ssh shares no connections: every tunnel there logs in by itself.
    if (process.platform === 'win32') return undefined;
    folder ??= mkdtempSync(path.join(tmpdir(), 'rdk-'));
    count += 1;
    const socket = path.join(folder, `c${count}`);
    if (socket.length > longestSocketPath) return undefined;
    const options = sshOptions(request);
    if (options.kind === 'failed') return undefined;
    const control = startControl(socket, options.value, settings);
    controls.set(key, control);
    running.add(control);
    void control.ended.then(() => {
      end(key, control);
      running.delete(control);
    });
    return control;
  };

  const release = (key: string, control: Control): void => {
    control.users -= 1;
    if (control.users > 0) return;
    clearTimeout(control.linger);
    control.linger = setTimeout(() => {
      end(key, control);
    }, lingerMs);
    control.linger.unref();
  };

  return {
    async open(request, stop) {
      const target = parseVia(request.via);
      if (target.kind === 'failed') return target;
      if (disposed) return failed(t`Replideck is being closed.`);
      const key = JSON.stringify(target.value);
      const control = controls.get(key) ?? start(key, request);
      if (control === undefined) return openSshTunnel({ ...request, ...settings });
      control.users += 1;
      clearTimeout(control.linger);
      const ready = await untilAborted(control.ready, stop);
      if (ready === undefined || ready.kind === 'failed') {
        release(key, control);
        // One that does not come about is no use to the next; nobody waits for it any more.
        if (control.users === 0) end(key, control);
        return ready ?? failed(t`No connection to the bastion came about before the deadline.`);
      }
      const mark = control.said;
      const tunnel = openSshTunnel({ ...request, ...settings, controlSocket: control.socket });
      if (tunnel.kind === 'failed') {
        release(key, control);
        return tunnel;
      }
      void tunnel.value.ended.then(() => {
        release(key, control);
      });
      return ok({
        ...tunnel.value,
        failure: () => explain(tunnel.value.failure(), control, mark),
        // The shared connection has said its reason by then; it may stand right behind in this round of events.
        ended: tunnel.value.ended.then(() => new Promise((resolve) => setImmediate(resolve))),
      });
    },

    async dispose() {
      disposed = true;
      const all = [...running];
      for (const [key, control] of controls) end(key, control);
      for (const control of all) control.child.stdin?.destroy();
      await Promise.all(all.map(({ ended }) => ended));
      if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
      folder = undefined;
    },
  };
}

function startControl(socket: string, options: readonly string[], { command, environment }: BastionSettings): Control {
  const own = [
    ...['-M', '-N', '-S', socket, '-oControlPersist=no'],
    // A bastion that is gone without a word is noticed within a minute.
    ...['-oServerAliveInterval=15', '-oServerAliveCountMax=3', '-oLogLevel=INFO'],
  ];
  const child = spawn('/bin/sh', ['-c', guardian, 'sh', ...command, ...own, ...options], {
    stdio: ['pipe', 'ignore', 'pipe'],
    shell: false,
    env: environment,
  });
  const control = { lines: [] as Control['lines'], said: 0 };
  let rest = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    const parts = (rest + text).split(/\r?\n/);
    rest = parts.pop() ?? '';
    for (const line of parts) {
      control.said += 1;
      control.lines.push({ at: control.said, text: line });
    }
    control.lines.splice(0, Math.max(0, control.lines.length - keptLines));
  });
  child.stdin.on('error', () => undefined);
  let exit: number | undefined;
  let trouble: string | undefined;
  const ended = new Promise<void>((resolve) => {
    child.on('error', (error) => {
      trouble = error.message;
      resolve();
    });
    child.on('close', (code) => {
      exit = code ?? undefined;
      resolve();
    });
  });
  const words = (): string => [...control.lines.map(({ text }) => text), rest].join('\n').trim();
  const ready = new Promise<Outcome<undefined, string>>((resolve) => {
    const look = setInterval(() => {
      if (!existsSync(socket)) return;
      clearInterval(look);
      resolve(ok(undefined));
    }, lookMs);
    void ended.then(() => {
      clearInterval(look);
      resolve(failed(whyEnded(words(), exit, trouble)));
    });
  });
  return Object.assign(control, { socket, child, ready, ended, users: 0, linger: undefined });
}

function whyEnded(words: string, exit: number | undefined, trouble: string | undefined): string {
  if (trouble !== undefined || exit === notFound) return t`ssh could not be started: ${trouble ?? words}`;
  return words === '' ? t`ssh ended with ${String(exit)} and said nothing.` : words;
}

/**
 * A tunnel that the far side refused says no more than that; the shared connection says why. Tunnels that failed at
 * the same time are not told apart there, so all reasons since this one was asked for are given.
 */
function explain(words: string | undefined, { lines }: Control, mark: number): string | undefined {
  if (words === undefined || !/refused by peer|forwarding (?:request )?failed/i.test(words)) return words;
  const reasons = lines.filter(({ at }) => at > mark).flatMap(({ text }) => /open failed: (.+)$/.exec(text)?.[1] ?? []);
  return reasons.length === 0 ? words : t`open failed: ${[...new Set(reasons)].join('; ')}`;
}

function untilAborted<T>(work: Promise<T>, stop: AbortSignal): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const onStop = (): void => {
      resolve(undefined);
    };
    if (stop.aborted) onStop();
    stop.addEventListener('abort', onStop, { once: true });
    work.then(resolve, reject).finally(() => {
      stop.removeEventListener('abort', onStop);
    });
  });
}
