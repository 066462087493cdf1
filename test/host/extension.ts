import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { ReplideckApi } from '../../src/api';

/** The extension under test, as VS Code knows it. */
export function theExtension(): vscode.Extension<ReplideckApi> {
  const extension = vscode.extensions.getExtension<ReplideckApi>('replideck.replideck');
  assert.ok(extension, 'VS Code does not know replideck.replideck: is it disabled?');
  return extension;
}

/** Waits until VS Code itself has activated the extension, or fails. Gives the milliseconds that it waited. */
export async function activated(timeoutMs = 20_000): Promise<number> {
  const started = Date.now();
  while (!theExtension().isActive) {
    assert.ok(Date.now() - started < timeoutMs, `not active after ${timeoutMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return Date.now() - started;
}
