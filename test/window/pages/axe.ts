import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';

const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

/** Everything that axe complains of in a page, with the elements. */
export async function axeViolations(page: Page): Promise<readonly unknown[]> {
  // From outside the page's policy: axe is the test's, not the panel's.
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('Runtime.evaluate', { expression: axe });
  const run = await cdp.send('Runtime.evaluate', {
    expression: `axe.run(document).then((result) => JSON.stringify(result.violations
      .map(({ id, nodes }) => ({ id, nodes: nodes.slice(0, 3).map(({ target, failureSummary }) => [target, failureSummary]) }))))`,
    awaitPromise: true,
    returnByValue: true,
  });
  return JSON.parse(String(run.result.value)) as readonly unknown[];
}
