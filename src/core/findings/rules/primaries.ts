import { expectedPrimaries } from '../../replication/nestCluster';
import { independentSources, isInRing, isReplica, isWritable, replicasIn, writersOf } from '../fleetFacts';
import { lines, list, variable } from '../phrase';
import type { LinkedInstance } from '../../fleetView';
import type { ClusterContext, ClusterRule, Draft, Explained } from '../rule';
import { t } from '../../l10n';
import { formatCount } from '../../words';

/** Who is written to, against who should be. */
export const primaries: ClusterRule = {
  scope: 'cluster',
  ids: {
    'cluster.noPrimary': 'critical',
    'cluster.multiplePrimaries': 'critical',
    'cluster.primaryReadOnly': 'critical',
    'cluster.unexpectedPrimary': 'warning',
  },
  check(context) {
    const writers = writersOf(context.fleet, context.cluster);
    return [
      ...(writers.length === 0 ? noWriter(context) : []),
      ...severalWriters(context, writers),
      ...unexpected(context, writers),
    ];
  },
};

function noWriter(context: ClusterContext): readonly Draft[] {
  const { cluster, members, name, fleet } = context;
  const expected = expectedPrimaries(cluster.spec);
  const heads = members.filter(
    (each) =>
      isWritable(each) === false &&
      (isReplica(each) === false || (expected.includes(each.spec.key) && isInRing(fleet, each.spec.key))) &&
      (expected.length > 0 ? expected.includes(each.spec.key) : replicasIn(cluster, each).length > 0),
  );
  // Of declared co-primaries one may be read-only; all of them may not.
  const isCertain = expected.length > 0 ? expected.every((key) => isReadOnly(fleet.instances[key])) : true;
  const isWritableSomewhere = members.some((each) => isWritable(each) === true);
  if (heads.length > 0 && isCertain) {
    const names = list(heads.map(({ spec }) => name(spec.key)));
    return [
      {
        id: 'cluster.primaryReadOnly',
        title: t`The primary of cluster ${cluster.spec.name}, ${names}, is read-only: nothing can be written.`,
        short: t`primary is read-only`,
        evidence: heads.map((each) => variable(each, '@@read_only', 1)),
        remedy: lines(
          t`Servers start read-only by configuration on purpose: make sure that this is the primary, and that no other server took over while it was away.`,
          t`Then on ${names}: \`SET GLOBAL read_only = 0\`. In a planned switchover, go on with its next step instead.`,
        ),
        avoid: t`Do not open it before you have looked at the others: two writable primaries diverge at once.`,
      },
    ];
  }
  if (members.length === 0 || isWritableSomewhere) return [];
  if (!members.every((each) => isWritable(each) === false && isReplica(each) !== undefined)) return [];
  // A group of read-only servers that nothing replicates from or to says nothing about a primary.
  if (members.every((each) => isReplica(each) === false)) return [];
  // Stands by below another cluster, or below a primary that the inventory leaves out: it is written to there.
  const isHead = ({ spec }: LinkedInstance) => expected.length === 0 || expected.includes(spec.key);
  const isFedFromOutside = ({ connections }: LinkedInstance) =>
    connections.some(({ sourceKey }) => !cluster.spec.instances.includes(sourceKey ?? ''));
  if (members.every(isReplica) && members.some((each) => isHead(each) && isFedFromOutside(each))) return [];
  return [
    {
      id: 'cluster.noPrimary',
      title: t`Cluster ${cluster.spec.name} has no writable instance.`,
      short: t`no writable instance`,
      evidence: members.map((each) => variable(each, '@@read_only', 1)),
      remedy: lines(
        t`Find the server with the latest data: compare the GTID positions of all, and look into the admin log for a switchover that stopped half way.`,
        t`Finish or undo that switchover; only the server that all others follow becomes writable: \`SET GLOBAL read_only = 0\`.`,
      ),
      avoid: t`Do not open whichever server is at hand: transactions that only another one has would be lost.`,
    },
  ];
}

function isReadOnly(instance: LinkedInstance | undefined): boolean {
  return instance !== undefined && isWritable(instance) === false;
}

