import * as vscode from 'vscode';
import type { MirrorPanelSection } from '../../protocol/mirrorPanel';
import type { MirrorPanelParts } from './mirrorPanelHost';
import type { MirrorPanels } from './mirrorPanels';

export interface LateMirrorPanelsOptions extends Omit<MirrorPanelParts, 'parts'> {
  readonly extensionUri: vscode.Uri;
  readonly parts: () => Promise<
    Awaited<ReturnType<MirrorPanelParts['parts']>> & {
      readonly createMirrorPanels: (extensionUri: vscode.Uri, parts: MirrorPanelParts) => MirrorPanels;
    }
  >;
}

/** The panels of mirrors before the first of them is wanted: few sessions open one, so their code comes with it. */
export class LateMirrorPanels implements vscode.WebviewPanelSerializer, vscode.Disposable {
  readonly #options: LateMirrorPanelsOptions;
  readonly #visibility = new vscode.EventEmitter<void>();
  readonly onDidChangeVisibility = this.#visibility.event;
  #loading: Promise<MirrorPanels> | undefined;
  #panels: MirrorPanels | undefined;

  constructor(options: LateMirrorPanelsOptions) {
    this.#options = options;
  }

  get anyVisible(): boolean {
    return this.#panels?.anyVisible ?? false;
  }

  async show(name: string, section?: MirrorPanelSection): Promise<void> {
    (await this.#load()).show(name, section);
  }

  async deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    await (await this.#load()).deserializeWebviewPanel(panel, state);
  }

  /** Sends the present state to every panel that is seen. */
  update(): void {
    this.#panels?.update();
  }

  dispose(): void {
    this.#panels?.dispose();
    this.#visibility.dispose();
  }

  #load(): Promise<MirrorPanels> {
    this.#loading ??= this.#options.parts().then(({ createMirrorPanels }) => {
      const panels = createMirrorPanels(this.#options.extensionUri, this.#options);
      panels.onDidChangeVisibility(() => {
        this.#visibility.fire();
      });
      this.#panels = panels;
      return panels;
    });
    return this.#loading;
  }
}
