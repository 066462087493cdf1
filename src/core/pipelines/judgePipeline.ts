import type { PipelineSpec } from '../inventory/model';
import { formatCount, formatInstant, formatSeconds } from '../words';
import type { BucketPair, PipelineFacts, PipelineSide, PipelineTable, TableSide } from './model';
import { formatBucket } from './timeFormat';
import { t } from '../l10n';

export type PipelineProblemId = 'pipeline.behind' | 'pipeline.gap' | 'pipeline.silent' | 'pipeline.unreadable';

/** Something wrong with one table, or with one side. */
export interface PipelineProblem {
  readonly id: PipelineProblemId;
  /** `log.Edit_1`, `the source` */
  readonly name: string;
  /** The end of a sentence that begins with the name. */
  readonly what: string;
  readonly short: string;
  readonly evidence: readonly { readonly measured: string; readonly source: string; readonly at: string }[];
  /** Of which the largest is the worst: rows, seconds. */
  readonly weight: number;
}

export type PipelineLimits = Pick<PipelineSpec, 'maxLagSeconds' | 'bucket'>;

/** What is wrong, the worst of each kind first. */
export function judgePipeline(facts: PipelineFacts, limits: PipelineLimits, at: string): readonly PipelineProblem[] {
  const { source, replica, tables } = facts;
  // With a table at rest nobody waits for a row; where all are, the whole pipeline has stopped.
  const allAtRest = tables.length > 0 && tables.every(({ isAtRest }) => isAtRest);
  const problems = [
    ...sideProblems('source', source, at),
    ...sideProblems('replica', replica, at),
    ...(source.kind === 'answered' && replica.kind === 'answered' && tables.length === 0 ? [noTables(at)] : []),
    ...tables.flatMap((table) => judgeTable(table, limits, allAtRest, at)),
  ];
  return problems.sort((a, b) => b.weight - a.weight);
}

export function judgeTable(
  table: PipelineTable,
  limits: PipelineLimits,
  allAtRest: boolean,
  at: string,
): readonly PipelineProblem[] {
  return [...behind(table, limits), ...gap(table, limits), ...silent(table, allAtRest), ...unread(table, at)];
}

function behind(table: PipelineTable, { maxLagSeconds }: PipelineLimits): readonly PipelineProblem[] {
  const { name, lagSeconds, source, replica } = table;
  if (lagSeconds === undefined || lagSeconds <= maxLagSeconds) return [];
  const lag = formatSeconds(lagSeconds);
  return [
    {
      ...{ id: 'pipeline.behind', name, what: t`is ${lag} behind`, short: t`${lag} behind`, weight: lagSeconds },
      evidence: [...newestEvidence(name, 'source', source), ...newestEvidence(name, 'replica', replica)].map(
        (each) => ({ ...each, measured: t`${each.measured}, limit ${formatSeconds(maxLagSeconds)}` }),
      ),
    },
  ];
}

function newestEvidence(name: string, side: string, of: TableSide): PipelineProblem['evidence'] {
  if (of.kind !== 'read') return [];
  const newest = of.newestMs === undefined ? t`empty` : t`newest ${instantWords(of.newestMs)}`;
  return [{ measured: t`${name} at the ${side}: ${newest}`, source: of.statement, at: of.at }];
}

function gap(table: PipelineTable, { bucket }: PipelineLimits): readonly PipelineProblem[] {
  const { name, fewer, missingRows, counted } = table;
  const [first] = fewer;
  if (first === undefined || counted === undefined) return [];
  const from = formatBucket(first.startMs, bucket);
  const rows = formatCount(missingRows, 'row');
  const shown = fewer.slice(0, 3).map((pair) => pairWords(pair, bucket));
  const more = fewer.length > shown.length ? t`, and ${formatCount(fewer.length - shown.length, 'bucket')} more` : '';
  return [
    {
      ...{ id: 'pipeline.gap', name, weight: missingRows },
      what: t`lacks ${rows} since ${from}`,
      short: t`${rows} missing`,
      evidence: [{ measured: `${name}: ${shown.join('; ')}${more}`, source: counted.replica, at: counted.at }],
    },
  ];
}

