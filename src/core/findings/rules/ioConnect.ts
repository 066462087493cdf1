import { quoteAccount, quoteSqlString } from '../../guard/quoteSql';
import type { ReplicationError } from '../../replication/model';
import { accountIn, code, lines, plain, unlogged } from '../phrase';
import { errorDraft, errnoOf, ioErrorOf, type ErrorWords } from '../replicationErrors';
import type { ConnectionContext, ConnectionRule, Explained } from '../rule';
import { t } from '../../l10n';

/** The IO thread does not get a connection to its source. */
export const ioConnect: ConnectionRule = {
  scope: 'connection',
  ids: {
    'replica.io.accessDenied': 'critical',
    'replica.io.hostNotAllowed': 'critical',
    'replica.io.unreachable': 'critical',
    'replica.io.unknownHost': 'critical',
    'replica.io.sourceFull': 'critical',
    'replica.io.tlsRefused': 'critical',
  },
  check(context) {
    const error = ioErrorOf(context);
    const words = error === undefined ? undefined : judge(context, error);
    return error === undefined || words === undefined ? [] : [errorDraft(context, 'IO', error, words)];
  },
};

function judge(context: ConnectionContext, error: ReplicationError): ErrorWords | undefined {
  const { here, there, status, dialect, source } = context;
  const change = (options: Readonly<Record<string, string>>) => code(dialect.change(status.name, options));
  const changeStopped = (options: Readonly<Record<string, string>>) =>
    `${code(dialect.stop(status.name))}, ${change(options)}, ${code(dialect.start(status.name))}`;
  const user = status.sourceUser ?? accountIn(error.text)?.user ?? '';
  const errno = errnoOf(error);
  switch (errno) {
    case 1045:
    case 1698:
    case 3118:
    case 4151:
      return accessDenied(context, error, errno);
    case 1130:
      return [
        'replica.io.hostNotAllowed',
        t`${there} has no account for the host that ${here} connects from.`,
        t`1130 host not allowed · IO connecting`,
        lines(
          t`On ${there}: create the account for the exact address of the replica, for IPv4 and IPv6 both where it has both.`,
          code(
            t`${unlogged(source?.connections.length === 0)}CREATE USER ${quoteSqlString(user)}@<address of the replica> IDENTIFIED BY '…'; GRANT REPLICATION SLAVE ON *.* TO ${quoteSqlString(user)}@<address of the replica>`,
          ),
        ),
        t`Do not start the source with skip-grant-tables, and do not grant to \`%\`.`,
      ];
    case 1129:
      return [
        'replica.io.hostNotAllowed',
        t`${there} has blocked the host of ${here} after too many failed connections.`,
        t`1129 host blocked · IO connecting`,
        t`Find what failed to connect from there first, then on ${there}: \`FLUSH NO_WRITE_TO_BINLOG HOSTS\` (MySQL 8.4 and later: \`TRUNCATE performance_schema.host_cache\`).`,
        t`Do not only raise \`max_connect_errors\`: the failing client stays.`,
      ];
    case 2002:
    case 2003:
    case 2006:
    case 2013:
    case 1158:
    case 1159:
    case 1160:
    case 1161:
      return [
        'replica.io.unreachable',
        t`${here} cannot reach its source ${there}.`,
        t`${errno} source unreachable · IO ${status.ioThread}`,
        lines(
          t`Test the port from the replica’s host: is the source up, does it listen there, does a firewall drop it?`,
          status.ioThread === 'stopped'
            ? t`The replica has given up trying. When the source answers: ${code(dialect.start(status.name))}`
            : t`The replica tries again by itself and goes on where it was; nothing is to be done here.`,
          t`If ${code(`${status.sourceHost}:${status.sourcePort}`)} is not where the source is: ${changeStopped({ HOST: t`'<name of the source>'`, PORT: '<port>', ...whereItWas(status) })}`,
        ),
        t`Do not point the replica anew with another file and position: its own position is intact.`,
      ];
    case 2005:
      return [
        'replica.io.unknownHost',
        t`${here} cannot resolve the name of its source ${code(status.sourceHost)}.`,
        t`2005 unknown host · IO connecting`,
        lines(
          t`Repair DNS or \`/etc/hosts\` on the replica’s host; it tries again by itself.`,
          t`If the name is wrong: ${changeStopped({ HOST: t`'<name of the source>'`, ...whereItWas(status) })}`,
        ),
        t`Do not put an IP address there while the certificate is verified by name.`,
      ];
    case 1040:
    case 1203:
    case 1226:
      return [
        'replica.io.sourceFull',
        t`${there} has no connection left for the replica ${here}.`,
        t`${errno} source full · IO connecting`,
        lines(
          t`Log in to ${there} over its extra port or socket: \`SHOW PROCESSLIST\` shows who holds the connections. End what leaks with \`KILL <id>\` once you know whose it is.`,
          status.ioThread === 'stopped'
            ? t`The replica has given up trying. Then: ${code(dialect.start(status.name))}`
            : t`The replica tries again by itself.`,
        ),
        t`Do not restart the source to get in.`,
      ];
    case 2026:
    case 2061:
    case 3159:
      return tlsRefused(context, error, change, changeStopped);
    default:
      return undefined;
  }
}

