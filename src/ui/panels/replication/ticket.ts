import { clusterKeys } from '../../../core/clusterKeys';
import { type ConnectionView, type FleetView, type InstanceView, type MirrorView } from '../../../core/fleetView';
import { type MirrorComparison } from '../../../core/mirror/model';
import { type Finding } from '../../../core/findings/finding';
import { type Subject } from '../../../protocol/replicationPanel';
import { code } from '../../../core/findings/phrase';
import { redact } from '../../../core/redact';
import { formatSeconds, wordOf } from '../../../core/words';
import { cell, fence, literal, prose, steps } from '../../../core/markdown';
import { shortVersion } from './shortVersion';
import { clusterSummary, instanceSummary } from './summary';
import { t } from '../../../core/l10n';

/** What is wrong with the subject as Markdown for a ticket: findings with evidence, then the state of replication. */
export function renderTicket(view: FleetView, subject: Subject): string {
  return `${redact(
    sections(view, subject)
      .filter((section) => section !== '')
      .join('\n\n'),
  )}\n`;
}

/** How a mirror stands, what is wrong with it and where its contents differ, as Markdown for a ticket. */
export function renderMirrorTicket(view: FleetView, name: string): string {
  const mirror = view.mirrors.find(({ spec }) => spec.name === name);
  if (mirror === undefined) return t`# Mirror ${literal(name)}\n\nThe inventory no longer names it.\n`;
  const { spec, state, snapshot, findings, comparison } = mirror;
  return `${redact(
    [
      t`# Mirror ${literal(name)} (etcd ${spec.api}): ${state}`,
      `${literal(spec.source)} ${code(spec.sourcePrefix)} → ${literal(spec.destination)} ${code(spec.destinationPrefix)}`,
      t`As of ${snapshot.at ?? view.snapshot.takenAt}.`,
      renderDistance(mirror),
      ...findings.map((finding) => renderFinding(finding, false)),
      comparison === undefined ? t`The contents were not compared yet.` : renderComparison(comparison),
    ]
      .filter((section) => section !== '')
      .join('\n\n'),
  )}\n`;
}

function renderDistance({ distance }: MirrorView): string {
  const { sourceIndex, replicatedIndex, gap, headroom, eventsPerSecond, appliedPerSecond, minutesToLoss } = distance;
  const figure = (value: number | undefined, unit = ''): string =>
    value === undefined ? t`unknown` : `${value}${unit}`;
  const rate = (value: number | undefined): string => (value === undefined ? t`unknown` : `${value.toFixed(2)}/s`);
  if (gap === undefined) return '';
  return [
    t`| source index | replicated | gap | left of 1000 | events | applied | window lost in |`,
    '|--:|--:|--:|--:|--:|--:|--:|',
    `| ${[
      figure(sourceIndex),
      figure(replicatedIndex),
      figure(gap),
      figure(headroom),
      rate(eventsPerSecond),
      rate(appliedPerSecond),
      minutesToLoss === undefined ? '–' : formatSeconds(Math.round(minutesToLoss * 60)),
    ].join(' | ')} |`,
  ].join('\n');
}

/** Of one text of a server; nobody reads more in a ticket. */
const evidenceLength = 20_000;
/** A ticket that lists more than this is read by nobody. */
const shownDifferences = 200;

function renderComparison({ compared, missing, extra, different, pending, at, items }: MirrorComparison): string {
  const counts = t`${compared} keys compared at ${at}: ${missing} missing, ${extra} extra, ${different} different, ${pending} on the way.`;
  if (items.length === 0) return `## Contents\n\n${counts}`;
  const rows = items
    .slice(0, shownDifferences)
    .map(({ key, kind, why }) => `| ${[key, kind, why].map(cell).join(' | ')} |`);
  const rest = missing + extra + different - rows.length;
  return [
    '## Contents',
    counts,
    [t`| key | | how it can have come about |`, '|---|---|---|', ...rows].join('\n'),
    ...(rest > 0 ? [t`And ${rest} more.`] : []),
  ].join('\n\n');
}

