import { wordOf } from '../../src/core/words';
import { type PanelState, type Topology } from '../../src/protocol/replicationPanel';
import { note } from '../shared/button';
import { h, keyed, type Piece, s, setAttribute, setFigure, setText } from '../shared/dom';
import { icon } from '../shared/icons';
import { type PanelContext } from './context';
import { openInstance } from './openInstance';
import { type Geometry, geometryFor } from './geometry';
import { type Layout, layoutTopology, type PlacedEdge, type PlacedNode } from './layout';
import { stateIcon, stateWords } from '../shared/state';
import { topologyKeys, type Ways, wanderByKeys } from './topologyKeys';
import { t } from '../../src/core/l10n';

type Node = Topology['nodes'][number];
interface ShownNode {
  readonly node: Node;
  readonly placed: PlacedNode;
  readonly geometry: Geometry;
  /** Its sources in words; empty: it has none. */
  readonly from: string;
}
interface ShownEdge {
  readonly placed: PlacedEdge;
  readonly from: PlacedNode;
  readonly to: PlacedNode;
  readonly geometry: Geometry;
}

/** Who replicates from whom, left to right, and the same as a list of sentences. */
export function topology(context: PanelContext): Piece<PanelState> {
  const edges = s('svg', { class: 'edges', 'aria-hidden': 'true' });
  const nodes = h('div', { class: 'nodes' });
  const canvas = h('div', { class: 'canvas' }, edges, nodes);
  const scroller = h('div', { class: 'topology-scroll', role: 'group', 'aria-label': topologyKeys }, canvas);
  const list = h('ul', { class: 'topology-list' });
  // In a narrow panel the picture has to be scrolled, so there the list stands open.
  const twin = h(
    'details',
    { class: 'twin', open: window.innerWidth < 600 },
    h('summary', {}, icon('chevronRight', 'chevron'), t`The same as a list`),
    list,
  );
  const trouble = note();
  const empty = h('p', { class: 'empty' }, t`No instance is known here yet.`);
  const element = h(
    'section',
    { class: 'topology', 'aria-labelledby': 'topology-heading' },
    h('h2', { id: 'topology-heading' }, t`Topology`),
    trouble.element,
    scroller,
    twin,
    empty,
  );
  const updateNodes = keyed<ShownNode>(
    nodes,
    ({ node }) => node.key,
    ({ node }) => {
      const piece = nodeButton((key) => {
        openInstance(context, key, trouble.say);
      });
      elements.set(node.key, piece.element);
      return piece;
    },
  );
  const elements = new Map<string, HTMLElement>();
  const updateWays = wanderByKeys(scroller, (key) => elements.get(key));
  const updateEdges = keyed<ShownEdge, SVGGElement>(
    edges,
    ({ placed: { edge } }) => `${edge.from}\n${edge.to}\n${edge.connection}`,
    edgeLine,
  );
  const updateList = keyed<string>(list, (_line, index) => String(index), sentence);
  let last: PanelState | undefined;
  let revealed = false;
  // Kept, since asking for it during an update would make the browser lay out the whole panel.
  let size = { width: 0, em: 13 };

  const draw = (state: PanelState): void => {
    const shown = state.topology;
    const layout = layoutTopology(shown);
    const geometry = geometryFor(layout, size.width, size.em);
    const placed = new Map(layout.nodes.map((node) => [node.key, node]));
    canvas.style.width = `${geometry.width}px`;
    canvas.style.height = `${geometry.height}px`;
    setAttribute(edges, 'viewBox', `0 0 ${geometry.width} ${geometry.height}`);
    setAttribute(nodes, 'class', geometry.oneLine ? 'nodes one-line' : 'nodes');
    const ordered = inReadingOrder(shown, layout, geometry);
    updateNodes(ordered);
    updateWays(
      ordered.map(({ node }) => node.key),
      shown.nodes.find(({ current }) => current)?.key,
      () => toWays(ordered, layout),
    );
    updateEdges(
      layout.edges.flatMap((edge) => {
        const from = placed.get(edge.edge.from);
        const to = placed.get(edge.edge.to);
        return from === undefined || to === undefined ? [] : [{ placed: edge, from, to, geometry }];
      }),
    );
    updateList(sentences(shown));
  };
  const reveal = (): void => {
    const current = nodes.querySelector('[aria-current]');
    if (revealed || !(current instanceof HTMLElement)) return;
    revealed = true;
    scroller.scrollLeft = current.offsetLeft + current.offsetWidth - scroller.clientWidth;
  };
  new ResizeObserver(() => {
    size = { width: scroller.clientWidth, em: emSize(scroller) };
    if (last === undefined || size.width === 0) return;
    draw(last);
    reveal();
  }).observe(scroller);
  return {
    element,
    update: (state) => {
      last = state;
      const none = state.topology.nodes.length === 0;
      scroller.hidden = none;
      twin.hidden = none;
      empty.hidden = !none;
      draw(state);
    },
  };
}

function emSize(element: Element): number {
  return Number.parseFloat(getComputedStyle(element).fontSize) || 13;
}

