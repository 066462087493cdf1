import * as vscode from 'vscode';
import { placeOf } from '../../core/findings/mirrorFacts';
import type { FleetView } from '../../core/fleetView';
import type { Runbook } from '../../core/runbooks/runbook';
import { instanceItem, pickInstance } from '../commands/pickInstance';
import { stateIcons } from '../stateIcon';
import { t } from '../../core/l10n';

/**
 * What a runbook is to be planned for: the key of an instance, a mirror or a neighbour; undefined: it was called off.
 * @param on what the runbook is for, where that is known: the only one of its kind is not asked for
 */
export async function pickTarget(
  view: FleetView | undefined,
  on: Runbook['on'] | undefined,
): Promise<string | undefined> {
  const title = t`Plan a runbook for`;
  const mirrors = view?.mirrors ?? [];
  const services = (view?.services ?? []).filter(({ kind }) => kind === 'orchestrator' || kind === 'burrow');
  if (view === undefined || mirrors.length + services.length === 0) return pickInstance(view, title);
  const ofKind = services.filter(({ kind }) => kind === on);
  const [only, another] = ofKind;
  if (only !== undefined && another === undefined) return only.key;
  const serviceItems = (ofKind.length > 0 ? ofKind : services).map(({ key, kind, name, place, state }) => ({
    label: `$(${stateIcons[state].icon}) ${name}`,
    description: `${kind === 'burrow' ? t`Burrow` : t`Orchestrator`} · ${place}`,
    key,
  }));
  const items =
    ofKind.length > 0
      ? serviceItems
      : [
          ...Object.values(view.instances).map(instanceItem),
          ...mirrors.map(({ key, spec, state }) => ({
            label: `$(${stateIcons[state].icon}) ${spec.name}`,
            description: t`etcd mirror · ${placeOf(spec.source)} → ${placeOf(spec.destination)}`,
            key,
          })),
          ...serviceItems,
        ];
  return (await vscode.window.showQuickPick(items, { title, matchOnDescription: true }))?.key;
}
