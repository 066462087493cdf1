import { factsOf } from '../findings/fleetFacts';
import { clip, code, lines } from '../findings/phrase';
import { errantTransactions } from '../replication/gtidDistance';
import { expectedPrimaries } from '../replication/nestCluster';
import { lastPerDomain, parseMariadbGtid } from '../replication/mariadbGtid';
import { countGtid, parseMysqlGtidSet, renderMysqlGtidSet, subtractGtid } from '../replication/mysqlGtid';
import type { ServerFacts } from '../replication/model';
import { skippedDomains } from '../replication/skippedDomains';
import { type Check, fact, fails, fromStatus, holds, unknown, unread, wordsOf } from './check';
import { t } from '../l10n';

const binlog: Check = {
  id: 'binlog.on',
  title: t`Writes a binary log`,
  needed: t`\`@@log_bin\` = 1 on the candidate: without it nobody can replicate from it.`,
  judge(candidacy) {
    const found = fact(candidacy.candidate, '@@log_bin', (facts) => facts.logBin, candidacy);
    if (found.kind === 'unknown') return found.verdict;
    return found.value
      ? holds([found.evidence])
      : fails(
          [found.evidence],
          t`Set \`log_bin\` in the configuration of ${candidacy.name(candidacy.candidate.spec.key)} and restart it; the other replicas can go on from what it logs after that only.`,
        );
  },
};

const replicaUpdates: Check = {
  id: 'binlog.replicaUpdates',
  title: t`Logs what it applies`,
  needed: t`\`@@log_slave_updates\` = 1 (MySQL: \`@@log_replica_updates\`): else the others miss what it got from the primary.`,
  judge(candidacy) {
    const { candidate, name } = candidacy;
    const variableName = factsOf(candidate)?.flavor === 'mysql' ? '@@log_replica_updates' : '@@log_slave_updates';
    const found = fact(candidate, variableName, (facts) => facts.logReplicaUpdates, candidacy);
    if (found.kind === 'unknown') return found.verdict;
    return found.value
      ? holds([found.evidence])
      : fails(
          [found.evidence],
          t`Set ${code(variableName.slice(2))} in the configuration of ${name(candidate.spec.key)} and restart it, before the switch.`,
        );
  },
};

const format: Check = {
  id: 'binlog.format',
  title: t`Logs in the format of the primary`,
  needed: t`\`@@binlog_format\` and \`@@binlog_row_image\` as on the primary; row events cannot be logged as statements.`,
  judge(candidacy) {
    const { candidate, primary, name } = candidacy;
    const here = fact(candidate, '@@binlog_format', (facts) => facts.binlogFormat, candidacy);
    const there = fact(primary, '@@binlog_format', (facts) => facts.binlogFormat, candidacy);
    if (here.kind === 'unknown') return here.verdict;
    if (there.kind === 'unknown') return there.verdict;
    const measured = [here.evidence, there.evidence];
    if (here.value.toUpperCase() !== there.value.toUpperCase())
      return fails(
        measured,
        t`Set ${code(`binlog_format = ${there.value}`)} on ${name(candidate.spec.key)}, in its configuration too, or change both to ROW first: a switch of servers is no time to change the format.`,
      );
    const images = [candidate, primary].map((each) =>
      fact(each, '@@binlog_row_image', (facts) => facts.binlogRowImage, candidacy),
    );
    const known = images.flatMap((image) => (image.kind === 'known' ? [image] : []));
    const [image, other] = known;
    if (image === undefined || other === undefined) {
      // Older servers have no such variable and log whole rows.
      return holds(measured);
    }
    return image.value.toUpperCase() === other.value.toUpperCase()
      ? holds(measured)
      : fails(
          [...measured, image.evidence, other.evidence],
          t`Set ${code(`binlog_row_image = ${other.value}`)} on ${name(candidate.spec.key)}: readers of the log below count on it.`,
        );
  },
};

