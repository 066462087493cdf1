import type * as vscode from 'vscode';

/** One value of what VS Code keeps for us. */
export function keptIn(memento: vscode.Memento, key: string): { get(): unknown; set(value: unknown): unknown } {
  return { get: () => memento.get(key), set: (value) => memento.update(key, value) };
}
