import { quoteSqlString } from '../../guard/quoteSql';
import { code, lines } from '../phrase';
import { errorDraft, errnoOf, ioErrorOf, refusalOf, type ErrorWords } from '../replicationErrors';
import type { ConnectionContext, ConnectionRule, Explained } from '../rule';
import { t } from '../../l10n';

/** 1236: the source does not have the place in its binary log that the replica asks for. */
export const ioPosition: ConnectionRule = {
  scope: 'connection',
  ids: {
    'replica.io.binlogPurged': 'critical',
    'replica.io.impossiblePosition': 'critical',
    'replica.io.positionInsideEvent': 'critical',
  },
  check(context) {
    const error = ioErrorOf(context);
    if (error === undefined || errnoOf(error) !== 1236) return [];
    const words = judge(context, refusalOf(error));
    if (words === undefined) return [];
    const isLost = words[0] === 'replica.io.binlogPurged' && context.instance.replicas.length === 0;
    const rebuild = isLost && context.source !== undefined ? 'replica.rebuild' : undefined;
    return [errorDraft(context, 'IO', error, words, rebuild)];
  },
};

function judge({ here, there, status, dialect }: ConnectionContext, text: string): ErrorWords | undefined {
  const { name, readPosition, gtid } = status;
  const file = readPosition?.file ?? '<file>';
  const place = code(`${file}:${readPosition?.position ?? '?'}`);
  const change = (options: Readonly<Record<string, string>>) => code(dialect.change(name, options));
  const byGtid =
    gtid === 'no' &&
    t`If the GTID position of ${here} (${code(dialect.flavor === 'mariadb' ? 'SELECT @@gtid_slave_pos' : 'SELECT @@gtid_executed')}) is verified and still in the source’s logs: ${code(dialect.stop(name))}, ${code(dialect.useGtid(name))}, ${code(dialect.start(name))}`;
  const next = change({ LOG_FILE: t`'<next file>'`, LOG_POS: '4' });
  if (/Could not find first log file/i.test(text)) {
    return [
      'replica.io.binlogPurged',
      t`${there} no longer has the binary log ${code(file)} that ${here} needs.`,
      t`1236 binlog purged · IO stopped`,
      lines(
        t`On ${there}: \`SHOW BINARY LOGS\` lists what is left. A file that never existed there means a wrong name, or another server than before.`,
        byGtid,
        t`${gtid === 'no' ? t`Otherwise set` : t`Set`} ${here} up again from a backup, and keep the source’s logs longer than a replica may be away.`,
      ),
      t`Do not go on at the start of the next file (${next}): everything between is skipped without a trace.`,
    ];
  }
  if (/impossible position|position > file size/i.test(text)) {
    return [
      'replica.io.impossiblePosition',
      t`${here} asks ${there} for ${place}, which is past the end of that file.`,
      t`1236 impossible position · IO stopped`,
      lines(
        t`On ${there}: \`SHOW BINARY LOGS\` shows how long the file really is. It is shorter after a crash that lost its unsynced end (\`sync_binlog\` is not 1).`,
        t`Then the replica may have transactions that the source lost: compare the rows of the last minutes on both before anything else.`,
        t`If the file is whole, the position is of another server or was typed wrong: find the one where the replica stopped in its error log.`,
        byGtid,
        t`Only when both sides are the same: ${code(dialect.stop(name))}, ${next}, ${code(dialect.start(name))}`,
      ),
      t`Do not go to the next file without that comparison: source and replica then differ for good.`,
    ];
  }
  if (isInsideEvent(text, gtid)) {
    const damaged = t`If \`mysqlbinlog\` itself reports a truncated or damaged file, set the replica up again from a backup.`;
    return [
      'replica.io.positionInsideEvent',
      t`${here} asks ${there} for ${place}, which is not the start of an event; or the file is damaged there.`,
      t`1236 inside an event · IO stopped`,
      gtid === 'no'
        ? lines(
            t`Find where the transactions begin, on ${there}: the last \`Gtid\` before that place in ${code(`SHOW BINLOG EVENTS IN ${quoteSqlString(file)}`)}, or in a large file of ${code(`mysqlbinlog --stop-position=${readPosition?.position ?? '<position>'} ${file}`)}. If that transaction ends (\`Xid\`, \`COMMIT\`) before the place, it is applied already: take the \`Gtid\` after it.`,
            t`With the start of the transaction that follows the last applied one: ${code(dialect.stop(name))}, ${change({ LOG_FILE: quoteSqlString(file), LOG_POS: t`<start of the transaction>` })}, ${code(dialect.start(name))}`,
            byGtid,
            damaged,
          )
        : lines(
            t`This connection follows GTIDs, so nobody chose the place: the file of ${there} is cut or damaged. Check it there with ${code(`mysqlbinlog --verify-binlog-checksum ${file}`)}.`,
            t`Cut by a crash and followed by a newer file: compare the rows of the last minutes on both, then ${code(dialect.restart(name))}`,
            damaged,
          ),
      t`Do not only free disk space or raise \`max_allowed_packet\`, as the message may suggest: bytes in the middle of an event are read as the length of one.`,
    ];
  }
  return undefined;
}

/**
 * Three texts for one fault, depending on the bytes at that place (measured at some fifty of them on MariaDB 10.11 and
 * MySQL 9.7). Two of them mean it only where nothing was read from the place on: further on, they tell of a damaged log.
 */
function isInsideEvent(text: string, gtid: ConnectionContext['status']['gtid']): boolean {
  if (/truncated in the middle of event/i.test(text)) return true;
  if (gtid !== 'no' || !/bogus data in log event|exceeded max_allowed_packet/i.test(text)) return false;
  const [, asked, read] =
    /the first event '[^']*' at (\d+), the last event read from '[^']*' at (\d+)/.exec(text) ?? [];
  return asked !== undefined && Number(read) <= Number(asked);
}

export const ioPositionExplained: Explained = {
  'replica.io.binlogPurged': {
    means: 'The source no longer has the file that the replica reads.',
    when: 'IO error 1236 (MySQL 13114) "Could not find first log file name".',
    why: 'The replica was away for longer than the source keeps logs; or the file name is wrong.',
  },
  'replica.io.impossiblePosition': {
    means: 'The position lies past the end of the source’s file.',
    when: 'IO error 1236 (MySQL 13114) "impossible position" or "position > file size".',
    why: 'The source crashed and lost the end of its log, or the position belongs to another server.',
  },
  'replica.io.positionInsideEvent': {
    means: 'The position is not the start of an event.',
    when: 'IO error 1236 (MySQL 13114) "truncated in the middle of event"; "bogus data in log event" and "exceeded max_allowed_packet" at the very place that was asked for by file and position.',
    why: 'A wrong position, seldom a truncated or damaged file. Which of the texts comes depends on the bytes there.',
  },
};
