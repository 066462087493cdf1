import assert from 'node:assert/strict';
import type { Locator } from 'playwright-core';
import type { Sandbox } from '../sandbox/sandbox';
import { appAccount } from '../sandbox/statements';
import type { Workbench } from '../vscode/workbench';
import type { FleetWindow } from './fleetWindow';
import { createOperator, PlanWindow } from './planWindow';
import { openSandboxWindow, type SandboxWindow } from './sandboxWindow';
import { companion, ToolWindow } from './toolWindow';

/** Reviews the sandbox's template as a person would: one server lacks one privilege. The steps build on each other. */
describe('a template of grants in the window', function () {
  this.timeout(240_000);
  this.bail(true);
  let opened: SandboxWindow;
  let sandbox: Sandbox;
  let workbench: Workbench;
  let window: FleetWindow;
  let leaf: string;

  const lens = (text: string | RegExp): Locator => window.page.locator('.codelens-decoration a', { hasText: text });
  const lenses = () => window.page.locator('.codelens-decoration').allInnerTexts();
  const waitForLens = async (text: string | RegExp, timeoutMs = 60_000): Promise<Locator> => {
    const found = lens(text).first();
    await window.waitFor(
      async () => ((await found.isVisible()) ? true : undefined),
      async () => `no line "${String(text)}" among ${JSON.stringify(await lenses())}`,
      timeoutMs,
    );
    return found;
  };
  const squiggles = () => window.page.locator('.editor-instance .squiggly-warning').count();
  /** Through the box that opens files and goes to lines. */
  const goTo = async (text: string) => {
    await window.page.keyboard.press('F1');
    const input = window.page.locator('.quick-input-widget input[type=text]');
    await input.waitFor({ state: 'visible' });
    await input.fill(text);
    await window.page.locator('.quick-input-list .monaco-list-row').first().waitFor();
    await window.page.keyboard.press('Enter');
    await input.waitFor({ state: 'hidden' });
  };
  const tab = (name: string): Locator => window.page.locator('.tabs-container .tab', { hasText: name }).first();
  const openTemplate = () => window.page.locator('.tab[data-resource-name="shop.sql.erb"]').first().click();
  const bothThemes = async (name: string) => {
    await window.screenshot(`${name}-light`);
    await workbench.setTheme('dark');
    await window.page.waitForTimeout(500);
    await window.screenshot(`${name}-dark`);
    await workbench.setTheme('light');
  };

  before(async function () {
    this.timeout(180_000);
    opened = await openSandboxWindow({ 'chat.disableAIFeatures': false }, companion);
    ({ sandbox, workbench, window } = opened);
    // The first start of a window may take long on a loaded machine.
    workbench.page.setDefaultTimeout(90_000);
    leaf = sandbox.instance('s1-codfw-leaf').key;
  });

  after(async function () {
    this.timeout(60_000);
    await opened.stop();
  });

  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await window.screenshot('grants-failed');
  });

  it('says above each statement that nothing was read yet, and reads at a click', async () => {
    await window.openFromActivityBar();
    await window.waitForRow('Fleet', 's1', ({ spoken }) => spoken.includes('ok'), 60_000);
    await window.page
      .locator('.activitybar')
      .getByRole('tab', { name: /^Explorer/ })
      .click();
    for (const name of ['grants', 'shop.sql.erb']) {
      // Twice: the tab stays when another document is opened.
      await window.page.locator('.explorer-folders-view .monaco-list-row', { hasText: name }).click();
      if (name !== 'grants') {
        await window.page.locator('.explorer-folders-view .monaco-list-row', { hasText: name }).dblclick();
      }
    }
    const unread = await waitForLens('? not read yet · Read now');
    await window.screenshot('grants-unread');
    await unread.click();
    await waitForLens('✓ 4 of 4 instances');
    await waitForLens(`✗ differs on ${leaf}, 1 missing`);
    await waitForLens(/4 instances, read .* · Read again/);
  });

  it('marks what differs, in light and dark', async () => {
    await window.waitFor(
      async () => ((await squiggles()) > 0 ? true : undefined),
      () => Promise.resolve('nothing is underlined'),
    );
    await bothThemes('grants-template');
  });

  it('tells in the hover where it differs, and how', async () => {
    await window.page
      .locator('.view-line span', { hasText: /^DELETE$/ })
      .last()
      .hover();
    const hover = window.page.locator('.monaco-hover:visible', { hasText: 'lacks DELETE' });
    await hover.first().waitFor();
    const text = await hover.first().innerText();
    assert.ok(text.includes(leaf), text);
    assert.match(text, /As the template says/);
    await bothThemes('grants-hover');
    await window.page.keyboard.press('Escape');
  });

  it('shows the SQL that would mend it by a Quick Fix', async () => {
    await goTo(':8:32');
    // Asked for earlier, the list closes again when the light bulb comes.
    await window.page.locator('.lightBulbWidget').first().waitFor();
    await window.page.keyboard.press('Control+.');
    const fix = window.page.locator('.action-widget', { hasText: `Show the SQL that would make ${leaf} match` });
    await fix.waitFor();
    await window.screenshot('grants-quick-fix');
    await fix.locator('.monaco-list-row.focused', { hasText: 'Show the SQL' }).waitFor();
    await window.page.keyboard.press('Enter');
    await tab(`${leaf} as shop.sql`).waitFor();
    await window.page.locator('.view-line', { hasText: 'GRANT DELETE ON `shop`' }).first().waitFor();
    await window.page.locator('.view-line', { hasText: 'sql_log_bin=0' }).first().waitFor();
    await bothThemes('grants-fix');
  });

  it('shows template and server side by side, with the one difference', async () => {
    await openTemplate();
    await (await waitForLens(`✗ differs on ${leaf}`)).click();
    await tab(`↔ ${leaf}`).waitFor();
    const side = (name: string) => window.page.locator(`.monaco-diff-editor .editor.${name} .view-line`);
    await side('original').filter({ hasText: 'INSERT, UPDATE, DELETE' }).first().waitFor();
    await side('modified').filter({ hasText: 'INSERT, UPDATE' }).first().waitFor();
    assert.equal(await side('modified').filter({ hasText: 'INSERT, UPDATE, DELETE' }).count(), 0);
    await bothThemes('grants-diff');
  });

  it('follows an edit without reading again', async () => {
    await openTemplate();
    await goTo(':8:37');
    for (let left = ', DELETE'.length; left > 0; left -= 1) await window.page.keyboard.press('Backspace');
    await waitForLens(/✗ differs on .* and 2 more, 1 extra/);
    await window.screenshot('grants-edited');
  });

  it('shows all servers that differ in one editor', async () => {
    await lens('Side by side').first().click();
    await tab('↔ 3 of 4 instances').waitFor();
    await window.page.locator('.monaco-diff-editor .view-line', { hasText: 'INSERT, UPDATE' }).first().waitFor();
    const heading = window.page.locator('.multiDiffEntry .file-path').first();
    assert.match(
      await heading.innerText(),
      /^127\.0\.0\.1:\d+\.sql\s*\/shop\.sql\.erb \(left\) ↔ server \(right\)\s*$/,
    );
    await bothThemes('grants-changes');
  });

  it('says of two servers that hold the same that they do, and opens nothing', async () => {
    const [one, other] = ['s1-primary', 's1-replica'].map((name) => sandbox.instance(name).key);
    assert.ok(one !== undefined && other !== undefined);
    await window.runCommand('Replideck: Diff Grants of Two Instances...');
    await window.answer(one);
    await window.answer(other);
    const told = window.page
      .locator('.notifications-toasts')
      .getByText(`Grants of ${one} and ${other}: no difference.`);
    await told.waitFor();
    assert.equal(await tab(`Grants: ${one}`).count(), 0);
  });

  it('plans what mends it from its SQL, and runs it to its verified end', async () => {
    const operator = await createOperator(sandbox);
    const plans = new PlanWindow(window);
    await openTemplate();
    await goTo(':8:29');
    await window.page.keyboard.type(', DELETE');
    await waitForLens(`✗ differs on ${leaf}, 1 missing`);
    await tab(`${leaf} as shop.sql`).click();
    await window.page.locator('.view-line', { hasText: 'GRANT DELETE ON `shop`' }).first().waitFor();
    await (await waitForLens('Plan to run this')).click();
    await plans.answer('Option file', operator.optionFile);
    await plans.tab('grants.apply').waitFor();
    await plans.waitForText(/The ground is checked: it may run/);
    await bothThemes('grants-plan');
    await plans.runStep(1);
    await plans.answer('Type its name', leaf);
    await plans.waitForText(/✓ It ended with exit code 0; the server says: no difference to grants\/shop\.sql\.erb/);
    await window.screenshot('grants-plan-done');
    const rows = await sandbox.query('s1-codfw-leaf', `SHOW GRANTS FOR ${appAccount}`);
    assert.match(JSON.stringify(rows), /DELETE ON `shop`/);
  });

  it('is quiet again when text and server agree', async () => {
    await openTemplate();
    await (await waitForLens(/Read again/)).click();
    await window.waitFor(
      async () => {
        const seen = (await lenses()).join('\n');
        return !/[✗?○]/.test(seen) && seen.includes('✓ 4 of 4 instances') && (await squiggles()) === 0
          ? true
          : undefined;
      },
      async () => `${await squiggles()} underlined; ${JSON.stringify(await lenses())}`,
    );
    await bothThemes('grants-match');
  });

  it('shows the grants of an instance from the palette', async () => {
    await window.runCommand('Replideck: Show Grants of an Instance...');
    await window.answer(leaf);
    await tab(`${leaf}.sql`).waitFor();
    await window.page.locator('.view-line', { hasText: 'GRANT REPLICATION SLAVE ON' }).first().waitFor();
    await bothThemes('grants-instance');
  });

  it('offers a language model four tools, none of which runs anything', async () => {
    assert.deepEqual(await new ToolWindow(window).names(), [
      'replideck_diffGrants',
      'replideck_explainInstance',
      'replideck_fleetStatus',
      'replideck_mirrorStatus',
    ]);
  });

  it('names every host before a model gets its status, and gives nothing when the answer is no', async () => {
    const tools = new ToolWindow(window);
    const question = await tools.ask('replideck_fleetStatus', { cluster: 's1' });
    assert.match(question, /Read the status of cluster s1/);
    const instances = sandbox.instances.filter(({ cluster }) => cluster === 's1');
    for (const { key } of instances) assert.ok(question.includes(key), question);
    await bothThemes('tool-confirmation');
    assert.match(await tools.reply('Cancel'), /^error: /);
  });

  it('gives a model the findings of an instance when the answer is yes', async () => {
    const tools = new ToolWindow(window);
    const question = await tools.ask('replideck_explainInstance', { instance: leaf });
    assert.ok(question.includes(leaf), question);
    const answer = await tools.reply('Yes');
    const { instance } = JSON.parse(answer.slice(answer.indexOf('\n'))) as { instance: { key: string; role: string } };
    assert.deepEqual([instance.key, instance.role], [leaf, 'replica']);
  });

  it('gives a model the differences of grants, without a hash', async () => {
    const tools = new ToolWindow(window);
    await tools.ask('replideck_diffGrants', { instance: leaf, template: 'grants/shop.sql.erb' });
    const answer = await tools.reply('Yes');
    assert.match(answer, /"matching":\["'app'@'127\.0\.0\.1'"/);
    assert.doesNotMatch(answer, /IDENTIFIED|\*[0-9A-F]{40}|fixSql/);
  });

  it('says to a model what there is where it asks for what there is not, and connects nowhere', async () => {
    const tools = new ToolWindow(window);
    assert.match(
      await tools.askInVain('replideck_explainInstance', { instance: '127.0.0.1:1' }),
      /^error: .*names no instance "127\.0\.0\.1:1"\. It names /,
    );
    assert.match(
      await tools.askInVain('replideck_diffGrants', { instance: leaf, template: '../../etc/passwd' }),
      /names no grant template/,
    );
  });

  it('answers no model once the setting says so', async () => {
    const tools = new ToolWindow(window);
    await tools.turnOff();
    assert.match(await tools.askInVain('replideck_fleetStatus', {}), /^error: /);
  });
});
