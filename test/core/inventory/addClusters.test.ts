import assert from 'node:assert/strict';
import { addClusters, type NewCluster } from '../../../src/core/inventory/addClusters';
import { parseInventory } from '../../../src/core/inventory/parseInventory';

const s2: NewCluster = {
  name: 's2',
  instances: [
    { host: 'db1.dc1.example', port: 3306 },
    { host: '::1', port: 3307 },
  ],
};
const lines = `  s2:
    instances:
      - db1.dc1.example:3306
      - '[::1]:3307'`;

function added(text: string, clusters: readonly NewCluster[] = [s2]): string {
  const outcome = addClusters(text, clusters);
  assert.ok(outcome.kind === 'ok', JSON.stringify(outcome));
  return outcome.value;
}

describe('addClusters', () => {
  it('puts them behind the last cluster, and leaves every comment, quote and blank where it was', () => {
    const before = `# our fleet
version: 1   # the first

clusters:
  # the big one
  s1:
    production: true
    instances: [ "db9.example:3306",   db8.example ] # two

# neighbours
orchestrators: { main: { url: http://o } }
`;
    const after = before.replace('# two\n', `# two\n${lines}\n`);
    assert.equal(added(before), after);
  });

  it('keeps the indentation and the line ends of the file', () => {
    const before = 'version: 1\r\nclusters:\r\n      s1:\r\n          instances:\r\n            - db9\r\n';
    const after = added(before);
    assert.ok(after.startsWith(before.trimEnd()));
    assert.match(after, /\r\n {6}s2:\r\n {8}instances:\r\n {10}- db1\.dc1\.example:3306\r\n/);
    assert.doesNotMatch(after, /[^\r]\n/);
  });

  const rest: readonly (readonly [string, string])[] = [
    ['no clusters yet', 'version: 1\norchestrators: { main: { url: http://o } } # ours\n'],
    ['an empty file', ''],
    ['clusters without a value', '# ours\nversion: 1\nclusters:\n'],
    ['clusters in braces', '# ours\nversion: 1\nclusters: { s1: { instances: [db9] } } # one\n'],
    ['no line end at the end', 'version: 1\nclusters:\n  s1:\n    instances: [db9]'],
    ['a file that ends in comments', 'version: 1\nclusters:\n  s1:\n    instances: [db9]\n  # the end\n'],
  ];
  for (const [title, text] of rest) {
    it(`works with ${title}`, () => {
      const after = added(text);
      const { inventory, problems } = parseInventory(after);
      assert.deepEqual(problems, []);
      assert.deepEqual(inventory.clusters.find(({ name }) => name === 's2')?.instances, [
        'db1.dc1.example:3306',
        '[::1]:3307',
      ]);
      for (const comment of text.match(/#.*/g) ?? []) assert.ok(after.includes(comment), after);
      if (text.includes('s1')) assert.ok(inventory.clusters.some(({ name }) => name === 's1'));
    });
  }

  it('leaves out what is there, and quotes what YAML would take for something else', () => {
    const text = 'version: 1\nclusters:\n  s2:\n    instances: [db9]\n';
    assert.equal(added(text), text);
    const odd = added(text, [{ name: "no: 'x'", instances: [{ host: 'db1', port: 3306 }] }]);
    assert.ok(parseInventory(odd).inventory.clusters.some(({ name }) => name === "no: 'x'"));
  });

  it('touches nothing that is no YAML or no mapping', () => {
    for (const text of ['version: 1\nclusters: {', '[1, 2]', 'just text']) {
      assert.equal(addClusters(text, [s2]).kind, 'failed', text);
    }
  });
});
