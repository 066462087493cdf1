import assert from 'node:assert/strict';
import { parseInventory } from '../../../src/core/inventory/parseInventory';
import { check, cluster, instance, keysOf } from './check';

describe('parseInventory', () => {
  describe('YAML', () => {
    it('that is broken in one cluster leaves the others', () => {
      check(
        `
        version: 1
        clusters:
          s1:
            instances: [db1
          «s»2:
            instances: [db2]
        `,
        ['YAML: flow sequence in block collection must be sufficiently indented and end with a ]'],
        (it) => {
          assert.deepEqual(keysOf(it), ['db1:3306', 'db2:3306']);
        },
      );
    });
    it('with a key given twice counts the first', () => {
      check(
        `
        version: 1
        clusters:
          s1: { instances: [db1] }
          «s1»: { instances: [db2] }
        «clusters»: {}
        `,
        ['`s1` is given twice here. The first one counts.', '`clusters` is given twice here'],
        (it) => {
          assert.deepEqual(keysOf(it), ['db1:3306']);
        },
      );
    });
    it('of a second document is not read', () => {
      const { problems, inventory } = parseInventory(`${cluster('db1')}\n---\n${cluster('db2')}\n`);
      assert.match(problems[0]!.message, /second YAML document/);
      assert.deepEqual(keysOf(inventory), ['db1:3306']);
    });
    it('indented with a tab says so', () => {
      const { problems } = parseInventory('version: 1\ndefaults:\n\tpollSeconds: 10');
      assert.ok(
        problems.some(({ message, range }) => message.includes('indent with blanks') && range.start.line === 2),
      );
    });
    it('with an IPv6 address in bare brackets says what to write', () => {
      check('version: 1\nclusters: { s1: { instances: [«[»::1]:3306, db1] } }', ['needs quotes in a list'], (it) => {
        assert.deepEqual(keysOf(it), ['db1:3306']);
      });
    });
    it('with a tag is read without it', () => {
      check('version: 1\nclusters: «!set» { s1: { instances: [db1] } }', ['warning: YAML tags'], (it) => {
        assert.deepEqual(keysOf(it), ['db1:3306']);
      });
    });
    it('never quotes what stands in the wrong place: it may be a password', () => {
      const { problems } = parseInventory('version: 1\ncredentials: { a: { user: b } } "hunter2"\n[hunter2\n"hunter2');
      assert.ok(problems.length > 0);
      for (const { message } of problems) assert.doesNotMatch(message, /hunter2/);
    });
    it('is counted in UTF-16 units, with lone CR and CRLF as line ends', () => {
      check('version: 1 # 𝔡𝔟\nclusters: { "𝔡": { instances: [db1], «instnces»: 1 } }', ['Did you mean `instances`?']);
      const start = (text: string): unknown => parseInventory(text).problems[0]!.range.start;
      assert.deepEqual(start('\uFEFFversion: 2\r\n'), { line: 0, character: 9 });
      assert.deepEqual(start('version: 1\r\n# x\r\nclusterss: {}\r\n'), { line: 2, character: 0 });
      assert.deepEqual(start('# a\r# b\nversion: 1\nx: 1'), { line: 3, character: 0 });
    });
    it('nested without end is refused before anything recurses', () => {
      for (const unit of ['[', '{a: ', '? ', '- ', '-\n ']) {
        for (const head of ['', 'version: 1\nclusters: ']) {
          assert.ok(parseInventory(head + unit.repeat(5000)).problems.length > 0);
        }
      }
    });
  });

  describe('anchors, aliases and merge keys', () => {
    const cases: readonly (readonly [string, string, readonly string[], readonly string[]])[] = [
      [
        'a cluster of itself',
        'clusters: &c { s1: «*c», s2: { instances: [db2] } }',
        ['This alias is a cycle'],
        ['db2'],
      ],
      [
        'defaults merged into themselves',
        'defaults: &d { <<: «*d», pollSeconds: 30 }\nclusters: { s1: { instances: [db1] } }',
        ['This alias is a cycle: it stands inside the value of its own anchor `&d`'],
        ['db1'],
      ],
      [
        'defaults in a ring through a list',
        'defaults: &d { tls: &t { <<: [{ mode: required }, «*d»] } }\nclusters: { s1: { instances: [db1] } }',
        ['cycle'],
        ['db1'],
      ],
      ['no anchor', 'clusters: { s1: { instances: [db1, «*x»] } }', ['No anchor `&x` stands before this'], ['db1']],
      ['a merge of no mapping', 'clusters: { s1: { <<: «5», instances: [db1] } }', ['`<<` merges a mapping'], ['db1']],
      [
        'an instance by alias',
        'clusters: { s1: { instances: [&x { host: «db1» }, *x, { <<: *x, host: db2 }] } }',
        ['`db1:3306` is in this cluster twice'],
        ['db1', 'db2'],
      ],
      ['an instance by alias to text', 'clusters: { s1: { instances: [&x db1, «*x»] } }', ['twice'], ['db1']],
      [
        'an anchor set anew',
        'clusters: { s1: { instances: [&x db1, &x db2] }, s2: { instances: [*x] } }',
        [],
        ['db1', 'db2'],
      ],
    ];
    for (const [name, document, said, hosts] of cases) {
      it(name, () => {
        check(`version: 1\n${document}`, said, (inventory) => {
          assert.deepEqual(
            inventory.instances.map(({ host }) => host),
            hosts,
          );
        });
      });
    }
    it('own keys win over merged ones, earlier merges over later ones', () => {
      check(
        `
        version: 1
        clusters:
          s1: &a { pollSeconds: 20, instances: [db1] }
          s2: &b { pollSeconds: 30, timeoutSeconds: 9, instances: [db2] }
          s3: { <<: [*a, *b], instances: [db3] }
        `,
        [],
        (it) => {
          assert.equal(instance(it, 'db3:3306').pollSeconds, 20);
          assert.equal(instance(it, 'db3:3306').timeoutSeconds, 9);
          assert.deepEqual(it.clusters[2]!.instances, ['db3:3306']);
        },
      );
    });
    it('that unfold to millions of values are stopped', () => {
      let text = 'version: 1\nx0: &x0 [a, a, a, a, a, a, a, a, a, a]\n';
      for (let i = 1; i < 12; i++)
        text += `x${i}: &x${i} [${Array(10)
          .fill(`*x${i - 1}`)
          .join(', ')}]\n`;
      text += 'clusters: { s1: { instances: [db1] } }\n';
      const { inventory, problems } = parseInventory(text);
      assert.deepEqual(keysOf(inventory), ['db1:3306']);
      assert.equal(problems.filter(({ message }) => message.includes('unfold to more than')).length, 1);
    });
  });
});
