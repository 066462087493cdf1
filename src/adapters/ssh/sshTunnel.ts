import { spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { failed, ok, type Outcome } from '../../core/outcome';
import { t } from '../../core/l10n';

/** The pipes of an `ssh -W`: what is written comes out at the far host's port, and back. */
export interface SshTunnel {
  readonly readable: Readable;
  readonly writable: Writable;
  /** ssh's own words once it has ended with an error; undefined while it runs or when it ended well. */
  readonly failure: () => string | undefined;
  /** Settles when ssh has ended. */
  readonly ended: Promise<void>;
  readonly destroy: () => void;
}

export interface SshTarget {
  readonly host: string;
  readonly port?: number;
  readonly user?: string;
}

export interface SshRequest {
  /** `ssh://[user@]host[:port]`. */
  readonly via: string;
  readonly host: string;
  readonly port: number;
  readonly connectTimeoutSeconds: number;
  /** The program and what stands before our own arguments. */
  readonly command: readonly [string, ...string[]];
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Of the shared connection that carries it; undefined: it logs in by itself. */
  readonly controlSocket?: string;
}

// Neither may begin with a dash: ssh would take it for an option, and some options run commands.
const hostName = /^(?:[A-Za-z0-9_][A-Za-z0-9._-]{0,252}|\[[0-9A-Fa-f:.]+(?:%[A-Za-z0-9._-]+)?\])$/;
const userName = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,63}$/;
const keptStderr = 2000;

export function parseVia(via: string): Outcome<SshTarget, string> {
  const match = /^ssh:\/\/(?:([^@/]+)@)?(\[[^\]]+\]|[^:/@]+)(?::(\d{1,5}))?\/?$/.exec(via);
  const [user, host, port] = [match?.[1], match?.[2], match?.[3]];
  if (host === undefined || !hostName.test(host) || (user !== undefined && !userName.test(user))) {
    return failed(t`"${via}" is not of the form ssh://user@host:port.`);
  }
  if (port !== undefined && (Number(port) < 1 || Number(port) > 65535)) {
    return failed(t`"${via}" names a port that does not exist.`);
  }
  return ok({
    host: host.replace(/^\[|\]$/g, ''),
    ...(port === undefined ? {} : { port: Number(port) }),
    ...(user === undefined ? {} : { user }),
  });
}

/**
 * What every ssh of ours is told, the bastion last.
 * @returns a sentence where the address is wrong.
 */
export function sshOptions({
  via,
  connectTimeoutSeconds,
}: Pick<SshRequest, 'via' | 'connectTimeoutSeconds'>): Outcome<readonly string[], string> {
  const target = parseVia(via);
  if (target.kind === 'failed') {
    return target;
  }
  const { host, port, user } = target.value;
  return ok([
    // Never asks: an editor has no terminal to ask in. Keys come from the agent and the user's configuration.
    '-oBatchMode=yes',
    `-oConnectTimeout=${String(Math.max(1, Math.ceil(connectTimeoutSeconds)))}`,
    ...['-oClearAllForwardings=yes', '-T'],
    ...(port === undefined ? [] : ['-p', String(port)]),
    ...(user === undefined ? [] : ['-l', user]),
    '--',
    host,
  ]);
}

/** @returns the arguments, or a sentence about what is wrong with the addresses. */
export function sshArguments(request: Omit<SshRequest, 'command' | 'environment'>): Outcome<readonly string[], string> {
  const options = sshOptions(request);
  if (options.kind === 'failed') {
    return options;
  }
  const far = request.host.includes(':') && !request.host.startsWith('[') ? `[${request.host}]` : request.host;
  if (!hostName.test(far)) {
    return failed(t`"${request.host}" is not a host name that can be forwarded to.`);
  }
  const { controlSocket } = request;
  return ok([
    // Whatever the user's own configuration shares, this one does as it is told here.
    ...['-oControlMaster=no', `-oControlPath=${controlSocket ?? 'none'}`],
    ...['-W', `${far}:${String(request.port)}`],
    ...options.value,
  ]);
}

export function openSshTunnel(request: SshRequest): Outcome<SshTunnel, string> {
  const own = sshArguments(request);
  if (own.kind === 'failed') {
    return own;
  }
  const [program, ...before] = request.command;
  const child = spawn(program, [...before, ...own.value], {
    stdio: ['pipe', 'pipe', 'pipe'],
    shell: false,
    env: request.environment,
  });
  let stderr = '';
  let failure: string | undefined;
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(-keptStderr);
  });
  const ended = new Promise<void>((resolve) => {
    child.on('error', (error) => {
      failure = t`ssh could not be started: ${error.message}`;
      child.stdout.destroy();
      resolve();
    });
    child.on('close', (code, signal) => {
      if (code !== 0) {
        const words = stderr.trim();
        failure ??= words === '' ? t`ssh ended with ${String(signal ?? code)} and said nothing.` : words;
      }
      resolve();
    });
  });
  return ok({
    readable: child.stdout,
    writable: child.stdin,
    failure: () => failure,
    ended,
    destroy: () => {
      child.stdin.destroy();
      child.stdout.destroy();
      // stderr is left to drain: what ssh said last is the reason to show.
      child.kill();
    },
  });
}
