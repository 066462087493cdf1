import { code } from '../findings/phrase';
import { fence, literal, prose } from '../markdown';
import type { StepResult } from './auditEntry';
import { renderCall } from './clientCall';
import type { PlanCheck, PlanStep, PlanTarget, RunbookPlan } from './plan';
import { describeTarget } from './planTarget';
import type { FilesOf } from './toRunbookReport';

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
    plan.blocked.length === 0
      ? 'The ground is checked: it may run.'
      : `**It may not run now.** ${plan.blocked.length === 1 ? 'One thing stands' : `${plan.blocked.length} things stand`} in the way.`,
    '',
    ...plan.blocked.map((reason) => `- ✗ ${prose(reason)}`),
    ...(plan.blocked.length === 0 ? [] : ['']),
    '## Where',
    '',
    serverLine('Target', plan.target),
    ...(plan.source === undefined ? [] : [serverLine('Source', plan.source)]),
    ...(plan.connection === undefined
      ? []
      : [`- Connection: ${plan.connection === '' ? 'the default one' : literal(plan.connection)}`]),
    '',
    '## Checks',
    '',
    '| | check | measured | needed |',
    '| --- | --- | --- | --- |',
    ...plan.checks.map(checkRow),
    '',
    ...plan.checks.filter(({ pass }) => pass !== true).map(({ id, fix }) => `- ${id}: ${prose(fix)}`),
    '',
  ];
  const stepLines: Record<string, number> = {};
  for (const [index, step] of plan.steps.entries()) {
    stepLines[step.id] = lines.length;
    lines.push(...stepText(step, index + 1, filesOf, progress[step.id]));
  }
  return { text: `${lines.join('\n').trimEnd()}\n`, stepLines };
}

function serverLine(role: string, target: PlanTarget): string {
  const { key, version, readAt } = target;
  const who = describeTarget(target);
  const when = readAt === undefined ? 'not read' : `read at ${readAt}`;
  return `- ${role}: **${literal(key)}** (${literal(who)}${version === undefined ? '' : `, ${literal(version)}`}, ${when})`;
}

function checkRow({ id, pass, measured, needed }: PlanCheck): string {
  const sign = pass === true ? '✓' : pass === false ? '✗' : '?';
  return `| ${sign} | ${id} | ${literal(measured)} | ${literal(needed)} |`;
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
    `## Step ${number}: ${prose(step.title)} (${step.effect})`,
    '',
    ...(progress === undefined ? [] : [`${signs[progress.kind]} ${literal(progress.words)}`, '']),
    ...(command.kind === 'ok'
      ? fence(command.value, files.shell === 'powershell' ? 'powershell' : 'sh').split('\n')
      : [`✗ ${literal(command.reason)}`]),
    '',
    ...(step.call.secrets.length === 0
      ? []
      : [
          'The file holds this, with what is asked for when the step runs:',
          '',
          ...fence(statementsOf(step), 'sql').split('\n'),
          '',
        ]),
    `- Done when: ${code(step.verify)} says ${prose(step.expected)}.`,
    ...(step.rollback === undefined ? [] : [`- Rollback: ${code(step.rollback, 4000)}`]),
    `- Blast radius: ${prose(step.blastRadius)}`,
    '',
  ];
}

function statementsOf({ call }: PlanStep): string {
  if (call.kind !== 'client') return '';
  const labels = new Map(call.secrets.map(({ name, label }) => [name, label]));
  return call.statements
    .map((statement) => `${statement.replace(/\{\{(\w+)\}\}/g, (_, name: string) => `<${labels.get(name) ?? name}>`)};`)
    .join('\n');
}
