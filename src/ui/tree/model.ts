import { clusterKeys } from '../../core/clusterKeys';
import { withoutCode } from '../../core/codeSpans';
import type { Finding } from '../../core/findings/finding';
import { code } from '../../core/findings/phrase';
import type { ClusterView, ConnectionView, FleetView, InstanceView } from '../../core/fleetView';
import type { State } from '../../core/report';
import { shortNames } from '../../core/shortNames';
import { finish, type Steps } from '../../core/steps';
import { formatSeconds, wordOf } from '../../core/words';
import { bastionGroup } from './bastionNodes';
import { mirrorGroup } from './mirrorNodes';
import { noticeNodes, type NoticeAction } from './notice';
import { serviceGroups } from './serviceNodes';
import { escapeMarkdown, findingTooltip, markdownOf } from './tooltips';
import { t } from '../../core/l10n';

/** What a node stands for; commands get it by the node's id. */
export type NodeSubject =
  | { readonly kind: 'cluster'; readonly name: string }
  | { readonly kind: 'instance'; readonly key: string }
  | { readonly kind: 'connection'; readonly key: string; readonly connection: string }
  | { readonly kind: 'mirror'; readonly name: string }
  | { readonly kind: 'finding'; readonly finding: Finding }
  | { readonly kind: 'service'; readonly subject: string }
  | { readonly kind: 'notice'; readonly action: NoticeAction }
  | { readonly kind: 'group' };

/** A node of a tree, complete: the provider only translates it. */
export interface TreeNode {
  /** Unique in its tree and the same as long as it stands for the same thing, so that expansion and selection stay. */
  readonly id: string;
  readonly label: string;
  readonly description: string;
  readonly state: State | undefined;
  /** Codicon that replaces the state's, e.g. for groups. */
  readonly icon?: string;
  /** Markdown. Server text in it is escaped. Worked out when somebody points at it, where there are thousands. */
  readonly tooltip: string;
  /** For screen readers: "db1234 port 3311, replica, critical, SQL thread stopped". */
  readonly spoken: string;
  /** Noun with flags, for menus. */
  readonly contextValue: string;
  readonly subject: NodeSubject;
  readonly expanded: boolean;
  readonly children: readonly TreeNode[];
}

/** The fleet as a tree: clusters, instances nested as they replicate, then the neighbours that the inventory names. */
export function fleetNodes(view: FleetView, filter: string): readonly TreeNode[] {
  return finish(fleetNodeSteps(view, filter));
}

/** The same with pauses. */
export function* fleetNodeSteps(view: FleetView, filter: string): Steps<readonly TreeNode[]> {
  const names = shortNames(view.snapshot.inventory.instances.map(({ key }) => key));
  const clusters: TreeNode[] = [];
  for (const cluster of view.clusters) {
    clusters.push(clusterNode(view, cluster, names));
    yield;
  }
  const nodes = [
    ...clusters,
    ...mirrorGroup(view.mirrors),
    ...serviceGroups(view.services),
    ...bastionGroup(view, names),
  ];
  const wanted = filter.trim().toLowerCase();
  const shown = wanted === '' ? nodes : nodes.flatMap((node) => matching(node, wanted));
  return shown.length === 0 ? [] : [...noticeNodes(view), ...shown];
}

/** The findings as a flat list, worst first. */
export function findingNodes(view: FleetView): readonly TreeNode[] {
  const names = shortNames(view.snapshot.inventory.instances.map(({ key }) => key));
  return view.findings.map((finding) => {
    const about = names[finding.subject] ?? finding.subject;
    const where =
      finding.connection === undefined || finding.connection === '' ? about : `${about} · ${finding.connection}`;
    return {
      id: `finding:${finding.subject}:${finding.connection ?? ''}:${finding.id}`,
      label: withoutCode(finding.title),
      description: where,
      state: finding.severity === 'info' ? undefined : finding.severity,
      ...(finding.severity === 'info' && { icon: 'info' }),
      get tooltip() {
        return findingTooltip(finding);
      },
      spoken: `${wordOf(finding.severity)}: ${withoutCode(finding.title)} ${where}`,
      contextValue: findingContext(finding),
      subject: { kind: 'finding', finding },
      expanded: false,
      children: [],
    };
  });
}

const isNewIdentity = ({ id }: Finding): boolean => id === 'instance.identityMismatch';

function findingContext(finding: Finding): string {
  return `finding${finding.runbook === undefined ? '' : ' runbook'}${isNewIdentity(finding) ? ' newIdentity' : ''}`;
}

