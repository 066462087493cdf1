import path from 'node:path';
import * as vscode from 'vscode';
import type { InstanceSpec } from '../../core/inventory/model';
import { t } from '../../core/l10n';
import { clusterKeys } from '../../core/clusterKeys';
import { showInformation } from '../messages';
import { withProgress } from '../withProgress';
import type { Grants } from './grants';

/** What a command was called on. */
export interface GrantCommandTarget {
  readonly template?: vscode.Uri;
  readonly instance?: string;
  readonly cluster?: string;
}

/** The template that is meant: named, in the active editor, or chosen among those that fit. */
export async function pickTemplate(
  grants: Grants,
  { template, instance, cluster }: GrantCommandTarget,
  title: string,
): Promise<vscode.Uri | undefined> {
  if (template !== undefined) return template;
  const active = vscode.window.activeTextEditor?.document.uri;
  const named = instance !== undefined || cluster !== undefined;
  if (!named && active !== undefined && (await grants.files.isTemplate(active))) return active;
  const reviews = await grants.reviews();
  const clusters = cluster === undefined ? grants.spec(instance ?? '')?.clusters : [cluster];
  const found = (await grants.files.find()).filter((uri) => {
    const specs = reviews.specsOf(grants.files.pathOf(uri) ?? '');
    return clusters === undefined || specs.some((spec) => spec.clusters.some((name) => clusters.includes(name)));
  });
  if (found.length === 0) {
    const choice = await showInformation(
      t`No template of grants is ${named ? t`for ${cluster ?? instance ?? ''}` : t`there`}. The inventory names them under \`grantTemplates\`.`,
      t`Open Inventory`,
    );
    if (choice !== undefined) await vscode.commands.executeCommand('replideck.inventory.open');
    return undefined;
  }
  const items = found.map((uri) => ({ label: grants.files.pathOf(uri) ?? uri.path, uri }));
  if (named && items.length === 1) return items[0]?.uri;
  return (await vscode.window.showQuickPick(items, { title }))?.uri;
}

/** Instances that the template is for; the fleet is read first where it alone can tell. */
export async function targetsFor(
  grants: Grants,
  template: vscode.Uri,
  { instance, cluster }: GrantCommandTarget,
): Promise<readonly InstanceSpec[]> {
  if (instance !== undefined) return [grants.spec(instance)].filter((spec) => spec !== undefined);
  const reviews = await grants.reviews();
  const file = grants.files.pathOf(template) ?? '';
  if (reviews.targetsOf(file).length === 0) {
    await withProgress(t`Reading the fleet`, (signal) =>
      grants.readFleet(Object.keys(grants.view?.instances ?? {}), signal),
    );
  }
  const members = grants.view?.clusters.find(({ spec }) => spec.name === cluster);
  const keys = members && clusterKeys(members);
  const targets = reviews.targetsOf(file).filter(({ key }) => keys === undefined || keys.includes(key));
  if (targets.length === 0) {
    await showInformation(
      t`${path.posix.basename(template.path)} is for no instance that is known: its clusters name no primary, and none was found.`,
    );
  }
  return targets;
}

export async function pickFormat(key: string): Promise<'erb' | 'sql' | undefined> {
  const items = [
    {
      label: t`ERB template`,
      description: '.sql.erb',
      detail: t`Each password is a variable.`,
      format: 'erb' as const,
    },
    {
      label: t`Plain SQL`,
      description: '.sql',
      detail: t`<password> stands where one is needed.`,
      format: 'sql' as const,
    },
  ];
  return (await vscode.window.showQuickPick(items, { title: t`Export the grants of ${key} as` }))?.format;
}

export async function pickSpec(specs: readonly InstanceSpec[], title: string): Promise<InstanceSpec | undefined> {
  const items = specs.map((spec) => ({ label: spec.key, description: spec.clusters.join(', '), spec }));
  return (await vscode.window.showQuickPick(items, { title }))?.spec;
}
