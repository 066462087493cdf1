import assert from 'node:assert/strict';
import type { Neighbours } from '../sandbox/neighbours';
import type { SandboxWindow } from './sandboxWindow';

/** What each document says, by the kind of neighbour. */
const documents: Readonly<Record<string, readonly RegExp[]>> = {
  orchestrator: [/holds servers twice/, /✗ Do not /, /db1\.dc1\.example:3306/],
  prometheus: [/1 server scraped/, /Connection matomo from 127/],
  backups: [/the dump of s1 does not exist/, /\+64\.94 %/, /1\.8 GiB/],
  pipeline: [/lacks 4 rows since/, /COUNT\(\*\) AS row_count FROM `log`\.`Edit_1`/],
  burrow: [/stalled/i, /eventlogging-valid-mixed/],
};

/** The neighbours of the fleet, in the window that shows it: beside the instances, each as it is. */
export function neighbourTests(opened: () => SandboxWindow): void {
  const neighbours = (): Neighbours => {
    const { sandbox } = opened();
    assert.ok(sandbox.neighbours);
    return sandbox.neighbours;
  };

  /** The neighbours stand at the end of the tree, and rows that are not in view are not drawn. */
  const rowsAtEnd = async () => {
    const { window } = opened();
    await window.pane('Fleet').locator('.monaco-list').hover();
    await window.page.mouse.wheel(0, 5_000);
    return window.rows('Fleet');
  };

  it('shows every kind of neighbour below the clusters, each in its state', async () => {
    const { window, workbench } = opened();
    assert.deepEqual(neighbours().leftOut, [], 'a program is not installed');
    await workbench.setTheme('light');
    const groups = [
      'Orchestrator: 1 of 1 in trouble',
      'Prometheus: ',
      'Backups: 1 of 1 in trouble',
      'Pipelines: 2 of 2 in trouble',
      'Bastions: ',
    ];
    await window.waitFor(
      async () => {
        const rows = await rowsAtEnd();
        const roots = rows
          .filter(({ level }) => level === 1)
          .map(({ label, description }) => `${label}: ${description}`);
        const isEach = neighbours().known.every(({ name, state }) =>
          rows.some(({ label, spoken }) => label === name && spoken.includes(`, ${state},`)),
        );
        return isEach && roots.slice(-groups.length).join('\n') === groups.join('\n') ? true : undefined;
      },
      async () => `not each is as it is: ${JSON.stringify(await window.rows('Fleet'), undefined, 1)}`,
      60_000,
    );
    await window.screenshot('neighbours-tree-light');
  });

  it('goes through the bastion to what stands behind it, with one login for all', async () => {
    const { window, sandbox } = opened();
    const label = (neighbours().via ?? '').replace('ssh://', '');
    const row = await window.waitFor(
      async () => (await rowsAtEnd()).find((each) => each.label === label && each.description === 'lets 2 through'),
      async () => `the bastion lets nothing through: ${JSON.stringify(await window.rows('Fleet'), undefined, 1)}`,
    );
    assert.match(row.spoken, /^bastion .*, ok, lets 2 through/);
    const bastion = window.row('Fleet', label);
    const behind = await window.waitFor(
      async () => {
        const last = (await rowsAtEnd()).slice(-2);
        // A row may be drawn anew under the pointer, and a click on it is then lost.
        if ((await bastion.getAttribute('aria-expanded')) === 'false') {
          await bastion.locator('.monaco-tl-twistie').click();
        }
        return last.every(({ level }) => level === 3) ? last : undefined;
      },
      async () => `nothing stands behind it: ${JSON.stringify(await window.rows('Fleet'), undefined, 1)}`,
    );
    assert.deepEqual(
      behind.map(({ label: name, description }) => [name, description]),
      [
        [sandbox.instance('analytics-replica').key, ''],
        ['kafka', 'burrow'],
      ],
    );
    assert.equal(neighbours().logins(), 1);
    await bastion.locator('.monaco-tl-twistie').click();
  });

  it('opens all that is known of each at a click, with cause, remedy and what not to do', async () => {
    const { window, workbench } = opened();
    for (const { kind, name, state } of neighbours().known) {
      await rowsAtEnd();
      const group = kind === 'pipeline' || kind === 'burrow' ? 'Pipelines' : kind;
      const row = window.pane('Fleet').locator('.monaco-list-row', {
        has: window.page.locator('.label-name', { hasText: new RegExp(`^${name}$`) }),
      });
      const wanted = row.and(window.page.locator(`[aria-label^="${group}" i]`));
      await wanted.click();
      const document = await window.panel(new RegExp(`^${kind} ${name}: ${state}$`, 'i'), 30_000);
      for (const says of documents[kind] ?? []) await window.waitForText(document, says);
      await window.screenshot(`neighbour-${kind}-light`);
      await workbench.setTheme('dark');
      await window.page.waitForTimeout(500);
      await window.screenshot(`neighbour-${kind}-dark`);
      await workbench.setTheme('light');
      await window.page.keyboard.press('Control+F4');
    }
  });

  it('names what is wrong at a neighbour among the findings', async () => {
    const { window } = opened();
    const about = async () => (await window.rows('Findings')).map(({ description }) => description);
    await window.waitFor(
      async () => {
        const subjects = await about();
        return ['backups:main', 'pipeline:eventlogging', 'burrow:kafka'].every((key) => subjects.includes(key))
          ? true
          : undefined;
      },
      async () => JSON.stringify(await about()),
    );
    const findings = window.pane('Findings').locator('.monaco-list-row');
    await findings.filter({ hasText: 'pipeline:eventlogging' }).first().click();
    await window.panel(/^pipeline eventlogging: critical$/i, 30_000);
    // A document that is still being drawn would take the focus from the next question.
    await window.runCommand('View: Close All Editors');
    await window.page.waitForTimeout(1000);
  });
}