/** Another host or port makes the server forget file and position; without GTID they have to be given again. */
function whereItWas({ gtid, executedPosition }: ConnectionContext['status']): Readonly<Record<string, string>> {
  if (gtid !== 'no') return {};
  const { file, position } = executedPosition ?? { file: t`<file executed>`, position: t`<position executed>` };
  return { LOG_FILE: quoteSqlString(plain(file)), LOG_POS: String(position) };
}

function accessDenied(
  { here, there, status, dialect }: ConnectionContext,
  error: ReplicationError,
  errno: number,
): ErrorWords {
  const named = accountIn(error.text);
  const user = named?.user ?? status.sourceUser ?? '';
  const isLocked = errno === 3118 || errno === 4151;
  const account = named === undefined ? `${quoteSqlString(user)}@<host>` : quoteAccount(named.user, named.host);
  return [
    'replica.io.accessDenied',
    t`${here} cannot log in to its source ${there} as ${code(user)}.`,
    `IO ${status.ioThread} · ${errno} ${isLocked ? t`account locked` : t`access denied`}`,
    lines(
      t`On ${there}: ${code(`SELECT user, host, plugin FROM mysql.user WHERE user = ${quoteSqlString(user)}`)} shows which account could match; the replica came in as ${code(account)}.`,
      isLocked && t`The account is locked: \`ALTER USER … ACCOUNT UNLOCK\`.`,
      errno === 1698 && t`Error 1698: the account logs in by the Unix socket only; it needs a password plugin.`,
      t`If the password is wrong: ${code(dialect.stop(status.name))}, ${code(dialect.change(status.name, { PASSWORD: "'…'" }))}, ${code(dialect.start(status.name))}`,
      status.tls.asked === false
        ? t`This connection does not use TLS. If the account says REQUIRE SSL (see \`SHOW CREATE USER\`), that alone gives this error: ${code(dialect.change(status.name, { SSL: '1' }))} between stop and start.`
        : t`An account with REQUIRE X509 refuses a missing client certificate with the same words.`,
    ),
    t`Do not grant the account to \`%\`: it hides which entry is wrong and opens replication to every host.`,
  ];
}

function tlsRefused(
  { here, there, status, dialect }: ConnectionContext,
  error: ReplicationError,
  change: (options: Readonly<Record<string, string>>) => string,
  changeStopped: (options: Readonly<Record<string, string>>) => string,
): ErrorWords {
  const noTls = /does not support it/i.test(error.text);
  const needsTls = error.causeErrno !== 2026;
  return [
    'replica.io.tlsRefused',
    t`${here} cannot make a TLS connection to its source ${there}.`,
    `IO ${status.ioThread} · ${error.causeErrno} TLS refused`,
    lines(
      noTls && t`The source offers no TLS: give ${there} a certificate (\`ssl_cert\`, \`ssl_key\`) and restart it.`,
      needsTls &&
        t`The source wants TLS for this account and the connection does not use it: ${changeStopped({ SSL: '1' })}`,
      !noTls &&
        !needsTls &&
        t`The certificate does not verify. Name the right authority: ${changeStopped({ SSL_CA: t`'<file on the replica>'` })}; the certificate has to bear the name ${code(status.sourceHost)}.`,
      !noTls &&
        !needsTls &&
        dialect.flavor === 'mariadb' &&
        t`MariaDB’s automatic certificate is proved by the account’s password: an account without one fails.`,
    ),
    t`Do not turn TLS or its verification off (${change(noTls ? { SSL: '0' } : { SSL_VERIFY_SERVER_CERT: '0' })}): data and password then travel readable, or to anybody.`,
  ];
}

export const ioConnectExplained: Explained = {
  'replica.io.accessDenied': {
    means: 'The source refuses the replication account.',
    when: 'IO error 1045 or 1698; 3118 and 4151 for a locked account.',
    why: 'Wrong password, no account for the address that the replica comes from, or an unmet REQUIRE SSL or X509: the text is the same.',
  },
  'replica.io.hostNotAllowed': {
    means: 'The source does not talk to the replica’s host at all.',
    when: 'IO error 1130 or 1129.',
    why: 'No account exists for that host; or failed connections have blocked it.',
  },
  'replica.io.unreachable': {
    means: 'The replica cannot reach its source.',
    when: 'IO error 2002, 2003, 2006, 2013 or 1158 to 1161 while it does not run.',
    why: 'The source is down, or the network between the two is. MySQL gives up after Source_Retry_Count attempts (10 by default).',
  },
  'replica.io.unknownHost': {
    means: 'The name of the source does not resolve on the replica.',
    when: 'IO error 2005.',
    why: 'DNS, or a wrong name in the connection.',
  },
  'replica.io.sourceFull': {
    means: 'The source has no free connection.',
    when: 'IO error 1040, 1203 or 1226.',
    why: 'A leak or a pile-up on the source.',
  },
  'replica.io.tlsRefused': {
    means: 'TLS towards the source fails.',
    when: 'IO error 2026; 2061 and 3159, where the source demands TLS.',
    why: 'The source has no TLS, its certificate does not verify, or the connection does not use TLS where it has to.',
  },
};
