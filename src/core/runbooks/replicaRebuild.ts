import { atLeast, type Dialect } from '../findings/dialect';
import { factsOf } from '../findings/fleetFacts';
import type { InstanceView } from '../fleetView';
import { check } from './checks';
import { positionsOf } from './gtidChecks';
import type { PlanCheck, PlanStep } from './plan';
import { copyInputs } from './replicaSetUp';
import { namedCheck, suggestSource } from './replicaRepoint';
import {
  connectionInput,
  connectionOf,
  connectionWords,
  statusQuery,
  type InstanceRunbook,
  type RunbookContext,
} from './runbook';
import { setUpOf, type SetUp } from './setUp';
import { ownTransactions } from './setUpGtid';
import { rebuildChecks } from './setUpChecks';
import { setUpSteps } from './setUpSteps';
import { t } from '../l10n';

/** Forgets one connection with its position and the replica's own binary log, then sets it up again from a dump. */
export const rebuildReplica: InstanceRunbook = {
  on: 'instance',
  id: 'replica.rebuild',
  title: t`Set up a replica again`,
  summary: t`Drops one connection with its position and the own binary log, and copies its source anew.`,
  inputs: [
    connectionInput,
    {
      name: 'source',
      label: t`source, host:port as in the inventory`,
      suggest: (view, key) => view.instances[key]?.connections[0]?.sourceKey ?? suggestSource(view, key),
    },
    ...copyInputs,
  ],
  isOffered: (view, { spec, connections, replicas }) =>
    replicas.length === 0 &&
    (connections.length === 0
      ? suggestSource(view, spec.key) !== undefined
      : connections.some(({ status }) => status.sqlThread === 'stopped' || status.ioThread === 'stopped')),
  plan: (context) => {
    const connection = connectionOf(context);
    const wanted =
      context.input('source') ??
      (typeof connection === 'string' ? suggestSource(context.view, context.key) : connection.sourceKey);
    const source = wanted === undefined ? undefined : context.view.instances[wanted];
    const before = [namedCheck(wanted, source)];
    if (source === undefined) return { checks: before, steps: [] };
    const setUp = setUpOf(context, source);
    // Until it is forgotten, what the old copy left would look as if the new one were done.
    const steps = isForgotten(setUp) ? setUpSteps(setUp) : setUpSteps(setUp).map(({ isSeen: _, ...step }) => step);
    return {
      source,
      connection: setUp.name,
      checks: [...before, ...forgetChecks(setUp), ...rebuildChecks(setUp)],
      steps: [forgetStep(setUp), ...steps],
    };
  },
};

function isForgotten({ context: { instance, facts }, source, name }: SetUp): boolean {
  const there = positionsOf(factsOf(source), 'logged');
  const own = positionsOf(facts, 'applied');
  return (
    instance.connections.every(({ status }) => status.name !== name) &&
    [...(there ?? [])].every((each) => own?.has(each) === false)
  );
}

function forgetChecks({ context: { dialect }, others }: SetUp): readonly PlanCheck[] {
  if (dialect.flavor === 'mariadb' || others.length === 0) return [];
  return [
    check(
      'target.onlySource',
      false,
      t`other channels: ${others.join(', ')}`,
      t`no other channel: MySQL forgets the GTIDs of all sources or of none`,
      t`Rebuild the whole server: remove the other channels first, and set them up again afterwards.`,
    ),
  ];
}

function forgetStep(setUp: SetUp): PlanStep {
  const { context, source, name, others } = setUp;
  const { key, dialect } = context;
  const own = ownTransactions(setUp) ?? '';
  return context.step({
    id: 'forget',
    title:
      context.facts?.logBin === false
        ? t`Forget ${connectionWords(key, name)} with its position`
        : t`Forget ${connectionWords(key, name)} with its position, and delete the binary log of ${key}`,
    effect: 'destructive',
    statements: [
      ...(hasConnection(context, name) ? [dialect.stop(name), dialect.resetAll(name)] : []),
      ...others.map((other) => dialect.stop(other)),
      ...(context.facts?.logBin === false ? [] : [clearLogs(context)]),
      ...(dialect.flavor === 'mariadb' ? [forgetPosition(source)] : []),
      ...others.map((other) => dialect.start(other)),
    ],
    verify: statusQuery(context),
    expectation: { kind: 'forgotten', key, connection: name, sourceKey: source.spec.key },
    expected: t`no such connection, and no position of its source`,
    blastRadius:
      t`${key} no longer replicates from ${source.spec.key}. There is no way back but the copy: to go on with it another day, plan replica.setUp.` +
      (own === '' ? '' : ` ${t`What only it has is lost with its binary log: ${own}.`}`),
    // Nothing can start from there: the connection goes with its position.
    hasPositionProof: true,
  });
}

function hasConnection({ instance }: RunbookContext, name: string): boolean {
  return instance.connections.some(({ status }) => status.name === name);
}

/** Empties the own binary log: what is in it, its source does not have. */
export function clearLogs({ dialect, version }: { dialect: Dialect; version: readonly number[] }): string {
  return dialect.flavor === 'mysql' && atLeast(version, [8, 2, 0]) ? 'RESET BINARY LOGS AND GTIDS' : 'RESET MASTER';
}

/** The position without the domains of this source; those of other sources move on until the moment that it runs. */
function forgetPosition(source: InstanceView): string {
  const domains = [...(positionsOf(factsOf(source), 'logged') ?? [])];
  return `SET GLOBAL gtid_slave_pos = TRIM(BOTH ',' FROM REGEXP_REPLACE(CONCAT(',', @@GLOBAL.gtid_slave_pos), ',(${domains.join('|')})-[0-9]+-[0-9]+', ''))`;
}
