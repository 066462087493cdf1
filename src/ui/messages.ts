import * as vscode from 'vscode';
import { messageText } from '../core/findings/phrase';

/** Messages of the editor, the only way to them: what they say may come from a server, see `messageText`. */

type Chosen = Thenable<string | undefined>;

export const showInformation = (text: string, ...buttons: readonly string[]): Chosen =>
  vscode.window.showInformationMessage(messageText(text), ...buttons);

export const showWarning = (text: string, ...buttons: readonly string[]): Chosen =>
  vscode.window.showWarningMessage(messageText(text), ...buttons);

export const showError = (text: string, ...buttons: readonly string[]): Chosen =>
  vscode.window.showErrorMessage(messageText(text), ...buttons);

/** Nothing else goes on until it is answered. */
export const askModally = (text: string, detail: string, ...buttons: readonly string[]): Chosen =>
  vscode.window.showWarningMessage(messageText(text), { modal: true, detail }, ...buttons);
