import { clusterKeys } from '../../../core/clusterKeys';
import { type FleetView, type InstanceView } from '../../../core/fleetView';
import { type State } from '../../../core/report';
import { shortNames } from '../../../core/shortNames';
import { type LagHistory, type PanelState, type Subject } from '../../../protocol/replicationPanel';
import { redactFinding } from '../redactFinding';
import { toConnectionCard } from './connectionCard';
import { type Names, nameOf } from './names';
import { toRawGroups } from './rawStatus';
import { toReadiness } from './readinessModel';
import { shortVersion } from './shortVersion';
import { clusterSummary, instanceSummary } from './summary';
import { toTopology } from './topologyModel';
import { wordOf } from '../../../core/words';
import { t } from '../../../core/l10n';

export { renderReadiness } from './readinessText';
export { renderMirrorTicket, renderTicket } from './ticket';

/**
 * Everything the replication panel shows of one subject, from the view alone. A subject that the inventory no longer
 * names gives a state that says so.
 */
export function toPanelState(
  view: FleetView,
  subject: Subject,
  history: LagHistory,
  context: {
    readonly reading: boolean;
    /** The section of switchover readiness is open. */
    readonly readinessOpen?: boolean;
  },
): PanelState {
  const names = shortNames(Object.keys(view.instances));
  return subject.kind === 'instance'
    ? instanceState(view, names, subject, history, context.reading)
    : clusterState(view, names, subject, history, context);
}

function instanceState(
  view: FleetView,
  names: Names,
  subject: Extract<Subject, { kind: 'instance' }>,
  history: LagHistory,
  reading: boolean,
): PanelState {
  const instance = view.instances[subject.key];
  if (instance === undefined) return goneState(subject, subject.key, history, reading);
  return {
    subject,
    title: nameOf(names, subject.key),
    state: instance.state,
    summary: instanceSummary(names, instance),
    production: clustersOf(view, instance).some(({ spec }) => spec.production),
    facts: instanceFacts(names, instance),
    ...(instance.snapshot.at === undefined ? {} : { at: instance.snapshot.at }),
    reading,
    findings: instance.findings.map(redactFinding),
    connections: instance.connections.map((connection) => toConnectionCard(view, names, instance, connection)),
    topology: toTopology(view, names, clustersOf(view, instance).flatMap(clusterKeys), subject.key),
    history,
    raw: toRawGroups(instance),
  };
}

function clusterState(
  view: FleetView,
  names: Names,
  subject: Extract<Subject, { kind: 'cluster' }>,
  history: LagHistory,
  { reading, readinessOpen = false }: { readonly reading: boolean; readonly readinessOpen?: boolean },
): PanelState {
  const cluster = view.clusters.find(({ spec }) => spec.name === subject.name);
  if (cluster === undefined) return goneState(subject, subject.name, history, reading);
  const members = clusterKeys(cluster);
  const instances = members.flatMap((key) => view.instances[key] ?? []);
  const keys = new Set(members);
  const readAt = instances.flatMap(({ snapshot }) => snapshot.at ?? []).sort();
  const oldest = readAt[0];
  return {
    subject,
    title: subject.name,
    state: cluster.state,
    summary: clusterSummary(names, cluster, instances),
    production: cluster.spec.production,
    facts: clusterFacts(names, instances),
    // The age that counts is that of the oldest reading: the picture is no fresher than its stalest part.
    ...(oldest === undefined ? {} : { at: oldest }),
    reading,
    findings: view.findings
      .filter(({ subject: about }) => about === `cluster:${subject.name}` || keys.has(about))
      .map(redactFinding),
    connections: instances
      .flatMap((instance) =>
        instance.connections.map((connection) => toConnectionCard(view, names, instance, connection)),
      )
      .sort((a, b) => badness.indexOf(a.state) - badness.indexOf(b.state)),
    topology: toTopology(view, names, members, undefined),
    history,
    // Raw status is looked at server by server; the panel of an instance has it.
    raw: [],
    ...toReadiness(view, names, subject.name, readinessOpen),
  };
}

/** The worst thing comes first; equals stay in the order of the inventory. */
const badness: readonly State[] = ['critical', 'unreachable', 'warning', 'denied', 'unknown', 'ok'];

function goneState(subject: Subject, title: string, history: LagHistory, reading: boolean): PanelState {
  return {
    subject,
    title,
    state: 'unknown',
    summary: t`The inventory no longer names this ${subject.kind}.`,
    production: false,
    facts: [],
    reading,
    findings: [],
    connections: [],
    topology: { nodes: [], edges: [] },
    history,
    raw: [],
  };
}

function clustersOf(view: FleetView, instance: InstanceView): FleetView['clusters'] {
  return view.clusters.filter((cluster) => clusterKeys(cluster).includes(instance.spec.key));
}

type Facts = PanelState['facts'];

function instanceFacts(names: Names, { role, spec, snapshot }: InstanceView): Facts {
  const server = snapshot.server.kind === 'read' ? snapshot.server.value : undefined;
  const version = server?.version ?? (snapshot.reach.kind === 'answered' ? snapshot.reach.version : undefined);
  const flavor = server?.flavor ?? (snapshot.reach.kind === 'answered' ? snapshot.reach.flavor : undefined);
  const product = flavor === undefined ? '' : flavor === 'mariadb' ? 'MariaDB ' : 'MySQL ';
  return [
    ...(nameOf(names, spec.key) === spec.key ? [] : [{ label: t`Host`, value: spec.host }]),
    { label: t`Role`, value: wordOf(role) },
    { label: spec.clusters.length === 1 ? t`Cluster` : t`Clusters`, value: spec.clusters.join(', ') },
    ...(spec.datacenter === undefined ? [] : [{ label: t`Data centre`, value: spec.datacenter }]),
    { label: t`Version`, value: version === undefined ? t`unknown` : `${product}${shortVersion(version)}` },
    { label: t`Read-only`, value: readOnlyWord(server?.readOnly, server?.superReadOnly) },
    { label: t`Server id`, value: server?.serverId === undefined ? t`unknown` : String(server.serverId) },
  ];
}

function clusterFacts(names: Names, instances: readonly InstanceView[]): Facts {
  const primaries = instances.filter(({ role }) => role === 'primary').map(({ spec }) => nameOf(names, spec.key));
  const datacenters = [...new Set(instances.flatMap(({ spec }) => spec.datacenter ?? []))];
  const versions = [
    ...new Set(
      instances.flatMap(({ snapshot }) =>
        snapshot.reach.kind === 'answered' ? [shortVersion(snapshot.reach.version)] : [],
      ),
    ),
  ];
  return [
    {
      label: primaries.length > 1 ? t`Primaries` : t`Primary`,
      value: primaries.length === 0 ? t`unknown` : primaries.join(', '),
    },
    { label: t`Instances`, value: String(instances.length) },
    ...(datacenters.length === 0
      ? []
      : [{ label: datacenters.length > 1 ? t`Data centres` : t`Data centre`, value: datacenters.join(', ') }]),
    {
      label: versions.length > 1 ? t`Versions` : t`Version`,
      value: versions.length === 0 ? t`unknown` : versions.sort().join(', '),
    },
  ];
}

function readOnlyWord(readOnly: boolean | undefined, superReadOnly: boolean | undefined): string {
  if (readOnly === undefined) return t`unknown`;
  if (!readOnly) return t`no`;
  return superReadOnly === true ? t`yes, super` : t`yes`;
}
