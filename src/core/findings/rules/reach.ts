import { quoteSqlString } from '../../guard/quoteSql';
import { isExpectedPrimary } from '../fleetFacts';
import { code, list, lines, plain, unlogged } from '../phrase';
import { reachWords, type ReachWords } from '../reachWords';
import { tunnelAvoid, tunnelWords } from '../tunnelWords';
import type { Draft, Explained, InstanceContext, InstanceRule } from '../rule';
import type { ReachFailure } from '../../replication/reading';
import { t } from '../../l10n';

type Reason = ReachFailure['reason'];

/** Our own way to the server. A cancelled or forbidden reading is not a fault of the server: no finding. */
export const reach: InstanceRule = {
  scope: 'instance',
  ids: {
    'instance.unreachable': 'critical',
    'instance.hung': 'critical',
    'instance.accessDenied': 'critical',
    'instance.hostNotAllowed': 'critical',
    'instance.tooManyConnections': 'critical',
    'instance.tlsFailed': 'critical',
  },
  check(context) {
    const { instance, here } = context;
    const { snapshot, spec } = instance;
    const draft = (id: string, title: string, short: string, remedy: string, avoid?: string): Draft => ({
      id,
      title,
      short,
      remedy,
      evidence: [],
      ...(avoid === undefined ? {} : { avoid }),
    });
    if (snapshot.reach.kind !== 'failed') return hungPart(context);
    const { failure } = snapshot.reach;
    const result = judge(failure, context, draft);
    if (result === undefined) return [];
    const number = failure.errno === undefined || failure.errno <= 0 ? '' : `${failure.errno}: `;
    return [
      {
        ...result,
        evidence: [
          {
            measured: `${number}${plain(failure.text) || failure.reason}`,
            source: t`connection to ${here.replaceAll('`', '')} (${spec.key}${spec.via === undefined ? '' : t` via ${spec.via}`})`,
            at: snapshot.at ?? context.fleet.snapshot.takenAt,
          },
        ],
      },
    ];
  },
};

type Make = (id: string, title: string, short: string, remedy: string, avoid?: string) => Draft;

const unreachable: Partial<Record<Reason, ReachWords>> = {
  refused: [
    t`refuses connections: nothing listens on that port`,
    t`connection refused`,
    t`See on the host whether the server runs and on which port it listens; start it where it does not run.`,
  ],
  ...reachWords,
  lost: [
    t`closed the connection before it answered`,
    t`connection lost`,
    t`Look in the server’s error log: a crash, a kill, a proxy or a connection limit. The next reading tries again.`,
  ],
  notMysql: [
    t`answers, but not in the MySQL protocol`,
    'not a MySQL server',
    t`Correct the port in the inventory; another service listens there.`,
  ],
  other: [
    t`could not be read`,
    t`not reachable`,
    t`No remedy is known for this error; the text is the server’s or the system’s own.`,
  ],
};

