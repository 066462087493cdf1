import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runbooks } from '../../src/core/runbooks/registry';
import { golden } from '../core/findings/golden';
import { renderKeys, renderRunbooks, withParts } from './generatedParts';

const docs = join(import.meta.dirname, '../../docs');
const page = (name: string) => readFileSync(join(docs, name), 'utf8');

describe('the generated parts of docs/', () => {
  it('have every key of the inventory as the schema has it', async () => {
    await golden('../docs/inventory.md', withParts(page('inventory.md'), { keys: renderKeys() }));
  });

  it('have every runbook of the registry', async () => {
    const rendered = renderRunbooks();
    for (const { id } of runbooks) assert.ok(rendered.includes(`\`${id}\``), `${id} is in no list`);
    await golden('../docs/runbooks.md', withParts(page('runbooks.md'), { runbooks: rendered }));
  });
});