function toWays(ordered: readonly ShownNode[], { edges }: Layout): Ways {
  const sourceOf = new Map<string, string>();
  const replicasOf = new Map<string, string[]>();
  const columnOf = new Map<string, string[]>();
  const columns = new Map<number, string[]>();
  for (const { node, placed } of ordered) {
    const column = columns.get(placed.depth) ?? [];
    columns.set(placed.depth, column);
    column.push(node.key);
    columnOf.set(node.key, column);
    for (const { edge, kind } of edges) {
      // Along a ring the way would never end.
      if (edge.to !== node.key || kind === 'ring') continue;
      if (kind === 'tree' || !sourceOf.has(node.key)) sourceOf.set(node.key, edge.from);
      const replicas = replicasOf.get(edge.from) ?? [];
      replicasOf.set(edge.from, replicas);
      replicas.push(node.key);
    }
  }
  return { sourceOf, replicasOf, columnOf };
}

/** Column by column, from the sources to the last replica. */
function inReadingOrder(topology: Topology, layout: Layout, geometry: Geometry): readonly ShownNode[] {
  const { nodes } = topology;
  const sources = sourcesInWords(topology);
  const byKey = new Map(nodes.map((node) => [node.key, node]));
  return [...layout.nodes]
    .sort((a, b) => a.depth - b.depth || a.row - b.row)
    .flatMap((placed) => {
      const node = byKey.get(placed.key);
      return node === undefined ? [] : [{ node, placed, geometry, from: sources.get(placed.key) ?? '' }];
    });
}

function nodeButton(open: (key: string) => void): Piece<ShownNode> {
  let key = '';
  const state = stateIcon();
  const label = h('span', { class: 'node-label' });
  const detail = h('span', { class: 'node-detail' });
  // What shape and place say to the eye, in words for a screen reader.
  const spoken = h('span', { class: 'visually-hidden' });
  const element = h('button', { type: 'button', class: 'node' }, state.element, label, detail, spoken);
  element.addEventListener('click', () => {
    if (element.getAttribute('aria-disabled') !== 'true') open(key);
  });
  return {
    element,
    update: ({ node, placed, geometry, from }) => {
      key = node.key;
      state.update(node.state);
      setText(label, node.label);
      setFigure(detail, node.detail);
      const { x, y } = geometry.at(placed);
      element.style.left = `${x}px`;
      element.style.top = `${y}px`;
      element.style.width = `${geometry.nodeWidth}px`;
      element.style.height = `${geometry.nodeHeight}px`;
      setAttribute(element, 'class', `node${node.current ? ' current' : ''}${node.known ? '' : ' foreign'}`);
      setAttribute(element, 'aria-current', node.current ? 'true' : undefined);
      // The one that is open and one outside the inventory have nothing to open; they still can be read by Tab.
      setAttribute(element, 'aria-disabled', node.current || !node.known ? 'true' : undefined);
      setAttribute(element, 'title', `${node.key}\n${stateWords[node.state]} · ${node.detail}`);
      setText(spoken, spokenWords(node, from));
    },
  };
}

function spokenWords({ role, state, current, known }: Node, from: string): string {
  const action = current ? t`shown here` : known ? 'open' : t`cannot be opened`;
  const words = [role === 'unknown' ? '' : wordOf(role), stateWords[state], from, action];
  return `, ${words.filter((word) => word !== '').join(', ')}`;
}

function edgeLine(): Piece<ShownEdge, SVGGElement> {
  const title = s('title');
  const line = s('path', { class: 'edge-line' });
  const head = s('path', { class: 'edge-head' });
  const label = s('text', { class: 'edge-label' });
  const element = s('g', {}, title, line, head, label);
  return {
    element,
    update: ({ placed, from, to, geometry }) => {
      const { edge } = placed;
      const drawn = geometry.edge(placed, from, to);
      setAttribute(line, 'd', drawn.line);
      setAttribute(head, 'd', drawn.head);
      setAttribute(label, 'x', drawn.label.x);
      setAttribute(label, 'y', drawn.label.y);
      setText(label, edge.label);
      setAttribute(element, 'class', `edge edge-${edge.state} edge-${placed.kind}`);
      setText(title, [edge.connection, edge.label].filter((word) => word !== '').join(': '));
    },
  };
}

/** By replica `replicates from db1100:3311 (0.4 s)`: what the edges say. */
function sourcesInWords({ nodes, edges }: Topology): ReadonlyMap<string, string> {
  const labels = new Map(nodes.map(({ key, label }) => [key, label]));
  const incoming = new Map<string, string>();
  for (const { from, to, connection, label: lag } of edges) {
    const named = connection === '' ? '' : t`, connection ${connection}`;
    const before = incoming.get(to);
    const source = `${labels.get(from) ?? from} (${lag}${named})`;
    incoming.set(to, before === undefined ? t`replicates from ${source}` : t`${before} and ${source}`);
  }
  return incoming;
}

function sentences(topology: Topology): readonly string[] {
  const sources = sourcesInWords(topology);
  return topology.nodes.map(({ key, label, role, state, detail, current }) => {
    const from = sources.get(key);
    const who = [role === 'unknown' ? '' : wordOf(role), stateWords[state], detail]
      .filter((word) => word !== '')
      .join(', ');
    return `${label}${current ? t` (shown here)` : ''}: ${who}${from === undefined ? '' : `; ${from}`}.`;
  });
}

function sentence(): Piece<string> {
  const element = h('li');
  return {
    element,
    update: (words) => {
      setFigure(element, words);
    },
  };
}
