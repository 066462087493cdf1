import { list } from '../findings/phrase';
import { t } from '../l10n';
import { wordOf } from '../words';
import type { RunbookPlan } from './plan';
import type { StepProgress } from './renderPlan';

/** What whoever types a name has to know of the step: which it is, and which before it were not done in this window. */
export function guardWords(
  { steps }: RunbookPlan,
  stepId: string,
  progress: Readonly<Record<string, StepProgress>>,
): string {
  const at = steps.findIndex(({ id }) => id === stepId);
  const step = steps[at];
  if (step === undefined) return '';
  const open = steps
    .slice(0, at)
    .flatMap(({ id, isDone }, index) =>
      isDone !== undefined || progress[id]?.kind === 'done' ? [] : [String(index + 1)],
    );
  const words = [
    t`Step ${at + 1} (${wordOf(step.effect)}): ${step.title}.`,
    ...(open.length === 0
      ? []
      : [open.length === 1 ? t`Step ${list(open)} was not done here.` : t`Steps ${list(open)} were not done here.`]),
  ];
  return words.join(' ');
}
