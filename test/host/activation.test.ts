import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { activated, theExtension } from './extension';

interface Manifest {
  activationEvents: string[];
  contributes: {
    commands: { command: string; category: string }[];
    views: Record<string, { id: string }[]>;
  };
}

describe('activation', () => {
  const manifest = () => theExtension().packageJSON as Manifest;

  it('comes with a workspace that holds replideck.yaml, by no call of ours', async () => {
    assert.deepEqual(manifest().activationEvents, ['workspaceContains:replideck.yaml']);
    await activated();
  });

  it('exports the API, version 1', () => {
    assert.equal(theExtension().exports.apiVersion, 1);
  });

  it('registers every command of package.json, and no other', async () => {
    await activated();
    const registered = (await vscode.commands.getCommands(true)).filter(
      // VS Code makes commands of its own for each view: `replideck.fleet.focus` and the like.
      (id) => id.startsWith('replideck.') && !isOfView(id),
    );
    const declared = manifest().contributes.commands.map(({ command }) => command);
    assert.deepEqual(registered.toSorted(), declared.toSorted());
  });

  it('contributes the two views', async () => {
    const ids = Object.values(manifest().contributes.views)
      .flat()
      .map(({ id }) => id);
    assert.deepEqual(ids.toSorted(), ['replideck.findings', 'replideck.fleet']);
    for (const id of ids) await vscode.commands.executeCommand(`${id}.focus`);
  });

  const isOfView = (id: string) => {
    const views = Object.values(manifest().contributes.views).flat();
    return views.some((view) =>
      ['focus', 'open', 'removeView', 'resetViewLocation', 'toggleVisibility'].some(
        (verb) => id === `${view.id}.${verb}`,
      ),
    );
  };
});
