import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import path from 'node:path';
import { parseInventory } from '../../src/core/inventory/parseInventory';
import { assertReadsOnly } from '../sandbox/readsOnly';
import { text } from '../sandbox/statements';
import type { SandboxWindow } from './sandboxWindow';

const password = 'of the newcomer';

/** An empty folder and one server: what somebody does who has just installed the extension. The steps build on each other. */
export function firstMinutesTests(running: () => SandboxWindow): void {
  describe('in an empty folder', () => {
    let folder: string;
    const inventory = () => path.join(folder, 'replideck.yaml');
    const keyOf = (name: string) => running().sandbox.instance(name).key;
    const offered = () => running().window.page.locator('.quick-input-list .monaco-list-row');

    /** Waits until the editor shows it. */
    const written = async (wanted: RegExp) => {
      const { window } = running();
      const shown = async () =>
        (await window.page.locator('.editor-instance .view-lines').innerText()).replaceAll('\u00a0', ' ');
      await window.waitFor(
        async () => (wanted.test(await shown()) ? true : undefined),
        async () => `the editor shows ${await shown()}`,
      );
    };
    const bothThemes = async (name: string) => {
      const { window, workbench } = running();
      await window.screenshot(`${name}-light`);
      await workbench.setTheme('dark');
      await window.page.waitForTimeout(500);
      await window.screenshot(`${name}-dark`);
      await workbench.setTheme('light');
    };

    before(async () => {
      const { sandbox, workbench, window } = running();
      folder = path.join(sandbox.folder, 'fleet of the newcomer');
      mkdirSync(folder);
      const isMariadb = sandbox.kind.flavor === 'mariadb';
      const rights = isMariadb
        ? 'SLAVE MONITOR, BINLOG MONITOR, REPLICATION MASTER ADMIN'
        : 'REPLICATION CLIENT, REPLICATION SLAVE';
      await sandbox.query('s1-primary', [
        `CREATE USER newcomer@'127.0.0.1' IDENTIFIED BY ${text(password)}`,
        `GRANT PROCESS, ${rights} ON *.* TO newcomer@'127.0.0.1'`,
        ...(isMariadb ? [] : [`GRANT SELECT ON performance_schema.* TO newcomer@'127.0.0.1'`]),
      ]);
      await workbench.setTheme('light');
      const url = new URL(workbench.url);
      url.searchParams.set('folder', folder);
      await window.page.goto(url.href, { timeout: 60_000 });
      await window.page.locator('.monaco-workbench .part.statusbar').waitFor({ timeout: 60_000 });
    });

    it('the view says what is missing, and its button asks for one server', async () => {
      const { window } = running();
      await window.openFromActivityBar();
      const pane = window.pane('Fleet');
      await pane.getByText(/no inventory yet/).waitFor({ timeout: 60_000 });
      await window.screenshot('welcome-missing-light');
      await pane.getByRole('button', { name: 'Create Inventory' }).click();
      await window.page.getByText('Create Inventory (1/4)').waitFor();
    });

    it('what is no server is said below the box, and nothing goes on', async () => {
      const { window } = running();
      await window.quickInput().fill(`root@${keyOf('s1-primary')}`);
      await window.page.locator('.quick-input-message', { hasText: 'the account is asked for next' }).waitFor();
      await window.page.keyboard.press('Enter');
      await window.screenshot('create-address-light');
      await window.answer(keyOf('s1-primary'));
      await window.page.getByText('Create Inventory (2/4)').waitFor();
      await window.answer('newcomer');
    });

    it('a refused login is told in words, and another password can be given', async () => {
      const { window } = running();
      await window.page.getByText('Create Inventory (3/4): the password of newcomer').waitFor();
      await window.answer('wrong');
      const toast = window.page.locator('.notifications-toasts .notification-toast', {
        hasText: 'refuses the account newcomer',
      });
      await toast.waitFor({ timeout: 30_000 });
      await window.screenshot('create-refused-light');
      await toast.getByRole('button', { name: 'Other Password' }).click();
      await window.page.getByText('Create Inventory (3/4): the password of newcomer').waitFor();
      await window.answer(password);
    });

    it('its replicas are offered with their ports, and none that is not one', async () => {
      const { window } = running();
      await window.page.getByText('Create Inventory (4/4)').waitFor({ timeout: 30_000 });
      const rows = await window.waitFor(
        async () => {
          const texts = await offered().allInnerTexts();
          return texts.length === 2 ? texts : undefined;
        },
        async () => `offered are ${JSON.stringify(await offered().allInnerTexts())}`,
      );
      for (const name of ['s1-replica', 's1-codfw']) {
        assert.ok(
          rows.some((row) => row.includes(keyOf(name)) && row.includes('as it registered')),
          JSON.stringify(rows),
        );
      }
      await window.screenshot('create-found-light');
      await offered()
        .filter({ hasText: keyOf('s1-codfw') })
        .click();
      await window.page.keyboard.press('Enter');
    });

    it('the inventory names what was picked, is open, and holds no password', async () => {
      const { window } = running();
      await window.page.locator('.tab[data-resource-name="replideck.yaml"]').waitFor();
      const written = readFileSync(inventory(), 'utf8');
      const parsed = parseInventory(written);
      assert.deepEqual(parsed.problems, []);
      assert.deepEqual(
        parsed.inventory.instances.map(({ key }) => key),
        [keyOf('s1-primary'), keyOf('s1-replica')],
      );
      assert.ok(!written.includes(password));
      assert.match(written, /secret: 'newcomer@127\.0\.0\.1'/);
    });

    it('the tree shows both as they replicate', async () => {
      const { window, sandbox } = running();
      const replica = await window.waitForRow('Fleet', keyOf('s1-replica'), ({ spoken }) => spoken.includes('replica'));
      const primary = await window.waitForRow('Fleet', keyOf('s1-primary'), ({ spoken }) => spoken.includes('primary'));
      assert.equal(replica.level, primary.level + 1);
      await window.screenshot('create-done-light');
      assert.ok(assertReadsOnly(sandbox.generalLogs, 'newcomer') > 0);
    });

    it('asked again, the command opens what is there and writes nothing over it', async () => {
      const { window } = running();
      const before = readFileSync(inventory(), 'utf8');
      await window.page.keyboard.press('Control+F4');
      await window.runCommand('Replideck: Create Inventory');
      await window.page.locator('.tab[data-resource-name="replideck.yaml"]').waitFor();
      await window.page
        .locator('.notifications-toasts')
        .getByText(/has an inventory already/)
        .waitFor();
      assert.equal(readFileSync(inventory(), 'utf8'), before);
    });

    it('nor over a file that appears while it asks; a password that is known is not asked for', async () => {
      const { window } = running();
      rmSync(inventory());
      await window
        .pane('Fleet')
        .getByText(/no inventory yet/)
        .waitFor({ timeout: 30_000 });
      await window.runCommand('Replideck: Create Inventory');
      await window.answer(keyOf('s1-primary'));
      await window.page.getByText('Create Inventory (2/4)').waitFor();
      await window.answer('newcomer');
      await window.page.getByText('Create Inventory (4/4)').waitFor({ timeout: 30_000 });
      const others = 'version: 1\nclusters: { theirs: { instances: [db9] } }\n';
      writeFileSync(inventory(), others);
      await window.page.keyboard.press('Enter');
      const told = window.page.locator('.notifications-toasts').getByText(/has appeared meanwhile/);
      await told.waitFor({ timeout: 30_000 });
      assert.equal(readFileSync(inventory(), 'utf8'), others);
    });

    it('an inventory that names no server gets one, in the editor and with its comments', async () => {
      const { window } = running();
      writeFileSync(inventory(), '# ours\nversion: 1\n');
      const add = window.pane('Fleet').getByRole('button', { name: 'Add a Server' });
      await add.click();
      await window.answer(keyOf('s1-codfw'));
      await window.page.getByText('Create Inventory (2/4)').waitFor();
      await window.answer('newcomer');
      await window.page.getByText('Create Inventory (4/4)').waitFor({ timeout: 30_000 });
      const rows = await offered().allInnerTexts();
      assert.ok(
        rows.some((row) => row.includes(keyOf('s1-primary')) && row.includes('source of')),
        rows.join(),
      );
      await window.page.keyboard.press('Enter');
      await written(/- 127\.0\.0\.1/);
      await window.page.keyboard.press('Control+S');
      await window.waitForRow('Fleet', keyOf('s1-codfw'), ({ spoken }) => spoken.includes('replica'));
      assert.match(readFileSync(inventory(), 'utf8'), /^# ours\nversion: 1\ncredentials:\n/);
    });

    it('where nothing answers, the first row says so, and a click reads again', async () => {
      const { window } = running();
      let connections = 0;
      const deaf = createServer((socket) => {
        connections += 1;
        socket.destroy();
      });
      deaf.listen(0, '127.0.0.1');
      await once(deaf, 'listening');
      const { port } = deaf.address() as AddressInfo;
      try {
        writeFileSync(
          inventory(),
          `version: 1
defaults: { credentials: m, pollSeconds: 3600 }
credentials: { m: { user: nobody } }
clusters: { s1: { instances: ['127.0.0.1:${port}'] } }
`,
        );
        await window.waitForRow('Fleet', 'The only instance does not answer', ({ level }) => level === 1);
        await window.screenshot('notice-light');
        const before = connections;
        await window.row('Fleet', 'The only instance does not answer').click();
        await window.waitFor(
          () => Promise.resolve(connections > before ? true : undefined),
          () => Promise.resolve('nothing was read again'),
        );
      } finally {
        deaf.close();
      }
    });

    it('the editor explains a key of the inventory', async () => {
      const { window } = running();
      writeFileSync(inventory(), 'version: 1\ndefaults:\n  polSeconds: 5\n');
      await window.runCommand('Replideck: Open Inventory');
      await written(/polSeconds/);
      await window.page
        .locator('.view-line span', { hasText: /^defaults$/ })
        .last()
        .hover();
      const hover = window.page.locator('.monaco-hover:visible', { hasText: 'Settings of all instances' });
      await hover.first().waitFor();
      await bothThemes('inventory-hover');
    });

    it('a quick fix mends a key that was misspelt', async () => {
      const { window } = running();
      await window.page.locator('.squiggly-error').first().waitFor({ state: 'attached' });
      await window.page
        .locator('.view-line span', { hasText: /polSeconds/ })
        .last()
        .click();
      await window.page.keyboard.press('Control+.');
      const fix = window.page.locator('.action-widget .monaco-list-row', { hasText: 'Change to pollSeconds' });
      await fix.waitFor();
      await bothThemes('inventory-fix');
      await window.page.keyboard.press('Enter');
      await written(/pollSeconds: 5/);
      await window.page.locator('.squiggly-error').first().waitFor({ state: 'detached' });
    });

    it('and completes keys and values as the format has them', async () => {
      const { window } = running();
      const suggestion = (label: string) =>
        window.page.locator('.suggest-widget.visible .monaco-list-row.focused', { hasText: label });
      await window.page.keyboard.press('Control+End');
      await window.page.keyboard.type('  tls: ');
      await window.page.locator('.suggest-widget.visible', { hasText: 'verify-identity' }).waitFor();
      await bothThemes('inventory-complete');
      await window.page.keyboard.type('requ');
      await suggestion('required').waitFor();
      await window.page.keyboard.press('Enter');
      await written(/tls: required/);
      await window.page.keyboard.press('Enter');
      await window.page.keyboard.press('Shift+Home');
      await window.page.keyboard.type('clu');
      await suggestion('clusters').waitFor();
      await window.page.keyboard.press('Enter');
      await written(/clusters:/);
      await window.page.keyboard.press('Control+S');
      await window.waitFor(
        () =>
          Promise.resolve(
            /pollSeconds: 5\n {2}tls: required\nclusters:\n {2}/.test(readFileSync(inventory(), 'utf8'))
              ? true
              : undefined,
          ),
        () => Promise.resolve(`saved is ${readFileSync(inventory(), 'utf8')}`),
      );
    });

    const steps = ['inventory', 'fleet', 'why', 'grants', 'repair'];
    const ticked = async (...wanted: readonly string[]) => {
      const { window } = running();
      const icon = (id: string) => window.page.locator(`.codicon.complete[data-done-step-id$="#${id}"]`).count();
      const ids = async () => {
        const counts = await Promise.all(steps.map(async (id) => ((await icon(id)) > 0 ? [id] : [])));
        return counts.flat();
      };
      await window.waitFor(
        async () => ((await ids()).join() === wanted.join() ? true : undefined),
        async () => `ticked are ${(await ids()).join()}`,
      );
    };

    it('the walkthrough ticks what was done, and shows a picture with each of its steps', async () => {
      const { window } = running();
      await window.runCommand('Welcome: Open Walkthrough...');
      await window.answer('Get Started with Replideck');
      const shown = window.page.locator('.getting-started-step');
      await shown.first().waitFor();
      assert.equal(await shown.count(), steps.length);
      // What was done before the walkthrough was opened counts, too; the inventory names no server at the moment.
      await ticked('fleet');
      writeFileSync(inventory(), `version: 1\nclusters: { s1: { instances: ['${keyOf('s1-primary')}'] } }\n`);
      await ticked('inventory', 'fleet');
      for (const [index, says] of ['found there', 'binlog purged', 'Don’t', '3 of 3', 'confirmed'].entries()) {
        await shown.nth(index).click();
        const drawn = async () => {
          const frames = window.page.frames().map((frame) => frame.locator('svg', { hasText: says }).count());
          return (await Promise.all(frames.map((count) => count.catch(() => 0)))).some((count) => count > 0);
        };
        await window.waitFor(
          async () => ((await drawn()) ? true : undefined),
          () => Promise.resolve(`no picture says "${says}"`),
        );
      }
      await window.page.keyboard.press('Control+F4');
    });
  });
}