const usable: Check = {
  id: 'gtid.usable',
  title: t`GTID can be used`,
  needed: t`The candidate follows by GTID and has a position of every domain of the primary (MySQL: \`@@gtid_mode\` = ON on both): the others then find their place on it by themselves.`,
  judge(candidacy) {
    const { candidate, primary, connection, name } = candidacy;
    const missing =
      unread(candidate, 'replication', candidacy) ??
      unread(candidate, 'server', candidacy) ??
      unread(primary, 'server', candidacy);
    const [here, there] = [factsOf(candidate), factsOf(primary)];
    if (missing !== undefined || here === undefined || there === undefined) return missing;
    if (connection === undefined)
      return fails(
        [fromStatus(candidate, t`no connection that leads to the primary`)],
        t`Set it up as a replica of the primary by GTID.`,
      );
    const used = fromStatus(candidate, connection.status.gtid === 'no' ? t`GTID not used` : 'GTID used');
    const dialect = wordsOf(candidate);
    const connectionName = connection.status.name;
    const turnOn = `${code(dialect.stop(connectionName))}, ${code(dialect.useGtid(connectionName))}, ${code(dialect.start(connectionName))}`;
    if (here.flavor === 'mysql') {
      const modes = [candidate, primary].map((each) => fact(each, '@@gtid_mode', (facts) => facts.gtidMode, candidacy));
      const measured = [used];
      for (const mode of modes) {
        if (mode.kind === 'unknown') return mode.verdict;
        measured.push(mode.evidence);
        if (mode.value.toUpperCase() !== 'ON')
          return fails(
            measured,
            t`Turn GTID on, on all servers and in the documented steps (OFF_PERMISSIVE, ON_PERMISSIVE, ON).`,
          );
      }
      return connection.status.gtid === 'no'
        ? fails(measured, t`See that its \`@@gtid_executed\` is a part of the primary’s, then ${turnOn}`)
        : holds(measured);
    }
    if (connection.status.gtid === 'no')
      return fails(
        [used],
        lines(
          t`Verify that \`@@gtid_slave_pos\` on ${name(candidate.spec.key)} is what it has really applied, then ${turnOn}`,
          t`Without GTID the position of every other replica has to be worked out by hand during the switch.`,
        ),
      );
    const own = fact(candidate, '@@gtid_slave_pos', (facts) => facts.gtidSlavePos, candidacy);
    const theirs = fact(primary, '@@gtid_binlog_pos', (facts) => facts.gtidBinlogPos, candidacy);
    if (own.kind === 'unknown') return own.verdict;
    if (theirs.kind === 'unknown') return theirs.verdict;
    const measured = [used, own.evidence, theirs.evidence];
    const [applied, written] = [parseMariadbGtid(own.value), parseMariadbGtid(theirs.value)];
    if (applied === undefined || written === undefined)
      return unknown(measured, t`These are no GTID lists that we can read: compare them by hand.`);
    if (applied.length === 0 || written.length === 0)
      return fails(
        measured,
        t`The GTID position of ${name((written.length === 0 ? primary : candidate).spec.key)} is empty, so nobody could find a place by it.`,
      );
    const have = lastPerDomain(applied);
    const isSkipped = skippedDomains(connection.status);
    const lacking = [...lastPerDomain(written).keys()].filter((domain) => !have.has(domain) && !isSkipped(domain));
    return lacking.length === 0
      ? holds(measured)
      : fails(
          measured,
          t`The candidate has no position in domain ${lacking.join(', ')} of the primary: see whether it ever got that data before you rely on it.`,
        );
  },
};

