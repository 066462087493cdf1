import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { booleanFor, numberFor } from '../../../src/core/inventory/fixes';
import type { Problem } from '../../../src/core/inventory/model';
import { parseInventory } from '../../../src/core/inventory/parseInventory';

const offsetOf = (text: string, { line, character }: { line: number; character: number }): number =>
  text.split('\n').slice(0, line).join('\n').length + (line > 0 ? 1 : 0) + character;

function applied(text: string, { fix }: Problem): string {
  assert.ok(fix);
  return text.slice(0, offsetOf(text, fix.range.start)) + fix.text + text.slice(offsetOf(text, fix.range.end));
}

const fixable = (text: string): readonly Problem[] =>
  parseInventory(text).problems.filter(({ fix }) => fix !== undefined);

describe('the fix of a problem', () => {
  const table: readonly (readonly [title: string, before: string, after: string])[] = [
    ['Change to clusters', 'version: 1\nclutsers: {}\n', 'version: 1\nclusters: {}\n'],
    [
      'Change to pollSeconds',
      'version: 1\ndefaults: { "polSeconds": 5 }\n',
      'version: 1\ndefaults: { pollSeconds: 5 }\n',
    ],
    ['Add version', 'defaults: {}\n', 'version: 1\ndefaults: {}\n'],
    [
      'Add host',
      'version: 1\nclusters:\n  s1:\n    instances:\n      - port: 3306\n',
      'version: 1\nclusters:\n  s1:\n    instances:\n      - host: \n        port: 3306\n',
    ],
    [
      'Add host',
      'version: 1\nclusters: { s1: { instances: [{ port: 3306 }] } }\n',
      'version: 1\nclusters: { s1: { instances: [{ host: , port: 3306 }] } }\n',
    ],
    ['Add url', 'version: 1\norchestrators: { o: {} }\n', 'version: 1\norchestrators: { o: { url:  } }\n'],
    [
      'Change to 60',
      'version: 1\ndefaults:\n  pollSeconds: 1m # often\n',
      'version: 1\ndefaults:\n  pollSeconds: 60 # often\n',
    ],
    ['Change to 5', "version: 1\ndefaults: { timeoutSeconds: '5' }\n", 'version: 1\ndefaults: { timeoutSeconds: 5 }\n'],
    ['Change to required', 'version: 1\ndefaults: { tls: requird }\n', 'version: 1\ndefaults: { tls: required }\n'],
    [
      'Change to true',
      'version: 1\nclusters: { s1: { instances: [db1], production: yes } }\n',
      'version: 1\nclusters: { s1: { instances: [db1], production: true } }\n',
    ],
    [
      'Change to monitor',
      'version: 1\ncredentials: { monitor: { user: u } }\ndefaults: { credentials: montor }\n',
      'version: 1\ncredentials: { monitor: { user: u } }\ndefaults: { credentials: monitor }\n',
    ],
    [
      'Change to shop',
      'version: 1\nclusters: { shop: { instances: [db1] } }\ngrantTemplates: [{ files: x, clusters: [shp] }]\n',
      'version: 1\nclusters: { shop: { instances: [db1] } }\ngrantTemplates: [{ files: x, clusters: [shop] }]\n',
    ],
  ];
  for (const [title, before, after] of table) {
    it(`${title}: ${JSON.stringify(before.replace(/^version: 1\n/, ''))}`, () => {
      const [problem, ...more] = fixable(before);
      assert.deepEqual(more, []);
      assert.ok(problem);
      assert.equal(problem.fix?.title, title);
      assert.equal(applied(before, problem), after);
    });
  }

  const without: readonly string[] = [
    'version: 1\nmystery: 1\n',
    // The known one is there already.
    'version: 1\nclusters: {}\nclutsers: {}\n',
    // Out of its limits.
    'version: 1\ndefaults: { pollSeconds: 9w }\n',
    'version: 1\ndefaults: { pollSeconds: soon }\n',
    'version: 1\ndefaults: { tls: on }\n',
    'version: 2\n',
    'version: 1\ncredentials: { a: { user: u, password: hunter2 } }\n',
  ];
  for (const text of without) {
    it(`is none where nothing is near: ${JSON.stringify(text)}`, () => {
      assert.ok(parseInventory(text).problems.length > 0);
      assert.deepEqual(fixable(text), []);
    });
  }

  it('of a key that a merge brought stands where the key is written', () => {
    const text =
      'version: 1\nclusters:\n  s1:\n    instances:\n      - &x { hots: db1, host: db1 }\n      - { <<: *x, host: db2 }\n';
    const [problem] = parseInventory(text).problems;
    assert.ok(problem);
    assert.match(problem.message, /^Unknown key/);
    assert.equal(problem.fix, undefined);
    const missing = 'version: 1\nclusters:\n  s1:\n    instances:\n      - &x { port: 3306 }\n      - { <<: *x }\n';
    assert.deepEqual(
      fixable(missing).map(({ fix }) => fix?.range.start.line),
      [4],
    );
  });

  // Whatever key of the sample is misspelt by one letter: the fix gives the sample back.
  it('gives the sample back when one of its keys lacks a letter', () => {
    const sample = readFileSync(new URL('sample.yaml.txt', import.meta.url), 'utf8');
    const before = parseInventory(sample).problems.length;
    let mended = 0;
    for (const match of sample.matchAll(
      /(?<=[\s{])(?:instances|pollSeconds|thresholds|destination|timeColumn|expect|variables)(?=:)/g,
    )) {
      const name = match[0];
      const broken = sample.slice(0, match.index + 3) + sample.slice(match.index + 4);
      const problem = fixable(broken).find(({ fix }) => fix?.title === `Change to ${name}`);
      assert.ok(problem, name);
      assert.equal(applied(broken, problem), sample);
      mended += 1;
    }
    assert.ok(mended >= 7, String(mended));
    assert.equal(parseInventory(sample).problems.length, before);
  });
});

describe('numberFor', () => {
  const table: readonly (readonly [string, string, number | undefined])[] = [
    ['pollSeconds', '90s', 90],
    ['pollSeconds', '1.1 h', 3960],
    ['pollSeconds', '2 Minutes', 120],
    ['timeoutSeconds', '500ms', 0.5],
    ['maxAgeDays', '2w', 14],
    ['maxAgeDays', '36h', 1.5],
    ['minBytes', '50k', 51_200],
    ['minBytes', '1 MB', 1_000_000],
    ['warnChangePercent', '15%', 15],
    ['port', '3306', 3306],
    ['port', '3306s', undefined],
    ['minBytes', '5m5', undefined],
    ['pollSeconds', '', undefined],
    ['pollSeconds', '-5s', undefined],
    ['pollSeconds', '5 parsecs', undefined],
    ['pollSeconds', '5 constructor', undefined],
  ];
  for (const [key, written, want] of table) {
    it(`${key}: ${written} is ${want ?? 'not known'}`, () => {
      assert.equal(numberFor(key, written), want);
    });
  }

  it('takes the truth values of YAML 1.1 for what they meant', () => {
    assert.deepEqual(['yes', 'On', 'NO', 'off', 'maybe', 'constructor'].map(booleanFor), [
      true,
      true,
      false,
      false,
      undefined,
      undefined,
    ]);
  });
});
