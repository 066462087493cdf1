import { clustersOf, factsOf, isExpectedPrimary } from '../fleetFacts';
import { code, fromStatus, lines } from '../phrase';
import type { ConnectionContext, ConnectionRule, Explained } from '../rule';
import { t } from '../../l10n';

export const wrongSource: ConnectionRule = {
  scope: 'connection',
  ids: { 'replica.wrongSource': 'warning' },
  check(context) {
    const { fleet, instance, key, here, there, connection, status, dialect } = context;
    // A primary may well follow something outside its cluster.
    if (isExpectedPrimary(fleet, key)) return [];
    const clusters = clustersOf(fleet, key);
    const isInside = (source: string | undefined) => clusters.some(({ spec }) => spec.instances.includes(source ?? ''));
    if (clusters.length === 0 || isInside(connection.sourceKey)) return [];
    if (connection.sourceKey === undefined && !isSurelyOutside(context)) return [];
    // Without a declared primary, or beside a connection into the cluster, an outside source may be meant.
    if (instance.connections.some(({ sourceKey }) => isInside(sourceKey))) return [];
    if (connection.sourceKey === undefined && clusters.some(({ spec }) => spec.primary === undefined)) return [];
    const names = clusters.map(({ spec }) => spec.name).join(', ');
    return [
      {
        id: 'replica.wrongSource',
        title: t`${here} belongs to cluster ${names} and replicates from ${there}, which does not.`,
        short: t`replicates from a wrong source`,
        evidence: [
          fromStatus(
            context,
            t`source ${status.sourceHost}:${status.sourcePort}, server_id ${status.sourceServerId ?? t`unknown`}`,
          ),
        ],
        remedy: lines(
          t`If it was moved on purpose, list it in the cluster of ${there} in the inventory.`,
          t`Otherwise its data is that of another cluster since the change: find when that was, stop it, build it again from a backup of its own cluster, and point it there: ${code(dialect.stop(status.name))}, ${code(dialect.change(status.name, { HOST: "'<source>'", PORT: '<port>', ...(status.gtid === 'no' ? { LOG_FILE: t`'<file of the backup>'`, LOG_POS: t`<position of the backup>` } : {}) }))}, ${code(dialect.start(status.name))}`,
        ),
        avoid: t`Do not just point it back: what it applied from the other source stays in its data.`,
      },
    ];
  },
};

/** Every instance of its clusters is known by server_id, and none of them is the source. */
function isSurelyOutside({ fleet, key, status }: ConnectionContext): boolean {
  const id = status.sourceServerId;
  return (
    id !== undefined &&
    clustersOf(fleet, key).every(({ spec }) =>
      spec.instances.every((other) => {
        const serverId = factsOf(fleet.instances[other])?.serverId;
        return serverId !== undefined && serverId !== id;
      }),
    )
  );
}

export const wrongSourceExplained: Explained = {
  'replica.wrongSource': {
    means: 'The replica follows a server outside its cluster.',
    when: 'The source is an instance of another cluster; or it is surely none of this one, whose `primary` is named. Not for primaries, nor for a further connection of a multi-source replica.',
    why: 'A typing error in a repair, or an inventory that was not changed with the topology.',
  },
};