function sections(view: FleetView, subject: Subject): readonly string[] {
  if (subject.kind === 'cluster') {
    const cluster = view.clusters.find(({ spec }) => spec.name === subject.name);
    if (cluster === undefined) return [t`# Cluster ${literal(subject.name)}`, t`The inventory no longer names it.`];
    const keys = clusterKeys(cluster);
    const instances = keys.flatMap((key) => view.instances[key] ?? []);
    const about = new Set([`cluster:${subject.name}`, ...keys]);
    return [
      t`# Cluster ${literal(subject.name)}${cluster.spec.production ? t` (production)` : ''}`,
      // Whole host names: who reads a ticket need not know our short ones.
      prose(clusterSummary({}, cluster, instances)),
      t`As of ${view.snapshot.takenAt}.`,
      ...view.findings.filter((finding) => about.has(finding.subject)).map((finding) => renderFinding(finding, true)),
      renderConnections(instances),
    ];
  }
  const instance = view.instances[subject.key];
  if (instance === undefined) return [`# ${literal(subject.key)}`, t`The inventory no longer names it.`];
  const production = view.clusters.some(
    (cluster) => cluster.spec.production && clusterKeys(cluster).includes(subject.key),
  );
  return [
    `# ${literal(subject.key)}${production ? ' (production)' : ''}`,
    prose(instanceSummary({}, instance)),
    literal(identityLine(instance)),
    t`As of ${instance.snapshot.at ?? view.snapshot.takenAt}.`,
    ...instance.findings.map((finding) => renderFinding(finding, false)),
    renderConnections([instance]),
  ];
}

function identityLine({ role, spec, snapshot }: InstanceView): string {
  const server = snapshot.server.kind === 'read' ? snapshot.server.value : undefined;
  return [
    t`Role ${wordOf(role)}`,
    t`cluster ${spec.clusters.join(', ')}`,
    ...(spec.datacenter === undefined ? [] : [t`data centre ${spec.datacenter}`]),
    ...(snapshot.reach.kind === 'answered' ? [`${snapshot.reach.flavor} ${shortVersion(snapshot.reach.version)}`] : []),
    ...(server?.serverId === undefined ? [] : [`server_id ${server.serverId}`]),
  ].join(', ');
}

function renderFinding(
  { severity, title, subject, connection, evidence, remedy, avoid, id, runbook }: Finding,
  named: boolean,
): string {
  const where = [
    ...(named ? [subject] : []),
    ...(connection === undefined || connection === '' ? [] : [t`connection ${connection}`]),
  ];
  return [
    `## ${severity}: ${prose(title)}${where.length === 0 ? '' : ` (${literal(where.join(', '))})`}`,
    t`Finding \`${id}\`.`,
    ...evidence.map(
      ({ measured, source, at }) => `${fence(measured, 'text', evidenceLength)}\n${literal(source)}, ${at}`,
    ),
    `**Do.**${steps(remedy)}`,
    ...(avoid === undefined ? [] : [`✗ ${prose(avoid)}`]),
    ...(runbook === undefined ? [] : [t`Runbook: ${runbook}`]),
  ].join('\n\n');
}

function renderConnections(instances: readonly InstanceView[]): string {
  const all = instances.flatMap(({ spec, connections }) =>
    connections.map((connection) => ({ key: spec.key, connection })),
  );
  if (all.length === 0) return '';
  const table = [
    '| replica | connection | source | IO | SQL | lag | GTID difference |',
    '|---|---|---|---|---|---|---|',
    ...all.map(({ key, connection }) => `| ${connectionCells(key, connection).map(cell).join(' | ')} |`),
  ].join('\n');
  const errors = all.flatMap(({ key, connection: { status } }) =>
    [['IO', status.ioError] as const, ['SQL', status.sqlError] as const].flatMap(([thread, error]) =>
      error === undefined
        ? []
        : [
            t`Last ${thread} error of ${literal([key, status.name].filter((part) => part !== '').join(', '))}:\n\n${fence(`${error.errno} ${error.text}`, 'text', evidenceLength)}`,
          ],
    ),
  );
  return ['## Replication', table, ...errors].join('\n\n');
}

function connectionCells(key: string, { status, source, lagSeconds, lagFrom, gtidDistance }: ConnectionView): string[] {
  return [
    key,
    status.name === '' ? 'default' : status.name,
    source,
    status.ioThread,
    status.sqlThread,
    lagSeconds === undefined
      ? t`unknown`
      : `${formatSeconds(lagSeconds)}${lagFrom === undefined ? '' : ` (${lagFrom})`}`,
    gtidDistance ?? t`unknown`,
  ];
}
