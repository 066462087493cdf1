import { quoteAccount, quoteSqlString } from '../../guard/quoteSql';
import type { ReplicationError } from '../../replication/model';
import { factsOf } from '../fleetFacts';
import { accountIn, code, lines, unlogged } from '../phrase';
import { errorDraft, errnoOf, ioErrorOf, refusalOf, type ErrorWords } from '../replicationErrors';
import type { ConnectionContext, ConnectionRule, Explained } from '../rule';
import { t } from '../../l10n';

/** Connected, and refused for how the two are set up. */
export const ioSetup: ConnectionRule = {
  scope: 'connection',
  ids: {
    'replica.io.privilegeMissing': 'critical',
    'replica.io.sameServerId': 'critical',
    'replica.io.userMissing': 'critical',
    'replica.io.binlogDisabled': 'critical',
    'replica.io.packetTooLarge': 'critical',
  },
  // A wrong place reads as an event that is too large.
  yieldsTo: ['replica.io.positionInsideEvent'],
  check(context) {
    const error = ioErrorOf(context);
    const words = error === undefined ? undefined : judge(context, error);
    return error === undefined || words === undefined ? [] : [errorDraft(context, 'IO', error, words)];
  },
};

function judge(context: ConnectionContext, error: ReplicationError): ErrorWords | undefined {
  const { here, there, status, dialect, facts, source } = context;
  const { name, ioThread } = status;
  const errno = errnoOf(error);
  const text = refusalOf(error);
  if (errno === 1597) {
    // 1597 wraps any failed command to the source; only the refused registration is about the privilege.
    if (!/Access denied|\(Errno: (?:1045|1227)\)/i.test(error.text)) return undefined;
    const named = accountIn(error.text);
    const account =
      named === undefined ? `${quoteSqlString(status.sourceUser ?? '')}@<host>` : quoteAccount(named.user, named.host);
    return [
      'replica.io.privilegeMissing',
      t`${there} lets ${code(status.sourceUser ?? named?.user ?? '')} log in, but not replicate: it lacks REPLICATION SLAVE.`,
      t`lacks REPLICATION SLAVE · IO connecting`,
      lines(
        t`On the source ${there}: ${code(`${unlogged(source?.connections.length === 0)}GRANT REPLICATION SLAVE ON *.* TO ${account}`)}`,
        t`The host part may have to be the mask of the account (\`SELECT user, host FROM mysql.user\`). The replica tries again by itself.`,
      ),
      t`Do not grant it on the replica: the privilege is checked on the source.`,
    ];
  }
  if (errno === 1593 && /equal .*server ids/i.test(text)) {
    const id = facts?.serverId ?? factsOf(source)?.serverId;
    return [
      'replica.io.sameServerId',
      t`${here} and its source ${there} have the same server_id${id === undefined ? '' : ` ${id}`}.`,
      t`1593 same server_id · IO stopped`,
      lines(
        t`Give the replica an id that no other server has, in its configuration and now:`,
        `${code(dialect.stop(name))}, ${code('SET GLOBAL server_id = <free number>')}, ${code(dialect.start(name))}`,
      ),
      t`Do not set \`replicate-same-server-id\`: in a ring events then go round for ever.`,
    ];
  }
  if (errno === 1593 && /empty\) username/i.test(text)) {
    return [
      'replica.io.userMissing',
      t`The connection of ${here} to ${there} names no user.`,
      t`no user set · IO ${ioThread}`,
      `${code(dialect.stop(name))}, ${code(dialect.change(name, { USER: "'<user>'", PASSWORD: "'…'" }))}, ${code(dialect.start(name))}`,
      t`Do not create an anonymous account on the source.`,
    ];
  }
  if (errno === 1236 && /Binary log is not open/i.test(text)) {
    return [
      'replica.io.binlogDisabled',
      t`The source ${there} writes no binary log, so ${here} has nothing to fetch.`,
      t`source has no binlog · IO stopped`,
      lines(
        t`On ${there}: set \`log_bin\` in its configuration and restart it.`,
        t`What was written while the log was off is in no log: compare ${here} with its source, and set it up again from a backup where they differ.`,
        t`Then: ${code(dialect.start(name))}`,
      ),
      t`Do not just start the replica once the log is on: the writes of the time between are missing.`,
    ];
  }
  if (errno === 1153 || (errno === 1236 && /max_allowed_packet/i.test(text))) {
    const isMysql = dialect.flavor === 'mysql';
    const variable = isMysql ? 'replica_max_allowed_packet' : 'slave_max_allowed_packet';
    const isReplica = errno === 1153;
    return [
      'replica.io.packetTooLarge',
      isReplica
        ? t`An event from ${there} is larger than ${here} accepts.`
        : t`${there} finds an event in its log that is larger than any may be.`,
      t`${errno} event too large · IO stopped`,
      isReplica
        ? lines(
            t`On the replica: ${code(`SET GLOBAL ${variable} = 1073741824`)}, ${code(isMysql ? dialect.start(name, 'IO') : dialect.restart(name))}`,
            isMysql &&
              t`The applier keeps the limit that it was started with and stops at that event, error 13121. Then: ${code(dialect.start(name, 'SQL'))}. To stop both threads instead takes a minute, in which it waits for the rest of the transaction.`,
            t`Put the value into the configuration too. If it comes back, look at the event with \`mysqlbinlog\`: a corrupt length reads as a giant event.`,
          )
        : lines(
            t`A source sends events of up to 1 GB whatever its own \`max_allowed_packet\` is, so the length there is nonsense: check the file that the message names on ${there} with \`mysqlbinlog --verify-binlog-checksum\`.`,
            t`If it reports damage, set the replica up again from a backup of the source.`,
            t`If the file is whole: ${code(dialect.restart(name))}`,
          ),
      isReplica
        ? t`Do not skip the event: its rows would be missing for good.`
        : t`Do not only raise \`max_allowed_packet\`, as the message says, and do not skip the event.`,
    ];
  }
  return undefined;
}

export const ioSetupExplained: Explained = {
  'replica.io.privilegeMissing': {
    means: 'The replication account may log in to the source and may not replicate.',
    when: 'IO error 1597 (MySQL 13120) with "Access denied".',
    why: 'REPLICATION SLAVE is missing on the source, or was granted on the replica.',
  },
  'replica.io.sameServerId': {
    means: 'Replica and source have the same server_id.',
    when: 'IO error 1593 (MySQL 13117) "equal server ids".',
    why: 'A copied configuration. The id tells a server its own events; equal ids would lose them.',
  },
  'replica.io.userMissing': {
    means: 'The connection has no user name.',
    when: 'IO error 1593 (MySQL 13117) "empty username".',
    why: 'CHANGE MASTER without a user.',
  },
  'replica.io.binlogDisabled': {
    means: 'The source has no binary log.',
    when: 'IO error 1236 "Binary log is not open".',
    why: 'The source runs without `log_bin`, often since a restart with another configuration.',
  },
  'replica.io.packetTooLarge': {
    means: 'An event is larger than a limit on its way.',
    when: 'IO error 1153 (MySQL 13125); or 1236 "exceeded max_allowed_packet" elsewhere than at a place that was asked for by file and position.',
    why: 'A very large row or statement against `slave_max_allowed_packet` (`replica_max_allowed_packet`); a 1236 is a corrupt event whose length is nonsense.',
  },
};
