import assert from 'node:assert/strict';
import { planRunbook, whyNotNow } from '../../../src/core/runbooks/planRunbook';
import { programChecks, withChecks } from '../../../src/core/runbooks/programChecks';
import { r } from '../findings/fleetBuilder';
import { viewOf } from './fleet';

describe('programs that a plan runs', () => {
  const plan = planRunbook(viewOf(), 'replica.stop', r);
  const calls = plan.steps.map(({ call }) => call);

  it('are a red line where they are missing, with the package to install', () => {
    const checked = withChecks(plan, programChecks(calls, { mariadb: undefined }));
    assert.match(checked.blocked.join('\n'), /^program\.mariadb: not on PATH; needed: mariadb on PATH/);
    assert.match(checked.checks.at(-1)?.fix ?? '', /apt install mariadb-client`.*dnf install mariadb`/);
  });

  it('are a green line with their place, and unknown where nobody looked', () => {
    assert.deepEqual(withChecks(plan, programChecks(calls, { mariadb: '/usr/bin/mariadb' })).blocked, []);
    assert.match(withChecks(plan, programChecks(calls, {})).blocked.join('\n'), /^program\.mariadb is not known/);
  });
});

describe('overrides', () => {
  it('pass over what they name, and nothing else', () => {
    const running = planRunbook(viewOf(), 'replica.start', r);
    assert.deepEqual(running.blocked.length, 1);
    assert.deepEqual(whyNotNow(running, 'start', viewOf(), ['connection.stands']), []);
    assert.equal(whyNotNow(running, 'start', viewOf(), ['connection.noError']).length, 1);
  });

  it('do not exist where harm is certain', () => {
    // The primary is writable, so the replica may not be.
    const plan = planRunbook(viewOf(), 'instance.setWritable', r);
    const all = plan.checks.map(({ id }) => id);
    assert.match(whyNotNow(plan, 'setWritable', viewOf(), all).join('\n'), /^cluster\.noOtherWritable: writable: /);
    const dead = viewOf({ [r]: { failure: { reason: 'refused' } } });
    assert.match(whyNotNow(plan, 'setWritable', dead, all).join('\n'), /target\.identity: not read/);
  });
});
