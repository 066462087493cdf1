import { renderCall } from '../../../src/core/runbooks/clientCall';
import type { RunbookPlan } from '../../../src/core/runbooks/plan';
import { files } from './fleet';

/** What of a plan does not depend on the language: what is run and proved, and what is in its way. */
export const whatRuns = (plan: RunbookPlan) => ({
  checks: plan.checks.map(({ id, pass }) => [id, pass]),
  blocked: plan.blocked.length,
  steps: plan.steps.map(({ id, effect, call, rollback, expectation }) => {
    const command = renderCall(call, files);
    return {
      id,
      effect,
      rollback,
      expectation,
      command: command.kind === 'ok' ? command.value : command.kind,
    };
  }),
});
