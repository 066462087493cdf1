import type { Finding } from './findings/finding';
import type { ConnectionView, FleetView, InstanceView, MirrorView } from './fleetView';
import type { Inventory } from './inventory/model';
import { clusterKeys } from './clusterKeys';
import type { MirrorComparison } from './mirror/model';
import type { FindingReport, FleetReport, InstanceReport, MirrorReport } from './report';

type ServiceReport = FleetReport['services'][number];

/**
 * The view as the API hands it out: plain JSON, keys without a value left out.
 * @param takenAt ISO 8601, UTC.
 */
export function toFleetReport(view: FleetView, takenAt: string = view.snapshot.takenAt): FleetReport {
  const { inventory } = view.snapshot;
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
    services: toServices(inventory),
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

/** Named by the inventory, read by nobody yet: unknown, and not well. */
function toServices(inventory: Inventory): ServiceReport[] {
  const services = (kind: ServiceReport['kind'], named: readonly { readonly name: string }[]): ServiceReport[] =>
    named.map(({ name }) => ({ kind, name, state: 'unknown', detail: { note: 'Not read by this version.' } }));
  return [
    ...services('orchestrator', inventory.orchestrators),
    ...services('prometheus', inventory.prometheus),
    ...services('backups', inventory.backups),
    ...services('pipeline', inventory.pipelines),
    ...services('burrow', inventory.burrow),
  ];
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