function judge(failure: ReachFailure, context: InstanceContext, make: Make): Draft | undefined {
  const { here, instance } = context;
  const user = instance.spec.credentials?.user;
  const account = user === undefined ? t`our account` : t`the account ${code(user)}`;
  const errno = failure.errno;
  if (failure.reason === 'tooManyConnections' || errno === 1040 || errno === 1203 || errno === 1226) {
    return make(
      'instance.tooManyConnections',
      errno === 1226 || errno === 1203
        ? t`${here} has no connection left for ${account}.`
        : t`${here} has no free connection.`,
      t`too many connections`,
      lines(
        t`Log in over the extra port or the socket with an administrator’s account and see who holds the connections: \`SHOW PROCESSLIST\`.`,
        t`End those that leak with \`KILL <id>\`, and close the leak where it comes from; Replideck itself keeps one connection per instance.`,
      ),
      t`Do not restart the server to get in: it drops all work in progress and the connections come back.`,
    );
  }
  if (failure.reason === 'tlsFailed' || errno === 3159) {
    return make(
      'instance.tlsFailed',
      t`No TLS connection to ${here} could be made as the inventory demands (${code(instance.spec.tls.mode)}).`,
      'TLS failed',
      failure.offersNoTls === true
        ? t`The server offers no TLS: give it a certificate (\`ssl_cert\`, \`ssl_key\`), or state \`tls: preferred\` for it if plain text is meant.`
        : lines(
            t`Compare the certificate with the name in the inventory and with the \`ca\` of its \`tls\` entry; give \`serverName\` where the certificate bears another name.`,
            t`Or put the right certificate in its place on the server, and have it read without a restart: \`FLUSH NO_WRITE_TO_BINLOG SSL\` (MySQL: \`ALTER INSTANCE RELOAD TLS\`).`,
          ),
      t`Do not set \`tls: disabled\` to get through: the password and all data then travel readable.`,
    );
  }
  switch (failure.reason) {
    case 'cancelled':
    case 'untrusted':
      return undefined;
    case 'hung':
      return make(
        'instance.hung',
        t`${here} accepts connections and does not answer.`,
        t`no answer for ${instance.spec.timeoutSeconds} s`,
        lines(
          t`See on the host whether the server process is stopped, swapping or waiting for its disk. One that is stopped (state T) goes on after \`kill -CONT\`.`,
          t`If it still takes a log-in over the socket: \`SHOW PROCESSLIST\` and \`SHOW ENGINE INNODB STATUS\` name what it waits for.`,
        ),
        t`Do not kill the server before its stack and process list are saved: the cause goes with it.`,
      );
    case 'hostNotAllowed':
      return make(
        'instance.hostNotAllowed',
        errno === 1129
          ? t`${here} has blocked this host after too many failed connections.`
          : t`${here} has no account for this host.`,
        t`this host is not allowed`,
        errno === 1129
          ? t`Find what fails to connect from here first, then on the server: \`FLUSH NO_WRITE_TO_BINLOG HOSTS\` (MySQL 8.4 and later: \`TRUNCATE performance_schema.host_cache\`).`
          : createAccount(context, failure),
        errno === 1129
          ? t`Do not only raise \`max_connect_errors\`: the failing client stays.`
          : t`Do not create it for \`%\`.`,
      );
    case 'accessDenied':
    case 'accountLocked':
    case 'passwordExpired':
    case 'authPlugin':
    case 'credentialsMissing':
      return make('instance.accessDenied', ...denied(failure, here, account));
    case 'tunnelFailed': {
      const [sentence, short, remedy] = tunnelWords(failure.text);
      const title = `${here} ${sentence} (${code(instance.spec.via ?? '')}).`;
      return make('instance.unreachable', title, short, remedy, tunnelAvoid(failure.text));
    }
    default: {
      const [sentence, short, remedy] = unreachable[failure.reason] ?? [t`could not be read`, t`not reachable`, ''];
      return make('instance.unreachable', `${here} ${sentence}.`, short, remedy);
    }
  }
}

/** For the address that 1130 names. On a replica it must not be logged, or it is a transaction of the replica's own. */
function createAccount({ fleet, instance, key }: InstanceContext, { text }: ReachFailure): string {
  const user = instance.spec.credentials?.user;
  const host = /Host '([^']{1,255})'/.exec(text)?.[1];
  const account = `${user === undefined ? '<user>' : quoteSqlString(user)}@${host === undefined ? t`<our address>` : quoteSqlString(host)}`;
  return lines(
    t`Create the account for the address that the error names: ${code(`${unlogged(isExpectedPrimary(fleet, key))}CREATE USER ${account} IDENTIFIED BY '…'`)}. A host with IPv6 needs it for both of its addresses.`,
    t`Give it what it has on the other instances, in the same way: ${code(`SHOW GRANTS FOR ${account}`)} there.`,
  );
}

