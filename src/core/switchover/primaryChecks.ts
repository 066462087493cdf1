import { isWritable, upstreamOf, writersOf } from '../findings/fleetFacts';
import type { Evidence } from '../findings/finding';
import { lines, list, sourceOf, variable } from '../findings/phrase';
import type { LinkedInstance } from '../fleetView';
import { expectedPrimaries } from '../replication/nestCluster';
import { type Candidacy, type Check, fact, fails, fromStatus, holds, unknown, unread, unreadMember } from './check';
import { actingPrimaries } from './findPrimary';
import { t } from '../l10n';

const roleOf = (instance: LinkedInstance): Evidence =>
  fromStatus(
    instance,
    instance.connections.length === 0
      ? t`no source, ${instance.replicas.length} known ${instance.replicas.length === 1 ? t`replica` : t`replicas`}`
      : t`replicates from ${instance.connections.map(({ source }) => source).join(', ')}`,
  );

const declaration = ({ cluster, fleet }: Candidacy): Evidence => {
  const declared = expectedPrimaries(cluster.spec);
  return {
    measured: declared.length === 0 ? t`primary: not declared` : t`primary: ${declared.join(', ')}`,
    source: 'replideck.yaml',
    at: fleet.snapshot.takenAt,
  };
};

const known: Check = {
  id: 'primary.known',
  title: t`The primary is the declared one`,
  needed: t`The primary that the inventory names is the one that the others follow; where it names none, only one is.`,
  judge(candidacy) {
    const { primary, cluster, fleet, name } = candidacy;
    const declared = expectedPrimaries(cluster.spec);
    const missing = unread(primary, 'replication', candidacy);
    if (missing !== undefined) return missing;
    const measured = [roleOf(primary), declaration(candidacy)];
    if (declared.length === 0) return unreadMember(candidacy, 'replication') ?? holds(measured);
    const here = name(primary.spec.key);
    if (!declared.includes(primary.spec.key))
      return fails(
        measured,
        lines(
          t`${here} takes the writes, the inventory expects ${list(declared.map(name))}. Name ${here} as \`primary\` if that is meant to stay.`,
          t`Otherwise find out first how it came about.`,
        ),
      );
    if (primary.role === 'primary') return holds(measured);
    // Declared co-primaries that have lost their ring are a matter of coPrimaries.
    if (cluster.spec.primary?.kind === 'perDatacenter') return holds(measured);
    const acting = actingPrimaries(fleet, cluster);
    return fails(
      measured,
      t`${here} is declared as the primary and replicates itself. Find out who takes the writes${acting.length > 0 ? t` (it looks like ${list(acting.map(name))})` : ''}, and name that one in the inventory.`,
    );
  },
};

const writable: Check = {
  id: 'primary.writable',
  title: t`The primary takes writes`,
  needed: t`\`@@read_only\` = 0 on the primary: else it is not what clients write to, or a switchover is under way already.`,
  judge(candidacy) {
    const { primary, fleet, cluster, name } = candidacy;
    const readOnly = fact(primary, '@@read_only', (facts) => facts.readOnly, candidacy);
    if (readOnly.kind === 'unknown') return readOnly.verdict;
    if (!readOnly.value) return holds([readOnly.evidence]);
    // Of declared co-primaries one may stand by.
    const partner = expectedPrimaries(cluster.spec)
      .map((key) => fleet.instances[key])
      .find((each) => each !== undefined && each !== primary && isWritable(each) === true);
    if (partner !== undefined && expectedPrimaries(cluster.spec).includes(primary.spec.key))
      return holds([readOnly.evidence, variable(partner, '@@read_only', 0)]);
    return fails(
      [readOnly.evidence],
      lines(
        t`Find out why ${name(primary.spec.key)} is read-only: a restart with \`read_only\` in its configuration, or a switchover that somebody has begun.`,
        t`Finish or undo that one first.`,
      ),
    );
  },
};

