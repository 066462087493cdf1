import type { PipelineSpec } from '../../inventory/model';
import { judgePipeline, type PipelineProblem, type PipelineProblemId } from '../../pipelines/judgePipeline';
import type { PipelineFacts, PipelineTable } from '../../pipelines/model';
import { bucketSeconds, writeInstant } from '../../pipelines/timeFormat';
import { formatCount } from '../../words';
import { code, lines, plain, statementLength } from '../phrase';
import type { Draft, Explained, ServiceContext, ServiceRule } from '../rule';
import { serviceUnread } from '../serviceUnread';
import { t } from '../../l10n';

const shownEvidence = 6;

/** One finding for each thing that is wrong, with all tables that it is wrong with. */
export const pipelines: ServiceRule = {
  scope: 'service',
  ids: {
    'pipeline.unreadable': 'warning',
    'pipeline.gap': 'critical',
    'pipeline.behind': 'critical',
    'pipeline.silent': 'warning',
  },
  check(context) {
    const { service, fleet } = context;
    if (service.kind !== 'pipeline') return [];
    const { reach, at = fleet.snapshot.takenAt } = service.snapshot;
    if (reach.kind !== 'answered') {
      const unread = serviceUnread(context, 'pipeline.unreadable', t`The pipeline`);
      return unread === undefined ? [] : [unread];
    }
    const problems = judgePipeline(reach.facts, service.spec, at);
    return (['pipeline.unreadable', 'pipeline.gap', 'pipeline.behind', 'pipeline.silent'] as const).flatMap((id) => {
      const own = problems.filter((problem) => problem.id === id);
      return own.length === 0 ? [] : [toDraft(id, own, context, service.spec, reach.facts)];
    });
  },
};

function toDraft(
  id: PipelineProblemId,
  problems: readonly PipelineProblem[],
  { here }: ServiceContext,
  spec: PipelineSpec,
  facts: PipelineFacts,
): Draft {
  const [worst] = problems;
  const table = facts.tables.find(({ name }) => name === worst?.name);
  const { remedy, avoid } = advise(id, spec, table);
  const evidence = problems.flatMap((problem) => problem.evidence);
  const [last] = evidence.slice(shownEvidence - 1);
  const names =
    problems.length === 1 ? '' : t` (${formatCount(problems.length, 'table')}, the worst: ${code(worst?.name ?? '')})`;
  return {
    id,
    title:
      problems.length === 1
        ? t`In the pipeline ${here}, ${named(worst?.name ?? '')} ${worst?.what ?? ''}.`
        : t`The pipeline ${here} ${many[id]}${names}.`,
    short: problems.length === 1 ? (worst?.short ?? '') : t`${worst?.short ?? ''} · ${problems.length} tables`,
    evidence: [
      ...evidence
        .slice(0, shownEvidence)
        .map((each) => ({ ...each, measured: plain(each.measured), source: plain(each.source, statementLength) })),
      ...(evidence.length > shownEvidence && last !== undefined
        ? [
            {
              measured: t`and ${evidence.length - shownEvidence} more`,
              source: plain(last.source, statementLength),
              at: last.at,
            },
          ]
        : []),
    ],
    remedy,
    ...(avoid === undefined ? {} : { avoid }),
  };
}

/** Tables in backticks, sides in words. */
function named(name: string): string {
  return name.includes('.') ? code(name) : plain(name);
}

const many: Readonly<Record<PipelineProblemId, string>> = {
  'pipeline.behind': t`is behind`,
  'pipeline.gap': t`has lost rows on the way`,
  'pipeline.silent': t`is silent`,
  'pipeline.unreadable': t`could not be read whole`,
};

