import { factsOf, isExpectedPrimary } from '../findings/fleetFacts';
import type { ServerFacts } from '../replication/model';
import { formatSeconds } from '../words';
import { advice, check } from './checks';
import type { PlanCheck } from './plan';
import { sourceChecks } from './replicaRepoint';
import type { SetUp } from './setUp';
import { accountChecks } from './setUpAccount';
import { databaseChecks } from './setUpDatabases';
import { ownWritesCheck, ownWritesGoCheck, setUpGtidChecks } from './setUpGtid';
import { t } from '../l10n';

/** What a server that is emptied first may have. */
const clearedByRebuild: readonly string[] = ['target.connectionFree', 'target.noOwnWrites', 'gtid.positionFree'];

/** The ground for a replica that is set up anew. */
export function rebuildChecks(setUp: SetUp): readonly PlanCheck[] {
  return [...setUpChecks(setUp).filter(({ id }) => !clearedByRebuild.includes(id)), ownWritesGoCheck(setUp)];
}

/** The ground for a new replica. Nothing in it turns red by the plan's own steps: it may be taken up at any of them. */
export function setUpChecks(setUp: SetUp): readonly PlanCheck[] {
  const { context, source } = setUp;
  return [
    ...sourceChecks(context, source),
    routeCheck(setUp),
    uniqueServerId(setUp),
    formatCheck(setUp),
    ...(setUp.position === 'gtid' ? setUpGtidChecks(setUp) : []),
    tlsCheck(setUp),
    caCheck(setUp),
    retentionCheck(setUp),
    ...sameSettings(setUp),
    placeCheck(setUp),
    leafCheck(setUp),
    ownWritesCheck(setUp),
    ...othersCheck(setUp),
    ...databaseChecks(setUp),
    ...accountChecks(setUp),
  ];
}

function routeCheck({ source }: SetUp): PlanCheck {
  const { via } = source.spec;
  return check(
    'source.route',
    via === undefined,
    via === undefined ? t`reached directly` : t`reached through ${via}`,
    t`the dump program reaches it without a tunnel`,
    t`Open the folder with Remote-SSH on a host from which both servers are reached directly.`,
  );
}

/** Two replicas of one source with the same server_id throw each other out, and nothing but a log says so. */
function uniqueServerId({ context: { view, key, facts }, source }: SetUp): PlanCheck {
  const serverId = facts?.serverId;
  const known = source.replicas.filter((other) => other !== key);
  const twins = known.filter((other) => factsOf(view.instances[other])?.serverId === serverId);
  const unread = known.filter((other) => factsOf(view.instances[other])?.serverId === undefined);
  return check(
    'target.serverId',
    serverId === undefined ? undefined : serverId > 0 && twins.length === 0 && (unread.length === 0 || undefined),
    serverId === undefined
      ? t`not known`
      : twins.length > 0
        ? t`${serverId}, as ${twins.join(', ')}`
        : unread.length > 0
          ? t`${serverId}; not known of ${unread.join(', ')}`
          : String(serverId),
    t`a server_id that no other replica of the source has`,
    t`Give it a \`server_id\` of its own in its configuration and restart it.`,
  );
}

function formatCheck({ source }: SetUp): PlanCheck {
  const { binlogFormat, binlogRowImage: image } = factsOf(source) ?? {};
  const format = binlogFormat?.toUpperCase();
  return check(
    'source.format',
    format === undefined ? undefined : format !== 'STATEMENT',
    format === undefined ? t`not known` : t`binlog_format ${format}, row image ${image ?? t`not known`}`,
    'ROW, or MIXED',
    t`Set \`binlog_format = ROW\` in the source's configuration, and \`SET GLOBAL binlog_format = 'ROW'\`; open sessions keep the old one.`,
  );
}

function tlsCheck({ source }: SetUp): PlanCheck {
  const offered = factsOf(source)?.tlsOffered;
  return check(
    'source.tlsOffered',
    offered,
    offered === undefined ? t`not known` : offered ? t`TLS is offered` : 'no TLS offered',
    t`the source offers TLS`,
    t`Give the source a certificate (\`ssl_cert\`, \`ssl_key\`) first: the replica verifies it and does not connect without one.`,
  );
}

function caCheck({ ca }: SetUp): PlanCheck {
  return check(
    'replica.ca',
    ca === undefined ? undefined : true,
    ca ?? t`no file named`,
    t`the certificate of the authority, readable for the replica’s server`,
    t`Name it as input \`ca\`. Without it the server’s own \`ssl_ca\` or the system’s authorities decide.`,
    advice,
  );
}

const daySeconds = 86_400;

