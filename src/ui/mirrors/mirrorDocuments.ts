import * as vscode from 'vscode';
import type { FleetView } from '../../core/fleetView';
import type { DriftItem } from '../../core/mirror/model';
import type { PanelModel } from '../panels/replicationPanels';
import { renderValue } from './renderValue';

const scheme = 'replideck-mirror';

export interface MirrorDocumentsContext {
  readonly view: () => FleetView | undefined;
  readonly panelModel: () => Promise<Pick<PanelModel, 'renderMirrorTicket'>>;
}

/** Read-only documents about mirrors: the state of one, and the two values of a key that differs. */
export class MirrorDocuments implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.#changed.event;
  readonly #context: MirrorDocumentsContext;
  readonly #registration: vscode.Disposable;

  constructor(context: MirrorDocumentsContext) {
    this.#context = context;
    this.#registration = vscode.workspace.registerTextDocumentContentProvider(scheme, this);
  }

  stateOf(name: string): vscode.Uri {
    return vscode.Uri.from({ scheme, path: `/${name}.md`, query: JSON.stringify({ name }) });
  }

  valueOf(name: string, side: 'source' | 'destination', item: DriftItem): vscode.Uri {
    const own = side === 'source' ? item.key : item.destinationKey;
    const suffix = renderValue(item, side).isJson ? '.json' : '';
    const query = JSON.stringify({ name, side, key: item.destinationKey });
    return vscode.Uri.from({ scheme, path: `/${name}/${side}/${own.replace(/^\/+/, '')}${suffix}`, query });
  }

  async provideTextDocumentContent({ query }: vscode.Uri): Promise<string> {
    const { name, side, key } = JSON.parse(query) as { name: string; side?: 'source' | 'destination'; key?: string };
    const view = this.#context.view();
    if (view === undefined) return 'The fleet has not been read yet.\n';
    if (side === undefined) return (await this.#context.panelModel()).renderMirrorTicket(view, name);
    const mirror = view.mirrors.find(({ spec }) => spec.name === name);
    const item = mirror?.comparison?.items.find(({ destinationKey }) => destinationKey === key);
    // A later comparison has found them equal.
    return item === undefined ? '' : renderValue(item, side).text;
  }

  /** The fleet was read: documents that show a state are made again. Values stay as they were compared. */
  refresh(): void {
    for (const { uri, isClosed } of vscode.workspace.textDocuments) {
      if (uri.scheme === scheme && uri.path.endsWith('.md') && !isClosed) this.#changed.fire(uri);
    }
  }

  dispose(): void {
    this.#registration.dispose();
    this.#changed.dispose();
  }
}
