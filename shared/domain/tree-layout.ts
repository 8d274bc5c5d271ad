import type { ElkExtendedEdge, ElkNode } from 'elkjs/lib/elk-api';

/** What is laid out: steps, and the ways between them in the order they are judged in. */
export interface LaidOutGraph {
  readonly steps: readonly { readonly id: string }[];
  readonly branches: readonly { readonly id: string; readonly from: string; readonly to: string }[];
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Where everything goes, in the drawing's own pixels. */
export interface GraphLayout {
  readonly width: number;
  readonly height: number;
  /** Top left corner by step id; every step is `stepSize`. */
  readonly steps: Readonly<Record<string, Point>>;
  /** Corners of the line from start to end, and the middle of its label, by branch key. */
  readonly branches: Readonly<Record<string, { readonly points: readonly Point[]; readonly label: Point | null }>>;
}

/** Where everything of a built-in tree goes, computed when the app is built; it fits what has the same key. */
export interface ShippedLayout {
  readonly key: string;
  readonly layout: GraphLayout;
}

/** Same for what is laid out the same. */
export function layoutKey({ steps, branches }: LaidOutGraph): string {
  return JSON.stringify([steps.map(({ id }) => id), branches.map(({ id, from, to }) => [id, from, to])]);
}

/** The part of ELK that is used: it runs in a worker in the app and in place in tests. */
export interface LayoutEngine {
  layout(graph: ElkNode): Promise<ElkNode>;
}

export const stepSize = { width: 208, height: 60 } as const;
export const labelSize = { width: 132, height: 34 } as const;

const layoutOptions = {
  'elk.algorithm': 'layered',
  'elk.direction': 'DOWN',
  'elk.edgeRouting': 'ORTHOGONAL',
  // Branches keep the order their author wrote them in, which is the order they are judged in.
  'elk.layered.considerModelOrder.strategy': 'NODES_AND_EDGES',
  'elk.layered.nodePlacement.strategy': 'NETWORK_SIMPLEX',
  'elk.layered.cycleBreaking.strategy': 'MODEL_ORDER',
  'elk.spacing.nodeNode': '24',
  'elk.spacing.edgeNode': '16',
  'elk.spacing.edgeEdge': '10',
  'elk.layered.spacing.nodeNodeBetweenLayers': '24',
  'elk.layered.spacing.edgeNodeBetweenLayers': '14',
  'elk.padding': '[top=16,left=16,bottom=16,right=16]',
};

/** Lays the tree out in layers. Rejects only when ELK itself fails. */
export async function layoutGraph(model: LaidOutGraph, engine: LayoutEngine): Promise<GraphLayout> {
  const laidOut = await engine.layout({
    id: 'tree',
    layoutOptions,
    children: model.steps.map(({ id }) => ({ id, ...stepSize })),
    edges: model.branches.map(({ id, from, to }) => ({
      id,
      sources: [from],
      targets: [to],
      labels: [{ id: `${id}#label`, text: id, ...labelSize, layoutOptions: { 'elk.edgeLabels.inline': 'true' } }],
    })),
  });
  return {
    width: laidOut.width ?? 0,
    height: laidOut.height ?? 0,
    steps: Object.fromEntries((laidOut.children ?? []).map(({ id, x = 0, y = 0 }) => [id, { x, y }])),
    branches: Object.fromEntries((laidOut.edges ?? []).map((edge) => [edge.id, routeOf(edge)])),
  };
}

function routeOf(edge: ElkExtendedEdge): { points: Point[]; label: Point | null } {
  const [section] = edge.sections ?? [];
  const points = section ? [section.startPoint, ...(section.bendPoints ?? []), section.endPoint] : [];
  const [label] = edge.labels ?? [];
  return {
    points: points.map(({ x, y }) => ({ x, y })),
    label: label?.x === undefined || label.y === undefined ? null : middle(label.x, label.y),
  };
}

function middle(x: number, y: number): Point {
  return { x: x + labelSize.width / 2, y: y + labelSize.height / 2 };
}

/** An SVG path through the corners, each rounded by up to `radius`. */
export function roundedPath(points: readonly Point[], radius = 8): string {
  const [first, ...rest] = points;
  if (!first) return '';
  const parts = [`M ${first.x} ${first.y}`];
  rest.forEach((corner, index) => {
    const next = rest[index + 1];
    const before = index === 0 ? first : rest[index - 1];
    if (!next || !before) {
      parts.push(`L ${corner.x} ${corner.y}`);
      return;
    }
    const enter = towards(corner, before, radius);
    const leave = towards(corner, next, radius);
    parts.push(`L ${enter.x} ${enter.y}`, `Q ${corner.x} ${corner.y} ${leave.x} ${leave.y}`);
  });
  return parts.join(' ');
}

/** The point `distance` from `from` on the way to `to`, at most half way. */
function towards(from: Point, to: Point, distance: number): Point {
  const length = Math.hypot(to.x - from.x, to.y - from.y);
  if (length === 0) return from;
  const share = Math.min(distance, length / 2) / length;
  return { x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share };
}
