import * as vscode from 'vscode';
import type { WalkthroughStep } from './walkthrough';

/** Keys for `when` clauses in package.json. */
export type ContextKey =
  'replideck.inventory' | 'replideck.filtered' | 'replideck.grantTemplate' | `replideck.done.${WalkthroughStep}`;

export function setContext(key: ContextKey, value: string | boolean): Thenable<unknown> {
  return vscode.commands.executeCommand('setContext', key, value);
}
