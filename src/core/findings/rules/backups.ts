import type { BackupProblem, BackupProblemId } from '../../backups/judgeBackups';
import { judgeBackups } from '../../backups/judgeBackups';
import { statementKey, type BackupsFacts } from '../../backups/model';
import type { Severity } from '../finding';
import { plain, statementLength } from '../phrase';
import type { Draft, Explained, ServiceContext, ServiceRule } from '../rule';
import { serviceUnread } from '../serviceUnread';
import { t } from '../../l10n';

/** More would hide the worst; the document has them all. */
const shownEvidence = 6;

/** One finding for each thing that is wrong, with all expected backups that it is wrong with. */
export const backups: ServiceRule = {
  scope: 'service',
  ids: {
    'backup.unreadable': 'critical',
    'backup.missing': 'critical',
    'backup.stale': 'critical',
    'backup.tooSmall': 'critical',
    'backup.sizeJump': 'critical',
    'backup.failed': 'warning',
    'backup.onlyOne': 'warning',
    'backup.running': 'info',
  },
  check(context) {
    const { service } = context;
    if (service.kind !== 'backups') return [];
    const { reach } = service.snapshot;
    if (reach.kind !== 'answered') {
      const unread = serviceUnread(context, 'backup.unreadable', t`The metadata of the backups`);
      return unread === undefined
        ? []
        : [
            {
              ...unread,
              avoid: unread.avoid ?? t`Do not take this for good news: whether there are backups is not known.`,
            },
          ];
    }
    const problems = judgeBackups(reach.facts);
    return [
      ...partly(context, reach.facts),
      ...(Object.keys(advice) as BackupProblemId[]).flatMap((id) => {
        const own = problems.filter((problem) => problem.id === id);
        return own.length === 0 ? [] : [toDraft(id, own, context, reach.facts)];
      }),
    ];
  },
};

const order: readonly Severity[] = ['critical', 'warning', 'info'];

function toDraft(
  id: BackupProblemId,
  problems: readonly BackupProblem[],
  { service, here, fleet }: ServiceContext,
  { statements }: BackupsFacts,
): Draft {
  const sorted = [...problems].sort((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity));
  const [worst] = sorted;
  const { many, remedy, avoid } = advice[id];
  const at = service.snapshot.at ?? fleet.snapshot.takenAt;
  const sourceOf = (problem: BackupProblem): string => plain(statements[statementKey(problem)] ?? '', statementLength);
  const rest = sorted.length - shownEvidence;
  return {
    id,
    severity: worst?.severity ?? 'warning',
    title:
      sorted.length === 1 && worst !== undefined
        ? t`Backups ${here}: ${plain(worst.name)} ${worst.what}.`
        : t`Backups ${here}: ${sorted.length} of those expected ${many}.`,
    short:
      sorted.length === 1 && worst !== undefined
        ? `${plain(worst.section)}: ${worst.short}`
        : t`${sorted.length} backups ${many}`,
    evidence: [
      ...sorted
        .slice(0, shownEvidence)
        .map((problem) => ({ measured: plain(problem.measured), source: sourceOf(problem), at })),
      ...(rest > 0 && worst !== undefined ? [{ measured: t`and ${rest} more`, source: sourceOf(worst), at }] : []),
    ],
    remedy,
    ...(avoid === undefined ? {} : { avoid }),
  };
}

/** The table answered, and some questions to it failed. */
function partly({ here, service, fleet }: ServiceContext, { unread }: BackupsFacts): readonly Draft[] {
  if (unread.length === 0) return [];
  const at = service.snapshot.at ?? fleet.snapshot.takenAt;
  return [
    {
      id: 'backup.unreadable',
      severity: 'warning',
      title: t`Part of the metadata of the backups ${here} could not be read.`,
      short: t`partly not read`,
      evidence: unread.slice(0, shownEvidence).map((gap) => ({
        measured: plain(`${gap.about}: ${gap.errno === undefined ? '' : `${gap.errno}: `}${gap.text}`),
        source: plain(gap.statement, statementLength),
        at: gap.at || at,
      })),
      remedy: t`Where the time was over: an index on \`(type, section, start_date)\` answers each question at once, and \`timeoutSeconds\` of the chapter can be raised.`,
      avoid: t`Do not take what was not read for fine.`,
    },
  ];
}

