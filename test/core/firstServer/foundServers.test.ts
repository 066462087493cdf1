import assert from 'node:assert/strict';
import { countUntold, foundServers, type KnownCluster } from '../../../src/core/firstServer/foundServers';
import type { ConnectionStatus, DumpThread } from '../../../src/core/replication/model';
import type { Answer } from '../../../src/core/replication/reading';
import type { InstanceSnapshot } from '../../../src/core/snapshot';
import { pendingSnapshot } from '../../../src/core/toInstanceSnapshot';
import { at, connection, facts } from '../buildFleet';

interface Case {
  readonly first?: { readonly host: string; readonly port: number };
  readonly threads?: readonly DumpThread[];
  readonly sources?: readonly Partial<ConnectionStatus>[];
  /** `host:port` as registered; undefined: the account may not see them. */
  readonly registered?: readonly (readonly [host: string, port: string])[];
  readonly known?: readonly KnownCluster[];
  /** `host:port`, with a `?` where the port is a guess. */
  readonly want: readonly string[];
  readonly untold?: number;
}

const primary = { host: 'db1', port: 3306 };
const denied: Answer = { kind: 'error', statement: 'SHOW SLAVE HOSTS', at, errno: 1227, text: 'Access denied' };

const cases: Readonly<Record<string, Case>> = {
  'replicas as they registered': {
    registered: [
      ['db2', '3306'],
      ['db3.example', '3307'],
    ],
    want: ['db2:3306', 'db3.example:3307'],
  },
  'registered replicas, and not once more by their dump threads': {
    registered: [['db2', '3306']],
    threads: [{ host: '10.0.0.2' }],
    want: ['db2:3306'],
  },
  'by dump threads where the list is denied, their ports guessed': {
    threads: [{ host: '10.0.0.2' }, { host: '10.0.0.3' }, { host: '10.0.0.3' }],
    want: ['10.0.0.2:3306?', '10.0.0.3:3306?'],
  },
  'the port that the server itself has, not that of a tunnel to it': {
    first: { host: '127.0.0.1', port: 13306 },
    threads: [{ host: '10.0.0.2' }],
    want: ['10.0.0.2:3306?'],
  },
  'nothing for replicas on its own machine that nobody says the port of': {
    threads: [{ host: '127.0.0.1' }, { host: 'localhost' }, { host: '10.0.0.2' }],
    want: ['10.0.0.2:3306?'],
    untold: 2,
  },
  'its own machine for a loopback address': {
    registered: [
      ['127.0.0.1', '3307'],
      ['localhost', '3308'],
    ],
    want: ['db1:3307', 'db1:3308'],
  },
  'registered ports without a host, at the one host of the process list': {
    registered: [
      ['', '3306'],
      ['', '3307'],
    ],
    threads: [{ host: '10.0.0.2' }, { host: '10.0.0.2' }],
    want: ['10.0.0.2:3306', '10.0.0.2:3307'],
  },
  'hosts of the process list, with the one port that all registered': {
    registered: [
      ['', '3311'],
      ['', '3311'],
    ],
    threads: [{ host: '10.0.0.2' }, { host: '10.0.0.3' }],
    want: ['10.0.0.2:3311', '10.0.0.3:3311'],
  },
  'guesses where ports and hosts cannot be matched': {
    registered: [
      ['', '3311'],
      ['', '3312'],
    ],
    threads: [{ host: '10.0.0.2' }, { host: '10.0.0.3' }],
    want: ['10.0.0.2:3306?', '10.0.0.3:3306?'],
  },
  'its sources, and their loopback': {
    sources: [
      { sourceHost: 'db0', sourcePort: 3311 },
      { name: 'x', sourceHost: '127.0.0.1', sourcePort: 3312 },
    ],
    want: ['db0:3311', 'db1:3312'],
  },
  'one that is source and replica once': {
    sources: [{ sourceHost: 'db2', sourcePort: 3306 }],
    registered: [['DB2', '3306']],
    want: ['db2:3306'],
  },
  'not itself, by whatever name': {
    sources: [{ sourceHost: 'db1.example', sourcePort: 3306 }],
    registered: [
      ['real-name', '3306'],
      ['reported', '3399'],
      ['real-name', '3307'],
    ],
    want: ['real-name:3307'],
  },
  'no text that is no host name, and no port that is none': {
    registered: [
      ['db2\n  x: y', '3306'],
      ['$(reboot)', '3306'],
      ['-o', '3306'],
      ['db3', '0'],
      ['db4', '99999'],
      ['fd00::4', '3306'],
    ],
    want: ['db3:3306?', 'db4:3306?', '[fd00::4]:3306'],
  },
  'what an Orchestrator knows of its cluster, and of no other': {
    known: [
      {
        name: 's1',
        instances: [
          { host: 'db1.example', port: 3306 },
          { host: 'db5', port: 3306 },
        ],
      },
      { name: 's2', instances: [{ host: 'db6', port: 3306 }] },
    ],
    threads: [{ host: 'db5' }],
    want: ['db5:3306'],
  },
  'nothing of a server that has none': { registered: [], want: [] },
};

function snapshotOf({ threads, sources }: Case): InstanceSnapshot {
  const server = facts({
    ...{ port: 3306, hostname: 'real-name', reportHost: 'reported', reportPort: 3399 },
    ...(threads && { dumpThreads: threads }),
  });
  return {
    ...pendingSnapshot('db1:3306'),
    reach: { kind: 'answered', flavor: 'mariadb', version: '10.11.19' },
    server: { kind: 'read', value: server, statement: 'SELECT', at },
    replication: { kind: 'read', value: (sources ?? []).map(connection), statement: 'SHOW ALL SLAVES STATUS', at },
  };
}

describe('foundServers', () => {
  for (const [title, each] of Object.entries(cases)) {
    it(`gives ${title}`, () => {
      const { first = primary, registered, known, want, untold = 0 } = each;
      const replicas: Answer =
        registered === undefined
          ? denied
          : {
              ...{ kind: 'rows', statement: 'SHOW SLAVE HOSTS', at },
              rows: registered.map(([host, port]) => ({ server_id: '2', host, port })),
            };
      const found = foundServers(first, snapshotOf(each), replicas, known);
      assert.deepEqual(
        found.map(({ key, isPortGuessed }) => `${key}${isPortGuessed ? '?' : ''}`),
        want,
      );
      for (const { how } of found) assert.notEqual(how, '');
      assert.equal(countUntold(first, snapshotOf(each), replicas), untold);
    });
  }
});
