import * as vscode from 'vscode';
import { once } from '../../app/once';
import type { FleetLogic } from '../../core/fleetLogic';
import type { SchemaNode } from '../../core/inventory/assist/schemaNodes';
import { toVscodeRange } from './inventoryFile';

export interface InventoryProviders {
  complete(document: vscode.TextDocument, position: vscode.Position): Promise<vscode.CompletionItem[]>;
  explain(document: vscode.TextDocument, position: vscode.Position): Promise<vscode.Hover | undefined>;
  fix(
    document: vscode.TextDocument,
    range: vscode.Range,
    diagnostics: readonly vscode.Diagnostic[],
  ): Promise<vscode.CodeAction[]>;
}

/** What the schema that ships with the extension says of the inventory, and the edits that mend its problems. */
export function createProviders(extensionUri: vscode.Uri, logic: () => Promise<FleetLogic>): InventoryProviders {
  const schema = once(async () => {
    const uri = vscode.Uri.joinPath(extensionUri, 'media/inventory.schema.json');
    return JSON.parse(new TextDecoder().decode(await vscode.workspace.fs.readFile(uri))) as SchemaNode;
  });
  return {
    async complete(document, position) {
      const { completeInventory } = (await logic()).assist;
      const found = completeInventory(await schema(), document.getText(), position);
      if (found === undefined) return [];
      const replacing = toVscodeRange(found.range);
      const inserting = new vscode.Range(replacing.start, position);
      return found.items.map(({ kind, label, documentation, snippet, isRequired }, index) => {
        const item = new vscode.CompletionItem(
          label,
          kind === 'key' ? vscode.CompletionItemKind.Property : vscode.CompletionItemKind.Value,
        );
        item.insertText = new vscode.SnippetString(snippet);
        item.documentation = new vscode.MarkdownString(documentation);
        item.range = { inserting, replacing };
        item.sortText = String(index).padStart(4, '0');
        if (isRequired) item.detail = 'required';
        return item;
      });
    },
    async explain(document, position) {
      const { hoverInventory } = (await logic()).assist;
      const found = hoverInventory(await schema(), document.getText(), position);
      return found && new vscode.Hover(new vscode.MarkdownString(found.markdown), toVscodeRange(found.range));
    },
    async fix(document, range, diagnostics) {
      const { problems } = (await logic()).parseInventory(document.getText());
      return problems.flatMap((problem) => {
        const place = toVscodeRange(problem.range);
        if (problem.fix === undefined || place.intersection(range) === undefined) return [];
        const action = new vscode.CodeAction(problem.fix.title, vscode.CodeActionKind.QuickFix);
        action.edit = new vscode.WorkspaceEdit();
        action.edit.replace(document.uri, toVscodeRange(problem.fix.range), problem.fix.text);
        action.diagnostics = diagnostics.filter(
          (each) => each.message === problem.message && each.range.isEqual(place),
        );
        action.isPreferred = true;
        return [action];
      });
    },
  };
}
