import { factsOf, upstreamOf } from '../findings/fleetFacts';
import { code, lines, list, variable } from '../findings/phrase';
import { quoteSqlString } from '../guard/quoteSql';
import type { LinkedConnection } from '../fleetView';
import { expectedPrimaries } from '../replication/nestCluster';
import { type Candidacy, type Check, fact, fails, fromStatus, holds, unknown, unread, wordsOf } from './check';
import { t } from '../l10n';

const routeOf = (candidacy: Candidacy) => {
  const { candidate } = candidacy;
  return candidate.connections.length === 0
    ? [fromStatus(candidate, t`no replication connection`)]
    : candidate.connections.map(({ status, source }) =>
        fromStatus(candidate, t`${status.name === '' ? '' : `${status.name} `}replicates from ${source}`),
      );
};

const direct: Check = {
  id: 'candidate.direct',
  title: t`Direct replica of the primary`,
  needed: t`A connection from the primary itself, with nothing in between that could be behind.`,
  judge(candidacy) {
    const { candidate, primary, fleet, name } = candidacy;
    const missing = unread(candidate, 'replication', candidacy);
    if (missing !== undefined) return missing;
    const measured = routeOf(candidacy);
    if (candidate.connections.some(({ sourceKey }) => sourceKey === primary.spec.key)) return holds(measured);
    const [here, there] = [name(candidate.spec.key), name(primary.spec.key)];
    const stranger = candidate.connections.find(({ sourceKey }) => sourceKey === undefined);
    if (stranger !== undefined)
      return unknown(
        measured,
        t`Its source ${code(stranger.source)} is no instance of the inventory. If it is ${there} under another name, let the inventory use that name, or set \`report_host\` on ${there}.`,
      );
    const above = upstreamOf(fleet, candidate.spec.key);
    if (!above.includes(primary.spec.key))
      return fails(measured, t`${here} does not get the data of ${there} at all: choose another candidate.`);
    return fails(
      measured,
      lines(
        t`Choose ${list(above.filter((key) => isBelow(candidacy, key)).map(name))}, which stands above it,`,
        t`or move ${here} below ${there} first: ${moveUp(candidacy)}`,
      ),
    );
  },
};

/** Whether it replicates from the primary directly. */
function isBelow({ fleet, primary }: Candidacy, key: string): boolean {
  return fleet.instances[key]?.connections.some(({ sourceKey }) => sourceKey === primary.spec.key) === true;
}

function moveUp({ candidate, primary, connection }: Candidacy): string {
  const dialect = wordsOf(candidate);
  const connectionName = connection?.status.name ?? '';
  if (connection === undefined || connection.status.gtid === 'no')
    return t`it follows by file and position, which differ between servers, so turn GTID on before.`;
  const { host, port } = primary.spec;
  return `${code(dialect.stop(connectionName))}, ${code(dialect.change(connectionName, { HOST: quoteSqlString(host), PORT: String(port) }))}, ${code(dialect.start(connectionName))}`;
}

const soleSource: Check = {
  id: 'candidate.soleSource',
  title: t`No other source`,
  needed: t`Every connection of the candidate leads to this primary: else data of another cluster would come along.`,
  judge(candidacy) {
    const { candidate, primary, fleet, name } = candidacy;
    const missing = unread(candidate, 'replication', candidacy);
    if (missing !== undefined) return missing;
    const leads = ({ sourceKey }: LinkedConnection) =>
      sourceKey === undefined
        ? undefined
        : sourceKey === primary.spec.key || upstreamOf(fleet, sourceKey).includes(primary.spec.key);
    const measured = routeOf(candidacy);
    const others = candidate.connections.filter((each) => leads(each) === false);
    if (others.length > 0)
      return fails(
        measured,
        t`${name(candidate.spec.key)} also carries what comes from ${list(others.map(({ source }) => name(source)))}. Choose another candidate, or take it off that source first.`,
      );
    const stranger = candidate.connections.find((each) => leads(each) === undefined);
    return stranger === undefined
      ? holds(measured)
      : unknown(
          measured,
          t`Add its source ${code(stranger.source)} to the inventory, so that what it brings is known.`,
        );
  },
};

