import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { parseInventory } from '../../../src/core/inventory/parseInventory';
import { check, cluster, keysOf } from './check';

describe('parseInventory', () => {
  it('reads the sample of the format without a problem', () => {
    const folder = new URL('.', import.meta.url);
    const { inventory, problems } = parseInventory(readFileSync(new URL('sample.yaml.txt', folder), 'utf8'));
    assert.deepEqual(problems, []);
    assert.deepEqual(inventory, JSON.parse(readFileSync(new URL('sample.golden.json', folder), 'utf8')));
  });

  describe('the version', () => {
    it('is needed, and the rest is read without it', () => {
      check('«clusters»:\n  s1: { instances: [db1] }', ['error: The inventory says no format version'], (it) => {
        assert.deepEqual(keysOf(it), ['db1:3306']);
      });
    });
    it('of another format makes the rest unreadable', () => {
      check('version: «2»\nclusters:\n  s1: { instnces: [db1] }', ['format version 2; only version 1'], (it) => {
        assert.deepEqual(it.clusters, []);
      });
    });
    it('in quotes is a slip', () => {
      check("version: «'1'»\nclusters:\n  s1: { instances: [db1] }", ['Write it without quotes.'], (it) => {
        assert.deepEqual(keysOf(it), ['db1:3306']);
      });
    });
    it('without a value is unfinished', () => {
      check('«version»:\nclusters:\n  s1: { instances: [db1] }', ['has no value'], (it) => {
        assert.deepEqual(keysOf(it), ['db1:3306']);
      });
    });
    for (const text of ['', '\n', '# nothing yet\n', '\uFEFF', '---\n']) {
      it(`is asked for in an empty file: ${JSON.stringify(text)}`, () => {
        const sentences = parseInventory(text).problems.map(({ message }) => message);
        assert.deepEqual(sentences, ['The inventory is empty. It begins with `version: 1`.']);
      });
    }
    it('cannot stand in a file that is no mapping', () => {
      check('«just text»', ['The inventory needs a mapping that begins with `version: 1`, not text.']);
      check('«[1, 2]»', ['not a list']);
    });
  });

  describe('keys and types', () => {
    const cases: readonly (readonly [string, string, readonly string[]])[] = [
      [
        'nearest key',
        'version: 1\nclusters: { s1: { «instnces»: [], «instances»: } }',
        ['Unknown key `instnces`. Did you mean `instances`?', '`instances` has no value. It needs a list.'],
      ],
      ['two letters swapped', 'version: 1\n«clutsers»: {}', ['Did you mean `clusters`?']],
      [
        'no near key',
        'version: 1\nprometheus: { a: { url: http://a, «wxyz»: 1 } }',
        ['Known here: `url`, `credentials`, '],
      ],
      ['reserved name', 'version: 1\n«__proto__»: { clusters: {} }', ['Unknown key `__proto__`']],
      [
        'names',
        "version: 1\nclusters: { «''»: { instances: [db1] }, «__proto__»: { instances: [db2] } }",
        ['cannot be used as a name', 'cannot be used as a name'],
      ],
      [
        'a list for a mapping',
        'version: 1\n«clusters»:\n- s1',
        ['`clusters` needs a mapping of keys and values, not a list.'],
      ],
      [
        'text for a list',
        'version: 1\nclusters: { s1: { instances: «db1» } }',
        ['`instances` needs a list, not text.'],
      ],
      [
        'text for a truth value',
        'version: 1\nclusters: { s1: { production: «yes», instances: [db1] } }',
        ['`production` needs `true` or `false`, not text.'],
      ],
      ['no value', 'version: 1\nclusters:\n  «s1»:', ['`s1` has no value. It needs a mapping of keys and values.']],
      [
        'number out of range',
        'version: 1\ndefaults: { pollSeconds: «0», timeoutSeconds: «-5» }',
        ['from 1 to 86400', 'from 0.1 to 3600'],
      ],
      [
        'no number',
        'version: 1\ndefaults: { pollSeconds: «.nan», timeoutSeconds: «"5"» }',
        ['needs a number', 'Write it without quotes.'],
      ],
      [
        'a negative threshold',
        'version: 1\ndefaults: { thresholds: { lagWarnSeconds: «-1» } }',
        ['needs a number of 0 or more'],
      ],
      [
        'warn above crit',
        'version: 1\ndefaults: { thresholds: { lagWarnSeconds: «400» } }',
        ['`lagWarnSeconds` (400) is above `lagCritSeconds` (300)'],
      ],
      [
        'crit below warn',
        'version: 1\ndefaults: { thresholds: { lagCritSeconds: «4» } }',
        ['`lagWarnSeconds` (15) is above `lagCritSeconds` (4)'],
      ],
      ['heartbeat', 'version: 1\ndefaults: { heartbeat: «true» }', ['needs the table']],
      [
        'heartbeat table',
        'version: 1\ndefaults: { heartbeat: { table: «heartbeat» } }',
        ['needs a schema and a table'],
      ],
      ['certificate without key', 'version: 1\ndefaults: { tls: { «cert»: c.pem } }', ['go together']],
      [
        'sections',
        "version: 1\nsections: { «12»: 3312, a: «99999», «b c»: 3306, s1: «'3306'» }",
        ['Not a section', 'from 1 to 65535', 'Not a section', 'Write it without quotes'],
      ],
      ['a password anywhere else', cluster('{ host: db1, «password»: hunter2 }'), ['A password has no place here.']],
    ];
    for (const [name, document, said] of cases) {
      it(name, () => {
        check(document, said);
      });
    }

    it('that are reserved words of JavaScript are names like others', () => {
      check('version: 1\nclusters: { constructor: { instances: [db1] } }\nsections: { toString: 3307 }', [], (it) => {
        assert.equal(it.clusters[0]!.name, 'constructor');
      });
      check(cluster('«db1:toString»'), ['Unknown section `toString`']);
      assert.equal(({} as Record<string, unknown>)['clusters'], undefined);
    });
  });
});

describe('the YAML library', () => {
  it('is loaded by the inventory alone, so that nothing else pays for it', () => {
    const core = new URL('../../../src/core/', new URL('.', import.meta.url));
    const importers = readdirSync(core, { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.ts') && readFileSync(new URL(path, core), 'utf8').includes("from 'yaml'"))
      .map((path) => path.replaceAll('\\', '/'));
    assert.deepEqual(importers, ['inventory/yamlDocument.ts']);
  });
});
