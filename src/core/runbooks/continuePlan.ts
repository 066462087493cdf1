import type { RunbookPlan } from './plan';

/**
 * The plan that is shown once a step of it was started: what is done stays as it ran, the rest is as planned now. A
 * step that the runbook would no longer plan stays too, and is not let go.
 * @param done ids of steps that were verified
 */
export function continuePlan(started: RunbookPlan, now: RunbookPlan, done: ReadonlySet<string>): RunbookPlan {
  const planned = new Map(now.steps.map((step) => [step.id, step]));
  const steps = started.steps.map((step) => (done.has(step.id) ? step : (planned.get(step.id) ?? step)));
  const known = new Set(steps.map(({ id }) => id));
  return { ...now, steps: [...steps, ...now.steps.filter(({ id }) => !known.has(id))] };
}
