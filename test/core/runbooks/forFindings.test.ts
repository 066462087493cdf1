import assert from 'node:assert/strict';
import { diagnose } from '../../../src/core/findings/diagnose';
import { joinFindings } from '../../../src/core/joinFindings';
import { planRunbook } from '../../../src/core/runbooks/planRunbook';
import { runbooks } from '../../../src/core/runbooks/registry';
import { runbooksFor } from '../../../src/core/runbooks/runbooksFor';
import { fleetCases } from '../findings/fleetCases';
import { heartbeatCases } from '../findings/heartbeatCases';
import { reachCases } from '../findings/reachCases';
import { threadCases } from '../findings/threadCases';

/** Every case of the findings' own tests. */
const named = [...reachCases, ...threadCases, ...fleetCases, ...heartbeatCases].flatMap(({ title, fleet }) => {
  const linked = fleet();
  const view = joinFindings(linked, diagnose(linked));
  return view.findings.flatMap((finding) =>
    finding.runbook === undefined ? [] : [{ title, view, finding, runbook: finding.runbook }],
  );
});

describe('runbooks that findings name', () => {
  it('are there, are offered for the instance, and have something to do about it', () => {
    for (const { title, view, finding, runbook } of named) {
      const where = `${finding.id} where ${title}`;
      const choice = runbooksFor(runbooks, view, finding.subject).find((each) => each.runbook.id === runbook);
      assert.equal(choice?.isOffered, true, where);
      const { connection } = finding;
      const inputs: Record<string, string> =
        connection === undefined ? {} : { connection: connection === '' ? '(default)' : connection };
      assert.ok(planRunbook(view, runbook, finding.subject, inputs).steps.length > 0, where);
    }
  });

  it('are named for these findings', () => {
    assert.deepEqual([...new Set(named.map(({ finding }) => finding.id))].sort(), [
      'heartbeat.staleRows',
      'replica.errantTransactions',
      'replica.gtidOff',
      'replica.io.binlogPurged',
      'replica.ioStopped',
      'replica.notConfigured',
      'replica.plaintext',
      'replica.sql.duplicateKey',
      'replica.sql.relayLogCorrupt',
      'replica.sql.rowMissing',
      'replica.sqlStopped',
      'replica.stoppedByOperator',
      'replica.untilReached',
      'replica.writable',
      'source.binlogOff',
    ]);
  });
});
