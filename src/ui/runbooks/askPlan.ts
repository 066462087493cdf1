import * as vscode from 'vscode';
import type { FleetView, InstanceView } from '../../core/fleetView';
import { optionFileOf, type Runbook } from '../../core/runbooks/runbook';
import type { Choice } from '../../core/runbooks/runbooksFor';
import { askSteps, type InputStep } from './askSteps';
import { t } from '../../core/l10n';

/** Those that fit what is known of the target first; the others may be right too. */
export async function pickRunbook(choices: readonly Choice[], target: string): Promise<Runbook | undefined> {
  const items = choices.map(({ runbook, isOffered }) => ({
    ...{ label: runbook.title, description: runbook.id, detail: runbook.summary, runbook, isOffered },
  }));
  if (items.length === 0) return undefined;
  const offered = items.filter(({ isOffered }) => isOffered);
  const others = items.filter(({ isOffered }) => !isOffered);
  const separator = { label: t`not needed as far as is known`, kind: vscode.QuickPickItemKind.Separator };
  const picked = await vscode.window.showQuickPick(
    [...offered, ...(others.length === 0 ? [] : [separator]), ...others],
    { title: t`Plan for ${target}`, matchOnDescription: true, matchOnDetail: true, ignoreFocusOut: true },
  );
  return picked !== undefined && 'runbook' in picked ? picked.runbook : undefined;
}

/** Undefined: it was called off. */
export async function askInputs(
  runbook: Runbook,
  view: FleetView,
  target: string,
  { connection, inputs = {} }: { readonly connection?: string; readonly inputs?: Readonly<Record<string, string>> },
): Promise<Record<string, string> | undefined> {
  const names = view.instances[target]?.connections.map(({ status }) => status.name || '(default)') ?? [];
  // Without a choice there is nothing to ask.
  const known =
    connection === undefined ? (names.length < 2 ? (names[0] ?? '') : undefined) : connection || '(default)';
  const fixed: Record<string, string> = { ...inputs };
  const steps: InputStep[] = [];
  for (const { name, label, suggest, isOptional } of runbook.inputs) {
    if (inputs[name] !== undefined) continue;
    if (name === 'connection' && known !== undefined) fixed[name] = known;
    else if (name === 'connection') steps.push({ name, prompt: `${name}: ${label}`, value: '', choices: names });
    else {
      // By the name that the checks of the plan call it by.
      const prompt = `${name}: ${label}${isOptional === true ? t` (may stay empty)` : ''}`;
      steps.push({ name, prompt, value: suggest?.(view, target, fixed['connection']) ?? '' });
    }
  }
  // The client of Orchestrator has its own settings.
  if (runbook.on !== 'orchestrator') steps.push(accountStep(runbook, view.instances[target]));
  const given = await askSteps(`${runbook.title}: ${target}`, steps);
  return given === undefined ? undefined : { ...fixed, ...given };
}

function accountStep({ on }: Runbook, instance: InstanceView | undefined): InputStep {
  return on === 'instance'
    ? {
        name: 'optionFile',
        prompt: t`Option file with the account that may do it; empty: the account that the inventory names.`,
        value: (instance && optionFileOf(instance.spec)) ?? '~/.my.cnf',
      }
    : {
        name: 'optionFile',
        prompt: t`File for \`curl --config\` with the login that may do it; empty: the login that the inventory names.`,
        value: '',
      };
}
