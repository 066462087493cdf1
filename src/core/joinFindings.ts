import { addTo } from './addTo';
import { clusterKeys } from './clusterKeys';
import type {
  ClusterView,
  ConnectionView,
  FleetView,
  InstanceView,
  LinkedConnection,
  LinkedFleet,
  LinkedInstance,
  MirrorView,
  ServiceView,
} from './fleetView';
import type { Finding, Severity } from './findings/finding';
import type { LinkedMirror } from './mirror/model';
import type { EtcdFailure } from './mirror/reading';
import type { ReachFailure } from './replication/reading';
import type { State } from './report';
import { pictureOf, placeOfService, serviceShort, serviceState } from './services/linkServices';
import { bastionViews } from './ssh/bastionViews';
import { finish, stepwise, type Steps } from './steps';

/** The linked fleet with what was found about it, each subject with its state. */
export function joinFindings(fleet: LinkedFleet, findings: readonly Finding[]): FleetView {
  return finish(joinFindingsSteps(fleet, findings));
}

export function* joinFindingsSteps(fleet: LinkedFleet, findings: readonly Finding[]): Steps<FleetView> {
  const sorted = [...findings].sort(compareFindings);
  yield;
  const bySubject = new Map<string, Finding[]>();
  for (const finding of sorted) addTo(bySubject, finding.subject, finding);
  const instances: Record<string, InstanceView> = {};
  yield* stepwise(Object.entries(fleet.instances), ([key, instance]) => {
    const own = bySubject.get(key) ?? [];
    instances[key] = {
      ...instance,
      state: instanceState(instance, own),
      connections: instance.connections.map((connection): ConnectionView => ({
        ...connection,
        state: connectionState(connection, own),
      })),
      findings: own,
    };
  });
  const clusters: ClusterView[] = [];
  yield* stepwise(fleet.clusters, (cluster) => {
    const own = bySubject.get(`cluster:${cluster.spec.name}`) ?? [];
    const keys = clusterKeys(cluster);
    const states = keys.flatMap((key) => instances[key]?.state ?? []);
    clusters.push({ ...cluster, state: clusterState(states, worstOf(own)), findings: own });
  });
  const mirrors = fleet.mirrors.map((mirror): MirrorView => {
    const own = bySubject.get(mirror.key) ?? [];
    return { ...mirror, state: mirrorState(mirror, own), findings: own };
  });
  const services = fleet.services.map((service): ServiceView => {
    const own = bySubject.get(service.key) ?? [];
    const picture = pictureOf(service);
    const state = serviceState(service, picture, worstOf(own));
    const place = placeOfService(service);
    const worst = own.find(({ severity }) => severity !== 'info');
    const short = worst?.short ?? serviceShort(service, picture);
    return { ...service, state, findings: own, place, short, ...(picture === undefined ? {} : { picture }) };
  });
  const bastions = bastionViews(instances, services);
  return { snapshot: fleet.snapshot, clusters, instances, mirrors, services, bastions, findings: sorted };
}

/** Worst first, then by subject, connection and id, so that the order never depends on the order of the rules. */
export function compareFindings(a: Finding, b: Finding): number {
  return (
    severityRank(a.severity) - severityRank(b.severity) ||
    compareText(a.subject, b.subject) ||
    compareText(a.connection ?? '', b.connection ?? '') ||
    Number(hasClock(b)) - Number(hasClock(a)) ||
    compareText(a.id, b.id)
  );
}

/** Whether the account was refused, or nothing came back at all, or nobody asked. */
export function failureState(reason: ReachFailure['reason']): State {
  switch (reason) {
    case 'accessDenied':
    case 'accountLocked':
    case 'passwordExpired':
    case 'authPlugin':
    case 'hostNotAllowed':
      return 'denied';
    case 'refused':
    case 'noRoute':
    case 'unknownHost':
    case 'timedOut':
    case 'hung':
    case 'lost':
    case 'tooManyConnections':
    case 'tlsFailed':
    case 'tunnelFailed':
    case 'notMysql':
    case 'other':
      return 'unreachable';
    // These end on our side, before any server was asked.
    case 'credentialsMissing':
    case 'cancelled':
    case 'untrusted':
      return 'unknown';
  }
}

