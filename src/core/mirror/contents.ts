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

export type Contents = ReadonlyMap<string, ContentsEntry>;

/** The leaves of a recursive v2 listing; directories hold nothing. Throws where the text is no such listing. */
export function parseV2Contents(body: string): Contents {
  const contents = new Map<string, ContentsEntry>();
  addLeaves(JSON.parse(body), contents);
  return contents;
}

interface Node extends ContentsEntry {
  readonly key?: string;
  readonly dir?: boolean;
  readonly nodes?: readonly Node[];
}

/** With a stack of its own: a tree as deep as somebody likes must not end the process. */
function addLeaves(parsed: unknown, contents: Map<string, ContentsEntry>): void {
  const root = (parsed as { readonly node?: Node } | null)?.node;
  if (typeof root !== 'object') throw new Error('The answer has no node.');
  const open: Node[] = [root];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (node.dir !== true) {
      if (typeof node.key === 'string') contents.set(node.key, node);
      continue;
    }
    const children: readonly Node[] = Array.isArray(node.nodes) ? (node.nodes as readonly Node[]) : [];
    for (const child of children) if (typeof child === 'object') open.push(child);
  }
}
