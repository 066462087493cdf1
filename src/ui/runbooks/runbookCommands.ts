import * as vscode from 'vscode';
import { once } from '../../app/once';
import type { FleetView } from '../../core/fleetView';
import { copyTicket } from '../commands/copyTicket';
import type { CommandArgument, RunbookCommandId } from '../commands/ids';
import type { CommandHandlers } from '../commands/registerCommands';
import type { NodeSubject } from '../tree/model';
import { runbookScheme } from './planDocuments';
import type { Runbooks } from './runbooks';
import { askName } from './askName';
import { t } from '../../core/l10n';
import { wordOf } from '../../core/words';
import { showInformation, showWarning } from '../messages';

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
  /** What is known already, and is not asked. */
  readonly inputs?: Readonly<Record<string, string>>;
}

export function runbookCommands(context: RunbookCommandContext): Pick<CommandHandlers, RunbookCommandId> {
  const { runbooks, view } = context;

  const wantedOf = (argument: CommandArgument): Wanted => {
    const subject = argument === undefined ? undefined : context.subjectOf(argument);
    const isTarget = (key: string): boolean => {
      const present = view();
      return (
        present?.instances[key] !== undefined ||
        [...(present?.mirrors ?? []), ...(present?.services ?? [])].some((each) => each.key === key)
      );
    };
    switch (subject?.kind) {
      case 'instance':
        return { target: subject.key };
      case 'connection':
        return { target: subject.key, connection: subject.connection };
      case 'mirror':
        return { target: `mirror:${subject.name}` };
      case 'service':
        return { target: subject.subject };
      case 'finding': {
        const { subject: about, connection, runbook } = subject.finding;
        return {
          ...(isTarget(about) ? { target: about } : {}),
          ...(connection === undefined ? {} : { connection }),
          ...(runbook === undefined ? {} : { runbook }),
        };
      }
      default: {
        if (argument === undefined || isTarget(argument)) return argument === undefined ? {} : { target: argument };
        // Of a panel or another command: target and runbook, perhaps with inputs: `db1:3306 grants.apply?template=x`.
        const space = argument.lastIndexOf(' ');
        const target = argument.slice(0, Math.max(0, space));
        const [runbook = '', query = ''] = argument.slice(space + 1).split('?');
        const inputs = Object.fromEntries(new URLSearchParams(query));
        return isTarget(target) ? { target, runbook, inputs } : {};
      }
    }
  };

  const runner = once(async () => new (await runbooks.parts()).StepRunner(runbooks));

  /** A line above a step says which; from the palette it is asked for. */
  const chooseStep = async (
    argument: CommandArgument,
    title: string,
  ): Promise<{ readonly query: string; readonly stepId: string; readonly version?: number } | undefined> => {
    if (argument !== undefined) {
      const [query = '', stepId = '', version] = argument.split(' ');
      return { query, stepId, ...(version === undefined ? {} : { version: Number(version) }) };
    }
    const query = activePlan();
    const open = runbooks.find(query);
    const steps = open?.shown?.plan.steps ?? [];
    if (open === undefined || steps.length === 0) {
      await sayThatNoPlanIsOpen();
      return undefined;
    }
    const { version } = open;
    const items = steps.map(({ id, title: label, effect }) => ({
      ...{ label, detail: open.session.progress[id]?.words ?? '', id },
      description: [wordOf(effect), open.session.progress[id]?.kind].filter((part) => part !== undefined).join(' · '),
    }));
    const picked = await vscode.window.showQuickPick(items, { title });
    return picked === undefined ? undefined : { query, stepId: picked.id, version };
  };

  return {
    'replideck.runbook.plan': async (argument) => {
      const wanted = wantedOf(argument);
      const { askInputs, pickRunbook, pickTarget, runbookLogic: logic } = await runbooks.parts();
      const named = logic.findRunbook(wanted.runbook ?? '');
      const target = wanted.target ?? (await pickTarget(view(), named?.on));
      const present = view();
      if (target === undefined || present === undefined) return;
      const runbook = named ?? (await pickRunbook(logic.runbooksFor(logic.runbooks, present, target), target));
      if (runbook === undefined) return;
      const inputs = await askInputs(runbook, present, target, wanted);
      if (inputs !== undefined) await runbooks.open({ id: runbook.id, target, inputs });
    },
    'replideck.runbook.check': async (argument) => {
      const query = argument ?? activePlan();
      if (runbooks.find(query) === undefined) await sayThatNoPlanIsOpen();
      else await runbooks.check(query);
    },
    'replideck.runbook.runStep': async (argument) => {
      const chosen = await chooseStep(argument, t`Run which step?`);
      if (chosen !== undefined) await (await runner()).run(chosen.query, chosen.stepId, chosen.version);
    },
    'replideck.runbook.verifyStep': async (argument) => {
      const chosen = await chooseStep(argument, t`Verify which step?`);
      if (chosen !== undefined) await (await runner()).verify(chosen.query, chosen.stepId);
    },
    'replideck.runbook.callOff': async (argument) => {
      const query = argument?.split(' ')[0] ?? activePlan();
      if (runbooks.find(query) === undefined) await sayThatNoPlanIsOpen();
      else if (!(await runner()).callOff(query)) await showInformation(t`No step of this plan is under way.`);
    },
    'replideck.runbook.copyTicket': async (argument) => {
      const shown = runbooks.find(argument === undefined ? activePlan() : planOf(argument))?.shown;
      if (shown === undefined) await sayThatNoPlanIsOpen();
      else await copyTicket((await runbooks.parts()).runbookLogic.renderPlanTicket(shown.text));
    },
    'replideck.audit.copyTicket': async () => {
      const text = await runbooks.auditTicket();
      if (text === undefined) await showInformation(t`Nothing has been run yet.`);
      else await copyTicket(text);
    },
    'replideck.audit.show': () => runbooks.audit.show(),
    'replideck.runbook.copyCommand': async (argument) => {
      const chosen = await chooseStep(argument, t`Copy the command of which step?`);
      if (chosen === undefined) return;
      const { query, stepId } = chosen;
      const copied = await runbooks.commandOf(query, stepId, (name, step) => askName(name, step, t`copy the command`));
      if (copied.kind === 'failed') {
        await showWarning(t`Nothing was copied. ${copied.reason}`);
        return;
      }
      await vscode.env.clipboard.writeText(copied.value);
      vscode.window.setStatusBarMessage(t`Replideck: the command is on the clipboard`, 3000);
    },
  };
}

async function sayThatNoPlanIsOpen(): Promise<void> {
  await showInformation(t`Open a runbook plan with steps first: "Replideck: Plan a Runbook...".`);
}

/** The number of the plan in a menu of its editor, which hands over its URI. */
function planOf(argument: string): string {
  const uri = vscode.Uri.parse(argument);
  return uri.scheme === runbookScheme ? uri.query : argument;
}

/** The number of the plan that the editor shows; empty: it shows none. */
function activePlan(): string {
  const uri = vscode.window.activeTextEditor?.document.uri;
  return uri?.scheme === runbookScheme ? uri.query : '';
}
