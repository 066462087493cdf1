import type { Finding } from './findings/finding';
import type { ConnectionView, FleetView, InstanceView, MirrorView, ServiceView } from './fleetView';
import { clusterKeys } from './clusterKeys';
import type { MirrorComparison } from './mirror/model';
import type { FindingReport, FleetReport, InstanceReport, MirrorReport } from './report';
import { serviceDetail } from './services/linkServices';

type ServiceReport = FleetReport['services'][number];

/**
 * The view as the API hands it out: plain JSON, keys without a value left out.
 * @param takenAt ISO 8601, UTC.
 */
export function toFleetReport(view: FleetView, takenAt: string = view.snapshot.takenAt): FleetReport {
  return {
    takenAt,
    clusters: view.clusters.map((cluster) => ({
      name: cluster.spec.name,
      production: cluster.spec.production,
      instances: clusterKeys(cluster).flatMap((key) => {
        const instance = view.instances[key];
        return instance === undefined ? [] : [toInstanceReport(instance)];
      }),
    })),
    mirrors: view.mirrors.map(toMirrorReport),
    services: view.services.map(toServiceReport),
    findings: view.findings.map(toFindingReport),
  };
}

function toInstanceReport({ spec, snapshot, state, role, connections }: InstanceView): InstanceReport {
  const facts = snapshot.server.kind === 'read' ? snapshot.server.value : undefined;
  const version = facts?.version ?? (snapshot.reach.kind === 'answered' ? snapshot.reach.version : undefined);
  return {
    key: spec.key,
    state,
    role,
    ...(spec.datacenter === undefined ? {} : { datacenter: spec.datacenter }),
    ...(version === undefined ? {} : { version }),
    ...(facts?.serverId === undefined ? {} : { serverId: facts.serverId }),
    ...(facts?.readOnly === undefined ? {} : { readOnly: facts.readOnly }),
    connections: connections.map(toConnectionReport),
  };
}

function toConnectionReport({
  status,
  source,
  lagSeconds,
  lagFrom,
}: ConnectionView): InstanceReport['connections'][number] {
  return {
    name: status.name,
    source,
    io: status.ioThread,
    sql: status.sqlThread,
    ...(lagSeconds === undefined ? {} : { lagSeconds }),
    ...(lagFrom === undefined ? {} : { lagFrom }),
  };
}

function toMirrorReport({ spec, state, distance, comparison }: MirrorView): MirrorReport {
  const { sourceIndex, replicatedIndex, gap, headroom, minutesToLoss } = distance;
  return {
    name: spec.name,
    api: spec.api,
    state,
    ...(sourceIndex === undefined ? {} : { sourceIndex }),
    ...(replicatedIndex === undefined ? {} : { replicatedIndex }),
    ...(gap === undefined ? {} : { gap }),
    ...(headroom === undefined ? {} : { headroom }),
    ...(minutesToLoss === undefined ? {} : { minutesToLoss }),
    ...(comparison === undefined ? {} : { drift: toDrift(comparison) }),
  };
}

function toDrift({ compared, missing, extra, different, at }: MirrorComparison): NonNullable<MirrorReport['drift']> {
  return { compared, missing, extra, different, comparedAt: at };
}

function toServiceReport(service: ServiceView): ServiceReport {
  return { kind: service.kind, name: service.name, state: service.state, detail: serviceDetail(service) };
}

function toFindingReport(finding: Finding): FindingReport {
  const { id, severity, subject, connection, title, evidence, remedy, avoid, runbook } = finding;
  return {
    id,
    severity,
    subject,
    ...(connection === undefined ? {} : { connection }),
    title,
    evidence: evidence.map(({ measured, source, at }) => ({ measured, source, at })),
    remedy,
    ...(avoid === undefined ? {} : { avoid }),
    ...(runbook === undefined ? {} : { runbook }),
  };
}
