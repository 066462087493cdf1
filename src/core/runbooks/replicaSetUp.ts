import { factsOf } from '../findings/fleetFacts';
import type { FleetView } from '../fleetView';
import { namedCheck, suggestSource } from './replicaRepoint';
import type { InstanceRunbook, RunbookInput } from './runbook';
import { setUpOf } from './setUp';
import { setUpChecks } from './setUpChecks';
import { setUpSteps } from './setUpSteps';
import { t } from '../l10n';

/** What a copy is made with; `replica.rebuild` asks the same. */
export const copyInputs: readonly RunbookInput[] = [
  {
    name: 'databases',
    label: t`databases to copy, separated by commas; empty: all, with the accounts`,
    isOptional: true,
  },
  {
    name: 'file',
    label: t`path of a file for the dump; empty: it is streamed from server to server`,
    isOptional: true,
  },
  {
    name: 'user',
    label: t`replication account`,
    // What the other replicas of the source log in as.
    suggest: (view, key) =>
      factsOf(view.instances[suggestSource(view, key) ?? ''])?.dumpThreads?.find(({ user }) => user !== undefined)
        ?.user ?? 'repl',
  },
  {
    name: 'host',
    label: t`host or network to create that account for, such as 10.64.%; empty: it is there already`,
    isOptional: true,
  },
  {
    name: 'ca',
    label: t`path of the authority’s certificate, as the replica’s server sees it`,
    isOptional: true,
    suggest: (view, key) => view.instances[key]?.spec.tls.ca,
  },
  {
    name: 'position',
    label: t`gtid, or file for file and position where GTID is off`,
    suggest: (view, key) => (isGtidOff(view, key) ? 'file' : 'gtid'),
  },
];

export const setUpReplica: InstanceRunbook = {
  on: 'instance',
  id: 'replica.setUp',
  title: t`Set up a replica`,
  summary: t`Copies a source by a dump, starts replication from the dump’s own position over verified TLS, and waits.`,
  inputs: [
    {
      name: 'source',
      label: t`source, host:port as in the inventory`,
      suggest: (view, key) => suggestSource(view, key),
    },
    {
      name: 'name',
      label: t`name of the new replication connection, where the replica has several sources; empty: the default one`,
      isOptional: true,
    },
    ...copyInputs,
  ],
  isOffered: (_view, { connections, replicas }) => connections.length === 0 && replicas.length === 0,
  plan: (context) => {
    const wanted = context.input('source') ?? suggestSource(context.view, context.key);
    const named = wanted === undefined ? undefined : context.view.instances[wanted];
    const before = [namedCheck(wanted, named)];
    if (named === undefined) return { checks: before, steps: [] };
    const setUp = setUpOf(context, named);
    return {
      source: named,
      connection: setUp.name,
      checks: [...before, ...setUpChecks(setUp)],
      steps: setUpSteps(setUp),
    };
  },
};

/** MySQL only: MariaDB always counts. */
function isGtidOff(view: FleetView, key: string): boolean {
  return [key, suggestSource(view, key) ?? key].some(
    (each) => factsOf(view.instances[each])?.gtidMode?.toUpperCase().startsWith('OFF') === true,
  );
}
