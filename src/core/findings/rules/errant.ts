import { errantTransactions } from '../../replication/gtidDistance';
import { factsOf, isExpectedPrimary, isInRing } from '../fleetFacts';
import { clip, code, lines, list, variable } from '../phrase';
import type { Explained, InstanceRule } from '../rule';
import { t } from '../../l10n';

export const errant: InstanceRule = {
  scope: 'instance',
  ids: { 'replica.errantTransactions': 'warning' },
  check({ fleet, instance, key, here, facts, name }) {
    if (facts === undefined || instance.connections.length === 0) return [];
    // Declared primaries write by right; what a ring writes is on its way to the other side.
    if (isExpectedPrimary(fleet, key) || isInRing(fleet, key)) return [];
    const sources = instance.connections.map(({ sourceKey }) => fleet.instances[sourceKey ?? '']);
    const found = sources.map((source) => {
      const there = factsOf(source);
      return there === undefined ? undefined : errantTransactions(facts, there);
    });
    // Errant is what no source has; a source that was not read might have it.
    if (found.some((each) => each === undefined || each.count === 0n)) return [];
    const text = clip(found[0]?.text ?? '', 300);
    const state = facts.flavor === 'mariadb' ? '@@gtid_binlog_state' : '@@gtid_executed';
    const from = list(sources.flatMap((source) => (source === undefined ? [] : [name(source.spec.key)])));
    return [
      {
        id: 'replica.errantTransactions',
        title: t`${here} has transactions of its own that ${from} does not have: ${code(text)}.`,
        short: t`errant transactions`,
        evidence: [instance, ...sources].flatMap((each) => {
          const own = factsOf(each);
          const value = facts.flavor === 'mariadb' ? own?.gtidBinlogState : own?.gtidExecuted;
          return each === undefined || value === undefined ? [] : [variable(each, state, value)];
        }),
        remedy: lines(
          t`See what they did: \`mysqlbinlog\` of the replica’s own logs, server_id ${facts.serverId ?? t`of the replica`}.`,
          t`Undo or repair the rows there with \`sql_log_bin = 0\`, and compare the tables with the source (pt-table-checksum).`,
          facts.flavor === 'mariadb'
            ? t`They stay in the binlog state; a leaf replica that is set up again from a backup is rid of them. Set \`read_only\` and \`gtid_strict_mode\`.`
            : t`Where the data is the same, an empty transaction on the primary for each of these GTIDs makes the sets equal: \`SET GTID_NEXT = '<one of them>'; BEGIN; COMMIT; SET GTID_NEXT = 'AUTOMATIC'\`. Set \`super_read_only\`.`,
          t`If this server was the primary before and its source was rebuilt since, they are from that time and harmless.`,
        ),
        ...(instance.replicas.length === 0 ? { runbook: 'replica.removeErrant' } : {}),
        avoid: t`Do not ignore them: replication breaks when this server is promoted and asks others to go on from there.`,
      },
    ];
  },
};

export const errantExplained: Explained = {
  'replica.errantTransactions': {
    means: 'The replica wrote transactions that its source does not have.',
    when: 'MariaDB: entries with its own server_id in `@@gtid_binlog_state` beyond the source’s. MySQL: its own uuid in `@@gtid_executed` minus the source’s. All sources were read.',
    why: 'Writes with `read_only` off, or by an account that may pass it. With strict mode off no status column shows them.',
  },
};