const onePrimary: Check = {
  id: 'cluster.onePrimary',
  title: t`Nobody else takes writes`,
  needed: t`No other writable instance without a source, or in a ring, than the primary and declared co-primaries.`,
  judge(candidacy) {
    const { primary, fleet, cluster, name } = candidacy;
    const allowed = [...new Set([primary.spec.key, ...expectedPrimaries(cluster.spec)])];
    const acting = new Set(actingPrimaries(fleet, cluster));
    const others = writersOf(fleet, cluster).filter(({ spec }) => acting.has(spec.key) && !allowed.includes(spec.key));
    if (others.length > 0)
      return fails(
        others.map((each) => variable(each, '@@read_only', 0)),
        t`Stop the wrong one from taking writes: \`SET GLOBAL read_only = 1\` on ${list(others.map(({ spec }) => name(spec.key)))}. Then compare what it wrote.`,
      );
    const missing = unreadMember(candidacy, 'server') ?? unreadMember(candidacy, 'replication');
    if (missing !== undefined) return missing;
    const members = cluster.spec.instances.flatMap((key) => fleet.instances[key] ?? []);
    const untold = members.find((each) => isWritable(each) === undefined);
    if (untold !== undefined) {
      const readOnly = fact(untold, '@@read_only', (facts) => facts.readOnly, candidacy);
      if (readOnly.kind === 'unknown') return readOnly.verdict;
    }
    return holds([
      {
        ...sourceOf(oldest(members, 'server')),
        measured: t`${members.length} instances: none without a source is writable but ${allowed.join(', ')}`,
      },
    ]);
  },
};

const noRing: Check = {
  id: 'cluster.noRing',
  title: t`No circular link`,
  needed: t`No instances that replicate from each other, but co-primaries that are declared as such.`,
  judge(candidacy) {
    const { fleet, cluster, name } = candidacy;
    const declared = expectedPrimaries(cluster.spec);
    const rings = cluster.rings.filter((ring) => !(declared.length > 1 && ring.every((key) => declared.includes(key))));
    const members = cluster.spec.instances.flatMap((key) => fleet.instances[key] ?? []);
    if (rings.length > 0) {
      const inRing = members.filter(({ spec }) => rings.some((ring) => ring.includes(spec.key)));
      return fails(
        inRing.map(roleOf),
        lines(
          t`${list(rings.flat().map(name))} replicate from each other. On the primary, drop the connection that leads back: \`RESET SLAVE ALL\` (MySQL: \`RESET REPLICA ALL\`) after a look at both positions.`,
          t`If the pair is meant, declare both as \`primary\` per data centre.`,
        ),
      );
    }
    return (
      unreadMember(candidacy, 'replication') ??
      holds([
        {
          ...sourceOf(oldest(members, 'replication')),
          measured: t`${members.length} instances: no ring${cluster.rings.length > 0 ? t` but the declared one` : ''}`,
        },
      ])
    );
  },
};

const coPrimaries: Check = {
  id: 'cluster.coPrimaries',
  title: t`The co-primaries follow each other`,
  needed: t`Every primary that is declared for a data centre gets the data of all the others, over connections that run.`,
  judge(candidacy) {
    const { fleet, cluster, name } = candidacy;
    if (cluster.spec.primary?.kind !== 'perDatacenter') return undefined;
    const declared = expectedPrimaries(cluster.spec);
    const measured: Evidence[] = [];
    for (const key of declared) {
      const instance = fleet.instances[key];
      if (instance === undefined) continue;
      const missing = unread(instance, 'replication', candidacy);
      if (missing !== undefined) return missing;
      const above = upstreamOf(fleet, key);
      const cut = declared.filter((other) => other !== key && !above.includes(other));
      if (cut.length > 0)
        return fails(
          [roleOf(instance)],
          t`${name(key)} does not get what ${list(cut.map(name))} writes: set up the replication in that direction before you move writes.`,
        );
      const links = instance.connections.filter(({ sourceKey }) => declared.includes(sourceKey ?? ''));
      for (const { status, source } of links) {
        const line = fromStatus(instance, t`from ${source}: IO ${status.ioThread}, SQL ${status.sqlThread}`);
        if (status.ioThread !== 'running' || status.sqlThread !== 'running')
          return fails([line], t`Mend the connection of ${name(key)} from ${name(source)}: its finding says how.`);
        measured.push(line);
      }
    }
    return measured.length > 0
      ? holds(measured)
      : unknown([declaration(candidacy)], t`Declare at least two primaries, each of them an instance of the cluster.`);
  },
};

/** The part that was read first: the whole is no fresher. */
function oldest(members: readonly LinkedInstance[], name: 'server' | 'replication') {
  const parts = members.flatMap(({ snapshot }) => (snapshot[name].kind === 'read' ? [snapshot[name]] : []));
  return parts.reduce(
    (first, part) => (part.at < first.at ? part : first),
    parts[0] ?? { kind: 'notAsked' as const, at: '' },
  );
}

/** About the primary and the cluster as a whole. */
export const primaryChecks: readonly Check[] = [known, writable, onePrimary, noRing, coPrimaries];
