import * as vscode from 'vscode';
import { t } from '../../core/l10n';

/**
 * The typed name of a target in production; undefined: called off.
 * @param step what it is typed for, as sentences
 */
export function askName(name: string, step: string, purpose: string): Thenable<string | undefined> {
  return vscode.window.showInputBox({
    title: `PROD · ${name}`,
    prompt: `${step} ${t`It is in production. Type its name to ${purpose}.`}`,
    ignoreFocusOut: true,
  });
}