function advise(
  id: PipelineProblemId,
  spec: PipelineSpec,
  table: PipelineTable | undefined,
): { readonly remedy: string; readonly avoid?: string } {
  switch (id) {
    case 'pipeline.behind':
      return {
        remedy: t`See whether the process that copies runs, and what it says in its log.\nIf it runs, look at what its statements wait for on the replica: \`SHOW PROCESSLIST\`.`,
        avoid: t`Do not trust the replication status of these servers here: the rows do not come through replication.`,
      };
    case 'pipeline.gap':
      return {
        remedy: lines(
          table !== undefined && gapQuery(table),
          table !== undefined &&
            t`Copy what is missing, and nothing else: ${code(copyCommand(spec, table), statementLength)}; rows that are there already are left alone.`,
          t`Then see why the copy has skipped them: it goes on from its newest row, so that rows that came late stay behind it.`,
        ),
        avoid: t`Do not wait for it to mend itself: nothing copies what lies before the newest row of the replica.`,
      };
    case 'pipeline.silent':
      return {
        remedy: t`Nothing arrives at the source itself: look upstream, at what writes into these tables and what it reads from.\nIf what feeds them is a Kafka consumer, its group says whether it has stopped or has nothing to read.`,
        avoid: t`Do not mend the copy: both sides hold the same.`,
      };
    case 'pipeline.unreadable':
      return {
        remedy: t`The evidence names the reason: a server that does not answer, a missing privilege (\`SELECT\` on the tables), another format than \`timeFormat\`, or a time column without an index.\nWhat was not read is not judged, neither good nor bad.`,
      };
  }
}

/** The same question for both sides by hand, which tells a fault of the copy from one before it. */
function gapQuery(table: PipelineTable): string | false {
  return (
    table.counted !== undefined &&
    t`Ask both sides by hand: ${code(unbounded(table.counted.source), statementLength)}. Where the source has the rows, the copy has lost them.`
  );
}

/** Without the time limit that our own reading has. */
function unbounded(statement: string): string {
  return statement.replace(/^SET STATEMENT .*? FOR /s, '').replace(/\/\*\+.*?\*\/ */gs, '');
}

/** From the first bucket that lacks rows to the last one. */
function copyCommand({ timeFormat, timeColumn, bucket }: PipelineSpec, { name, fewer }: PipelineTable): string {
  const [first] = fewer;
  const last = fewer.at(-1);
  if (first === undefined || last === undefined) return '';
  const quote = timeFormat === 'epoch' ? '' : "'";
  const bound = (ms: number): string => `${quote}${writeInstant(ms, timeFormat)}${quote}`;
  const end = last.startMs + bucketSeconds[bucket] * 1000;
  const [schema = '', own = ''] = name.split('.');
  return `mysqldump --insert-ignore --no-create-info --skip-lock-tables --single-transaction --where "${timeColumn} >= ${bound(first.startMs)} AND ${timeColumn} < ${bound(end)}" ${schema} ${own}`;
}

export const pipelinesExplained: Explained = {
  'pipeline.unreadable': {
    means: 'A pipeline, or some of its tables, could not be compared.',
    when: 'A side does not answer or refuses, a table is on one side only, no index begins with the time column, or its values are not of `timeFormat`.',
    why: 'What was not read is unknown. Without an index a count would read the whole table, and it is not asked for.',
  },
  'pipeline.gap': {
    means: 'The copy lacks rows that the source has.',
    when: 'In a bucket that ended at least ten minutes ago and before the newest row of both sides, the replica has fewer rows. Empty buckets count: a server gives no row for them.',
    why: 'Copies that go on from their newest row leave behind what came late, or what a failed batch held.',
  },
  'pipeline.behind': {
    means: 'The copy is late.',
    when: 'The newest row of the replica is older than that of the source by more than `maxLagSeconds`.',
    why: 'The process that copies has stopped or is too slow. Replication status says nothing about it.',
  },
  'pipeline.silent': {
    means: 'Nothing arrives at the source of a pipeline any more.',
    when: 'No row for three times the longest pause among the last buckets, and longer than `maxLagSeconds`. A table that has been silent for a week is at rest, unless all are.',
    why: 'What writes into it has stopped: the trouble is upstream, and both sides are equal.',
  },
};
