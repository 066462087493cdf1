import { downloadAndUnzipVSCode, runTests, TestRunFailedError } from '@vscode/test-electron';
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { cleanEnvironment, onExit, stopTree } from '../processes.mjs';
import { ensureTools, vscodeCache, vscodeVersion, withProgress } from '../provision.mjs';
import { type ChosenHost } from './chooseHost';
import { readHostErrors } from './hostErrors';
import { readExtensionLog } from './readExtensionLog';
import { type SuiteOptions, type SuiteResult } from './runSuite';
import { quietSettings, trustSettings } from './settings';
import { makeTemporaryFolder } from './temporaryFolder';

const hasDisplay = () =>
  process.platform !== 'linux' || Boolean(process.env['DISPLAY'] ?? process.env['WAYLAND_DISPLAY']);

/** Desktop VS Code through @vscode/test-electron; on a Linux without a display, a virtual one is started for it. */
export async function runInDesktop(
  options: SuiteOptions,
  host: ChosenHost & { kind: 'desktop' },
): Promise<SuiteResult> {
  const executable =
    host.executable ??
    (await withProgress('Fetching VS Code', () =>
      downloadAndUnzipVSCode({ cachePath: vscodeCache(), version: vscodeVersion().desktop }),
    ));
  const folder = makeTemporaryFolder();
  const display = hasDisplay() ? undefined : await startDisplay();
  // What the extension host writes goes to our standard output, which runTests inherits: nothing to collect.
  const timer = setTimeout(() => {
    process.stderr.write(`The suite did not end within ${(options.timeoutMs ?? 0) / 1000} s.\n`);
    process.exit(1);
  }, options.timeoutMs ?? 300_000);
  try {
    const userData = path.join(folder.path, 'u');
    mkdirSync(path.join(userData, 'User'), { recursive: true });
    writeFileSync(
      path.join(userData, 'User/settings.json'),
      JSON.stringify({ ...quietSettings, ...trustSettings(options.restricted ?? false), ...options.settings }),
    );
    for (const name of Object.keys(process.env)) {
      if (!(name in cleanEnvironment())) Reflect.deleteProperty(process.env, name);
    }
    const exitCode = await runTests({
      vscodeExecutablePath: executable,
      extensionDevelopmentPath: options.extensionPath,
      extensionTestsPath: options.suitePath,
      extensionTestsEnv: { ...options.env, ...(display === undefined ? {} : { DISPLAY: display.name }) },
      launchArgs: [
        options.workspace,
        ...['--user-data-dir', userData, '--extensions-dir', path.join(folder.path, 'e')],
        // --disable-extensions would also disable those that a test installs; the folder is empty anyway.
        '--disable-gpu',
        '--password-store=basic',
        ...(options.restricted === true ? [] : ['--disable-workspace-trust']),
        ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      ],
    }).catch((error: unknown) => {
      if (error instanceof TestRunFailedError) return error.code ?? 1;
      throw error;
    });
    const extensionLog = readExtensionLog(userData, options.extensionPath);
    return {
      exitCode,
      host,
      version: versionOf(executable),
      log: [],
      extensionLog,
      hostErrors: readHostErrors(userData),
    };
  } finally {
    clearTimeout(timer);
    display?.stop();
    folder.remove();
  }
}

async function startDisplay(): Promise<{ name: string; stop(): void }> {
  await ensureTools({ need: ['xvfb'], purpose: 'VS Code without a display' });
  const number = [...Array(50).keys()].map((index) => 90 + index).find((free) => !existsSync(`/tmp/.X${free}-lock`));
  const name = `:${number ?? 90}`;
  const server = spawn('Xvfb', [name, '-screen', '0', '1400x900x24', '-nolisten', 'tcp'], { stdio: 'ignore' });
  const forget = onExit(() => {
    stopTree(server.pid);
  });
  for (let waited = 0; waited < 50 && !existsSync(`/tmp/.X11-unix/X${name.slice(1)}`); waited += 1) await sleep(100);
  return {
    name,
    stop() {
      stopTree(server.pid);
      forget();
    },
  };
}

function versionOf(executable: string): string {
  try {
    const script = path.join(path.dirname(executable), 'resources/app/package.json');
    const version = /"version":\s*"([^"]+)"/.exec(execFileSync('cat', [script], { encoding: 'utf8' }))?.[1];
    return version ?? 'of unknown version';
  } catch {
    return 'of unknown version';
  }
}
