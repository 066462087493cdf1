import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { readExtensionLog } from '../vscode/readExtensionLog';
import type { SandboxWindow } from './sandboxWindow';

const root = path.join(__dirname, '../..');

interface Manifest {
  readonly contributes: {
    readonly commands: readonly { readonly command: string; readonly category: string; readonly title: string }[];
    readonly menus: { readonly commandPalette: readonly { readonly command: string; readonly when: string }[] };
  };
}

/** What a person sees of a command that was called from the palette, each with its words. */
interface Seen {
  /** A question: a list, a box to type into, or a dialog. */
  readonly asks?: RegExp;
  /** A tab of an editor or of the panel below. */
  readonly opens?: RegExp;
  /** A message, or a line in the status bar. */
  readonly tells?: RegExp;
  /** The row of a tree that has the focus. */
  readonly selects?: RegExp;
}

/** Not in the palette, and why. */
const hidden: Readonly<Record<string, string>> = {
  'replideck.fleet.openNode':
    'it is the click on a row of the trees; what a row opens has commands of its own, which ask for the subject',
};

const noFleet = { tells: /Replideck knows no instance yet: .*replideck\.yaml/ };
const nothingRead = { tells: /Nothing has been read yet: the workspace needs an inventory first/ };
const noPlan = { tells: /Open a runbook plan/ };
const noTemplate = { tells: /No template of grants is there.*grantTemplates/ };

