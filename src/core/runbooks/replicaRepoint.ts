import { atLeast } from '../findings/dialect';
import { clustersOf, factsOf, upstreamOf } from '../findings/fleetFacts';
import type { FleetView, InstanceView } from '../fleetView';
import { quoteSqlString } from '../guard/quoteSql';
import { expectedPrimaries } from '../replication/nestCluster';
import { aheadCheck } from './gtidChecks';
import type { PlanCheck } from './plan';
import { planFor, startStep, stopStep } from './replicaThreads';
import { connectionInput, connectionWords, statusQuery, type InstanceRunbook, type RunbookContext } from './runbook';
import { t } from '../l10n';

export const repointReplica: InstanceRunbook = {
  on: 'instance',
  id: 'replica.repoint',
  title: t`Replicate from another source`,
  summary: t`Points one connection that uses GTID to another source, after proof that the source can go on from there.`,
  inputs: [
    connectionInput,
    {
      name: 'source',
      label: t`new source, host:port as in the inventory`,
      suggest: (view, key) => suggestSource(view, key),
    },
  ],
  isOffered: (_view, { connections }) => connections.some(({ status }) => status.gtid !== 'no'),
  plan: (context) =>
    planFor(context, (connection) => {
      const { view, key, facts, dialect, input } = context;
      const { status } = connection;
      const { name } = status;
      const wanted = input('source');
      const source = wanted === undefined ? undefined : view.instances[wanted];
      const before = [
        namedCheck(wanted, source),
        {
          id: 'connection.gtid',
          pass: status.gtid !== 'no',
          measured: t`GTID use ${status.gtid}`,
          needed: t`GTID: a file and position of one source mean nothing on another`,
          fix: t`Switch the connection to GTID first (replica.enableGtid).`,
        },
      ];
      if (source === undefined) return { checks: before, steps: [] };
      const { host, port } = source.spec;
      const plainHost = host.replace(/^\[(.*)\]$/, '$1');
      return {
        source,
        checks: [
          ...before,
          ...sourceChecks(context, source),
          aheadCheck(facts, source, status.sqlThread === 'stopped'),
        ],
        steps: [
          stopStep(context, name),
          context.step({
            id: 'repoint',
            title: t`Point ${connectionWords(key, name)} to ${source.spec.key}`,
            effect: 'write',
            statements: [
              dialect.change(name, {
                HOST: quoteSqlString(plainHost),
                PORT: String(port),
                ...(dialect.flavor === 'mariadb' ? { USE_GTID: 'slave_pos' } : { AUTO_POSITION: '1' }),
              }),
            ],
            verify: statusQuery(context),
            expectation: { kind: 'source', key, connection: name, host: plainHost, port },
            expected: t`source ${plainHost}:${port}`,
            rollback: dialect.change(name, {
              HOST: quoteSqlString(status.sourceHost),
              PORT: String(status.sourcePort),
              ...(dialect.flavor === 'mariadb'
                ? { USE_GTID: status.gtid === 'currentPos' ? 'current_pos' : 'slave_pos' }
                : { AUTO_POSITION: '1' }),
            }),
            blastRadius: t`Only this connection, and all below ${key}. It logs in to the new source with the account that it has.`,
          }),
          startStep(context, name),
        ],
      };
    }),
};

/** The expected primary of its cluster, where the replica follows somebody else. */
export function suggestSource(view: FleetView, key: string): string | undefined {
  const present = view.instances[key]?.connections.map(({ sourceKey }) => sourceKey) ?? [];
  return clustersOf(view, key)
    .flatMap(({ spec }) => expectedPrimaries(spec))
    .find((primary) => primary !== key && !present.includes(primary));
}

export function namedCheck(wanted: string | undefined, source: InstanceView | undefined): PlanCheck {
  return {
    id: 'source.named',
    pass: source !== undefined,
    measured:
      wanted === undefined ? t`no source given` : source === undefined ? t`${wanted} is not in the inventory` : wanted,
    needed: t`an instance of the inventory`,
    fix: t`Give it as input \`source\`.`,
  };
}

export function sourceChecks({ view, key, facts }: RunbookContext, source: InstanceView): readonly PlanCheck[] {
  const there = factsOf(source);
  const isRing = source.spec.key === key || upstreamOf(view, source.spec.key).includes(key);
  const logs =
    there === undefined
      ? undefined
      : there.logBin !== false && (source.connections.length === 0 || there.logReplicaUpdates !== false);
  const check = (id: string, pass: boolean | undefined, measured: string, needed: string, fix: string): PlanCheck => ({
    ...{ id, measured, needed, fix },
    pass: pass ?? 'unknown',
  });
  return [
    check(
      'source.answers',
      there !== undefined,
      there === undefined ? t`not read` : `server_id ${there.serverId ?? 'unknown'}, ${there.version}`,
      t`the new source answers`,
      t`Read it again; what its own findings say comes first.`,
    ),
    check(
      'source.noRing',
      !isRing,
      isRing ? t`${source.spec.key} replicates from ${key}` : t`it does not get its data from here`,
      t`a source that does not replicate from this instance`,
      t`Choose another source: events would go round.`,
    ),
    check(
      'source.serverId',
      there?.serverId === undefined || facts?.serverId === undefined ? undefined : there.serverId !== facts.serverId,
      t`${facts?.serverId ?? t`not known`} here, ${there?.serverId ?? t`not known`} there`,
      t`different server_ids`,
      t`Give one of them another server_id.`,
    ),
    check(
      'source.logs',
      logs,
      logs === undefined ? t`not known` : logs ? t`it logs what it applies` : t`it does not log what it applies`,
      t`a binary log, and log_slave_updates on a replica`,
      t`Set \`log_bin\` and \`log_slave_updates\` there and restart it.`,
    ),
    check(
      'source.version',
      there === undefined || facts === undefined
        ? undefined
        : there.flavor === facts.flavor && atLeast(facts.versionNumber, there.versionNumber.slice(0, 2)),
      t`${facts?.version ?? t`not known`} here, ${there?.version ?? t`not known`} there`,
      t`the same kind of server, the replica not older`,
      t`Replicate from old to new only.`,
    ),
  ];
}
