import * as vscode from 'vscode';
import { t } from '../../core/l10n';

/** @param text Markdown, redacted already */
export async function copyTicket(text: string): Promise<void> {
  await vscode.env.clipboard.writeText(text);
  vscode.window.setStatusBarMessage(t`Replideck: the ticket is on the clipboard`, 3000);
}
