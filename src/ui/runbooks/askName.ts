import * as vscode from 'vscode';

/** The typed name of a target in production; undefined: called off. */
export function askName(name: string, purpose: string): Thenable<string | undefined> {
  return vscode.window.showInputBox({
    title: `PROD · ${name}`,
    prompt: `It is in production. Type its name to ${purpose}.`,
    ignoreFocusOut: true,
  });
}
