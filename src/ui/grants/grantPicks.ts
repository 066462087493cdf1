import * as vscode from 'vscode';
import type { InstanceSpec } from '../../core/inventory/model';
import { t } from '../../core/l10n';

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
