import { type Topology } from '../../src/protocol/replicationPanel';

export interface PlacedNode {
  readonly key: string;
  /** Column from the left, 0 for whoever has no source. */
  readonly depth: number;
  /** Row from the top; a parent stands in the middle of its replicas, so halves occur. */
  readonly row: number;
}

export interface PlacedEdge {
  readonly edge: Topology['edges'][number];
  /**
   * `tree`: to the replica that hangs below this source. `extra`: a further source of a replica that hangs below
   * another. `ring`: back to a node that it replicates from itself.
   */
  readonly kind: 'tree' | 'extra' | 'ring';
  /** Which of the edges that end at the same node, from the top, and how many there are. */
  readonly port: number;
  readonly ports: number;
}

export interface Layout {
  readonly nodes: readonly PlacedNode[];
  readonly edges: readonly PlacedEdge[];
  readonly columns: number;
  readonly rows: number;
}

type Edge = Topology['edges'][number];

/**
 * A tidy tree, left to right: every node in the column after its furthest source, leaves one row each. Replication is
 * nearly a tree; a second source and a ring are drawn as edges over it.
 */
export function layoutTopology({ nodes, edges }: Topology): Layout {
  const order = nodes.map(({ key }) => key);
  const known = new Set(order);
  const drawn = edges.filter(({ from, to }) => known.has(from) && known.has(to));
  const rings = ringEdges(startOrder(nodes, drawn), drawn);
  const forward = drawn.filter((edge) => !rings.has(edge));
  const depth = depths(order, forward);
  const parent = parents(order, forward, depth);
  const row = rows(order, forward, parent);
  const columns = 1 + Math.max(0, ...depth.values());
  return {
    nodes: order.map((key) => ({ key, depth: depth.get(key) ?? 0, row: row.positions.get(key) ?? 0 })),
    edges: withPorts(drawn, rings, parent, row.positions),
    columns,
    rows: row.count,
  };
}

/** Nodes without a source first, then primaries: so a ring is cut where the primary is. */
function startOrder(nodes: Topology['nodes'], edges: readonly Edge[]): readonly string[] {
  const fed = new Set(edges.map(({ to }) => to));
  const rank = ({ key, role }: Topology['nodes'][number]): number => (!fed.has(key) ? 0 : role === 'primary' ? 1 : 2);
  return [...nodes].sort((a, b) => rank(a) - rank(b)).map(({ key }) => key);
}

function bySource(edges: readonly Edge[]): ReadonlyMap<string, readonly Edge[]> {
  const map = new Map<string, Edge[]>();
  for (const edge of edges) {
    const list = map.get(edge.from);
    if (list === undefined) map.set(edge.from, [edge]);
    else list.push(edge);
  }
  return map;
}

/** Edges that lead back to a node from which the walk came. */
function ringEdges(order: readonly string[], edges: readonly Edge[]): ReadonlySet<Edge> {
  const outgoing = bySource(edges);
  const done = new Set<string>();
  const path = new Set<string>();
  const rings = new Set<Edge>();
  const walk = (key: string): void => {
    path.add(key);
    for (const edge of outgoing.get(key) ?? []) {
      if (path.has(edge.to)) rings.add(edge);
      else if (!done.has(edge.to)) walk(edge.to);
    }
    path.delete(key);
    done.add(key);
  };
  for (const key of order) if (!done.has(key)) walk(key);
  return rings;
}

function depths(order: readonly string[], forward: readonly Edge[]): ReadonlyMap<string, number> {
  const depth = new Map<string, number>();
  const incoming = new Map<string, Edge[]>();
  for (const edge of forward) incoming.set(edge.to, [...(incoming.get(edge.to) ?? []), edge]);
  const depthOf = (key: string): number => {
    const present = depth.get(key);
    if (present !== undefined) return present;
    const value = Math.max(-1, ...(incoming.get(key) ?? []).map(({ from }) => depthOf(from))) + 1;
    depth.set(key, value);
    return value;
  };
  for (const key of order) depthOf(key);
  return depth;
}

/** The edge by which a node hangs in the tree: from its furthest source, the first of equals. */
function parents(
  order: readonly string[],
  forward: readonly Edge[],
  depth: ReadonlyMap<string, number>,
): ReadonlyMap<string, Edge> {
  const parent = new Map<string, Edge>();
  const rank = new Map(order.map((key, index) => [key, index]));
  for (const edge of forward) {
    const present = parent.get(edge.to);
    const further = (depth.get(edge.from) ?? 0) - (present === undefined ? -1 : (depth.get(present.from) ?? 0));
    const earlier = present !== undefined && (rank.get(edge.from) ?? 0) < (rank.get(present.from) ?? 0);
    if (further > 0 || (further === 0 && earlier)) parent.set(edge.to, edge);
  }
  return parent;
}

function rows(
  order: readonly string[],
  forward: readonly Edge[],
  parent: ReadonlyMap<string, Edge>,
): { readonly positions: ReadonlyMap<string, number>; readonly count: number } {
  const positions = new Map<string, number>();
  const children = new Map<string, string[]>();
  for (const key of order) {
    const edge = parent.get(key);
    if (edge === undefined) continue;
    const siblings = children.get(edge.from) ?? [];
    if (!siblings.includes(key)) siblings.push(key);
    children.set(edge.from, siblings);
  }
  let next = 0;
  const place = (key: string): number => {
    const below = (children.get(key) ?? []).map(place);
    const first = below[0];
    const last = below.at(-1);
    let row: number;
    if (first === undefined || last === undefined) {
      row = next;
      next += 1;
    } else {
      row = (first + last) / 2;
    }
    positions.set(key, row);
    return row;
  };
  for (const root of rootOrder(order, forward, parent)) place(root);
  return { positions, count: Math.max(1, next) };
}

/** Roots that feed the same replica stand next to each other, so that the extra edge is short. */
function rootOrder(
  order: readonly string[],
  forward: readonly Edge[],
  parent: ReadonlyMap<string, Edge>,
): readonly string[] {
  const rootOf = (key: string): string => {
    const edge = parent.get(key);
    return edge === undefined ? key : rootOf(edge.from);
  };
  const left = new Set(order.filter((key) => !parent.has(key)));
  const sorted: string[] = [];
  const take = (root: string): void => {
    if (!left.delete(root)) return;
    sorted.push(root);
    for (const { from, to } of forward) {
      if (rootOf(to) === root) take(rootOf(from));
      if (rootOf(from) === root) take(rootOf(to));
    }
  };
  for (const key of [...left]) take(key);
  return sorted;
}

function withPorts(
  edges: readonly Edge[],
  rings: ReadonlySet<Edge>,
  parent: ReadonlyMap<string, Edge>,
  row: ReadonlyMap<string, number>,
): readonly PlacedEdge[] {
  const into = new Map<string, Edge[]>();
  for (const edge of edges) if (!rings.has(edge)) into.set(edge.to, [...(into.get(edge.to) ?? []), edge]);
  for (const list of into.values()) list.sort((a, b) => (row.get(a.from) ?? 0) - (row.get(b.from) ?? 0));
  return edges.map((edge) => {
    const list = into.get(edge.to) ?? [];
    if (rings.has(edge)) return { edge, kind: 'ring', port: 0, ports: 1 };
    return {
      edge,
      kind: parent.get(edge.to) === edge ? 'tree' : 'extra',
      port: list.indexOf(edge),
      ports: list.length,
    };
  });
}
