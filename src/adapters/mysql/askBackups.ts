import type { BackupsAnswers } from '../../core/backups/reading';
import { failed, ok } from '../../core/outcome';
import { expectedBackupsStatement, recentBackupsStatement } from './serviceQueries';
import { survey } from './survey';
import type { AskService } from './surveyReader';
import { t } from '../../core/l10n';

/** What the metadata table tells: its newest rows, and those of each backup that is expected. */
export const askBackups: AskService<'backups'> = async ({ spec, instances }, settings, cancelled) => {
  const server = instances[spec.instance];
  if (server === undefined) return failed({ reason: 'other', text: t`${spec.instance} is not in the inventory.` });
  return survey<BackupsAnswers>(server, settings, spec.timeoutSeconds * 1000, cancelled, async ({ ask }) => {
    const expected: BackupsAnswers['expected'][number][] = [];
    for (const { section, type } of spec.expect) {
      const answer = await ask(expectedBackupsStatement(spec.table, type, section));
      if (answer.kind === 'failed') return answer;
      expected.push({ section, type, answer: answer.value });
    }
    const recent = await ask(recentBackupsStatement(spec.table));
    return recent.kind === 'failed' ? recent : ok({ recent: recent.value, expected });
  });
};