function retentionCheck({ context: { instance }, source }: SetUp): PlanCheck {
  const kept = factsOf(source)?.binlogExpireSeconds;
  const needed = Math.max(daySeconds, (instance.spec.delaySeconds ?? 0) * 2);
  return check(
    'source.retention',
    kept === undefined ? undefined : kept === 0 || kept >= needed,
    kept === undefined ? t`not known` : kept === 0 ? t`nothing is removed by age` : t`kept for ${formatSeconds(kept)}`,
    t`binary logs kept for ${formatSeconds(needed)} and longer than loading takes`,
    t`Set \`binlog_expire_logs_seconds\` higher on the source, in its configuration too: what is purged while the dump loads is lost for the replica.`,
    kept === undefined ? advice : {},
  );
}

function sameSettings({ context: { facts }, source }: SetUp): readonly PlanCheck[] {
  const there = factsOf(source);
  const same = (
    id: string,
    variable: string,
    of: (each: ServerFacts | undefined) => string | number | undefined,
    why: string,
    isHard = false,
  ): PlanCheck => {
    const [here, source_] = [of(facts), of(there)];
    const isKnown = here !== undefined && source_ !== undefined;
    const equal = isKnown ? here === source_ : undefined;
    return check(
      id,
      equal === false && !isHard ? undefined : equal,
      isKnown ? (equal === true ? String(here) || 'empty' : t`${here} here, ${source_} there`) : t`not known`,
      t`the same ${variable}`,
      why,
      isHard ? {} : advice,
    );
  };
  return [
    same(
      'settings.collation',
      'collation_server',
      (each) => each?.collation,
      t`Databases that are created without a character set get another one here: set it in the configuration as on the source.`,
    ),
    same(
      'settings.sqlMode',
      'sql_mode',
      (each) => each?.sqlMode,
      t`Replicated statements carry their own; a promoted replica would take other values from clients. Set it as on the source.`,
    ),
    same(
      'settings.timeZone',
      'time_zone',
      (each) => each?.timeZone,
      t`A promoted replica would give clients other times: set it as on the source.`,
    ),
    same(
      'settings.tableNames',
      'lower_case_table_names',
      (each) => each?.lowerCaseTableNames,
      t`It can only be chosen when a server is installed: names that differ in case would be one table here.`,
      true,
    ),
  ];
}

/** A connection of this name is ours if it goes to this source: then the plan is being taken up again. */
function placeCheck({ context: { instance }, name, host, port }: SetUp): PlanCheck {
  const isKnown = instance.snapshot.replication.kind === 'read';
  const named = instance.connections.find(({ status }) => status.name === name)?.status;
  const twin = instance.connections.find(
    ({ status }) => status.name !== name && status.sourceHost === host && status.sourcePort === port,
  )?.status;
  const isOther = named !== undefined && (named.sourceHost !== host || named.sourcePort !== port);
  const shown = (text: string): string => (text === '' ? t`the default connection` : t`connection ${text}`);
  return check(
    'target.connectionFree',
    isKnown ? !isOther && twin === undefined : undefined,
    !isKnown
      ? t`its replication status is not known`
      : isOther
        ? t`${shown(name)} follows ${named.sourceHost}:${named.sourcePort}`
        : twin !== undefined
          ? t`${shown(twin.name)} follows this source`
          : named === undefined
            ? name === ''
              ? t`no default connection`
              : t`no connection ${name}`
            : t`${shown(name)} goes to this source already`,
    t`the name is free, and no other connection follows this source`,
    t`Give another name as input \`name\`, or remove the connection that is there (replica.rebuild).`,
  );
}

function leafCheck({ context: { view, key, instance, facts } }: SetUp): PlanCheck {
  const dumps = facts?.dumpThreads;
  const isPrimary = isExpectedPrimary(view, key);
  const below = instance.replicas.length > 0 || (dumps?.length ?? 0) > 0;
  return check(
    'target.isLeaf',
    isPrimary || below ? false : dumps === undefined ? undefined : true,
    isPrimary
      ? t`the inventory names it as primary`
      : below
        ? t`followed by ${instance.replicas.join(', ') || t`${dumps?.length ?? 0} replicas`}`
        : dumps === undefined
          ? t`no replica in the inventory; whether others follow is not known`
          : t`nobody follows it`,
    t`no primary, and no replica below it: what is loaded is not logged`,
    t`Point its replicas elsewhere first (replica.repoint).`,
    dumps === undefined && !isPrimary && !below ? advice : {},
  );
}

function othersCheck({ context: { instance }, others, position }: SetUp): readonly PlanCheck[] {
  if (others.length === 0 || position === 'file') return [];
  const standing = instance.connections.filter(
    ({ status }) => others.includes(status.name) && (status.ioThread !== 'running' || status.sqlThread !== 'running'),
  );
  return [
    check(
      'target.othersRun',
      standing.length === 0,
      standing.length === 0
        ? others.length === 1
          ? t`the other one runs`
          : t`the other ${others.length} run`
        : t`not running: ${standing.map(({ status }) => status.name || '(default)').join(', ')}`,
      t`its other connections run: they are stopped for a moment, and started again`,
      t`Start them (replica.start), or remove what is not wanted.`,
    ),
  ];
}
