import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseInventory } from '../../src/core/inventory/parseInventory';

describe('docs/neighbours.md', () => {
  it('shows inventories that are read without a complaint', async () => {
    const page = await readFile(join(import.meta.dirname, '../../docs/neighbours.md'), 'utf8');
    const examples = [...page.matchAll(/^```yaml\n([^]*?)^```$/gm)].map(([, text = '']) => parseInventory(text));
    assert.deepEqual(
      examples.flatMap(({ problems }) => problems.map(({ message }) => message)),
      [],
    );
    const all = examples.map(({ inventory }) => inventory);
    for (const chapter of ['orchestrators', 'prometheus', 'backups', 'pipelines', 'burrow'] as const) {
      assert.ok(
        all.some((inventory) => inventory[chapter].length > 0),
        chapter,
      );
    }
  });
});
