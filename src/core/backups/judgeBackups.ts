import type { Severity } from '../findings/finding';
import { formatBytes, formatCount, formatSeconds } from '../words';
import { limitsOf, type BackupRun, type BackupSeries, type BackupsFacts, type SizeStep } from './model';
import { t } from '../l10n';

export type BackupProblemId =
  | 'backup.missing'
  | 'backup.stale'
  | 'backup.tooSmall'
  | 'backup.sizeJump'
  | 'backup.onlyOne'
  | 'backup.failed'
  | 'backup.running';

/** Something wrong with one expected backup. */
export interface BackupProblem {
  readonly id: BackupProblemId;
  readonly severity: Severity;
  /** `the dump of s1`, with its place where there are several. */
  readonly name: string;
  readonly section: string;
  readonly type: string;
  /** The end of a sentence that begins with the name. */
  readonly what: string;
  /** A few words for the tree. */
  readonly short: string;
  /** What was measured, one sentence or two. */
  readonly measured: string;
}

const daySeconds = 86_400;
/** Wikimedia's limit for a run of its largest sections: what is longer has died without a word. */
const longestRunSeconds = 12 * 3600;

/** What is wrong with what is expected; the rest is shown and not judged. */
export function judgeBackups(facts: BackupsFacts): readonly BackupProblem[] {
  return [
    ...facts.absent.map(({ type, section }): BackupProblem => {
      const name = t`the ${type} of ${section}`;
      return {
        ...{ id: 'backup.missing', severity: 'critical', name, section, type, what: t`does not exist` },
        short: t`no ${type}`,
        measured: t`${name}: the table has no row of it`,
      };
    }),
    ...facts.series.flatMap((series) => judgeSeries(series, nameOf(series, facts))),
  ];
}

/** With its place where the same is kept in several. */
export function nameOf({ type, section, place }: BackupSeries, { series }: BackupsFacts): string {
  const isOneOfSeveral = series.some(
    (other) => other.type === type && other.section === section && other.place !== place,
  );
  return t`the ${type} of ${section}${isOneOfSeveral && place !== '' ? t` in ${place}` : ''}`;
}

export function judgeSeries(series: BackupSeries, name: string): readonly BackupProblem[] {
  const { expected, last, runs, section, type } = series;
  if (expected === undefined) return [];
  const problem = (
    id: BackupProblemId,
    severity: Severity,
    what: string,
    short: string,
    measured: string,
  ): BackupProblem => ({ id, severity, name, section, type, what, short, measured: `${name}: ${measured}` });
  const found: BackupProblem[] = [...unfinished(series, problem)];
  if (last === undefined) {
    const measured = t`${formatCount(runs.length, 'run')} in the table, none of them finished`;
    found.push(problem('backup.missing', 'critical', t`has never finished`, t`no ${series.type} finished`, measured));
    return found;
  }
  const limits = limitsOf(expected);
  const { ageSeconds } = series;
  if (ageSeconds !== undefined && ageSeconds > limits.maxAgeDays * daySeconds) {
    const age = formatSeconds(ageSeconds);
    found.push(
      problem(
        'backup.stale',
        'critical',
        t`is ${age} old`,
        t`${age} old`,
        t`${runWords(last)}, ${age} old, limit ${limits.maxAgeDays} d`,
      ),
    );
  }
  if (last.bytes !== undefined && last.bytes < limits.minBytes) {
    const size = formatBytes(last.bytes);
    found.push(
      problem(
        'backup.tooSmall',
        'critical',
        t`has only ${size}`,
        t`only ${size}`,
        t`${runWords(last)}, less than ${limits.minBytes} B`,
      ),
    );
  }
  if (runs.filter(({ status }) => status === 'finished').length === 1) {
    found.push(
      problem(
        'backup.onlyOne',
        'warning',
        t`is the only one`,
        t`only one backup`,
        t`${runWords(last)} is the only finished one`,
      ),
    );
  }
  // One that holds next to nothing has changed in size as well: that is no news beside it.
  return found.some(({ id }) => id === 'backup.tooSmall') ? found : [...found, ...jump(series, problem)];
}

