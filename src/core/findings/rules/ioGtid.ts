import { quoteSqlString } from '../../guard/quoteSql';
import { factsOf } from '../fleetFacts';
import { code, lines, plain } from '../phrase';
import { errorDraft, errnoOf, ioErrorOf, refusalOf, type ErrorWords } from '../replicationErrors';
import type { ConnectionContext, ConnectionRule, Explained } from '../rule';
import { t } from '../../l10n';

/** 1236: the source refuses the replica's GTID position. */
export const ioGtid: ConnectionRule = {
  scope: 'connection',
  ids: {
    'replica.io.gtidNotInSource': 'critical',
    'replica.io.gtidDiverged': 'critical',
    'replica.io.gtidPurged': 'critical',
    'replica.io.gtidHole': 'critical',
  },
  check(context) {
    const error = ioErrorOf(context);
    const words = error === undefined ? undefined : judge(context, errnoOf(error), refusalOf(error));
    return error === undefined || words === undefined ? [] : [errorDraft(context, 'IO', error, words)];
  },
};

function judge(context: ConnectionContext, errno: number, text: string): ErrorWords | undefined {
  const { here, there, status, dialect, facts, source } = context;
  const gtid = /GTID (\d+-\d+-\d+)/.exec(text)?.[1];
  const server = gtid?.split('-')[1];
  const start = code(dialect.start(status.name));
  if (errno === 1945 || /has more GTIDs than the (?:master|source)/i.test(text)) {
    return [
      'replica.io.gtidNotInSource',
      t`${here} is ahead of its source ${there}${gtid === undefined ? '' : t`: the source does not have ${code(gtid)}`}.`,
      t`GTID not in source · IO stopped`,
      lines(
        t`Find out which side lost data: the source was restored or crashed with an unsynced log, its logs were reset, or this is not the right source.`,
        t`On both: ${code(dialect.flavor === 'mariadb' ? 'SELECT @@gtid_binlog_pos, @@gtid_binlog_state' : 'SELECT @@gtid_executed')}; the server with the later transactions has the data.`,
        t`If the source lost transactions, copy their rows back from the replica first; then set the replica up again from the source.`,
        t`If the source is the wrong server: ${code(dialect.change(status.name, { HOST: "'<source>'", PORT: '<port>' }))} between stop and start.`,
      ),
      t`Do not set the replica’s position back to one that the source knows: the rows that differ stay different, unseen.`,
    ];
  }
  if (errno === 1955) {
    return [
      'replica.io.gtidDiverged',
      t`${here} has transactions of its own that ${there} never had${gtid === undefined ? '' : t`: it asks to go on from ${code(gtid)}`}.`,
      t`GTID diverged · IO stopped`,
      lines(
        server === undefined
          ? ''
          : t`${code(gtid ?? '')} was written by the server with server_id ${server}${Number(server) === facts?.serverId ? t`, which is this replica` : ''}: \`mysqlbinlog\` of that server shows what it did.`,
        t`Compare the tables it touched with the source (pt-table-checksum).`,
        t`Repair the rows, then set ${here} up again from a backup of the source, or apply the same writes on the source if they were meant.`,
      ),
      t`Do not jump the GTID position over it: the errant rows stay, and break the next statement that meets them.`,
    ];
  }
  if (errno === 1951) {
    return [
      'replica.io.gtidHole',
      t`The binary log of ${there} has a hole${gtid === undefined ? '' : t` at ${code(gtid)}`} where ${here} wants to go on.`,
      t`1951 hole in the binlog · IO stopped`,
      lines(
        t`A later number of that domain is there, this one is not: it was filtered, or written with the log off. Compare the data of the two around it.`,
        t`When it is the same, pass the hole: ${code(dialect.stop(status.name))}, ${code('SET GLOBAL gtid_strict_mode = 0')}, ${start}`,
        t`When a later GTID is applied: ${code('SET GLOBAL gtid_strict_mode = 1')}`,
      ),
      t`Do not leave strict mode off for good: it hides the next hole.`,
    ];
  }
  if (
    errno === 1236 &&
    /Could not find GTID state|purged required binary logs|purged binary logs containing/i.test(text)
  ) {
    const isEmpty = facts?.gtidSlavePos === '';
    const purged = factsOf(source)?.gtidPurged;
    const missing = /missing transactions are '([^']+)'/.exec(text)?.[1];
    return [
      'replica.io.gtidPurged',
      isEmpty
        ? t`${here} has an empty GTID position, and ${there} no longer has its logs from the beginning.`
        : t`${there} has purged transactions that ${here} still needs${missing === undefined ? '' : `: ${code(missing)}`}.`,
      t`GTID purged on source · IO stopped`,
      lines(
        isEmpty &&
          t`If ${here} was restored from a backup, set the position that the backup’s metadata names: ${code(dialect.stop(status.name))}, ${code(`SET GLOBAL gtid_slave_pos = '<position of the backup>'`)}, ${start}`,
        purged !== undefined && purged !== '' && t`Purged on the source: ${code(plain(purged, 200))}.`,
        t`${isEmpty ? t`Otherwise set it` : t`Set ${here}`} up again from a backup that is younger than the source’s oldest log${dialect.flavor === 'mariadb' ? '' : t`, or fetch the missing transactions from another replica that has them`}.`,
        t`Keep the source’s logs longer than a replica may be away.`,
      ),
      dialect.flavor === 'mariadb'
        ? t`Do not set \`gtid_slave_pos\` to the source’s present position${gtidOf(context)}: everything between is missing.`
        : t`Do not add the missing set to \`gtid_purged\` of the replica: it would count as applied and is not.`,
    ];
  }
  return undefined;
}

function gtidOf({ source }: ConnectionContext): string {
  const position = factsOf(source)?.gtidBinlogPos;
  return position === undefined || position === '' ? '' : ` (${code(quoteSqlString(plain(position, 120)))})`;
}

export const ioGtidExplained: Explained = {
  'replica.io.gtidNotInSource': {
    means: 'The replica has a transaction that the source does not have.',
    when: 'Error 1945 inside a 1236; MySQL: "has more GTIDs than the source has".',
    why: 'The source was restored, lost its unsynced end, or had its logs reset; or it is not the right source.',
  },
  'replica.io.gtidDiverged': {
    means: 'The replica has transactions of its own in a domain of the source.',
    when: 'Error 1955 inside a 1236.',
    why: 'Writes on the replica, noticed when it asks to go on from one of them, often at a promotion.',
  },
  'replica.io.gtidPurged': {
    means: 'The source no longer has the transactions that the replica needs next.',
    when: 'Error 1236 "Could not find GTID state requested by slave", MySQL "source purged required binary logs".',
    why: 'The replica was away for too long; or its position is empty, as after a restore.',
  },
  'replica.io.gtidHole': {
    means: 'The source’s log lacks the number that the replica asks for, and has later ones.',
    when: 'Error 1951 inside a 1236, with strict mode.',
    why: 'Filtered or unlogged writes, or strict mode on one side only.',
  },
};