const look = t`See the log of the run on the server that makes the backups.`;

const advice: Readonly<
  Record<BackupProblemId, { readonly many: string; readonly remedy: string; readonly avoid?: string }>
> = {
  'backup.missing': {
    many: t`do not exist`,
    remedy: t`${look}\nRun the backup once by hand. Where it is no longer wanted, take it out of \`expect\`.`,
    avoid: t`Do not count a replica as a backup: a wrong statement reaches it within a second.`,
  },
  'backup.stale': {
    many: t`are older than allowed`,
    remedy: t`Runs that are missing altogether: see whether the timer fires, and whether the row of the last run says why it ended.\n${look}`,
    avoid: t`Do not purge binary logs of the source meanwhile: from an old backup, they are the only way to now.`,
  },
  'backup.tooSmall': {
    many: t`are too small`,
    remedy: t`${look}\nThe dump account may see fewer databases than meant: over IPv6 it is another account with other grants.`,
    avoid: t`Do not delete the backup before, which may be the last good one.`,
  },
  'backup.sizeJump': {
    many: t`have changed in size`,
    remedy: t`Compare which databases and tables are in both, by \`backup_files\` of the two runs: a schema that was added or dropped explains a step.\nRestore the smaller one for a look if nothing explains it: a backup that nobody has restored is a hope.`,
    avoid: t`Do not wait for the next run: a check that compares with the run before is quiet then, whatever has happened to the data.`,
  },
  'backup.failed': {
    many: t`have failed`,
    remedy: t`${look}\nA full disk, a killed connection and a missing privilege are the usual reasons. Start the run again when it is mended.`,
  },
  'backup.onlyOne': {
    many: t`have only one run`,
    remedy: t`Make a second one, and look whether older ones were removed by mistake: with one there is nothing to compare, and nothing to fall back on.`,
  },
  'backup.running': {
    many: t`are running`,
    remedy: t`A run that is alive shows in the process list of its source. One that is not has left its row behind, which stays \`ongoing\` for ever.`,
    avoid: t`Do not restart its source, nor stop its replication thread, while it runs.`,
  },
};

export const backupsExplained: Explained = {
  'backup.unreadable': {
    means: 'The metadata of the backups cannot be read, or not all of it.',
    when: 'The server with the table does not answer, refuses our account, or has no such table.',
    why: 'Whatever it says is unknown then: backups may be missing without anybody hearing of it.',
  },
  'backup.missing': {
    means: 'There is no finished backup that the inventory expects.',
    when: 'The table has no row of that section and type, or none that finished.',
    why: 'It was never set up, its name differs, or every run has failed.',
  },
  'backup.stale': {
    means: 'The last finished backup is too old.',
    when: 'Its start is longer ago than `maxAgeDays` (8 unless given), by the clock of the server. What it holds is as old as its start. Each data centre is judged by itself.',
    why: 'Runs fail or do not begin. A failed run leaves the last good row in place, so that nothing else shows it.',
  },
  'backup.tooSmall': {
    means: 'The last finished backup is smaller than it can be.',
    when: 'Less than `minBytes`, or nothing at all.',
    why: 'The dump ended early, or its account sees less than it should.',
  },
  'backup.sizeJump': {
    means: 'A backup has another size than those before.',
    when: 'It differs from the run before by more than `warnChangePercent` (5) or `critChangePercent` (15); or from the median of the eight before by more than the latter, unless it grows steadily.',
    why: 'Data that came or went, or was no longer dumped. A change for good differs from the run before only once, which is why the whole series is looked at.',
  },
  'backup.failed': {
    means: 'The last run has failed.',
    when: 'A run newer than the last finished one has the status `failed`; critical from the second in a row.',
    why: 'A check that looks at finished runs only does not see it until the last one is too old.',
  },
  'backup.onlyOne': {
    means: 'There is a single finished backup.',
    when: 'The table has one finished row of that section and type.',
    why: 'The backup is new, or the others were removed.',
  },
  'backup.running': {
    means: 'A backup is being made.',
    when: 'A row has the status `ongoing`; a warning after twelve hours.',
    why: 'That is normal; a run that has died leaves the same sign.',
  },
};
