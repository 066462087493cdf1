import { identityChanges, toKnownServer } from '../../replication/sameServer';
import { lines, variable } from '../phrase';
import type { Explained, InstanceRule } from '../rule';
import { t } from '../../l10n';

const names = { serverId: '@@server_id', hostname: '@@hostname', port: '@@port', uuid: '@@server_uuid' } as const;

/** Compared with who was first read at the same address, or accepted there, as the inventory names no identity. */
export const identity: InstanceRule = {
  scope: 'instance',
  ids: { 'instance.identityMismatch': 'critical' },
  check({ instance, here }) {
    const { known } = instance;
    const now = toKnownServer(instance.snapshot);
    const differs = known === undefined || now === undefined ? [] : identityChanges(known, now);
    if (known === undefined || now === undefined || differs.length === 0) return [];
    return [
      {
        id: 'instance.identityMismatch',
        title: t`Another server answers at ${here} than before.`,
        short: t`another server than before`,
        evidence: differs.map((mark) => ({
          ...variable(instance, names[mark], now[mark]),
          measured: t`${names[mark]} was ${String(known[mark])} until ${known.at}, is ${String(now[mark])}`,
        })),
        remedy: lines(
          t`Find out what moved: a DNS alias or service address, a proxy, a rebuilt server, or a \`server_id\` that was changed with a restart.`,
          t`If the former server belongs here, bring it back: this is then over by itself.`,
          t`If the new one is meant, say so with “Accept the New Identity of an Instance” on this finding or on the instance; until then Replideck keeps saying it.`,
        ),
        avoid: t`Do not run a repair that was prepared for the former server.`,
      },
    ];
  },
};

export const identityExplained: Explained = {
  'instance.identityMismatch': {
    means: 'The server at this address is another one than was read here before.',
    when: '`server_uuid` differs, or where there is none `@@hostname`, `@@port` or `@@server_id`. A `server_id` that was set while the server ran on does not count. Kept until the former server is back, or somebody accepts the new one; a reload of the window forgets it.',
    why: 'Names and addresses move: an alias was switched, a host rebuilt, a port given to another instance.',
  },
};
