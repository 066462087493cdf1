import { code } from '../findings/phrase';
import { fence, literal, prose } from '../markdown';
import type { StepResult } from './auditEntry';
import { renderCall } from './clientCall';
import type { PlanCheck, PlanStep, PlanTarget, RunbookPlan } from './plan';
import { describeTarget } from './planTarget';
import type { FilesOf } from './toRunbookReport';
import { t } from '../l10n';
import { formatInstant, wordOf } from '../words';

/** How far a step has come in this window. */
export interface StepProgress {
  readonly kind: 'running' | 'typed' | StepResult;
  /** What was measured, or why it is not known. */
  readonly words: string;
}

export interface RenderedPlan {
  /** Markdown. */
  readonly text: string;
  /** Zero-based line of each step's heading, by the step's id. */
  readonly stepLines: Readonly<Record<string, number>>;
}

/** The plan as a document. The same plan gives the same text. */
export function renderPlan(
  plan: RunbookPlan,
  filesOf: FilesOf,
  progress: Readonly<Record<string, StepProgress>> = {},
): RenderedPlan {
  const lines: string[] = [
    `# ${prose(plan.title)}${plan.target.isProduction ? ' · PROD' : ''}`,
    '',
    ...verdict(plan, progress),
    '## Where',
    '',
    serverLine('Target', plan.target),
    ...(plan.source === undefined ? [] : [serverLine('Source', plan.source)]),
    ...(plan.connection === undefined
      ? []
      : [t`- Connection: ${plan.connection === '' ? t`the default one` : literal(plan.connection)}`]),
    '',
    '## Checks',
    '',
    ...plan.checks.flatMap(checkLines),
    '',
  ];
  const stepLines: Record<string, number> = {};
  for (const [index, step] of plan.steps.entries()) {
    stepLines[step.id] = lines.length;
    lines.push(...stepText(step, index + 1, filesOf, progress[step.id]));
  }
  return { text: `${lines.join('\n').trimEnd()}\n`, stepLines };
}

function verdict({ steps, blocked }: RunbookPlan, progress: Readonly<Record<string, StepProgress>>): readonly string[] {
  const isDone = steps.every((step) => step.isDone !== undefined || progress[step.id]?.kind === 'done');
  if (steps.length > 0 && isDone) return [t`✓ All steps are done, as the servers say.`, ''];
  if (blocked.length === 0) return [t`The ground is checked: it may run.`, ''];
  const count = blocked.length === 1 ? t`One thing stands` : t`${blocked.length} things stand`;
  return [t`**It may not run now.** ${count} in the way.`, '', ...blocked.map((reason) => `- ✗ ${prose(reason)}`), ''];
}

function serverLine(role: string, target: PlanTarget): string {
  const { key, version, readAt } = target;
  const who = describeTarget(target);
  const when = readAt === undefined ? t`not read` : t`read at ${formatInstant(readAt)}`;
  return `- ${role}: **${literal(key)}** (${literal(who)}${version === undefined ? '' : `, ${literal(version)}`}, ${when})`;
}

/** A list and no table: in an editor, where a plan is read, the cells of a table would wrap into each other. */
function checkLines({ id, pass, measured, needed, fix }: PlanCheck): readonly string[] {
  const sign = pass === true ? '✓' : pass === false ? '✗' : '?';
  return [
    t`- ${sign} ${id}: ${literal(measured)} (needed: ${literal(needed)})`,
    ...(pass === true ? [] : [`  - ${prose(fix)}`]),
  ];
}

function stepText(
  step: PlanStep,
  number: number,
  filesOf: FilesOf,
  progress: StepProgress | undefined,
): readonly string[] {
  const files = filesOf(step);
  const command = renderCall(step.call, files);
  const signs = { running: '…', typed: '…', done: '✓', failed: '✗', unverified: '?' } as const;
  return [
    t`## Step ${number}: ${prose(step.title)} (${wordOf(step.effect)})`,
    '',
    ...(progress === undefined
      ? step.isDone === undefined
        ? []
        : [t`✓ Done already: ${literal(step.isDone)}`, '']
      : [`${signs[progress.kind]} ${literal(progress.words)}`, '']),
    ...(command.kind === 'ok'
      ? fence(command.value, files.shell === 'powershell' ? 'powershell' : 'sh').split('\n')
      : [`✗ ${literal(command.reason)}`]),
    '',
    ...(step.call.secrets.length === 0
      ? []
      : [
          t`The file holds this, with what is asked for when the step runs:`,
          '',
          ...fence(statementsOf(step), 'sql').split('\n'),
          '',
        ]),
    ...(step.byHand === undefined
      ? []
      : [t`By hand, on the host of the server:`, '', ...fence(step.byHand).split('\n'), '']),
    step.expectation.kind === 'answers'
      ? t`- Done when: it ran, and the server is the planned one. For you to look at: ${prose(step.expected)}.`
      : t`- Done when: ${code(step.verify)} says ${prose(step.expected)}.`,
    ...rollbackLine(step),
    t`- Blast radius: ${prose(step.blastRadius)}`,
    '',
  ];
}

function rollbackLine({ rollback, rollbackWords }: PlanStep): readonly string[] {
  const parts = [
    ...(rollback === undefined ? [] : [code(rollback, 4000)]),
    ...(rollbackWords === undefined ? [] : [prose(rollbackWords)]),
  ];
  return parts.length === 0 ? [] : [t`- Rollback: ${parts.join('. ')}`];
}

function statementsOf({ call }: PlanStep): string {
  if (call.kind !== 'client') return '';
  const labels = new Map(call.secrets.map(({ name, label }) => [name, label]));
  return call.statements
    .map((statement) => `${statement.replace(/\{\{(\w+)\}\}/g, (_, name: string) => `<${labels.get(name) ?? name}>`)};`)
    .join('\n');
}
