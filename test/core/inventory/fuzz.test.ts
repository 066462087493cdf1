import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { type Range } from '../../../src/core/inventory/model';
import { parseInventory } from '../../../src/core/inventory/parseInventory';

/** mulberry32: the same documents in every run. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

const sample = readFileSync(new URL('sample.yaml.txt', new URL('.', import.meta.url)), 'utf8');
const scraps = [
  ...[
    '{',
    '}',
    '[',
    ']',
    ':',
    ': ',
    ',',
    '- ',
    '? ',
    '"',
    "'",
    '#',
    '|',
    '>',
    '%',
    '@',
    '`',
    '&a ',
    '*a',
    '<<: *a',
    '!x ',
  ],
  ...['\n', '\r\n', '\r', '\t', '  ', '---\n', '...\n', '%YAML 1.1\n', '\uFEFF', '\u0000', '\uD800', '\u2028', '𝔡'],
  ...[
    '__proto__',
    'constructor',
    'null',
    '~',
    '.nan',
    '-.inf',
    '1e999',
    '0x10',
    'true',
    '-1',
    '!!binary "x"',
    '!!set',
    '[::1]:1',
  ],
];

describe('parseInventory on mutated documents', () => {
  for (const seed of [1, 2, 3, 4]) {
    it(`never throws, and every problem has a place (seed ${seed})`, () => {
      const random = seeded(seed);
      const below = (limit: number): number => Math.floor(random() * limit);
      for (let round = 0; round < 60; round++) {
        let text = sample;
        for (let count = 1 + below(6); count > 0; count--) text = mutate(text, below);
        assertSound(text);
      }
    });
  }
  it('never throws at noise', () => {
    const random = seeded(5);
    for (let round = 0; round < 200; round++) {
      const length = Math.floor(random() * 60);
      assertSound(Array.from({ length }, () => scraps[Math.floor(random() * scraps.length)]!).join(''));
    }
  });
  it('never throws at any beginning of the sample', () => {
    for (let end = 0; end < sample.length; end += 13) assertSound(sample.slice(0, end));
  });
});

function mutate(text: string, below: (limit: number) => number): string {
  const at = below(text.length + 1);
  const other = below(text.length + 1);
  const [low, high] = at < other ? [at, other] : [other, at];
  switch (below(6)) {
    case 0:
      return text.slice(0, at) + text.slice(at + 1 + below(8));
    case 1:
      return text.slice(0, at) + scraps[below(scraps.length)]! + text.slice(at);
    case 2: {
      const lines = text.split('\n');
      lines.splice(below(lines.length), 1 + below(3));
      return lines.join('\n');
    }
    case 3: {
      const lines = text.split('\n');
      const line = below(lines.length);
      lines[line] = ' '.repeat(below(5)) + lines[line]!.trimStart();
      return lines.join('\n');
    }
    case 4:
      return text.slice(0, high) + text.slice(low, Math.min(high, low + 80)) + text.slice(high);
    default:
      return text.replace(/\b\w+\b/g, (word) => (below(60) === 0 ? scraps[below(scraps.length)]! : word));
  }
}

function assertSound(text: string): void {
  let parsed: ReturnType<typeof parseInventory>;
  try {
    parsed = parseInventory(text);
  } catch (error) {
    throw new Error(`threw at ${JSON.stringify(text)}`, { cause: error });
  }
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/);
  for (const { range, message } of parsed.problems) {
    assert.ok(isInside(range, lines), `${message} ${JSON.stringify(range)} of ${JSON.stringify(text)}`);
  }
  const { inventory } = parsed;
  const keys = inventory.instances.map(({ key }) => key);
  assert.equal(new Set(keys).size, keys.length);
  for (const { name, instances, primary } of inventory.clusters) {
    assert.ok(instances.every((key) => keys.includes(key)));
    const expected =
      primary === undefined ? [] : primary.kind === 'single' ? [primary.key] : Object.values(primary.keys);
    assert.ok(expected.every((key) => instances.includes(key)));
    for (const key of instances) {
      assert.ok(inventory.instances.find((each) => each.key === key)!.clusters.includes(name));
    }
  }
  for (const { key } of inventory.instances) assert.ok(isInside(inventory.locations[key]!, lines));
}

function isInside({ start, end }: Range, lines: readonly string[]): boolean {
  const isOrdered = start.line < end.line || (start.line === end.line && start.character <= end.character);
  const isThere = [start, end].every(
    ({ line, character }) => line < lines.length && character <= lines[line]!.length + 2,
  );
  return isOrdered && isThere;
}
