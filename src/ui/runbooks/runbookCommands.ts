import * as vscode from 'vscode';
import type { FleetView } from '../../core/fleetView';
import type { CommandArgument, RunbookCommandId } from '../commands/ids';
import type { CommandHandlers } from '../commands/registerCommands';
import type { NodeSubject } from '../tree/model';
import type { Runbooks } from './runbooks';

export interface RunbookCommandContext {
  readonly runbooks: Runbooks;
  readonly view: () => FleetView | undefined;
  /** What a tree node stands for; undefined: the text is no node's id. */
  readonly subjectOf: (argument: string) => NodeSubject | undefined;
}

/** What a command was called on. */
interface Wanted {
  readonly target?: string;
  readonly connection?: string;
  readonly runbook?: string;
}

export function runbookCommands(context: RunbookCommandContext): Pick<CommandHandlers, RunbookCommandId> {
  const { runbooks, view } = context;

  const wantedOf = (argument: CommandArgument): Wanted => {
    const subject = argument === undefined ? undefined : context.subjectOf(argument);
    const isTarget = (key: string): boolean =>
      view()?.instances[key] !== undefined || view()?.mirrors.some((mirror) => mirror.key === key) === true;
    switch (subject?.kind) {
      case 'instance':
        return { target: subject.key };
      case 'connection':
        return { target: subject.key, connection: subject.connection };
      case 'mirror':
        return { target: `mirror:${subject.name}` };
      case 'finding': {
        const { subject: about, connection, runbook } = subject.finding;
        return {
          ...(isTarget(about) ? { target: about } : {}),
          ...(connection === undefined ? {} : { connection }),
          ...(runbook === undefined ? {} : { runbook }),
        };
      }
      default:
        return argument !== undefined && isTarget(argument) ? { target: argument } : {};
    }
  };

  return {
    'replideck.runbook.plan': async (argument) => {
      const wanted = wantedOf(argument);
      const { askInputs, pickRunbook, pickTarget, runbookLogic: logic } = await runbooks.parts();
      const target = wanted.target ?? (await pickTarget(view()));
      const present = view();
      if (target === undefined || present === undefined) return;
      const runbook =
        logic.findRunbook(wanted.runbook ?? '') ??
        (await pickRunbook(logic.runbooksFor(logic.runbooks, present, target), target));
      if (runbook === undefined) return;
      const inputs = await askInputs(runbook, present, target, wanted.connection);
      if (inputs !== undefined) await runbooks.open({ id: runbook.id, target, inputs });
    },
    'replideck.runbook.check': async (argument) => {
      await runbooks.check(argument ?? vscode.window.activeTextEditor?.document.uri.query ?? '');
    },
    'replideck.runbook.copyCommand': async (argument) => {
      const [query = '', stepId = ''] = argument?.split(' ') ?? [];
      const copied = await runbooks.commandOf(query, stepId, (name) =>
        vscode.window.showInputBox({
          title: `PROD · ${name}`,
          prompt: 'It is in production. Type its name to copy the command.',
          ignoreFocusOut: true,
        }),
      );
      if (copied.kind === 'failed') {
        await vscode.window.showWarningMessage(`Nothing was copied. ${copied.reason}`);
        return;
      }
      await vscode.env.clipboard.writeText(copied.value);
      vscode.window.setStatusBarMessage('Replideck: the command is on the clipboard', 3000);
    },
  };
}
