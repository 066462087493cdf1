import { formatSeconds } from '../../words';
import { factsOf, isExpectedPrimary } from '../fleetFacts';
import { lines, list, variable } from '../phrase';
import type { Draft, Explained, InstanceContext, InstanceRule } from '../rule';
import { t } from '../../l10n';

/** What a server has to have to be a good source. */
export const sources: InstanceRule = {
  scope: 'instance',
  ids: {
    'source.binlogOff': 'critical',
    'source.formatNotRow': 'warning',
    'source.retentionShort': 'warning',
    'source.gtidDomainClash': 'warning',
  },
  check(context) {
    const { fleet, instance, key, facts } = context;
    const isSource = instance.replicas.length > 0 || isExpectedPrimary(fleet, key);
    return facts === undefined
      ? []
      : [
          ...(isSource ? [...binlogOff(context), ...statementFormat(context), ...retention(context)] : []),
          ...domainClash(context),
        ];
  },
};

function binlogOff({ instance, facts, here }: InstanceContext): readonly Draft[] {
  if (facts?.logBin !== false) return [];
  return [
    {
      id: 'source.binlogOff',
      title: t`${here} is a source and writes no binary log.`,
      short: t`binary log is off`,
      runbook: 'source.enableBinlog',
      evidence: [variable(instance, '@@log_bin', 0)],
      remedy: lines(
        t`Set \`log_bin\` in its configuration and restart it.`,
        instance.replicas.length > 0 &&
          t`What was written meanwhile is in no log: set its replicas up again from a backup.`,
      ),
      avoid: t`Do not just start the replicas afterwards: they miss the writes of the time between.`,
    },
  ];
}

function statementFormat({ instance, facts, here, fleet, name }: InstanceContext): readonly Draft[] {
  const format = facts?.binlogFormat?.toUpperCase();
  if (format === undefined || facts?.logBin === false) return [];
  // A replica of one source is a candidate for promotion: it should log as its source does.
  const others = instance.replicas.flatMap((key) => {
    const replica = fleet.instances[key];
    const own = factsOf(replica);
    const differs =
      own?.logBin === true &&
      own.logReplicaUpdates !== false &&
      own.binlogFormat !== undefined &&
      own.binlogFormat.toUpperCase() !== format;
    return replica?.connections.length === 1 && differs ? [replica] : [];
  });
  if (format !== 'STATEMENT' && others.length === 0) return [];
  return [
    {
      id: 'source.formatNotRow',
      title:
        format === 'STATEMENT'
          ? t`${here} logs statements, not rows (binlog_format STATEMENT).`
          : t`${here} logs in format ${format}, its ${others.length === 1 ? t`replica` : t`replicas`} ${list(others.map(({ spec }) => name(spec.key)))} in another one.`,
      short: format === 'STATEMENT' ? t`binlog format STATEMENT` : t`binlog formats differ`,
      evidence: [instance, ...others].map((each) => variable(each, '@@binlog_format', factsOf(each)?.binlogFormat)),
      remedy: lines(
        t`Set \`binlog_format = ROW\` in the configuration of all, and \`SET GLOBAL binlog_format = 'ROW'\`; sessions that are open keep the old format until they reconnect.`,
        t`Check first that a tool which relies on statements (pt-table-checksum, pt-heartbeat) sets its own session.`,
      ),
      avoid: t`Do not silence the warnings about unsafe statements: each of them may give other rows on a replica.`,
    },
  ];
}

