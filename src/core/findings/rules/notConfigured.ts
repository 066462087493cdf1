import { quoteSqlString } from '../../guard/quoteSql';
import { errantTransactions } from '../../replication/gtidDistance';
import { expectedPrimaries } from '../../replication/nestCluster';
import { clustersOf, factsOf, independentSources, isReplica, isWritable, replicasIn, writersOf } from '../fleetFacts';
import { code, lines, sourceOf } from '../phrase';
import type { LinkedCluster, LinkedInstance } from '../../fleetView';
import type { Draft, Explained, InstanceContext, InstanceRule } from '../rule';
import { t } from '../../l10n';

export const notConfigured: InstanceRule = {
  scope: 'instance',
  ids: { 'replica.notConfigured': 'critical' },
  check(context) {
    const { fleet, key, here, instance } = context;
    if (isReplica(instance) !== false) return [];
    const cluster = clustersOf(fleet, key).find((each) => isExpectedReplica(context, each));
    if (cluster === undefined) return [];
    return [
      {
        id: 'replica.notConfigured',
        title: t`${here} should be a replica in cluster ${cluster.spec.name} and has no replication connection.`,
        short: t`no replication configured`,
        evidence: [{ measured: t`the status has no row`, ...sourceOf(instance.snapshot.replication) }],
        ...adviceOf(context, cluster),
      },
    ];
  },
};

function adviceOf(context: InstanceContext, cluster: LinkedCluster): Pick<Draft, 'remedy' | 'avoid' | 'runbook'> {
  const { fleet, key, here, instance, dialect, name } = context;
  const primary = expectedPrimaries(cluster.spec).find((each) => each !== key);
  const [facts, source] = [factsOf(instance), factsOf(fleet.instances[primary ?? ''])];
  const own = facts === undefined || source === undefined ? undefined : errantTransactions(facts, source)?.text;
  // Co-primaries have transactions of their own by intent.
  if (primary !== undefined && own !== undefined && own !== '' && !expectedPrimaries(cluster.spec).includes(key)) {
    return {
      remedy: lines(
        isWritable(instance) === true && t`Stop the writes on ${here}: \`SET GLOBAL read_only = 1\``,
        t`It has transactions that ${name(primary)} does not have: ${code(own)}. Save what is in them (\`mysqlbinlog\` on ${here}), and write on ${name(primary)} what belongs there.`,
        t`Then set it up again from a copy; that deletes its binary log with them.`,
      ),
      avoid: t`Do not connect it as it is: replication breaks on rows that both have, and its own transactions break the next promotion.`,
      ...(instance.replicas.length === 0 ? { runbook: 'replica.rebuild' } : {}),
    };
  }
  const isNowhere = usesGtid(context, cluster) && dialect.flavor === 'mariadb' && facts?.gtidSlavePos === '';
  return {
    remedy: lines(
      t`Find out why it is gone (a rebuild, \`RESET SLAVE ALL\`, an unfinished switchover): its data may be of any age.`,
      isNowhere &&
        t`\`@@gtid_slave_pos\` on ${here} is empty: started from there, it would apply all that its source’s binary logs still hold, from the first.`,
      t`Only with a position that belongs to its data, from a backup’s metadata or from before the reset, set the connection up again${primary === undefined ? '' : t` to ${name(primary)}`}: ${code(dialect.change('', { ...addressOf(context, primary), USER: "'<user>'", PASSWORD: "'…'", SSL: '1', ...positionFor(context, cluster) }))}, then ${code(dialect.start(''))}`,
      usesGtid(context, cluster) &&
        !isNowhere &&
        t`The GTID position is ${code(dialect.flavor === 'mariadb' ? 'SELECT @@gtid_slave_pos' : 'SELECT @@gtid_executed')} on ${here}; it outlives the connection, and has to be the one of its data.`,
      t`Without one, build it from a fresh backup.`,
    ),
    avoid: t`Do not start it from the source’s present position: what was written since it lost its connection is missing.`,
  };
}

/** The source that the inventory expects, as options of CHANGE MASTER. */
function addressOf({ fleet }: InstanceContext, primary: string | undefined): Readonly<Record<string, string>> {
  const spec = fleet.instances[primary ?? '']?.spec;
  return spec === undefined
    ? { HOST: "'<source>'", PORT: '<port>' }
    : { HOST: quoteSqlString(spec.host), PORT: String(spec.port) };
}

function usesGtid({ fleet }: InstanceContext, { spec }: LinkedCluster): boolean {
  return spec.instances.some((other) => fleet.instances[other]?.connections.some(({ status }) => status.gtid !== 'no'));
}

function positionFor(context: InstanceContext, cluster: LinkedCluster): Readonly<Record<string, string>> {
  if (!usesGtid(context, cluster)) return { LOG_FILE: "'<file>'", LOG_POS: '<position>' };
  return context.dialect.flavor === 'mariadb' ? { USE_GTID: 'slave_pos' } : { AUTO_POSITION: '1' };
}

function isExpectedReplica(context: InstanceContext, cluster: LinkedCluster): boolean {
  const { fleet, key, instance } = context;
  if (independentSources(fleet, cluster).has(key)) return false;
  const expected = expectedPrimaries(cluster.spec);
  const others = cluster.spec.instances.flatMap((other) => (other === key ? [] : (fleet.instances[other] ?? [])));
  if (expected.length > 0) {
    return expected.includes(key) ? isUnlinkedCoPrimary(expected, key, instance) : !actsAsPrimary(context, cluster);
  }
  if (instance.spec.delaySeconds !== undefined) return true;
  // No primary is named: a read-only server beside a writable one, or beside one with replicas, is meant to follow it.
  return (
    isWritable(instance) === false &&
    others.some((other) => isWritable(other) === true || replicasIn(cluster, other).length > 0) &&
    replicasIn(cluster, instance).length === 0
  );
}

/** Co-primaries follow each other; one direction is enough, as between switchovers. */
function isUnlinkedCoPrimary(expected: readonly string[], key: string, instance: LinkedInstance): boolean {
  return expected.length > 1 && !expected.some((other) => other !== key && instance.replicas.includes(other));
}

/** Took over: writable, while no expected primary takes writes, or none has replicas. That is cluster.unexpectedPrimary. */
function actsAsPrimary({ fleet, instance }: InstanceContext, cluster: LinkedCluster): boolean {
  if (isWritable(instance) !== true) return false;
  const expected = expectedPrimaries(cluster.spec);
  const alive = writersOf(fleet, cluster).filter(({ spec }) => expected.includes(spec.key));
  return (
    alive.length === 0 ||
    (replicasIn(cluster, instance).length > 0 && alive.every((each) => replicasIn(cluster, each).length === 0))
  );
}

export const notConfiguredExplained: Explained = {
  'replica.notConfigured': {
    means: 'The inventory expects a replica and the server has no replication connection.',
    when: 'The status was read and has no row, and the instance is not a primary: by the inventory’s `primary`, its `delaySeconds`, or because it is read-only beside a writable server.',
    why: 'A rebuild that was not finished, RESET REPLICA ALL, a switchover that stopped half way.',
  },
};
