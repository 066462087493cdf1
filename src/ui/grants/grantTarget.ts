import * as vscode from 'vscode';

/** A template, and perhaps one instance, as the one text that a command takes: a URI with the key as its fragment. */
export function grantTarget(template: vscode.Uri, instance = ''): string {
  return template.with({ fragment: instance }).toString();
}

/** Undefined: the text is no URI. */
export function parseGrantTarget(
  argument: string,
): { readonly template: vscode.Uri; readonly instance: string | undefined } | undefined {
  if (!/^[a-z][a-z\d+.-]+:\//i.test(argument)) return undefined;
  const uri = vscode.Uri.parse(argument);
  return { template: uri.with({ fragment: '' }), instance: uri.fragment === '' ? undefined : uri.fragment };
}
