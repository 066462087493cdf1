import { build } from 'esbuild';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { themeOf, type ThemeName } from './themes';

const root = path.join(__dirname, '../../..');
const origin = 'https://panel.test';

export async function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: chromiumPath(),
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

function chromiumPath(): string {
  const named = process.env['CHROMIUM_PATH'];
  if (named !== undefined && named !== '') return named;
  const folders = (process.env['PATH'] ?? '').split(path.delimiter);
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
  const found = [
    ...folders.flatMap((folder) => names.map((name) => path.join(folder, name))),
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  ].find((file) => existsSync(file));
  if (found === undefined) throw new Error('No Chromium was found: set CHROMIUM_PATH to its executable.');
  return found;
}

/** A panel's script and style as esbuild.config.mjs makes them, without writing to dist. */
export async function buildPanel(panel: string): Promise<{ readonly script: string; readonly style: string }> {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: [`media/${panel}/main.ts`],
    bundle: true,
    write: false,
    platform: 'browser',
    format: 'iife',
    target: 'chrome128',
    loader: { '.svg': 'text' },
    logLevel: 'warning',
  });
  return {
    script: outputFiles[0]?.text ?? '',
    style: ['shared', panel]
      .map((folder) => readFileSync(path.join(root, 'media', folder, 'style.css'), 'utf8'))
      .join('\n'),
  };
}

export interface PageOptions {
  readonly panel: { readonly script: string; readonly style: string };
  readonly theme?: ThemeName;
  readonly width?: number;
  readonly height?: number;
  readonly reducedMotion?: boolean;
  /** What getState() gives at first. */
  readonly saved?: unknown;
}

export interface WebviewPage {
  readonly page: Page;
  /** Console errors, uncaught errors and violations of the content security policy so far. */
  readonly troubles: readonly string[];
  /** Everything the panel has posted. */
  readonly posted: () => Promise<readonly Record<string, unknown>[]>;
  /** As the extension posts it. */
  readonly send: (message: unknown) => Promise<void>;
  /** How requests of this kind are answered from now on; undefined: not at all. Unnamed kinds are answered `done`. */
  readonly answer: (kind: string, answer: unknown) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** Opens a panel the way VS Code does: strict policy, theme variables, default styles, one `acquireVsCodeApi`. */
export async function openPanel(browser: Browser, options: PageOptions): Promise<WebviewPage> {
  const context = await browser.newContext({
    viewport: { width: options.width ?? 800, height: options.height ?? 900 },
    reducedMotion: options.reducedMotion === true ? 'reduce' : 'no-preference',
    locale: 'en-GB',
    timezoneId: 'UTC',
  });
  const page = await context.newPage();
  const troubles: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') troubles.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => troubles.push(`uncaught: ${error.message}`));
  await page.route(`${origin}/**`, (route) => {
    const name = new URL(route.request().url()).pathname;
    if (name === '/') return route.fulfill({ contentType: 'text/html', body: html });
    if (name === '/panel.js') return route.fulfill({ contentType: 'text/javascript', body: options.panel.script });
    if (name === '/panel.css') return route.fulfill({ contentType: 'text/css', body: options.panel.style });
    return route.fulfill({ status: 404, body: '' });
  });
  // tsx keeps function names by a helper that the page does not have.
  await page.addInitScript('globalThis.__name = (each) => each');
  await page.addInitScript(actAsVsCode, {
    theme: themeOf(options.theme ?? 'dark'),
    saved: options.saved,
    defaults: defaultStyles,
  });
  await page.goto(`${origin}/`);
  return {
    page,
    troubles,
    posted: () => page.evaluate(() => (window as unknown as FakeWindow).fakeHost.posted),
    send: (message) =>
      page.evaluate((data) => {
        window.postMessage(data, '*');
        // Answered when the message has been handled and drawn.
        return new Promise<void>((resolve) => {
          setTimeout(() => {
            requestAnimationFrame(() => {
              setTimeout(resolve, 0);
            });
          }, 0);
        });
      }, message),
    answer: (kind, answer) =>
      page.evaluate(
        ([which, what]) => {
          (window as unknown as FakeWindow).fakeHost.answers[which as string] = what;
        },
        [kind, answer],
      ),
    close: () => context.close(),
  };
}

interface FakeWindow {
  fakeHost: { posted: Record<string, unknown>[]; answers: Record<string, unknown> };
}

const html = `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'nonce-of-the-test'; style-src ${origin}; img-src ${origin}; font-src ${origin}; connect-src 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="${origin}/panel.css">
<title>Replication</title>
</head>
<body>
<main id="root"></main>
<script nonce="of-the-test" src="${origin}/panel.js"></script>
</body>
</html>`;

/** The gist of the style sheet that VS Code puts into every webview: ours has to stand up to it. */
const defaultStyles = `
html { scrollbar-color: rgba(121, 121, 121, 0.4) transparent; }
body { overscroll-behavior-x: none; color: var(--vscode-editor-foreground); font-family: var(--vscode-font-family);
  font-weight: var(--vscode-font-weight); font-size: var(--vscode-font-size); margin: 0; padding: 0 20px; }
a, a code { color: var(--vscode-textLink-foreground); }
code { font-family: monospace; color: var(--vscode-textPreformat-foreground);
  background-color: var(--vscode-textPreformat-background); padding: 1px 3px; border-radius: 4px; }
`;

interface Disguise {
  readonly theme: { readonly bodyClass: string; readonly variables: Readonly<Record<string, string>> };
  readonly saved: unknown;
  readonly defaults: string;
}

/** Runs in the page before its own script. */
function actAsVsCode({ theme, saved, defaults }: Disguise): void {
  const host: FakeWindow['fakeHost'] = { posted: [], answers: {} };
  const stateKey = 'fake-state';
  if (saved !== undefined && sessionStorage.getItem(stateKey) === null) {
    sessionStorage.setItem(stateKey, JSON.stringify(saved));
  }
  let acquired = false;
  const acquireVsCodeApi = (): unknown => {
    if (acquired) throw new Error('An instance of the VS Code API has already been acquired');
    acquired = true;
    return {
      postMessage: (message: { kind: string; id?: number; request?: { kind: string } }) => {
        // As a message crosses processes, what cannot be cloned fails here too.
        host.posted.push(structuredClone(message));
        if (message.kind !== 'request' || message.request === undefined) return;
        const kind = message.request.kind;
        const answer = kind in host.answers ? host.answers[kind] : { kind: 'done' };
        if (answer !== undefined && answer !== null)
          window.postMessage({ kind: 'answer', id: message.id, answer }, '*');
      },
      getState: () => JSON.parse(sessionStorage.getItem(stateKey) ?? 'null') as unknown,
      setState: (state: unknown) => {
        sessionStorage.setItem(stateKey, JSON.stringify(state));
      },
    };
  };
  Object.assign(window, { fakeHost: host, acquireVsCodeApi });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`@layer vscode-default { ${defaults} }`);
  document.addEventListener('DOMContentLoaded', () => {
    document.adoptedStyleSheets = [sheet];
  });
  const dress = (): void => {
    for (const [name, value] of Object.entries(theme.variables))
      document.documentElement.style.setProperty(name, value);
    document.body.className = theme.bodyClass;
  };
  // The panel's script stands at the end of the body and must find the theme there.
  new MutationObserver((_changes, observer) => {
    // The types hold that there always is a body; while the page is parsed there is none.
    if ((document.body as HTMLElement | null) === null) return;
    observer.disconnect();
    dress();
  }).observe(document, { childList: true, subtree: true });
}
