import type { Pass } from '../../../src/core/switchover/check';
import { type ClusterSketch, from } from '../buildFleet';
import { beat, denied, mysql, type Node, type Nodes, p, q, r, sql } from '../findings/fleetBuilder';

/** What a checklist says of a fleet: each case names every check that the candidate `r` does not pass. */

/** `p` with the replicas `r` and `q`, all of it read, nothing wrong: what each case starts from. */
const tls = { asked: true, verify: true };
const asReplica = { binlogRowImage: 'FULL', gtidBinlogState: '0-101-100' };
const well: Nodes = {
  [p]: { facts: { binlogRowImage: 'FULL' }, heartbeat: [beat(101, 0.4)] },
  [r]: { connection: { tls }, facts: asReplica, heartbeat: [beat(101, 0.6)] },
  [q]: { connection: { tls }, facts: asReplica, heartbeat: [beat(101, 0.6)] },
};
export const single = { s1: { instances: [p, r, q], primary: p } };
export const pair = { s1: { instances: [p, r, q], primary: { eqiad: p, codfw: r } } };
export const undeclared = { s1: { instances: [p, r, q] } };

/** Each given node over the healthy one, facts and connection field by field. */
export function withNodes(changes: Nodes): Nodes {
  const keys = new Set([...Object.keys(well), ...Object.keys(changes)]);
  return Object.fromEntries(
    [...keys].map((key): [string, Node] => {
      const [base, change] = [well[key] ?? {}, changes[key] ?? {}];
      return [
        key,
        {
          ...base,
          ...change,
          facts: { ...base.facts, ...change.facts },
          ...(base.connection === undefined && change.connection === undefined
            ? {}
            : { connection: { ...base.connection, ...change.connection } }),
        },
      ];
    }),
  );
}

export interface Case {
  readonly title: string;
  readonly nodes: Nodes;
  /** What `r` does not pass, and nothing else. */
  readonly gives: Readonly<Record<string, Pass>>;
  readonly clusters?: Readonly<Record<string, ClusterSketch>>;
}

const status = 'SHOW ALL SLAVES STATUS';
const noStatus = denied(status, 1227, 'Access denied; you need SLAVE MONITOR');
const noFacts = denied('SELECT @@server_id', 1227, 'Access denied');
export const down: Node = { failure: { reason: 'refused' } };
export const onR = (change: Node): Nodes => ({ [r]: change });
const onP = (change: Node): Nodes => ({ [p]: change });

/** Everything of a candidate that rests on its own status, and on its own variables. */
const byStatus: Readonly<Record<string, Pass>> = {
  'cluster.onePrimary': 'unknown',
  'cluster.noRing': 'unknown',
  'candidate.direct': 'unknown',
  'candidate.soleSource': 'unknown',
  'replication.threads': 'unknown',
  'replication.unfiltered': 'unknown',
  'replication.notDelayed': 'unknown',
  'replication.lag': 'unknown',
  'replication.encrypted': 'unknown',
  'gtid.usable': 'unknown',
  'heartbeat.rows': 'unknown',
};
const byFacts: Readonly<Record<string, Pass>> = {
  'cluster.onePrimary': 'unknown',
  'candidate.readOnly': 'unknown',
  'candidate.serverId': 'unknown',
  'candidate.version': 'unknown',
  'binlog.on': 'unknown',
  'binlog.replicaUpdates': 'unknown',
  'binlog.format': 'unknown',
  'gtid.usable': 'unknown',
  'gtid.errant': 'unknown',
  'tls.offered': 'unknown',
  'heartbeat.rows': 'unknown',
};

