import { createVSIX } from '@vscode/vsce';
import { execFile } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { type BrowserContext, type Page } from 'playwright-core';
import { cleanEnvironment, isAlive } from '../processes.mjs';
import { ensureServerHost, vscodeVersion } from '../provision.mjs';
import { launchBrowser } from './browser';
import { describeHostErrors, hostProcesses, readHostErrors, unhandledAfterMs } from './hostErrors';
import { startServerHost } from './serverHost';
import { quietSettings, trustSettings } from './settings';
import { makeTemporaryFolder } from './temporaryFolder';

export interface WorkbenchOptions {
  /** What users install; default: the one that `npm run package` left in dist/. */
  readonly vsix?: string;
  /** A folder with another extension, installed beside ours. */
  readonly companion?: string;
  readonly workspace: string;
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Default: light. */
  readonly theme?: Theme;
  /** Default: 1400 × 900. */
  readonly size?: { readonly width: number; readonly height: number };
  readonly env?: Readonly<Record<string, string>>;
  /** Workspace trust is on, and nobody has said yes. Default: it is off, and every folder is trusted. */
  readonly restricted?: boolean;
}

export type Theme = 'light' | 'dark' | 'high contrast' | 'high contrast light';

export interface Workbench {
  readonly page: Page;
  readonly url: string;
  /** Where VS Code keeps settings, state and the storage of extensions. */
  readonly userDataDir: string;
  /** VS Code's version. */
  readonly version: string;
  /** What the server has said, for a failed test. */
  readonly log: readonly string[];
  /** The running window follows at once. */
  setTheme(theme: Theme): Promise<void>;
  /**
   * Closes the window as a person does, and waits until no extension runs any more; the server goes on.
   * Rejects where one does after ten seconds.
   */
  close(): Promise<void>;
  /** One more window on the same workspace, with the editor in this language, e.g. `de`; to be closed before this one. */
  openIn(language: string): Promise<Page>;
  /** Ends all of it. Rejects where extensions have left something unhandled, see readHostErrors. */
  stop(): Promise<void>;
}

/** VS Code follows what the page says the system prefers; so a theme can change while the window is open. */
const themeSettings: Readonly<Record<string, unknown>> = {
  'window.autoDetectColorScheme': true,
  'window.autoDetectHighContrast': true,
  'workbench.preferredLightColorTheme': `${vscodeVersion().themes}Light Modern`,
  'workbench.preferredDarkColorTheme': `${vscodeVersion().themes}Dark Modern`,
};

const media = (theme: Theme): { colorScheme: 'light' | 'dark'; forcedColors: 'active' | 'none' } => ({
  colorScheme: theme === 'light' || theme === 'high contrast light' ? 'light' : 'dark',
  forcedColors: theme.startsWith('high contrast') ? 'active' : 'none',
});

/** The class of the workbench under a theme. */
const themeClasses: Readonly<Record<Theme, string>> = {
  light: 'vs',
  dark: 'vs-dark',
  'high contrast': 'hc-black',
  'high contrast light': 'hc-light',
};

const root = path.dirname(path.dirname(__dirname));

/** The VSIX in dist/; `npm run package` makes it. */
export function packagedVsix(): string {
  const [vsix] = readdirSync(path.join(root, 'dist')).filter((name) => name.endsWith('.vsix'));
  if (vsix === undefined) throw new Error('There is no VSIX in dist/: run `npm run package` first.');
  return path.join(root, 'dist', vsix);
}

/**
 * VS Code with the packaged extension installed as a user would, in a page that Playwright drives. The page waits
 * until the workbench is drawn; the extension may still be starting.
 */
