import * as vscode from 'vscode';
import type { Log } from '../../ports';
import { commands, type CommandArgument, type CommandId } from './ids';
import { t } from '../../core/l10n';
import { messageOf } from '../../core/messageOf';
import { showError } from '../messages';
import { markCommand } from '../walkthrough';

export type CommandHandlers = Readonly<Record<CommandId, (argument: CommandArgument) => unknown>>;

/**
 * Registers every command of the table. A handler's failure is one message with a way to the log; VS Code itself
 * would show the bare error.
 */
export function registerCommands(handlers: CommandHandlers, log: Log): vscode.Disposable {
  return vscode.Disposable.from(
    ...(Object.keys(commands) as CommandId[]).map((id) =>
      vscode.commands.registerCommand(id, async (argument: unknown) => {
        try {
          await handlers[id](toArgument(argument));
          markCommand(id);
        } catch (error) {
          log.error(`The command ${id} failed`, error);
          const choice = await showError(
            t`"${commands[id].title.replace('...', '')}" failed: ${messageOf(error)}`,
            t`Show Log`,
          );
          if (choice !== undefined) await vscode.commands.executeCommand('replideck.log.show');
        }
      }),
    ),
  );
}

/** Menus of editors hand over a URI. */
function toArgument(argument: unknown): CommandArgument {
  if (argument instanceof vscode.Uri) return argument.toString();
  return typeof argument === 'string' ? argument : undefined;
}
