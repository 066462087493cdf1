import type { LinkedFleet } from '../../../src/core/fleetView';
import { linkServices } from '../../../src/core/services/linkServices';
import type { ServiceSnapshot } from '../../../src/core/services/model';
import { buildInventory, from } from '../buildFleet';
import { changed, failedSnapshot, fromAnswers, orchestrator, recordedAt, snapshotOf } from '../orchestrator/recorded';
import type { Case } from './case';
import { fleetOf, type Nodes } from './fleetBuilder';

const db1 = 'db1.dc1.example:3306';
const db2 = 'db2.dc1.example:3306';
const db3 = 'db3.dc1.example:3306';

/** Orchestrator alone, of a fleet that has none of its servers. */
export function seen(service: ServiceSnapshot, spec = orchestrator): LinkedFleet {
  return {
    ...fleetOf(),
    services: linkServices({ ...buildInventory({}), orchestrators: [spec] }, { 'orchestrator:main': service }),
  };
}

/** Beside direct readings of the servers that it knows, which are well but for `nodes`. */
export function beside(service: ServiceSnapshot, nodes: Nodes = {}): LinkedFleet {
  const clusters = { s1: { instances: [db1, db2, db3], primary: db1 } };
  const wellFrom = (key: string, id: number) => ({
    connections: [from(db1)],
    ...nodes[key],
    facts: { serverId: id, readOnly: true, port: 3306, gtidBinlogState: '0-101-100', ...nodes[key]?.facts },
  });
  const fleet = fleetOf(
    {
      [db1]: {
        ...nodes[db1],
        facts: { serverId: 101, readOnly: false, port: 3306, gtidBinlogState: '0-101-100', ...nodes[db1]?.facts },
      },
      [db2]: wellFrom(db2, 102),
      [db3]: wellFrom(db3, 103),
    },
    clusters,
  );
  return { ...fleet, services: seen(service).services };
}

const later = (state: string, days: number): string =>
  new Date(Date.parse(recordedAt(state)) + days * 86_400_000).toISOString();

const loginPage = '<html><head><title>Single sign-on</title></head></html>';

