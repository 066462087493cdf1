import { from } from '../buildFleet';
import { analytics, fleetOf, meta, matomo, multi, mysql, p, q, r, s1 } from './fleetBuilder';
import type { Case } from './case';

const pair = { s1: { instances: [p, r, q], primary: { eqiad: p, codfw: r } } };
const unnamed = { s1: { instances: [p, r, q] } };
const two = { ...s1, ...analytics };
const both = (more: object) => ({ [p]: { facts: more }, [r]: { facts: more }, [q]: { facts: more } });
const uuid = (last: string) => `6c77b098-e623-11f1-bffb-02fc0000000${last}`;
const mysqlPair = (own: string, source: string) =>
  fleetOf(
    {
      [p]: { facts: { ...mysql, uuid: uuid('1'), gtidExecuted: source } },
      [r]: { facts: { ...mysql, uuid: uuid('2'), gtidExecuted: own }, connection: { gtid: 'autoPosition' } },
    },
    { s1: { instances: [p, r], primary: p } },
  );
const lags = (heartbeatAge: number, secondsBehind: number) =>
  fleetOf({
    [p]: { heartbeat: [{ ts: '2026-11-24T10:00:00', serverId: 101, ageSeconds: 0.4 }] },
    [r]: {
      heartbeat: [{ ts: '2026-11-24T10:00:00', serverId: 101, ageSeconds: heartbeatAge }],
      connection: { secondsBehind },
    },
  });

