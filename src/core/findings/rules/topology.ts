import { expectedPrimaries } from '../../replication/nestCluster';
import { dialectOf } from '../dialect';
import { factsOf } from '../fleetFacts';
import { code, lines, list, sourceOf, variable } from '../phrase';
import type { ClusterContext, ClusterRule, Draft, Explained } from '../rule';
import { t } from '../../l10n';

export const topology: ClusterRule = {
  scope: 'cluster',
  ids: { 'cluster.circular': 'warning', 'cluster.versionSkew': 'warning' },
  check(context) {
    return [...circular(context), ...versionSkew(context)];
  },
};

function circular(context: ClusterContext): readonly Draft[] {
  const { cluster, fleet, name } = context;
  const declared = expectedPrimaries(cluster.spec);
  const rings = cluster.rings.filter(
    (ring) => ring.length > 0 && !(declared.length > 1 && ring.every((key) => declared.includes(key))),
  );
  if (rings.length === 0) return [];
  const keys = [...new Set(rings.flat())];
  return [
    {
      id: 'cluster.circular',
      title: t`In cluster ${cluster.spec.name} ${list(rings.map((ring) => list(ring.map(name))))} replicate from each other.`,
      short: t`replicate in a ring`,
      evidence: keys.flatMap((key) => {
        const instance = fleet.instances[key];
        const connection = instance?.connections.find(({ sourceKey }) => keys.includes(sourceKey ?? ''));
        return instance === undefined || connection === undefined
          ? []
          : [{ measured: t`${key} replicates from ${connection.source}`, ...sourceOf(instance.snapshot.replication) }];
      }),
      remedy: lines(
        t`A link is left from a switchover: make sure which one is the primary and that both have the same position.`,
        linkBack(context, rings) ??
          t`On that primary: \`STOP SLAVE; RESET SLAVE ALL\` of the connection that leads back (MySQL: \`STOP REPLICA; RESET REPLICA ALL\`).`,
        t`If the pair is meant, declare both as \`primary\` per data centre in the inventory.`,
      ),
      avoid: t`Do not reset the other side: the replica would lose its position.`,
    },
  ];
}

/** How to take the link away, where it is known which one of the only ring is the primary. */
function linkBack({ cluster, fleet, name }: ClusterContext, rings: readonly (readonly string[])[]): string | undefined {
  const ring = rings.length === 1 ? (rings[0] ?? []) : [];
  const expected = ring.filter((key) => expectedPrimaries(cluster.spec).includes(key));
  const writable = ring.filter((key) => factsOf(fleet.instances[key])?.readOnly === false);
  const [key, ...others] = expected.length > 0 ? expected : writable;
  const instance = others.length === 0 ? fleet.instances[key ?? ''] : undefined;
  const back = instance?.connections.find(({ sourceKey }) => ring.includes(sourceKey ?? ''));
  const facts = factsOf(instance);
  if (key === undefined || back === undefined || facts === undefined) return undefined;
  const dialect = dialectOf(facts.flavor, facts.versionNumber);
  const { name: connection } = back.status;
  return t`On ${name(key)}, if it is the primary: ${code(`${dialect.stop(connection)}; ${dialect.resetAll(connection)}`)}, which takes away the connection that leads back.`;
}

function versionSkew({ cluster, members, fleet, name }: ClusterContext): readonly Draft[] {
  const pairs = members.flatMap((replica) =>
    replica.connections.flatMap(({ sourceKey }) => {
      const source = fleet.instances[sourceKey ?? ''];
      const [here, there] = [factsOf(replica), factsOf(source)];
      if (source === undefined || here === undefined || there?.flavor !== here.flavor) return [];
      const [major, minor] = here.versionNumber;
      const [sourceMajor, sourceMinor] = there.versionNumber;
      // Patch versions may differ: replication is compatible within a series.
      const isOlder = major < sourceMajor || (major === sourceMajor && minor < sourceMinor);
      return isOlder ? [{ replica, source, here, there }] : [];
    }),
  );
  const [first] = pairs;
  if (first === undefined) return [];
  return [
    {
      id: 'cluster.versionSkew',
      title:
        t`In cluster ${cluster.spec.name} ` +
        list(
          pairs.map(
            ({ replica, source, here, there }) =>
              t`${name(replica.spec.key)} (${here.versionNumber.join('.')}) is older than its source ${name(source.spec.key)} (${there.versionNumber.join('.')})`,
          ),
        ) +
        '.',
      short: t`replica older than its source`,
      evidence: pairs.flatMap(({ replica, source, here, there }) => [
        variable(replica, '@@version', here.version),
        variable(source, '@@version', there.version),
      ]),
      remedy: lines(
        t`Upgrade ${list(pairs.map(({ replica }) => name(replica.spec.key)))}: replicas first, the primary last.`,
        t`Until then use no feature on the source that the older version does not know.`,
      ),
      avoid: t`Do not promote the older replica: the others would then be newer than their source, but its data files cannot be taken back.`,
    },
  ];
}

export const topologyExplained: Explained = {
  'cluster.circular': {
    means: 'Instances are each other’s source.',
    when: 'A ring of connections, unless all of it is declared as co-primaries.',
    why: 'A link that was set for a switchover and not taken back.',
  },
  'cluster.versionSkew': {
    means: 'A replica is older than its source.',
    when: 'Major or minor version lower, same flavor. Patch versions may differ.',
    why: 'The primary was upgraded first. Events of the newer version may not be understood.',
  },
};