function clusterNode(view: FleetView, cluster: ClusterView, names: Readonly<Record<string, string>>): TreeNode {
  const { name, production } = cluster.spec;
  const shown = new Set<string>();
  const children = cluster.roots.flatMap((key) => instanceNode(view, cluster, key, undefined, names, shown));
  // Whatever the nesting does not reach is still shown: a tree that loses an instance lies.
  for (const key of clusterKeys(cluster)) {
    if (!shown.has(key)) children.push(...instanceNode(view, cluster, key, undefined, names, shown));
  }
  const description = [production ? 'PROD' : '', clusterSummary(view, cluster)]
    .filter((part) => part !== '')
    .join(' · ');
  return {
    id: `cluster:${name}`,
    label: name,
    description,
    state: cluster.state,
    get tooltip() {
      return clusterTooltip(cluster);
    },
    spoken: t`cluster ${name}, ${production ? t`production, ` : ''}${wordOf(cluster.state)}, ${clusterSummary(view, cluster)}`,
    contextValue: production ? 'cluster production' : 'cluster',
    subject: { kind: 'cluster', name },
    expanded: true,
    children,
  };
}

/** `1 critical · 4 instances`, or `4 instances · lag 0.4 s` where all is well. */
function clusterSummary(view: FleetView, cluster: ClusterView): string {
  const members = clusterKeys(cluster).flatMap((key) => view.instances[key] ?? []);
  const count = members.length === 1 ? '1 instance' : t`${members.length} instances`;
  const troubled = (['unreachable', 'critical', 'denied', 'warning'] as const).flatMap((state) => {
    const number = members.filter((member) => member.state === state).length;
    return number === 0 ? [] : [`${number} ${wordOf(state)}`];
  });
  const own = cluster.findings.find(({ severity }) => severity !== 'info');
  if (own !== undefined) troubled.unshift(own.short);
  if (troubled.length > 0) return `${troubled.join(' · ')} · ${count}`;
  const lags = members.flatMap(({ connections }) => connections.flatMap(({ lagSeconds }) => lagSeconds ?? []));
  return lags.length === 0 ? count : t`${count} · lag ${formatSeconds(Math.max(...lags))}`;
}

function instanceNode(
  view: FleetView,
  cluster: ClusterView,
  key: string,
  parent: string | undefined,
  names: Readonly<Record<string, string>>,
  shown: Set<string>,
): TreeNode[] {
  const instance = view.instances[key];
  if (instance === undefined) return [];
  // A replica of two sources of one cluster stands under both; the second place needs an id of its own.
  const again = shown.has(key);
  shown.add(key);
  const place = `${cluster.spec.name}:${key}${again ? `@${parent ?? ''}` : ''}`;
  const replicas = again
    ? []
    : (cluster.replicasOf[key] ?? []).flatMap((replica) => instanceNode(view, cluster, replica, key, names, shown));
  const connections = connectionsUnder(view, instance, parent);
  const children = [...connectionNodes(place, instance, connections, parent), ...replicas];
  // VS Code keeps a leaf folded when it gets children. A new primary must not hide its replicas, so a node that has
  // children is another node than the leaf that it was.
  const id = `${children.length > 0 ? 'source' : 'instance'}:${place}`;
  const label = names[key] ?? key;
  const description = instanceDescription(instance, connections);
  return [
    {
      id,
      label,
      description,
      state: instance.state,
      get tooltip() {
        return instanceTooltip(instance);
      },
      spoken: `${label}, ${wordOf(instance.role)}, ${wordOf(instance.state)}, ${description}`,
      contextValue: `instance ${instance.role}${instance.findings.some(isNewIdentity) ? ' newIdentity' : ''}`,
      subject: { kind: 'instance', key },
      expanded: true,
      children,
    },
  ];
}

/** The worst problem in its shortest words; where there is none, `primary · eqiad · 10.11.19` or `0.4 s · codfw`. */
function instanceDescription(instance: InstanceView, shown: readonly ConnectionView[]): string {
  const { snapshot, spec, role, connections, findings } = instance;
  const worst = findings.find(({ severity }) => severity !== 'info');
  if (worst !== undefined) {
    // The state is that of all connections: where the one in trouble stands under another source, it is named.
    const { connection } = worst;
    const isElsewhere = connection !== undefined && !shown.some(({ status }) => status.name === connection);
    return isElsewhere ? `${connectionLabel(connection)}: ${worst.short}` : worst.short;
  }
  const by = sourceWords(instance);
  if (snapshot.reach.kind === 'pending')
    return by === undefined ? t`not read yet` : t`not polled, unknown to neighbours`;
  if (snapshot.reach.kind === 'failed') {
    return snapshot.reach.failure.reason === 'untrusted' ? t`not read: workspace not trusted` : t`not read`;
  }
  const version = /^[\d.]+/.exec(snapshot.reach.version)?.[0];
  if (role !== 'replica') return join(wordOf(role), spec.datacenter, version, by);
  const lags = connections.map(({ lagSeconds }) => lagSeconds);
  const known = lags.filter((lag) => lag !== undefined);
  const lag = known.length < lags.length || known.length === 0 ? t`lag unknown` : formatSeconds(Math.max(...known));
  return join(lag, delayWords(connections), spec.datacenter, by);
}

