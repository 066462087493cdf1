import { atLeast } from '../findings/dialect';
import { factsOf } from '../findings/fleetFacts';
import { quoteShell } from '../guard/quoteShell';
import { quoteAccount, quoteSqlString, quoteTableName } from '../guard/quoteSql';
import { longestPassword } from './accounts';
import { writableStatements } from './instanceReadOnly';
import type { DumpLoad, DumpRun, PlanSecret, PlanStep } from './plan';
import { startStep } from './replicaThreads';
import { connectionWords, replicasInWords, statusQuery } from './runbook';
import type { SetUp } from './setUp';
import { t } from '../l10n';

/**
 * From nothing to a replica that has caught up. Each step may be the last one for hours: the connection is made by the
 * same session that loaded the dump, after its last line, so that a connection with a position is the proof that all
 * was loaded, and nothing runs before there is one.
 */
export function setUpSteps(setUp: SetUp): readonly PlanStep[] {
  return [...accountStep(setUp), ...copySteps(setUp), loginStep(setUp), readOnlyStep(setUp), ...lastSteps(setUp)];
}

function passwordOf({ context: { dialect } }: SetUp, isNew: boolean): PlanSecret {
  return {
    name: 'password',
    label: isNew
      ? t`password of the replication account, a new one if the account is new`
      : t`password of the replication account`,
    maxLength: longestPassword[dialect.flavor],
    ...(isNew ? { isNew: true } : {}),
  };
}

function accountStep(setUp: SetUp): readonly PlanStep[] {
  const { context, user, userHost, accountAt } = setUp;
  if (userHost === undefined || accountAt === undefined) return [];
  const account = quoteAccount(user, userHost);
  const { key } = accountAt.spec;
  return [
    context.step({
      id: 'createAccount',
      title: t`Create ${account} on ${key}`,
      effect: 'write',
      on: accountAt,
      // Taken up again between the two, the account is there and has no privilege yet.
      statements: [
        `CREATE USER IF NOT EXISTS ${account} IDENTIFIED BY {{password}} REQUIRE SSL`,
        `GRANT REPLICATION SLAVE ON *.* TO ${account}`,
      ],
      secrets: [passwordOf(setUp, true)],
      verify: `SHOW GRANTS FOR ${account}`,
      expectation: { kind: 'account', key, user, host: userHost.toLowerCase(), privileges: ['REPLICATION SLAVE'] },
      expected: 'REPLICATION SLAVE',
      // Dropping accounts is never offered; a locked one lets nobody in.
      rollback: `ALTER USER ${account} ACCOUNT LOCK`,
      rollbackWords: t`Only where this step made the account: with one that was there, others log in too.`,
      blastRadius: t`${key} and all that replicate from it get the account. One that is there already keeps its password.`,
    }),
  ];
}

/** The dump through a file, or streamed. */
function copySteps(setUp: SetUp): readonly PlanStep[] {
  const { context, source, file, databases } = setUp;
  const { key } = context;
  const run = dumpRun(setUp);
  const from = source.spec.key;
  const what = databases === undefined ? t`all databases` : databases.join(', ');
  const onSource = t`${from} takes a global read lock for a moment at the start: behind a statement that runs for long, all its writes wait. Afterwards it only reads.`;
  const dump =
    file === undefined
      ? []
      : [
          context.step({
            id: 'dump',
            title: t`Dump ${what} of ${from} to ${file}`,
            effect: 'read',
            on: source,
            statements: [],
            dump: { run, path: file },
            verify: `tail -n 1 ${shown(file)}`,
            expectation: { kind: 'dumpFile', key: from, path: file },
            expected: '-- Dump completed',
            rollback: `rm ${shown(file)}`,
            blastRadius: onSource,
          }),
        ];
  return [
    ...dump,
    context.step({
      id: 'load',
      title: t`Load ${what} of ${from} into ${key}`,
      effect: 'destructive',
      statements: [
        'SET SESSION sql_log_bin = 0',
        // A later step sets it again; read_only stays as it is meanwhile.
        ...(context.dialect.flavor === 'mysql' ? ['SET GLOBAL super_read_only = 0'] : []),
        ...heartbeatRows(setUp),
      ],
      load: { from: file === undefined ? { kind: 'run', run } : { kind: 'file', path: file }, ...lastOf(setUp) },
      verify: statusQuery(context),
      expectation: {
        ...{ kind: 'loaded', key, connection: setUp.name, sourceKey: from },
        ...{ host: setUp.host, port: setUp.port, gtid: setUp.gtid },
      },
      expected: t`a connection to ${setUp.host}:${setUp.port} that knows the position of the dump`,
      rollback: context.dialect.resetAll(setUp.name),
      rollbackWords: t`Only the connection goes: what was replaced does not come back.`,
      blastRadius:
        t`On ${key}, what has the same name is replaced; nothing of it is logged, so nothing below it gets the data. ` +
        (databases === undefined ? t`Its accounts become those of ${from}. ` : '') +
        (file === undefined ? onSource : t`${from} is not touched.`),
      isSeen: true,
    }),
  ];
}

/** A path as a shell reads it. */
function shown(file: string): string {
  const quoted = quoteShell(file, 'posix');
  return quoted.kind === 'ok' ? quoted.value : file;
}

