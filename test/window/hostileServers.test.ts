import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onExit } from '../processes.mjs';
import { FaultyProxy, type Cells } from '../adapters/faultyProxy';
import { startPrivateServer, type PrivateServer } from '../adapters/privateServer';
import { hostileTexts, longTexts } from '../fuzz/hostileTexts';
import { waitFor } from '../sandbox/waitFor';
import { launchWorkbench, type Workbench } from '../vscode/workbench';
import { FleetWindow, textOf } from './fleetWindow';

const timeoutSeconds = 5;
/** A link that VS Code runs commands by, where a text of a server is taken for Markdown. */
const link = '[x](command:workbench.action.terminal.new)';
/** What no row, hover, message or document may hold: what turns the writing, and what a terminal obeys. */
const unseen = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u061c\u200f\u202a-\u202e\u2066-\u2069]/;

/** Texts by which servers and proxies attack, in what a real server says of a replica that is broken. */
const hostileRow = (row: Cells): Cells => {
  const [links = '', fences = '', escapes = '', blocks = '', shell = ''] = hostileTexts;
  if (row['now_utc'] !== undefined) return { ...row, hostname: `db ${links}`, server_id: '78' };
  if (row['Slave_IO_Running'] === undefined) return row;
  return {
    ...row,
    ...{ Slave_SQL_Running: 'No', Last_SQL_Errno: '1062', Last_SQL_Error: `Duplicate entry ${escapes} ${links}` },
    ...{
      Slave_SQL_State: longTexts[1] ?? '',
      Slave_IO_State: `${fences} ${blocks}`,
      Last_IO_Error: longTexts[0] ?? '',
    },
    ...{ Master_User: shell, Connection_name: `c ${links}`, Relay_Master_Log_File: `${escapes}${blocks}` },
  };
};

