import * as vscode from 'vscode';
import { clusterKeys } from '../../core/clusterKeys';
import type { FleetView } from '../../core/fleetView';
import { changesBetween } from '../../core/history/changesBetween';
import type { StateHistory } from '../../core/history/model';
import { renderChanges } from '../../core/history/renderChanges';
import { t } from '../../core/l10n';
import { shortNames } from '../../core/shortNames';
import { ReadOnlyDocuments } from '../documents/readOnlyDocuments';
import { sayMoment, zoneOf, type Moments } from './moments';

/** What is asked about: all, a cluster with its instances, or what a finding may be about. */
export type ChangesScope =
  | { readonly kind: 'fleet' }
  | { readonly kind: 'cluster'; readonly name: string }
  | { readonly kind: 'subject'; readonly subject: string };

export interface ChangesDocumentsContext {
  readonly view: () => FleetView | undefined;
  /** Undefined: the history is not there yet. */
  readonly history: () => StateHistory | undefined;
  readonly now: () => number;
}

/** What has changed between two moments. Those without an end go on with the fleet. */
export class ChangesDocuments extends ReadOnlyDocuments {
  readonly #context: ChangesDocumentsContext;

  constructor(context: ChangesDocumentsContext) {
    super('replideck-changes');
    this.#context = context;
  }

  uriOf(scope: ChangesScope, moments: Moments): vscode.Uri {
    const since = sayMoment(moments.fromMs, this.#context.now()).replaceAll(':', '.');
    const path = `/${t`Changes of ${wordsOf(scope)} since ${since}`.replaceAll('/', ' ')}.md`;
    return vscode.Uri.from({ scheme: this.scheme, path, query: JSON.stringify({ scope, moments }) });
  }

  override provideTextDocumentContent({ query }: vscode.Uri): string {
    const { view, history, now } = this.#context;
    const { scope, moments } = JSON.parse(query) as { scope: ChangesScope; moments: Moments };
    const present = view();
    const known = history();
    if (present === undefined || known === undefined) return `${t`The fleet has not been read yet.`}\n`;
    const nowMs = now();
    const names = shortNames(present.snapshot.inventory.instances.map(({ key }) => key));
    const span = [moments.fromMs, moments.toMs ?? nowMs] as const;
    return renderChanges(changesBetween(known, isAskedOf(scope, present), span), {
      about: wordsOf(scope),
      span,
      hasEnd: moments.toMs !== undefined,
      say: (ms) => sayMoment(ms, nowMs),
      zone: zoneOf(nowMs),
      nameOf: (subject) => names[subject] ?? subject,
    });
  }

  protected override isFollowing({ query }: vscode.Uri): boolean {
    return !query.includes('"toMs"');
  }
}

function wordsOf(scope: ChangesScope): string {
  if (scope.kind === 'fleet') return t`the whole fleet`;
  return scope.kind === 'cluster' ? t`cluster ${scope.name}` : scope.subject;
}

function isAskedOf(scope: ChangesScope, view: FleetView): (subject: string) => boolean {
  if (scope.kind === 'fleet') return () => true;
  if (scope.kind === 'subject') return (subject) => subject === scope.subject;
  const cluster = view.clusters.find(({ spec }) => spec.name === scope.name);
  const asked = new Set([`cluster:${scope.name}`, ...(cluster === undefined ? [] : clusterKeys(cluster))]);
  return (subject) => asked.has(subject);
}
