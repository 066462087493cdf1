import { t } from '../l10n';

/** A key with what it holds, as one side has it. The objects of etcd's own JSON answers are used as they are. */
export interface ContentsEntry {
  readonly value?: string;
  readonly modifiedIndex?: number;
  readonly createdIndex?: number;
  /** v2: seconds left. */
  readonly ttl?: number;
  /** v3: it ends with this lease. */
  readonly lease?: string;
}

/** What is asked of the keys of one side; a `Map` has it all. */
export interface Contents {
  readonly size: number;
  get(key: string): ContentsEntry | undefined;
  has(key: string): boolean;
  forEach(visit: (entry: ContentsEntry, key: string) => void): void;
}

/** The leaves of a recursive v2 listing; directories hold nothing. Throws where the text is no such listing. */
export function parseV2Contents(body: string): Contents {
  return new ListedContents(foldersOf(JSON.parse(body)));
}

/**
 * Looked up folder by folder: a table of a folder's keys stays near at hand, one of a hundred thousand does not. Each is
 * built with the first look into it: of two sides that hold the same only one needs any.
 */
class ListedContents implements Contents {
  readonly size: number;
  readonly #folders: ReadonlyMap<string, readonly Leaf[]>;
  readonly #tables = new Map<string, ReadonlyMap<string, Leaf>>();
  /** Where the last look was: the next one is mostly into the same folder. */
  #last: { readonly folder: string; readonly table: ReadonlyMap<string, Leaf> | undefined } | undefined;

  constructor(folders: ReadonlyMap<string, readonly Leaf[]>) {
    this.#folders = folders;
    let size = 0;
    for (const leaves of folders.values()) size += leaves.length;
    this.size = size;
  }

  get(key: string): ContentsEntry | undefined {
    if (this.#last === undefined || !isIn(this.#last.folder, key)) {
      const folder = folderOf(key);
      this.#last = { folder, table: this.#table(folder) };
    }
    return this.#last.table?.get(key);
  }

  has(key: string): boolean {
    return this.get(key) !== undefined;
  }

  forEach(visit: (entry: ContentsEntry, key: string) => void): void {
    for (const leaves of this.#folders.values()) for (const leaf of leaves) visit(leaf, leaf.key);
  }

  #table(folder: string): ReadonlyMap<string, Leaf> | undefined {
    const known = this.#tables.get(folder);
    if (known !== undefined) return known;
    const leaves = this.#folders.get(folder);
    if (leaves === undefined) return undefined;
    const table = new Map<string, Leaf>();
    for (const leaf of leaves) table.set(leaf.key, leaf);
    this.#tables.set(folder, table);
    return table;
  }
}

function folderOf(key: string): string {
  return key.slice(0, key.lastIndexOf('/') + 1);
}

function isIn(folder: string, key: string): boolean {
  return key.startsWith(folder) && !key.includes('/', folder.length);
}

interface Leaf extends ContentsEntry {
  readonly key: string;
}

interface Node extends ContentsEntry {
  readonly key?: string;
  readonly dir?: boolean;
  readonly nodes?: readonly Node[];
}

/** With a stack of its own: a tree as deep as somebody likes must not end the process. */
function foldersOf(parsed: unknown): ReadonlyMap<string, readonly Leaf[]> {
  const folders = new Map<string, Leaf[]>();
  const root = (parsed as { readonly node?: Node } | null)?.node;
  if (typeof root !== 'object') throw new Error(t`The answer has no node.`);
  const open: Node[] = [{ nodes: [root] }];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    let leaves: Leaf[] | undefined;
    for (const child of Array.isArray(node.nodes) ? (node.nodes as readonly Node[]) : []) {
      if (child.dir === true) open.push(child);
      else if (isLeaf(child)) (leaves ??= addTo(folders, folderOf(child.key))).push(child);
      else throw new Error(t`A node is not one of etcd.`);
    }
  }
  return folders;
}

function addTo(folders: Map<string, Leaf[]>, folder: string): Leaf[] {
  const leaves = folders.get(folder) ?? [];
  folders.set(folder, leaves);
  return leaves;
}

function isLeaf(node: Node): node is Node & Leaf {
  const { key, value, modifiedIndex, createdIndex } = node;
  return (
    typeof key === 'string' &&
    (value === undefined || typeof value === 'string') &&
    (modifiedIndex === undefined || Number.isSafeInteger(modifiedIndex)) &&
    (createdIndex === undefined || Number.isSafeInteger(createdIndex))
  );
}
