import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { completeInventory, type Completions } from '../../../src/core/inventory/assist/completeInventory';
import { hoverInventory } from '../../../src/core/inventory/assist/hoverInventory';
import type { SchemaNode } from '../../../src/core/inventory/assist/schemaNodes';
import type { Position } from '../../../src/core/inventory/model';

const schema = JSON.parse(
  readFileSync(new URL('../../../media/inventory.schema.json', import.meta.url), 'utf8'),
) as SchemaNode;

/** Takes the `|` out, which marks the cursor. */
function withCursor(marked: string): { readonly text: string; readonly position: Position } {
  const at = marked.indexOf('|');
  const before = marked.slice(0, at).split('\n');
  return {
    text: marked.slice(0, at) + marked.slice(at + 1),
    position: { line: before.length - 1, character: before.at(-1)?.length ?? 0 },
  };
}

function complete(marked: string): Completions | undefined {
  const { text, position } = withCursor(marked);
  return completeInventory(schema, text, position);
}

const labels = (marked: string): string => (complete(marked)?.items ?? []).map(({ label }) => label).join(' ');

describe('what may be written in the inventory', () => {
  const settings = 'credentials tls heartbeat thresholds pollSeconds timeoutSeconds';
  const table: readonly (readonly [string, string])[] = [
    [
      '|',
      'version defaults credentials sections datacenters clusters grantTemplates etcdMirrors orchestrators prometheus backups pipelines burrow',
    ],
    ['version: 1\ndefaults:\n  |', settings],
    ['version: 1\ndefaults:\n  tls: required\n  p|', settings.replace('tls ', '')],
    ['clusters:\n  s1:\n    |\n    instances: [db1]', `production primary ${settings}`],
    ['clusters:\n  s1:\n    pr|: true', `instances production primary ${settings}`],
    [
      'clusters:\n  s1:\n    instances:\n      - host: db1\n        |',
      `port section datacenter delaySeconds via ${settings}`,
    ],
    ['clusters:\n  s1:\n    instances:\n      - |', `host port section datacenter delaySeconds via ${settings}`],
    ['defaults: { tls: required, | }', settings.replace('tls ', '')],
    ['defaults:\n  tls: ver|', 'disabled preferred required verify-ca verify-identity'],
    ['defaults: { tls: | }', 'disabled preferred required verify-ca verify-identity'],
    ['defaults:\n  heartbeat: |', 'false { table }'],
    ['defaults:\n  pollSeconds: |', '10'],
    ['clusters:\n  s1:\n    production: |', 'true false'],
    ['version: |', '1'],
    ['credentials:\n  a:\n    password: |', '{ secret } { env }'],
    ['credentials: { a: { user: u }, b c: { user: u } }\ndefaults:\n  credentials: |', 'a b c'],
    ['sections: { s1: 1, s2: 2 }\nclusters:\n  x:\n    instances:\n      - { host: db1, section: | }', 's1 s2'],
    ['clusters:\n  s1:\n    instances: [db1, "db2:1"]\n    primary: |', 'db1 db2:1'],
    ['clusters: { s1: {}, s2: {} }\ngrantTemplates:\n  - files: x\n    clusters: [s1, |]', 's1 s2'],
    ['clusters: { s1: {} }\ngrantTemplates:\n  - files: x\n    clusters:\n      - |', 's1'],
    ['etcdMirrors:\n  m:\n    api: |', 'v2 v3'],
    // In a text with errors.
    ['sections: [\ndefaults:\n  |', settings],
    ['a: @b\ndefaults:\n  tls: |', 'disabled preferred required verify-ca verify-identity'],
    // Nothing where nothing can be said.
    ['version: 1\n# de|', ''],
    ['defaults:\n  tls: required # ve|', ''],
    ['clusters:\n  |', ''],
    ['unknown:\n  |', ''],
    ['clusters:\n  s1:\n    instances:\n      - host: |', ''],
    ['description: "a | b"', ''],
    ['constructor:\n  |', ''],
  ];
  for (const [marked, want] of table) {
    it(JSON.stringify(marked), () => {
      assert.equal(labels(marked), want);
    });
  }

  it('replaces the word that the cursor stands in, and keeps the colon that is there', () => {
    const found = complete('clusters:\n  s1:\n    pro|duct: true');
    assert.deepEqual(found?.range, { start: { line: 2, character: 4 }, end: { line: 2, character: 11 } });
    assert.equal(found.items.find(({ label }) => label === 'production')?.snippet, 'production');
  });

  it('takes a position whose fields are those of a class, as the editor has them', () => {
    class Place {
      readonly #character = 3;
      get line(): number {
        return this.#character - 3;
      }
      get character(): number {
        return this.#character;
      }
    }
    assert.deepEqual(completeInventory(schema, 'def', new Place())?.range.start, { line: 0, character: 0 });
  });

  it('begins what a key holds: a value, a mapping, a list', () => {
    const snippet = (marked: string, name: string) =>
      complete(marked)?.items.find(({ label }) => label === name)?.snippet;
    assert.equal(snippet('|', 'version'), 'version: ');
    assert.equal(snippet('|', 'clusters'), 'clusters:\n  $0');
    assert.equal(snippet('|', 'grantTemplates'), 'grantTemplates:\n  - $0');
    assert.equal(snippet('defaults:\n  |', 'tls'), 'tls: ');
    assert.equal(snippet('defaults: { | }', 'thresholds'), 'thresholds: ');
    assert.equal(snippet('credentials:\n  a:\n    password: |', '{ secret }'), '{ secret: ${1} }');
    assert.equal(
      snippet("credentials: { 'a: $b}': { user: u } }\ndefaults:\n  credentials: |", 'a: $b}'),
      "'a: \\$b\\}'",
    );
  });

  it('says what is needed, and explains each key in the words of the schema', () => {
    const items = complete('etcdMirrors:\n  m:\n    |')?.items ?? [];
    assert.deepEqual(
      items.filter(({ isRequired }) => isRequired).map(({ label }) => label),
      ['api', 'source', 'destination'],
    );
    for (const { documentation, label } of items) assert.notEqual(documentation, '', label);
  });

  it('never throws, wherever the cursor stands in the sample', () => {
    const sample = readFileSync(new URL('sample.yaml.txt', import.meta.url), 'utf8');
    let offered = 0;
    for (const [line, text] of sample.split('\n').entries()) {
      for (const character of [0, Math.floor(text.length / 2), text.length]) {
        const found = completeInventory(schema, sample, { line, character });
        hoverInventory(schema, sample, { line, character });
        if (found === undefined) continue;
        offered += 1;
        assert.ok(found.range.start.character <= character && found.range.end.character >= character);
      }
    }
    assert.ok(offered > 35, String(offered));
  });

  it('gives up on a text that is nested too deep or too long for the parser', () => {
    assert.equal(labels(`${'['.repeat(30_000)}|`), '');
    assert.equal(labels(`version: 1\n${'# x\n'.repeat(1_100_000)}|`), '');
  });
});

