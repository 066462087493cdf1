import { tunnelTroubleOf, type TunnelTrouble } from '../ssh/tunnelTrouble';
import type { ReachWords } from './reachWords';
import { t } from '../l10n';

const words: Readonly<Record<TunnelTrouble, ReachWords>> = {
  hostKeyChanged: [
    t`cannot be reached: its bastion shows another host key than the one that is known`,
    t`bastion: host key changed`,
    t`Ask whoever runs the bastion whether it was set up anew, compare the fingerprint with theirs, and only then replace the old key: \`ssh-keygen -R <bastion>\`.`,
  ],
  hostKeyUnknown: [
    t`cannot be reached: the host key of its bastion is not known here`,
    t`bastion: unknown host key`,
    t`Open an SSH connection to the bastion in a terminal once, compare the fingerprint, and accept it.`,
  ],
  authentication: [
    t`cannot be reached: its bastion refuses our login`,
    t`bastion: login refused`,
    t`See whether the agent holds the key (\`ssh-add -l\`), and whether user and key in \`~/.ssh/config\` are those of the bastion. Nothing is asked for here: it must work without a question.`,
  ],
  prohibited: [
    t`cannot be reached: its bastion forwards to nowhere`,
    t`bastion: forwarding prohibited`,
    t`The bastion’s sshd needs \`AllowTcpForwarding local\` for this account, and \`PermitOpen\` with this host and port where it names any.`,
  ],
  behind: [
    t`cannot be reached from its bastion`,
    t`not reached behind the bastion`,
    t`The bastion works. From there, see whether the name resolves, a firewall lets the port through, and the server runs.`,
  ],
  bastion: [
    t`cannot be reached: its bastion does not answer`,
    t`bastion not reached`,
    t`Look at the bastion and the way to it first: everything that goes through it is out of reach.`,
  ],
  noSsh: [
    t`cannot be reached: there is no \`ssh\` on this machine`,
    t`no ssh here`,
    t`Install OpenSSH’s client where the extension runs, and see that \`ssh\` is on the PATH of VS Code.`,
  ],
  other: [
    t`cannot be reached: the SSH tunnel failed`,
    t`tunnel failed`,
    t`Open the same SSH connection in a terminal; it must work without a question.`,
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
    ? t`Do not switch \`StrictHostKeyChecking\` off: whoever stands in between would read every password and all data.`
    : undefined;
}
