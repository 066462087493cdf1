import assert from 'node:assert/strict';
import { renderReport } from '../../src/core/renderReport';
import { toFleetView } from '../../src/core/toFleetView';
import { buildInventory, buildSnapshot, from } from './buildFleet';

describe('the report for developers', () => {
  const primary = 'db1100.eqiad.example:3311';
  const replica = 'db1101.eqiad.example:3311';
  const inventory = buildInventory(
    { s1: { instances: [primary, replica], primary } },
    { [replica]: { via: 'ssh://bastion.example' } },
  );
  const view = toFleetView(
    buildSnapshot(inventory, {
      [primary]: { facts: { readOnly: false } },
      [replica]: { connections: [from(primary)] },
    }),
  );
  const canaries = [
    ['a password in a statement', "CREATE USER x IDENTIFIED BY 'canary-one'"],
    ['a hash', 'is *2470C0C06DEE42FD1618BB99005ADCA2EC9D1E19 and'],
    ['a login in an address', 'GET https://dba:canary-two@orchestrator.example/api'],
    ['a bearer token', 'authorization: Bearer canary-three.abc'],
    ['a token in a query', 'GET /x?token=canary-four-long'],
    ['a password of a command line', 'mysql --password=canary-five'],
    ['a host', `connect ECONNREFUSED ${primary}`],
    ['a short name of a host', 'db1101 answers'],
    ['a bastion', 'ssh to bastion.example failed'],
    ['an address', 'connect ETIMEDOUT 10.64.3.7:3306'],
  ] as const;
  const render = (logLines: readonly string[]): string =>
    renderReport({
      ...{ version: '0.1.0', vscodeVersion: '1.105.0', environment: { platform: 'linux' } },
      ...{ settings: { directPollLimit: 300 }, view, loadedParts: ['fleetLogic.js', 'bastions.js'], logLines },
    });

  for (const [what, line] of canaries) {
    it(`lets ${what} not through`, () => {
      const text = render([line]);
      assert.doesNotMatch(text, /canary|2470C0C0|db110\d|bastion\.example|10\.64\./);
      assert.notEqual(text, render(['']), 'the line itself is there');
    });
  }

  it('numbers a host the same wherever it stands', () => {
    const text = render([`${primary} is the source of db1101`, 'db1100 is read']);
    assert.match(text, /host-1:3311 is the source of host-2/);
    assert.match(text, /host-1 is read/);
  });

  it('tells versions, settings, the shape of the fleet, findings and what is loaded', () => {
    const text = render([]);
    for (const part of ['Replideck: 0.1.0', 'VS Code: 1.105.0', 'directPollLimit: 300', 'bastions.js, fleetLogic.js']) {
      assert.ok(text.includes(part), part);
    }
    assert.match(text, /- clusters: 1\n- instances of each: 2\n/);
    assert.match(text, /- roles: 1 × primary, 1 × replica/);
    assert.match(text, /- through a bastion: 1/);
    assert.match(text, /- versions: 2 × 10\.11\.19-MariaDB/);
  });

  it('says that there is no fleet', () => {
    const facts = { version: '1', vscodeVersion: '1', environment: {}, settings: {}, loadedParts: [], logLines: [] };
    assert.match(renderReport({ ...facts, view: undefined }), /There is none/);
  });
});
