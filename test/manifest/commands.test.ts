import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { runbooks } from '../../src/core/runbooks/registry';
import { type CommandInfo, commands } from '../../src/ui/commands/ids';
import { toolNames } from '../../src/ui/tools/toolNames';

interface MenuItem {
  readonly command?: string;
  readonly when?: string;
}
interface Manifest {
  readonly main: string;
  readonly icon?: string;
  readonly engines: { readonly vscode: string };
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly activationEvents: readonly string[];
  readonly capabilities: { readonly untrustedWorkspaces: { readonly supported: boolean | string } };
  readonly contributes: {
    readonly commands: readonly {
      readonly command: string;
      readonly title: string;
      readonly category?: string;
      readonly icon?: string;
    }[];
    readonly menus: Readonly<Record<string, readonly MenuItem[]>>;
    readonly keybindings: readonly { readonly command: string; readonly key: string }[];
    readonly views: Readonly<Record<string, readonly { readonly id: string; readonly name: string }[]>>;
    readonly languageModelTools: readonly { readonly name: string; readonly when?: string }[];
    readonly walkthroughs: readonly {
      readonly steps: readonly {
        readonly id: string;
        readonly description: string;
        readonly media: { readonly svg: string; readonly altText: string };
        readonly completionEvents: readonly string[];
      }[];
    }[];
    readonly viewsWelcome: readonly { readonly view: string; readonly contents: string; readonly when: string }[];
    readonly viewsContainers: { readonly activitybar: readonly { readonly id: string; readonly icon: string }[] };
  };
}

const root = path.join(__dirname, '../..');
const text = readFileSync(path.join(root, 'package.json'), 'utf8');
/** With the words of package.nls.json, as VS Code reads it. */
const words = JSON.parse(readFileSync(path.join(root, 'package.nls.json'), 'utf8')) as Record<string, string>;
const filled = text.replace(/"%([\w.]+)%"/g, (_, key: string) => JSON.stringify(words[key]));
const manifest = JSON.parse(filled) as Manifest;
const table: Readonly<Record<string, CommandInfo>> = commands;

