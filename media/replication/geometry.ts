import { type Layout, type PlacedEdge, type PlacedNode } from './layout';

interface Point {
  readonly x: number;
  readonly y: number;
}

/** A layout in pixels. */
export interface Geometry {
  readonly width: number;
  readonly height: number;
  readonly nodeWidth: number;
  readonly nodeHeight: number;
  /** Many nodes: name and detail share a line. */
  readonly oneLine: boolean;
  /** Top left corner of a node. */
  readonly at: (node: PlacedNode) => Point;
  readonly edge: (
    edge: PlacedEdge,
    from: PlacedNode,
    to: PlacedNode,
  ) => { readonly line: string; readonly head: string; readonly label: Point };
}

/** More than this and each node gets one line instead of two, so that a cluster stays on a screen. */
const mostTwoLineRows = 12;

/** Nodes share the width that is there, between a width that can still be read and one that is enough. */
export function geometryFor(layout: Layout, available: number, em: number): Geometry {
  const oneLine = layout.rows > mostTwoLineRows;
  const gap = Math.round(em * 7);
  const edgeRoom = Math.round(em * 0.3);
  const ringRoom = layout.edges.some(({ kind }) => kind === 'ring') ? em * 2 : 0;
  const share = (available - edgeRoom * 2 - gap * (layout.columns - 1)) / layout.columns;
  const nodeWidth = Math.round(Math.min(em * 24, Math.max(em * 10, share)));
  const nodeHeight = Math.round(em * (oneLine ? 1.9 : 3.3));
  const rowHeight = nodeHeight + Math.round(em * (oneLine ? 0.4 : 0.75));
  const at = ({ depth, row }: PlacedNode): Point => ({
    x: edgeRoom + depth * (nodeWidth + gap),
    y: Math.round(edgeRoom + row * rowHeight),
  });
  return {
    width: edgeRoom * 2 + layout.columns * nodeWidth + (layout.columns - 1) * gap,
    height: Math.round(edgeRoom * 2 + layout.rows * rowHeight - (rowHeight - nodeHeight) + ringRoom),
    nodeWidth,
    nodeHeight,
    oneLine,
    at,
    edge: ({ kind, port, ports }, from, to) => {
      const start = at(from);
      const end = at(to);
      if (kind === 'ring') return ring(start, end, nodeWidth, nodeHeight, em);
      const spread = Math.min(em * 1.3, (nodeHeight - em * 0.6) / Math.max(1, ports));
      const y2 = end.y + nodeHeight / 2 + (port - (ports - 1) / 2) * spread;
      const x1 = start.x + nodeWidth;
      const y1 = start.y + nodeHeight / 2;
      const x2 = end.x;
      // The bend stays in the gap before the target, so that an edge over several columns runs level first.
      const bend = x2 - gap;
      const middle = bend + gap * 0.25;
      const line =
        y1 === y2
          ? `M${x1} ${y1}H${x2 - 5}`
          : `M${x1} ${y1}H${bend}C${middle} ${y1} ${bend} ${y2} ${middle} ${y2}H${x2 - 5}`;
      return { line, head: arrow(x2, y2, 1), label: { x: x2 - em * 0.7, y: y2 - em * 0.3 } };
    },
  };
}

function arrow(x: number, y: number, direction: 1 | -1): string {
  return `M${x} ${y}l${-6 * direction} -3v6z`;
}

/** Back to the source, below both nodes. */
function ring(start: Point, end: Point, width: number, height: number, em: number): ReturnType<Geometry['edge']> {
  const x1 = start.x + width / 2;
  const x2 = end.x + width / 2;
  const y1 = start.y + height;
  const y2 = end.y + height;
  const low = Math.max(y1, y2) + em * 1.4;
  return {
    line: `M${x1} ${y1}C${x1} ${low} ${x1} ${low} ${(x1 + x2) / 2} ${low}S${x2} ${low} ${x2} ${y2 + 5}`,
    head: `M${x2} ${y2}l-3 6h6z`,
    label: { x: (x1 + x2) / 2 + em * 2, y: low - em * 0.3 },
  };
}