/** `2015-01-02 06:00: 20 at the source, 0 at the replica` */
export function pairWords({ startMs, source, replica }: BucketPair, bucket: PipelineLimits['bucket']): string {
  const words = (count: number | undefined): string => (count === undefined ? t`not counted` : String(count));
  return t`${formatBucket(startMs, bucket)}: ${words(source)} at the source, ${words(replica)} at the replica`;
}

function silent(table: PipelineTable, allAtRest: boolean): readonly PipelineProblem[] {
  const { name, silentSeconds, silenceLimitSeconds, isAtRest, source } = table;
  if (silentSeconds === undefined || silenceLimitSeconds === undefined || silentSeconds <= silenceLimitSeconds)
    return [];
  if (isAtRest && !allAtRest) return [];
  const since = formatSeconds(silentSeconds);
  return [
    {
      ...{ id: 'pipeline.silent', name, what: t`has had no row for ${since}`, short: t`silent for ${since}` },
      weight: silentSeconds,
      evidence: newestEvidence(name, 'source', source).map((each) => ({
        ...each,
        measured: t`${each.measured}, ${since} ago; by its own rhythm ${formatSeconds(silenceLimitSeconds)} would be news`,
      })),
    },
  ];
}

function unread(table: PipelineTable, at: string): readonly PipelineProblem[] {
  return (['source', 'replica'] as const).flatMap((side): readonly PipelineProblem[] => {
    const own = table[side];
    const problem = (what: string, measured: string, source: string, when: string): PipelineProblem => ({
      ...{ id: 'pipeline.unreadable', name: table.name, what, short: t`${table.name} not read`, weight: 0 },
      evidence: [{ measured: t`${table.name} at the ${side}: ${measured}`, source, at: when || at }],
    });
    switch (own.kind) {
      case 'read':
        return [];
      case 'missing':
        // The other side of a table that is nowhere to be seen failed as a whole, and says so itself.
        return table[side === 'source' ? 'replica' : 'source'].kind === 'read'
          ? [
              problem(
                t`is missing at the ${side}`,
                t`no such table with this time column`,
                'information_schema.COLUMNS',
                at,
              ),
            ]
          : [];
      case 'skipped':
        return [problem(t`was not read at the ${side}`, own.why, 'information_schema.STATISTICS', at)];
      case 'failed':
        return own.statement === 'connecting'
          ? []
          : [
              problem(
                t`could not be read at the ${side}`,
                `${own.errno === undefined ? '' : `${own.errno}: `}${own.text}`,
                own.statement,
                own.at,
              ),
            ];
    }
  });
}

function sideProblems(side: 'source' | 'replica', of: PipelineSide, at: string): readonly PipelineProblem[] {
  const problem = (what: string, measured: string, source: string, when: string): PipelineProblem => ({
    ...{ id: 'pipeline.unreadable', name: t`the ${side}`, what, short: t`${side} not read`, weight: Number.MAX_VALUE },
    evidence: [{ measured: `${side}: ${measured}`, source, at: when || at }],
  });
  switch (of.kind) {
    case 'answered':
      return [];
    case 'failed':
      return of.failure.reason === 'cancelled'
        ? []
        : [
            problem(
              t`could not be read`,
              `${of.failure.errno === undefined ? '' : `${of.failure.errno}: `}${of.failure.text || of.failure.reason}`,
              t`connection to the ${side}`,
              at,
            ),
          ];
    case 'unlisted':
      return [
        problem(
          t`does not list its tables`,
          `${of.errno === undefined ? '' : `${of.errno}: `}${of.text}`,
          of.statement,
          of.at,
        ),
      ];
  }
}

function noTables(at: string): PipelineProblem {
  return {
    ...{ id: 'pipeline.unreadable', name: t`neither side`, short: t`no table to compare`, weight: Number.MAX_VALUE },
    what: t`has a table that fits and that our account may see`,
    evidence: [
      { measured: t`no table with this time column on either side`, source: 'information_schema.COLUMNS', at },
    ],
  };
}

export function instantWords(ms: number): string {
  return formatInstant(new Date(ms).toISOString());
}
