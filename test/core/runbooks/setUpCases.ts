import type { FleetView } from '../../../src/core/fleetView';
import { from } from '../buildFleet';
import { analytics, beat, matomo, meta, multi, mysql, p, q, r, type Node } from '../findings/fleetBuilder';
import { viewOf, type PlanCase } from './fleet';

const uuid = '3e11fa47-71ca-11e1-9e33-c80aa9429562';
const mysqlNode = (own: Node): Node => ({
  ...own,
  facts: { ...mysql, uuid, gtidMode: 'ON', gtidExecuted: `${uuid}:1-9`, superReadOnly: true, ...own.facts },
});

/** An empty server in place of a healthy replica. */
const fresh = (more: Node = {}): Node => ({
  connections: null,
  ...more,
  facts: { gtidSlavePos: '', gtidBinlogPos: '', gtidBinlogState: '', dumpThreads: [], ...more.facts },
});
const withFresh = (target: Node = {}, source: Node = {}): FleetView => viewOf({ [p]: source, [r]: fresh(target) });
const inputs = { source: p, databases: 'shop', user: 'repl' };
const setUp = (title: string, view: () => FleetView, more: Partial<PlanCase>): PlanCase => ({
  ...{ id: 'replica.setUp', title, target: r, view, inputs },
  ...more,
});
const blocks = (id: string, title: string, target: Node, source: Node = {}, more: Partial<PlanCase> = {}): PlanCase =>
  setUp(title, () => withFresh(target, source), { blocks: [id], ...more });

const login = "USER='repl', MASTER_PASSWORD={{password}}, MASTER_SSL=1, MASTER_SSL_VERIFY_SERVER_CERT=1";

