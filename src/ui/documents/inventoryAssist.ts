import * as vscode from 'vscode';
import type { InventoryFile } from './inventoryFile';
import type { InventoryProviders } from './inventoryProviders';

/** Another extension that completes and explains by the schema that this one ships. */
const yamlExtension = 'redhat.vscode-yaml';

/** Help with writing the inventory. The code comes with its first use. */
export class InventoryAssist implements vscode.Disposable {
  readonly #inventory: InventoryFile;
  readonly #load: () => Promise<InventoryProviders>;
  readonly #subscription: vscode.Disposable;

  constructor(inventory: InventoryFile, load: () => Promise<InventoryProviders>) {
    this.#inventory = inventory;
    this.#load = load;
    const yaml: vscode.DocumentSelector = { language: 'yaml' };
    this.#subscription = vscode.Disposable.from(
      vscode.languages.registerCompletionItemProvider(
        yaml,
        {
          provideCompletionItems: async (document, position) =>
            this.#isSilent(document) ? undefined : (await this.#load()).complete(document, position),
        },
        ' ',
      ),
      vscode.languages.registerHoverProvider(yaml, {
        provideHover: async (document, position) =>
          this.#isSilent(document) ? undefined : (await this.#load()).explain(document, position),
      }),
      vscode.languages.registerCodeActionsProvider(
        yaml,
        {
          provideCodeActions: async (document, range, { diagnostics }) =>
            this.#isOurs(document) ? (await this.#load()).fix(document, range, diagnostics) : undefined,
        },
        { providedCodeActionKinds: [vscode.CodeActionKind.QuickFix] },
      ),
    );
  }

  dispose(): void {
    this.#subscription.dispose();
  }

  #isOurs({ uri }: vscode.TextDocument): boolean {
    const { state } = this.#inventory;
    return 'uri' in state && state.uri.toString() === uri.toString();
  }

  /** Nobody wants to read everything twice. What that extension cannot know are the fixes. */
  #isSilent(document: vscode.TextDocument): boolean {
    return !this.#isOurs(document) || vscode.extensions.getExtension(yamlExtension)?.isActive === true;
  }
}
