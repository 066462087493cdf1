import * as vscode from 'vscode';
import { placeOf } from '../../core/findings/mirrorFacts';
import type { FleetView, MirrorView } from '../../core/fleetView';
import type { DriftItem } from '../../core/mirror/model';
import { ReadOnlyDocuments } from '../documents/readOnlyDocuments';
import { renderValue } from './renderValue';
import { t } from '../../core/l10n';

const scheme = 'replideck-mirror';

/** The two values of a key that differs. They stay as they were compared. */
export class MirrorDocuments extends ReadOnlyDocuments {
  readonly #view: () => FleetView | undefined;

  constructor(view: () => FleetView | undefined) {
    super(scheme);
    this.#view = view;
  }

  /** Opens both values of a key side by side. @throws a sentence when the last comparison has not found it to differ */
  async openDiff(name: string, destinationKey: string): Promise<void> {
    const mirror = this.#mirror(name);
    const item = findItem(mirror, destinationKey);
    if (mirror === undefined || item === undefined) throw new Error(t`${destinationKey} is not among what differs.`);
    const { source, destination } = mirror.spec;
    await vscode.commands.executeCommand(
      'vscode.diff',
      valueOf(name, 'source', item),
      valueOf(name, 'destination', item),
      `${item.key} (${placeOf(source)} ↔ ${placeOf(destination)})`,
    );
  }

  override provideTextDocumentContent({ query }: vscode.Uri): string {
    const { name, side, key } = JSON.parse(query) as { name: string; side: 'source' | 'destination'; key: string };
    const item = findItem(this.#mirror(name), key);
    // A later comparison has found them equal.
    return item === undefined ? '' : renderValue(item, side).text;
  }

  #mirror(name: string): MirrorView | undefined {
    return this.#view()?.mirrors.find(({ spec }) => spec.name === name);
  }
}

function findItem(mirror: MirrorView | undefined, destinationKey: string): DriftItem | undefined {
  return mirror?.comparison?.items.find((item) => item.destinationKey === destinationKey);
}

function valueOf(name: string, side: 'source' | 'destination', item: DriftItem): vscode.Uri {
  const own = side === 'source' ? item.key : item.destinationKey;
  const suffix = renderValue(item, side).isJson ? '.json' : '';
  const query = JSON.stringify({ name, side, key: item.destinationKey });
  return vscode.Uri.from({ scheme, path: `/${name}/${side}/${own.replace(/^\/+/, '')}${suffix}`, query });
}
