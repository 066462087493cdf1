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
  return new ListedContents(leavesOf(JSON.parse(body)));
}

/** Looked up by a table that is built with the first look: of two sides that hold the same only one needs it. */
class ListedContents implements Contents {
  readonly #leaves: readonly Leaf[];
  #byKey: ReadonlyMap<string, Leaf> | undefined;

  constructor(leaves: readonly Leaf[]) {
    this.#leaves = leaves;
  }

  get size(): number {
    return this.#leaves.length;
  }

  get(key: string): ContentsEntry | undefined {
    return this.#table().get(key);
  }

  has(key: string): boolean {
    return this.#table().has(key);
  }

  forEach(visit: (entry: ContentsEntry, key: string) => void): void {
    for (const leaf of this.#leaves) visit(leaf, leaf.key);
  }

  #table(): ReadonlyMap<string, Leaf> {
    if (this.#byKey === undefined) {
      const table = new Map<string, Leaf>();
      for (const leaf of this.#leaves) table.set(leaf.key, leaf);
      this.#byKey = table;
    }
    return this.#byKey;
  }
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
function leavesOf(parsed: unknown): readonly Leaf[] {
  const leaves: Leaf[] = [];
  const root = (parsed as { readonly node?: Node } | null)?.node;
  if (typeof root !== 'object') throw new Error('The answer has no node.');
  const open: Node[] = [root];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (node.dir !== true) {
      if (!isLeaf(node)) throw new Error('A node is not one of etcd.');
      leaves.push(node);
      continue;
    }
    const children: readonly Node[] = Array.isArray(node.nodes) ? (node.nodes as readonly Node[]) : [];
    for (const child of children) if (typeof child === 'object') open.push(child);
  }
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
