import { launchBrowser } from './browser';
import { type ChosenHost } from './chooseHost';
import { readHostErrors } from './hostErrors';
import { readExtensionLog } from './readExtensionLog';
import { type SuiteOptions, type SuiteResult } from './runSuite';
import { startServerHost } from './serverHost';
import { quietSettings, trustSettings } from './settings';
import { makeTemporaryFolder } from './temporaryFolder';

/** The VS Code server with a headless browser as its window; the suite runs in the server's extension host. */
export async function runInServer(options: SuiteOptions, host: ChosenHost): Promise<SuiteResult> {
  const { extensionPath, suitePath, workspace, timeoutMs = 300_000, onLine = () => undefined } = options;
  const folder = makeTemporaryFolder();
  const log: string[] = [];
  const serverLog: string[] = [];
  const server = await startServerHost({
    userDataDir: `${folder.path}/u`,
    extensionsDir: `${folder.path}/e`,
    forSuite: true,
    settings: { ...quietSettings, ...trustSettings(options.restricted ?? false), ...options.settings },
    ...(options.env === undefined ? {} : { env: options.env }),
    log: (line) => serverLog.push(line),
  });
  const show = async (): Promise<number> => {
    const browser = await launchBrowser();
    try {
      const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
      await page.exposeFunction('codeAutomationLog', (_type: string, args: readonly unknown[]) => {
        for (const line of toText(args).split('\n')) {
          log.push(line);
          onLine(line);
        }
      });
      const remote = (file: string) => `vscode-remote://${server.authority}${file}`;
      const address = server.url(workspace, [
        ['extensionDevelopmentPath', remote(extensionPath)],
        ['extensionTestsPath', remote(suitePath)],
      ]);
      return await new Promise<number>((resolve, reject) => {
        const timer = setTimeout(() => {
          const last = [...serverLog.slice(-20), ...log.slice(-20)].join('\n');
          reject(new Error(`The suite did not end within ${timeoutMs / 1000} s. Last words:\n${last}`));
        }, timeoutMs);
        page.on('crash', () => {
          clearTimeout(timer);
          reject(new Error('The page of VS Code crashed.'));
        });
        page
          .exposeFunction('codeAutomationExit', (code: number) => {
            clearTimeout(timer);
            resolve(code);
          })
          .then(() => page.goto(address))
          .catch((error: unknown) => {
            clearTimeout(timer);
            reject(error instanceof Error ? error : new Error(String(error)));
          });
      });
    } finally {
      await browser.close();
    }
  };
  try {
    // With the server ends the extension host, and with that its log.
    const exitCode = await show().finally(() => server.stop());
    return {
      exitCode,
      host,
      version: server.version,
      log,
      extensionLog: readExtensionLog(folder.path, extensionPath),
      hostErrors: readHostErrors(folder.path),
    };
  } finally {
    folder.remove();
  }
}

/** Console arguments as the console would print them; a leading format string (with %c styles) is filled in. */
function toText(args: readonly unknown[]): string {
  return args.map((arg) => (typeof arg === 'string' ? arg : JSON.stringify(arg))).join(' ');
}
