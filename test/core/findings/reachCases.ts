import { denied, failedPart, fleetOf, mysql, p, r, s1 } from './fleetBuilder';
import type { Case } from './case';

const show = 'SHOW ALL SLAVES STATUS';
const deniedText = (names: string) =>
  `Access denied; you need (at least one of) the ${names} privilege(s) for this operation`;

export const reachCases: readonly Case[] = [
  {
    title: 'nothing listens',
    gives: ['instance.unreachable'],
    fleet: () => fleetOf({ [r]: { failure: { reason: 'refused', text: 'connect ECONNREFUSED 10.0.0.1:3311' } } }),
  },
  {
    title: 'host name unknown',
    gives: ['instance.unreachable'],
    fleet: () => fleetOf({ [r]: { failure: { reason: 'unknownHost' } } }),
  },
  {
    title: 'no route',
    gives: ['instance.unreachable'],
    fleet: () => fleetOf({ [r]: { failure: { reason: 'noRoute' } } }),
  },
  {
    title: 'no handshake',
    gives: ['instance.unreachable'],
    fleet: () => fleetOf({ [r]: { failure: { reason: 'timedOut' } } }),
  },
  {
    title: 'connection broke',
    gives: ['instance.unreachable'],
    fleet: () => fleetOf({ [r]: { failure: { reason: 'lost' } } }),
  },
  ...(
    [
      'root@bastion: Permission denied (publickey).',
      'No ED25519 host key is known for bastion and you have requested strict checking.\nHost key verification failed.',
      'WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!\nHost key verification failed.',
      'open failed: connect failed: Connection refused',
      'open failed: administratively prohibited: open failed',
      'ssh: connect to host bastion port 22: Connection timed out',
      'ssh could not be started: spawn ssh ENOENT',
      'ssh ended with 255 and said nothing.',
    ] as const
  ).map((text): Case => ({
    title: `tunnel failed: ${text.split('\n')[0] ?? ''}`,
    gives: ['instance.unreachable'],
    fleet: () =>
      fleetOf({ [r]: { failure: { reason: 'tunnelFailed', text }, spec: { via: 'ssh://dba@bastion.example' } } }),
  })),
  {
    title: 'not the MySQL protocol',
    gives: ['instance.unreachable'],
    fleet: () => fleetOf({ [r]: { failure: { reason: 'notMysql' } } }),
  },
  {
    title: 'another error',
    gives: ['instance.unreachable'],
    fleet: () =>
      fleetOf({ [r]: { failure: { reason: 'other', errno: 3032, text: 'The server is currently in offline mode' } } }),
  },
  { title: 'reading cancelled', gives: [], fleet: () => fleetOf({ [r]: { failure: { reason: 'cancelled' } } }) },
  { title: 'workspace not trusted', gives: [], fleet: () => fleetOf({ [r]: { failure: { reason: 'untrusted' } } }) },
  { title: 'hung', gives: ['instance.hung'], fleet: () => fleetOf({ [r]: { failure: { reason: 'hung' } } }) },
  {
    title: 'status alone hangs',
    gives: ['instance.hung'],
    fleet: () => fleetOf({ [r]: { replication: failedPart(show, 'No answer within 5000 ms.') } }),
  },
  {
    title: 'heartbeat alone hangs',
    gives: [],
    fleet: () => fleetOf({ [r]: { heartbeatPart: failedPart('SELECT ts', 'No answer within 5000 ms.') } }),
  },
  {
    title: 'wrong password',
    gives: ['instance.accessDenied'],
    fleet: () =>
      fleetOf({
        [r]: {
          failure: {
            reason: 'accessDenied',
            errno: 1045,
            text: "Access denied for user 'replideck'@'10.0.0.9' (using password: YES)",
          },
        },
      }),
  },
  {
    title: 'socket account',
    gives: ['instance.accessDenied'],
    fleet: () =>
      fleetOf({
        [r]: { failure: { reason: 'accessDenied', errno: 1698, text: "Access denied for user 'root'@'localhost'" } },
      }),
  },
  {
    title: 'locked',
    gives: ['instance.accessDenied'],
    fleet: () =>
      fleetOf({
        [r]: { failure: { reason: 'accountLocked', errno: 4151, text: 'Access denied, this account is locked' } },
      }),
  },
  {
    title: 'expired',
    gives: ['instance.accessDenied'],
    fleet: () => fleetOf({ [r]: { failure: { reason: 'passwordExpired', errno: 1862 } } }),
  },
  {
    title: 'unknown plugin',
    gives: ['instance.accessDenied'],
    fleet: () =>
      fleetOf({
        [r]: { failure: { reason: 'authPlugin', text: 'Server requests authentication using unknown plugin parsec.' } },
      }),
  },
  {
    title: 'no secret given',
    gives: ['instance.accessDenied'],
    fleet: () =>
      fleetOf({ [r]: { failure: { reason: 'credentialsMissing', text: 'no password was given for "monitor"' } } }),
  },
  {
    title: 'host not allowed',
    gives: ['instance.hostNotAllowed'],
    fleet: () =>
      fleetOf({
        [r]: {
          failure: {
            reason: 'hostNotAllowed',
            errno: 1130,
            text: "Host '10.0.0.9' is not allowed to connect to this MariaDB server",
          },
        },
      }),
  },
  {
    title: 'host blocked',
    gives: ['instance.hostNotAllowed'],
    fleet: () => fleetOf({ [r]: { failure: { reason: 'hostNotAllowed', errno: 1129 } } }),
  },
  {
    title: 'server full',
    gives: ['instance.tooManyConnections'],
    fleet: () =>
      fleetOf({ [r]: { failure: { reason: 'tooManyConnections', errno: 1040, text: 'Too many connections' } } }),
  },
  {
    title: 'account full',
    gives: ['instance.tooManyConnections'],
    fleet: () => fleetOf({ [r]: { failure: { reason: 'other', errno: 1226 } } }),
  },
  {
    title: 'no TLS there',
    gives: ['instance.tlsFailed'],
    fleet: () =>
      fleetOf({
        [r]: {
          failure: {
            reason: 'tlsFailed',
            offersNoTls: true,
            text: 'The server offers no TLS, and the inventory demands it.',
          },
        },
      }),
  },
  {
    title: 'certificate of another name',
    gives: ['instance.tlsFailed'],
    fleet: () =>
      fleetOf({
        [r]: {
          failure: { reason: 'tlsFailed', text: "Hostname/IP does not match certificate's altnames" },
          spec: { tls: { mode: 'verify-identity' } },
        },
      }),
  },
  {
    title: 'another server_id after a restart',
    gives: ['instance.identityMismatch'],
    fleet: () =>
      fleetOf({ [r]: { facts: { serverId: 777, uptimeSeconds: 30 }, before: { facts: { uptimeSeconds: 864000 } } } }),
  },
  {
    title: 'another host name',
    gives: ['instance.identityMismatch'],
    fleet: () => fleetOf({ [r]: { facts: { hostname: 'db2199' }, before: {} } }),
  },
  {
    title: 'server_id set while it runs',
    gives: [],
    fleet: () =>
      fleetOf({
        [r]: { facts: { serverId: 777, uptimeSeconds: 864010 }, before: { facts: { uptimeSeconds: 864000 } } },
      }),
  },
  {
    title: 'same uuid under a new host name',
    gives: [],
    fleet: () =>
      fleetOf(
        {
          [r]: { facts: { ...mysql, uuid: 'u', hostname: 'db2199' }, before: { facts: { ...mysql, uuid: 'u' } } },
          [p]: { facts: mysql },
        },
        { s1: { instances: [p, r], primary: p } },
      ),
  },
  { title: 'same identity as before', gives: [], fleet: () => fleetOf({ [r]: { before: {} } }) },
  {
    title: 'MariaDB without SLAVE MONITOR',
    gives: ['monitor.privilegeMissing'],
    fleet: () =>
      fleetOf({
        [r]: {
          replication: denied(
            `SET STATEMENT max_statement_time=5.000 FOR ${show}`,
            1227,
            deniedText('SUPER, SLAVE MONITOR'),
          ),
        },
      }),
  },
  {
    title: 'MariaDB without SLAVE MONITOR, the server saying which account we are',
    gives: ['monitor.privilegeMissing'],
    fleet: () =>
      fleetOf({
        [r]: {
          facts: { account: { user: 'replideck', host: '10.64.%' } },
          replication: denied(show, 1227, deniedText('SUPER, SLAVE MONITOR')),
        },
      }),
  },
  {
    title: 'MariaDB 10.4 without REPLICATION CLIENT',
    gives: ['monitor.privilegeMissing'],
    fleet: () =>
      fleetOf(
        {
          [r]: {
            facts: { version: '10.4.34-MariaDB', versionNumber: [10, 4, 34] },
            replication: denied(show, 1227, deniedText('SUPER, REPLICATION CLIENT')),
          },
          [p]: { facts: { version: '10.4.34-MariaDB', versionNumber: [10, 4, 34] } },
        },
        { s1: { instances: [p, r], primary: p } },
      ),
  },
  {
    title: 'MySQL without REPLICATION CLIENT, the account named in the inventory',
    gives: ['monitor.privilegeMissing'],
    fleet: () =>
      fleetOf(
        {
          [p]: { facts: mysql },
          [r]: {
            facts: mysql,
            replication: denied('SHOW REPLICA STATUS', 1227, deniedText('SUPER, REPLICATION CLIENT')),
            spec: { credentials: { name: 'monitor', user: "o'neil" } },
          },
        },
        { s1: { instances: [p, r], primary: p } },
      ),
  },
  {
    title: 'heartbeat table not readable',
    gives: ['monitor.privilegeMissing'],
    fleet: () =>
      fleetOf({
        [r]: {
          spec: { heartbeatTable: 'heart-beat.heartbeat' },
          heartbeatPart: denied(
            'SELECT h.* FROM heartbeat',
            1142,
            "SELECT command denied to user 'pm'@'127.0.0.1' for table `heartbeat`.`heartbeat`",
          ),
        },
      }),
  },
  {
    title: 'heartbeat schema not readable, the account named in full',
    gives: ['monitor.privilegeMissing'],
    fleet: () =>
      fleetOf({
        [r]: {
          spec: { heartbeatTable: 'heartbeat.heartbeat' },
          heartbeatPart: denied(
            'SELECT h.* FROM heartbeat',
            1044,
            "Access denied for user 'pm'@'10.%' to database 'heartbeat'",
          ),
        },
      }),
  },
  {
    title: 'MySQL performance_schema not readable',
    gives: ['monitor.privilegeMissing'],
    fleet: () =>
      fleetOf(
        {
          [p]: {
            facts: mysql,
            server: denied(
              'SELECT @@server_id',
              1142,
              "SELECT command denied to user 'pm'@'localhost' for table 'threads'",
            ),
          },
          [r]: { facts: mysql },
        },
        { s1: { instances: [p, r] } },
      ),
  },
  {
    title: 'status failed for another reason',
    gives: [],
    fleet: () => fleetOf({ [r]: { replication: failedPart(show, 'You have an error in your SQL syntax', 1064) } }, s1),
  },
];