type Make = (id: BackupProblemId, severity: Severity, what: string, short: string, measured: string) => BackupProblem;

function unfinished({ failedSince, running }: BackupSeries, problem: Make): readonly BackupProblem[] {
  const [failure] = failedSince;
  const failed =
    failure === undefined
      ? []
      : [
          problem(
            'backup.failed',
            failedSince.length > 1 ? 'critical' : 'warning',
            failedSince.length > 1 ? t`has failed ${failedSince.length} times in a row` : t`has failed`,
            failedSince.length > 1 ? t`failed ${failedSince.length} times` : t`last run failed`,
            t`${runWords(failure)} failed${failedSince.length > 1 ? t`, ${failedSince.length} runs since the last that finished` : ''}`,
          ),
        ];
  const [run] = running;
  if (run === undefined) return failed;
  const since = run.seconds === undefined ? t`since an unknown time` : t`for ${formatSeconds(run.seconds)} now`;
  const isDead = (run.seconds ?? 0) > longestRunSeconds;
  return [
    ...failed,
    problem(
      'backup.running',
      isDead ? 'warning' : 'info',
      isDead ? t`has been running ${since}, too long to be alive` : t`has been running ${since}`,
      t`running ${since}`,
      t`${runWords(run.run)} is ongoing ${since}`,
    ),
  ];
}

/**
 * Against the previous run, as everybody does, and against the runs before: a size that has changed for good differs
 * from the previous one once. A series that grows steadily is no news; one that shrinks steadily is.
 */
function jump({ expected, last, change, trend, largestStep }: BackupSeries, problem: Make): readonly BackupProblem[] {
  if (expected === undefined || last === undefined) return [];
  const { warnChangePercent: warn, critChangePercent: crit } = limitsOf(expected);
  if (change !== undefined && Math.abs(change.percent) > warn) {
    const percent = percentWords(change.percent);
    return [
      problem(
        'backup.sizeJump',
        Math.abs(change.percent) > crit ? 'critical' : 'warning',
        t`has changed by ${percent} since the one before`,
        t`size ${percent}`,
        t`${stepWords(change)}, limits ${warn} and ${crit} %`,
      ),
    ];
  }
  if (trend === undefined || Math.abs(trend.percent) <= crit) return [];
  const isSteadyGrowth = trend.percent > 0 && Math.abs(largestStep?.percent ?? 0) <= warn;
  if (isSteadyGrowth) return [];
  const percent = percentWords(trend.percent);
  const step = largestStep !== undefined && Math.abs(largestStep.percent) > warn ? largestStep : undefined;
  return [
    problem(
      'backup.sizeJump',
      'warning',
      step === undefined
        ? t`has changed by ${percent} little by little`
        : t`has changed by ${percentWords(step.percent)} on ${dayOf(step.run)} and stayed there`,
      step === undefined ? t`size ${percent} by and by` : t`${percentWords(step.percent, 0)} since ${dayOf(step.run)}`,
      t`${runWords(last)}, ${percent} against the median of the ${trend.runs} before (${formatBytes(trend.medianBytes)})` +
        (step === undefined ? '' : `; ${stepWords(step)}`),
    ),
  ];
}

/** `+64.94 %` */
export function percentWords(percent: number, digits = 2): string {
  return `${percent < 0 ? '−' : '+'}${Math.abs(percent).toFixed(digits)} %`;
}

export function dayOf({ startedAt }: BackupRun): string {
  return startedAt?.slice(0, 10) ?? t`an unknown day`;
}

function stepWords({ run, before, percent }: SizeStep): string {
  return t`${percentWords(percent)} from ${sizeOf(before)} (${before.name || before.id}) to ${sizeOf(run)} (${run.name || run.id})`;
}

/** Its name says when and of what; its size in full, as the check that everybody knows does not. */
function runWords(run: BackupRun): string {
  return t`${run.name || t`run ${run.id}`} of ${dayOf(run)}${run.bytes === undefined ? '' : `, ${sizeOf(run)}`}`;
}

function sizeOf({ bytes }: BackupRun): string {
  return bytes === undefined ? t`unknown size` : formatBytes(bytes);
}