function severalWriters(context: ClusterContext, writers: readonly LinkedInstance[]): readonly Draft[] {
  const { cluster, members, name, fleet } = context;
  const expected = expectedPrimaries(cluster.spec);
  const independent = independentSources(fleet, cluster);
  const side = writers.filter(({ spec }) => independent.has(spec.key));
  const rest = writers.filter(({ spec }) => !independent.has(spec.key));
  const isDeclaredPair = expected.length > 1;
  const extra = isDeclaredPair ? rest.filter(({ spec }) => !expected.includes(spec.key)) : rest;
  const count = isDeclaredPair ? (extra.length === 0 ? 1 : writers.length) : rest.length + (side.length > 0 ? 1 : 0);
  if (count < 2) return [];
  if (expected.length === 0) {
    // Nothing is declared: it has to be one replication cluster, all of it seen.
    if (members.some((each) => isReplica(each) === undefined)) return [];
    if (!writers.some((each) => replicasIn(cluster, each).length > 0)) return [];
  }
  const names = list(writers.map(({ spec }) => name(spec.key)));
  const keep = writers.find(({ spec }) => expected.length === 1 && expected.includes(spec.key))?.spec.key;
  const wrong = writers.flatMap(({ spec }) => (spec.key === keep ? [] : [name(spec.key)]));
  return [
    {
      id: 'cluster.multiplePrimaries',
      title: t`Cluster ${cluster.spec.name} has ${writers.length} writable primaries: ${names}.`,
      short: t`${writers.length} writable primaries`,
      evidence: writers.map((each) => variable(each, '@@read_only', 0)),
      remedy: lines(
        keep === undefined
          ? t`Stop the wrong one from taking writes first: \`SET GLOBAL read_only = 1\` on every one but the one that clients use.`
          : t`Stop the wrong one from taking writes first. If clients use ${name(keep)}, then on ${list(wrong)}: \`SET GLOBAL read_only = 1\`.`,
        t`Then compare what each of them wrote (GTIDs with its own server_id), write what is missing on ${keep === undefined ? t`the one that stays` : name(keep)}, and build the wrong one again as a replica, from a backup.`,
        t`If both are meant, declare them in the inventory: \`primary\` per data centre.`,
      ),
      avoid: t`Do not connect them to each other to even them out: rows written on both collide.`,
    },
  ];
}

function unexpected(context: ClusterContext, writers: readonly LinkedInstance[]): readonly Draft[] {
  const { cluster, name, fleet } = context;
  const expected = expectedPrimaries(cluster.spec);
  if (expected.length === 0 || writers.some(({ spec }) => expected.includes(spec.key))) return [];
  const independent = independentSources(fleet, cluster);
  const acting = writers.filter(({ spec }) => !independent.has(spec.key));
  if (acting.length === 0) return [];
  const names = list(acting.map(({ spec }) => name(spec.key)));
  const wanted = list(expected.map(name));
  return [
    {
      id: 'cluster.unexpectedPrimary',
      title: t`The primary of cluster ${cluster.spec.name} is ${names}; the inventory expects ${wanted}.`,
      short: t`another primary than expected`,
      evidence: acting.map((each) => ({
        ...variable(each, '@@read_only', 0),
        measured: t`${each.spec.key}: writable, no source, ${formatCount(each.replicas.length, 'replica')}`,
      })),
      remedy: lines(
        t`If the switchover is meant to stay, name ${names} as \`primary\` in the inventory.`,
        t`Otherwise see what made ${names} the primary, and move it back by a planned switchover: the cluster’s panel shows what stands in the way of it.`,
      ),
      avoid: t`Do not make ${wanted} writable while ${names} takes writes.`,
    },
  ];
}

export const primariesExplained: Explained = {
  'cluster.noPrimary': {
    means: 'No instance of the cluster can be written to.',
    when: 'Every instance was read, all are read-only, and none of them is the head of the others. Not for a cluster whose head replicates from outside it.',
    why: 'A switchover that stopped half way, or every server restarted with `read_only` in its configuration.',
  },
  'cluster.multiplePrimaries': {
    means: 'More than one primary of the cluster takes writes.',
    when: 'More than one writable instance without a source, or in a ring. Not for co-primaries declared per data centre, nor for the separate sources of a multi-source replica.',
    why: 'A failover whose old primary came back, a promotion by hand, a co-primary left writable after a switchover.',
  },
  'cluster.primaryReadOnly': {
    means: 'The primary is read-only.',
    when: 'The expected primary (all of them, where several are declared), or the head of the cluster, has `read_only` on, and nobody else is writable.',
    why: 'It restarted with `read_only` in its configuration, or a switchover is under way.',
  },
  'cluster.unexpectedPrimary': {
    means: 'Another instance is the primary than the inventory expects.',
    when: 'A writable instance without a source that is not the named one, while no named one is.',
    why: 'A switchover or failover; the inventory still names the old primary.',
  },
};
