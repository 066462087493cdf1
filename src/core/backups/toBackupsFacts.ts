import type { BackupExpectation, BackupsSpec } from '../inventory/model';
import type { Answer, Row } from '../replication/reading';
import {
  statementKey,
  type BackupRun,
  type BackupsFacts,
  type BackupSeries,
  type BackupsGap,
  type SizeStep,
} from './model';
import type { BackupsAnswers } from './reading';
import { t } from '../l10n';

/** How many finished runs before the last one make its trend: two months of weekly dumps. */
const trendRuns = 8;

/** One poll in our words. */
export function toBackupsFacts(answers: BackupsAnswers, spec: Pick<BackupsSpec, 'expect'>): BackupsFacts {
  const answerOf = ({ section, type }: BackupExpectation): Answer =>
    answers.expected.find((each) => each.section === section && each.type === type)?.answer ?? { kind: 'notAsked' };
  const expected = spec.expect.flatMap((expectation) => {
    const answer = answerOf(expectation);
    return answer.kind === 'rows' ? seriesOf(answer.rows, [expectation]) : [];
  });
  const others =
    answers.recent.kind === 'rows'
      ? seriesOf(answers.recent.rows, []).filter(
          (one) => !spec.expect.some((each) => each.section === one.section && each.type === one.type),
        )
      : [];
  const series = [...expected, ...others];
  return {
    statements: Object.fromEntries(
      spec.expect.flatMap((each) => {
        const answer = answerOf(each);
        return answer.kind === 'notAsked' ? [] : [[statementKey(each), answer.statement]];
      }),
    ),
    series,
    absent: spec.expect.filter((each) => {
      const answer = answerOf(each);
      return answer.kind === 'rows' && answer.rows.length === 0;
    }),
    unread: [
      ...gapOf(t`the newest rows`, answers.recent),
      ...spec.expect.flatMap((each) => gapOf(t`${each.type} of ${each.section}`, answerOf(each))),
    ],
  };
}

function gapOf(about: string, answer: Answer): readonly BackupsGap[] {
  switch (answer.kind) {
    case 'rows':
      return [];
    case 'notAsked':
      return [{ about, statement: t`not asked`, at: '', text: t`Not asked: there was no time left for it.` }];
    case 'timedOut': {
      const { statement, at, timeoutMs } = answer;
      return [{ about, statement, at, text: t`No answer within ${(timeoutMs / 1000).toFixed(1)} s.` }];
    }
    case 'error': {
      const { statement, at, errno, text } = answer;
      return [{ about, statement, at, errno, text }];
    }
  }
}

/** Rows as series: by section, method and domain of the server that keeps them. */
function seriesOf(rows: readonly Row[], expectations: readonly BackupExpectation[]): BackupSeries[] {
  const groups = new Map<string, { readonly rows: Row[] }>();
  for (const row of rows) {
    const group = JSON.stringify([row['section'] ?? '', row['type'] ?? '', domainOf(row['host'] ?? '')]);
    const known = groups.get(group);
    if (known === undefined) groups.set(group, { rows: [row] });
    else known.rows.push(row);
  }
  return [...groups].map(([group, { rows: own }]) => {
    const [section = '', type = '', place = ''] = JSON.parse(group) as string[];
    return toSeries({ section, type, place }, own, expectations[0]);
  });
}

/** `dbprov1001.eqiad.wmnet` is kept in `eqiad.wmnet`: several servers of one data centre take turns. */
function domainOf(host: string): string {
  const dot = host.indexOf('.');
  return dot < 0 || /^[\d.]+$/.test(host) ? '' : host.slice(dot + 1);
}

