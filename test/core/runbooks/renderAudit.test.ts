import assert from 'node:assert/strict';
import type { AuditEntry } from '../../../src/core/runbooks/auditEntry';
import { continuePlan } from '../../../src/core/runbooks/continuePlan';
import { planRunbook } from '../../../src/core/runbooks/planRunbook';
import { renderAudit } from '../../../src/core/runbooks/renderAudit';
import { renderAuditTicket, renderPlanTicket } from '../../../src/core/runbooks/renderTickets';
import { renderPlan } from '../../../src/core/runbooks/renderPlan';
import { r } from '../findings/fleetBuilder';
import { files, viewOf } from './fleet';

const started: AuditEntry = {
  ...{ kind: 'started', at: '2026-11-24T10:00:00.000Z', run: '1', who: 'dba@bastion', runbook: 'replica.stop' },
  ...{ target: r, step: 'Stop <both>', effect: 'write', server: r, command: 'mariadb ```x```', typedName: r },
  identity: { serverId: 201, hostname: 'db2100', port: 3311 },
};

describe('audit log as a document', () => {
  it('shows the newest run first, how it ended and what overruled a check', () => {
    const override = { checks: ['connection.runs: stopped.'], reason: 'ticket 12' };
    const text = renderAudit(
      [
        started,
        { ...started, kind: 'ended', end: { kind: 'closed' }, result: 'unverified', verification: 'IO thread running' },
        { ...started, kind: 'verified', result: 'done', verification: 'IO thread stopped' },
        { ...started, run: '2', at: '2026-11-25T10:00:00.000Z', override },
      ],
      0,
      '/store/audit.jsonl',
    );
    assert.ok(text.indexOf('2026-11-25') < text.indexOf('2026-11-24'), text);
    assert.match(text, /\? unverified at .*the terminal was closed before it ended; IO thread running/);
    assert.match(text, /✓ done at .*looked at again; IO thread stopped/);
    assert.match(text, /\*\*Overruled\*\* for this reason: ticket 12\n {2}- connection\.runs/);
    assert.match(text, /No end was recorded/);
    assert.equal(text.match(/No end was recorded/g)?.length, 1);
    assert.match(text, /^## 2026-11-24 10:00:00 UTC · /m);
    assert.match(
      text,
      /- Runbook: replica\.stop \(writes\), by dba@bastion\n- Server: .* \(server\\?_id 201, hostname db2100,/,
    );
    // What others wrote is no markup, and cannot leave its fence.
    assert.match(text, /Stop \\<both\\>/);
    assert.match(text, /````sh\nmariadb ```x```\n````/);
  });

  it('shows what was refused, and why', () => {
    const text = renderAudit([{ ...started, kind: 'refused', command: '', why: 'That is not <db1>.' }], 0, 'f');
    assert.match(text, /✗ refused, nothing was run: That is not \\<db1\\>/);
    assert.doesNotMatch(text, /No end was recorded|```/);
  });

  it('says that it is empty, and what it could not read', () => {
    assert.match(renderAudit([], 0, 'f'), /Nothing has been run yet/);
    assert.match(renderAudit([started], 3, 'f'), /3 lines of the file cannot be read/);
  });
});

describe('the audit log as a ticket', () => {
  const runs = (count: number): AuditEntry[] =>
    Array.from({ length: count }, (_, index) => ({ ...started, run: String(index), step: `Step of run ${index}` }));

  it('has the newest runs, and none where nothing was run', () => {
    assert.equal(renderAuditTicket([], 0, 'f'), undefined);
    const text = renderAuditTicket(runs(25), 0, 'f') ?? '';
    assert.match(text, /Step of run 24\n/);
    assert.match(text, /Step of run 5\n/);
    assert.doesNotMatch(text, /Step of run 4\n/);
  });

  it('holds no password, whoever wrote it into a reason, nor does a plan', () => {
    const command = `mariadb -e "CREATE USER x IDENTIFIED BY 'canary-of-tickets'"`;
    const reason = "PASSWORD('canary-of-tickets')";
    const text = renderAuditTicket([{ ...started, command, override: { checks: [], reason } }], 0, 'f') ?? '';
    assert.match(text, /CREATE USER x IDENTIFIED BY <secret>/);
    const plan = renderPlanTicket(`# Plan\n\n${command}\n`);
    assert.match(plan, /^# Plan/);
    for (const each of [text, plan]) assert.ok(!each.includes('canary-of-tickets'), each);
  });
});

describe('a plan that was started', () => {
  const stopped = { ioThread: 'stopped', sqlThread: 'stopped', secondsBehind: undefined } as const;
  const before = planRunbook(viewOf({ [r]: { connection: stopped } }), 'replica.start', r);
  const now = planRunbook(viewOf(), 'replica.start', r);

  it('keeps its done steps as they ran, and says so where all are done', () => {
    const plan = continuePlan(before, { ...now, steps: [] }, new Set(['start']));
    assert.deepEqual(plan.steps, before.steps);
    assert.equal(plan.checks, now.checks);
    const { text } = renderPlan(plan, () => files, { start: { kind: 'done', words: 'It runs.' } });
    assert.match(text, /✓ All steps are done/);
    assert.doesNotMatch(text, /may not run now/);
  });

  it('says that it may not run where a step is left and the ground is red', () => {
    const { text } = renderPlan(now, () => files, { start: { kind: 'failed', words: 'It did not.' } });
    assert.match(text, /\*\*It may not run now\.\*\*/);
    assert.match(text, /✗ It did not\./);
  });
});
