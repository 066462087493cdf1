import { tunnelTroubleOf, type TunnelTrouble } from '../ssh/tunnelTrouble';
import type { ReachWords } from './reachWords';

const words: Readonly<Record<TunnelTrouble, ReachWords>> = {
  hostKeyChanged: [
    'cannot be reached: its bastion shows another host key than the one that is known',
    'bastion: host key changed',
    'Ask whoever runs the bastion whether it was set up anew, compare the fingerprint with theirs, and only then replace the old key: `ssh-keygen -R <bastion>`.',
  ],
  hostKeyUnknown: [
    'cannot be reached: the host key of its bastion is not known here',
    'bastion: unknown host key',
    'Open an SSH connection to the bastion in a terminal once, compare the fingerprint, and accept it.',
  ],
  authentication: [
    'cannot be reached: its bastion refuses our login',
    'bastion: login refused',
    'See whether the agent holds the key (`ssh-add -l`), and whether user and key in `~/.ssh/config` are those of the bastion. Nothing is asked for here: it must work without a question.',
  ],
  prohibited: [
    'cannot be reached: its bastion forwards to nowhere',
    'bastion: forwarding prohibited',
    'The bastion’s sshd needs `AllowTcpForwarding local` for this account, and `PermitOpen` with this host and port where it names any.',
  ],
  behind: [
    'cannot be reached from its bastion',
    'not reached behind the bastion',
    'The bastion works. From there, see whether the name resolves, a firewall lets the port through, and the server runs.',
  ],
  bastion: [
    'cannot be reached: its bastion does not answer',
    'bastion not reached',
    'Look at the bastion and the way to it first: everything that goes through it is out of reach.',
  ],
  noSsh: [
    'cannot be reached: there is no `ssh` on this machine',
    'no ssh here',
    'Install OpenSSH’s client where the extension runs, and see that `ssh` is on the PATH of VS Code.',
  ],
  other: [
    'cannot be reached: the SSH tunnel failed',
    'tunnel failed',
    'Open the same SSH connection in a terminal; it must work without a question.',
  ],
};

/** @param text ssh's own words. */
export function tunnelWords(text: string): ReachWords {
  return words[tunnelTroubleOf(text)];
}

/** Undefined where nothing tempting is wrong. */
export function tunnelAvoid(text: string): string | undefined {
  const trouble = tunnelTroubleOf(text);
  return trouble === 'hostKeyChanged' || trouble === 'hostKeyUnknown'
    ? 'Do not switch `StrictHostKeyChecking` off: whoever stands in between would read every password and all data.'
    : undefined;
}
