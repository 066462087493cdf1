import assert from 'node:assert/strict';
import { diagnose } from '../../../src/core/findings/diagnose';
import type { FleetView } from '../../../src/core/fleetView';
import { renderCall } from '../../../src/core/runbooks/clientCall';
import { guardWords } from '../../../src/core/runbooks/guardWords';
import type { RunbookPlan } from '../../../src/core/runbooks/plan';
import { planRunbook } from '../../../src/core/runbooks/planRunbook';
import { findRunbook } from '../../../src/core/runbooks/registry';
import { renderPlan } from '../../../src/core/runbooks/renderPlan';
import { toRunbookReport } from '../../../src/core/runbooks/toRunbookReport';
import { analytics, error, multi, mysql, p, r, type Node } from '../findings/fleetBuilder';
import { files, viewOf } from './fleet';

const stoppedAt = (errno: number, event: string, said: string): NonNullable<Node['connection']> => ({
  sqlThread: 'stopped',
  sqlError: error(errno, `Could not execute ${event} event on table shop.orders; ${said}, Error_code: ${errno}`),
});
const duplicateOf = (entry: string) => stoppedAt(1062, 'Write_rows_v1', `Duplicate entry '${entry}' for key 'PRIMARY'`);
const repair = (node: Node): RunbookPlan =>
  planRunbook(viewOf({ [r]: node }), 'replica.repairRow', r, { where: 'id = 1001' });
const shown = (plan: RunbookPlan) => renderPlan(plan, () => files).text;

describe('the words of a step', () => {
  const duplicate = repair({ connection: duplicateOf('1001') });

  it('lead back to the row that was deleted, which the look at the replica shows', () => {
    const [, look, , step] = duplicate.steps;
    assert.equal(look?.id, 'showReplica');
    assert.equal(step?.title, `Delete ${r}’s own version of the row, and go on`);
    const rollback = 'SET SESSION sql_log_bin = 0; REPLACE INTO `shop`.`orders` VALUES (…)';
    const words = 'The values are those that step 2 showed; the row that replication has put there since gives way.';
    assert.ok(shown(duplicate).includes(`- Rollback: \`\` ${rollback} \`\`. ${words}\n`), shown(duplicate));
    assert.equal(toRunbookReport(duplicate, () => files).steps[3]?.rollback, `${rollback}\n${words}`);
  });

  it('close a server of MySQL again where it was closed, on the way back too', () => {
    const rollbackOf = (superReadOnly: boolean) =>
      repair({ facts: { ...mysql, superReadOnly }, connection: duplicateOf('1001') }).steps[3]?.rollback ?? '';
    assert.match(rollbackOf(true), /super_read_only = 0; REPLACE INTO .*; SET GLOBAL super_read_only = 1$/);
    assert.doesNotMatch(rollbackOf(false), /super_read_only/);
  });

  it('say what was checked of a step that only shows something, and what is left to the operator', () => {
    const text = shown(duplicate);
    assert.doesNotMatch(text, /what you expect/);
    const looks = [...text.matchAll(/^- Done when: it ran, .* For you to look at: (.+)\.$/gm)].map(([, each]) => each);
    assert.deepEqual(looks, [
      'the columns of its key',
      'the row that is deleted later: keep its values, they are the way back',
      'the row that counts, or none if the source has deleted it since',
    ]);
    const deleted = shown(repair({ connection: stoppedAt(1032, 'Delete_rows_v1', "Can't find record in 'orders'") }));
    assert.match(deleted, /For you to look at: no row: the source has deleted it\./);
  });

  it('name the dialog that asks for the option file', () => {
    assert.match(shown(duplicate), /plan it again, and give an option file with an account that may\./);
  });

  it('name a step at the guard, and what before it was not done', () => {
    const done = { kind: 'done', words: '' } as const;
    const step = `Step 4 (destructive): Delete ${r}’s own version of the row, and go on.`;
    const says = (progress: Parameters<typeof guardWords>[2]) => guardWords(duplicate, 'repair', progress);
    assert.equal(says({}), `${step} Steps 1, 2 and 3 were not done here.`);
    assert.equal(
      says({ showTable: done, showReplica: { kind: 'failed', words: '' }, showSource: done }),
      `${step} Step 2 was not done here.`,
    );
    assert.equal(says({ showTable: done, showReplica: done, showSource: done }), step);
  });

  it('start the same threads as the remedy of the finding that leads to them', () => {
    for (const connection of [
      duplicateOf('1001'),
      stoppedAt(1032, 'Update_rows_v1', "Can't find record in 'orders'"),
      { sqlThread: 'stopped' } as const,
      { ioThread: 'stopped' } as const,
    ]) {
      const view = viewOf({ [r]: { connection } });
      const finding = diagnose(view).find(({ subject, runbook }) => subject === r && runbook !== undefined);
      const plan = planRunbook(view, finding?.runbook ?? '', r, { where: 'id = 1001' });
      const command = renderCall(plan.steps.at(-1)!.call, files);
      const runs = command.kind === 'ok' ? command.value : command.reason;
      const [start = ''] = /START SLAVE[A-Z_ ]*/.exec(finding?.remedy ?? '') ?? [];
      assert.match(runs, new RegExp(`${start}[;'/]`), `${start} in ${runs}`);
    }
  });
});

describe('what is offered for the row', () => {
  const offered = (view: FleetView, key: string = r, connection?: string) =>
    findRunbook('replica.repairRow')
      ?.inputs.find(({ name }) => name === 'where')
      ?.suggest?.(view, key, connection);
  const broken = (entry: string) => viewOf({ [r]: { connection: duplicateOf(entry) } });

  it('is the value of the error, for a column that only a person knows', () => {
    assert.equal(offered(broken('1001')), "<column> = '1001'");
    assert.equal(offered(broken('a.b@c')), "<column> = 'a.b@c'");
    // The plan asks for the column as long as it is not named.
    const plan = planRunbook(broken('1001'), 'replica.repairRow', r, { where: offered(broken('1001')) ?? '' });
    assert.match(plan.blocked.join(), /^row\.named/);
  });

  it('is nothing where the error does not tell the whole value of one column', () => {
    for (const entry of ['1-2', '2026-11-24', 'a?', '\\x00\\x01', 'x'.repeat(64), "it's", 'ä', '']) {
      assert.equal(offered(broken(entry)), undefined, entry);
    }
    const missing = viewOf({ [r]: { connection: stoppedAt(1032, 'Update_rows_v1', "Can't find record in 'orders'") } });
    assert.equal(offered(missing), undefined);
    assert.equal(offered(viewOf()), undefined);
    assert.equal(offered(viewOf(), p), undefined);
  });

  it('is that of the connection which was chosen', () => {
    const [first, second] = viewOf({}, analytics).instances[multi]?.connections ?? [];
    assert.ok(first !== undefined && second !== undefined);
    const view = viewOf({ [multi]: { connection: duplicateOf('7') } }, analytics);
    assert.equal(offered(view, multi, first.status.name), "<column> = '7'");
    assert.equal(offered(view, multi, second.status.name), undefined);
    assert.equal(offered(view, multi), "<column> = '7'");
  });
});
