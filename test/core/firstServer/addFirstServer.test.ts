import assert from 'node:assert/strict';
import { addFirstServer } from '../../../src/core/firstServer/addFirstServer';
import { parseInventory } from '../../../src/core/inventory/parseInventory';

const draft = { host: 'db1', port: 3306, user: 'replideck', secret: 'replideck@db1' };

describe('addFirstServer', () => {
  const texts: readonly (readonly [string, string])[] = [
    ['only a version', 'version: 1\n'],
    ['nothing at all', ''],
    ['comments only', '# ours\n'],
    ['clusters without a value', 'version: 1\nclusters: # soon\n'],
    ['empty braces', 'version: 1\nclusters: {}\ncredentials: {}\n'],
    [
      'an Orchestrator and a login of its name',
      'version: 1\n# ours\norchestrators: { main: { url: http://o } }\ncredentials: { monitor: { user: other } }\n',
    ],
    ['a cluster of its name that lists nothing', 'version: 1\nclusters:\n  main: { instances: [] }\n'],
    [
      'defaults with another login',
      'version: 1\ndefaults: { credentials: etcd, tls: required }\ncredentials: { etcd: { user: e } }\n',
    ],
  ];
  for (const [title, text] of texts) {
    it(`works with ${title}`, () => {
      const before = parseInventory(text).problems;
      const outcome = addFirstServer(text, draft, [{ host: '::2', port: 3307 }]);
      assert.ok(outcome.kind === 'ok', JSON.stringify(outcome));
      const { inventory, problems } = parseInventory(outcome.value);
      assert.ok(problems.length <= before.length, JSON.stringify(problems));
      assert.deepEqual(
        inventory.instances.map(({ key, credentials }) => [key, credentials?.user, credentials?.password]),
        ['db1:3306', '[::2]:3307'].map((key) => [key, 'replideck', { kind: 'secret', name: 'replideck@db1' }]),
      );
      for (const comment of text.match(/#.*/g) ?? []) assert.ok(outcome.value.includes(comment), outcome.value);
      if (text.includes('other')) assert.match(outcome.value, /user: other/);
    });
  }

  it('says so where there is no place for it', () => {
    for (const text of ['[1]', 'version: 1\nclusters: [', 'version: 2\n']) {
      assert.equal(addFirstServer(text, draft, []).kind, 'failed', text);
    }
  });
});
