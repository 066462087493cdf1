import assert from 'node:assert/strict';
import { activated, theExtension } from './extension';

describe('runbooks through the API', () => {
  before(activated);

  it('plans one from a reading of its own, and runs nothing', async () => {
    const api = theExtension().exports;
    const { clusters } = await api.refresh();
    const replica = clusters.find(({ name }) => name === 's1')?.instances.find(({ role }) => role === 'replica');
    assert.ok(replica !== undefined);
    const plan = await api.planRunbook('replica.stop', replica.key);
    assert.deepEqual(plan.blocked, []);
    assert.deepEqual(
      plan.steps.map(({ effect }) => effect),
      ['write'],
    );
    assert.match(plan.steps[0]?.command ?? '', /^(mariadb|mysql) .*--defaults-extra-file=.*STOP (SLAVE|REPLICA);/);
    const after = (await api.refresh()).clusters.flatMap(({ instances }) => instances);
    assert.equal(after.find(({ key }) => key === replica.key)?.connections[0]?.io, 'running');
  });

  it('plans a template of grants from what the server has now', async () => {
    const api = theExtension().exports;
    const { clusters } = await api.refresh();
    const members = clusters.find(({ name }) => name === 's1')?.instances ?? [];
    const template = 'grants/shop.sql.erb';
    const plans = await Promise.all(members.map(({ key }) => api.planRunbook('grants.apply', key, { template })));
    const wanted = plans.filter(({ steps }) => steps.length > 0);
    assert.deepEqual(
      wanted.map(({ blocked, steps }) => [blocked, steps.map(({ effect }) => effect)]),
      [[[], ['write']]],
    );
    assert.match(wanted[0]?.steps[0]?.command ?? '', /SET SESSION sql_log_bin = 0; GRANT DELETE ON `shop`/);
    const [member] = members;
    assert.ok(member !== undefined);
    const foreign = await api.planRunbook('grants.apply', member.key, { template: 'replideck.yaml' });
    assert.match(foreign.blocked.join('\n'), /replideck\.yaml is no template/);
  });

  it('says what does not exist', async () => {
    const api = theExtension().exports;
    await assert.rejects(api.planRunbook('replica.skip', 'x:1'), /There is no runbook|no instance/);
  });
});
