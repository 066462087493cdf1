import type { PipelineSpec } from '../inventory/model';
import type { Answer } from '../replication/reading';
import type { BucketPair, PipelineFacts, PipelineSide, PipelineTable, TableSide } from './model';
import { countWindow, fittingTables, newestOf, parsePattern, whyNotAsked } from './planTables';
import type { PipelineAnswers, PipelineSideReading } from './reading';
import { bucketSeconds, parseBucket, parseInstant, type Bucket, type TimeFormat } from './timeFormat';
import { t } from '../l10n';

/** Rows come in batches of up to five minutes, and late ones with the next: a bucket is not judged before that. */
const settleSeconds = 600;
/** Beyond this a table is at rest, unless nothing else of the pipeline moves either. */
const restSeconds = 7 * 86_400;

type Spec = Pick<PipelineSpec, 'tables' | 'timeFormat' | 'bucket' | 'maxLagSeconds'>;

/** One poll in our words. Each side, and each table, keeps its own fate. */
export function toPipelineFacts({ source, replica, leftOut }: PipelineAnswers, spec: Spec): PipelineFacts {
  return {
    source: toSide(source),
    replica: toSide(replica),
    tables: tableNames([source, replica], spec).map((name) => toTable(name, source, replica, spec)),
    leftOut,
  };
}

function toSide(side: PipelineSideReading): PipelineSide {
  if (side.kind === 'failed') return side;
  const { columns } = side;
  switch (columns.kind) {
    case 'rows':
      return { kind: 'answered' };
    case 'error': {
      const { statement, at, errno, text } = columns;
      return { kind: 'unlisted', statement, at, errno, text };
    }
    case 'timedOut': {
      const { statement, at, timeoutMs } = columns;
      return { kind: 'unlisted', statement, at, text: noAnswer(timeoutMs) };
    }
    case 'notAsked':
      return { kind: 'unlisted', statement: t`not asked`, at: '', text: t`There was no time left to ask.` };
  }
}

function noAnswer(timeoutMs: number): string {
  return t`No answer within ${(timeoutMs / 1000).toFixed(1)} s.`;
}

/** The tables that were asked of either side. */
function tableNames(sides: readonly PipelineSideReading[], spec: Spec): readonly string[] {
  const pattern = parsePattern(spec.tables);
  if (pattern === undefined) return [];
  const names = sides.flatMap((side) => {
    if (side.kind === 'failed') return [];
    const fitting = new Set(fittingTables(side.columns, pattern));
    return Object.keys(side.tables).filter((name) => fitting.has(name));
  });
  return [...new Set(names)].sort();
}

function toTable(name: string, source: PipelineSideReading, replica: PipelineSideReading, spec: Spec): PipelineTable {
  const { timeFormat: format, bucket } = spec;
  const schema = parsePattern(spec.tables)?.schema ?? '';
  const sides = { source: toTableSide(name, source, format), replica: toTableSide(name, replica, format) };
  const newest = { source: newestMsOf(sides.source), replica: newestMsOf(sides.replica) };
  const nowMs = serverNow(name, source);
  const buckets = pairBuckets(name, source, replica, newest, nowMs, bucket, format);
  const settled = buckets.filter(({ isSettled }) => isSettled);
  const fewer = settled.filter((pair) => (pair.replica ?? 0) < (pair.source ?? 0));
  const more = settled.filter((pair) => (pair.replica ?? 0) > (pair.source ?? 0));
  const silentSeconds =
    nowMs === undefined || newest.source === undefined ? undefined : Math.max(0, (nowMs - newest.source) / 1000);
  const silenceLimitSeconds = silenceLimit(buckets, spec);
  const counted = countedBy(name, source, replica);
  return {
    name: `${schema}.${name}`,
    ...sides,
    ...lagOf(sides, newest),
    ...(silentSeconds === undefined ? {} : { silentSeconds }),
    ...(silenceLimitSeconds === undefined ? {} : { silenceLimitSeconds }),
    isAtRest: silentSeconds !== undefined && silentSeconds > restSeconds,
    buckets,
    fewer,
    more,
    missingRows: fewer.reduce((sum, pair) => sum + (pair.source ?? 0) - (pair.replica ?? 0), 0),
    ...(counted === undefined ? {} : { counted }),
  };
}

/** A replica without any row is as late as nobody can say: that is missing rows, and no figure of time. */
function lagOf(
  { source, replica }: { readonly source: TableSide; readonly replica: TableSide },
  newest: { readonly source: number | undefined; readonly replica: number | undefined },
): Pick<PipelineTable, 'lagSeconds'> {
  if (source.kind !== 'read' || replica.kind !== 'read') return {};
  if (newest.source === undefined) return { lagSeconds: 0 };
  return newest.replica === undefined ? {} : { lagSeconds: Math.max(0, (newest.source - newest.replica) / 1000) };
}

function toTableSide(name: string, side: PipelineSideReading, format: TimeFormat): TableSide {
  if (side.kind === 'failed') {
    return { kind: 'failed', statement: 'connecting', at: '', text: side.failure.text };
  }
  const answers = side.tables[name];
  if (answers === undefined) {
    const isThere = side.columns.kind === 'rows' && side.columns.rows.some((row) => row['table_name'] === name);
    return isThere ? { kind: 'skipped', why: whyNotAsked(name, side) ?? t`Not asked.` } : { kind: 'missing' };
  }
  return readSide(answers.newest, whyNotAsked(name, side), format);
}

