import { failed, ok } from '../outcome';
import type { PipelineSpec } from '../inventory/model';
import type { ReachFailure } from '../replication/reading';
import type { State } from '../report';
import type { ServiceFailure, ServiceItem, ServicePicture, ServiceType } from '../services/model';
import { formatCount, formatSeconds } from '../words';
import { instantWords, judgeTable } from './judgePipeline';
import type { PipelineFacts, PipelineSide, PipelineTable, TableSide } from './model';
import { bucketSeconds, formatBucket } from './timeFormat';
import { toPipelineFacts } from './toPipelineFacts';
import { t } from '../l10n';

/** Copies that do not go through replication. */
export const pipelineType: ServiceType<'pipeline'> = {
  kind: 'pipeline',
  word: 'Pipeline',
  place: ({ source, replica, tables }) => `${tables}, ${source} → ${replica}`,
  toFacts: (answers, spec) => {
    const { source, replica } = answers;
    // Neither side says anything: that is what both have to say.
    if (source.kind === 'failed' && replica.kind === 'failed') {
      return failed({ failure: toFailure(source.failure), request: t`${spec.source} and ${spec.replica}` });
    }
    return ok(toPipelineFacts(answers, spec));
  },
  picture,
  detail: ({ tables, leftOut, source, replica }) => ({
    source: sideDetail(source),
    replica: sideDetail(replica),
    leftOut,
    tables: tables.map(({ buckets, fewer, more, source: here, replica: there, ...table }) => ({
      ...table,
      source: tableDetail(here),
      replica: tableDetail(there),
      differs: fewer.map(({ startMs, ...pair }) => ({ start: new Date(startMs).toISOString(), ...pair })),
      moreAtReplica: more.length,
      buckets: buckets.length,
    })),
  }),
};

function toFailure({ reason, text }: ReachFailure): ServiceFailure {
  switch (reason) {
    case 'accessDenied':
    case 'accountLocked':
    case 'passwordExpired':
    case 'authPlugin':
    case 'hostNotAllowed':
      return { reason: 'denied', text };
    case 'tooManyConnections':
    case 'notMysql':
      return { reason: 'other', text };
    default:
      return { reason, text };
  }
}

function sideDetail(side: PipelineSide): object {
  if (side.kind === 'answered') return { kind: side.kind };
  return { kind: side.kind, text: side.kind === 'failed' ? side.failure.text : side.text };
}

function tableDetail(side: TableSide): object {
  return side.kind === 'read' && side.newestMs !== undefined
    ? { kind: side.kind, newest: new Date(side.newestMs).toISOString() }
    : { kind: side.kind };
}

function picture({ tables, leftOut }: PipelineFacts, spec: PipelineSpec, at: string): ServicePicture {
  const lags = tables.flatMap(({ lagSeconds }) => lagSeconds ?? []);
  const lag =
    lags.length < tables.length || lags.length === 0 ? t`lag unknown` : t`lag ${formatSeconds(Math.max(...lags))}`;
  const allAtRest = tables.length > 0 && tables.every(({ isAtRest }) => isAtRest);
  return {
    short: `${formatCount(tables.length, 'table')} · ${lag}`,
    lines: leftOut === 0 ? [] : [t`${formatCount(leftOut, 'more table')} fit the pattern and were left out.`],
    items: tables.map((table) => tableItem(table, spec, allAtRest, at)),
  };
}

function tableItem(table: PipelineTable, spec: PipelineSpec, allAtRest: boolean, at: string): ServiceItem {
  const { name, lagSeconds, isAtRest, silentSeconds, source, replica } = table;
  const problems = judgeTable(table, spec, allAtRest, at);
  const [worst] = [...problems].sort((a, b) => rank(a.id) - rank(b.id));
  const state: State =
    worst === undefined
      ? lagSeconds === undefined
        ? 'unknown'
        : 'ok'
      : worst.id === 'pipeline.behind' || worst.id === 'pipeline.gap'
        ? 'critical'
        : worst.id === 'pipeline.unreadable'
          ? 'unknown'
          : 'warning';
  const rest = isAtRest && silentSeconds !== undefined ? t` · at rest for ${formatSeconds(silentSeconds)}` : '';
  const lag = lagSeconds === undefined ? t`lag unknown` : t`lag ${formatSeconds(lagSeconds)}${rest}`;
  return {
    ...{ id: name, label: name, description: worst?.short ?? lag, state },
    lines: [
      t`Newest at the source ${newestWords(source)}, at the replica ${newestWords(replica)}: ${lag}`,
      ...problems.flatMap(({ evidence }) => evidence.map(({ measured }) => measured)),
      ...bucketTable(table, spec),
    ],
  };
}

function rank(id: string): number {
  return ['pipeline.gap', 'pipeline.behind', 'pipeline.silent', 'pipeline.unreadable'].indexOf(id);
}

function newestWords(side: TableSide): string {
  if (side.kind !== 'read') return 'unknown';
  return side.newestMs === undefined ? 'none' : instantWords(side.newestMs);
}

const shownBuckets = 12;
const barWidth = 12;

/**
 * Both counts side by side around the first difference; where there is none, the last ones. Empty buckets stand there
 * like all others.
 */
export function bucketTable(
  { buckets, fewer, more }: PipelineTable,
  { bucket }: Pick<PipelineSpec, 'bucket'>,
): readonly string[] {
  if (buckets.length === 0) return [];
  const differing = new Set([...fewer, ...more].map(({ startMs }) => startMs));
  const first = buckets.findIndex(({ startMs }) => differing.has(startMs));
  const from = first < 0 ? Math.max(0, buckets.length - shownBuckets) : Math.max(0, first - 2);
  const shown = buckets.slice(from, from + shownBuckets);
  const largest = Math.max(1, ...shown.flatMap(({ source, replica }) => [source ?? 0, replica ?? 0]));
  const cell = (count: number | undefined): string =>
    `${'█'.repeat(Math.ceil(((count ?? 0) / largest) * barWidth)).padEnd(barWidth)} ${(count === undefined ? '?' : String(count)).padStart(7)}`;
  const head =
    first < 0
      ? t`Rows per ${bucket}, source and replica:`
      : t`Rows per ${bucket}, source and replica, from where they differ first:`;
  const left = buckets.length - from - shown.length;
  return [
    head,
    ...shown.map(({ startMs, source, replica, isSettled }) => {
      const mark = differing.has(startMs) ? '≠' : isSettled ? '=' : '…';
      return `\`${formatBucket(startMs, bucket)}  ${cell(source)} ${mark} ${cell(replica)}\``;
    }),
    ...(left > 0
      ? [t`${formatCount(left, 'later bucket')} of ${formatSeconds(bucketSeconds[bucket])} not shown.`]
      : []),
  ];
}