function instanceState({ snapshot }: LinkedInstance, findings: readonly Finding[]): State {
  switch (snapshot.reach.kind) {
    case 'pending':
      return 'unknown';
    case 'failed':
      return failureState(snapshot.reach.failure.reason);
    case 'answered':
      break;
  }
  const { replication, server } = snapshot;
  if (replication.kind === 'denied' || server.kind === 'denied') {
    return 'denied';
  }
  const worst = worstOf(findings);
  if (worst !== 'ok') {
    return worst;
  }
  // What could not be read cannot be well.
  return replication.kind === 'read' && server.kind === 'read' ? 'ok' : 'unknown';
}

function mirrorState({ snapshot, comparison }: LinkedMirror, findings: readonly Finding[]): State {
  if (snapshot.reach.kind === 'pending') return 'unknown';
  if (snapshot.reach.kind === 'failed') return etcdFailureState(snapshot.reach.failure.reason);
  const { source, destination } = snapshot;
  for (const side of [source, destination]) {
    if (side.kind === 'failed') return etcdFailureState(side.failure.reason);
  }
  const worst = worstOf(findings);
  if (worst !== 'ok') return worst;
  if (source.kind !== 'read' || destination.kind !== 'read') return 'unknown';
  // make-mirror keeps no index: only its contents can tell.
  return destination.value.indexKey.kind === 'read' || comparison !== undefined ? 'ok' : 'unknown';
}

/** As `failureState`: refused, or nothing came back that is etcd's, or nobody asked. */
function etcdFailureState(reason: EtcdFailure['reason']): State {
  switch (reason) {
    case 'authRequired':
    case 'readOnly':
      return 'denied';
    case 'credentialsMissing':
    case 'cancelled':
    case 'untrusted':
      return 'unknown';
    case 'refused':
    case 'noRoute':
    case 'unknownHost':
    case 'timedOut':
    case 'hung':
    case 'lost':
    case 'tlsFailed':
    case 'tunnelFailed':
    case 'tooLarge':
    case 'redirected':
    case 'apiDisabled':
    case 'notEtcd':
    case 'serverError':
    case 'other':
      return 'unreachable';
  }
}

function connectionState({ status }: LinkedConnection, findings: readonly Finding[]): State {
  const worst = worstOf(findings.filter((finding) => finding.connection === status.name));
  if (worst !== 'ok') {
    return worst;
  }
  const threads = [status.ioThread, status.sqlThread];
  if (threads.includes('unknown')) {
    return 'unknown';
  }
  // A thread that does not run is never well, also where no rule has a name for it.
  return threads.every((thread) => thread === 'running') ? 'ok' : 'warning';
}

/**
 * The worst. One server that does not answer makes the cluster critical, one refused account a warning; `unreachable`
 * and `denied` are said of a cluster only where no instance of it can be read for that reason.
 */
function clusterState(instances: readonly State[], own: State): State {
  const [first] = instances;
  // A cluster that lists nobody is not a healthy one: nothing is known of it.
  if (first === undefined && own === 'ok') return 'unknown';
  if (first !== undefined && instances.every((state) => state === first) && own === 'ok') {
    return first;
  }
  const states = [...instances.map(amongOthers), own];
  return stateOrder.find((state) => states.includes(state)) ?? 'ok';
}

const stateOrder: readonly State[] = ['critical', 'warning', 'unknown', 'ok'];

function amongOthers(state: State): State {
  switch (state) {
    case 'unreachable':
      return 'critical';
    case 'denied':
      return 'warning';
    case 'critical':
    case 'warning':
    case 'unknown':
    case 'ok':
      return state;
  }
}

/** Info does not count. */
function worstOf(findings: readonly Finding[]): 'critical' | 'warning' | 'ok' {
  const severities = findings.map((finding) => finding.severity);
  return severities.includes('critical') ? 'critical' : severities.includes('warning') ? 'warning' : 'ok';
}

function severityRank(severity: Severity): number {
  return ['critical', 'warning', 'info'].indexOf(severity);
}

/** Of equals the one with a time limit is what the operator has to see first. */
function hasClock({ id }: Finding): boolean {
  return id === 'mirror.windowShrinking' || id === 'mirror.windowLost';
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