/** A fleet of one that is well, one that is silent, one that sends garbage, one that refuses and one that says harmful things. */
describe('servers that mean harm, in a real window', function () {
  this.timeout(120_000);
  this.bail(true);
  let folder: string;
  let server: PrivateServer;
  let workbench: Workbench;
  let window: FleetWindow;
  const proxies = {
    well: proxy(),
    silent: proxy('silence'),
    garbage: proxy('garbage'),
    harmful: proxy(),
    refusing: proxy(),
  };
  const told: string[] = [];

  function proxy(fault?: 'silence' | 'garbage'): FaultyProxy {
    return new FaultyProxy(0, fault && { stage: 'greeting', fault });
  }
  const keyOf = (name: keyof typeof proxies): string => `127.0.0.1:${proxies[name].port}`;

  before(async function () {
    this.timeout(180_000);
    folder = mkdtempSync(path.join(realpathSync(tmpdir()), 'rd-harm-'));
    onExit(() => {
      rmSync(folder, { recursive: true, force: true });
    });
    server = await startPrivateServer();
    await server.query([
      "CREATE USER watcher@'127.0.0.1'",
      "GRANT ALL ON *.* TO watcher@'127.0.0.1'",
      ...(server.kind.flavor === 'mariadb'
        ? ["CHANGE MASTER TO MASTER_HOST='127.0.0.1', MASTER_PORT=1, MASTER_USER='u'", 'START SLAVE']
        : []),
    ]);
    proxies.harmful.alterRow = hostileRow;
    proxies.refusing.misbehaviour = { stage: 'login', fault: 'an error packet' };
    proxies.refusing.errorText = `Access denied ${link} ${hostileTexts[2] ?? ''} ${hostileTexts[0] ?? ''}`;
    for (const each of Object.values(proxies)) {
      each.targetPort = server.port;
      await each.listen();
    }
    mkdirSync(path.join(folder, 'workspace'));
    const instances = Object.values(proxies).map(
      ({ port }) => `      - { host: 127.0.0.1, port: ${port}, tls: disabled }`,
    );
    writeFileSync(
      path.join(folder, 'workspace/replideck.yaml'),
      [
        'version: 1',
        `defaults: { pollSeconds: 5, timeoutSeconds: ${timeoutSeconds}, credentials: watcher, heartbeat: false }`,
        'credentials: { watcher: { user: watcher } }',
        ...['clusters:', '  all:', '    instances:', ...instances, ''],
      ].join('\n'),
    );
    workbench = await launchWorkbench({
      workspace: path.join(folder, 'workspace'),
      settings: { 'replideck.notifications': true },
    });
    window = new FleetWindow(workbench.page);
    window.page.setDefaultTimeout(60_000);
    window.page.on('dialog', (dialog) => told.push(`dialog: ${dialog.message()}`));
    window.page.on('request', (request) => {
      if (request.url().includes('evil.example')) told.push(`request: ${request.url()}`);
    });
    window.page.on('console', (message) => {
      if (message.text().includes('hacked')) told.push(`console: ${message.text()}`);
    });
  });

  after(async function () {
    this.timeout(60_000);
    try {
      await workbench.stop();
    } finally {
      await Promise.all(Object.values(proxies).map((each) => each.close()));
      await server.stop();
      rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    }
  });

  afterEach(async function () {
    if (this.currentTest?.state === 'failed') await window.screenshot('harm-failed');
  });

  /** Whatever came to life in the window, webviews included. */
  const alive = async (): Promise<readonly string[]> => {
    const found = await Promise.all(
      window.page
        .frames()
        .map((frame) => frame.evaluate<readonly string[]>(livingThings).catch((): readonly string[] => [])),
    );
    const terminals = await window.page.locator('.terminal-wrapper').count();
    return [...told, ...found.flat(), ...(terminals > 0 ? ['a terminal'] : [])];
  };
  const hoverOf = async (view: 'Fleet' | 'Findings', label: string): Promise<string> => {
    const hover = window.page.locator('.monaco-hover:visible', { hasText: label }).last();
    await window.waitFor(
      async () => {
        // A hover of another element may stand there yet.
        await window.page.mouse.move(700, 500);
        await window.row(view, label).hover();
        return hover.waitFor({ timeout: 3000 }).then(
          () => true,
          () => undefined,
        );
      },
      () => Promise.resolve(`no hover of ${label}`),
    );
    return hover.innerText();
  };

  it('are one true state each in the tree; the one that is well is read within its deadline', async () => {
    await window.openFromActivityBar();
    const isRead = await waitFor(() => Promise.resolve(proxies.well.mostAtOnce > 0 ? Date.now() : undefined), 60_000);
    await window.waitForRow('Fleet', keyOf('well'), ({ description }) => !description.includes('not read'));
    assert.ok(Date.now() - (isRead ?? 0) < timeoutSeconds * 1000, `${Date.now() - (isRead ?? 0)} ms`);
    const read = (name: keyof typeof proxies) =>
      window.waitForRow('Fleet', keyOf(name), ({ description }) => !description.includes('not read'));
    assert.match((await read('silent')).spoken, /unreachable, no answer for 5 s/);
    assert.match((await read('garbage')).spoken, /unreachable, not a MySQL server/);
    assert.match((await read('refusing')).spoken, /unreachable, not reachable/);
    assert.match((await read('harmful')).spoken, /replica, critical/);
    assert.match((await read('well')).spoken, /replica/);
    assert.doesNotMatch((await read('well')).spoken, /, unreachable,/);
    await window.screenshot('harm-tree');
    for (const view of ['Fleet', 'Findings'] as const)
      for (const row of await window.rows(view)) {
        assert.doesNotMatch(row.label + row.description + row.spoken, unseen);
        assert.ok((row.label + row.description).length < 700, row.label);
      }
  });

  it('show their texts in hovers as texts', async () => {
    const text = await hoverOf('Fleet', keyOf('harmful'));
    await window.screenshot('harm-hover');
    assert.match(text, /Duplicate entry/);
    assert.doesNotMatch(text, unseen);
    assert.deepEqual(await alive(), []);
    await window.page.keyboard.press('Escape');
  });

  it('open in a panel, where their texts are texts', async () => {
    await window.clickRow('Fleet', keyOf('harmful'));
    const panel = await window.panel(keyOf('harmful'));
    const text = await window.waitForText(panel, /Last IO error/);
    assert.ok(text.includes('<script>window.hacked=1</script>'), 'the element is not shown as it was sent');
    await window.page.waitForTimeout(1000);
    await window.screenshot('harm-panel');
    assert.doesNotMatch(await textOf(panel), unseen);
    assert.deepEqual(await alive(), []);
  });

  it('come into a ticket without a link, as VS Code draws it', async () => {
    const panel = await window.panel(keyOf('harmful'));
    await window.page.evaluate("navigator.clipboard.writeText('')");
    await panel.getByRole('button', { name: 'Copy as ticket' }).click();
    const ticket = await window.waitFor(
      async () => (await window.page.evaluate<string>('navigator.clipboard.readText()')) || undefined,
      () => Promise.resolve('nothing was copied'),
    );
    assert.match(ticket, /window\.hacked/);
    writeFileSync(path.join(folder, 'workspace/ticket.md'), ticket);
    await window.runCommand('Go to File...');
    await window.answer('ticket.md');
    await window.page.locator('.tab[data-resource-name="ticket.md"]').waitFor();
    await window.runCommand('Markdown: Open Preview');
    const drawn = await window.waitFor(
      async () => {
        for (const frame of window.page.frames()) {
          const body = await textOf(frame).catch(() => '');
          if (frame.parentFrame() !== null && body.includes('window.hacked') && !body.includes('Copy as ticket'))
            return frame;
        }
        return undefined;
      },
      () => Promise.resolve('no preview of the ticket'),
    );
    await window.screenshot('harm-ticket');
    assert.doesNotMatch(await textOf(drawn), unseen);
    // An address that a server wrote is one in a ticket as well; that nobody asked for it is seen below.
    const links = (await alive()).filter((each) => each !== 'https://evil.example/i.png');
    assert.deepEqual(links, []);
    await window.runCommand('View: Close All Editors');
  });

  it('say in a message what they refuse with, and no link of it is alive', async () => {
    await window.runCommand('Replideck: Show Grants of an Instance...');
    await window.answer(keyOf('refusing'));
    const toast = window.page.locator('.notification-toast', { hasText: 'Access denied' });
    await toast.waitFor({ timeout: 30_000 });
    await window.screenshot('harm-message');
    const text = await toast.innerText();
    assert.doesNotMatch(text, unseen);
    assert.ok(text.includes('command:workbench'), text);
    assert.equal(await toast.locator('.notification-list-item-message a').count(), 0);
  });

  it('have run nothing and called nobody', async () => {
    assert.deepEqual(await alive(), []);
    assert.ok(!existsSync(path.join(folder, 'workspace/PWNED')));
    const { spoken } = await window.waitForRow('Fleet', keyOf('well'), () => true);
    assert.doesNotMatch(spoken, /, unreachable,|not read/);
    assert.deepEqual(
      Object.entries(proxies).flatMap(([name, { mostAtOnce }]) => (mostAtOnce > 1 ? [`${name}: ${mostAtOnce}`] : [])),
      [],
    );
  });
});

/** Runs in each page; as text, since this program knows no DOM. Our own links run no command of theirs. */
const livingThings = `
  [
    ...(window.hacked === undefined ? [] : ['a script has run']),
    ...[...document.querySelectorAll('a, [data-href], [href]')]
      .map((each) => each.getAttribute('data-href') ?? each.getAttribute('href') ?? '')
      .filter((href) => /command:(evil|workbench\\.action\\.terminal)|evil\\.example/.test(href)),
    ...[...document.querySelectorAll('img')].filter((each) => /evil|^x$/.test(each.getAttribute('src') ?? '')).map(() => 'a picture'),
  ]`;
