import * as vscode from 'vscode';
import { clusterKeys } from '../../core/clusterKeys';
import { withoutCode } from '../../core/codeSpans';
import type { FleetView, InstanceView } from '../../core/fleetView';
import { t } from '../../core/l10n';
import { formatCount } from '../../core/words';
import { showInformation } from '../messages';
import { stateIcons } from '../stateIcon';
import { sayThatThereIsNoFleet } from './noFleet';

/** An instance in a list to pick from. */
export function instanceItem({ spec, state, role }: InstanceView) {
  return {
    label: `$(${stateIcons[state].icon}) ${spec.key}`,
    description: [role, spec.clusters.join(', '), spec.datacenter].filter((part) => part !== undefined).join(' · '),
    key: spec.key,
  };
}

export async function pickInstance(
  view: FleetView | undefined,
  title: string,
  isWanted: (instance: InstanceView) => boolean = () => true,
  whyNone = t`No instance is known to be a replica yet: refresh the fleet first.`,
): Promise<string | undefined> {
  const all = Object.values(view?.instances ?? {});
  const items = all.filter(isWanted).map((instance) => ({
    ...instanceItem(instance),
    detail: withoutCode(instance.findings.find(({ severity }) => severity !== 'info')?.title ?? ''),
  }));
  if (all.length === 0) {
    await sayThatThereIsNoFleet();
    return undefined;
  }
  if (items.length === 0) {
    await showInformation(whyNone);
    return undefined;
  }
  return (await vscode.window.showQuickPick(items, { title, matchOnDescription: true, matchOnDetail: true }))?.key;
}

export async function pickCluster(view: FleetView | undefined, title: string): Promise<string | undefined> {
  const items = (view?.clusters ?? []).map((cluster) => ({
    label: `$(${stateIcons[cluster.state].icon}) ${cluster.spec.name}`,
    description: `${cluster.spec.production ? 'PROD · ' : ''}${formatCount(clusterKeys(cluster).length, 'instance')}`,
    name: cluster.spec.name,
  }));
  if (items.length === 0) {
    await sayThatThereIsNoFleet();
    return undefined;
  }
  return (await vscode.window.showQuickPick(items, { title }))?.name;
}
