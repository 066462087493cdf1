import assert from 'node:assert/strict';
import { rules } from '../../src/core/findings/rules';
import { golden } from '../core/findings/golden';
import { readExplained, renderFindings } from './generateFindings';

describe('docs/findings.md', () => {
  it('explains every id that a rule gives, and no other', async () => {
    const explained = await readExplained();
    assert.deepEqual(Object.keys(explained).sort(), rules.flatMap((rule) => Object.keys(rule.ids)).sort());
    for (const [id, { means, when, why }] of Object.entries(explained)) {
      for (const sentence of [means, when, why]) assert.match(sentence, /\.$/, id);
    }
  });

  it('is what the rules say', async () => {
    await golden('../docs/findings.md', await renderFindings());
  });
});
