import { readFileSync } from 'node:fs';
import type { CDPSession, Frame, Page } from 'playwright-core';

const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

/** Everything that axe complains of in a page, with the elements. */
export async function axeViolations(page: Page): Promise<readonly unknown[]> {
  return violations(await page.context().newCDPSession(page));
}

/** The same of a panel in a window, whose document is a frame in a frame. */
export async function axeViolationsIn(frame: Frame): Promise<readonly unknown[]> {
  const page = frame.page();
  const heading = await frame.locator('h1').first().textContent();
  const cdp = await page
    .context()
    .newCDPSession(frame)
    .catch(() => page.context().newCDPSession(page));
  const contexts: number[] = [];
  cdp.on('Runtime.executionContextCreated', ({ context }) => {
    if ((context.auxData as { isDefault?: boolean }).isDefault === true) contexts.push(context.id);
  });
  await cdp.send('Runtime.enable');
  // VS Code writes the panel's document into a frame of its own, whose address is that of an empty page.
  const expression = "document.querySelector('h1')?.textContent";
  for (const contextId of contexts) {
    const { result } = await cdp.send('Runtime.evaluate', { contextId, expression });
    if (result.value === heading) return violations(cdp, contextId);
  }
  throw new Error(`no document "${heading ?? ''}" among ${contexts.length}`);
}

async function violations(cdp: CDPSession, contextId?: number): Promise<readonly unknown[]> {
  const where = contextId === undefined ? {} : { contextId };
  // From outside the page's policy: axe is the test's, not the panel's.
  await cdp.send('Runtime.evaluate', { ...where, expression: axe });
  const run = await cdp.send('Runtime.evaluate', {
    ...where,
    expression: `axe.run(document).then((result) => JSON.stringify(result.violations
      .map(({ id, nodes }) => ({ id, nodes: nodes.slice(0, 3).map(({ target, failureSummary }) => [target, failureSummary]) }))))`,
    awaitPromise: true,
    returnByValue: true,
  });
  return JSON.parse(String(run.result.value)) as readonly unknown[];
}
