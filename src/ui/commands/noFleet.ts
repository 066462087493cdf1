import * as vscode from 'vscode';
import { t } from '../../core/l10n';
import { showInformation } from '../messages';

/** What every command says that has nothing to choose from. */
export async function sayThatThereIsNoFleet(): Promise<void> {
  const choice = await showInformation(
    t`Replideck knows no instance yet: the workspace needs an inventory, replideck.yaml, that names some.`,
    t`Open Inventory`,
  );
  if (choice !== undefined) await vscode.commands.executeCommand('replideck.inventory.open');
}