const errant: Check = {
  id: 'gtid.errant',
  title: t`No transactions of its own`,
  needed: t`Nothing in the binary log of the candidate that the primary does not have: the others would get it, or break on it.`,
  judge(candidacy) {
    const { candidate, primary, cluster, name } = candidacy;
    const missing = unread(candidate, 'server', candidacy) ?? unread(primary, 'server', candidacy);
    const [here, there] = [factsOf(candidate), factsOf(primary)];
    if (missing !== undefined || here === undefined || there === undefined) return missing;
    const [state, pick] =
      here.flavor === 'mariadb'
        ? (['@@gtid_binlog_state', (facts: ServerFacts) => facts.gtidBinlogState] as const)
        : (['@@gtid_executed', (facts: ServerFacts) => facts.gtidExecuted] as const);
    const own = fact(candidate, state, pick, candidacy);
    const theirs = fact(primary, state, pick, candidacy);
    if (own.kind === 'unknown') return own.verdict;
    if (theirs.kind === 'unknown') return theirs.verdict;
    const measured = [own.evidence, theirs.evidence];
    const found = errantTransactions(here, there);
    const rest = foreignTransactions(here, there);
    if (found === undefined || rest === undefined)
      return unknown(measured, t`The two cannot be compared: look at both binary logs by hand.`);
    const seen = (text: string) => [
      { ...own.evidence, measured: t`${candidate.spec.key}: not on the primary: ${clip(text, 300)}` },
      ...measured,
    ];
    if (found.count > 0n) {
      const isPartner = primary.connections.some(({ sourceKey }) => sourceKey === candidate.spec.key);
      if (isPartner && expectedPrimaries(cluster.spec).includes(candidate.spec.key))
        return unknown(
          seen(found.text),
          t`What a co-primary writes is on its way to ${name(primary.spec.key)}, or was when the two were read. Stop its writes, wait until ${name(primary.spec.key)} has them, and read both again.`,
        );
      return fails(
        seen(found.text),
        lines(
          t`See what they did: \`mysqlbinlog\` of the logs of ${name(candidate.spec.key)}, server_id ${here.serverId ?? t`of the candidate`}.`,
          t`Repair the rows, or choose another candidate and set this one up again. The finding \`replica.errantTransactions\` says more.`,
        ),
      );
    }
    if (rest !== '')
      return unknown(
        seen(rest),
        t`They bear the id of another server that the primary does not know of: from a time before its logs were reset, or written by a server in between. Look them up with \`mysqlbinlog\`.`,
      );
    return holds(measured);
  },
};

/**
 * What the candidate has of servers other than itself and the primary, and the primary has not; '' for nothing. What
 * the primary, or a source of it, wrote between the two readings is no such thing.
 */
function foreignTransactions(here: ServerFacts, there: ServerFacts): string | undefined {
  if (here.flavor === 'mariadb') {
    const own = parseMariadbGtid(here.gtidBinlogState ?? '');
    const theirs = parseMariadbGtid(there.gtidBinlogState ?? '');
    if (own === undefined || theirs === undefined) return undefined;
    return own
      .filter(({ server }) => server !== here.serverId && server !== there.serverId)
      .filter(({ domain, server }) => !theirs.some((other) => other.domain === domain && other.server === server))
      .map(({ domain, server, sequence }) => `${domain}-${server}-${sequence}`)
      .join(',');
  }
  const own = parseMysqlGtidSet(here.gtidExecuted ?? '');
  const theirs = parseMysqlGtidSet(there.gtidExecuted ?? '');
  if (own === undefined || theirs === undefined) return undefined;
  const uuids = [here.uuid, there.uuid].map((uuid) => uuid?.toLowerCase());
  const known = new Set([...theirs.keys()].map((key) => key.split(':', 1)[0]));
  const others = new Map(
    [...own].filter(([key]) => {
      const uuid = key.split(':', 1)[0];
      return !uuids.includes(uuid) && !known.has(uuid);
    }),
  );
  const rest = subtractGtid(others, theirs);
  return countGtid(rest) === 0n ? '' : renderMysqlGtidSet(rest);
}

/** About the candidate's binary log and its GTIDs. */
export const logChecks: readonly Check[] = [binlog, replicaUpdates, format, usable, errant];
