import { clustersOf } from '../findings/fleetFacts';
import { atLeast } from '../findings/dialect';
import { quoteAccount, quoteTableName } from '../guard/quoteSql';
import type { Flavor } from '../replication/reading';
import type { PlanCheck, PlanSecret } from './plan';
import type { InstanceRunbook, RunbookContext, RunbookInput } from './runbook';
import { t } from '../l10n';

const hostInput: RunbookInput = { name: 'host', label: t`host or network that it connects from, such as 10.64.%` };

/** The longest password that CHANGE MASTER takes: 96 on MariaDB (measured), 32 on MySQL. */
export const longestPassword: Readonly<Record<Flavor, number>> = { mariadb: 96, mysql: 32 };

export const createReplicationAccount: InstanceRunbook = {
  on: 'instance',
  id: 'source.createReplicationAccount',
  title: t`Create a replication account`,
  summary: t`Creates the account that replicas log in with, for their network only, and with TLS where it is offered.`,
  inputs: [{ name: 'user', label: t`name of the account`, suggest: () => 'repl' }, hostInput],
  isOffered: (_view, { replicas, connections }) => replicas.length > 0 || connections.length === 0,
  plan: (context) => {
    const { facts, dialect } = context;
    const requires = facts?.tlsOffered === true ? ' REQUIRE SSL' : '';
    return planAccount(context, {
      user: context.input('user') ?? 'repl',
      grants: [['REPLICATION SLAVE', '*.*']],
      create: (account) => `CREATE USER ${account} IDENTIFIED BY {{password}}${requires}`,
      secret: {
        name: 'password',
        label: t`new password of the replication account`,
        maxLength: longestPassword[dialect.flavor],
        isNew: true,
      },
      checks: [
        {
          id: 'source.tlsOffered',
          pass: facts?.tlsOffered === true ? true : 'unknown',
          mayBeUnknown: true,
          measured:
            facts?.tlsOffered === undefined ? t`not known` : facts.tlsOffered ? t`TLS is offered` : 'no TLS offered',
          needed: t`TLS, so that the account can require it`,
          fix: t`Give the server a certificate first: otherwise password and data travel readable.`,
        },
        {
          id: 'source.binlog',
          pass: facts?.logBin ?? 'unknown',
          measured: facts?.logBin === undefined ? t`not known` : `log_bin = ${facts.logBin ? 1 : 0}`,
          needed: 'log_bin = 1',
          fix: t`Set \`log_bin\` in its configuration and restart it: without a binary log there is nothing to fetch.`,
        },
      ],
    });
  },
};

export const createMonitorAccount: InstanceRunbook = {
  on: 'instance',
  id: 'monitor.createAccount',
  title: t`Create the account that Replideck reads with`,
  summary: t`Creates an account with the least privileges that this server version needs for reading.`,
  inputs: [
    {
      name: 'user',
      label: t`name of the account`,
      suggest: (view, key) => view.instances[key]?.spec.credentials?.user ?? 'replideck',
    },
    hostInput,
  ],
  isOffered: (_view, { connections }) => connections.length === 0,
  plan: (context) => {
    const { instance, dialect, version } = context;
    const table = instance.spec.heartbeatTable;
    return planAccount(context, {
      user: context.input('user') ?? instance.spec.credentials?.user ?? 'replideck',
      grants: [
        [monitorPrivileges(dialect.flavor, version).join(', '), '*.*'],
        ...(dialect.flavor === 'mysql' ? ([['SELECT', 'performance_schema.*']] as const) : []),
        ...(table === undefined ? [] : ([['SELECT', quoteTableName(table)]] as const)),
      ],
      create: (account) => `CREATE USER ${account} IDENTIFIED BY {{password}}`,
      secret: { name: 'password', label: t`new password of the account`, maxLength: 128, isNew: true },
      checks: [],
    });
  },
};

/** REPLICATION CLIENT was enough until MariaDB 10.5 split it; on MySQL it still is (measured on 9.7). */
export function monitorPrivileges(flavor: Flavor, version: readonly number[]): readonly string[] {
  return flavor === 'mariadb' && atLeast(version, [10, 5])
    ? ['SLAVE MONITOR', 'BINLOG MONITOR', 'PROCESS']
    : ['REPLICATION CLIENT', 'PROCESS'];
}

interface AccountDraft {
  readonly user: string;
  /** Privileges and what they are on; those on `*.*` are verified. */
  readonly grants: readonly (readonly [privileges: string, on: string])[];
  readonly create: (account: string) => string;
  readonly secret: PlanSecret;
  readonly checks: readonly PlanCheck[];
}

function planAccount(context: RunbookContext, { user, grants, create, secret, checks }: AccountDraft) {
  const { key } = context;
  const host = context.input('host');
  const account = quoteAccount(user, host ?? '?');
  const privileges = grants.flatMap(([listed, on]) => (on === '*.*' ? listed.split(', ') : []));
  const ground = [hostCheck(host), userCheck(user), ...checks, isWrittenHere(context)];
  if (host === undefined) return { checks: ground, steps: [] };
  return {
    checks: ground,
    steps: [
      context.step({
        id: 'createAccount',
        title: t`Create ${account} on ${key}`,
        effect: 'write',
        statements: [create(account), ...grants.map(([listed, on]) => `GRANT ${listed} ON ${on} TO ${account}`)],
        secrets: [secret],
        verify: `SHOW GRANTS FOR ${account}`,
        expectation: { kind: 'account', key, user, host: host.toLowerCase(), privileges },
        expected: privileges.join(', '),
        // Dropping accounts is never offered; a locked one lets nobody in.
        rollback: `ALTER USER ${account} ACCOUNT LOCK`,
        blastRadius: t`${key} and all that replicate from it get the account.`,
      }),
    ],
  };
}

export function hostCheck(host: string | undefined): PlanCheck {
  const isOpen = host === undefined || /^[%_.]*$/.test(host);
  return {
    id: 'account.host',
    pass: !isOpen,
    measured: host ?? t`no host given`,
    needed: t`an address or a network, not every host`,
    fix: t`Give the network of those who log in as input \`host\`, such as 10.64.%. An account for % is open to everybody who reaches the port.`,
  };
}

export function userCheck(user: string): PlanCheck {
  return {
    id: 'account.user',
    // 32 on MySQL; a name with a control character cannot be typed again.
    pass: user.length <= 32 && !/[\u0000-\u001f\u007f]/.test(user),
    measured: user,
    needed: t`a name of at most 32 characters, all of them printable`,
    fix: t`Give another name as input \`user\`.`,
  };
}

/** An account made on a replica is missing on its source, and breaks replication when the source makes it too. */
function isWrittenHere({ view, key, instance, facts }: RunbookContext): PlanCheck {
  const readOnly = facts?.readOnly;
  const isReplica = instance.snapshot.replication.kind === 'read' ? instance.connections.length > 0 : undefined;
  const primaries = clustersOf(view, key).flatMap(({ roots }) => roots);
  return {
    id: 'target.isWritten',
    pass: readOnly === undefined || isReplica === undefined ? 'unknown' : !readOnly && !isReplica,
    measured:
      readOnly === undefined || isReplica === undefined
        ? t`not known`
        : `read_only = ${readOnly ? 1 : 0}, ${isReplica ? t`a replica` : t`no replica`}`,
    needed: t`the primary, so that the account reaches all by replication`,
    fix: t`Plan it on the primary${primaries.length === 0 ? '' : `: ${[...new Set(primaries)].join(', ')}`}. An account that is made on a replica breaks it (1396) when the source makes the same one.`,
  };
}
