import assert from 'node:assert/strict';
import { fleetLogic } from '../../src/core/fleetLogic';
import type { ReachFailure } from '../../src/core/replication/reading';
import { toFleetView } from '../../src/core/toFleetView';
import { fleetNodes } from '../../src/ui/tree/model';
import { answered, inventoryOf, s1, unanswered } from '../app/sampleFleet';

const at = '2026-11-22T12:00:00.000Z';
type Reason = ReachFailure['reason'] | 'answered' | 'pending';

/** The first row of a tree whose instances fared so, as label, description and action. */
function firstRow(reasons: readonly Reason[], filter = ''): string {
  const inventory = inventoryOf(s1);
  const kept = inventory.instances.slice(0, reasons.length);
  const instances = kept.map(({ key }, index) => {
    const reason = reasons[index] ?? 'pending';
    if (reason === 'pending') return fleetLogic.pendingSnapshot(key);
    return fleetLogic.toInstanceSnapshot(
      reason === 'answered' ? answered({ key, at, serverId: index + 1 }) : unanswered(key, at, { reason, text: 'x' }),
    );
  });
  const keys = kept.map(({ key }) => key);
  const view = toFleetView({
    takenAt: at,
    inventory: {
      ...inventory,
      instances: kept,
      clusters: inventory.clusters.map((cluster) => ({ ...cluster, instances: keys })),
    },
    instances: Object.fromEntries(instances.map((snapshot) => [snapshot.key, snapshot])),
    previous: {},
    mirrors: {},
    services: {},
  });
  const [first] = fleetNodes(view, filter);
  if (first === undefined) return '';
  const { label, description, subject, spoken, contextValue } = first;
  if (subject.kind !== 'notice') return `${subject.kind}: ${label}`;
  assert.ok(spoken.startsWith(label) && contextValue === 'notice');
  return `${label} | ${description} | ${subject.action}`;
}

describe('the first row of the tree', () => {
  const table: readonly (readonly [readonly Reason[], string])[] = [
    [['untrusted', 'untrusted', 'untrusted'], 'Trust this workspace to read it |  | trust'],
    [['untrusted', 'pending', 'pending'], 'Trust this workspace to read it |  | trust'],
    [['timedOut', 'refused', 'noRoute'], 'No instance answers | try again | refresh'],
    [['unknownHost'], 'The only instance does not answer | try again | refresh'],
    [['accessDenied', 'credentialsMissing'], 'No instance accepts the login | ask again | refresh'],
    [['accessDenied', 'accountLocked'], 'No instance accepts the login | try again | refresh'],
    [['accessDenied'], 'The only instance refuses the login | ask again | refresh'],
    [['credentialsMissing', 'credentialsMissing'], 'Credentials are missing | try again | refresh'],
    [['accessDenied', 'timedOut'], 'No instance answers | try again | refresh'],
    [['timedOut', 'timedOut', 'answered'], 'cluster: s1'],
    [['timedOut', 'pending'], 'cluster: s1'],
    [['timedOut', 'cancelled'], 'cluster: s1'],
    [['answered'], 'cluster: s1'],
  ];
  for (const [reasons, want] of table) {
    it(`for ${reasons.join(', ')}: ${want}`, () => {
      assert.equal(firstRow(reasons), want);
    });
  }

  it('stays above what a filter leaves, and does not stand where it leaves nothing', () => {
    assert.match(firstRow(['refused'], 'db1'), /^The only instance does not answer/);
    assert.equal(firstRow(['refused'], 'zzz'), '');
  });
});
