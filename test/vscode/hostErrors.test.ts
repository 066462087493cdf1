import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { hostProcesses, readHostErrors } from './hostErrors';
import { makeTemporaryFolder, type TemporaryFolder } from './temporaryFolder';

const at = '2026-11-29 14:59:59.084';
const vscode = 'file:///x/node_modules/code-server/lib/vscode';
const ours = [
  `${at} [error] Error: a listener threw\n\tat /u/e/replideck.replideck-0.1.0/dist/extension.js:32:197`,
  `${at} [error] a text as the reason`,
  `${at} [error] Error: read ECONNRESET\n    at TCP.onStreamRead (node:internal/stream_base_commons:216:20)`,
  `${at} [error] Activating extension replideck.replideck failed due to an error:`,
];
const fine = [
  `${at} [info] Extension host with pid 13967 started`,
  `${at} [warning] Error: of no matter`,
  `${at} [error] Error: theirs\n\tat f (${vscode}/extensions/git/dist/main.js:1:2)\n\tat ${vscode}/out/vs/x.js:1:2`,
  `${at} [error] No tree item with id '1/cluster:s1' found.`,
  `${at} [error] Unable to refresh tree view replideck.fleet: Canceled`,
  `${at} [error] Error: EEXIST: file already exists, open '/u/User/workspaceStorage/-7f5a88f8/vscode.lock'`,
  `${at} [error] Actual command not found, wanted to execute replideck.runbook.runStep /407 __vsc1 undefined`,
  `${at} [error] No bundle location found for extension vscode.git-base`,
  `${at} [info] Extension host with pid 13967 exiting with code 0`,
];

/** Lines as VS Code 1.139 wrote them. */
describe('errors of an extension host in the logs of VS Code', () => {
  let folder: TemporaryFolder;
  const write = (name: string, entries: readonly string[]): void => {
    const file = path.join(folder.path, 'logs/20261129T145942', name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, `${entries.join('\n')}\n`);
  };
  beforeEach(() => (folder = makeTemporaryFolder()));
  afterEach(() => {
    folder.remove();
  });

  for (const name of ['exthost1/remoteexthost.log', 'window1/exthost/exthost.log'])
    it(`are found with and without a frame of ours, and no others, in ${path.basename(name)}`, () => {
      write(name, [...fine, ...ours, ...fine]);
      assert.deepEqual(readHostErrors(folder.path), ours);
      assert.deepEqual(hostProcesses(folder.path), [13967, 13967]);
    });

  it('tell of a process that crashed, and not of one whose window was closed', () => {
    const exited = (how: string) =>
      `${at} [info] [127.0.0.1][1][ExtensionHostConnection] <1> Extension Host Process ${how}`;
    const crashed = exited('exited with code: 134, signal: null.');
    write('exthost1/remoteexthost.log', fine);
    write('remoteagent.log', [exited('exited with code: 0, signal: null.'), crashed]);
    assert.deepEqual(readHostErrors(folder.path), [crashed]);
  });

  it('pass over a lock that VS Code reads while another window writes it, and over nothing else that is no JSON', () => {
    const at = '2026-11-29 23:14:29.512 [error]';
    const parse = `${at} SyntaxError: Unexpected end of JSON input\n    at JSON.parse (<anonymous>)`;
    const host = 'file:///h/lib/vscode/out/vs/workbench/api/node/extensionHostProcess.js';
    const own = `${parse}\n    at read (/e/replideck/main.js:1:2)\n    at async cH (${host}:315:7066)`;
    write('exthost1/remoteexthost.log', [
      ...fine,
      `${parse}\n    at cH (${host}:315:7066)\n    at async ${host}:315:5955`,
      own,
    ]);
    assert.deepEqual(readHostErrors(folder.path), [own]);
  });

  it('pass over what comes of a window that went away just then, and over the same at no other time', () => {
    const reset = (time: string) =>
      `2026-11-29 ${time} [error] Error: read ECONNRESET\n    at TCP.onStreamRead (node:internal/stream_base_commons:216:20)`;
    const own =
      '2026-11-29 21:13:14.900 [error] Error: read ECONNRESET\n    at Parser.parse (/e/replideck/main.js:1:2)';
    const late = (time: string) =>
      `2026-11-29 ${time} [error] Error: unsupported uri-scheme: replideck-runbook\n    at i.$provideTextDocumentContent (file:///h/lib/vscode/out/vs/workbench/api/node/extensionHostProcess.js:191:105330)`;
    const inTime = [reset('21:13:14.953'), late('21:13:15.150')];
    write('exthost1/remoteexthost.log', [...fine, ...inTime, reset('21:13:18.100'), late('21:13:18.200'), own]);
    write('remoteagent.log', [
      '2026-11-29 21:13:15.302 [info] [127.0.0.1][1][ManagementConnection] The client has disconnected gracefully, so the connection will be disposed.',
    ]);
    assert.deepEqual(readHostErrors(folder.path), [reset('21:13:18.100'), late('21:13:18.200'), own]);
  });

  it('count as missed where nothing was logged at all', () => {
    assert.match(readHostErrors(folder.path).join(), /nothing was watched/);
  });
});