export const topologyCases: readonly Case[] = [
  { title: 'a healthy cluster', nodes: {}, gives: {} },
  { title: 'a healthy cluster without a declared primary', nodes: {}, clusters: undeclared, gives: {} },
  {
    title: 'a primary that the inventory does not name, after a switchover',
    clusters: { s1: { instances: [p, r, q], primary: q } },
    nodes: { [q]: { connections: [from(p)], facts: { readOnly: true } } },
    gives: { 'primary.known': false },
  },
  {
    title: 'a declared primary that replicates itself',
    nodes: { [p]: { connections: [from(q)] }, [q]: { connections: null, facts: { readOnly: true } } },
    gives: { 'primary.known': false },
  },
  {
    title: 'a primary whose status may not be read',
    nodes: onP({ replication: noStatus }),
    gives: { 'primary.known': 'unknown', 'cluster.onePrimary': 'unknown', 'cluster.noRing': 'unknown' },
  },
  { title: 'a read-only primary', nodes: onP({ facts: { readOnly: true } }), gives: { 'primary.writable': false } },
  {
    title: 'a primary that does not tell read_only',
    nodes: onP({ facts: { readOnly: undefined } }),
    gives: { 'primary.writable': 'unknown', 'cluster.onePrimary': 'unknown' },
  },
  {
    title: 'a second writable primary',
    nodes: { [q]: { connections: null, facts: { readOnly: false } } },
    gives: { 'cluster.onePrimary': false },
  },
  {
    title: 'another member that is down',
    nodes: { [q]: down },
    gives: { 'cluster.onePrimary': 'unknown', 'cluster.noRing': 'unknown', 'candidate.serverId': 'unknown' },
  },
  {
    title: 'a ring that nobody declared',
    nodes: { [p]: { connections: [from(q)] } },
    gives: { 'cluster.noRing': false },
  },
  {
    title: 'declared co-primaries that follow each other',
    clusters: pair,
    nodes: { [p]: { connections: [from(r)] } },
    gives: {},
  },
  {
    title: 'a declared co-primary that takes writes itself',
    clusters: pair,
    nodes: { [p]: { connections: [from(r)] }, [r]: { facts: { readOnly: false } } },
    gives: {},
  },
  { title: 'co-primaries with one direction only', clusters: pair, nodes: {}, gives: { 'cluster.coPrimaries': false } },
  {
    title: 'co-primaries with a link that stands still',
    clusters: pair,
    nodes: { [p]: { connections: [from(r, { sqlThread: 'stopped' })] } },
    gives: { 'cluster.coPrimaries': false },
  },
  {
    title: 'a co-primary whose status may not be read',
    clusters: pair,
    nodes: { [p]: { connections: [from(r)], replication: noStatus } },
    gives: {
      'primary.known': 'unknown',
      'cluster.onePrimary': 'unknown',
      'cluster.noRing': 'unknown',
      'cluster.coPrimaries': 'unknown',
    },
  },
];

