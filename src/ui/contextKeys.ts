import * as vscode from 'vscode';

/** Keys for `when` clauses in package.json. */
export type ContextKey = 'replideck.inventory' | 'replideck.filtered' | 'replideck.grantTemplate';

export function setContext(key: ContextKey, value: string | boolean): Thenable<unknown> {
  return vscode.commands.executeCommand('setContext', key, value);
}