export const setUpCases: readonly PlanCase[] = [
  setUp('makes an empty server a replica', () => withFresh(), {
    inputs: { ...inputs, host: '10.64.%', ca: "/c'a" },
    statements: [
      "CREATE USER IF NOT EXISTS 'repl'@'10.64.%' IDENTIFIED BY {{password}} REQUIRE SSL",
      "GRANT REPLICATION SLAVE ON *.* TO 'repl'@'10.64.%'",
      'SET SESSION sql_log_bin = 0',
      `CHANGE MASTER TO MASTER_${login}, MASTER_SSL_CA='/c''a'`,
      'SET GLOBAL read_only = 1',
      'START SLAVE',
      'SHOW ALL SLAVES STATUS',
    ],
  }),
  setUp('gives a delayed replica its delay, and a name its quotes', () => withFresh({ spec: { delaySeconds: 3600 } }), {
    inputs: { ...inputs, name: "o'c", file: '/d/ump.sql' },
    statements: [
      'SET SESSION sql_log_bin = 0',
      `CHANGE MASTER 'o''c' TO MASTER_${login}, MASTER_DELAY=3600`,
      'SET GLOBAL read_only = 1',
      "START SLAVE 'o''c'",
      'SHOW ALL SLAVES STATUS',
    ],
  }),
  setUp(
    'speaks MySQL',
    () =>
      viewOf({
        [p]: mysqlNode({ facts: { readOnly: false, superReadOnly: false } }),
        [r]: mysqlNode(fresh({ facts: { gtidExecuted: '', uuid: 'u-2', superReadOnly: false } })),
      }),
    {
      statements: [
        'SET SESSION sql_log_bin = 0',
        'SET GLOBAL super_read_only = 0',
        "CHANGE REPLICATION SOURCE TO SOURCE_USER='repl', SOURCE_PASSWORD={{password}}, SOURCE_SSL=1, SOURCE_SSL_VERIFY_SERVER_CERT=1",
        'SET GLOBAL super_read_only = 1',
        'START REPLICA',
        'SHOW REPLICA STATUS',
      ],
    },
  ),
  setUp('keeps the heartbeat rows of the other source', () => secondSource(), {
    target: multi,
    inputs: { source: meta, name: 'meta', databases: 'superset' },
    statements: [
      'SET SESSION sql_log_bin = 0',
      "INSERT IGNORE INTO heartbeat.heartbeat (ts, server_id) VALUES ('2000-01-01T00:00:00.000000', 302)",
      `CHANGE MASTER 'meta' TO MASTER_${login}`,
      'SET GLOBAL read_only = 1',
      "START SLAVE 'meta'",
      'SHOW ALL SLAVES STATUS',
    ],
  }),
  setUp('does not load that table again', () => secondSource(), {
    target: multi,
    inputs: { source: meta, name: 'meta', databases: 'superset,heartbeat' },
    blocks: ['databases.heartbeat'],
  }),
  setUp('does not load everything over the data of another source', () => secondSource(), {
    target: multi,
    inputs: { source: meta, name: 'meta' },
    blocks: ['databases.scope'],
  }),
  setUp('takes no second source in the domain of the first', () => secondSource({ gtidDomainId: 3 }), {
    target: multi,
    inputs: { source: meta, name: 'meta', databases: 'superset' },
    blocks: ['gtid.domain'],
  }),
  setUp('stops no connection that does not run', () => secondSource({}, { sqlThread: 'stopped' }), {
    target: multi,
    inputs: { source: meta, name: 'meta', databases: 'superset' },
    blocks: ['target.othersRun'],
  }),
  setUp('does not take a source twice', () => secondSource(), {
    target: multi,
    inputs: { source: matomo, name: 'meta', databases: 'superset' },
    blocks: ['gtid.domain', 'gtid.positionFree', 'target.connectionFree'],
  }),
  blocks('source.named', 'wants a source that there is', {}, {}, { inputs: { source: 'x:1' }, statements: [] }),
  setUp('takes the expected primary where no source was named', () => withFresh(), {
    inputs: { databases: 'shop' },
  }),
  blocks('source.format', 'wants rows in the log', {}, { facts: { binlogFormat: 'STATEMENT' } }),
  blocks('source.logs', 'wants a log', {}, { facts: { logBin: false } }),
  blocks('source.tlsOffered', 'wants TLS', {}, { facts: { tlsOffered: false } }),
  blocks('source.route', 'dumps through no tunnel', {}, { spec: { via: 'ssh://bastion' } }),
  blocks('source.retention', 'wants logs that last', {}, { facts: { binlogExpireSeconds: 3600 } }),
  blocks('source.retention', 'wants logs that last longer than a delay', { spec: { delaySeconds: 864_000 } }),
  blocks('source.gtid', 'wants a position', {}, { facts: { gtidBinlogPos: '' } }),
  blocks(
    'source.version',
    'does not go from new to old',
    {},
    { facts: { version: '11.8.3', versionNumber: [11, 8, 3] } },
  ),
  blocks(
    'settings.tableNames',
    'wants names of tables alike',
    { facts: { lowerCaseTableNames: 1 } },
    { facts: { lowerCaseTableNames: 0 } },
  ),
  blocks('target.serverId', 'wants a server_id of its own', { facts: { serverId: 202 } }),
  blocks('target.isLeaf', 'loads nothing above others', { facts: { dumpThreads: [{ user: 'repl' }] } }),
  blocks('target.noOwnWrites', 'starts nothing on writes of its own', { facts: { gtidBinlogState: '0-201-101' } }),
  blocks('gtid.positionFree', 'starts from no position of an earlier life', { facts: { gtidSlavePos: '0-101-50' } }),
  blocks('databases.scope', 'takes no dash for a database', {}, {}, { inputs: { ...inputs, databases: '--tables,x' } }),
  blocks('databases.heartbeat', 'misses no heartbeat', {}, heartbeats(beat(101, 0.5))),
  blocks('account.host', 'makes no account for everybody', {}, {}, { inputs: { ...inputs, host: '%' } }),
  setUp('leaves a connection to another source alone', () => viewOf({ [r]: { connections: [from(q)] } }), {
    blocks: ['gtid.positionFree', 'target.connectionFree'],
  }),
  setUp('makes no replica of a primary', () => viewOf({ [p]: fresh(), [r]: { connections: null } }), {
    target: p,
    inputs: { ...inputs, source: r },
    blocks: ['target.isLeaf'],
  }),
  setUp('creates the account on the primary above its source', () => withFresh(), {
    inputs: { ...inputs, source: q, host: '10.64.%' },
  }),
];

function heartbeats(...rows: ReturnType<typeof beat>[]): Node {
  return { spec: { heartbeatTable: 'heartbeat.heartbeat' }, heartbeat: rows };
}

/** A replica of matomo that gets a second source. */
function secondSource(first: Node['facts'] = {}, connection: Node['connection'] = {}): FleetView {
  return viewOf(
    {
      [matomo]: { ...heartbeats(beat(301, 0.5)), facts: first },
      [meta]: heartbeats(beat(302, 0.5)),
      [multi]: {
        ...heartbeats(beat(301, 0.6)),
        connections: [from(matomo, { name: 'matomo', ...connection })],
        facts: { gtidSlavePos: '2-301-100', gtidBinlogState: '2-301-100', dumpThreads: [] },
      },
    },
    analytics,
  );
}
