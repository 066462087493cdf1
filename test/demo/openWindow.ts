import { execFile, spawn } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { cleanEnvironment, onExit, stopTree } from '../processes.mjs';
import { ensureServerHost, findCommand } from '../provision.mjs';
import { startServerHost } from '../vscode/serverHost';
import { quietSettings, trustSettings } from '../vscode/settings';
import { installExtension } from '../vscode/workbench';
import { makeTemporaryFolder } from '../vscode/temporaryFolder';

const root = path.dirname(path.dirname(import.meta.dirname));

export interface DemoWindow {
  /** What the person is to do now. */
  readonly text: string;
  /** Resolves when the person closed the window; never for a page in a browser. */
  readonly closed: Promise<void>;
  stop(): Promise<void>;
}

/** Installs what `openWindow` needs where there is no `code`. Comes before the fleet starts: it may take a minute. */
export async function prepareWindow(yes: boolean): Promise<void> {
  if (findCommand('code') === undefined) await ensureServerHost({ yes });
}

/** The demo's workspace in the `code` of this machine, with a profile of its own; else served for a browser. */
export async function openWindow(
  workspace: string,
  env: Readonly<Record<string, string>>,
  onProgress: (text: string) => void,
): Promise<DemoWindow> {
  const code = findCommand('code');
  if (code !== undefined) {
    const opened = await openDesktop(code, workspace, env);
    if (opened !== undefined) return opened;
    onProgress(`${code} did not open a window; VS Code is served for a browser instead.`);
  }
  const folder = makeTemporaryFolder();
  const userDataDir = path.join(folder.path, 'u');
  const extensionsDir = path.join(folder.path, 'e');
  onProgress('Packaging the extension and installing it');
  await installExtension(await makePackage(), extensionsDir, userDataDir);
  const server = await startServerHost({
    userDataDir,
    extensionsDir,
    settings: { ...quietSettings, ...trustSettings(false) },
    env,
  });
  const address = server.url(workspace);
  return {
    text: `VS Code ${server.version} is served for your browser. Open:\n\n  ${address}\n`,
    closed: new Promise(() => undefined),
    async stop() {
      await server.stop();
      folder.remove();
    },
  };
}

/** What users install: the path of the VSIX, which `npm run package` prints. */
async function makePackage(): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [path.join(root, 'test/package.mjs')], {
    env: cleanEnvironment(),
  });
  return stdout.trim();
}

/** Undefined: this `code` cannot open a window here, as the one of a remote terminal cannot. */
async function openDesktop(
  code: string,
  workspace: string,
  env: Readonly<Record<string, string>>,
): Promise<DemoWindow | undefined> {
  const folder = makeTemporaryFolder();
  const child = spawn(
    code,
    [
      ...['--new-window', '--wait', '--disable-workspace-trust', `--extensionDevelopmentPath=${root}`],
      ...['--user-data-dir', path.join(folder.path, 'u'), '--extensions-dir', path.join(folder.path, 'e')],
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      workspace,
    ],
    { env: cleanEnvironment(env), stdio: ['ignore', 2, 2] },
  );
  const forget = onExit(() => {
    stopTree(child.pid);
  });
  const ended = new Promise<number>((resolve) => {
    child.once('error', () => {
      resolve(1);
    });
    child.once('exit', (exitCode) => {
      resolve(exitCode ?? 1);
    });
  });
  const early = await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 5_000))]);
  if (typeof early === 'number' && early !== 0) {
    forget();
    folder.remove();
    return undefined;
  }
  return {
    text: 'The fleet is open in VS Code. Closing that window ends the demo, too.',
    closed: ended.then(() => undefined),
    async stop() {
      stopTree(child.pid);
      await ended;
      forget();
      folder.remove();
    },
  };
}