describe('package.json against the command table', () => {
  const { contributes } = manifest;

  it('declares the same commands with the same words and icons', () => {
    const declared = contributes.commands.map(({ command, title, icon }) => [command, title, icon]);
    const listed = Object.entries(table).map(([id, { title, icon }]) => [id, title, icon]);
    assert.deepEqual(declared.toSorted(byId), listed.toSorted(byId));
  });

  it('puts all of them under one category', () => {
    assert.deepEqual(
      contributes.commands.filter(({ category }) => category !== 'Replideck').map(({ command }) => command),
      [],
    );
  });

  it('names them replideck.<noun>.<verb>', () => {
    for (const id of Object.keys(table)) assert.match(id, /^replideck\.[a-z][A-Za-z]+\.[a-z][A-Za-z]+$/);
  });

  it('uses only declared commands in menus', () => {
    const used = Object.values(contributes.menus).flatMap((items) => items.flatMap(({ command }) => command ?? []));
    assert.deepEqual(
      used.filter((command) => table[command] === undefined),
      [],
    );
  });

  it('hides in the palette exactly what needs a node', () => {
    const hidden = (contributes.menus['commandPalette'] ?? [])
      .filter(({ when }) => when === 'false')
      .map(({ command }) => command);
    const nodeOnly = Object.entries(table).flatMap(([id, { nodeOnly: only }]) => (only === true ? [id] : []));
    assert.deepEqual(hidden.toSorted(), nodeOnly.toSorted());
  });

  it('has a way by the keyboard to every action of a menu: the palette, a key, or Enter on the node', () => {
    const hidden = new Set(
      (contributes.menus['commandPalette'] ?? []).filter(({ when }) => when === 'false').map(({ command }) => command),
    );
    const keyed = new Set(contributes.keybindings.map(({ command }) => command));
    const actions = Object.entries(contributes.menus)
      .filter(([menu]) => menu !== 'commandPalette')
      .flatMap(([, items]) => items.flatMap(({ command }) => command ?? []));
    assert.ok(actions.length > 20);
    assert.deepEqual(
      actions.filter((command) => hidden.has(command) && !keyed.has(command)),
      [],
    );
  });

  it('plans runbooks from every node that has some', () => {
    const item = (contributes.menus['view/item/context'] ?? []).find(
      ({ command, when = '' }) => command === 'replideck.runbook.plan' && when.includes('replideck.fleet'),
    );
    const pattern = new RegExp(/viewItem =~ \/(.*)\/$/.exec(item?.when ?? '')?.[1] ?? '$^');
    const neighbours = ['service orchestrator', 'service burrow', 'service prometheus', 'service backups'];
    assert.deepEqual(
      ['instance replica', 'connection', 'mirror', 'cluster', ...neighbours].filter((each) => pattern.test(each)),
      ['instance replica', 'connection', 'mirror', 'service orchestrator', 'service burrow'],
    );
    assert.deepEqual([...new Set(runbooks.map(({ on }) => on))].sort(), [
      'burrow',
      'instance',
      'mirror',
      'orchestrator',
    ]);
  });

  it('speaks of views that exist wherever a condition names one', () => {
    const views = Object.values(contributes.views).flatMap((group) => group.map(({ id }) => id));
    const named = [...text.matchAll(/\bview == ([\w.]+)/g)].map(([, view]) => view ?? '');
    assert.deepEqual(
      named.filter((view) => !views.includes(view)),
      [],
    );
    const containers = contributes.viewsContainers.activitybar.map(({ id }) => id);
    assert.deepEqual(Object.keys(contributes.views), containers);
  });

  it('declares the tools for language models that are registered, each gone with the setting', () => {
    assert.deepEqual(
      contributes.languageModelTools.map(({ name, when }) => ({ name, when })),
      toolNames.map((name) => ({ name, when: 'config.replideck.languageModelTools' })),
    );
  });

  it('points at files that are there', () => {
    const files = [...text.matchAll(/"(?:\.\/)?(media\/[^"*]+\.\w+)"/g), ...text.matchAll(/"url": "\.\/([^"]+)"/g)].map(
      ([, file]) => file ?? '',
    );
    assert.deepEqual(
      files.filter((file) => !existsSync(path.join(root, file))),
      [],
    );
  });

  it('has a walkthrough of at most five steps, each with one thing to do and a sign that it is done', () => {
    const steps = contributes.walkthroughs.flatMap((walkthrough) => walkthrough.steps);
    assert.ok(steps.length > 0 && steps.length <= 5);
    for (const { id, description, media, completionEvents } of steps) {
      assert.equal([...description.matchAll(/\]\(command:/g)].length, 1, id);
      assert.ok(media.altText.length > 20, id);
      // Why these two: see src/ui/walkthrough.ts.
      const key = id === 'inventory' ? 'replideck.inventory == loaded' : `replideck.done.${id}`;
      assert.deepEqual(
        completionEvents,
        ['==', '!='].map((is) => `onContext:${key} && activeEditor ${is} gettingStartedPage`),
      );
    }
  });

  it('draws its pictures small, and in colours of the theme alone', () => {
    for (const { media } of contributes.walkthroughs.flatMap(({ steps }) => steps)) {
      const picture = readFileSync(path.join(root, media.svg), 'utf8');
      assert.ok(picture.length < 2000, media.svg);
      // The page of the walkthrough runs no style sheet and no script of a picture.
      assert.doesNotMatch(picture, /<style|style=|<script|href=/);
      const colours = [...picture.matchAll(/\b(?:fill|stroke)="([^"]+)"/g)].map(([, colour]) => colour ?? '');
      assert.deepEqual(
        colours.filter((colour) => colour !== 'none' && !colour.startsWith('var(--vscode-')),
        [],
      );
    }
  });

  it('has a welcome for each state of an empty tree, and names only commands that are there', () => {
    const fleet = contributes.viewsWelcome.filter(({ view }) => view === 'replideck.fleet');
    const states = fleet.map(({ when }) => /replideck\.inventory == (\w+)/.exec(when)?.[1]);
    assert.deepEqual(states.toSorted(), ['empty', 'failed', 'loaded', 'missing', 'noFolder']);
    for (const { contents } of fleet) assert.match(contents, /\]\(command:/);
    const named = [...filled.matchAll(/\(command:(replideck\.[\w.]+)/g)].map(([, command]) => command ?? '');
    const focuses = Object.values(contributes.views).flatMap((group) => group.map(({ id }) => `${id}.focus`));
    assert.deepEqual(
      named.filter((command) => table[command] === undefined && !focuses.includes(command)),
      [],
    );
  });

  it('activates for its inventory only, and says what it does without trust', () => {
    assert.deepEqual(manifest.activationEvents, ['workspaceContains:replideck.yaml']);
    assert.equal(manifest.capabilities.untrustedWorkspaces.supported, 'limited');
  });

  it('takes its typings from the oldest VS Code that it runs in', () => {
    assert.equal(manifest.engines.vscode, `^${manifest.devDependencies['@types/vscode'] ?? ''}`);
  });

  const byId = ([a]: (string | undefined)[], [b]: (string | undefined)[]) => (a ?? '').localeCompare(b ?? '');
});
