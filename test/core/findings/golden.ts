import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';

/**
 * Compares with a file of the repository that people review; fails when it differs or is missing.
 * `UPDATE_GOLDENS=1` writes it.
 * @param path inside test/
 */
export async function golden(path: string, written: string): Promise<void> {
  const file = join(import.meta.dirname, '../..', path);
  // As the lint wants it, so that a generated file needs no exception.
  const text = await format(written, { ...(await resolveConfig(file)), filepath: file });
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
