import { diagnose } from '../../../src/core/findings/diagnose';
import { joinFindings } from '../../../src/core/joinFindings';
import type { PanelState } from '../../../src/protocol/replicationPanel';
import { toPanelState } from '../../../src/ui/panels/replication/model';
import { from } from '../../core/buildFleet';
import { fleetOf, type Node } from '../../core/findings/fleetBuilder';
import { buildPanel, launchBrowser, openPanel } from './webviewPage';
import { median, rounded, type Figure } from '../../bench/figure';

const instances = 200;
const updates = 40;
const warmUp = 10;
/** One in a hundred changes what it shows from one poll to the next. */
const changing = 2;
const at = '2026-11-24T10:00:08.000Z';

/** The panel of a cluster of 200 instances takes in a new state, in Chromium: time in scripts, and layouts forced. */
export async function panelUpdate(): Promise<readonly Figure[]> {
  const states = [stateOf(0), stateOf(7)] as const;
  const browser = await launchBrowser();
  try {
    const { page, troubles } = await openPanel(browser, { panel: await buildPanel('replication') });
    const devtools = await page.context().newCDPSession(page);
    // Time of the processor, so that others on the machine do not count.
    await devtools.send('Performance.enable', { timeDomain: 'threadTicks' });
    const metrics = async (): Promise<Readonly<Record<string, number>>> => {
      const answer = await devtools.send('Performance.getMetrics');
      return Object.fromEntries(answer.metrics.map(({ name, value }) => [name, value]));
    };
    // The page has the states beforehand: handing them over from here is not what VS Code does.
    await page.evaluate((given) => Object.assign(window, { given }), states);
    const update = (index: number) =>
      page.evaluate(
        ([which, sentAt]) => {
          const { given } = window as unknown as { given: unknown[] };
          window.postMessage({ kind: 'state', state: given[which], sentAt }, '*');
          return new Promise<void>((resolve) => {
            setTimeout(() => {
              requestAnimationFrame(() => {
                setTimeout(resolve, 0);
              });
            }, 0);
          });
        },
        [index, at] as const,
      );
    const scriptMs: number[] = [];
    const layouts: number[] = [];
    for (let round = 0; round < updates + warmUp; round += 1) {
      const before = await metrics();
      await update(round % 2);
      const after = await metrics();
      const grown = (name: string): number => (after[name] ?? 0) - (before[name] ?? 0);
      if (round < warmUp) continue;
      scriptMs.push(grown('ScriptDuration') * 1000);
      layouts.push(grown('LayoutCount'));
    }
    const drawn = await page.locator('.node').count();
    if (drawn !== instances) throw new Error(`${drawn} of ${instances} instances are drawn`);
    if (troubles.length > 0) throw new Error(troubles.join('\n'));
    return [
      { name: 'panel update 200', value: rounded(median(scriptMs)), unit: 'ms', limit: 16 },
      // Reading sizes between two changes would make it one for each node.
      { name: 'panel update 200, layouts', value: median(layouts), unit: '', limit: 6 },
    ];
  } finally {
    await browser.close();
  }
}

function stateOf(lagSeconds: number): PanelState {
  const key = (index: number): string => `db${1000 + index}.eqiad.wmnet:3306`;
  const keys = Array.from({ length: instances }, (_, index) => key(index));
  const nodes = Object.fromEntries(
    keys.map((each, index): [string, Node] => [
      each,
      {
        ...(index > 0 && { connections: [from(key(0), { secondsBehind: index <= changing ? lagSeconds : 0 })] }),
        facts: { serverId: index + 1, readOnly: index > 0 },
      },
    ]),
  );
  const fleet = fleetOf(nodes, { s1: { instances: keys, primary: key(0) } });
  return toPanelState(
    joinFindings(fleet, diagnose(fleet)),
    { kind: 'cluster', name: 's1' },
    { rangeSeconds: 900, warnSeconds: 15, critSeconds: 300, series: [] },
    { reading: false },
  );
}