const readOnly: Check = {
  id: 'candidate.readOnly',
  title: t`The candidate is read-only`,
  needed: t`\`@@read_only\` = 1 until the switch; a declared co-primary may take writes.`,
  judge(candidacy) {
    const { candidate, cluster, name } = candidacy;
    const found = fact(candidate, '@@read_only', (facts) => facts.readOnly, candidacy);
    if (found.kind === 'unknown') return found.verdict;
    if (found.value) return holds([found.evidence]);
    const declared = expectedPrimaries(cluster.spec);
    if (declared.length > 1 && declared.includes(candidate.spec.key)) return holds([found.evidence]);
    const isMysql = factsOf(candidate)?.flavor === 'mysql';
    return fails(
      [found.evidence],
      lines(
        t`On ${name(candidate.spec.key)}: \`SET GLOBAL ${isMysql ? t`super_read_only` : t`read_only`} = 1\`, and the same in its configuration.`,
        t`Then see below whether it wrote anything of its own.`,
      ),
    );
  },
};

const serverId: Check = {
  id: 'candidate.serverId',
  title: t`Its server_id is its own`,
  needed: t`\`@@server_id\` is not 0, and no other instance of the cluster has the same.`,
  judge(candidacy) {
    const { candidate, fleet, cluster, name } = candidacy;
    const own = fact(candidate, '@@server_id', (facts) => facts.serverId, candidacy);
    if (own.kind === 'unknown') return own.verdict;
    const keys = cluster.spec.instances.filter((key) => key !== candidate.spec.key);
    const others = keys.flatMap((key) => fleet.instances[key] ?? []);
    const twins = others.filter((each) => factsOf(each)?.serverId === own.value);
    if (own.value === 0 || twins.length > 0)
      return fails(
        [own.evidence, ...twins.map((each) => variable(each, '@@server_id', own.value))],
        twins.length === 0
          ? t`Give ${name(candidate.spec.key)} a server_id in its configuration; with 0 nobody may replicate from it.`
          : t`Give ${name(candidate.spec.key)} another server_id than ${list(twins.map(({ spec }) => name(spec.key)))} has, and restart its replication: a source and its replica may not share one.`,
      );
    for (const other of others) {
      const theirs = fact(other, '@@server_id', (facts) => facts.serverId, candidacy);
      if (theirs.kind === 'unknown')
        return unknown([own.evidence, ...theirs.verdict.measured], theirs.verdict.remedy ?? '');
    }
    return holds([own.evidence]);
  },
};

const version: Check = {
  id: 'candidate.version',
  title: t`Not older than the primary`,
  needed: t`The same product, and the same or a later series; patch versions may differ.`,
  judge(candidacy) {
    const { candidate, primary, name } = candidacy;
    const [here, there] = [factsOf(candidate), factsOf(primary)];
    const missing = unread(candidate, 'server', candidacy) ?? unread(primary, 'server', candidacy);
    if (here === undefined || there === undefined) return missing;
    const measured = [variable(candidate, '@@version', here.version), variable(primary, '@@version', there.version)];
    if (here.versionNumber[0] === 0 || there.versionNumber[0] === 0)
      return unknown(measured, t`The version text says no number: compare the two by hand.`);
    if (here.flavor !== there.flavor)
      return fails(measured, t`Choose a candidate of the same product: the old primary could not follow this one.`);
    const difference = here.versionNumber[0] - there.versionNumber[0] || here.versionNumber[1] - there.versionNumber[1];
    if (difference < 0)
      return fails(
        measured,
        t`Upgrade ${name(candidate.spec.key)} first, or choose another candidate: what the newer server wrote, the older one may not read.`,
      );
    return holds(
      measured,
      difference > 0
        ? t`${name(primary.spec.key)} and every other replica of that series follow a newer source then: upgrade them soon, and do not count on a way back.`
        : undefined,
    );
  },
};

/** About the candidate itself. */
export const candidateChecks: readonly Check[] = [direct, soleSource, readOnly, serverId, version];
