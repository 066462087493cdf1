import * as vscode from 'vscode';
import { inSlices } from '../../app/inSlices';
import type { Mutes } from '../../app/mutes';
import type { FleetView } from '../../core/fleetView';
import { formatCount } from '../../core/words';
import type { Clock } from '../../ports';
import { setContext } from '../contextKeys';
import type { InventoryState } from '../documents/inventoryFile';
import { countFindings } from './countFindings';
import { showInformation } from '../messages';
import type { TreeNode } from './model';
import { NodeTreeProvider } from './provider';
import type * as treeModel from './treeModel';
import { t } from '../../core/l10n';

type TreeModel = typeof treeModel;

const nothing = (): string => t`Nothing needs attention in what could be read.`;

const filterKey = 'replideck.filter';

/** The two views of the activity bar, kept in step with the fleet. */
export class FleetTree implements vscode.Disposable {
  readonly #memento: vscode.Memento;
  readonly #load: () => Promise<TreeModel>;
  readonly #fleet = new NodeTreeProvider('replideck.fleet.openNode');
  readonly #findings = new NodeTreeProvider('replideck.fleet.openNode');
  readonly #fleetView: vscode.TreeView<string>;
  readonly #findingsView: vscode.TreeView<string>;
  readonly #visibility = new vscode.EventEmitter<void>();
  readonly onDidChangeVisibility = this.#visibility.event;
  #model: TreeModel | undefined;
  #view: FleetView | undefined;
  #filter: string;
  readonly #clock: Clock;
  readonly #mutes: Mutes;
  readonly #forgetMutes: () => void;
  #cancelDraw: (() => void) | undefined;

  /** @param model comes with a chunk of its own */
  constructor(memento: vscode.Memento, clock: Clock, mutes: Mutes, model: () => Promise<TreeModel>) {
    this.#clock = clock;
    this.#mutes = mutes;
    this.#forgetMutes = mutes.onDidChange(() => {
      this.#describe();
    });
    this.#memento = memento;
    this.#load = model;
    this.#filter = memento.get<string>(filterKey, '');
    this.#fleetView = vscode.window.createTreeView('replideck.fleet', {
      treeDataProvider: this.#fleet,
      showCollapseAll: true,
    });
    this.#findingsView = vscode.window.createTreeView('replideck.findings', { treeDataProvider: this.#findings });
    const tell = () => {
      this.#visibility.fire();
    };
    this.#fleetView.onDidChangeVisibility(tell);
    this.#findingsView.onDidChangeVisibility(tell);
    this.#showFilter();
  }

  get visible(): boolean {
    return this.#fleetView.visible || this.#findingsView.visible;
  }

  get filter(): string {
    return this.#filter;
  }

  node(id: string): TreeNode | undefined {
    return this.#fleet.node(id) ?? this.#findings.node(id);
  }

  /** Brings the view of the findings to the front, at the first of them. */
  async showWorst(): Promise<void> {
    const [worst] = this.#findings.roots;
    if (worst === undefined) await showInformation(nothing());
    else await this.#findingsView.reveal(worst.id, { select: true, focus: true });
  }

  async setFilter(filter: string): Promise<void> {
    this.#filter = filter.trim();
    await this.#memento.update(filterKey, this.#filter);
    this.#showFilter();
    this.#draw();
  }

  /** What stands above an empty tree. */
  setInventoryState(state: InventoryState): void {
    this.#fleetView.message = state.kind === 'failed' ? t`The inventory cannot be read: ${state.message}` : undefined;
    const empty = state.kind === 'loaded' && state.inventory.instances.length === 0;
    void setContext('replideck.inventory', empty ? 'empty' : state.kind);
  }

  update(view: FleetView | undefined): void {
    // A mute ends by itself.
    this.#describe();
    this.#view = view;
    this.#draw();
  }

  dispose(): void {
    this.#cancelDraw?.();
    this.#forgetMutes();
    this.#fleetView.dispose();
    this.#findingsView.dispose();
    this.#fleet.dispose();
    this.#findings.dispose();
    this.#visibility.dispose();
  }

  #draw(): void {
    const view = this.#view;
    const model = this.#model;
    if (view !== undefined && model === undefined) {
      // With the first inventory; what comes meanwhile is drawn then.
      void this.#load().then((loaded) => {
        this.#model = loaded;
        this.#draw();
      });
      return;
    }
    this.#cancelDraw?.();
    if (view === undefined || model === undefined) this.#show(undefined, []);
    else
      this.#cancelDraw = inSlices(this.#clock, model.fleetNodeSteps(view, this.#filter), (nodes) => {
        this.#show(view, nodes, model.findingNodes(view));
      });
  }

  #show(view: FleetView | undefined, nodes: readonly TreeNode[], findings: readonly TreeNode[] = []): void {
    this.#fleet.update(nodes);
    this.#findings.update(findings);
    const { critical, warning } = view === undefined ? { critical: 0, warning: 0 } : countFindings(view);
    this.#fleetView.badge =
      critical === 0 ? undefined : { value: critical, tooltip: formatCount(critical, 'critical finding') };
    this.#findingsView.description =
      critical + warning === 0 ? '' : t`${critical} critical, ${formatCount(warning, 'warning')}`;
    // Silence about servers that nobody could read is no good news.
    const read =
      view !== undefined && Object.values(view.instances).some(({ snapshot }) => snapshot.reach.kind === 'answered');
    this.#findingsView.message =
      view === undefined || view.findings.length > 0 ? undefined : read ? nothing() : t`Nothing has been read.`;
  }

  /** What keeps something out of sight or unheard stands beside the title. */
  #describe(): void {
    const muted = this.#mutes.list.length;
    this.#fleetView.description = [
      ...(this.#filter === '' ? [] : [t`filter: ${this.#filter}`]),
      ...(muted === 0 ? [] : [t`${muted} muted`]),
    ].join(' · ');
  }

  #showFilter(): void {
    this.#describe();
    void setContext('replideck.filtered', this.#filter !== '');
  }
}