export const candidateCases: readonly Case[] = [
  {
    title: 'a candidate that is down',
    nodes: onR(down),
    gives: { ...byStatus, ...byFacts },
  },
  { title: 'a candidate whose status may not be read', nodes: onR({ replication: noStatus }), gives: byStatus },
  { title: 'a candidate whose variables may not be read', nodes: onR({ server: noFacts }), gives: byFacts },
  { title: 'a replica of a replica', nodes: onR({ connections: [from(q)] }), gives: { 'candidate.direct': false } },
  {
    title: 'a candidate without a connection',
    nodes: onR({ connections: null }),
    gives: {
      'candidate.direct': false,
      'replication.threads': false,
      'replication.unfiltered': false,
      'replication.notDelayed': false,
      'replication.lag': false,
      'replication.encrypted': false,
      'gtid.usable': false,
    },
  },
  {
    title: 'a candidate below a stranger',
    nodes: onR({ connections: [from('elsewhere.example:3306')] }),
    gives: {
      'candidate.direct': 'unknown',
      'candidate.soleSource': 'unknown',
      'replication.threads': false,
      'replication.unfiltered': false,
      'replication.notDelayed': false,
      'replication.lag': false,
      'replication.encrypted': false,
      'gtid.usable': false,
      'heartbeat.rows': 'unknown',
    },
  },
  {
    title: 'a candidate with a second source of another cluster',
    clusters: { s1: { instances: [p, r, q], primary: p }, other: { instances: ['db9.example:3306', r] } },
    nodes: {
      'db9.example:3306': { connections: null },
      [r]: { connections: [from(p), from('db9.example:3306', { name: 'other' })] },
    },
    gives: { 'candidate.soleSource': false },
  },
  { title: 'a writable candidate', nodes: onR({ facts: { readOnly: false } }), gives: { 'candidate.readOnly': false } },
  {
    title: 'a candidate with the server_id of another',
    nodes: onR({ facts: { serverId: 202 } }),
    gives: { 'candidate.serverId': false },
  },
  {
    title: 'a candidate with server_id 0',
    nodes: onR({ facts: { serverId: 0 } }),
    gives: { 'candidate.serverId': false },
  },
  {
    title: 'an older series',
    nodes: onR({ facts: { version: '10.6.20-MariaDB', versionNumber: [10, 6, 20] } }),
    gives: { 'candidate.version': false },
  },
  {
    title: 'an older patch and a newer series',
    nodes: { [p]: { facts: { version: '10.11.20-MariaDB', versionNumber: [10, 11, 20] } } },
    gives: {},
  },
  {
    title: 'a newer series',
    nodes: onR({ facts: { version: '11.8.3-MariaDB', versionNumber: [11, 8, 3] } }),
    gives: {},
  },
  {
    title: 'a version without a number',
    nodes: onR({ facts: { version: 'custom', versionNumber: [0, 0, 0] } }),
    gives: { 'candidate.version': 'unknown' },
  },
];

export const connectionCases: readonly Case[] = [
  {
    title: 'a stopped SQL thread',
    nodes: onR({ connection: sql(1062, 'Duplicate entry') }),
    gives: { 'replication.threads': false },
  },
  {
    title: 'an IO thread that connects',
    nodes: onR({ connection: { ioThread: 'connecting' } }),
    gives: { 'replication.threads': false },
  },
  {
    title: 'a thread in a state without a name',
    nodes: onR({ connection: { ioThread: 'unknown' } }),
    gives: { 'replication.threads': 'unknown' },
  },
  {
    title: 'an UNTIL that is set',
    nodes: onR({ connection: { until: { condition: 'Gtid' } } }),
    gives: { 'replication.threads': false },
  },
  {
    title: 'a filter',
    nodes: onR({ connection: { filters: [{ kind: 'replicate_wild_ignore_table', value: 'x.%' }] } }),
    gives: { 'replication.unfiltered': false },
  },
  {
    title: 'a delay',
    nodes: onR({ connection: { delaySeconds: 3600 } }),
    gives: { 'replication.notDelayed': false },
  },
  { title: 'a lag of 5 s', nodes: onR({ heartbeat: [beat(101, 5)] }), gives: {} },
  { title: 'a lag of more', nodes: onR({ heartbeat: [beat(101, 5.1)] }), gives: { 'replication.lag': false } },
  {
    title: 'a lag that no method knows',
    nodes: { [p]: { heartbeat: [] }, [r]: { heartbeat: [], connection: { secondsBehind: undefined } } },
    gives: { 'replication.lag': 'unknown' },
  },
  {
    title: 'seconds behind of a replica of a replica',
    nodes: { [r]: { connections: [from(q, { tls })], heartbeat: [] } },
    gives: { 'candidate.direct': false, 'replication.lag': 'unknown' },
  },
  {
    title: 'TLS that is not verified',
    nodes: onR({ connection: { tls: { asked: true, verify: false } } }),
    gives: { 'replication.encrypted': 'unknown' },
  },
  {
    title: 'TLS that is not told',
    nodes: onR({ connection: { tls: {} } }),
    gives: { 'replication.encrypted': 'unknown' },
  },
  {
    title: 'TLS that the source sees encrypted',
    nodes: {
      [p]: { facts: { dumpThreads: [{ user: 'repl', encrypted: true }] } },
      [r]: { connection: { tls: { asked: true, verify: false } } },
    },
    gives: {},
  },
  {
    title: 'TLS that the source sees in plain text',
    nodes: onP({ facts: { dumpThreads: [{ user: 'repl', encrypted: false }] } }),
    gives: { 'replication.encrypted': false },
  },
  {
    title: 'TLS of some of the replicas only',
    nodes: onP({
      facts: {
        dumpThreads: [
          { user: 'repl', encrypted: false },
          { user: 'repl', encrypted: true },
        ],
      },
    }),
    gives: { 'replication.encrypted': 'unknown' },
  },
  {
    title: 'TLS from a source that has accepted none',
    nodes: { [p]: { facts: { tlsAccepts: 0 } }, [r]: { connection: { tls: { asked: true, verify: false } } } },
    gives: { 'replication.encrypted': false },
  },
  {
    title: 'no TLS, as nobody asks for it',
    nodes: { [r]: { connection: { tls: { asked: false } } }, [q]: { connection: { tls: { asked: false } } } },
    gives: {},
  },
  {
    title: 'a candidate that offers no TLS',
    nodes: onR({ facts: { tlsOffered: false } }),
    gives: { 'tls.offered': false },
  },
  {
    title: 'a candidate that does not tell whether it offers TLS',
    nodes: onR({ facts: { tlsOffered: undefined } }),
    gives: { 'tls.offered': 'unknown' },
  },
];

