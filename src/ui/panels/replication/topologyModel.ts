import { type ConnectionView, type FleetView, type InstanceView } from '../../../core/fleetView';
import { formatSeconds, wordOf } from '../../../core/words';
import { type Topology } from '../../../protocol/replicationPanel';
import { type Names, nameOf } from './names';
import { shortVersion } from './shortVersion';
import { t } from '../../../core/l10n';

type Node = Topology['nodes'][number];
type Edge = Topology['edges'][number];

/**
 * The picture of the given instances and of every source that they name. A source outside the inventory becomes a node
 * that cannot be opened. An instance that does not answer keeps the links of its last answer, marked as such: the
 * picture must not fall apart in the very moment when it is needed.
 */
export function toTopology(
  view: FleetView,
  names: Names,
  keys: readonly string[],
  current: string | undefined,
): Topology {
  const nodes = new Map<string, Node>();
  const edges = new Map<string, Edge>();
  for (const key of new Set(keys)) {
    const instance = view.instances[key];
    if (instance !== undefined) nodes.set(key, toNode(names, instance, current));
  }
  for (const key of [...nodes.keys()]) {
    const instance = view.instances[key];
    if (instance === undefined) continue;
    for (const edge of edgesInto(view, instance)) {
      edges.set(`${edge.from}\n${edge.to}\n${edge.connection}`, edge);
      if (nodes.has(edge.from)) continue;
      const source = view.instances[edge.from];
      nodes.set(edge.from, source === undefined ? unknownNode(edge.from) : toNode(names, source, current));
    }
  }
  return { nodes: [...nodes.values()], edges: [...edges.values()] };
}

function toNode(names: Names, instance: InstanceView, current: string | undefined): Node {
  const { spec, state, role } = instance;
  return {
    key: spec.key,
    label: nameOf(names, spec.key),
    state,
    role,
    detail: detailOf(instance),
    current: spec.key === current,
    known: true,
  };
}

function unknownNode(key: string): Node {
  return {
    key,
    label: key,
    state: 'unknown',
    role: 'unknown',
    detail: t`not in the inventory`,
    current: false,
    known: false,
  };
}

function detailOf({ findings, spec, snapshot, role }: InstanceView): string {
  const problem = findings.find(({ severity }) => severity !== 'info');
  if (problem !== undefined) return problem.short;
  const version = snapshot.reach.kind === 'answered' ? shortVersion(snapshot.reach.version) : undefined;
  if (snapshot.reach.kind === 'pending') return t`not read yet`;
  return [role === 'primary' ? wordOf(role) : undefined, spec.datacenter, version]
    .filter((part) => part !== undefined)
    .join(' · ');
}

function edgesInto(view: FleetView, instance: InstanceView): readonly Edge[] {
  if (instance.connections.length > 0) {
    return instance.connections.map((connection) => ({
      from: connection.sourceKey ?? connection.source,
      to: instance.spec.key,
      connection: connection.status.name,
      state: connection.state,
      label: edgeLabel(connection),
    }));
  }
  const { replication } = instance.snapshot;
  const before = instance.previous?.replication;
  if (replication.kind === 'read' || before?.kind !== 'read') return [];
  return before.value.map(({ name, sourceHost, sourcePort }) => ({
    from: keyOfSource(view, sourceHost, sourcePort),
    to: instance.spec.key,
    connection: name,
    state: 'unknown',
    label: t`last seen`,
  }));
}

function keyOfSource(view: FleetView, host: string, port: number): string {
  return (
    Object.values(view.instances).find(({ spec }) => spec.host === host && spec.port === port)?.spec.key ??
    `${host}:${port}`
  );
}

function edgeLabel({ status, lagSeconds }: ConnectionView): string {
  const { ioThread, sqlThread } = status;
  if (ioThread === 'stopped' && sqlThread === 'stopped') return 'stopped';
  if (ioThread !== 'running') return ioThread === 'unknown' ? 'unknown' : `IO ${ioThread}`;
  if (sqlThread !== 'running') return sqlThread === 'unknown' ? 'unknown' : `SQL ${sqlThread}`;
  return lagSeconds === undefined ? t`lag unknown` : formatSeconds(lagSeconds);
}
