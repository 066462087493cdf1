import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer, type Server } from 'node:net';
import * as vscode from 'vscode';
import { activated, theExtension } from '../extension';

describe('a workspace that is not trusted', () => {
  const port = Number(process.env['REPLIDECK_LISTEN_PORT']);
  let server: Server;
  let connections = 0;

  before(async () => {
    server = createServer((socket) => {
      connections += 1;
      socket.destroy();
    }).listen(port, '127.0.0.1');
    await once(server, 'listening');
  });

  after(() => {
    server.close();
  });

  it('leaves the extension enabled', async () => {
    assert.equal(vscode.workspace.isTrusted, false);
    await activated();
  });

  it('has nothing connected to: every instance is said to be unknown, and why', async () => {
    const report = await theExtension().exports.refresh();
    await vscode.commands.executeCommand('replideck.fleet.focus');
    await vscode.commands.executeCommand('replideck.fleet.refresh');
    await new Promise((resolve) => setTimeout(resolve, 3000));
    assert.equal(connections, 0);
    const [instance] = report.clusters.flatMap(({ instances }) => instances);
    assert.equal(instance?.key, `127.0.0.1:${port}`);
    assert.notEqual(instance.state, 'ok');
    assert.notEqual(instance.state, 'unreachable');
    assert.deepEqual(instance.connections, []);
  });

  it('has no grants read either, whoever asks', async () => {
    const [folder] = vscode.workspace.workspaceFolders ?? [];
    assert.ok(folder);
    const template = vscode.Uri.joinPath(folder.uri, 'app.sql');
    await assert.rejects(theExtension().exports.diffGrants(`127.0.0.1:${port}`, template), /not trusted/);
    const document = await vscode.workspace.openTextDocument(template);
    const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
      'vscode.executeCodeLensProvider',
      document.uri,
    );
    assert.deepEqual(
      lenses.map(({ command }) => command?.title),
      ['? not read: the workspace is not trusted'],
    );
    assert.equal(connections, 0);
  });

  it('is watched by a listener that would notice', async () => {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'close');
    assert.equal(connections, 1);
  });
});
