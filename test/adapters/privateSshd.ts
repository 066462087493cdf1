import { strict as assert } from 'node:assert';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import path from 'node:path';
import { freePorts } from '../sandbox/freePorts';
import { signal, type ProcessGroup } from '../sandbox/processGroup';
import { findExecutable } from '../sandbox/serverKinds';
import { waitFor } from '../sandbox/waitFor';

/** A private sshd on loopback with keys and a configuration of its own; nobody's own ssh settings are read. */
export interface PrivateSshd {
  readonly via: string;
  readonly port: number;
  readonly folder: string;
  /** The program and its configuration: `user` is known there, `stranger` is not; `strict` knows no host key. */
  command(configuration: 'user' | 'stranger' | 'strict'): readonly [string, ...string[]];
  /** How often somebody has logged in. */
  logins(): number;
  /** The processes of the connections that are open. */
  sessions(): readonly number[];
  stop(): void;
}

/**
 * @param forwarding what `AllowTcpForwarding` says
 * @param sandbox whose watchdog takes the process and the files down, should nobody else
 */
export async function startPrivateSshd(
  forwarding: 'local' | 'no' = 'local',
  sandbox?: { readonly processes: ProcessGroup; readonly folder: string },
): Promise<PrivateSshd> {
  const sshd = findExecutable('sshd');
  assert.ok(sshd !== undefined, 'sshd is not installed: openssh-server brings it');
  const folder = mkdtempSync(path.join(sandbox?.folder ?? tmpdir(), 'rdk-ssh-'));
  const [port = 0] = await freePorts(1);
  const file = (name: string): string => path.join(folder, name);
  for (const key of ['host', 'user', 'stranger']) {
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', file(key)]);
  }
  copyFileSync(file('user.pub'), file('authorized'));
  // sshd of some systems wants its folder for separated privileges even where it separates none.
  const makes = process.getuid?.() === 0 && !existsSync('/run/sshd');
  if (makes) mkdirSync('/run/sshd', { mode: 0o755 });
  writeFileSync(
    file('sshd_config'),
    [
      `Port ${port}`,
      'ListenAddress 127.0.0.1',
      `HostKey ${file('host')}`,
      `AuthorizedKeysFile ${file('authorized')}`,
      `PidFile ${file('pid')}`,
      'StrictModes no',
      'UsePAM no',
      'PasswordAuthentication no',
      'KbdInteractiveAuthentication no',
      'PermitRootLogin prohibit-password',
      `AllowTcpForwarding ${forwarding}`,
    ].join('\n'),
  );
  const configure = (name: string, known: string, strict: string, key: string): void => {
    writeFileSync(
      file(name),
      `UserKnownHostsFile ${file(known)}\nStrictHostKeyChecking ${strict}\nIdentitiesOnly yes\nIdentityAgent none\nIdentityFile ${file(key)}\n`,
    );
  };
  configure('user_config', 'known', 'accept-new', 'user');
  configure('stranger_config', 'known', 'accept-new', 'stranger');
  configure('strict_config', 'known_strict', 'yes', 'user');
  const args = ['-D', '-f', file('sshd_config'), '-E', file('log')];
  const server = sandbox?.processes.start('sshd', sshd, args, file('said'), folder);
  const daemon = server === undefined ? spawn(sshd, args, { stdio: 'ignore' }) : undefined;
  const listening = await waitFor(() => Promise.resolve(existsSync(file('pid')) ? true : undefined), 10_000);
  assert.ok(listening, 'sshd did not start');
  return {
    via: `ssh://${userInfo().username}@127.0.0.1:${port}`,
    port,
    folder,
    command: (configuration) => ['ssh', '-F', file(`${configuration}_config`)],
    logins: () => readFileSync(file('log'), 'utf8').match(/Accepted publickey/g)?.length ?? 0,
    sessions: () => childrenOf(server?.pid ?? daemon?.pid ?? 0),
    stop: () => {
      daemon?.kill();
      if (server !== undefined) signal(server, 'SIGTERM');
      rmSync(folder, { recursive: true, force: true });
      if (makes) rmdirSync('/run/sshd');
    },
  };
}

function childrenOf(pid: number): readonly number[] {
  const { stdout } = spawnSync('ps', ['-o', 'pid=', '--ppid', String(pid)], { encoding: 'utf8' });
  return stdout.split('\n').flatMap((line) => (line.trim() === '' ? [] : [Number(line)]));
}
