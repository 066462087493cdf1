import * as vscode from 'vscode';
import type { InstanceSpec } from '../../core/inventory/model';

export async function pickFormat(key: string): Promise<'erb' | 'sql' | undefined> {
  const items = [
    { label: 'ERB template', description: '.sql.erb', detail: 'Each password is a variable.', format: 'erb' as const },
    {
      label: 'Plain SQL',
      description: '.sql',
      detail: '<password> stands where one is needed.',
      format: 'sql' as const,
    },
  ];
  return (await vscode.window.showQuickPick(items, { title: `Export the grants of ${key} as` }))?.format;
}

export async function pickSpec(specs: readonly InstanceSpec[], title: string): Promise<InstanceSpec | undefined> {
  const items = specs.map((spec) => ({ label: spec.key, description: spec.clusters.join(', '), spec }));
  return (await vscode.window.showQuickPick(items, { title }))?.spec;
}
