import { failed, ok } from '../outcome';
import type { State } from '../report';
import type { ServiceFailure, ServiceItem, ServicePicture, ServiceType } from '../services/model';
import { formatBytes, formatCount, formatSeconds } from '../words';
import { judgeSeries, nameOf, percentWords } from './judgeBackups';
import type { BackupRun, BackupsFacts, BackupSeries } from './model';
import { toBackupsFacts } from './toBackupsFacts';
import { t } from '../l10n';

/** Refusals for want of a privilege. */
export const deniedErrnos: ReadonlySet<number> = new Set([1044, 1142, 1143, 1227]);

/** The metadata of backups. */
export const backupsType: ServiceType<'backups'> = {
  kind: 'backups',
  word: 'Backups',
  place: ({ instance, table }) => t`${table} on ${instance}`,
  toFacts: (answers, spec) => {
    const facts = toBackupsFacts(answers, spec);
    const [first] = facts.unread;
    // Each question went wrong: the table is not there, or not for us.
    if (first !== undefined && facts.unread.length > spec.expect.length) {
      const { errno, text, statement } = facts.unread.find(({ errno: each }) => each !== undefined) ?? first;
      const reason: ServiceFailure['reason'] =
        errno === undefined ? 'hung' : deniedErrnos.has(errno) ? 'denied' : 'queryFailed';
      return failed({
        failure: { reason, text: errno === undefined ? text : `${errno}: ${text}` },
        request: statement,
      });
    }
    return ok(facts);
  },
  picture: (facts) => picture(facts),
  detail: ({ series, absent, unread }) => ({
    series: series.map(
      ({ section, type, place, expected, last, ageSeconds, change, trend, failedSince, running, runs }) => ({
        ...{ section, type, place, expected: expected !== undefined },
        ...(last === undefined ? {} : { last }),
        ...(ageSeconds === undefined ? {} : { ageSeconds }),
        ...(change === undefined ? {} : { changePercent: change.percent }),
        ...(trend === undefined ? {} : { trendPercent: trend.percent }),
        ...{ failedSince: failedSince.length, running: running.length, runs },
      }),
    ),
    absent,
    unread: unread.map(({ about, text }) => ({ about, text })),
  }),
};

function picture(facts: BackupsFacts): ServicePicture {
  const { series, absent, unread } = facts;
  const ages = series.flatMap(({ ageSeconds }) => ageSeconds ?? []);
  const newest = ages.length === 0 ? '' : t` · newest ${formatSeconds(Math.max(0, Math.min(...ages)))} old`;
  return {
    short: `${formatCount(series.length + absent.length, 'backup')}${newest}`,
    lines: [
      ...(series.some(({ expected }) => expected !== undefined) || absent.length > 0
        ? []
        : [t`The inventory expects no backups here: they are shown, and none is judged.`]),
      ...unread.map(({ about, text }) => t`Not read: ${about}. ${text}`),
    ],
    items: [
      ...absent.map(({ section, type }): ServiceItem => ({
        ...{ id: `${section}/${type}`, label: section, description: t`no ${type}`, state: 'critical' },
        lines: [t`The table has no row of a ${type} of ${section}.`],
      })),
      ...series.map((one) => seriesItem(one, nameOf(one, facts))),
    ],
  };
}

function seriesItem(series: BackupSeries, name: string): ServiceItem {
  const { section, type, place, expected, last, change, ageSeconds, trend } = series;
  const problems = judgeSeries(series, name);
  const worst =
    problems.find(({ severity }) => severity === 'critical') ?? problems.find(({ severity }) => severity === 'warning');
  const facts = [
    ...(last?.bytes === undefined ? [] : [formatBytes(last.bytes)]),
    ...(change === undefined ? [] : [percentWords(change.percent)]),
    ...(ageSeconds === undefined ? [] : [t`${formatSeconds(Math.max(0, ageSeconds))} old`]),
  ].join(' · ');
  const state: State = worst?.severity === 'critical' ? 'critical' : worst === undefined ? 'ok' : 'warning';
  return {
    id: `${section}/${type}/${place}`,
    label: section,
    description: [type, place, worst?.short ?? (facts || t`never finished`)].filter((part) => part !== '').join(' · '),
    ...(expected === undefined
      ? { icon: 'archive' }
      : { state: last === undefined && worst === undefined ? 'unknown' : state }),
    lines: [
      ...(expected === undefined ? [t`Not expected by the inventory: shown, and not judged.`] : []),
      ...(facts === '' ? [] : [facts]),
      ...(trend === undefined
        ? []
        : [
            t`${percentWords(trend.percent)} against the median of the ${trend.runs} before, ${formatBytes(trend.medianBytes)}`,
          ]),
      ...problems.map(({ measured }) => measured),
      ...sizeChart(series.runs),
    ],
  };
}

const chartRuns = 12;
const chartWidth = 24;

/** Sizes as bars, the newest on top, each with its change: one line each, which reads in every place that shows text. */
export function sizeChart(runs: readonly BackupRun[]): readonly string[] {
  const shown = runs.slice(0, chartRuns);
  const largest = Math.max(0, ...shown.flatMap(({ bytes }) => bytes ?? []));
  if (shown.length < 2 || largest === 0) return [];
  return shown.map((run, index) => {
    const day = run.startedAt?.slice(0, 10) ?? '????-??-??';
    if (run.status !== 'finished' || run.bytes === undefined) return `\`${day} ${run.status}\``;
    const bar = '█'.repeat(Math.max(1, Math.round((run.bytes / largest) * chartWidth)));
    const before = runs.slice(index + 1).find(({ status }) => status === 'finished');
    const percent =
      before?.bytes === undefined || before.bytes === 0 ? '' : ` ${percentWords((run.bytes / before.bytes - 1) * 100)}`;
    return `\`${day} ${bar.padEnd(chartWidth)} ${formatBytes(run.bytes)}${percent}\``;
  });
}