describe('what a key of the inventory means', () => {
  const table: readonly (readonly [string, RegExp | undefined])[] = [
    ['def|aults: {}', /^Settings of all instances/],
    ['|defaults: {}', /^Settings of all instances/],
    ['defaults:\n  tl|s: x', /^TLS of the connections[\s\S]*- `verify-ca`: As `required`/],
    ['clusters:\n  s1:\n    poll|Seconds: 1', /^Seconds between[\s\S]*from 1 to 86400\. Unless given: `10`\.$/],
    ['clusters:\n  s|1: {}', /^A cluster/],
    ['clusters:\n  s1:\n    instances:\n      - { ho|st: x }', /^Host name or IP/],
    ['backups: { b: { expect: [{ min|Bytes: 1 }] } }', /A whole number of 0 or more\./],
    ['defaults:\n  tls: req|uired', undefined],
    ['mystery|: 1', undefined],
    ['version: 1\n|\n', undefined],
    ['# def|aults: {}', undefined],
  ];
  for (const [marked, want] of table) {
    it(JSON.stringify(marked), () => {
      const { text, position } = withCursor(marked);
      const found = hoverInventory(schema, text, position);
      if (want === undefined) assert.equal(found, undefined);
      else assert.match(found?.markdown ?? '', want);
    });
  }
});
