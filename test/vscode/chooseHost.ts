import { existsSync, readdirSync } from 'node:fs';
import { vscodeCache } from '../provision.mjs';

export type ChosenHost =
  | { readonly kind: 'server' }
  /** Without a path: downloaded by @vscode/test-electron, or taken from its cache. */
  | { readonly kind: 'desktop'; readonly executable: string | undefined };

const releases = 'https://update.code.visualstudio.com/api/releases/stable';

let chosen: Promise<ChosenHost> | undefined;

/**
 * The desktop build when VSCODE_PATH names one, when one was downloaded before, or when it can be downloaded;
 * otherwise the server host. REPLIDECK_VSCODE_HOST=server|desktop decides without looking.
 */
export function chosenHost(): Promise<ChosenHost> {
  chosen ??= choose();
  return chosen;
}

async function choose(): Promise<ChosenHost> {
  const executable = process.env['VSCODE_PATH'];
  const wanted = process.env['REPLIDECK_VSCODE_HOST'];
  if (wanted === 'server') return { kind: 'server' };
  if (wanted === 'desktop' || executable !== undefined) return { kind: 'desktop', executable };
  if (hasDownloaded() || (await isDownloadable())) return { kind: 'desktop', executable: undefined };
  return { kind: 'server' };
}

const hasDownloaded = (): boolean =>
  existsSync(vscodeCache()) && readdirSync(vscodeCache()).some((name) => /^vscode-[a-z]+.*-\d+\.\d+\.\d+$/.test(name));

async function isDownloadable(): Promise<boolean> {
  try {
    return (await fetch(releases, { signal: AbortSignal.timeout(4000) })).ok;
  } catch {
    return false;
  }
}

export const describeHost = (host: ChosenHost, version: string): string =>
  host.kind === 'server' ? `VS Code ${version} (server, in headless Chromium)` : `VS Code ${version} (desktop)`;
