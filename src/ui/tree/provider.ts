import * as vscode from 'vscode';
import { stateIcons } from '../stateIcon';
import type { TreeNode } from './model';
import { t } from '../../core/l10n';
import { shownRow, shownTooltip } from './shownText';

/**
 * Shows nodes of a model. Elements are node ids: equal as long as the node stands for the same thing, so that VS Code
 * keeps expansion and selection, and only nodes that changed are drawn again.
 */
export class NodeTreeProvider implements vscode.TreeDataProvider<string>, vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<string[] | undefined>();
  readonly onDidChangeTreeData = this.#changed.event;
  readonly #openCommand: string;
  #roots: readonly TreeNode[] = [];
  #nodes = new Map<string, TreeNode>();
  #parents = new Map<string, string>();

  /** @param openCommand runs with the node's id when it is clicked or Enter is pressed */
  constructor(openCommand: string) {
    this.#openCommand = openCommand;
  }

  node(id: string): TreeNode | undefined {
    return this.#nodes.get(id);
  }

  get roots(): readonly TreeNode[] {
    return this.#roots;
  }

  /** Takes the new model over and draws what differs; returns the ids that it fired for, undefined for the whole. */
  update(roots: readonly TreeNode[]): readonly string[] | undefined {
    const before = this.#nodes;
    const rootsBefore = this.#roots;
    this.#roots = roots;
    this.#nodes = new Map();
    this.#parents = new Map();
    this.#index(roots, undefined);
    if (idsOf(rootsBefore) !== idsOf(roots)) {
      this.#changed.fire(undefined);
      return undefined;
    }
    const fired = [...this.#nodes.values()].flatMap((node) => {
      const old = before.get(node.id);
      return old !== undefined && !looksTheSame(old, node) ? [node.id] : [];
    });
    if (fired.length > 0) this.#changed.fire(fired);
    return fired;
  }

  getChildren(id?: string): string[] {
    const nodes = id === undefined ? this.#roots : (this.#nodes.get(id)?.children ?? []);
    return nodes.map((node) => node.id);
  }

  getParent(id: string): string | undefined {
    return this.#parents.get(id);
  }

  getTreeItem(id: string): vscode.TreeItem {
    const node = this.#nodes.get(id);
    // VS Code may ask for a node that the last update took away; it forgets it right after.
    if (node === undefined) return new vscode.TreeItem('');
    const { label, description, spoken } = shownRow(node);
    const item = new vscode.TreeItem(label, collapsible(node));
    item.id = node.id;
    item.description = description;
    item.contextValue = node.contextValue;
    item.accessibilityInformation = { label: spoken };
    item.iconPath = iconOf(node);
    if (node.subject.kind !== 'group') {
      item.command = { command: this.#openCommand, title: t`Open`, arguments: [node.id] };
    }
    return item;
  }

  /** Tooltips are made only when somebody points at a node. */
  resolveTreeItem(item: vscode.TreeItem, id: string): vscode.TreeItem {
    const node = this.#nodes.get(id);
    if (node !== undefined) item.tooltip = new vscode.MarkdownString(shownTooltip(node.tooltip));
    return item;
  }

  dispose(): void {
    this.#changed.dispose();
  }

  #index(nodes: readonly TreeNode[], parent: string | undefined): void {
    for (const node of nodes) {
      this.#nodes.set(node.id, node);
      if (parent !== undefined) this.#parents.set(node.id, parent);
      this.#index(node.children, node.id);
    }
  }
}

function iconOf({ icon, state }: TreeNode): vscode.ThemeIcon | undefined {
  if (icon !== undefined) return new vscode.ThemeIcon(icon);
  if (state === undefined) return undefined;
  const { icon: shape, color } = stateIcons[state];
  return new vscode.ThemeIcon(shape, new vscode.ThemeColor(color));
}

function collapsible({ children, expanded }: TreeNode): vscode.TreeItemCollapsibleState {
  if (children.length === 0) return vscode.TreeItemCollapsibleState.None;
  return expanded ? vscode.TreeItemCollapsibleState.Expanded : vscode.TreeItemCollapsibleState.Collapsed;
}

function looksTheSame(a: TreeNode, b: TreeNode): boolean {
  return (
    a.label === b.label &&
    a.description === b.description &&
    a.state === b.state &&
    a.icon === b.icon &&
    a.contextValue === b.contextValue &&
    a.spoken === b.spoken &&
    idsOf(a.children) === idsOf(b.children)
  );
}

function idsOf(nodes: readonly TreeNode[]): string {
  return nodes.map(({ id }) => id).join('\n');
}
