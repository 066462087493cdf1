import { clustersOf, isExpectedPrimary, isWritable, writersOf } from '../findings/fleetFacts';
import type { PlanCheck } from './plan';
import { replicasInWords, type InstanceRunbook, type RunbookContext } from './runbook';
import { t } from '../l10n';

export const setReadOnly: InstanceRunbook = {
  on: 'instance',
  id: 'instance.setReadOnly',
  title: t`Set read-only`,
  summary: t`Lets no client write any more; replication goes on.`,
  inputs: [],
  isOffered: (_view, instance) => isWritable(instance) !== false,
  plan: (context) => {
    const { view, key, facts, dialect } = context;
    const writes = clustersOf(view, key).filter((cluster) =>
      writersOf(view, cluster).every(({ spec }) => spec.key === key),
    );
    // super_read_only brings read_only with it, and holds for administrators too.
    const variable = dialect.flavor === 'mysql' ? 'super_read_only' : 'read_only';
    const isLast = writes.some((cluster) => writersOf(view, cluster).length > 0);
    return {
      checks: [
        readOnlyCheck(context, false),
        {
          id: 'cluster.writesElsewhere',
          pass: isLast ? 'unknown' : true,
          mayBeUnknown: true,
          measured: isLast
            ? t`it is the only writable instance of ${writes.map(({ spec }) => spec.name).join(', ')}`
            : t`it is not the instance that its cluster is written on`,
          needed: t`nobody has to write here, or the stop is meant`,
          fix: t`Tell those who write: every write on this cluster fails from then on.`,
        },
      ],
      steps: [
        context.step({
          id: 'setReadOnly',
          title: t`Set ${key} read-only`,
          effect: 'write',
          statements: [`SET GLOBAL ${variable} = 1`],
          verify: `SELECT @@global.${variable}`,
          expectation: { kind: 'readOnly', key, isReadOnly: true },
          expected: '1',
          rollback: writableStatements(facts?.flavor ?? 'mariadb').join('; '),
          blastRadius: t`Writes of clients on ${key} are refused (1290) until it is taken back, and it waits for those under way. A restart reads the configuration: put it there too. ${replicasInWords(context)}`,
        }),
      ],
    };
  },
};

export const setWritable: InstanceRunbook = {
  on: 'instance',
  id: 'instance.setWritable',
  title: t`Set writable`,
  summary: t`Lets clients write; refused while another instance of the cluster takes writes.`,
  inputs: [],
  isOffered: (view, instance) =>
    isWritable(instance) === false && (instance.connections.length === 0 || isExpectedPrimary(view, instance.spec.key)),
  plan: (context) => {
    const { key, facts, dialect } = context;
    return {
      checks: [readOnlyCheck(context, true), noOtherWriter(context), isNoReplica(context)],
      steps: [
        context.step({
          id: 'setWritable',
          title: t`Set ${key} writable`,
          effect: 'write',
          statements: writableStatements(dialect.flavor),
          verify: 'SELECT @@global.read_only',
          expectation: { kind: 'readOnly', key, isReadOnly: false },
          expected: '0',
          rollback: `SET GLOBAL ${dialect.flavor === 'mysql' && facts?.superReadOnly !== false ? 'super_read_only' : 'read_only'} = 1`,
          blastRadius: t`Whatever clients write on ${key} is data from then on, and goes to all below it. ${replicasInWords(context)}`,
        }),
      ],
    };
  },
};

/** What lets every client write again. */
export function writableStatements(flavor: string): readonly string[] {
  return flavor === 'mysql'
    ? ['SET GLOBAL super_read_only = 0', 'SET GLOBAL read_only = 0']
    : ['SET GLOBAL read_only = 0'];
}

function readOnlyCheck({ facts }: RunbookContext, wanted: boolean): PlanCheck {
  const readOnly = facts?.readOnly;
  return {
    id: 'target.readOnly',
    pass: readOnly === undefined ? 'unknown' : readOnly === wanted,
    measured: readOnly === undefined ? t`not read` : `read_only = ${readOnly ? 1 : 0}`,
    needed: `read_only = ${wanted ? 1 : 0}`,
    fix: readOnly === undefined ? t`Read the instance again.` : t`Nothing to do: it is so already.`,
  };
}

/** Of every cluster that lists it. One that cannot be read may be writable, so it blocks as well. */
function noOtherWriter({ view, key }: RunbookContext): PlanCheck {
  const others = [...new Set(clustersOf(view, key).flatMap(({ spec }) => spec.instances))].filter(
    (other) => other !== key,
  );
  const writable = others.filter((other) => isWritableIn(view, other) === true);
  const unknown = others.filter((other) => isWritableIn(view, other) === undefined);
  return {
    id: 'cluster.noOtherWritable',
    pass: writable.length > 0 ? false : unknown.length > 0 ? 'unknown' : true,
    measured:
      writable.length > 0
        ? t`writable: ${writable.join(', ')}`
        : unknown.length > 0
          ? t`not known: ${unknown.join(', ')}`
          : t`${others.length} others, all read-only`,
    needed: t`no other writable instance in its clusters`,
    hasNoOverride: true,
    fix: t`Set the other one read-only first (instance.setReadOnly): two that are written on part for good.`,
  };
}

function isWritableIn(view: RunbookContext['view'], key: string): boolean | undefined {
  const instance = view.instances[key];
  return instance === undefined ? undefined : isWritable(instance);
}

function isNoReplica({ view, key, instance }: RunbookContext): PlanCheck {
  const isKnown = instance.snapshot.replication.kind === 'read';
  const sources = instance.connections.map(({ source }) => source);
  return {
    id: 'target.isPrimary',
    pass: !isKnown ? 'unknown' : sources.length === 0 || isExpectedPrimary(view, key),
    measured: !isKnown
      ? t`its replication status is not known`
      : sources.length === 0
        ? t`it replicates from nobody`
        : t`it replicates from ${sources.join(', ')}`,
    needed: t`no replica, or a primary that the inventory names`,
    fix: t`A replica that is written on diverges from its source. Promote it first, or name it as primary in the inventory.`,
  };
}
