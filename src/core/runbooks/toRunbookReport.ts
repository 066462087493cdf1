import type { RunbookReport } from '../report';
import { renderCall, type CallFiles } from './clientCall';
import type { PlanStep, RunbookPlan } from './plan';

/** Where the files of a step are; each step has its own. */
export type FilesOf = (step: PlanStep) => CallFiles;

/** The plan as the API hands it out: plain JSON. A command that cannot be written safely blocks the plan. */
export function toRunbookReport(plan: RunbookPlan, filesOf: FilesOf): RunbookReport {
  const refused: string[] = [];
  const steps = plan.steps.map((step): RunbookReport['steps'][number] => {
    const command = renderCall(step.call, filesOf(step));
    if (command.kind === 'failed') refused.push(command.reason);
    const { title, effect, verify } = step;
    const rollback = [step.rollback, step.rollbackWords].filter((part) => part !== undefined).join('\n');
    return {
      title,
      effect,
      command: command.kind === 'ok' ? command.value : '',
      verify,
      ...(rollback === '' ? {} : { rollback }),
    };
  });
  return {
    id: plan.id,
    target: plan.target.key,
    checks: plan.checks.map(({ id, pass, measured, needed }) => ({ id, pass, measured, needed })),
    steps,
    blocked: [...new Set([...plan.blocked, ...refused])],
  };
}
