import { type ClusterView, type ConnectionView, type InstanceView } from '../../../core/fleetView';
import { assertNever } from '../../../core/outcome';
import { type ReachFailure } from '../../../core/replication/reading';
import { type Names, nameOf } from './names';
import { formatCount, formatSeconds } from '../../../core/words';
import { t } from '../../../core/l10n';

/** One sentence on how an instance stands. The findings say why. */
export function instanceSummary(names: Names, instance: InstanceView): string {
  const { snapshot, connections, replicas, role } = instance;
  if (snapshot.reach.kind === 'pending') return t`Not read yet.`;
  if (snapshot.reach.kind === 'failed') return reachSentence(snapshot.reach.failure, instance.spec.timeoutSeconds);
  if (connections.length > 0) return connectionsSentence(names, connections);
  switch (snapshot.replication.kind) {
    case 'denied':
      return t`Answers, but our account may not read its replication status.`;
    case 'failed':
      return t`Answers, but its replication status could not be read.`;
    case 'notAsked':
      return t`Answers; its replication status was not asked for.`;
    case 'read':
      return replicas.length > 0 || role === 'primary'
        ? t`${role === 'primary' ? t`Primary` : t`Source`} of ${formatCount(replicas.length, 'known replica')}, ${writableWord(instance)}.`
        : t`Not configured as a replica, and no replica of it is known.`;
    default:
      return assertNever(snapshot.replication);
  }
}

export function clusterSummary(names: Names, cluster: ClusterView, instances: readonly InstanceView[]): string {
  const total = formatCount(instances.length, 'instance');
  const words = [
    [instances.filter(({ state }) => state === 'critical').length, t`critical`],
    [instances.filter(({ state }) => state === 'unreachable').length, t`without an answer`],
    [instances.filter(({ state }) => state === 'warning').length, t`with a warning`],
    [instances.filter(({ state }) => state === 'denied').length, t`denied to our account`],
    [instances.filter(({ state }) => state === 'unknown').length, t`unknown`],
  ] as const;
  const troubles = words.filter(([count]) => count > 0).map(([count, word]) => `${count} ${word}`);
  const verdict =
    troubles.length > 0 ? troubles.join(', ') : cluster.findings.length > 0 ? t`each well by itself` : t`all well`;
  return `${total}: ${verdict}. ${worstLag(names, instances)}`.trim();
}

function worstLag(names: Names, instances: readonly InstanceView[]): string {
  let worst: { readonly key: string; readonly seconds: number } | undefined;
  let unknown = 0;
  for (const { spec, connections } of instances) {
    for (const { lagSeconds } of connections) {
      if (lagSeconds === undefined) unknown += 1;
      else if (worst === undefined || lagSeconds > worst.seconds) worst = { key: spec.key, seconds: lagSeconds };
    }
  }
  if (worst === undefined) return unknown > 0 ? t`No lag is known.` : '';
  const rest = unknown > 0 ? t`; ${formatCount(unknown, 'lag')} unknown` : '';
  return t`Largest lag ${formatSeconds(worst.seconds)} (${nameOf(names, worst.key)})${rest}.`;
}

function connectionsSentence(names: Names, connections: readonly ConnectionView[]): string {
  const broken = connections.filter(({ status }) => status.ioThread !== 'running' || status.sqlThread !== 'running');
  const running = connections.filter((connection) => !broken.includes(connection));
  const parts = [
    ...broken.map(
      ({ source, sourceKey, status }) =>
        t`Replication from ${nameOf(names, sourceKey ?? source)} does not run: IO ${status.ioThread}, SQL ${status.sqlThread}.`,
    ),
    ...(running.length === 0
      ? []
      : [t`Replicates from ${listWords(running.map((connection) => sourceWithLag(names, connection)))}.`]),
  ];
  return parts.join(' ');
}

function sourceWithLag(names: Names, { source, sourceKey, lagSeconds, status }: ConnectionView): string {
  const lag = lagSeconds === undefined ? t`lag unknown` : t`${formatSeconds(lagSeconds)} behind`;
  const delay = status.delaySeconds > 0 ? t` its delay of ${formatSeconds(status.delaySeconds)}` : '';
  return `${nameOf(names, sourceKey ?? source)} (${lag}${lagSeconds === undefined ? '' : delay})`;
}

function listWords(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : t`${words.slice(0, -1).join(', ')} and ${words.at(-1) ?? ''}`;
}

function writableWord({ snapshot }: InstanceView): string {
  const readOnly = snapshot.server.kind === 'read' ? snapshot.server.value.readOnly : undefined;
  if (readOnly === undefined) return t`writable or not is unknown`;
  return readOnly ? 'read-only' : 'writable';
}

function reachSentence({ reason, text }: ReachFailure, timeoutSeconds: number): string {
  switch (reason) {
    case 'refused':
      return t`The connection was refused: nothing listens there, or a firewall turns us away.`;
    case 'noRoute':
      return t`There is no network route to this host.`;
    case 'unknownHost':
      return t`The host name does not resolve.`;
    case 'timedOut':
      return t`No answer to the connection attempt within ${formatSeconds(timeoutSeconds)}.`;
    case 'hung':
      return t`The connection opened, and then no answer came within ${formatSeconds(timeoutSeconds)}.`;
    case 'lost':
      return t`The connection broke before the answer was complete.`;
    case 'accessDenied':
      return t`The server refused our account.`;
    case 'accountLocked':
      return t`Our account is locked on this server.`;
    case 'passwordExpired':
      return t`The password of our account has expired on this server.`;
    case 'authPlugin':
      return t`The server wants a way of logging in that we do not speak.`;
    case 'hostNotAllowed':
      return t`The server does not let this host connect.`;
    case 'tooManyConnections':
      return t`The server has no connection left for us.`;
    case 'tlsFailed':
      return t`No TLS connection that the inventory would accept could be made.`;
    case 'credentialsMissing':
      return t`The credentials for this server could not be had on our side.`;
    case 'tunnelFailed':
      return t`The tunnel to this server could not be opened.`;
    case 'notMysql':
      return t`What answers there does not speak the MySQL protocol.`;
    case 'cancelled':
      return t`The reading was cancelled.`;
    case 'untrusted':
      return t`Not read: this workspace is not trusted, and only it names this host.`;
    case 'other':
      return t`The server could not be read: ${text}`;
    default:
      return assertNever(reason);
  }
}
