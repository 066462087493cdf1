import { createRequire } from 'node:module';
import path from 'node:path';
import * as vscode from 'vscode';
import type { FleetView } from '../../core/fleetView';
import { renderReport } from '../../core/renderReport';

const extensionId = 'replideck.replideck';

/** Opens what a developer needs to know, as an unsaved document that can be read before it is passed on. */
export async function openReport(view: FleetView | undefined, logLines: readonly string[]): Promise<void> {
  const manifest = vscode.extensions.getExtension(extensionId)?.packageJSON as
    { version: string; contributes: { configuration: { properties: Record<string, unknown> } } } | undefined;
  const content = renderReport({
    version: manifest?.version ?? '?',
    vscodeVersion: vscode.version,
    environment: {
      platform: `${process.platform}-${process.arch}`,
      node: process.versions.node,
      remote: vscode.env.remoteName ?? 'none',
      'kind of editor': vscode.env.uiKind === vscode.UIKind.Web ? 'browser' : 'desktop',
      language: vscode.env.language,
      trusted: vscode.workspace.isTrusted ? 'yes' : 'no',
      memory: `${Math.round(process.memoryUsage().rss / 1024 ** 2)} MiB`,
    },
    settings: settingsOf(Object.keys(manifest?.contributes.configuration.properties ?? {})),
    view,
    loadedParts: loadedParts(),
    logLines,
  });
  await vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ language: 'markdown', content }));
}

/** Of paths only whether there is one: they tell who somebody is. */
function settingsOf(names: readonly string[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    names.map((name) => {
      const value = vscode.workspace.getConfiguration().get<unknown>(name);
      return [name, name.endsWith('Path') && value !== '' ? 'set' : value];
    }),
  );
}

/** Files beside this one that were required by now. */
function loadedParts(): readonly string[] {
  return Object.keys(createRequire(__filename).cache)
    .filter((file) => path.dirname(file) === __dirname)
    .map((file) => path.basename(file));
}