export async function launchWorkbench(options: WorkbenchOptions): Promise<Workbench> {
  const { vsix = packagedVsix(), theme = 'light', size = { width: 1400, height: 900 } } = options;
  const folder = makeTemporaryFolder();
  const extensionsDir = path.join(folder.path, 'e');
  const userDataDir = path.join(folder.path, 'u');
  await installExtension(vsix, extensionsDir, userDataDir);
  if (options.companion !== undefined) {
    const packagePath = path.join(folder.path, 'companion.vsix');
    await createVSIX({ cwd: options.companion, packagePath, dependencies: false, allowMissingRepository: true });
    await installExtension(packagePath, extensionsDir, userDataDir);
  }
  const log: string[] = [];
  const server = await startServerHost({
    userDataDir,
    extensionsDir,
    settings: {
      ...quietSettings,
      ...trustSettings(options.restricted ?? false),
      ...themeSettings,
      ...options.settings,
    },
    ...(options.env === undefined ? {} : { env: options.env }),
    log: (line) => log.push(line),
  });
  try {
    const browser = await launchBrowser();
    try {
      const context = await browser.newContext({
        viewport: size,
        ...media(theme),
        permissions: ['clipboard-read', 'clipboard-write'],
      });
      const url = server.url(options.workspace);
      const open = async (inContext: BrowserContext): Promise<Page> => {
        const opened = await inContext.newPage();
        await opened.goto(url, { timeout: 60_000 });
        await opened.locator('.monaco-workbench .part.statusbar').waitFor({ timeout: 60_000 });
        return opened;
      };
      const page = await open(context);
      const openIn = async (language: string): Promise<Page> => {
        addLanguage(language, userDataDir);
        return open(await browser.newContext({ viewport: size, ...media(theme), locale: language }));
      };
      const setTheme = async (shown: Theme) => {
        await page.emulateMedia(media(shown));
        await page.locator(`.monaco-workbench.${themeClasses[shown]}`).waitFor({ timeout: 15_000 });
      };
      const close = () => closeWindow(page, userDataDir);
      const stop = async () => {
        const errors: string[] = [];
        // A window that does not close is told as well, and ended all the same.
        if (!page.isClosed()) await close().catch((error: unknown) => errors.push(String(error)));
        await browser.close();
        await server.stop();
        errors.push(...readHostErrors(userDataDir));
        folder.remove();
        if (errors.length > 0) throw new Error(describeHostErrors(errors));
      };
      return { page, url, userDataDir, version: server.version, log, setTheme, close, openIn, stop };
    } catch (error) {
      await browser.close();
      throw error;
    }
  } catch (error) {
    await server.stop();
    folder.remove();
    throw error;
  }
}

async function closeWindow(page: Page, userDataDir: string): Promise<void> {
  await sleep(unhandledAfterMs);
  // What is not saved would keep the window open.
  page.on('dialog', (dialog) => void dialog.accept().catch(() => undefined));
  // Without that step VS Code takes the window for one that has lost its connection, and waits for it.
  await page.close({ runBeforeUnload: true });
  const patience = Date.now() + 10_000;
  for (;;) {
    const running = hostProcesses(userDataDir).filter(isAlive);
    if (page.isClosed() && running.length === 0) return;
    if (Date.now() > patience)
      throw new Error(`Extensions still run ten seconds after their window was closed: ${running.join(', ')}`);
    await sleep(100);
  }
}

/**
 * A language pack that translates nothing of VS Code itself. It is what VS Code goes by to choose the language, its own
 * and that of extensions, and real ones come from the marketplace only.
 */
function addLanguage(language: string, userDataDir: string): void {
  const translations = path.join(userDataDir, `${language}.i18n.json`);
  writeFileSync(translations, JSON.stringify({ contents: {} }));
  const extensions = [{ extensionIdentifier: { id: `language.${language}` }, version: '1.0.0' }];
  const pack = { hash: language, extensions, translations: { vscode: translations }, label: language };
  writeFileSync(path.join(userDataDir, 'languagepacks.json'), JSON.stringify({ [language]: pack }));
  // Without this file everybody gets English; one that names no language leaves the choice to each browser.
  writeFileSync(path.join(userDataDir, 'User/argv.json'), '{}');
}

/** Installs a VSIX as a user would. */
export async function installExtension(vsix: string, extensionsDir: string, userDataDir: string): Promise<void> {
  const { node, main } = await ensureServerHost();
  await promisify(execFile)(
    node,
    [
      main,
      ...['--accept-server-license-terms', '--install-extension', vsix, '--force'],
      ...['--extensions-dir', extensionsDir, '--user-data-dir', userDataDir, '--server-data-dir', userDataDir],
    ],
    { env: cleanEnvironment(), timeout: 120_000 },
  );
}