/** Who said so, where it was not the server itself. */
function sourceWords({ snapshot }: InstanceView): string | undefined {
  return snapshot.source === 'direct'
    ? undefined
    : `by ${snapshot.source === 'orchestrator' ? t`Orchestrator` : t`Prometheus`}`;
}

function delayWords(connections: readonly ConnectionView[]): string | undefined {
  const delay = Math.max(0, ...connections.map(({ status }) => status.delaySeconds));
  return delay === 0 ? undefined : t`delayed ${formatSeconds(delay)}`;
}

/**
 * A replica of several sources stands under each of them, there with the connection to that source. One to a source
 * under which it stands nowhere is shown at every place.
 */
function connectionsUnder(
  { clusters }: FleetView,
  { spec, connections }: InstanceView,
  parent: string | undefined,
): readonly ConnectionView[] {
  if (parent === undefined || connections.length < 2) return connections;
  const standsUnder = (source: string): boolean =>
    clusters.some(({ replicasOf }) => replicasOf[source]?.includes(spec.key) === true);
  return connections.filter(
    ({ sourceKey }) => sourceKey === undefined || sourceKey === parent || !standsUnder(sourceKey),
  );
}

const connectionLabel = (name: string): string => (name === '' ? '(default)' : name);

/** Connections are nodes where there is something to tell apart: several, or a name. */
function connectionNodes(
  place: string,
  instance: InstanceView,
  shown: readonly ConnectionView[],
  parent: string | undefined,
): TreeNode[] {
  const { connections, spec } = instance;
  if (connections.length < 2 && (connections[0]?.status.name ?? '') === '') return [];
  return shown.map((connection) => {
    const { status, state, source, sourceKey, lagSeconds } = connection;
    const worst = instance.findings.find(
      (finding) => finding.connection === status.name && finding.severity !== 'info',
    );
    const lag = lagSeconds === undefined ? t`lag unknown` : formatSeconds(lagSeconds);
    // The source that it stands under needs no naming.
    const from = parent !== undefined && sourceKey === parent ? undefined : t`from ${source}`;
    const description = worst?.short ?? join(lag, from);
    const label = connectionLabel(status.name);
    return {
      id: `connection:${place}:${status.name}`,
      label,
      description,
      state,
      ...(state === 'ok' && { icon: 'arrow-right' }),
      get tooltip() {
        return t`Replication connection **${escapeMarkdown(label)}** of ${code(spec.key)}, from ${code(source)}\n\nIO ${status.ioThread}, SQL ${status.sqlThread}, lag ${lag}`;
      },
      spoken: t`connection ${label} from ${source}, ${wordOf(state)}, ${description}`,
      contextValue: 'connection',
      subject: { kind: 'connection', key: spec.key, connection: status.name },
      expanded: false,
      children: [],
    };
  });
}

/** A node stays when it or something below it matches; below a matching node everything stays. */
function matching(node: TreeNode, wanted: string): TreeNode[] {
  const text = `${node.label} ${node.description} ${node.state ?? ''} ${node.subject.kind === 'instance' ? node.subject.key : ''}`;
  if (text.toLowerCase().includes(wanted)) return [node];
  const children = node.children.flatMap((child) => matching(child, wanted));
  return children.length === 0 ? [] : [{ ...node, children, expanded: true }];
}

function join(...parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined && part !== '').join(' · ');
}

function clusterTooltip({ spec, state, findings }: ClusterView): string {
  return [
    `**${escapeMarkdown(spec.name)}**${spec.production ? ' · PROD' : ''} · ${wordOf(state)}`,
    ...findings.map((finding) => `${wordOf(finding.severity)}: ${markdownOf(finding.title)}`),
  ].join('\n\n');
}

function instanceTooltip({ spec, snapshot, role, state, findings, connections }: InstanceView): string {
  const version = snapshot.reach.kind === 'answered' ? ` · ${escapeMarkdown(snapshot.reach.version)}` : '';
  return [
    `**${escapeMarkdown(spec.key)}** · ${wordOf(state)}`,
    `${wordOf(role)}${spec.datacenter === undefined ? '' : ` · ${escapeMarkdown(spec.datacenter)}`}${version}`,
    ...(spec.via === undefined ? [] : [t`through ${escapeMarkdown(spec.via)}`]),
    ...connections.map(
      ({ status, source, lagSeconds }) =>
        t`from ${escapeMarkdown(source)}: IO ${status.ioThread}, SQL ${status.sqlThread}, lag ${lagSeconds === undefined ? t`unknown` : formatSeconds(lagSeconds)}`,
    ),
    ...findings.map(findingTooltip),
    ...(snapshot.at === undefined
      ? []
      : [t`${snapshot.source === 'direct' ? t`Read` : t`Seen`} at ${snapshot.at.slice(11, 19)} UTC`]),
    ...(snapshot.source === 'direct'
      ? []
      : [t`Not read directly: the fleet is larger than \`replideck.directPollLimit\`. Open its panel to read it.`]),
  ].join('\n\n');
}
