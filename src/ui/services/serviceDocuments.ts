import * as vscode from 'vscode';
import type { FleetLogic } from '../../core/fleetLogic';
import type { FleetView } from '../../core/fleetView';
import { t } from '../../core/l10n';
import { ReadOnlyDocuments } from '../documents/readOnlyDocuments';

export interface ServiceDocumentsContext {
  readonly view: () => FleetView | undefined;
  readonly logic: () => Promise<Pick<FleetLogic, 'service'>>;
}

/** All that is known of one neighbour. */
export class ServiceDocuments extends ReadOnlyDocuments {
  readonly #context: ServiceDocumentsContext;

  constructor(context: ServiceDocumentsContext) {
    super('replideck-service');
    this.#context = context;
  }

  uriOf(key: string): vscode.Uri {
    return vscode.Uri.from({
      scheme: this.scheme,
      path: `/${key.replaceAll('/', ' ').replace(':', ' ')}.md`,
      query: JSON.stringify(key),
    });
  }

  override async provideTextDocumentContent({ query }: vscode.Uri): Promise<string> {
    const view = this.#context.view();
    if (view === undefined) return t`The fleet has not been read yet.\n`;
    return (await this.#context.logic()).service.renderService(view, JSON.parse(query) as string);
  }
}