export const orchestratorCases: readonly Case[] = [
  { title: 'all is well', gives: [], fleet: () => seen(snapshotOf('healthy')) },
  { title: 'all is well, and the servers say so, too', gives: [], fleet: () => beside(snapshotOf('healthy')) },
  { title: 'it knows nothing yet', gives: [], fleet: () => seen(snapshotOf('empty')) },
  {
    title: 'never read',
    gives: [],
    fleet: () => seen({ kind: 'orchestrator', key: 'orchestrator:main', reach: { kind: 'pending' } }),
  },
  { title: 'not read, since the workspace is not trusted', gives: [], fleet: () => seen(failedSnapshot('untrusted')) },
  {
    title: 'down',
    gives: ['orchestrator.unreachable'],
    fleet: () => seen(failedSnapshot('refused', 'connect ECONNREFUSED')),
  },
  {
    title: 'hung',
    gives: ['orchestrator.unreachable'],
    fleet: () => seen(failedSnapshot('hung', 'No whole answer within 5 s.')),
  },
  {
    title: 'a wrong prefix in the address',
    gives: ['orchestrator.unreachable'],
    fleet: () => seen(failedSnapshot('notFound', 'HTTP 404: 404 page not found')),
  },
  {
    title: 'a login page',
    gives: ['orchestrator.notJson'],
    fleet: () => seen(failedSnapshot('notJson', 'HTTP 200: Single sign-on')),
  },
  {
    title: 'a redirect to a login page',
    gives: ['orchestrator.notJson'],
    fleet: () => seen(failedSnapshot('redirected', 'HTTP 302 to https://idp.example/login')),
  },
  {
    title: 'a proxy that lets in only listed networks',
    gives: ['orchestrator.unauthorized'],
    fleet: () => seen(failedSnapshot('unauthorized', 'HTTP 403: 403 Forbidden')),
  },
  {
    title: 'a wrong password',
    gives: ['orchestrator.unauthorized'],
    fleet: () =>
      seen(failedSnapshot('unauthorized', 'HTTP 401: Not Authorized'), {
        ...orchestrator,
        credentials: { name: 'ops', user: 'ops' },
      }),
  },
  {
    title: 'no secret given',
    gives: ['orchestrator.unauthorized'],
    fleet: () => seen(failedSnapshot('credentialsMissing', 'No password was given for "ops".')),
  },
  { title: 'a dead primary', gives: ['orchestrator.analysis'], fleet: () => seen(snapshotOf('primary-down')) },
  {
    title: 'a primary that only Orchestrator cannot reach, while we read it',
    gives: ['orchestrator.analysis', 'orchestrator.disagrees'],
    fleet: () => beside(snapshotOf('primary-unreachable')),
  },
  {
    title: 'no replica replicates',
    gives: ['orchestrator.analysis', 'orchestrator.problem'],
    fleet: () => seen(snapshotOf('all-replicas-stopped')),
  },
  {
    title: 'a dead intermediate source',
    gives: ['orchestrator.analysis', 'orchestrator.problem'],
    fleet: () => seen(snapshotOf('intermediate-down')),
  },
  {
    title: 'a primary that is read-only',
    gives: ['orchestrator.analysis'],
    fleet: () => seen(snapshotOf('no-writeable-primary')),
  },
  {
    title: 'a code that is newer than this version',
    gives: ['orchestrator.analysis'],
    fleet: () => {
      const answers = changed('healthy', '/api/clusters-info', (cluster) => cluster);
      const analysis = snapshotOf('primary-unreachable');
      if (analysis.reach.kind !== 'answered') throw new Error('not answered');
      const { facts } = analysis.reach;
      const known = fromAnswers(answers, recordedAt('healthy'));
      const unknown = facts.analyses.map((each) => ({
        ...each,
        code: 'SplitBrainOfTomorrow',
        description: 'two of them',
      }));
      if (known.reach.kind !== 'answered') throw new Error('not answered');
      return seen({ ...known, reach: { kind: 'answered', facts: { ...known.reach.facts, analyses: unknown } } });
    },
  },
  {
    title: 'a dead leaf, which the analysis omits',
    gives: ['orchestrator.problem'],
    fleet: () => seen(snapshotOf('replica-down')),
  },
  {
    title: 'a leaf with an SQL error',
    gives: ['orchestrator.problem'],
    fleet: () => seen(snapshotOf('replica-sql-error')),
  },
  {
    title: 'a ghost cluster of bare names, which has taken the alias',
    gives: ['orchestrator.ghostCluster', 'orchestrator.aliasMissing', 'orchestrator.staleCheck'],
    fleet: () => seen(snapshotOf('ghost-cluster')),
  },
  { title: 'the ghost is gone', gives: [], fleet: () => seen(snapshotOf('ghost-cluster-repaired')) },
  {
    title: 'just discovered, without an alias',
    gives: ['orchestrator.aliasMissing'],
    fleet: () => seen(snapshotOf('just-discovered')),
  },
  {
    title: 'an alias that flaps',
    gives: ['orchestrator.aliasMissing'],
    fleet: () => {
      const at = recordedAt('healthy');
      const other = changed('healthy', '/api/clusters-info', (cluster) => ({ ...cluster, ClusterAlias: 'x1' }));
      return seen(snapshotOf('healthy', at, fromAnswers(other, at, snapshotOf('healthy'))));
    },
  },
  {
    title: 'a heartbeat row of 40 days ago',
    gives: ['orchestrator.fakeLag'],
    fleet: () => seen(snapshotOf('stale-heartbeat')),
  },
  {
    title: 'a heartbeat row of ten minutes ago, beside replicas that are up to date',
    gives: ['orchestrator.fakeLag'],
    fleet: () => {
      const lag = { Int64: 600, Valid: true };
      const answers = changed('healthy', '/api/all-instances', (instance) =>
        instance['ServerID'] === 171974662 ? { ...instance, ReplicationLagSeconds: lag } : instance,
      );
      return beside(fromAnswers(answers, recordedAt('healthy')));
    },
  },
  {
    title: 'a replica that Orchestrator takes for a primary, and that has named connections',
    gives: ['orchestrator.disagrees'],
    fleet: () => {
      const answers = changed('healthy', '/api/all-instances', (instance) =>
        instance['ServerID'] === 171974663 ? { ...instance, MasterKey: { Hostname: '', Port: 0 } } : instance,
      );
      return beside(fromAnswers(answers, recordedAt('healthy')), {
        [db3]: { connections: [from(db1, { name: 's1' })] },
      });
    },
  },
  { title: 'a downtime that goes on', gives: [], fleet: () => seen(snapshotOf('annotated')) },
  {
    title: 'a downtime that should have ended ten days ago',
    gives: ['orchestrator.downtimeForgotten'],
    fleet: () => seen(snapshotOf('annotated', later('annotated', 10))),
  },
  {
    title: 'words of a page that hold markup',
    gives: ['orchestrator.notJson'],
    fleet: () => seen(failedSnapshot('notJson', `HTTP 200: ${loginPage}`)),
  },
];
