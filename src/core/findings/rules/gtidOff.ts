import { clustersOf, factsOf } from '../fleetFacts';
import { code, fromStatus, lines } from '../phrase';
import type { ConnectionRule, Explained } from '../rule';
import { t } from '../../l10n';
import { formatCount } from '../../words';

export const gtidOff: ConnectionRule = {
  scope: 'connection',
  ids: { 'replica.gtidOff': 'warning' },
  check(context) {
    const { fleet, key, here, there, connection, status, dialect, facts, source } = context;
    if (status.gtid !== 'no' || connection.sourceKey === undefined) return [];
    const peers = clustersOf(fleet, key).flatMap(({ spec }) =>
      spec.instances.flatMap((other) => (other === key ? [] : (fleet.instances[other]?.connections ?? []))),
    );
    // A multi-source replica's other sources tell nothing about this one.
    const otherSources = context.instance.connections.flatMap(({ sourceKey }) =>
      sourceKey === connection.sourceKey ? [] : [sourceKey],
    );
    const users = peers.filter((peer) => peer.status.gtid !== 'no' && !otherSources.includes(peer.sourceKey));
    const modes = [facts?.gtidMode, factsOf(source)?.gtidMode];
    const isOn = facts?.flavor === 'mysql' && modes.every((mode) => mode?.toUpperCase() === 'ON');
    if (users.length === 0 && !isOn) return [];
    const check =
      dialect.flavor === 'mariadb'
        ? t`Verify first that ${code('SELECT @@gtid_slave_pos')} on the replica names every domain of the source and is what it has really applied; stop it and compare with the source’s position for its file and place, \`BINLOG_GTID_POS(file, position)\`.`
        : t`Verify first that \`@@gtid_executed\` of the replica is a part of the source’s.`;
    return [
      {
        id: 'replica.gtidOff',
        title: t`${here} follows ${there} by file and position, in a cluster that uses GTID.`,
        short: 'GTID off',
        runbook: 'replica.enableGtid',
        evidence: [
          fromStatus(
            context,
            t`GTID not used by this connection; ${users.length > 0 ? t`used by ${formatCount(users.length, 'other connection')} of the cluster` : t`gtid_mode ON on both servers`}`,
          ),
        ],
        remedy: lines(
          check,
          t`Then ${code(dialect.stop(status.name))}, ${code(dialect.useGtid(status.name))}, ${code(dialect.start(status.name))}`,
        ),
        avoid:
          dialect.flavor === 'mariadb'
            ? t`Do not use \`current_pos\`, and do not switch while \`gtid_slave_pos\` is empty or old: it would start from there.`
            : t`Do not switch while the sets differ: missing transactions are fetched again, or not at all.`,
      },
    ];
  },
};

export const gtidOffExplained: Explained = {
  'replica.gtidOff': {
    means: 'This connection uses file and position where the cluster uses GTID.',
    when: 'Other connections of the cluster use GTID, or on MySQL `gtid_mode` is ON on both servers.',
    why: 'CHANGE MASTER with a file and position turns GTID off (note 4190); it is often left so after a repair. A switchover then has to compute positions.',
  },
};
