import * as vscode from 'vscode';
import type { FleetLogic } from '../../core/fleetLogic';
import type { FleetView } from '../../core/fleetView';
import { t } from '../../core/l10n';

const scheme = 'replideck-service';

export interface ServiceDocumentsContext {
  readonly view: () => FleetView | undefined;
  readonly logic: () => Promise<Pick<FleetLogic, 'service'>>;
}

/** Read-only documents: all that is known of one neighbour. They follow the fleet. */
export class ServiceDocuments implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.#changed.event;
  readonly #context: ServiceDocumentsContext;
  readonly #registration: vscode.Disposable;

  constructor(context: ServiceDocumentsContext) {
    this.#context = context;
    this.#registration = vscode.workspace.registerTextDocumentContentProvider(scheme, this);
  }

  uriOf(key: string): vscode.Uri {
    return vscode.Uri.from({
      scheme,
      path: `/${key.replaceAll('/', ' ').replace(':', ' ')}.md`,
      query: JSON.stringify(key),
    });
  }

  async provideTextDocumentContent({ query }: vscode.Uri): Promise<string> {
    const view = this.#context.view();
    if (view === undefined) return t`The fleet has not been read yet.\n`;
    return (await this.#context.logic()).service.renderService(view, JSON.parse(query) as string);
  }

  refresh(): void {
    for (const { uri, isClosed } of vscode.workspace.textDocuments) {
      if (uri.scheme === scheme && !isClosed) this.#changed.fire(uri);
    }
  }

  dispose(): void {
    this.#registration.dispose();
    this.#changed.dispose();
  }
}
