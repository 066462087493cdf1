import { clustersOf, isExpectedPrimary, isInRing, isReplica, isWritable, replicasIn } from '../fleetFacts';
import { lines, variable } from '../phrase';
import type { Explained, InstanceRule } from '../rule';
import { t } from '../../l10n';

export const writable: InstanceRule = {
  scope: 'instance',
  ids: { 'replica.writable': 'critical' },
  check({ fleet, instance, key, here, facts }) {
    if (isReplica(instance) !== true || isWritable(instance) !== true) return [];
    // Declared primaries may write; a ring is judged as a whole (cluster.multiplePrimaries, cluster.circular).
    if (isExpectedPrimary(fleet, key) || isInRing(fleet, key)) return [];
    // The head of a cluster that names no primary, fed from outside it.
    const isHead = clustersOf(fleet, key).some(
      (cluster) =>
        cluster.spec.primary === undefined && cluster.roots[0] === key && replicasIn(cluster, instance).length > 0,
    );
    if (isHead) return [];
    return [
      {
        id: 'replica.writable',
        title: t`${here} is a replica and accepts writes: read_only is off.`,
        short: t`replica is writable`,
        runbook: 'instance.setReadOnly',
        evidence: [variable(instance, '@@read_only', 0)],
        remedy: lines(
          t`\`SET GLOBAL ${facts?.flavor === 'mysql' ? t`super_read_only` : t`read_only`} = 1\`, and the same in its configuration.`,
          t`Then look for what was written meanwhile: replica.errantTransactions names transactions of its own.`,
        ),
        avoid: t`Do not set it on the server that clients write to: make sure first which one is the primary.`,
      },
    ];
  },
};

export const writableExplained: Explained = {
  'replica.writable': {
    means: 'A replica accepts writes.',
    when: 'It has a replication connection and `read_only` is off. Not for a primary that the inventory names, nor inside a ring.',
    why: 'A restart without `read_only` in the configuration, or an unfinished switchover. Writes here diverge from the source.',
  },
};
