import { quoteSqlString } from '../../guard/quoteSql';
import { code, lines } from '../phrase';
import { errorDraft, errnoOf, ioErrorOf, refusalOf, type ErrorWords } from '../replicationErrors';
import type { ConnectionContext, ConnectionRule, Explained } from '../rule';

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
    return words === undefined ? [] : [errorDraft(context, 'IO', error, words)];
  },
};

function judge({ here, there, status, dialect }: ConnectionContext, text: string): ErrorWords | undefined {
  const { name, readPosition, gtid } = status;
  const file = readPosition?.file ?? '<file>';
  const place = code(`${file}:${readPosition?.position ?? '?'}`);
  const change = (options: Readonly<Record<string, string>>) => code(dialect.change(name, options));
  const next = change({ LOG_FILE: "'<next file>'", LOG_POS: '4' });
  if (/Could not find first log file/i.test(text)) {
    return [
      'replica.io.binlogPurged',
      `${there} no longer has the binary log ${code(file)} that ${here} needs.`,
      'IO stopped · 1236 binlog purged',
      lines(
        `On ${there}: \`SHOW BINARY LOGS\` lists what is left. A file that never existed there means a wrong name, or another server than before.`,
        gtid === 'no' &&
          `If the GTID position of ${here} (${code(dialect.flavor === 'mariadb' ? 'SELECT @@gtid_slave_pos' : 'SELECT @@gtid_executed')}) is verified and still in the source’s logs: ${code(dialect.stop(name))}, ${code(dialect.useGtid(name))}, ${code(dialect.start(name))}`,
        `${gtid === 'no' ? 'Otherwise set' : 'Set'} ${here} up again from a backup, and keep the source’s logs longer than a replica may be away.`,
      ),
      `Do not go on at the start of the next file (${next}): everything between is skipped without a trace.`,
    ];
  }
  if (/impossible position|position > file size/i.test(text)) {
    return [
      'replica.io.impossiblePosition',
      `${here} asks ${there} for ${place}, which is past the end of that file.`,
      'IO stopped · 1236 impossible position',
      lines(
        `On ${there}: \`SHOW BINARY LOGS\` shows how long the file really is. It is shorter after a crash that lost its unsynced end (\`sync_binlog\` is not 1).`,
        'Then the replica may have transactions that the source lost: compare the rows of the last minutes on both before anything else.',
        `Only when both sides are the same: ${code(dialect.stop(name))}, ${next}, ${code(dialect.start(name))}`,
      ),
      'Do not go to the next file without that comparison: source and replica then differ for good.',
    ];
  }
  if (/truncated in the middle of event/i.test(text)) {
    return [
      'replica.io.positionInsideEvent',
      `${here} asks ${there} for ${place}, which is not the start of an event; or the file is cut there.`,
      'IO stopped · 1236 inside an event',
      lines(
        `Find where the events begin, on ${there}: ${code(`SHOW BINLOG EVENTS IN ${quoteSqlString(file)} LIMIT 100`)} or \`mysqlbinlog --base64-output=decode-rows\`.`,
        `With the start of the event that follows the last applied one: ${code(dialect.stop(name))}, ${change({ LOG_FILE: quoteSqlString(file), LOG_POS: '<start of the event>' })}, ${code(dialect.start(name))}`,
        'If `mysqlbinlog` itself reports a truncated file, the source’s log is damaged: set the replica up again from a backup.',
      ),
      'Do not only free disk space, as the message suggests: the usual cause is a position typed or computed wrong.',
    ];
  }
  return undefined;
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
    when: 'IO error 1236 (MySQL 13114) "truncated in the middle of event".',
    why: 'A wrong position, seldom a truncated file.',
  },
};
