import assert from 'node:assert/strict';
import type { PlanStep, RunbookPlan } from '../../src/core/runbooks/plan';
import { planRunbook, whyNotNow } from '../../src/core/runbooks/planRunbook';
import type { Verification } from '../../src/core/runbooks/verifyStep';
import { clientCallOf } from '../core/runbooks/fleet';
import { connectionName, emptyServer } from '../sandbox/emptyServer';
import type { Sandbox } from '../sandbox/sandbox';
import { waitFor } from '../sandbox/waitFor';
import type { RunbookLab } from './runbookHarness';

/** What the suite of the runbooks has started. */
export interface RunningLab {
  readonly sandbox: Sandbox;
  readonly lab: RunbookLab;
}

/** Plans and carries out runbooks as an operator would who comes back after every step. */
export function planWalk(running: () => RunningLab) {
  const isMariadb = (): boolean => running().sandbox.kind.flavor === 'mariadb';
  const key = (name: string): string => running().sandbox.instance(name).key;

  const empty = (name: string): Promise<void> => emptyServer(running().sandbox, name);

  const plan = async (
    id: string,
    name: string,
    inputs: Readonly<Record<string, string>>,
    isReady: (made: RunbookPlan) => boolean = ({ blocked }) => blocked.length === 0,
  ): Promise<RunbookPlan> => {
    const { lab } = running();
    let made: RunbookPlan | undefined;
    await waitFor(async () => {
      made = planRunbook(await lab.view(), id, key(name), { ...lab.inputs, ...inputs });
      return isReady(made) ? made : undefined;
    }, 30_000);
    assert.ok(made !== undefined);
    assert.deepEqual(made.blocked, [], JSON.stringify(made.checks.filter(({ pass }) => pass !== true)));
    return made;
  };

  const stepOf = (made: RunbookPlan, id: string): PlanStep => {
    const step = made.steps.find((each) => each.id === id);
    assert.ok(step !== undefined, `${id} of ${made.steps.map((each) => each.id).join(', ')}`);
    return step;
  };

  const runStep = async (made: RunbookPlan, step: PlanStep): Promise<Verification> => {
    const { lab } = running();
    assert.deepEqual(whyNotNow(made, step.id, await lab.view()), [], step.title);
    const ended = await lab.run(clientCallOf(step));
    assert.equal(ended.code, 0, `${step.title}: ${ended.output}`);
    assert.deepEqual(ended.leaks, [], step.title);
    return lab.verify(step, ended.endedMs);
  };

  /** Each step by a plan of its own, as if the window had been closed after every one. */
  const carryOut = async (
    id: string,
    name: string,
    inputs: Readonly<Record<string, string>>,
    before: (step: PlanStep, made: RunbookPlan) => Promise<void> = () => Promise.resolve(),
  ): Promise<void> => {
    const { steps: planned } = await plan(id, name, inputs);
    const ids = planned.map((step) => step.id);
    for (const [at, stepId] of ids.entries()) {
      const made = await plan(id, name, inputs, ({ blocked, steps }) => {
        const earlier = steps.slice(0, at);
        return blocked.length === 0 && earlier.every(({ isSeen, isDone }) => isSeen !== true || isDone !== undefined);
      });
      for (const earlier of made.steps.slice(0, at)) {
        if (earlier.isSeen === true) assert.notEqual(earlier.isDone, undefined, `${earlier.id} is seen done`);
      }
      const step = stepOf(made, stepId);
      if (step.isDone !== undefined) continue;
      await before(step, made);
      const verification = await runStep(made, step);
      assert.equal(verification.kind, 'done', `${step.title}: ${JSON.stringify(verification)}`);
    }
    // A plan whose steps leave no trace has nothing to do any more, and says so.
    if (planned.every(({ isSeen }) => isSeen !== true)) return;
    const done = await plan(id, name, inputs, ({ steps }) =>
      steps.every(({ isSeen, isDone }) => isSeen !== true || isDone !== undefined),
    );
    assert.deepEqual(
      done.steps.flatMap((step) => (step.isSeen === true && step.isDone === undefined ? [step.id] : [])),
      [],
    );
  };

  const count = async (name: string, sql: string): Promise<number> =>
    Number(Object.values((await running().sandbox.query(name, sql))[0] ?? {})[0]);

  const status = async (name: string, connection: string) => {
    const rows = await running().sandbox.status(name);
    return rows.find((row) => connectionName(row) === connection) ?? {};
  };

  /** The sandbox's own account, whose password the lab does not know, gets the one that it types. */
  const carryOutWithPassword: typeof carryOut = async (id, name, inputs, before) => {
    const { sandbox, lab } = running();
    const text = `'${lab.otherCanary.replaceAll("'", "''")}'`;
    const source = sandbox.instance(inputs['source'] ?? '');
    await sandbox.query(source, `ALTER USER repl@'127.0.0.1' IDENTIFIED BY ${text}`);
    await carryOut(id, name, inputs, before);
  };

  return { isMariadb, key, empty, plan, stepOf, runStep, carryOut, carryOutWithPassword, count, status };
}
