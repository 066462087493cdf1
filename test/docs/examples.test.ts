import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseInventory } from '../../src/core/inventory/parseInventory';

const pages = {
  '../README.md': ['clusters'],
  'inventory.md': ['clusters'],
  'grants.md': ['grantTemplates'],
  'neighbours.md': ['orchestrators', 'prometheus', 'backups', 'pipelines', 'burrow'],
  'mirrors.md': ['etcdMirrors'],
} as const;

describe('the inventories in docs/', () => {
  for (const [name, chapters] of Object.entries(pages)) {
    it(`are read without a complaint: ${name}`, async () => {
      const page = await readFile(join(import.meta.dirname, '../../docs', name), 'utf8');
      const examples = [...page.matchAll(/^```yaml\n([^]*?)^```$/gm)].map(([, text = '']) => parseInventory(text));
      assert.deepEqual(
        examples.flatMap(({ problems }) => problems.map(({ message }) => message)),
        [],
      );
      for (const chapter of chapters) {
        assert.ok(
          examples.some(({ inventory }) => inventory[chapter].length > 0),
          chapter,
        );
      }
    });
  }
});