export const fleetCases: readonly Case[] = [
  { title: 'a healthy cluster', gives: [], fleet: () => fleetOf() },
  { title: 'a healthy multi-source cluster', gives: [], fleet: () => fleetOf({}, analytics) },
  { title: 'two healthy clusters', gives: [], fleet: () => fleetOf({}, two) },
  {
    title: 'healthy co-primaries, one of them read-only',
    gives: [],
    fleet: () => fleetOf({ [p]: { connections: [from(r)] } }, pair),
  },
  {
    title: 'healthy co-primaries, both writable',
    gives: [],
    fleet: () => fleetOf({ [p]: { connections: [from(r)] }, [r]: { facts: { readOnly: false } } }, pair),
  },
  {
    title: 'mixed patch versions',
    gives: [],
    fleet: () => fleetOf({ [r]: { facts: { version: '10.11.6-MariaDB', versionNumber: [10, 11, 6] } } }),
  },
  {
    title: 'nothing was read yet',
    gives: [],
    fleet: () => fleetOf(Object.fromEntries([p, r, q].map((key) => [key, { failure: { reason: 'cancelled' } }]))),
  },
  {
    title: 'all by file and position',
    gives: [],
    fleet: () => fleetOf({ [r]: { connection: { gtid: 'no' } }, [q]: { connection: { gtid: 'no' } } }),
  },
  {
    title: 'MySQL 9.7 with its defaults',
    gives: [],
    fleet: () =>
      fleetOf(
        {
          [p]: { facts: { ...mysql, gtidMode: 'OFF' } },
          [r]: {
            facts: { ...mysql, gtidMode: 'OFF' },
            connection: { gtid: 'no', tls: { asked: true, verify: false } },
          },
        },
        { s1: { instances: [p, r], primary: p } },
      ),
  },
  { title: 'format MIXED everywhere', gives: [], fleet: () => fleetOf(both({ binlogFormat: 'MIXED' })) },
  {
    title: 'a complete switchover',
    gives: ['cluster.unexpectedPrimary'],
    fleet: () =>
      fleetOf({
        [p]: { connections: [from(r)], facts: { readOnly: true, gtidBinlogState: '0-101-100,0-201-120' } },
        [r]: { connections: null, facts: { readOnly: false, gtidBinlogState: '0-101-100,0-201-120' } },
        [q]: { connections: [from(r)] },
      }),
  },
  {
    title: 'a failover while the old primary is down',
    gives: ['cluster.unexpectedPrimary', 'instance.unreachable'],
    fleet: () =>
      fleetOf({
        [p]: { failure: { reason: 'refused' } },
        [r]: { connections: null, facts: { readOnly: false } },
        [q]: { connections: [from(r)] },
      }),
  },
  {
    title: 'a primary that cannot be read',
    gives: ['instance.hung'],
    fleet: () => fleetOf({ [p]: { failure: { reason: 'hung' } } }),
  },
  {
    title: 'a replica lost its connection',
    gives: ['replica.notConfigured'],
    fleet: () =>
      fleetOf({
        [r]: { connections: null, facts: { readOnly: true, gtidBinlogState: '0-101-100', gtidSlavePos: '0-101-100' } },
      }),
  },
  {
    title: 'a replica with a replica below lost its connection',
    gives: ['replica.notConfigured'],
    fleet: () =>
      fleetOf({
        [r]: { connections: null, facts: { readOnly: true, gtidBinlogState: '0-101-100', gtidSlavePos: '0-101-100' } },
        [q]: { connections: [from(r)] },
      }),
  },
  {
    title: 'a replica lost its connection where no primary is named',
    gives: ['replica.notConfigured'],
    fleet: () =>
      fleetOf(
        {
          [r]: {
            connections: null,
            facts: { readOnly: true, gtidBinlogState: '0-101-100', gtidSlavePos: '0-101-100' },
          },
        },
        unnamed,
      ),
  },
  {
    title: 'a multi-source replica lost both connections',
    gives: ['replica.notConfigured'],
    fleet: () =>
      fleetOf(
        {
          [multi]: {
            connections: null,
            facts: { readOnly: true, gtidBinlogState: '0-101-100', gtidSlavePos: '0-101-100' },
          },
        },
        analytics,
      ),
  },
  {
    title: 'co-primaries that do not follow each other',
    gives: ['replica.notConfigured'],
    fleet: () =>
      fleetOf(
        {
          [r]: {
            connections: null,
            facts: { readOnly: true, gtidBinlogState: '0-101-100', gtidSlavePos: '0-101-100' },
          },
        },
        pair,
      ),
  },
  {
    title: 'a writable replica',
    gives: ['replica.writable'],
    fleet: () => fleetOf({ [r]: { facts: { readOnly: false } } }),
  },
  {
    title: 'a writable MySQL replica',
    gives: ['replica.writable'],
    fleet: () =>
      fleetOf(
        { [p]: { facts: mysql }, [r]: { facts: { ...mysql, readOnly: false }, connection: { gtid: 'autoPosition' } } },
        { s1: { instances: [p, r], primary: p } },
      ),
  },
  { title: 'read_only not known', gives: [], fleet: () => fleetOf({ [r]: { server: { kind: 'notAsked' } } }) },
  {
    title: 'two writable primaries',
    gives: ['cluster.multiplePrimaries', 'replica.notConfigured'],
    fleet: () => fleetOf({ [r]: { connections: null, facts: { readOnly: false } } }),
  },
  {
    title: 'a replica was promoted beside the primary, and has been written to',
    gives: ['cluster.multiplePrimaries', 'replica.notConfigured'],
    fleet: () =>
      fleetOf({ [r]: { connections: null, facts: { readOnly: false, gtidBinlogState: '0-101-100,0-201-101' } } }),
  },
  {
    title: 'a replica lost its connection and its position',
    gives: ['replica.notConfigured'],
    fleet: () =>
      fleetOf({
        [r]: { connections: null, facts: { readOnly: true, gtidBinlogState: '0-101-100', gtidSlavePos: '' } },
      }),
  },
  {
    title: 'two writable primaries, none is named',
    gives: ['cluster.multiplePrimaries'],
    fleet: () => fleetOf({ [r]: { connections: null, facts: { readOnly: false } } }, unnamed),
  },
  {
    title: 'an undeclared pair, both writable',
    gives: ['cluster.circular', 'cluster.multiplePrimaries'],
    fleet: () => fleetOf({ [p]: { connections: [from(r)] }, [r]: { facts: { readOnly: false } } }),
  },
  {
    title: 'an undeclared pair, one read-only',
    gives: ['cluster.circular'],
    fleet: () => fleetOf({ [p]: { connections: [from(r)], facts: { readOnly: false } } }),
  },
  {
    title: 'a third writer beside declared co-primaries',
    gives: ['cluster.multiplePrimaries', 'replica.notConfigured'],
    fleet: () =>
      fleetOf({ [p]: { connections: [from(r)] }, [q]: { connections: null, facts: { readOnly: false } } }, pair),
  },
  {
    title: 'the primary is read-only',
    gives: ['cluster.primaryReadOnly'],
    fleet: () => fleetOf({ [p]: { facts: { readOnly: true } } }),
  },
  {
    title: 'both co-primaries are read-only',
    gives: ['cluster.primaryReadOnly'],
    fleet: () => fleetOf({ [p]: { connections: [from(r)], facts: { readOnly: true } } }, pair),
  },
  {
    title: 'the head is read-only, none is named',
    gives: ['cluster.primaryReadOnly'],
    fleet: () => fleetOf({ [p]: { facts: { readOnly: true } } }, unnamed),
  },
  {
    title: 'a group of read-only servers by themselves',
    gives: [],
    fleet: () =>
      fleetOf(
        { [p]: { facts: { readOnly: true } }, [r]: { connections: null, facts: { readOnly: true } } },
        { es1: { instances: [p, r] } },
      ),
  },
  {
    title: 'a ring of read-only servers',
    gives: ['cluster.circular', 'cluster.noPrimary'],
    fleet: () => fleetOf({ [p]: { connections: [from(r)], facts: { readOnly: true } } }, unnamed),
  },
  {
    title: 'a read-only cluster whose primary replicates from outside it',
    gives: [],
    fleet: () =>
      fleetOf(
        { [q]: { connections: [from(r)] } },
        { s1: { instances: [p, r], primary: p }, standby: { instances: [q], primary: q } },
      ),
  },
  {
    title: 'a replica older than its source',
    gives: ['cluster.versionSkew'],
    fleet: () => fleetOf({ [r]: { facts: { version: '10.6.18-MariaDB', versionNumber: [10, 6, 18] } } }),
  },
  {
    title: 'a source older than its replica',
    gives: [],
    fleet: () => fleetOf({ [r]: { facts: { version: '11.8.9-MariaDB', versionNumber: [11, 8, 9] } } }),
  },
  {
    title: 'a primary without binary log',
    gives: ['source.binlogOff'],
    fleet: () => fleetOf({ [p]: { facts: { logBin: false } } }),
  },
  { title: 'a leaf without binary log', gives: [], fleet: () => fleetOf({ [r]: { facts: { logBin: false } } }) },
  {
    title: 'format STATEMENT',
    gives: ['source.formatNotRow'],
    fleet: () => fleetOf(both({ binlogFormat: 'STATEMENT' })),
  },
  {
    title: 'formats differ',
    gives: ['source.formatNotRow'],
    fleet: () => fleetOf({ [p]: { facts: { binlogFormat: 'MIXED' } } }),
  },
  {
    title: 'formats differ at a multi-source leaf',
    gives: [],
    fleet: () => fleetOf({ [matomo]: { facts: { binlogFormat: 'MIXED' } } }, analytics),
  },
  {
    title: 'logs kept for less than the delay',
    gives: ['replica.delayed', 'source.retentionShort'],
    fleet: () =>
      fleetOf({
        [p]: { facts: { binlogExpireSeconds: 86400 } },
        [r]: { connection: { delaySeconds: 172800, secondsBehind: 172800 }, spec: { delaySeconds: 172800 } },
      }),
  },
  {
    title: 'logs kept for ever',
    gives: ['replica.delayed'],
    fleet: () =>
      fleetOf({
        [p]: { facts: { binlogExpireSeconds: 0 } },
        [r]: { connection: { delaySeconds: 172800, secondsBehind: 172800 }, spec: { delaySeconds: 172800 } },
      }),
  },
  {
    title: 'sources in one GTID domain',
    gives: ['source.gtidDomainClash'],
    fleet: () =>
      fleetOf({ [matomo]: { facts: { gtidDomainId: 0 } }, [meta]: { facts: { gtidDomainId: 0 } } }, analytics),
  },
  {
    title: 'sources in one GTID domain, by position',
    gives: [],
    fleet: () =>
      fleetOf(
        {
          [matomo]: { facts: { gtidDomainId: 0 } },
          [meta]: { facts: { gtidDomainId: 0 } },
          [multi]: { connections: [from(matomo, { name: 'a', gtid: 'no' }), from(meta, { name: 'b', gtid: 'no' })] },
        },
        analytics,
      ),
  },
  {
    title: 'by position in a cluster with GTID',
    gives: ['replica.gtidOff'],
    fleet: () => fleetOf({ [r]: { connection: { gtid: 'no' } } }),
  },
  {
    title: 'MySQL by position with gtid_mode ON',
    gives: ['replica.gtidOff'],
    fleet: () =>
      fleetOf(
        {
          [p]: { facts: { ...mysql, gtidMode: 'ON' } },
          [r]: { facts: { ...mysql, gtidMode: 'ON' }, connection: { gtid: 'no' } },
        },
        { s1: { instances: [p, r], primary: p } },
      ),
  },
  {
    title: 'one of two sources by position',
    gives: [],
    fleet: () =>
      fleetOf(
        {
          [multi]: {
            connections: [from(matomo, { name: 'matomo', gtid: 'no' }), from(meta, { name: 'analytics_meta' })],
          },
        },
        analytics,
      ),
  },
  {
    title: 'from the primary of another cluster',
    gives: ['replica.wrongSource'],
    fleet: () => fleetOf({ [r]: { connections: [from(matomo)], facts: { gtidSlavePos: '2-301-100' } } }, two),
  },
  {
    title: 'from a server that is not listed',
    gives: ['replica.wrongSource'],
    fleet: () => fleetOf({ [r]: { connections: [from('db9999:3311', { sourceServerId: 999 })] } }),
  },
  {
    title: 'from a server that cannot be told',
    gives: [],
    fleet: () => fleetOf({ [r]: { connections: [from('s1-master.example:3311')] } }),
  },
  {
    title: 'a primary that follows another cluster',
    gives: [],
    fleet: () => fleetOf({ [p]: { connections: [from(matomo)] } }, two),
  },
  {
    title: 'TLS asked for, the dump thread is plain',
    gives: ['replica.plaintext'],
    fleet: () =>
      fleetOf({
        [p]: {
          facts: {
            dumpThreads: [
              { user: 'repl', serverId: 201, encrypted: false },
              { user: 'repl', serverId: 202, encrypted: true },
            ],
          },
        },
        [r]: { connection: { tls: { asked: true, verify: false } } },
      }),
  },
  {
    title: 'TLS asked for, the source never accepted any',
    gives: ['replica.plaintext'],
    fleet: () =>
      fleetOf({
        [p]: { facts: { tlsAccepts: 0, dumpThreads: [{ user: 'repl', host: '10.0.0.2' }] } },
        [r]: { connection: { tls: { asked: true, verify: false } } },
      }),
  },
  {
    title: 'TLS asked for, the source offers none',
    gives: ['replica.plaintext'],
    fleet: () =>
      fleetOf({ [p]: { facts: { tlsOffered: false } }, [r]: { connection: { tls: { asked: true, verify: false } } } }),
  },
  {
    title: 'TLS asked for, the other replica is plain',
    gives: [],
    fleet: () =>
      fleetOf({
        [p]: {
          facts: {
            dumpThreads: [
              { user: 'repl', serverId: 201, encrypted: true },
              { user: 'repl', serverId: 202, encrypted: false },
            ],
          },
        },
        [r]: { connection: { tls: { asked: true } } },
      }),
  },
  {
    title: 'TLS not asked for',
    gives: [],
    fleet: () => fleetOf({ [p]: { facts: { tlsOffered: false } }, [r]: { connection: { tls: { asked: false } } } }),
  },
  {
    title: 'one server_id for two replicas',
    gives: ['replica.duplicateServerId'],
    fleet: () => fleetOf({ [r]: { facts: { serverId: 202 } } }),
  },
  {
    title: 'one server_id for replicas of different sources',
    gives: [],
    fleet: () => fleetOf({ [multi]: { facts: { serverId: 202 } } }, two),
  },
  {
    title: 'one server under two addresses',
    gives: [],
    fleet: () => fleetOf({ [r]: { facts: { serverId: 202, hostname: 'db2101', port: 3311 } } }),
  },
  {
    title: 'errant transactions on MariaDB',
    gives: ['replica.errantTransactions'],
    fleet: () => fleetOf({ [r]: { facts: { gtidBinlogState: '0-201-104,0-101-100' } } }),
  },
  {
    title: 'errant transactions on a multi-source replica',
    gives: ['replica.errantTransactions'],
    fleet: () => fleetOf({ [multi]: { facts: { gtidBinlogState: '2-301-9,3-302-8,4-303-1' } } }, analytics),
  },
  {
    title: 'transactions from when it was the primary',
    gives: [],
    fleet: () =>
      fleetOf({
        [p]: { facts: { gtidBinlogState: '0-101-100,0-201-50' } },
        [r]: { facts: { gtidBinlogState: '0-201-50,0-101-100' } },
      }),
  },
  {
    title: 'the source of a suspect was not read',
    gives: ['instance.hung'],
    fleet: () =>
      fleetOf({ [p]: { failure: { reason: 'hung' } }, [r]: { facts: { gtidBinlogState: '0-201-104,0-101-100' } } }),
  },
  {
    title: 'errant transactions on MySQL',
    gives: ['replica.errantTransactions'],
    fleet: () => mysqlPair(`${uuid('1')}:1-12,\n${uuid('2')}:1-3`, `${uuid('1')}:1-11`),
  },
  {
    title: 'MySQL read a moment after its source',
    gives: [],
    fleet: () => mysqlPair(`${uuid('1')}:1-12`, `${uuid('1')}:1-11`),
  },
  {
    title: 'heartbeat and seconds behind disagree',
    gives: ['replica.lag', 'replica.lagMethodsDisagree'],
    fleet: () => lags(40, 0),
  },
  { title: 'seconds behind above the heartbeat', gives: ['replica.lagMethodsDisagree'], fleet: () => lags(0.5, 40) },
  { title: 'heartbeat and seconds behind agree', gives: [], fleet: () => lags(3, 2) },
  {
    title: 'two connections broken in two ways',
    gives: ['replica.ioStopped', 'replica.sqlStopped'],
    fleet: () =>
      fleetOf(
        {
          [multi]: {
            connections: [
              from(matomo, { name: 'matomo', ioThread: 'stopped', secondsBehind: undefined }),
              from(meta, { name: 'analytics_meta', sqlThread: 'stopped', secondsBehind: undefined }),
            ],
          },
        },
        analytics,
      ),
  },
];
