import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Compares with a file of the repository that people review; fails when it differs or is missing.
 * `UPDATE_GOLDENS=1` writes it.
 * @param path inside test/
 */
export function golden(path: string, text: string): void {
  const file = join(import.meta.dirname, '../..', path);
  if (process.env['UPDATE_GOLDENS'] === '1') {
    writeFileSync(file, text);
    return;
  }
  let before: string;
  try {
    before = readFileSync(file, 'utf8');
  } catch {
    assert.fail(`${path} is missing; run the test with UPDATE_GOLDENS=1, and review what it wrote`);
  }
  assert.equal(text, before, `${path} is out of date; run the test with UPDATE_GOLDENS=1, and review the difference`);
}
