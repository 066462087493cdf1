import * as vscode from 'vscode';
import type { FleetView } from '../../core/fleetView';
import type { Runbook } from '../../core/runbooks/runbook';
import type { Choice } from '../../core/runbooks/runbooksFor';

/** Those that fit what is known of the target first; the others may be right too. */
export async function pickRunbook(choices: readonly Choice[], target: string): Promise<Runbook | undefined> {
  const items = choices.map(({ runbook, isOffered }) => ({
    ...{ label: runbook.title, description: runbook.id, detail: runbook.summary, runbook, isOffered },
  }));
  if (items.length === 0) return undefined;
  const offered = items.filter(({ isOffered }) => isOffered);
  const others = items.filter(({ isOffered }) => !isOffered);
  const separator = { label: 'not needed as far as is known', kind: vscode.QuickPickItemKind.Separator };
  const picked = await vscode.window.showQuickPick(
    [...offered, ...(others.length === 0 ? [] : [separator]), ...others],
    { title: `Plan for ${target}`, matchOnDescription: true, matchOnDetail: true },
  );
  return picked !== undefined && 'runbook' in picked ? picked.runbook : undefined;
}

/** Undefined: it was called off. */
export async function askInputs(
  runbook: Runbook,
  view: FleetView,
  target: string,
  connection: string | undefined,
): Promise<Record<string, string> | undefined> {
  const instance = view.instances[target];
  const inputs: Record<string, string> = {};
  for (const { name, label, suggest, isOptional } of runbook.inputs) {
    if (name === 'connection') {
      const names = instance?.connections.map(({ status }) => status.name || '(default)') ?? [];
      const known = connection === undefined ? (names.length < 2 ? names[0] : undefined) : connection || '(default)';
      const picked = known ?? (names.length === 0 ? '' : await vscode.window.showQuickPick(names, { title: label }));
      if (picked === undefined) return undefined;
      inputs[name] = picked;
      continue;
    }
    const given = await vscode.window.showInputBox({
      title: `${runbook.title}: ${target}`,
      prompt: `${label}${isOptional === true ? ' (may stay empty)' : ''}`,
      value: suggest?.(view, target) ?? '',
      ignoreFocusOut: true,
    });
    if (given === undefined) return undefined;
    inputs[name] = given;
  }
  const file = await vscode.window.showInputBox({
    title: `${runbook.title}: ${target}`,
    ...(runbook.on === 'instance'
      ? {
          prompt: 'Option file with the account that may do it; empty: the account that the inventory names.',
          value: '~/.my.cnf',
        }
      : {
          prompt: 'File for `curl --config` with the login that may do it; empty: the login that the inventory names.',
        }),
    ignoreFocusOut: true,
  });
  return file === undefined ? undefined : { ...inputs, optionFile: file };
}