const mysqlFacts = { ...mysql, gtidMode: 'ON', binlogRowImage: 'FULL' };
const [uuidP, uuidR, uuidX] = ['a', 'b', 'c'].map((letter) => `${letter.repeat(8)}-0000-0000-0000-000000000000`);
const onMysql = (changes: Nodes): Nodes => ({
  [p]: { ...changes[p], facts: { ...mysqlFacts, uuid: uuidP, gtidExecuted: `${uuidP}:1-9`, ...changes[p]?.facts } },
  [r]: {
    ...changes[r],
    connection: { gtid: 'autoPosition', ...changes[r]?.connection },
    facts: { ...mysqlFacts, uuid: uuidR, gtidExecuted: `${uuidP}:1-12`, ...changes[r]?.facts },
  },
  [q]: { connection: { gtid: 'autoPosition' }, facts: { ...mysqlFacts, gtidExecuted: `${uuidP}:1-9` } },
});

export const logCases: readonly Case[] = [
  { title: 'no binary log', nodes: onR({ facts: { logBin: false } }), gives: { 'binlog.on': false } },
  {
    title: 'a binary log that is not told',
    nodes: onR({ facts: { logBin: undefined } }),
    gives: { 'binlog.on': 'unknown' },
  },
  {
    title: 'log_slave_updates off',
    nodes: onR({ facts: { logReplicaUpdates: false } }),
    gives: { 'binlog.replicaUpdates': false },
  },
  {
    title: 'log_slave_updates not told',
    nodes: onR({ facts: { logReplicaUpdates: undefined } }),
    gives: { 'binlog.replicaUpdates': 'unknown' },
  },
  { title: 'another format', nodes: onR({ facts: { binlogFormat: 'MIXED' } }), gives: { 'binlog.format': false } },
  {
    title: 'another row image',
    nodes: onR({ facts: { binlogRowImage: 'MINIMAL' } }),
    gives: { 'binlog.format': false },
  },
  {
    title: 'a format that is not told',
    nodes: onP({ facts: { binlogFormat: undefined } }),
    gives: { 'binlog.format': 'unknown' },
  },
  {
    title: 'GTID off',
    nodes: onR({ connection: { gtid: 'no' } }),
    gives: { 'gtid.usable': false },
  },
  { title: 'an empty GTID position', nodes: onR({ facts: { gtidSlavePos: '' } }), gives: { 'gtid.usable': false } },
  {
    title: 'a domain that the candidate has no position in',
    nodes: onP({ facts: { gtidBinlogPos: '0-101-100,7-101-3' } }),
    gives: { 'gtid.usable': false },
  },
  {
    title: 'a GTID position that is none',
    nodes: onR({ facts: { gtidSlavePos: 'x' } }),
    gives: { 'gtid.usable': 'unknown' },
  },
  {
    title: 'own transactions',
    nodes: onR({ facts: { gtidBinlogState: '0-101-100,0-201-101' } }),
    gives: { 'gtid.errant': false },
  },
  {
    title: 'transactions of a server that the primary does not know',
    nodes: onR({ facts: { gtidBinlogState: '0-101-100,0-77-3' } }),
    gives: { 'gtid.errant': 'unknown' },
  },
  {
    title: 'transactions that the primary wrote after it was read',
    nodes: onR({ facts: { gtidBinlogState: '0-101-140' } }),
    gives: {},
  },
  {
    title: 'a binlog state that is not told',
    nodes: onP({ facts: { gtidBinlogState: undefined } }),
    gives: { 'gtid.errant': 'unknown' },
  },
  {
    title: 'own transactions of a co-primary, which may be on their way',
    clusters: pair,
    nodes: { [p]: { connections: [from(r)] }, [r]: { facts: { gtidBinlogState: '0-101-100,0-201-101' } } },
    gives: { 'gtid.errant': 'unknown' },
  },
  { title: 'MySQL, as it should be', nodes: onMysql({}), gives: {} },
  {
    title: 'gtid_mode off on a MySQL primary',
    nodes: onMysql(onP({ facts: { gtidMode: 'OFF_PERMISSIVE' } })),
    gives: { 'gtid.usable': false },
  },
  {
    title: 'a MySQL connection without auto position',
    nodes: onMysql(onR({ connection: { gtid: 'no' } })),
    gives: { 'gtid.usable': false },
  },
  {
    title: 'a gtid_mode that is not told',
    nodes: onMysql(onR({ facts: { gtidMode: undefined } })),
    gives: { 'gtid.usable': 'unknown' },
  },
  {
    title: 'own transactions on MySQL',
    nodes: onMysql(onR({ facts: { gtidExecuted: `${uuidP}:1-9,${uuidR}:1` } })),
    gives: { 'gtid.errant': false },
  },
  {
    title: 'transactions of an unknown MySQL server',
    nodes: onMysql(onR({ facts: { gtidExecuted: `${uuidP}:1-9,${uuidX}:1` } })),
    gives: { 'gtid.errant': 'unknown' },
  },
];