function readSide(newest: Answer, why: string | undefined, format: TimeFormat): TableSide {
  switch (newest.kind) {
    case 'notAsked':
      return { kind: 'skipped', why: why ?? t`There was no time left to ask.` };
    case 'timedOut':
      return { kind: 'failed', statement: newest.statement, at: newest.at, text: noAnswer(newest.timeoutMs) };
    case 'error': {
      const { statement, at, errno, text } = newest;
      return { kind: 'failed', statement, at, errno, text };
    }
    case 'rows': {
      const { statement, at } = newest;
      const text = newest.rows[0]?.['newest'];
      const newestMs = parseInstant(text, format);
      if (text !== null && text !== undefined && newestMs === undefined) {
        const shown = text.slice(0, 40);
        return { kind: 'failed', statement, at, text: t`"${shown}" is no time in the format ${format}.` };
      }
      return { kind: 'read', statement, at, ...(newestMs === undefined ? {} : { newestMs }) };
    }
  }
}

function newestMsOf(side: TableSide): number | undefined {
  return side.kind === 'read' ? side.newestMs : undefined;
}

function serverNow(name: string, side: PipelineSideReading): number | undefined {
  const newest = side.kind === 'answered' ? side.tables[name]?.newest : undefined;
  return newest?.kind === 'rows' ? parseInstant(newest.rows[0]?.['now_utc'], 'datetime') : undefined;
}

function countsOf(answer: Answer | undefined, bucket: Bucket, format: TimeFormat): Map<number, number> | undefined {
  if (answer?.kind !== 'rows') return undefined;
  const counts = new Map<number, number>();
  for (const row of answer.rows) {
    const startMs = parseBucket(row['bucket'], format, bucket);
    const count = Number(row['row_count']);
    if (startMs === undefined || !Number.isInteger(count)) return undefined;
    counts.set(startMs, count);
  }
  return counts;
}

/** Both sides bucket by bucket, with those that the server gave no row for: they are the ones to see. */
function pairBuckets(
  name: string,
  source: PipelineSideReading,
  replica: PipelineSideReading,
  newest: { readonly source: number | undefined; readonly replica: number | undefined },
  nowMs: number | undefined,
  bucket: Bucket,
  format: TimeFormat,
): readonly BucketPair[] {
  if (source.kind === 'failed' || replica.kind === 'failed') return [];
  const counts = {
    source: countsOf(source.tables[name]?.buckets, bucket, format),
    replica: countsOf(replica.tables[name]?.buckets, bucket, format),
  };
  const window = countWindow(
    [source, replica].map((side) => newestOf(side.tables[name]?.newest ?? { kind: 'notAsked' }, format)),
    bucket,
  );
  if (window === undefined || (counts.source === undefined && counts.replica === undefined)) return [];
  const step = bucketSeconds[bucket] * 1000;
  // Beyond its newest row the replica is behind, which is another matter than a hole. One without a row has them all.
  const reached = Math.min(newest.source ?? 0, newest.replica ?? window.toMs, (nowMs ?? 0) - settleSeconds * 1000);
  const pairs: BucketPair[] = [];
  for (let startMs = window.fromMs; startMs < window.toMs; startMs += step) {
    const both = counts.source !== undefined && counts.replica !== undefined;
    pairs.push({
      startMs,
      source: counts.source === undefined ? undefined : (counts.source.get(startMs) ?? 0),
      replica: counts.replica === undefined ? undefined : (counts.replica.get(startMs) ?? 0),
      isSettled: both && startMs + step <= reached,
    });
  }
  return pairs;
}

/**
 * How long a silence has to be to be news: three times the longest one among the last buckets, and more than the lag
 * that is allowed. A table that had rows in less than a third of them has no rhythm to break.
 */
function silenceLimit(
  buckets: readonly BucketPair[],
  { bucket, maxLagSeconds }: Pick<Spec, 'bucket' | 'maxLagSeconds'>,
): number | undefined {
  const counts = buckets.map(({ source }) => source);
  const busy = counts.filter((count) => count !== undefined && count > 0).length;
  if (busy * 3 < counts.length || busy === 0) return undefined;
  let [longest, run] = [0, 0];
  // A table that has just begun was not silent before.
  for (const count of counts.slice(counts.findIndex((each) => (each ?? 0) > 0))) {
    run = (count ?? 0) > 0 ? 0 : run + 1;
    longest = Math.max(longest, run);
  }
  return Math.max(maxLagSeconds, settleSeconds, 3 * (longest + 1) * bucketSeconds[bucket]);
}

function countedBy(
  name: string,
  source: PipelineSideReading,
  replica: PipelineSideReading,
): PipelineTable['counted'] | undefined {
  if (source.kind === 'failed' || replica.kind === 'failed') return undefined;
  const [here, there] = [source.tables[name]?.buckets, replica.tables[name]?.buckets];
  return here?.kind === 'rows' && there?.kind === 'rows'
    ? { source: here.statement, replica: there.statement, at: there.at }
    : undefined;
}