function retention({ instance, facts, here, fleet, name }: InstanceContext): readonly Draft[] {
  const kept = facts?.binlogExpireSeconds;
  // 0: never purged by age.
  if (kept === undefined || kept === 0 || facts?.logBin !== true) return [];
  const replicas = instance.replicas.flatMap((key) => fleet.instances[key] ?? []);
  const need = Math.max(0, ...replicas.map(({ spec }) => spec.delaySeconds ?? 0));
  if (kept >= need) return [];
  const late = replicas.filter(({ spec }) => (spec.delaySeconds ?? 0) > kept).map(({ spec }) => name(spec.key));
  return [
    {
      id: 'source.retentionShort',
      title: t`${here} keeps its binary logs for ${formatSeconds(kept)}, less than the ${formatSeconds(need)} by which ${list(late)} runs late.`,
      short: t`binlogs kept for ${formatSeconds(kept)}`,
      evidence: [
        variable(
          instance,
          facts.flavor === 'mysql' ? '@@binlog_expire_logs_seconds' : t`@@expire_logs_days (in seconds)`,
          kept,
        ),
        { measured: t`delaySeconds ${need} declared`, source: 'inventory', at: fleet.snapshot.takenAt },
      ],
      remedy: lines(
        t`Keep them for longer than the delay, with days to spare: \`SET GLOBAL binlog_expire_logs_seconds = ${need + 3 * 86400}\` (before MariaDB 10.6: \`expire_logs_days = ${Math.ceil(need / 86400) + 3}\`), and in the configuration.`,
        t`See that the disk has room for it.`,
      ),
      avoid: t`Do not purge by hand meanwhile: a replica that has to fetch its relay logs again needs them from its executed position on.`,
    },
  ];
}

/** On the multi-source replica, where the domains meet. */
function domainClash({ instance, here, facts, fleet, name }: InstanceContext): readonly Draft[] {
  if (facts?.flavor !== 'mariadb' || instance.connections.length < 2) return [];
  if (instance.connections.every(({ status }) => status.gtid === 'no')) return [];
  const byDomain = new Map<number, Set<string>>();
  for (const { sourceKey } of instance.connections) {
    const domain = factsOf(fleet.instances[sourceKey ?? ''])?.gtidDomainId;
    if (sourceKey !== undefined && domain !== undefined) {
      byDomain.set(domain, (byDomain.get(domain) ?? new Set()).add(sourceKey));
    }
  }
  return [...byDomain].flatMap(([domain, keys]) => {
    const family = [...keys];
    // Two ways to the same data share a domain by right.
    const isOneFamily = family.some((key) =>
      family.some((other) => fleet.instances[key]?.connections.some(({ sourceKey }) => sourceKey === other)),
    );
    if (family.length < 2 || isOneFamily) return [];
    const names = list(family.map(name));
    return [
      {
        id: 'source.gtidDomainClash',
        title: t`The sources of ${here}, ${names}, write in the same GTID domain ${domain}.`,
        short: t`sources share GTID domain ${domain}`,
        evidence: family.flatMap((key) => {
          const source = fleet.instances[key];
          return source === undefined ? [] : [variable(source, '@@gtid_domain_id', domain)];
        }),
        remedy: lines(
          t`Give each primary a domain of its own: \`SET GLOBAL gtid_domain_id = <free number>\` on one of ${names}, and in its configuration; its replicas take it over with the events.`,
          t`Let all connections of this replica catch up first, and watch \`gtid_slave_pos\` grow an entry for the new domain.`,
        ),
        avoid: t`Do not set \`gtid_slave_pos\` by hand for it: within one domain the position of one source stands for the other, and its transactions are skipped.`,
      },
    ];
  });
}

export const sourcesExplained: Explained = {
  'source.binlogOff': {
    means: 'A source has no binary log.',
    when: 'It has replicas, or is named as primary, and `log_bin` is off.',
    why: 'A restart with another configuration. Replicas stop at their next connect, with 1236.',
  },
  'source.formatNotRow': {
    means: 'A source logs statements, or in another format than its replicas.',
    when: '`binlog_format` is STATEMENT; or differs between a source and a direct replica that logs what it applies. Multi-source replicas are left out.',
    why: 'Statements may give other rows on a replica; and a switchover would change the format for all below.',
  },
  'source.retentionShort': {
    means: 'The source keeps its logs for less time than a replica is late by intent.',
    when: 'The expiry is set and below the largest `delaySeconds` of its replicas.',
    why: 'If the delayed replica has to fetch again, for instance after a corrupt relay log, its place is purged.',
  },
  'source.gtidDomainClash': {
    means: 'Two sources of a multi-source replica share a GTID domain.',
    when: 'MariaDB, GTID in use, the same `gtid_domain_id`, and neither replicates from the other. Given for the replica.',
    why: '0 is the default everywhere. A position has one entry per domain, so one source’s progress hides the other’s.',
  },
};