export const afterCases: readonly Case[] = [
  {
    title: 'a heartbeat row of an older topology',
    nodes: onR({ heartbeat: [beat(101, 0.6), beat(999, 86400)] }),
    gives: { 'heartbeat.rows': false },
  },
  {
    title: 'an old heartbeat row of the candidate itself, which its writer brings to life',
    nodes: onR({ heartbeat: [beat(101, 0.6), beat(201, 86400)] }),
    gives: {},
  },
  {
    title: 'a living heartbeat row of a stranger',
    nodes: onR({ heartbeat: [beat(101, 0.6), beat(999, 0.2)] }),
    gives: { 'heartbeat.rows': 'unknown' },
  },
  {
    title: 'a heartbeat table that may not be read',
    nodes: onR({
      spec: { heartbeatTable: 'heartbeat.heartbeat' },
      heartbeatPart: denied('SELECT h.* FROM heartbeat', 1142, 'SELECT command denied'),
    }),
    gives: { 'heartbeat.rows': 'unknown' },
  },
  {
    title: 'a heartbeat table that was not asked for',
    nodes: onR({ spec: { heartbeatTable: 'heartbeat.heartbeat' }, heartbeatPart: { kind: 'notAsked' } }),
    gives: { 'heartbeat.rows': 'unknown' },
  },
  { title: 'no heartbeat table', nodes: onR({ heartbeatPart: { kind: 'notAsked' } }), gives: {} },
  { title: 'an empty heartbeat table', nodes: onR({ heartbeat: [] }), gives: {} },
];
