import assert from 'node:assert/strict';
import { type Inventory } from '../../../src/core/inventory/model';
import { parseInventory } from '../../../src/core/inventory/parseInventory';
import { fixture, mark } from './fixture';

/**
 * `«»` marks where the problems are expected, `said` what they say, in order: a part of "severity: message".
 * `then` looks at what was read all the same.
 */
export function check(document: string, said: readonly string[], then?: (inventory: Inventory) => void): void {
  const { text, ranges } = fixture(document);
  const { inventory, problems } = parseInventory(text);
  const words = problems.map(({ severity, message }) => `${severity}: ${message}`);
  const found = problems.map(({ range }) => range);
  assert.equal(mark(text, found), mark(text, ranges), words.join('\n'));
  assert.equal(words.length, said.length, words.join('\n'));
  for (const [index, part] of said.entries()) {
    assert.ok(words[index]!.includes(part), `expected "${part}" in "${words[index]!}"`);
    assert.match(words[index]!, /[.?]$/, 'a problem is a sentence');
  }
  then?.(inventory);
}

export const keysOf = (inventory: Inventory): string[] => inventory.instances.map(({ key }) => key);
export const instance = (inventory: Inventory, key: string): Inventory['instances'][number] => {
  const found = inventory.instances.find((each) => each.key === key);
  assert.ok(found, `${key} among ${keysOf(inventory).join(', ')}`);
  return found;
};
/** For rows that are about one thing: what goes around it. */
export const cluster = (instances: string): string => `version: 1\nclusters: { s1: { instances: [${instances}] } }`;