function dumpRun({ context, source, position, databases }: SetUp): DumpRun {
  const { version, dialect } = context;
  const mariadb = dialect.flavor === 'mariadb';
  const there = factsOf(source)?.versionNumber ?? version;
  return {
    ...context.placeOf(source),
    program: mariadb ? 'mariadb-dump' : 'mysqldump',
    options: [
      '--single-transaction',
      ...(mariadb
        ? [...(position === 'gtid' ? ['--gtid'] : []), '--master-data=2']
        : [
            `--set-gtid-purged=${position === 'gtid' ? 'COMMENTED' : 'OFF'}`,
            atLeast(there, [8, 0, 26]) ? '--source-data=2' : '--master-data=2',
          ]),
      '--routines',
      '--events',
      '--triggers',
      ...(databases === undefined
        ? [
            '--all-databases',
            '--flush-privileges',
            // The position of the source in its own source is not the replica's.
            ...(mariadb ? ['--ignore-table=mysql.gtid_slave_pos'] : []),
          ]
        : ['--databases', ...databases]),
    ],
  };
}

/** The position goes in last, and the connection with it: whoever finds one knows that all was loaded. */
function lastOf({ context, name, host, port, position, others }: SetUp): Pick<DumpLoad, 'position' | 'last'> {
  const { dialect } = context;
  const place = { HOST: quoteSqlString(host), PORT: String(port) };
  if (position === 'file') {
    const marked = dialect.change(name, {
      ...place,
      ...(dialect.flavor === 'mariadb' ? { USE_GTID: 'no' } : { AUTO_POSITION: '0' }),
      LOG_FILE: '?',
    });
    return { position, last: [marked.replace(/[A-Z]+_LOG_FILE=\?/, () => '{{position}}')] };
  }
  const change = dialect.change(name, {
    ...place,
    ...(dialect.flavor === 'mariadb' ? { USE_GTID: 'slave_pos' } : { AUTO_POSITION: '1' }),
  });
  if (dialect.flavor === 'mysql') {
    // mysqldump writes the plus sign itself: the set is added to what is there.
    return { position, last: ['SET @@GLOBAL.gtid_purged = {{position}}', change] };
  }
  return {
    position,
    last: [
      // The position belongs to all connections, and cannot be set while one of them runs.
      ...others.map((other) => dialect.stop(other)),
      "SET GLOBAL gtid_slave_pos = CONCAT_WS(',', NULLIF(@@GLOBAL.gtid_slave_pos, ''), {{position}})",
      change,
      ...others.map((other) => dialect.start(other)),
    ],
  };
}

/**
 * A heartbeat table has rows of all sources of a replica, so that it cannot be loaded from the second one. What is
 * written there is updated by the first heartbeat that arrives, which would otherwise find no row (1032).
 */
function heartbeatRows({ context, source, databases, others }: SetUp): readonly string[] {
  const rows = source.snapshot.heartbeat;
  const table = source.spec.heartbeatTable;
  if (others.length === 0 || table === undefined || rows.kind !== 'read') return [];
  if (databases?.includes(table.split('.')[0] ?? '') !== false) return [];
  if (context.instance.snapshot.heartbeat.kind !== 'read') return [];
  return rows.value.flatMap(({ serverId }) =>
    serverId === undefined
      ? []
      : [
          `INSERT IGNORE INTO ${quoteTableName(table)} (ts, server_id) VALUES ('2000-01-01T00:00:00.000000', ${serverId})`,
        ],
  );
}

/** Host and port stay out: naming them again would drop the position. */
function loginStep(setUp: SetUp): PlanStep {
  const { context, name, user, ca } = setUp;
  const { dialect, key, instance } = context;
  const delay = instance.spec.delaySeconds;
  return context.step({
    id: 'login',
    title: t`Give ${connectionWords(key, name)} its account and TLS`,
    effect: 'write',
    statements: [
      dialect.change(name, {
        USER: quoteSqlString(user),
        PASSWORD: '{{password}}',
        SSL: '1',
        SSL_VERIFY_SERVER_CERT: '1',
        ...(ca === undefined ? {} : { SSL_CA: quoteSqlString(ca) }),
        ...(delay === undefined ? {} : { DELAY: String(delay) }),
      }),
    ],
    secrets: [passwordOf(setUp, false)],
    verify: statusQuery(context),
    expectation: { kind: 'login', key, connection: name, user },
    expected: t`user ${user}, TLS asked for, certificate verified`,
    rollback: dialect.change(name, { USER: "''" }),
    blastRadius: t`Only this connection, which does not run yet.`,
    isSeen: true,
  });
}

function readOnlyStep({ context }: SetUp): PlanStep {
  const { key, dialect, facts } = context;
  const variable = dialect.flavor === 'mysql' ? 'super_read_only' : 'read_only';
  return context.step({
    id: 'setReadOnly',
    title: t`Let nothing but replication write on ${key}`,
    effect: 'write',
    statements: [`SET GLOBAL ${variable} = 1`],
    verify: `SELECT @@global.${variable}`,
    expectation: { kind: 'readOnly', key, isReadOnly: true },
    expected: '1',
    rollback: facts?.readOnly === true ? `SET GLOBAL ${variable} = 0` : writableStatements(dialect.flavor).join('; '),
    blastRadius: t`Writes of clients on ${key} are refused (1290). A restart reads the configuration: put it there too. ${replicasInWords(context)}`,
    isSeen: true,
  });
}

function lastSteps({ context, name }: SetUp): readonly PlanStep[] {
  const { key } = context;
  return [
    { ...startStep(context, name), isSeen: true },
    context.step({
      id: 'catchUp',
      title: t`See that ${connectionWords(key, name)} has caught up`,
      effect: 'read',
      statements: [statusQuery(context)],
      verify: statusQuery(context),
      expectation: { kind: 'caughtUp', key, connection: name },
      expected: t`both threads running, at most 5 s behind`,
      blastRadius: t`Nobody. Run it again until it is there; the panel draws how fast the lag falls.`,
      isSeen: true,
    }),
  ];
}