function toSeries(
  named: Pick<BackupSeries, 'section' | 'type' | 'place'>,
  rows: readonly Row[],
  expected: BackupExpectation | undefined,
): BackupSeries {
  const runs = rows.map(toRun).sort((a, b) => compare(b.startedAt ?? '', a.startedAt ?? '') || compareIds(b.id, a.id));
  const nowSeconds = numberOf(rows[0]?.['now_epoch']);
  const since = ({ startedAt }: BackupRun): number | undefined =>
    startedAt === undefined || nowSeconds === undefined ? undefined : nowSeconds - Date.parse(startedAt) / 1000;
  const finished = runs.filter(({ status }) => status === 'finished');
  const [last, previous] = finished;
  const ageSeconds = last === undefined ? undefined : since(last);
  const change = last === undefined || previous === undefined ? undefined : stepOf(last, previous);
  const history = finished.slice(1, 1 + trendRuns);
  const sizes = history.flatMap(({ bytes }) => bytes ?? []);
  const medianBytes = sizes.length < 2 ? undefined : medianOf(sizes);
  const steps = finished.slice(0, trendRuns).flatMap((run, index) => {
    const before = finished[index + 1];
    return before === undefined ? [] : (stepOf(run, before) ?? []);
  });
  const largestStep = steps.reduce<SizeStep | undefined>(
    (largest, step) => (largest === undefined || Math.abs(step.percent) > Math.abs(largest.percent) ? step : largest),
    undefined,
  );
  return {
    ...named,
    ...(expected === undefined ? {} : { expected }),
    runs,
    ...(last === undefined ? {} : { last }),
    ...(ageSeconds === undefined ? {} : { ageSeconds }),
    ...(change === undefined ? {} : { change }),
    ...(medianBytes === undefined || medianBytes === 0 || last?.bytes === undefined
      ? {}
      : { trend: { medianBytes, runs: sizes.length, percent: (last.bytes / medianBytes - 1) * 100 } }),
    ...(largestStep === undefined ? {} : { largestStep }),
    failedSince: (last === undefined ? runs : runs.slice(0, runs.indexOf(last))).filter(
      ({ status }) => status === 'failed',
    ),
    running: runs
      .filter(({ status }) => status === 'ongoing')
      .map((run) => {
        const seconds = since(run);
        return { run, ...(seconds === undefined ? {} : { seconds }) };
      }),
  };
}

function toRun(row: Row): BackupRun {
  const status = row['status'];
  const startedAt = instantOf(row['started']);
  const endedAt = instantOf(row['ended']);
  const bytes = numberOf(row['bytes']);
  const text = (name: string): string | undefined => row[name] ?? undefined;
  const [source, host] = [text('source'), text('host')];
  return {
    id: text('id') ?? '',
    name: text('name') ?? '',
    status: status === 'ongoing' || status === 'finished' || status === 'failed' ? status : 'unknown',
    ...(source === undefined ? {} : { source }),
    ...(host === undefined ? {} : { host }),
    ...(startedAt === undefined ? {} : { startedAt }),
    ...(endedAt === undefined ? {} : { endedAt }),
    ...(bytes === undefined ? {} : { bytes }),
  };
}

/** Undefined where a size is not known, or where a change of nothing would be without end. */
function stepOf(run: BackupRun, before: BackupRun): SizeStep | undefined {
  if (run.bytes === undefined || before.bytes === undefined || before.bytes === 0) return undefined;
  return { run, before, percent: (run.bytes / before.bytes - 1) * 100 };
}

function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}

/** Seconds since the epoch, as the server gives them. 0 is what a zero date gives: no instant. */
function instantOf(text: string | null | undefined): string | undefined {
  const seconds = numberOf(text);
  return seconds === undefined || seconds <= 0 || seconds > 1e11 ? undefined : new Date(seconds * 1000).toISOString();
}

function numberOf(text: string | null | undefined): number | undefined {
  return text === null || text === undefined || !/^\d{1,20}(?:\.\d+)?$/.test(text) ? undefined : Number(text);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function compareIds(a: string, b: string): number {
  return a.length - b.length || compare(a, b);
}