function denied(failure: ReachFailure, here: string, account: string): [string, string, string, string?] {
  switch (failure.reason) {
    case 'accountLocked':
      return [t`${here} has locked ${account}.`, t`account locked`, t`On the server: \`ALTER USER … ACCOUNT UNLOCK\`.`];
    case 'passwordExpired':
      return [
        t`The password of ${account} on ${here} has expired.`,
        t`password expired`,
        t`Set a new password on the server and where the inventory takes it from.`,
      ];
    case 'authPlugin':
      return [
        t`${here} asks for an authentication plugin that Replideck cannot speak for ${account}.`,
        t`unknown authentication plugin`,
        lines(
          t`On the server, \`SELECT user, host, plugin FROM mysql.user\` shows the plugin of the account; one with a password hash that Replideck speaks is needed.`,
          t`A server also asks for its default plugin when no account matches: check user and host as well.`,
        ),
        t`Do not drop authentication for the account.`,
      ];
    case 'credentialsMissing':
      return [
        t`There are no usable credentials for ${here}.`,
        t`credentials missing`,
        t`Give what the inventory names under \`credentials\`: the secret, the environment variable or the option file.`,
      ];
    default:
      return [
        t`${here} refuses ${account}.`,
        t`access denied`,
        lines(
          t`Correct the password where the inventory takes it from, or on the server; and see that the account exists for the host in the error text.`,
          t`An account that demands TLS (\`REQUIRE SSL\`, \`require_secure_transport\`) refuses plain connections with the same words.`,
          failure.errno === 1698 &&
            t`Error 1698: the account logs in by the Unix socket only; it needs a password plugin.`,
          t`An anonymous account for a more exact host takes precedence over a named one for \`%\`.`,
        ),
        t`Do not grant the account to \`%\` to get through.`,
      ];
  }
}

/** The server answered some statements and let another one wait past the deadline: SHOW SLAVE STATUS may block. */
function hungPart({ instance, here }: InstanceContext): readonly Draft[] {
  const { server, replication } = instance.snapshot;
  const waiting = [server, replication].flatMap((part) =>
    part.kind === 'failed' && part.isLate === true ? [part] : [],
  );
  const [first] = waiting;
  if (first === undefined) return [];
  const what = replication === first ? t`its replication status` : t`questions about itself`;
  return [
    {
      id: 'instance.hung',
      title: t`${here} answers, but not to ${what} within the deadline.`,
      short: t`no answer for ${instance.spec.timeoutSeconds} s`,
      evidence: waiting.map(({ text, at, statement }) => ({ measured: text, source: plain(statement, 160), at })),
      remedy: lines(
        t`\`SHOW PROCESSLIST\` shows what the statement waits for; a \`STOP SLAVE\` that waits for a long transaction blocks the status too.`,
        t`Statements that wait: ${list(waiting.map(({ statement }) => code(plain(statement, 80))))}.`,
      ),
      avoid: t`Do not kill the server: a stop of replication that waits ends when its transaction ends.`,
    },
  ];
}

export const reachExplained: Explained = {
  'instance.unreachable': {
    means: 'No connection to the server could be made.',
    when: 'Refused, no route, name unknown, no handshake within the deadline, closed at once, tunnel failed, or something else listens there.',
    why: 'The server is down, the address in the inventory is wrong, or the network does not let us through. Nothing is known about its replication.',
  },
  'instance.hung': {
    means: 'The server takes the connection and does not answer.',
    when: 'The connection opened and a statement had no answer within `timeoutSeconds`.',
    why: 'A stopped process, a full or dead disk, swapping, or a lock that status statements wait for.',
  },
  'instance.accessDenied': {
    means: 'Our account is refused.',
    when: 'Errors 1045, 1698, 1044, 3118, 4151, 1862, an authentication plugin that we do not speak, or credentials that are not there.',
    why: 'Wrong password, no account for this host, an unmet demand for TLS (the same words), a locked or expired account.',
  },
  'instance.hostNotAllowed': {
    means: 'The server does not talk to our host at all.',
    when: 'Errors 1130 and 1129.',
    why: 'No account exists for this host, or failed connections have blocked it.',
  },
  'instance.tooManyConnections': {
    means: 'The server has no connection left for us.',
    when: 'Errors 1040, 1203 and 1226.',
    why: 'Clients hold more connections than allowed: a leak, a pile-up behind a lock, or a limit that is too low.',
  },
  'instance.tlsFailed': {
    means: 'The TLS connection that the inventory demands could not be made.',
    when: 'The server offers none, or its certificate does not verify.',
    why: 'No certificate configured, another authority, an expired certificate, or one for another name.',
  },
};