/** Of each command: what is seen with the sandbox's fleet, and in a folder without an inventory. */
const expected: Readonly<Record<string, readonly [withFleet: Seen, withoutInventory: Seen]>> = {
  'replideck.fleet.refresh': [{ tells: /Replideck: 7 of 7 instances answered/ }, noFleet],
  'replideck.fleet.filter': [{ asks: /Filter the fleet/ }, { asks: /Filter the fleet/ }],
  'replideck.fleet.clearFilter': [{ tells: /has no filter/ }, { tells: /has no filter/ }],
  'replideck.findings.showWorst': [{ selects: /critical/ }, noFleet],
  'replideck.instance.open': [{ asks: /Open the replication panel of/ }, noFleet],
  'replideck.cluster.open': [{ asks: /Open the replication panel of/ }, noFleet],
  'replideck.cluster.switchoverReadiness': [{ asks: /Show the switchover readiness of/ }, noFleet],
  'replideck.instance.refresh': [{ asks: /Read now/ }, noFleet],
  'replideck.instance.acceptIdentity': [{ tells: /the same server answers as before/ }, noFleet],
  'replideck.instance.copyAddress': [{ asks: /Copy the address of/ }, noFleet],
  'replideck.instance.showInInventory': [{ asks: /Show in the inventory/ }, noFleet],
  'replideck.replica.waitCaughtUp': [{ asks: /Wait for a replica to catch up/ }, noFleet],
  'replideck.grants.show': [{ asks: /Show the grants of/ }, noFleet],
  'replideck.grants.diffTemplate': [{ asks: /Diff grants against/ }, noTemplate],
  'replideck.grants.diffInstances': [{ asks: /Diff the grants of/ }, noFleet],
  'replideck.grants.exportTemplate': [{ asks: /Export the grants of/ }, noFleet],
  'replideck.grants.fix': [{ asks: /Make grants match/ }, noTemplate],
  'replideck.grants.apply': [{ asks: /Make grants match/ }, noTemplate],
  'replideck.grants.read': [{ asks: /Read grants for/ }, noTemplate],
  'replideck.grants.copyTicket': [{ asks: /Copy the grants as a ticket, against/ }, noTemplate],
  'replideck.mirror.open': [{ tells: /The inventory names no mirror/ }, { tells: /The inventory names no mirror/ }],
  'replideck.mirror.compare': [{ tells: /The inventory names no mirror/ }, { tells: /The inventory names no mirror/ }],
  'replideck.service.open': [{ asks: /Show what is known of/ }, { tells: /The inventory names no neighbour/ }],
  'replideck.orchestrator.import': [
    { asks: /Add clusters from Orchestrator/ },
    { tells: /There is no inventory yet.*Orchestrator/ },
  ],
  'replideck.runbook.plan': [{ asks: /Plan a runbook for/ }, noFleet],
  'replideck.runbook.check': [noPlan, noPlan],
  'replideck.runbook.runStep': [noPlan, noPlan],
  'replideck.runbook.verifyStep': [noPlan, noPlan],
  'replideck.runbook.callOff': [noPlan, noPlan],
  'replideck.runbook.copyCommand': [noPlan, noPlan],
  'replideck.runbook.copyTicket': [noPlan, noPlan],
  'replideck.audit.copyTicket': [{ tells: /Nothing has been run yet/ }, { tells: /Nothing has been run yet/ }],
  'replideck.audit.show': [{ opens: /^Audit log\.md$/ }, { opens: /^Audit log\.md$/ }],
  'replideck.finding.copyTicket': [{ asks: /Copy the findings of/ }, nothingRead],
  'replideck.history.compare': [{ asks: /What has changed in/ }, nothingRead],
  'replideck.notifications.mute': [{ asks: /Mute notifications about/ }, nothingRead],
  // An earlier step has muted the fleet.
  'replideck.notifications.showMuted': [{ asks: /Muted: pick one to hear of it again/ }, { tells: /Nothing is muted/ }],
  'replideck.inventory.open': [{ opens: /^replideck\.yaml$/ }, { asks: /Create Inventory \(1\/4\)/ }],
  'replideck.inventory.create': [{ opens: /^replideck\.yaml$/ }, { asks: /Create Inventory \(1\/4\)/ }],
  'replideck.secret.forget': [{ tells: /No password was stored|forgotten/ }, { tells: /No password was stored/ }],
  'replideck.report.open': [{ opens: /^# Replideck/ }, { opens: /^# Replideck/ }],
  'replideck.log.show': [{ opens: /^Output/i }, { opens: /^Output/i }],
};

const words = JSON.parse(readFileSync(path.join(root, 'package.nls.json'), 'utf8')) as Readonly<Record<string, string>>;
const manifest = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as Manifest;
const declared = manifest.contributes.commands.map(({ command, category, title }) => ({
  id: command,
  title: `${category}: ${words[title.slice(1, -1)] ?? title}`,
}));

/** Calls every command of package.json from the palette, so without an argument, and sees what comes of it. */
export function paletteTests(opened: () => SandboxWindow): void {
  const page = () => opened().window.page;

  /** All that a command can have put on the screen, in words. */
  const shown = async (): Promise<Readonly<Record<keyof Seen, readonly string[]>>> => {
    const texts = (selector: string) => page().locator(`${selector}:visible`).allInnerTexts();
    const labels = async (selector: string) =>
      Promise.all(
        (await page().locator(selector).all()).map(async (row) => (await row.getAttribute('aria-label')) ?? ''),
      );
    const question = (await texts('.quick-input-widget')).map((text) => text.replaceAll(/\s+/g, ' '));
    return {
      asks: [...question, ...(await texts('.monaco-dialog-box'))],
      opens: [
        ...(await texts('.editor .tabs-container .tab')).map((text) => text.replaceAll(/\n/g, '').trim()),
        ...(await texts('.part.panel .composite.title .action-item.checked')),
      ],
      tells: [
        ...(await texts('.notifications-toasts .notification-toast')).map((text) => text.replaceAll(/\s+/g, ' ')),
        ...(await texts('.statusbar-item')).filter((text) => text.includes('Replideck:')),
      ],
      selects: await labels('.pane .monaco-list:focus-within .monaco-list-row.focused'),
    };
  };

  /** A line in the status bar goes by itself. */
  const clearMessage = async (): Promise<void> => {
    const toast = page().locator('.notifications-toasts .notification-toast').first();
    if (!(await toast.isVisible())) return;
    await toast.hover({ timeout: 2000 }).catch(() => undefined);
    const clear = toast.getByRole('button', { name: /^Clear Notification/ });
    await clear.click({ timeout: 2000 }).catch(() => undefined);
  };

  /** As it was: nothing is asked, nothing is open, nothing is said. */
  const tidy = async (): Promise<void> => {
    const { window } = opened();
    for (let round = 0; round < 50; round += 1) {
      const { asks, opens, tells } = await shown();
      if (asks.length > 0) await page().keyboard.press('Escape');
      else if (tells.length > 0) await clearMessage();
      else if (opens.some((name) => /^Output/i.test(name))) await window.runCommand('View: Hide Panel');
      else if (opens.some((name) => name.startsWith('# '))) await window.runCommand('View: Revert and Close Editor');
      else if (opens.length > 0) await window.runCommand('View: Close All Editors');
      else return;
      await page().waitForTimeout(100);
    }
  };

  const call = async ({ id, title }: { id: string; title: string }, seen: Seen, limitMs = 20_000): Promise<string> => {
    const { window } = opened();
    await window.runCommand(title);
    const end = Date.now() + limitMs;
    for (;;) {
      const now = await shown();
      const failure = now.tells.find((text) => text.includes(' failed: '));
      if (failure !== undefined) return `${id}: ${failure}`;
      const kinds = Object.entries(seen) as [keyof Seen, RegExp][];
      if (kinds.every(([kind, says]) => now[kind].some((text) => says.test(text)))) return '';
      if (Date.now() > end) return `${id}: nothing fits ${String(kinds)}, there is ${JSON.stringify(now)}`;
      await page().waitForTimeout(100);
    }
  };

  const callAll = async (which: 0 | 1): Promise<void> => {
    const faults: string[] = [];
    for (const command of declared) {
      const seen = expected[command.id]?.[which];
      if (seen === undefined) continue;
      await tidy();
      const fault = await call(command, seen);
      if (fault !== '') faults.push(fault);
    }
    await tidy();
    assert.deepEqual(faults, []);
  };

  /** What a command that failed writes, whoever saw it. */
  const failuresInLog = () => {
    const { userDataDir } = opened().workbench;
    return readExtensionLog(userDataDir, root).filter((line) => /The command \S+ failed|rejected promise/.test(line));
  };

  describe('every command from the palette', function () {
    this.timeout(600_000);

    it('is known here: what it does without an argument, or why it is not in the palette', () => {
      const inPalette = declared.map(({ id }) => id).filter((id) => hidden[id] === undefined);
      assert.deepEqual(Object.keys(expected).toSorted(), inPalette.toSorted());
      const kept = manifest.contributes.menus.commandPalette;
      assert.deepEqual(
        kept.map(({ command, when }) => [command, when]),
        Object.keys(hidden).map((id) => [id, 'false']),
      );
    });

    it('with a fleet asks, opens or tells', async () => {
      await callAll(0);
      assert.deepEqual(failuresInLog(), []);
    });
  });

  describe('every command from the palette, where there is no inventory', function () {
    this.timeout(600_000);

    before(async () => {
      const { sandbox, workbench, window } = opened();
      const folder = path.join(sandbox.folder, 'nothing here');
      mkdirSync(folder);
      const url = new URL(workbench.url);
      url.searchParams.set('folder', folder);
      await window.page.goto(url.href, { timeout: 60_000 });
      await window.page.locator('.monaco-workbench .part.statusbar').waitFor({ timeout: 60_000 });
      await window.openFromActivityBar();
      await window
        .pane('Fleet')
        .getByText(/no inventory yet/)
        .waitFor({ timeout: 60_000 });
    });

    it('tells what is missing, or asks for it', async () => {
      await callAll(1);
      assert.deepEqual(failuresInLog(), []);
    });

    it('and so does what would have nothing to list in an inventory that names no server', async () => {
      const { sandbox, window } = opened();
      writeFileSync(path.join(sandbox.folder, 'nothing here', 'replideck.yaml'), 'version: 1\n');
      await window.pane('Fleet').getByRole('button', { name: 'Add a Server' }).waitFor();
      const wanted = {
        'replideck.finding.copyTicket': /knows no instance yet/,
        'replideck.instance.open': noFleet.tells,
      };
      for (const [id, tells] of Object.entries(wanted)) {
        await tidy();
        const command = declared.find((each) => each.id === id);
        assert.ok(command);
        assert.equal(await call(command, { tells }), '');
      }
      await tidy();
    });
  });
}
