import assert from 'node:assert/strict';
import { FleetStore } from '../../src/app/fleetStore';
import { fleetLogic } from '../../src/core/fleetLogic';
import type { ReachFailure } from '../../src/core/replication/reading';
import { fleetNodes, type TreeNode } from '../../src/ui/tree/model';
import { ManualClock, silentLog } from '../app/manualClock';
import { answered, inventoryOf, unanswered } from '../app/sampleFleet';

const at = '2026-11-22T12:00:00.000Z';
const via = 'ssh://dba@bastion.example';
const [db1, db2] = ['db1.example:3306', 'db2.example:3306'];

const inventory = inventoryOf(`
version: 1
clusters:
  s1:
    instances:
      - { host: db1.example, port: 3306, via: '${via}' }
      - { host: db2.example, port: 3306, via: '${via}' }
      - { host: db3.example, port: 3306 }
burrow: { kafka: { url: http://burrow.example, cluster: eqiad, groups: [c], via: 'ssh://dba@bastion.example' } }
`);

const denied = 'dba@bastion.example: Permission denied (publickey).';
const unknownKey = 'No ED25519 host key is known for bastion.example.\nHost key verification failed.';
const down = 'ssh: connect to host bastion.example port 22: Connection refused';
const tunnel = (text: string) => ({ reason: 'tunnelFailed', text }) as const;

type Met = 'answered' | ReachFailure | undefined;

/** The node of the only bastion; each argument is what that one met, undefined where it was not read yet. */
function bastion(
  first: Met,
  second: Met,
  burrow?: { readonly reason: 'tunnelFailed'; readonly text: string },
): TreeNode {
  const store = new FleetStore(new ManualClock(), silentLog);
  store.setInventory(inventory, fleetLogic);
  for (const [key, met] of [
    [db1, first],
    [db2, second],
  ] as const) {
    if (met !== undefined) store.accept(met === 'answered' ? answered({ key, at }) : unanswered(key, at, met));
  }
  if (burrow !== undefined)
    store.acceptService({
      ...{ kind: 'burrow', key: 'burrow:kafka', startedAt: at, at, elapsedMs: 3 },
      result: { kind: 'failed', failure: burrow },
    });
  store.flush();
  assert.ok(store.view);
  const group = fleetNodes(store.view, '').find(({ id }) => id === 'group:bastion');
  const [node] = group?.children ?? [];
  assert.ok(node);
  return node;
}

describe('the bastions in the tree', () => {
  const cases: readonly (readonly [string, Parameters<typeof bastion>, string, string])[] = [
    ['lets all through', ['answered', 'answered'], 'ok', 'lets 2 through'],
    ['was not used yet', [undefined, undefined], 'unknown', 'not used yet'],
    ['refuses our key', [tunnel(denied), tunnel(denied)], 'denied', 'bastion: login refused'],
    [
      'has a host key that nobody has accepted',
      [tunnel(unknownKey), undefined],
      'unreachable',
      'bastion: unknown host key',
    ],
    ['is down', [tunnel(down), tunnel(down), tunnel(down)], 'unreachable', 'bastion not reached'],
    [
      'lets through to what does not answer behind it',
      [tunnel('open failed: connect failed: Connection refused'), { reason: 'accessDenied', text: '1045' }],
      'ok',
      'lets 2 through',
    ],
    [
      'forwards to some places only',
      ['answered', 'answered', tunnel('open failed: administratively prohibited: open failed')],
      'warning',
      'bastion: forwarding prohibited, for 1 of 3',
    ],
    [
      'hangs, or what is behind it',
      [
        { reason: 'hung', text: '' },
        { reason: 'timedOut', text: '' },
      ],
      'unknown',
      'no answer through it',
    ],
    ['may not be used', [{ reason: 'untrusted', text: '' }, undefined], 'unknown', 'not used yet'],
  ];
  for (const [title, met, state, description] of cases) {
    it(`says of one that ${title}: ${state}`, () => {
      const node = bastion(...met);
      assert.deepEqual([node.label, node.state, node.description], ['dba@bastion.example', state, description]);
    });
  }

  it('lead to what stands behind each, and to nothing else', () => {
    const { children, tooltip, spoken } = bastion(tunnel(denied), 'answered');
    assert.deepEqual(
      children.map(({ label, state, subject }) => [label, state, subject]),
      [
        ['db1:3306', 'unreachable', { kind: 'instance', key: db1 }],
        ['db2:3306', 'ok', { kind: 'instance', key: db2 }],
        ['kafka', 'unknown', { kind: 'service', subject: 'burrow:kafka' }],
      ],
    );
    assert.match(tooltip, /Permission denied/);
    assert.equal(spoken, 'bastion dba@bastion.example, warning, bastion: login refused, for 1 of 3');
  });

  it('are no group where nobody names one', () => {
    const store = new FleetStore(new ManualClock(), silentLog);
    store.setInventory(inventoryOf('version: 1\nclusters: { s1: { instances: [db3.example:3306] } }\n'), fleetLogic);
    assert.ok(store.view);
    assert.equal(fleetNodes(store.view, '').length, 1);
  });
});
