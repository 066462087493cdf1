import assert from 'node:assert/strict';
import type { LabResult } from './lab';
import { type KindResults, isPerfect, renderResults, totalsOf } from './labReport';

const named: LabResult = {
  name: 'lag',
  title: 'a replica falls behind',
  kind: 'fault',
  proof: 'heartbeat 9 s old',
  expected: ['replica.lag on s1-replica'],
  named: ['warning replica.lag on s1-replica'],
  ...{ missed: [], explained: [], falseAlarms: [], remaining: [] },
};
const quiet: LabResult = { ...named, name: 'as-built', kind: 'healthy', expected: [], named: [] };
const withResults = (results: readonly LabResult[], more: Partial<KindResults> = {}): KindResults => ({
  ...{ server: { name: 'mariadb-10.11', version: '10.11.19' }, results, failed: [], leftOut: [] },
  ...more,
});

function check(kind: KindResults, perfect: boolean, shown: RegExp): void {
  assert.equal(isPerfect(kind), perfect);
  assert.match(renderResults(kind), shown);
}

describe('the report of the fault lab', () => {
  it('counts what was named and what stayed quiet', () => {
    check(withResults([named, quiet]), true, /1 of 1 faults named \(100 %\), 1 healthy fleets, 0 false alarms/);
    assert.deepEqual(totalsOf(withResults([named, quiet])), {
      ...{ faults: 1, recognised: 1, healthy: 1, falseAlarms: 0, remaining: 0, failed: 0 },
      ...{ remedies: 0, mended: 0, byHand: 0 },
    });
  });

  it('fails at a fault that was not named', () => {
    check(withResults([{ ...named, named: [], missed: ['fault lag: missing'] }]), false, /lag +MISSED.*\n0 of 1 .*0 %/);
  });

  it('fails at a false alarm, on a fleet with a fault as on a healthy one', () => {
    const falseAlarms = ['warning replica.lag on s1-codfw'];
    check(withResults([{ ...named, falseAlarms }, quiet]), false, /FALSE ALARM/);
    check(withResults([named, { ...quiet, falseAlarms }]), false, /as-built +FALSE ALARM/);
  });

  it('fails at a finding that stays after healing', () => {
    check(withResults([{ ...named, remaining: ['critical x on y'] }]), false, /STAYS AFTER HEALING/);
  });

  it('counts the remedies, and fails at one that does not mend', () => {
    const mended = (by: 'statements' | 'hand'): LabResult => ({ ...named, remedy: { kind: 'mended', by, done: [] } });
    const both = withResults([mended('statements'), mended('hand')]);
    check(
      both,
      true,
      /lag +named +mended .*\nlag +named +by hand .*\n.*\n2 of 2 remedies mended .* 1 of them .*by hand/,
    );
    const reason = 'The fault is still there.';
    const failed: LabResult = { ...named, remedy: { kind: 'failed', reason, done: [] } };
    check(
      withResults([failed]),
      false,
      /REMEDY DOES NOT MEND +FAILED .*remedy: The fault is still there\.\n.*\n0 of 1/,
    );
  });

  it('fails where something could not be tried, or nothing was', () => {
    const failed = [{ name: 'hung', reason: 'was not proven' }];
    check(withResults([named], { failed }), false, /NOT TRIED {2}hung: was not proven/);
    check(withResults([]), false, /0 of 0 faults/);
  });
});
